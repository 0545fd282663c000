#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "coverage/source/dap/constraint.h"
#include "coverage/source/dap/dap_schema.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/remote/http_client.h"
#include "coverage/source/source.h"

namespace gyre::coverage::dap {

/// A dataset that a server offers by OPeNDAP (DAP2), asked over HTTP as everything far away is:
/// nobody else waits for its server. What describes it was fetched when it was looked at; a read
/// asks for values alone, in parts of a few MB of which some are asked at once.
class DapSource final : public Source {
 public:
  /// @throws Error{MalformedHolding | Unreachable}
  explicit DapSource(std::string address);

  [[nodiscard]] HoldingSchema describe() const override { return description_.schema; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  void read_pieces(const DapVariable& variable, const std::vector<IndexBox>& pieces,
                   RawBlock& block) const;
  [[nodiscard]] std::vector<Bytes> ask_for(const DapVariable& variable,
                                           const std::vector<IndexBox>& boxes,
                                           const std::vector<std::uint64_t>& most) const;

  std::string address_;
  FileIdentity identity_;
  DapDescription description_;
  /// Its server has refused to send an array without its Grid.
  mutable std::atomic<bool> whole_grids_{false};
};

}  // namespace gyre::coverage::dap

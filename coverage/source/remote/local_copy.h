#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/source.h"

namespace gyre::coverage::remote {

/// Where a copy of the object lies in the cache; fetched, in parts, when it does not.
/// @throws Error{MalformedHolding | Unreachable | HoldingChanged}
[[nodiscard]] std::string local_copy(const RemoteHolding& holding);

/// A file that only a library can read, which knows no ranges over HTTP (Debian's netCDF-C is built
/// without them): fetched whole, once, and read from the copy; fetched again when that had to make
/// room for others.
class CopiedSource final : public Source {
 public:
  using Open = std::function<std::shared_ptr<const Source>(const std::string& path)>;
  CopiedSource(std::shared_ptr<const RemoteHolding> holding, Open open);
  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  [[nodiscard]] std::shared_ptr<const Source> source() const;

  std::shared_ptr<const RemoteHolding> holding_;
  Open open_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Source> inner_;
  mutable FileIdentity identity_;  ///< of the copy
  HoldingSchema schema_;
};

}  // namespace gyre::coverage::remote

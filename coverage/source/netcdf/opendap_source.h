#pragma once

#include <mutex>
#include <string>

#include "coverage/source/file_identity.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A dataset that a server offers by OPeNDAP (DAP2), asked through netCDF-C. Every question is put
/// under the NetcdfLock, so that others wait meanwhile, but never longer than the store's time-out.
class OpendapSource final : public Source {
 public:
  explicit OpendapSource(std::string address);
  ~OpendapSource() override;
  OpendapSource(const OpendapSource&) = delete;
  OpendapSource& operator=(const OpendapSource&) = delete;

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  std::string address_;
  FileIdentity identity_;
  HoldingSchema schema_;
  int file_ = -1;  ///< used under the NetcdfLock
};

}  // namespace gyre::coverage

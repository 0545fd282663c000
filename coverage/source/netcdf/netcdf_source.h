#pragma once

#include <string>

#include "coverage/source/file_identity.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A NetCDF file (classic, 64-bit offset, CDF-5, NetCDF-4), read by netCDF-C; see open_source.
class NetcdfSource final : public Source {
 public:
  explicit NetcdfSource(std::string path);
  ~NetcdfSource() override;
  NetcdfSource(const NetcdfSource&) = delete;
  NetcdfSource& operator=(const NetcdfSource&) = delete;

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  std::string path_;
  FileIdentity identity_;
  HoldingSchema schema_;
};

}  // namespace gyre::coverage

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "coverage/encode/netcdf_plan.h"

namespace gyre::coverage {

/// A plan as a NetCDF file of one of the classic formats: its header, and where the values of each
/// variable lie. Known before any value is read. Source: NetCDF File Format Specifications,
/// "The Classic Format", with the 64-bit offset and 64-bit data (CDF-5) variants.
///
/// A dimension without cells would be the record dimension: it is left out, with all that lies
/// along it.
class ClassicLayout {
 public:
  enum class Format : std::uint8_t { Offset64 = 2, Cdf5 = 5 };

  ClassicLayout(const NetcdfPlan& plan, Format format);

  [[nodiscard]] const std::string& header() const { return header_; }
  /// Of the plan's variable: bytes of its values, padded; 0: it is left out.
  [[nodiscard]] std::uint64_t bytes(std::size_t variable) const { return bytes_.at(variable); }
  /// Of the whole file, where the variables follow the header in order.
  [[nodiscard]] std::uint64_t size() const;

 private:
  std::string header_;
  std::vector<std::uint64_t> bytes_;
};

}  // namespace gyre::coverage

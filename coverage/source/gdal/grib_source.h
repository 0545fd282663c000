#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "coverage/source/file_identity.h"
#include "coverage/source/gdal/gdal_raster.h"
#include "coverage/source/gdal/grib_variables.h"
#include "coverage/source/gdal/kept_variables.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A file of GRIB messages, of edition 1 or 2. What fields there are is told by our own reading of
/// their headers; where a grid lies and what a field holds, by GDAL, a message at a time.
///
/// A variable is a parameter on levels of one kind ("t_isobaric", "u_height", "swh"), over members,
/// times or runs and leads, and levels; fields that are not in the file are missing. Values are
/// float32, missing is NaN.
class GribSource final : public Source {
 public:
  explicit GribSource(std::string path);

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  void describe_all();
  void read_field(std::size_t which, const IndexRange& rows, const IndexRange& columns,
                  float* into) const;
  /// Rows from the north, columns from the west.
  void decode(const GribField& field, const IndexRange& rows, const IndexRange& columns,
              float* into) const;
  [[nodiscard]] std::string path_of(const GribField& field) const;
  [[nodiscard]] GdalRaster sample_of(const GribField& field) const;

  std::string path_;
  FileIdentity identity_;
  GribContent content_;
  HoldingSchema schema_;
  KeptVariables kept_;
  std::map<std::string, GribVariable> variables_;

  /// The field decoded last: a map is made of many windows, and each would decode all of it.
  struct Decoded {
    std::size_t which = GribVariable::kNone;
    std::shared_ptr<const std::vector<float>> values;
  };
  mutable std::mutex mutex_;  ///< of decoded_
  mutable Decoded decoded_;
};

}  // namespace gyre::coverage

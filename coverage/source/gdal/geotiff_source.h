#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "coverage/source/file_identity.h"
#include "coverage/source/gdal/gdal_raster.h"
#include "coverage/source/gdal/kept_variables.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// The bands of one field, in order along its axes.
struct GeotiffField {
  std::vector<int> bands;  ///< row-major; from 1; 0: there is none
  bool masked = false;     ///< a mask of the file says what is missing
};

/// A GeoTIFF, read by GDAL. A band is a field, unless what bands say of themselves (time, level,
/// member) makes several one field over these; rows and columns have the coordinates of the centres
/// of cells. Overviews are not looked at.
class GeotiffSource final : public Source {
 public:
  explicit GeotiffSource(std::string path);

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  void read_band(int band, bool masked, ElementType type, const IndexRange& rows,
                 const IndexRange& columns, std::byte* into) const;

  std::string path_;
  FileIdentity identity_;
  HoldingSchema schema_;
  KeptVariables kept_;
  std::map<std::string, GeotiffField> fields_;
  mutable std::mutex mutex_;  ///< of raster_
  GdalRaster raster_;
};

}  // namespace gyre::coverage

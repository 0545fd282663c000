#pragma once

#include "coverage/encode/encoder.h"

namespace gyre::coverage {

/// GeoTIFF: north-up rasters of one data type and one nodata value, a band for each field and each
/// sample of the axes that are not x and y. Grids that are not regular in x and y are refused.
class GeotiffEncoder final : public Encoder {
 public:
  [[nodiscard]] std::string media_type() const override { return "image/tiff"; }
  [[nodiscard]] std::vector<std::string> aliases() const override;
  [[nodiscard]] std::string extension() const override { return ".tif"; }
  [[nodiscard]] std::string title() const override { return "GeoTIFF"; }
  void check(const View& view) const override;
  void write_file(const View& view, const std::string& path, const Provenance& provenance,
                  const AbortToken& abort) const override;
  [[nodiscard]] std::string write_small(const View& view, const Provenance& provenance,
                                        const AbortToken& abort) const override;
};

}  // namespace gyre::coverage

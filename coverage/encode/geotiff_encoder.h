#pragma once

#include "coverage/encode/encoder.h"

namespace gyre::coverage {

/// GeoTIFF: north-up rasters of one data type and one nodata value, a band for each field and each
/// sample of the axes that are not x and y. Grids that are not regular in x and y are refused.
/// Plain, or Cloud Optimized (OGC 21-026): the same raster with its overviews, laid out to be read
/// in part.
class GeotiffEncoder final : public Encoder {
 public:
  enum class Kind { Plain, CloudOptimized };
  explicit GeotiffEncoder(Kind kind) : kind_(kind) {}

  [[nodiscard]] std::string media_type() const override;
  [[nodiscard]] std::vector<std::string> aliases() const override;
  [[nodiscard]] std::string extension() const override { return ".tif"; }
  [[nodiscard]] std::string title() const override;
  void check(const View& view) const override;
  [[nodiscard]] std::size_t bytes_held(std::size_t values_bytes) const override;

 private:
  [[nodiscard]] std::string write(const View& view, const std::optional<std::string>& path,
                                  const Provenance& provenance,
                                  const AbortToken& abort) const override;

  Kind kind_;
};

}  // namespace gyre::coverage

#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <gdal.h>
#include <ogr_srs_api.h>
#include <unistd.h>

#include "coverage/encode/encoder.h"
#include "tests/coverage/encode/sample_dataset.h"

namespace gyre::coverage::testing {

/// A finished GeoTIFF, read back by GDAL; removed in the end.
class Written {
 public:
  Written(const std::shared_ptr<const Dataset>& dataset,
          const std::vector<DimensionSubset>& subsets, const std::vector<std::string>& fields = {},
          const char* media_type = "image/tiff") {
    const View view(resolve(dataset, dataset->coverages[0], subsets, fields));
    static int count = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("gyre-geotiff-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count)))
                .string();
    const Encoder* encoder = find_encoder(media_type);
    encoder->check(view);
    encoder->write_file(view, path_, {"GET /wcs?x&y=<\"z\">", "Gyre 0.1 WCS 2.0.1", 0}, {});
    GDALAllRegister();
    file_ = GDALOpen(path_.c_str(), GA_ReadOnly);
    REQUIRE(file_ != nullptr);
  }
  ~Written() {
    GDALClose(file_);
    CHECK_FALSE(std::filesystem::exists(path_ + ".aux.xml"));
    std::filesystem::remove(path_);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int bands() const { return GDALGetRasterCount(file_); }
  [[nodiscard]] GDALRasterBandH band(int b) const { return GDALGetRasterBand(file_, b); }
  [[nodiscard]] std::array<double, 6> geotransform() const {
    std::array<double, 6> g{};
    GDALGetGeoTransform(file_, g.data());
    return g;
  }
  [[nodiscard]] std::vector<double> values(int b) const { return values_of(band(b)); }
  [[nodiscard]] static std::vector<double> values_of(GDALRasterBandH band) {
    const int nx = GDALGetRasterBandXSize(band);
    const int ny = GDALGetRasterBandYSize(band);
    std::vector<double> values(static_cast<std::size_t>(nx) * static_cast<std::size_t>(ny));
    REQUIRE(GDALRasterIO(band, GF_Read, 0, 0, nx, ny, values.data(), nx, ny, GDT_Float64, 0, 0) ==
            CE_None);
    return values;
  }
  [[nodiscard]] std::string metadata(int b, const char* key) const {
    const char* text = GDALGetMetadataItem(b == 0 ? file_ : band(b), key, nullptr);
    return text != nullptr ? text : "(none)";
  }
  [[nodiscard]] std::string authority() const {
    OGRSpatialReferenceH srs = GDALGetSpatialRef(file_);
    const char* code = srs != nullptr ? OSRGetAuthorityCode(srs, nullptr) : nullptr;
    return code != nullptr ? code : "(none)";
  }

 private:
  std::string path_;
  GDALDatasetH file_ = nullptr;
};

inline Field field_of(std::string name, ElementType type, std::vector<Scalar> fills = {}) {
  Field field;
  field.name = std::move(name);
  field.declared = field.storage = type;
  if (!fills.empty()) field.attributes.set(text("missing_value", "declared"));
  field.missing.fills = std::move(fills);
  return field;
}

}  // namespace gyre::coverage::testing

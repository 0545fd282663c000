#include <array>
#include <cmath>

#include <catch2/catch.hpp>
#include <gdal.h>

#include "coverage/base/error.h"
#include "coverage/encode/encoder.h"
#include "tests/coverage/encode/sample_dataset.h"
#include "tests/coverage/encode/written_geotiff.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

std::string refusal(const std::shared_ptr<const Dataset>& dataset,
                    const std::vector<DimensionSubset>& subsets) {
  try {
    find_encoder("image/tiff")->check(View(resolve(dataset, dataset->coverages[0], subsets, {})));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::EncodingRefused);
    CHECK(error.subject() == "FORMAT");
    return error.what();
  }
  return "(not refused)";
}

/// One field of a type on a 2x3 grid, with its missing rule.
std::shared_ptr<Dataset> tiny(const std::vector<Field>& fields,
                              const std::vector<std::vector<double>>& values,
                              std::vector<double> lats = {0, 1}) {
  auto source = std::make_shared<MemorySource>();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    source->add({fields[i].name, fields[i].storage, {"lat", "lon"}, {2, 3}, {}, {}}, values[i]);
  }
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "tiny";
  dataset->source = source;
  dataset->coverages.push_back(
      {"tiny",
       DomainSet({latitude_axis(std::move(lats)), longitude_axis({10, 11, 12})}, Crs(), ""),
       fields,
       {}});
  return dataset;
}

}  // namespace

TEST_CASE("a GeoTIFF is north-up with its corner on a cell edge", "[encode][geotiff]") {
  // The sample's latitudes ascend: rows are turned over.
  const Written file(sample_ocean(), {{"lon", Trim{"-20", "20"}}, {"time", Slice{"2024-01-02"}}},
                     {"temp"});
  CHECK(file.geotransform() == std::array<double, 6>{-20, 10, 0, 60, 0, -30});
  CHECK(file.authority() == "4326");
  CHECK(file.bands() == 2);
  CHECK(file.values(1) == std::vector<double>{1334, 1335, 1300, 1301, 1234, 1235, 1200, 1201, 1134,
                                              1135, 1100, 1101, 1034, 1035, 1000, 1001});
  CHECK(GDALGetRasterDataType(file.band(1)) == GDT_Int16);
  CHECK(GDALGetRasterNoDataValue(file.band(2), nullptr) == -32768);
  CHECK(GDALGetRasterScale(file.band(1), nullptr) == 0.01);
  CHECK(GDALGetRasterOffset(file.band(2), nullptr) == 10);
  CHECK(std::string(GDALGetRasterUnitType(file.band(1))) == "degC");
  CHECK(file.metadata(2, "depth") == "10.1");
  CHECK(file.metadata(2, "time") == "2024-01-02T12:00:00Z");
  CHECK(file.metadata(0, "TIFFTAG_COPYRIGHT") == "free");
  CHECK(file.metadata(0, "AREA_OR_POINT") == "Area");
  CHECK(file.metadata(0, "TIFFTAG_SOFTWARE") == "Gyre 0.1 WCS 2.0.1");
  CHECK(file.metadata(0, "request") == "GET /wcs?x&y=<\"z\">");
}

TEST_CASE("large rasters are tiled, and all have as many values as cells", "[encode][geotiff]") {
  const auto [height, width] = GENERATE(
      table<std::size_t, std::size_t>({{2100, 2100}, {700, 1000}, {3, 300'000}, {70'000, 5}}));
  std::vector<double> lats, lons, values;
  for (std::size_t j = 0; j < height; ++j) lats.push_back(80 - 0.001 * static_cast<double>(j));
  for (std::size_t i = 0; i < width; ++i) lons.push_back(0.001 * static_cast<double>(i));
  for (std::size_t cell = 0; cell < height * width; ++cell) {
    values.push_back(static_cast<double>(cell % 251));
  }
  auto source = std::make_shared<MemorySource>();
  for (const char* const name : {"a", "b"}) {
    source->add({name, ElementType::UInt8, {"lat", "lon"}, {height, width}, {}, {}}, values);
  }
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "large";
  dataset->source = source;
  dataset->coverages.push_back(
      {"large",
       DomainSet({number_axis("lat", AxisRole::Y, lats), number_axis("lon", AxisRole::X, lons)},
                 Crs(), ""),
       {field_of("a", ElementType::UInt8), field_of("b", ElementType::UInt8)},
       {}});
  const Written file(dataset, {});
  int across = 0, down = 0;
  GDALGetBlockSize(file.band(1), &across, &down);
  CHECK((across == 512) == (height == 2100));
  CHECK(file.values(1) == values);
  CHECK(file.values(2) == values);
}

TEST_CASE("bands go by field, time and level; differing fields get one exact type",
          "[encode][geotiff]") {
  const Written file(sample_ocean(), {{"lon", Trim{"5", "95"}}});
  CHECK(file.bands() == 2 * 3 * 2);
  CHECK(GDALGetRasterDataType(file.band(1)) == GDT_Int16);  // int16 and uint8
  CHECK(file.metadata(2, "depth") == "10.1");
  CHECK(file.metadata(3, "time") == "2024-01-02T12:00:00Z");
  CHECK(file.metadata(7, "variable") == "flags");
  CHECK(std::string(GDALGetDescription(file.band(12))) ==
        "flags time=2024-01-03T12:00:00Z depth=10.1");
  CHECK(file.values(7).front() == 203);
  CHECK(file.values(1)[7] == -32768);
}

TEST_CASE("every missing code becomes the one nodata", "[encode][geotiff]") {
  Field field = field_of("v", ElementType::Int16, {std::int64_t{-999}, std::int64_t{-888}});
  field.missing.valid_max = std::int64_t{100};
  const Written file(tiny({field}, {{1, -999, -888, 2, 101, 3}}), {});
  CHECK(GDALGetRasterNoDataValue(file.band(1), nullptr) == -999);
  CHECK(file.values(1) == std::vector<double>{2, -999, 3, 1, -999, -999});
}

TEST_CASE("floats without a declared fill have NaN for nodata", "[encode][geotiff]") {
  Field field = field_of("v", ElementType::Float32);
  field.missing.fills = {9.9692099683868690e+36};
  const double nan = std::nan("");
  const Written file(tiny({field}, {{1, nan, 3, 4, 5, 9.9692099683868690e+36F}}), {});
  CHECK(std::isnan(GDALGetRasterNoDataValue(file.band(1), nullptr)));
  CHECK(std::isnan(file.values(1)[2]));
  CHECK(file.values(1)[3] == 1);
}

TEST_CASE("the nodata of one field is never data of another", "[encode][geotiff]") {
  // 0 is missing in a, a value in b; -999 the other way round.
  const Written file(tiny({field_of("a", ElementType::Int16, {std::int64_t{0}}),
                           field_of("b", ElementType::Int16, {std::int64_t{-999}})},
                          {{0, -999, 1, 2, 3, 4}, {0, -999, 1, 2, 3, 4}}),
                     {});
  const double nodata = GDALGetRasterNoDataValue(file.band(1), nullptr);
  CHECK(GDALGetRasterDataType(file.band(1)) == GDT_Int32);  // no int16 is free
  CHECK(file.values(1) == std::vector<double>{2, 3, 4, nodata, -999, 1});
  CHECK(file.values(2) == std::vector<double>{2, 3, 4, 0, nodata, 1});
}

TEST_CASE("64-bit integers keep a fill that no double holds", "[encode][geotiff]") {
  constexpr std::int64_t fill = -9223372036854775806;  // netCDF's default
  const Field field = field_of("v", ElementType::Int64, {fill});
  const Written file(tiny({field}, {{1, 2, 3, 4, 5, 9007199254740992.0}}), {});
  CHECK(GDALGetRasterDataType(file.band(1)) == GDT_Int64);
  int has = 0;
  CHECK(GDALGetRasterNoDataValueAsInt64(file.band(1), &has) == fill);
  CHECK(has == 1);
  CHECK(file.values(1) == std::vector<double>{4, 5, 9007199254740992.0, 1, 2, 3});
}

TEST_CASE("bytes without missing values need no nodata", "[encode][geotiff]") {
  const Written file(tiny({field_of("v", ElementType::UInt8)}, {{0, 255, 1, 2, 3, 4}}), {});
  int has = 1;
  GDALGetRasterNoDataValue(file.band(1), &has);
  CHECK(has == 0);
  CHECK(GDALGetRasterDataType(file.band(1)) == GDT_Byte);
}

TEST_CASE("one row, one column and one cell stay rasters", "[encode][geotiff]") {
  const auto dataset = sample_ocean();
  const Written point(dataset, {{"lon", Slice{"15"}}, {"lat", Slice{"15"}}, {"depth", Slice{"0"}}},
                      {"temp"});
  CHECK(point.geotransform() == std::array<double, 6>{10, 10, 0, 30, 0, -30});
  CHECK(point.bands() == 3);
  CHECK(point.values(2) == std::vector<double>{1201});
}

TEST_CASE("what GeoTIFF cannot say is refused before any reading", "[encode][geotiff]") {
  const auto irregular = tiny({field_of("v", ElementType::UInt8)}, {{0, 1, 2, 3, 4, 5}});
  irregular->coverages[0] = {
      "tiny",
      DomainSet({latitude_axis({0, 1}), longitude_axis({10, 11, 15})}, Crs(), ""),
      irregular->coverages[0].fields,
      {}};
  CHECK_THAT(refusal(irregular, {}),
             Catch::Contains("'lon' is not evenly spaced") && Catch::Contains("NetCDF"));
  CHECK(refusal(irregular, {{"lon", Trim{"10", "11"}}}) == "(not refused)");

  const auto whole = tiny(
      {field_of("v", ElementType::Int64, {std::int64_t{-1}}), field_of("w", ElementType::Float64)},
      {{0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5}});
  CHECK_THAT(refusal(whole, {}), Catch::Contains("RANGESUBSET"));
}

TEST_CASE("a CRS that geokeys cannot say is named and defined in the metadata",
          "[encode][geotiff]") {
  auto rotated = tiny({field_of("v", ElementType::UInt8)}, {{0, 1, 2, 3, 4, 5}});
  rotated->coverages[0] = {
      "tiny",
      DomainSet({number_axis("rlat", AxisRole::Y, {0, 1}),
                 number_axis("rlon", AxisRole::X, {10, 11, 12})},
                Crs::from_definition("+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 "
                                     "+lon_0=18 +to_meter=0.0174532925199433 +type=crs"),
                "rotated_pole"),
      rotated->coverages[0].fields,
      {}};
  auto source = std::make_shared<MemorySource>();
  source->add({"v", ElementType::UInt8, {"rlat", "rlon"}, {2, 3}, {}, {}},
              std::vector<int>{0, 1, 2, 3, 4, 5});
  rotated->source = source;
  const Written file(rotated, {});
  CHECK(file.authority() == "(none)");
  CHECK(file.geotransform() == std::array<double, 6>{9.5, 1, 0, 1.5, 0, -1});
  CHECK_THAT(file.metadata(0, "crs_wkt"), Catch::Contains("39.25"));
}

TEST_CASE("projected grids keep their CRS, known or not", "[encode][geotiff]") {
  const char* const definition =
      GENERATE("EPSG:3413",
               "+proj=stere +lat_0=45 +lon_0=10 +k=0.99 +x_0=0 +y_0=0 +R=6371229 "
               "+units=m +type=crs",
               "+proj=lcc +lat_1=25 +lat_0=25 +lon_0=265 +R=6371229 +type=crs",
               "+proj=sinu +lon_0=0 +R=6371007.181 +type=crs");
  auto dataset = tiny({field_of("v", ElementType::UInt8)}, {{0, 1, 2, 3, 4, 5}});
  const Crs crs = std::string(definition).starts_with("EPSG") ? Crs::from_user_input(definition)
                                                              : Crs::from_definition(definition);
  dataset->coverages[0] = {"tiny",
                           DomainSet({number_axis("y", AxisRole::Y, {2000, 1000}),
                                      number_axis("x", AxisRole::X, {0, 1000, 2000})},
                                     crs, "p"),
                           dataset->coverages[0].fields,
                           {}};
  dataset->source = [] {
    auto source = std::make_shared<MemorySource>();
    source->add({"v", ElementType::UInt8, {"y", "x"}, {2, 3}, {}, {}},
                std::vector<int>{0, 1, 2, 3, 4, 5});
    return source;
  }();
  const Written file(dataset, {});
  CHECK(file.geotransform() == std::array<double, 6>{-500, 1000, 0, 2500, 0, -1000});
  CHECK(file.values(1) == std::vector<double>{0, 1, 2, 3, 4, 5});
}

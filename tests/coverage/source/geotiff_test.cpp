#include <cmath>
#include <filesystem>

#include <catch2/catch.hpp>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include "coverage/base/error.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

/// A GeoTIFF of 4 columns and 3 rows whose bands hold 10 * band + index; `change` does the rest.
std::string make(const TemporaryFolder& folder, int bands, GDALDataType type,
                 const std::function<void(GDALDataset&)>& change, int epsg = 4326) {
  GDALAllRegister();
  const std::string path = folder / "file.tif";
  GDALDriver* const driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  REQUIRE(driver != nullptr);
  GDALDataset* const file = driver->Create(path.c_str(), 4, 3, bands, type, nullptr);
  REQUIRE(file != nullptr);
  double place[] = {10, 0.5, 0, 50, 0, -0.25};
  file->SetGeoTransform(place);
  if (epsg != 0) {
    OGRSpatialReference crs;
    crs.importFromEPSG(epsg);
    file->SetSpatialRef(&crs);
  }
  change(*file);
  for (int band = 1; band <= bands; ++band) {
    std::vector<double> values;
    for (int i = 0; i < 12; ++i) values.push_back(10 * band + i);
    REQUIRE(file->GetRasterBand(band)->RasterIO(GF_Write, 0, 0, 4, 3, values.data(), 4, 3,
                                                GDT_Float64, 0, 0, nullptr) == CE_None);
  }
  GDALClose(file);
  return path;
}

std::vector<double> doubles(const Source& source, const std::string& name, std::size_t size) {
  const RawBlock block = source.read(name, {{0, size}});
  return {block.as<double>().begin(), block.as<double>().end()};
}

ErrorKind refusal(const std::string& path, std::string& said) {
  try {
    static_cast<void>(open_source(path));
  } catch (const Error& error) {
    said = error.what();
    return error.kind();
  }
  FAIL("opened");
  return ErrorKind::Internal;
}

}  // namespace

TEST_CASE("bands of a GeoTIFF are fields at the centres of its cells", "[source][geotiff]") {
  const TemporaryFolder folder;
  const auto source = open_source(make(folder, 2, GDT_Int16, [](GDALDataset& file) {
    file.GetRasterBand(1)->SetDescription("thetao");
    file.GetRasterBand(1)->SetUnitType("degC");
    file.GetRasterBand(1)->SetScale(0.5);
    file.GetRasterBand(1)->SetOffset(-5);
    file.GetRasterBand(1)->SetNoDataValue(-7);
  }));
  const HoldingSchema schema = source->describe();
  CHECK(schema.format == "GeoTIFF");
  REQUIRE(schema.find("thetao") != nullptr);
  REQUIRE(schema.find("band2") != nullptr);
  const VariableSchema& band = *schema.find("thetao");
  CHECK(band.type == ElementType::Int16);
  CHECK(band.dimensions == std::vector<std::string>{"lat", "lon"});
  CHECK(band.attributes.text("units") == "degC");
  CHECK(band.attributes.number("scale_factor") == 0.5);
  CHECK(band.attributes.number("add_offset") == -5.0);
  CHECK(band.attributes.number("_FillValue") == -7.0);
  CHECK(schema.find("crs")->attributes.text("crs_wkt")->find("WGS 84") != std::string::npos);
  CHECK(doubles(*source, "lon", 4) == std::vector<double>{10.25, 10.75, 11.25, 11.75});
  CHECK(doubles(*source, "lat", 3) == std::vector<double>{49.875, 49.625, 49.375});
  const RawBlock part = source->read("band2", {{1, 3}, {2, 4}});
  CHECK(std::vector<std::int16_t>(part.as<std::int16_t>().begin(), part.as<std::int16_t>().end()) ==
        std::vector<std::int16_t>{26, 27, 30, 31});
}

TEST_CASE("a GeoTIFF of points has its centres where they are", "[source][geotiff]") {
  const TemporaryFolder folder;
  const auto source = open_source(make(folder, 1, GDT_Byte, [](GDALDataset& file) {
    file.SetMetadataItem("AREA_OR_POINT", "Point");
  }));
  CHECK(doubles(*source, "lon", 4) == std::vector<double>{10.25, 10.75, 11.25, 11.75});
}

TEST_CASE("bands that say when and how deep they are become one field", "[source][geotiff]") {
  const TemporaryFolder folder;
  const auto source = open_source(make(folder, 4, GDT_Float32, [](GDALDataset& file) {
    for (int band = 1; band <= 4; ++band) {
      GDALRasterBand& one = *file.GetRasterBand(band);
      one.SetMetadataItem("variable", "so");
      // Bands 1 and 2 are the later ones.
      one.SetMetadataItem("time", band <= 2 ? "2024-01-02T00:00:00Z" : "2024-01-01T00:00:00Z");
      one.SetMetadataItem("depth", band % 2 == 1 ? "0" : "10");
    }
  }));
  const HoldingSchema schema = source->describe();
  REQUIRE(schema.find("so") != nullptr);
  CHECK(schema.find("so")->dimensions == std::vector<std::string>{"depth", "time", "lat", "lon"});
  CHECK(doubles(*source, "depth", 2) == std::vector<double>{0, 10});
  CHECK(schema.find("time")->attributes.text("units") == "seconds since 1970-01-01 00:00:00");
  CHECK(doubles(*source, "time", 2) == std::vector<double>{1704067200, 1704153600});
  const RawBlock block = source->read("so", {{0, 2}, {0, 2}, {0, 1}, {0, 1}});
  CHECK(std::vector<float>(block.as<float>().begin(), block.as<float>().end()) ==
        std::vector<float>{30, 10, 40, 20});
}

TEST_CASE("what a mask of a GeoTIFF leaves out is missing, in a wider type", "[source][geotiff]") {
  const TemporaryFolder folder;
  CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
  const auto source = open_source(make(folder, 1, GDT_Byte, [](GDALDataset& file) {
    file.CreateMaskBand(GMF_PER_DATASET);
    std::vector<std::uint8_t> mask(12, 255);
    mask[5] = 0;
    REQUIRE(file.GetRasterBand(1)->GetMaskBand()->RasterIO(GF_Write, 0, 0, 4, 3, mask.data(), 4, 3,
                                                           GDT_Byte, 0, 0, nullptr) == CE_None);
  }));
  CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", nullptr);
  const RawBlock block = source->read("band1", {{1, 2}, {0, 3}});
  REQUIRE(block.type == ElementType::Int16);
  CHECK(block.as<std::int16_t>()[0] == 14);
  CHECK(block.as<std::int16_t>()[1] == -32768);
  CHECK(source->describe().find("band1")->attributes.number("_FillValue") == -32768.0);
}

TEST_CASE("a palette of a GeoTIFF is its flags", "[source][geotiff]") {
  const TemporaryFolder folder;
  const auto source = open_source(make(folder, 1, GDT_Byte, [](GDALDataset& file) {
    GDALColorTable colours;
    const GDALColorEntry red{255, 0, 0, 255}, green{0, 255, 0, 255};
    colours.SetColorEntry(1, &red);
    colours.SetColorEntry(2, &green);
    file.GetRasterBand(1)->SetColorTable(&colours);
  }));
  const HoldingSchema schema = source->describe();
  const Attributes& attributes = schema.find("band1")->attributes;
  CHECK(attributes.numbers("flag_values") == std::vector<double>{0, 1, 2});
  CHECK(attributes.text("flag_colors") == "#000000 #ff0000 #00ff00");
}

TEST_CASE("a TIFF that does not say where it lies is refused with the reason",
          "[source][geotiff]") {
  const TemporaryFolder folder;
  std::string said;
  const auto turned = [](GDALDataset& file) {
    double place[] = {400000, 100, 20, 5000000, 20, -100};
    file.SetGeoTransform(place);
  };
  CHECK(refusal(make(folder, 1, GDT_Byte, turned, 32633), said) == ErrorKind::UnsupportedHolding);
  CHECK_THAT(said, Catch::Contains("turned against its CRS"));
  const auto metres = [](GDALDataset& file) {
    double place[] = {400000, 100, 0, 5000000, 0, -100};
    file.SetGeoTransform(place);
  };
  CHECK(refusal(make(folder, 1, GDT_Byte, metres, 0), said) == ErrorKind::UnsupportedHolding);
  CHECK_THAT(said, Catch::Contains("not in which CRS"));
  write_file(folder / "file.tif", std::string("II*\0damaged", 11));
  CHECK(refusal(folder / "file.tif", said) == ErrorKind::MalformedHolding);
}

TEST_CASE("rows turned against longitudes and latitudes have these for each cell",
          "[source][geotiff]") {
  const TemporaryFolder folder;
  const auto source = open_source(make(folder, 1, GDT_Byte, [](GDALDataset& file) {
    double place[] = {10, 0.5, 0.1, 50, 0.2, -0.25};
    file.SetGeoTransform(place);
  }));
  const HoldingSchema schema = source->describe();
  REQUIRE(schema.find("band1") != nullptr);
  CHECK(schema.find("band1")->attributes.text("coordinates") == "lat lon");
  const RawBlock lon = source->read("lon", {{0, 3}, {0, 4}});
  CHECK(lon.as<double>()[5] == Approx(10 + 1.5 * 0.5 + 1.5 * 0.1));
}

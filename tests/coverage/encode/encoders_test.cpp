#include <catch2/catch.hpp>

#include "coverage/encode/encoder.h"
#include "coverage/source/source.h"
#include "tests/coverage/encode/sample_dataset.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;

TEST_CASE("encoders are found by media type and alias", "[encode]") {
  const auto title = [](const char* media_type) {
    const Encoder* encoder = find_encoder(media_type);
    return encoder != nullptr ? encoder->title() : std::string("none");
  };
  CHECK(title("application/netcdf") == "NetCDF-4");
  CHECK(title("Application/X-NetCDF") == "NetCDF-4");
  CHECK(title("application/x-netcdf4; charset=binary") == "NetCDF-4");
  CHECK(title("application/x-netcdf3") == "NetCDF classic");
  CHECK(title("application/netcdf; version=3") == "NetCDF classic");
  CHECK(title("image/tiff;application=geotiff") == "GeoTIFF");
  CHECK(title("image/GeoTIFF") == "GeoTIFF");
  CHECK(title("image/tiff") == "GeoTIFF");
  CHECK(title("image/tiff; profile=other") == "GeoTIFF");
  const char* const cog = "Cloud Optimized GeoTIFF";
  CHECK(title("image/tiff; application=geotiff; profile=cloud-optimized") == cog);
  CHECK(title("image/tiff;profile=\"cloud-optimized\";application=geotiff") == cog);
  CHECK(title("image/tiff;profile=cloud-optimized") == cog);
  CHECK(title("image/vnd.stac.geotiff; cloud-optimized=true") == cog);
  CHECK(title("text/plain") == "none");
  CHECK(title("") == "none");
}

TEST_CASE("a file made in memory says what one on disk says", "[encode]") {
  const gyre::test::TemporaryFolder folder;
  const Encoder& encoder = *encoders()[GENERATE(0u, 1u, 2u, 3u)];
  const std::size_t width = GENERATE(1u, 36u, 9000u);  // the last is chunked in NetCDF-4
  auto source = std::make_shared<testing::MemorySource>();
  std::vector<double> lons, values;
  for (std::size_t i = 0; i < width; ++i) lons.push_back(0.01 * static_cast<double>(i));
  for (std::size_t i = 0; i < 3 * width; ++i) values.push_back(static_cast<double>(i % 99));
  source->add({"v", ElementType::Int16, {"lat", "lon"}, {3, width}, {}, {}}, values);
  Field field;
  field.name = "v";
  field.declared = field.storage = ElementType::Int16;
  field.missing.fills = {std::int64_t{-1}};
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "small";
  dataset->source = source;
  dataset->schema = std::make_shared<HoldingSchema>(source->describe());
  dataset->coverages.push_back({"small",
                                DomainSet({testing::number_axis("lat", AxisRole::Y, {0, 1, 2}),
                                           testing::number_axis("lon", AxisRole::X, lons)},
                                          Crs(), ""),
                                {field},
                                {}});
  const View view(resolve(dataset, dataset->coverages[0], {}, {}));
  const std::string on_disk = folder / ("a" + encoder.extension());
  const std::string from_memory = folder / ("b" + encoder.extension());
  encoder.write_file(view, on_disk, {}, {});
  gyre::test::write_file(from_memory, encoder.write_small(view, {}, {}));
  const auto a = open_source(on_disk), b = open_source(from_memory);
  const HoldingSchema schema = a->describe();
  CHECK(b->describe() == schema);
  for (const VariableSchema& variable : schema.variables) {
    IndexBox whole;
    for (const std::size_t extent : variable.shape) whole.push_back({0, extent});
    CHECK(a->read(variable.name, whole) == b->read(variable.name, whole));
  }
}

#include <catch2/catch.hpp>

#include "coverage/encode/encoder.h"

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
  CHECK(title("text/plain") == "none");
  CHECK(title("") == "none");
}

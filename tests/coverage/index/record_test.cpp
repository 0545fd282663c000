#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/index/holding_record.h"
#include "coverage/index/indexed_holding.h"
#include "coverage/source/inspect.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;

namespace {

constexpr const char* kCdl = R"(netcdf small {
dimensions: time = UNLIMITED ; lat = 2 ; lon = 3 ; nv = 2 ; n = 4 ;
variables:
  double time(time) ; time:units = "days since 2020-01-01" ; time:bounds = "time_bnds" ;
  double time_bnds(time, nv) ;
  float lat(lat) ; lat:units = "degrees_north" ;
  float lon(lon) ; lon:units = "degrees_east" ;
  char member(n) ;
  short v(time, lat, lon) ; v:scale_factor = 0.5 ; v:_FillValue = -1s ; v:coordinates = "member" ;
  v:flags = 1ub, 255ub ; v:big = 9000000000000000000L ; v:names = "a", "b" ;
  :title = "small" ;
data: time = 0, 1 ; time_bnds = 0, 1, 1, 2 ; lat = 10, 20 ; lon = 1, 2, 3 ; member = "m001" ;
  v = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ; }
)";

}  // namespace

TEST_CASE("a record keeps what places the data, and leaves the data", "[index]") {
  const TemporaryFolder folder;
  const std::string path = ncgen(folder, "small", kCdl, "nc4");
  const HoldingRecord record = inspect(path);
  CHECK(record.refusal.empty());
  for (const char* kept : {"time", "time_bnds", "lat", "lon"}) {
    REQUIRE(record.values.contains(kept));
    const auto source = open_source(path);
    IndexBox all;
    for (const std::size_t extent : record.schema.find(kept)->shape) all.push_back({0, extent});
    CHECK(record.values.at(kept) == source->read(kept, all));
  }
  CHECK_FALSE(record.values.contains("v"));
  CHECK(record.texts.at("member") == std::vector<std::string>{"m001"});
}

TEST_CASE("a record comes back from its bytes as it was", "[index]") {
  const TemporaryFolder folder;
  const HoldingRecord record = inspect(ncgen(folder, "small", kCdl, "nc4"));
  CHECK(record_from_bytes(record_to_bytes(record)) == record);
}

TEST_CASE("bytes that were cut or changed give an error, or a record, and nothing else",
          "[index]") {
  const TemporaryFolder folder;
  const std::string bytes = record_to_bytes(inspect(ncgen(folder, "small", kCdl, "nc4")));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(record_from_bytes(std::string_view(bytes).substr(0, size)), Error);
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int mask : {0x01, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      try {
        static_cast<void>(record_from_bytes(changed));
      } catch (const Error&) {
      }
    }
  }
}

TEST_CASE("what cannot be served is a record with the reason", "[index]") {
  const TemporaryFolder folder;
  const std::string path = ncgen(folder, "small", kCdl, "nc4");
  std::filesystem::resize_file(path, 700);
  CHECK_FALSE(inspect(path).refusal.empty());
  CHECK_FALSE(inspect(folder / "none.nc").refusal.empty());
}

TEST_CASE("holdings with equal values have equal fingerprints", "[index]") {
  const TemporaryFolder folder;
  const auto record =
      std::make_shared<const HoldingRecord>(inspect(ncgen(folder, "small", kCdl, "nc4")));
  const auto one = holding_of("a", "a", record), other = holding_of("b", "b", record);
  CHECK(one->fingerprint("lat") == other->fingerprint("lat"));
  CHECK(one->fingerprint("lat") != one->fingerprint("lon"));
  CHECK(one->fingerprint("v") == std::nullopt);
  CHECK(one->structure()->attributes.list().empty());
  CHECK(schema_of(*one) == record->schema);
}

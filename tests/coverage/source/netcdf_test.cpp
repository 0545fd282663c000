#include <atomic>
#include <thread>

#include "coverage/base/error.h"
#include "coverage/source/netcdf_lock.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;

TEST_CASE("groups, texts and enumerations of NetCDF-4 are described and read", "[source]") {
  const TemporaryFolder folder;
  const auto source = open_source(ncgen(folder, "groups.nc", R"(netcdf groups {
types: byte enum cloud { clear = 0, low = 1, high = 7 } ; compound pair { int a ; float b ; } ;
dimensions: x = 2 ; n = 3 ; length = 4 ;
variables:
  double x(x) ;
  string name(n) ; char code(n, length) ; char label(length) ;
  cloud clouds(n) ; cloud clouds:_FillValue = low ;
  pair pairs(n) ;
  string :list = "one", "two" ;
  :odd = 1b, -2b ;
  :many = 18446744073709551615ull ;
data:
  x = 1, 2 ;
  name = "ä", "", "member 3" ; code = "ab", "wxyz", "" ; label = "text" ;
  clouds = low, high, clear ;
group: deep {
  dimensions: y = 2 ;
  variables: double y(y) ; float v(y, x) ;
  data: y = 3, 4 ; v = 1, 2, 3, 4 ;
  group: er { variables: short w(y) ; data: w = 5, 6 ; }
}
}
)"));
  const HoldingSchema schema = source->describe();
  REQUIRE(schema.find("deep/v") != nullptr);
  CHECK(schema.find("deep/v")->dimensions == std::vector<std::string>{"deep/y", "x"});
  CHECK(schema.find("deep/y")->dimensions == std::vector<std::string>{"deep/y"});
  CHECK(source->read("deep/v", {{1, 2}, {0, 2}}).as<float>()[0] == 3);
  CHECK(source->read("deep/er/w", {{0, 2}}).as<std::int16_t>()[1] == 6);

  CHECK(schema.find("name")->type == ElementType::String);
  CHECK(schema.find("code")->dimensions == std::vector<std::string>{"n"});
  CHECK(schema.find("label")->dimensions.empty());
  CHECK(source->read_strings("name") == std::vector<std::string>{"ä", "", "member 3"});
  CHECK(source->read_strings("code") == std::vector<std::string>{"ab", "wxyz", ""});
  CHECK(source->read_strings("label") == std::vector<std::string>{"text"});

  CHECK(schema.find("clouds")->type == ElementType::Int8);
  const Attributes& clouds = schema.find("clouds")->attributes;
  CHECK(clouds.text("flag_meanings") == "clear low high");
  CHECK(clouds.numbers("flag_values") == std::vector<double>{0, 1, 7});
  CHECK(clouds.find("_FillValue")->value == Attribute::Value(std::vector<std::int64_t>{1}));
  CHECK(source->read("clouds", {{0, 3}}).as<std::int8_t>()[1] == 7);
  CHECK(schema.find("pairs") == nullptr);
  REQUIRE(schema.remarks.size() == 1);
  CHECK_THAT(schema.remarks[0], Catch::Contains("pairs"));

  const Attributes& global = schema.attributes;
  CHECK(global.find("list")->value == Attribute::Value(std::vector<std::string>{"one", "two"}));
  CHECK(global.find("odd")->type == ElementType::Int8);
  CHECK(global.find("odd")->value == Attribute::Value(std::vector<std::int64_t>{1, -2}));
  CHECK(global.find("many")->value ==
        Attribute::Value(std::vector<std::uint64_t>{18446744073709551615U}));
}

TEST_CASE("two sources on one file do not disturb each other", "[source]") {
  // Two HDF5 handles on one file with a string variable crash when the second is closed.
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "twice.nc", R"(netcdf twice {
dimensions: n = 2 ;
variables: string name(n) ; float v(n) ;
data: name = "a", "b" ; v = 1, 2 ; }
)");
  const auto first = open_source(file);
  {
    const auto second = open_source(file);
    CHECK(second->read_strings("name").size() == 2);
  }
  CHECK(first->read("v", {{0, 2}}).as<float>()[1] == 2);
  CHECK(first->read_strings("name")[1] == "b");
}

TEST_CASE("a file that is open here can be rewritten in place by others", "[source]") {
  const TemporaryFolder folder;
  const std::string cdl =
      "netcdf a { dimensions: n = 2 ; variables: float v(n) ; data: v = 1, 2 ; }";
  const std::string file = ncgen(folder, "a.nc", cdl);
  const auto source = open_source(file);
  CHECK(source->read("v", {{0, 2}}).as<float>()[1] == 2);
  static_cast<void>(ncgen(folder, "a.nc", cdl + "\n"));  // fails where HDF5 holds a lock
  CHECK_THROWS_AS(source->read("v", {{0, 2}}), Error);
  CHECK(open_source(file)->read("v", {{0, 2}}).as<float>()[1] == 2);
}

TEST_CASE("more files than may be open are all read", "[source]") {
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "0.nc", R"(netcdf one {
dimensions: n = 2 ;
variables: float v(n) ; v:_ChunkSizes = 1 ; float w(n) ; w:_ChunkSizes = 1 ;
data: v = 1, 2 ; w = 3, 4 ; }
)");
  std::vector<std::shared_ptr<const Source>> sources;
  for (int i = 0; i < 100; ++i) {
    const std::string copy = folder / (std::to_string(i + 1) + ".nc");
    std::filesystem::copy_file(file, copy);
    sources.push_back(open_source(copy));
  }
  for (int round = 0; round < 2; ++round) {
    for (const auto& source : sources) {
      REQUIRE(source->read("v", {{0, 2}}).as<float>()[1] == 2);
      REQUIRE(source->read("w", {{0, 2}}).as<float>()[0] == 3);
    }
  }
}

TEST_CASE("8 threads read and write NetCDF at once", "[source][stress]") {
  const TemporaryFolder folder;
  const std::string cdl = R"(netcdf one {
dimensions: n = 1000 ;
variables: float v(n) ; v:_DeflateLevel = 1 ; v:_ChunkSizes = 100 ; string s ;
data: v = 1, 2, 3, 4 ; s = "text" ; }
)";
  const std::string files[] = {ncgen(folder, "a.nc", cdl), ncgen(folder, "b.nc", cdl)};
  // A minute with GYRE_STRESS_SECONDS=60; a moment otherwise.
  const char* const asked = std::getenv("GYRE_STRESS_SECONDS");  // NOLINT(concurrency-mt-unsafe)
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::milliseconds(asked ? std::atoi(asked) * 1000 : 1500);
  std::atomic<int> wrong{0}, reads{0}, writes{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const std::string mine = folder / ("out" + std::to_string(t) + ".nc");
      while (std::chrono::steady_clock::now() < end) {
        if (t % 2 == 0) {
          const auto source = open_source(files[(reads + t / 2) % 2]);
          if (source->read("v", {{0, 1000}}).as<float>()[2] != 3) ++wrong;
          if (source->read_strings("s").at(0) != "text") ++wrong;
          ++reads;
        } else {
          const NetcdfLock lock;
          int id = 0, dimension = 0, variable = 0;
          const std::vector<float> values(100, 1.5F);
          if (nc_create(mine.c_str(), NC_CLOBBER | NC_NETCDF4, &id) != NC_NOERR ||
              nc_def_dim(id, "n", values.size(), &dimension) != NC_NOERR ||
              nc_def_var(id, "v", NC_FLOAT, 1, &dimension, &variable) != NC_NOERR ||
              nc_put_var_float(id, variable, values.data()) != NC_NOERR ||
              nc_close(id) != NC_NOERR) {
            ++wrong;
          }
          ++writes;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CAPTURE(reads.load(), writes.load());
  CHECK(wrong == 0);
  CHECK(reads > 0);
  CHECK(writes > 0);
}

// What every Source promises, checked on the same data in every kind of holding. A new source adds
// its rows to holdings().
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "coverage/base/error.h"
#include "coverage/source/source.h"
#include "coverage/source/zarr/codec.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

/// The data: each variable 2 x 3, rows y, columns x.
constexpr const char* kClassicCdl = R"(netcdf contract {
dimensions: y = 2 ; x = 3 ;
variables:
  double x(x) ; x:units = "degrees_east" ;
  byte signed_byte(y, x) ; signed_byte:_FillValue = -128b ;
  byte marked(y, x) ; marked:_Unsigned = "true" ;
  short packed(y, x) ; packed:scale_factor = 0.01 ; packed:add_offset = 5. ;
    packed:_FillValue = -32768s ; packed:units = "K" ;
  int whole(y, x) ;
  float single(y, x) ; single:_FillValue = 1.e+20f ; single:missing_value = -999.f, -888.f ;
  double wide(y, x) ;
  int crs ; crs:grid_mapping_name = "latitude_longitude" ;
data:
  x = 10, 20, 30 ;
  signed_byte = -128, -1, 0, 1, 126, 127 ;
  marked = -128, -1, 0, 1, 126, 127 ;
  packed = -32768, -1, 0, 1, 2, 32767 ;
  whole = -2147483648, -1, 0, 1, 2, 2147483647 ;
  single = 1.e+20f, -0.f, NaNf, Infinityf, -999.f, 1.5f ;
  wide = -0., NaN, -Infinity, 1.e+300, 0.1, 9007199254740993. ;
  crs = 7 ;
)";

std::string extended_cdl() {
  std::string cdl = kClassicCdl;
  const std::string types = R"(
  ubyte u1(y, x) ; ushort u2(y, x) ; uint u4(y, x) ; int64 i8(y, x) ; uint64 u8(y, x) ;
data:
  u1 = 0, 1, 2, 3, 128, 255 ;
  u2 = 0, 1, 2, 3, 32768, 65535 ;
  u4 = 0, 1, 2, 3, 2147483648, 4294967295 ;
  i8 = -9223372036854775808, -1, 0, 9007199254740993, 1, 9223372036854775807 ;
  u8 = 0, 1, 2, 9007199254740993, 9223372036854775808, 18446744073709551615 ;
)";
  cdl.replace(cdl.find("\ndata:"), 6, types);
  return cdl + "}";
}

template <typename T>
std::string stored(std::vector<T> values, bool big_endian) {
  std::string bytes(values.size() * sizeof(T), '\0');
  for (std::size_t i = 0; i < values.size(); ++i) {
    char* const at = bytes.data() + i * sizeof(T);
    std::memcpy(at, &values[i], sizeof(T));
    if (big_endian) std::reverse(at, at + sizeof(T));
  }
  return bytes;
}

/// The same in version 3, where _FillValue is an attribute, of floats in base64.
template <typename T>
void zarr_v3_array(const std::string& store, const std::string& name, const std::string& dtype,
                   const std::string& fill, std::string attributes, std::vector<T> values,
                   bool big_endian) {
  const bool grid = values.size() == 6;
  const std::string shape = grid ? "[2, 3]" : values.size() == 3 ? "[3]" : "[]";
  const std::string names = grid ? R"(["y", "x"])" : values.size() == 3 ? R"(["x"])" : "[]";
  const std::string kind = dtype[0] == 'f' ? "float" : dtype[0] == 'i' ? "int" : "uint";
  if (fill == "1e20") {
    attributes += R"(, "_FillValue": "AAAAgB2vFUQ=")";
  } else if (grid && fill != "null") {
    attributes += R"(, "_FillValue": )" + fill;
  }
  if (!attributes.empty()) attributes.erase(0, 1);  // the comma
  write_file(store + "/" + name + "/zarr.json",
             R"({"zarr_format": 3, "node_type": "array", "shape": )" + shape +
                 R"(, "data_type": ")" + kind + std::to_string(8 * sizeof(T)) +
                 R"(", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": )" +
                 shape + R"(}}, "chunk_key_encoding": {"name": "default"}, "fill_value": 0,
                 "codecs": [{"name": "bytes", "configuration": {"endian": ")" +
                 (big_endian ? "big" : "little") + R"("}}, {"name": "crc32c"}],
                 "dimension_names": )" +
                 names + R"(, "attributes": {)" + attributes + "}}");
  std::string bytes = stored(std::move(values), big_endian);
  const std::uint32_t sum = crc32c(std::as_bytes(std::span(bytes)));
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
  write_file(store + "/" + name + (grid ? "/c/0/0" : shape == "[3]" ? "/c/0" : "/c"), bytes);
}

template <typename T>
void zarr_array(const std::string& store, const std::string& name, std::string dtype,
                const std::string& fill, const std::string& attributes, std::vector<T> values,
                bool big_endian) {
  if (std::filesystem::exists(store + "/zarr.json")) {
    zarr_v3_array(store, name, dtype, fill, attributes, std::move(values), big_endian);
    return;
  }
  dtype = (sizeof(T) == 1 ? "|" : big_endian ? ">" : "<") + dtype;
  const bool grid = values.size() == 6;
  const std::string shape = grid ? "[2, 3]" : values.size() == 3 ? "[3]" : "[]";
  const std::string names = grid ? R"(["y", "x"])" : values.size() == 3 ? R"(["x"])" : "[]";
  write_file(store + "/" + name + "/.zarray",
             R"({"zarr_format": 2, "order": "C", "compressor": null, "filters": null, "shape": )" +
                 shape + R"(, "chunks": )" + shape + R"(, "dtype": ")" + dtype +
                 R"(", "fill_value": )" + fill + "}");
  write_file(store + "/" + name + "/.zattrs",
             R"({"_ARRAY_DIMENSIONS": )" + names + attributes + "}");
  write_file(store + "/" + name + (grid ? "/0.0" : "/0"), stored(std::move(values), big_endian));
}

std::string zarr(const TemporaryFolder& folder, int version, bool big_endian) {
  const std::string store = folder / "contract.zarr";
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const float inff = std::numeric_limits<float>::infinity(), nanf = std::nanf("");
  if (version == 2) {
    write_file(store + "/.zgroup", R"({"zarr_format": 2})");
  } else {
    write_file(store + "/zarr.json", R"({"zarr_format": 3, "node_type": "group"})");
  }
  using I8 = std::int8_t;
  const auto max_u8 = std::numeric_limits<std::uint64_t>::max();
  const std::vector<I8> bytes{-128, -1, 0, 1, 126, 127};
  zarr_array<double>(store, "x", "f8", "0.0", R"(, "units": "degrees_east")", {10, 20, 30},
                     big_endian);
  zarr_array<I8>(store, "signed_byte", "i1", "-128", "", bytes, big_endian);
  zarr_array<I8>(store, "marked", "i1", "null", R"(, "_Unsigned": "true")", bytes, big_endian);
  zarr_array<std::int16_t>(store, "packed", "i2", "-32768",
                           R"(, "scale_factor": 0.01, "add_offset": 5.0, "units": "K")",
                           {-32768, -1, 0, 1, 2, 32767}, big_endian);
  zarr_array<std::int32_t>(store, "whole", "i4", "null", "",
                           {std::numeric_limits<std::int32_t>::min(), -1, 0, 1, 2, 2147483647},
                           big_endian);
  zarr_array<float>(store, "single", "f4", "1e20", R"(, "missing_value": [-999.0, -888.0])",
                    {1e20F, -0.F, nanf, inff, -999.F, 1.5F}, big_endian);
  zarr_array<double>(store, "wide", "f8", "null", "",
                     {-0., nan, -inf, 1e300, 0.1, 9007199254740993.}, big_endian);
  zarr_array<std::int32_t>(store, "crs", "i4", "null",
                           R"(, "grid_mapping_name": "latitude_longitude")", {7}, big_endian);
  zarr_array<std::uint8_t>(store, "u1", "u1", "null", "", {0, 1, 2, 3, 128, 255}, big_endian);
  zarr_array<std::uint16_t>(store, "u2", "u2", "null", "", {0, 1, 2, 3, 32768, 65535}, big_endian);
  zarr_array<std::uint32_t>(store, "u4", "u4", "null", "", {0, 1, 2, 3, 2147483648U, 4294967295U},
                            big_endian);
  zarr_array<std::int64_t>(store, "i8", "i8", "null", "",
                           {std::numeric_limits<std::int64_t>::min(), -1, 0, 9007199254740993, 1,
                            std::numeric_limits<std::int64_t>::max()},
                           big_endian);
  zarr_array<std::uint64_t>(store, "u8", "u8", "null", "",
                            {0, 1, 2, 9007199254740993U, 9223372036854775808U, max_u8}, big_endian);
  return store;
}

struct Holding {
  const char* name;
  const char* format;
  bool wider_types;
  std::function<std::string(const TemporaryFolder&)> make;
};

std::vector<Holding> holdings() {
  const auto netcdf = [](const char* kind, bool wider) {
    return [kind, wider](const TemporaryFolder& folder) {
      return ncgen(folder, "contract.nc", wider ? extended_cdl() : std::string(kClassicCdl) + "}",
                   kind);
    };
  };
  // ncgen 4.9 takes int64 for int in CDF-5; nccopy does not.
  const auto cdf5 = [](const TemporaryFolder& folder) {
    const std::string from = ncgen(folder, "nc4.nc", extended_cdl()), to = folder / "contract.nc";
    const std::string command = "nccopy -k cdf5 '" + from + "' '" + to + "'";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
    return to;
  };
  return {{"classic", "NetCDF classic", false, netcdf("nc3", false)},
          {"64-bit offset", "NetCDF 64-bit offset", false, netcdf("nc6", false)},
          {"CDF-5", "NetCDF CDF-5", true, cdf5},
          {"NetCDF-4", "NetCDF-4", true, netcdf("nc4", true)},
          {"NetCDF-4 classic model", "NetCDF-4 classic model", false, netcdf("nc7", false)},
          {"Zarr", "Zarr v2", true, [](const TemporaryFolder& f) { return zarr(f, 2, false); }},
          {"Zarr, big-endian", "Zarr v2", true,
           [](const TemporaryFolder& f) { return zarr(f, 2, true); }},
          {"Zarr 3", "Zarr v3", true, [](const TemporaryFolder& f) { return zarr(f, 3, false); }},
          {"Zarr 3, big-endian", "Zarr v3", true,
           [](const TemporaryFolder& f) { return zarr(f, 3, true); }}};
}

constexpr std::size_t kHoldings = 9;

/// Bit patterns, so that NaN and -0 count.
template <typename T>
void check_bits(const RawBlock& block, ElementType type, const std::vector<T>& expected) {
  CHECK(block.type == type);
  REQUIRE(block.bytes.size() == expected.size() * sizeof(T));
  const auto* const wanted = reinterpret_cast<const std::byte*>(expected.data());
  CHECK(std::equal(block.bytes.begin(), block.bytes.end(), wanted));
}

}  // namespace

TEST_CASE("every source gives stored values as declared, to the bit", "[source][contract]") {
  const std::size_t k = GENERATE(range(std::size_t{0}, kHoldings));
  const Holding holding = holdings().at(k);
  CAPTURE(holding.name);
  const TemporaryFolder folder;
  const auto source = open_source(holding.make(folder));
  const HoldingSchema schema = source->describe();
  CHECK(schema.format == holding.format);
  CHECK(schema.remarks.empty());

  const IndexBox all{{0, 2}, {0, 3}};
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const float inff = std::numeric_limits<float>::infinity(), nanf = std::nanf("");
  check_bits<std::int8_t>(source->read("signed_byte", all), ElementType::Int8,
                          {-128, -1, 0, 1, 126, 127});
  check_bits<std::uint8_t>(source->read("marked", all), ElementType::UInt8,
                           {128, 255, 0, 1, 126, 127});
  check_bits<std::int16_t>(source->read("packed", all), ElementType::Int16,
                           {-32768, -1, 0, 1, 2, 32767});
  check_bits<std::int32_t>(source->read("whole", all), ElementType::Int32,
                           {std::numeric_limits<std::int32_t>::min(), -1, 0, 1, 2, 2147483647});
  check_bits<float>(source->read("single", all), ElementType::Float32,
                    {1e20F, -0.F, nanf, inff, -999.F, 1.5F});
  check_bits<double>(source->read("wide", all), ElementType::Float64,
                     {-0., nan, -inf, 1e300, 0.1, 9007199254740993.});
  check_bits<std::int32_t>(source->read("crs", {}), ElementType::Int32, {7});
  if (!holding.wider_types) return;
  check_bits<std::uint8_t>(source->read("u1", all), ElementType::UInt8, {0, 1, 2, 3, 128, 255});
  check_bits<std::uint16_t>(source->read("u2", all), ElementType::UInt16,
                            {0, 1, 2, 3, 32768, 65535});
  check_bits<std::uint32_t>(source->read("u4", all), ElementType::UInt32,
                            {0, 1, 2, 3, 2147483648U, 4294967295U});
  check_bits<std::int64_t>(source->read("i8", all), ElementType::Int64,
                           {std::numeric_limits<std::int64_t>::min(), -1, 0, 9007199254740993, 1,
                            std::numeric_limits<std::int64_t>::max()});
  check_bits<std::uint64_t>(source->read("u8", all), ElementType::UInt64,
                            {0, 1, 2, 9007199254740993U, 9223372036854775808U,
                             std::numeric_limits<std::uint64_t>::max()});
}

TEST_CASE("every source reads boxes in file order and keeps attributes", "[source][contract]") {
  const std::size_t k = GENERATE(range(std::size_t{0}, kHoldings));
  const Holding holding = holdings().at(k);
  CAPTURE(holding.name);
  const TemporaryFolder folder;
  const auto source = open_source(holding.make(folder));

  const RawBlock column = source->read("packed", {{0, 2}, {1, 2}});
  CHECK(column.shape == std::vector<std::size_t>{2, 1});
  check_bits<std::int16_t>(column, ElementType::Int16, {-1, 2});
  const RawBlock none = source->read("whole", {{1, 1}, {0, 3}});
  CHECK(none.shape == std::vector<std::size_t>{0, 3});
  CHECK(none.bytes.empty());

  const HoldingSchema schema = source->describe();
  REQUIRE(schema.find("packed") != nullptr);
  const VariableSchema& packed = *schema.find("packed");
  CHECK(packed.type == ElementType::Int16);
  CHECK(packed.dimensions == std::vector<std::string>{"y", "x"});
  CHECK(packed.shape == std::vector<std::size_t>{2, 3});
  CHECK(packed.attributes.number("scale_factor") == 0.01);
  CHECK(packed.attributes.number("add_offset") == 5.0);
  CHECK(packed.attributes.number("_FillValue") == -32768.0);
  CHECK(packed.attributes.find("_FillValue")->type == ElementType::Int16);
  CHECK(packed.attributes.text("units") == "K");
  CHECK(schema.find("signed_byte")->type == ElementType::Int8);
  CHECK(schema.find("marked")->type == ElementType::Int8);
  const VariableSchema& single = *schema.find("single");
  CHECK(single.attributes.number("_FillValue") == double{1e20F});
  CHECK(single.attributes.numbers("missing_value") == std::vector<double>{-999, -888});
  CHECK(single.attributes.find("missing_value")->type == ElementType::Float32);
  CHECK_FALSE(schema.find("x")->attributes.has("_FillValue"));
  CHECK(schema.find("crs")->shape.empty());
}

TEST_CASE("every source gives picked cells as those of the whole", "[source][contract]") {
  const std::size_t k = GENERATE(range(std::size_t{0}, kHoldings));
  const Holding holding = holdings().at(k);
  CAPTURE(holding.name);
  const TemporaryFolder folder;
  const auto source = open_source(holding.make(folder));
  const RawBlock picked = source->read_picked("packed", {{0, 1}, {0, 2}});
  CHECK(picked.shape == std::vector<std::size_t>{2, 2});
  check_bits<std::int16_t>(picked, ElementType::Int16, {-32768, 0, 1, 32767});
  check_bits<float>(source->read_picked("single", {{1}, {0, 1, 2}}), ElementType::Float32,
                    {std::numeric_limits<float>::infinity(), -999.F, 1.5F});
  CHECK_THROWS_AS(source->read_picked("packed", {{0, 2}, {0, 1}}), Error);
}

TEST_CASE("every source refuses what is not there", "[source][contract]") {
  const std::size_t k = GENERATE(range(std::size_t{0}, kHoldings));
  const Holding holding = holdings().at(k);
  CAPTURE(holding.name);
  const TemporaryFolder folder;
  const auto source = open_source(holding.make(folder));
  CHECK_THROWS_AS(source->read("nothing", {}), Error);
  CHECK_THROWS_AS(source->read("packed", {{0, 2}}), Error);
  CHECK_THROWS_AS(source->read("packed", {{0, 3}, {0, 3}}), Error);
  CHECK_THROWS_AS(source->read_strings("packed"), Error);
}

TEST_CASE("every source notices that its holding was replaced", "[source][contract]") {
  const std::size_t k = GENERATE(range(std::size_t{0}, kHoldings));
  const Holding holding = holdings().at(k);
  CAPTURE(holding.name);
  const TemporaryFolder folder;
  const std::string path = holding.make(folder);
  const auto source = open_source(path);
  static_cast<void>(source->read("packed", {{0, 2}, {0, 3}}));
  std::filesystem::remove_all(path);
  static_cast<void>(holding.make(folder));
  try {
    static_cast<void>(source->read("packed", {{0, 2}, {0, 3}}));
    FAIL("a replaced holding was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::HoldingChanged);
  }
  const auto again = open_source(path);
  check_bits<std::int16_t>(again->read("packed", {{0, 1}, {0, 3}}), ElementType::Int16,
                           {-32768, -1, 0});
}

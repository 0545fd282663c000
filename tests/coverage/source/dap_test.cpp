#include <cmath>
#include <limits>
#include <numeric>

#include <catch2/catch.hpp>

#include "coverage/source/dap/constraint.h"
#include "coverage/source/dap/dap_answer.h"
#include "coverage/source/dap/dap_source.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/remote/remote_settings.h"
#include "tests/coverage/source/dap_server.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::dap;
using namespace gyre::test;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

DapVariable plain(DapType type, const std::string& name) {
  DapVariable one;
  one.type = type;
  one.path = {name};
  return one;
}

template <typename T>
std::vector<T> numbers(const std::string& answer, const DapVariable& variable,
                       const std::vector<std::size_t>& shape) {
  std::size_t cells = 1;
  for (const std::size_t extent : shape) cells *= extent;
  std::vector<T> values(cells);
  numbers_of_answer(bytes_of(answer), variable, shape, std::as_writable_bytes(std::span(values)));
  return values;
}

/// A server of some arrays, which can be told how to behave.
class DapServer {
 public:
  explicit DapServer(std::map<std::string, DapArray> arrays, std::string das = "Attributes {\n}\n")
      : arrays_(std::move(arrays)),
        das_(std::move(das)),
        server_([this](const std::string& target) { return answer(target); }) {
    remote::RemoteSettings settings;
    remote::StoreSettings store;
    store.name = "dap";
    store.url = server_.base();
    store.opendap = true;
    store.timeout_s = 3;
    settings.stores.push_back(store);
    remote::configure(settings);
  }
  ~DapServer() { remote::configure({}); }
  DapServer(const DapServer&) = delete;
  DapServer& operator=(const DapServer&) = delete;

  [[nodiscard]] std::string address() const { return server_.base() + "/a.nc"; }
  [[nodiscard]] PathServer& server() { return server_; }
  [[nodiscard]] std::shared_ptr<const Source> open() const { return open_source(address()); }

  std::string grid;  ///< this Grid has all arrays: the first of this name, the rest its maps
  bool whole_grids = false;  ///< members of Grids are refused
  std::function<std::string(std::string good)> spoil;
  std::atomic<int> changes{0};
  int delay_ms = 0;

 private:
  std::string dds(const std::vector<DapSlab>& slabs = {}) {
    std::string text = "Dataset {\n";
    if (grid.empty()) {
      for (const auto& [name, array] : arrays_) text += dds_of(name, array);
    } else {
      text += "Grid { Array: " + dds_of(grid, arrays_.at(grid), slabs) + " Maps: ";
      for (std::size_t d = 0; d < arrays_.at(grid).dimensions.size(); ++d) {
        const std::string& map = arrays_.at(grid).dimensions[d].first;
        text +=
            dds_of(map, arrays_.at(map), slabs.empty() ? slabs : std::vector<DapSlab>{slabs[d]});
      }
      text += "} " + grid + ";\n";
    }
    return text + "} d" + std::to_string(changes) + ";\n";
  }

  std::string answer(const std::string& target) {
    if (target == "/a.nc.dds") return PathServer::good(dds());
    if (target == "/a.nc.das") return PathServer::good(das_);
    if (!target.starts_with("/a.nc.dods?")) return PathServer::status("404 N", "");
    std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    auto [name, slabs] = read_constraint(target.substr(11));
    std::string body;
    if (!grid.empty() && name == grid) {
      body = dds(slabs) + "Data:\n" + values_of(arrays_.at(grid), slabs);
      for (std::size_t d = 0; d < slabs.size(); ++d) {
        body += values_of(arrays_.at(arrays_.at(grid).dimensions[d].first), {slabs[d]});
      }
    } else if (!grid.empty() && whole_grids) {
      return PathServer::status("400 B", "Error {\n};");
    } else {
      const std::string member = grid.empty() ? name : name.substr(name.find('.') + 1);
      if (!arrays_.contains(member)) return PathServer::status("404 N", "");
      const DapArray& array = arrays_.at(member);
      std::string text = dds_of(member, array, slabs);
      if (!grid.empty()) text = "Structure { " + text + " } " + grid + ";\n";
      body = "Dataset {\n" + text + "} d;\nData:\n" + values_of(array, slabs);
    }
    return PathServer::good(spoil ? spoil(body) : body);
  }

  std::map<std::string, DapArray> arrays_;
  std::string das_;
  PathServer server_;
};

const std::vector<std::pair<std::string, std::size_t>> kGrid{{"y", 2}, {"x", 3}};

template <typename T>
void check_bits(const RawBlock& block, ElementType type, const std::vector<T>& expected) {
  CHECK(block.type == type);
  REQUIRE(block.bytes.size() == expected.size() * sizeof(T));
  CHECK(std::memcmp(block.bytes.data(), expected.data(), block.bytes.size()) == 0);
}

}  // namespace

TEST_CASE("a constraint asks for just the box", "[source][dap]") {
  DapVariable variable = plain(DapType::Int16, "wind%20speed");
  CHECK(constraint_for(variable, {}, Projection::OfItself) == "wind%2520speed");
  CHECK(constraint_for(variable, {{0, 4}, {2, 3}}, Projection::OfGrid) ==
        "wind%2520speed%5B0:1:3%5D%5B2:1:2%5D");
  variable.path = {"st", "temp", "temp"};
  variable.in_grid = true;
  variable.grid_rank = 2;
  CHECK(constraint_for(variable, {{1, 2}, {0, 3}}, Projection::OfItself) ==
        "st.temp.temp%5B1:1:1%5D%5B0:1:2%5D");
  CHECK(constraint_for(variable, {{1, 2}, {0, 3}}, Projection::OfGrid) ==
        "st.temp%5B1:1:1%5D%5B0:1:2%5D");
  variable.map_of = 1;
  CHECK(constraint_for(variable, {{2, 5}}, Projection::OfGrid) == "st.temp%5B0:1:0%5D%5B2:1:4%5D");
  CHECK(dap_address("https://h/a.nc", ".dods", "x%5B0:1:3%5D") ==
        "https://h/a.nc.dods?x%5B0:1:3%5D");
}

TEST_CASE("pieces of a box follow each other as it lies in memory", "[source][dap][property]") {
  const IndexBox box{{1, 4}, {0, 5}, {2, 9}};
  const std::size_t most = GENERATE(1, 2, 6, 7, 8, 20, 34, 35, 36, 70, 104, 105, 1000);
  CAPTURE(most);
  std::size_t expected = 0;
  const auto pieces = pieces_of(box, most);
  for (const IndexBox& piece : pieces) {
    CHECK(cells_of(piece) <= most);
    for (std::size_t i = piece[0].begin; i < piece[0].end; ++i) {
      for (std::size_t j = piece[1].begin; j < piece[1].end; ++j) {
        for (std::size_t k = piece[2].begin; k < piece[2].end; ++k) {
          CHECK(((i - 1) * 5 + j) * 7 + (k - 2) == expected++);
        }
      }
    }
  }
  CHECK(expected == cells_of(box));
  if (most >= 105) CHECK(pieces.size() == 1);
  CHECK(pieces_of({}, 4) == std::vector<IndexBox>{{}});
}

TEST_CASE("values of all types are decoded", "[source][dap]") {
  const auto answer = [](const std::string& declared, const std::string& values) {
    return "Dataset {\n" + declared + "} d;\nData:\n" + values;
  };
  CHECK(numbers<std::uint8_t>(answer("Byte a[x = 5];", xdr_array<std::uint8_t>({1, 2, 3, 4, 255})),
                              plain(DapType::Byte, "a"),
                              {5}) == std::vector<std::uint8_t>{1, 2, 3, 4, 255});
  CHECK(numbers<std::int16_t>(answer("Int16 a[2];", xdr_array<std::int16_t>({-32768, 7})),
                              plain(DapType::Int16, "a"),
                              {2}) == std::vector<std::int16_t>{-32768, 7});
  CHECK(numbers<std::uint16_t>(answer("UInt16 a[1];", xdr_array<std::uint16_t>({65535})),
                               plain(DapType::UInt16, "a"),
                               {1}) == std::vector<std::uint16_t>{65535});
  CHECK(numbers<std::uint32_t>(answer("UInt32 a[1];", xdr_array<std::uint32_t>({4294967295U})),
                               plain(DapType::UInt32, "a"),
                               {1}) == std::vector<std::uint32_t>{4294967295U});
  CHECK(numbers<double>(answer("Float64 a;", xdr_value(-0.1)), plain(DapType::Float64, "a"), {}) ==
        std::vector<double>{-0.1});
  CHECK(numbers<float>(answer("Float32 a;", xdr_value(1.5F)), plain(DapType::Float32, "a"), {}) ==
        std::vector<float>{1.5F});
  // A single byte: as an integer (libdap), negative, or as a byte filled up (Java, pydap).
  for (const std::string& wire : {std::string("\0\0\0\xf0", 4), std::string("\xff\xff\xff\xf0", 4),
                                  std::string("\xf0\0\0\0", 4)}) {
    CHECK(numbers<std::uint8_t>(answer("Byte a;", wire), plain(DapType::Byte, "a"), {}) ==
          std::vector<std::uint8_t>{0xf0});
  }
  CHECK(texts_of_answer(bytes_of(answer("String a[3];", xdr(3) + xdr_text("") + xdr_text("abcde ") +
                                                            xdr_text(std::string("x\0y", 3)))),
                        plain(DapType::String, "a"),
                        {3}) == std::vector<std::string>{"", "abcde", "x"});
  CHECK(texts_of_answer(bytes_of(answer("Url a;", xdr_text("http://x"))), plain(DapType::Url, "a"),
                        {}) == std::vector<std::string>{"http://x"});
  // Line ends of other systems, and what was not asked.
  CHECK(numbers<float>("Dataset {\r\n Float32 a; String t[1]; Byte b[1]; } d;\r\nData:\r\n" +
                           xdr_value(1.5F) + xdr(1) + xdr_text("hello") +
                           xdr_array<std::uint8_t>({1}),
                       plain(DapType::Float32, "a"), {}) == std::vector<float>{1.5F});
}

TEST_CASE("answers that are not what was asked are refused", "[source][dap]") {
  const std::string head = "Dataset { Int32 a[x = 2]; } d;\nData:\n";
  struct Row {
    std::string answer, words;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"", "none of OPeNDAP's"},
      {"<html></html>", "none of OPeNDAP's"},
      {"Dataset { Int32 a[x = 2]; } d;\nData:", "none of OPeNDAP's"},
      {head + xdr(2) + xdr(2) + xdr(1), "ends 4 bytes early"},
      {head + xdr(2) + xdr(3) + xdr(1) + xdr(2), "holds 3 values where 2"},
      {head + xdr(0xffffffff), "holds 4294967295 values"},
      {head + xdr(2) + xdr(2) + xdr(1) + xdr(2) + xdr(3), "4 bytes follow"},
      {"Dataset { Int32 a[x = 3]; } d;\nData:\n", "another shape"},
      {"Dataset { Int32 a[x = 1][y = 2]; } d;\nData:\n", "another shape"},
      {"Dataset { Float32 a[x = 2]; } d;\nData:\n", "another type"},
      {"Dataset { Int32 b[x = 2]; } d;\nData:\n" + xdr_array<std::int32_t>({1, 2}), "not hold"},
      {"Dataset { String s[2000000000]; Int32 a[x = 2]; } d;\nData:\n" + xdr(2000000000), "early"},
      {"Dataset { Byte b[2000000000][2000000000]; Int32 a[x = 2]; } d;\nData:\n", "too much"},
      {"Dataset { Structure { Byte b; } s[3]; Int32 a[x = 2]; } d;\nData:\n", "array of struct"},
      {"Dataset { Int32 a[x = 2]; Structure { Int32 a[x = 2]; } s; } d;\nData:\n" +
           xdr_array<std::int32_t>({1, 2}) + xdr_array<std::int32_t>({1, 2}),
       "twice"},
      {"Error { code = 500; message = \"overloaded\"; };", "please ask again later"},
  }));
  CAPTURE(row.answer);
  CHECK_THAT(
      refusal_of([&] { numbers<std::int32_t>(row.answer, plain(DapType::Int32, "a"), {2}); }),
      Catch::Contains(row.words));
  CHECK_THROWS_AS(texts_of_answer(bytes_of("Dataset { String a; } d;\nData:\n" + xdr(0xfffffffe)),
                                  plain(DapType::String, "a"), {}),
                  Error);
}

TEST_CASE("OPeNDAP gives stored values as declared, to the bit", "[source][dap][contract]") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  DapServer server(
      {{"signed_byte", dap_array<std::int8_t>("Byte", kGrid, {-128, -1, 0, 1, 126, 127})},
       {"marked", dap_array<std::int8_t>("Byte", kGrid, {-128, -1, 0, 1, 126, 127})},
       {"packed", dap_array<std::int16_t>("Int16", kGrid, {-32768, -1, 0, 1, 2, 32767})},
       {"u2", dap_array<std::uint16_t>("UInt16", kGrid, {0, 1, 2, 3, 32768, 65535})},
       {"whole", dap_array<std::int32_t>("Int32", kGrid, {-2147483647, -1, 0, 1, 2, 2147483647})},
       {"u4", dap_array<std::uint32_t>("UInt32", kGrid, {0, 1, 2, 3, 2147483648, 4294967295})},
       {"single", dap_array<float>("Float32", kGrid, {1e20F, -0.F, NAN, INFINITY, -999.F, 1.5F})},
       {"wide",
        dap_array<double>("Float64", kGrid, {-0., nan, -inf, 1e300, 0.1, 9007199254740993.})},
       {"crs", dap_array<std::int32_t>("Int32", {}, {7})},
       {"x", dap_array<double>("Float64", {{"x", 3}}, {10, 20, 30})},
       {"names",
        {"String",
         {{"x", 3}},
         [](const auto&) { return xdr(3) + xdr_text("a") + xdr_text("") + xdr_text("ccccc"); }}}},
      R"(Attributes {
        marked { String _Unsigned "true"; }
        packed { Float64 scale_factor 0.01; Int16 _FillValue -32768; String units "K"; }
      })");
  CHECK(kind_of_holding(server.address()).kind == HoldingKind::Opendap);
  const auto source = server.open();
  const HoldingSchema schema = source->describe();
  CHECK(schema.format == "OPeNDAP");
  CHECK(schema.remarks.empty());
  const IndexBox all{{0, 2}, {0, 3}};
  check_bits<std::int8_t>(source->read("signed_byte", all), ElementType::Int8,
                          {-128, -1, 0, 1, 126, 127});
  check_bits<std::uint8_t>(source->read("marked", all), ElementType::UInt8,
                           {128, 255, 0, 1, 126, 127});
  check_bits<std::int16_t>(source->read("packed", all), ElementType::Int16,
                           {-32768, -1, 0, 1, 2, 32767});
  check_bits<std::uint16_t>(source->read("u2", all), ElementType::UInt16,
                            {0, 1, 2, 3, 32768, 65535});
  check_bits<std::int32_t>(source->read("whole", all), ElementType::Int32,
                           {-2147483647, -1, 0, 1, 2, 2147483647});
  check_bits<std::uint32_t>(source->read("u4", all), ElementType::UInt32,
                            {0, 1, 2, 3, 2147483648, 4294967295});
  check_bits<float>(source->read("single", all), ElementType::Float32,
                    {1e20F, -0.F, NAN, INFINITY, -999.F, 1.5F});
  check_bits<double>(source->read("wide", all), ElementType::Float64,
                     {-0., nan, -inf, 1e300, 0.1, 9007199254740993.});
  check_bits<std::int32_t>(source->read("crs", {}), ElementType::Int32, {7});
  CHECK(source->read_strings("names") == std::vector<std::string>{"a", "", "ccccc"});

  static_cast<void>(server.server().asked());
  const RawBlock column = source->read("packed", {{0, 2}, {1, 2}});
  CHECK(column.shape == std::vector<std::size_t>{2, 1});
  check_bits<std::int16_t>(column, ElementType::Int16, {-1, 2});
  CHECK(server.server().asked() ==
        std::vector<std::string>{"/a.nc.dods?packed%5B0:1:1%5D%5B1:1:1%5D"});
  CHECK(source->read("whole", {{1, 1}, {0, 3}}).bytes.empty());
  CHECK(schema.find("packed")->attributes.number("_FillValue") == -32768.0);
  CHECK(schema.find("packed")->dimensions == std::vector<std::string>{"y", "x"});
  CHECK(server.server().asked().empty());

  CHECK_THROWS_AS(source->read("nothing", {}), Error);
  CHECK_THROWS_AS(source->read("packed", {{0, 2}}), Error);
  CHECK_THROWS_AS(source->read("packed", {{0, 3}, {0, 3}}), Error);
  CHECK_THROWS_AS(source->read("names", {{0, 3}}), Error);
  CHECK_THROWS_AS(source->read_strings("packed"), Error);
}

TEST_CASE("arrays and maps of Grids are asked alone, or with the Grid where they are refused",
          "[source][dap]") {
  DapServer server({{"temp", dap_array<std::int16_t>("Int16", kGrid, {1, 2, 3, 4, 5, 6})},
                    {"y", dap_array<double>("Float64", {{"y", 2}}, {60, 30})},
                    {"x", dap_array<float>("Float32", {{"x", 3}}, {10, 20, 30})}});
  server.grid = "temp";
  server.whole_grids = GENERATE(false, true);
  const auto source = server.open();
  static_cast<void>(server.server().asked());
  check_bits<std::int16_t>(source->read("temp", {{0, 2}, {1, 3}}), ElementType::Int16,
                           {2, 3, 5, 6});
  check_bits<float>(source->read("x", {{1, 3}}), ElementType::Float32, {20, 30});
  check_bits<double>(source->read("y", {{0, 2}}), ElementType::Float64, {60, 30});
  const auto asked = server.server().asked();
  CHECK(asked.front() == "/a.nc.dods?temp.temp%5B0:1:1%5D%5B1:1:2%5D");
  CHECK(asked.size() == (server.whole_grids ? 4U : 3U));
}

TEST_CASE("large boxes are asked in pieces, some at once", "[source][dap]") {
  constexpr std::size_t kRows = 12, kColumns = 300'000;
  std::vector<std::int32_t> values(kRows * kColumns);
  std::iota(values.begin(), values.end(), 0);
  DapServer server(
      {{"a", dap_array<std::int32_t>("Int32", {{"y", kRows}, {"x", kColumns}}, values)}});
  server.delay_ms = 100;
  const auto source = server.open();
  static_cast<void>(server.server().asked());
  check_bits<std::int32_t>(source->read("a", {{0, kRows}, {0, kColumns}}), ElementType::Int32,
                           values);
  CHECK(server.server().asked().size() == 4);
  CHECK(server.server().most_at_once() > 1);
}

TEST_CASE("answers that are cut, longer or errors are no values", "[source][dap]") {
  DapServer server({{"a", dap_array<std::int32_t>("Int32", kGrid, {1, 2, 3, 4, 5, 6})}});
  const auto source = server.open();
  struct Row {
    const char* why;
    std::function<std::string(std::string)> spoil;
    ErrorKind kind;
  };
  const std::vector<Row> rows{
      {"cut", [](std::string b) { return b.substr(0, b.size() - 4); }, ErrorKind::MalformedHolding},
      {"longer", [](const std::string& b) { return b + "abcd"; }, ErrorKind::MalformedHolding},
      {"much longer", [](const std::string& b) { return b + std::string(1 << 20, 'x'); },
       ErrorKind::Unreachable},
      {"an error", [](const std::string&) { return std::string("Error {\n code = 1;\n};\n"); },
       ErrorKind::Unreachable},
      {"a page", [](const std::string&) { return std::string("<html>"); },
       ErrorKind::MalformedHolding}};
  for (const Row& row : rows) {
    CAPTURE(row.why);
    server.spoil = row.spoil;
    try {
      static_cast<void>(source->read("a", {{0, 2}, {0, 3}}));
      FAIL("read");
    } catch (const Error& error) {
      CHECK(error.kind() == row.kind);
    }
  }
}

TEST_CASE("an OPeNDAP dataset that is described anew is noticed", "[source][dap]") {
  DapServer server({{"a", dap_array<std::int32_t>("Int32", kGrid, {1, 2, 3, 4, 5, 6})}});
  const auto source = server.open();
  static_cast<void>(source->read("a", {{0, 2}, {0, 3}}));
  server.changes = 1;
  remote::look_again(server.address());
  try {
    static_cast<void>(source->read("a", {{0, 2}, {0, 3}}));
    FAIL("a replaced holding was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::HoldingChanged);
  }
  check_bits<std::int32_t>(server.open()->read("a", {{0, 1}, {0, 3}}), ElementType::Int32,
                           {1, 2, 3});
}

#include <catch2/catch.hpp>

#include "coverage/source/dap/dap_attributes.h"
#include "coverage/source/dap/dap_schema.h"
#include "coverage/source/dap/das.h"
#include "coverage/source/dap/dds.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::dap;
using gyre::test::refusal_of;

namespace {

using Names = std::vector<std::string>;

DapDescription described(const std::string& members, const std::string& attributes) {
  return describe_dap(parse_dds("Dataset {\n" + members + "} d;\n"),
                      parse_das("Attributes {\n" + attributes + "}\n"));
}

const VariableSchema& variable(const DapDescription& found, const std::string& name) {
  CAPTURE(name);
  REQUIRE(found.schema.find(name) != nullptr);
  REQUIRE(found.variables.contains(name));
  return *found.schema.find(name);
}

Names names_of(const DapDescription& found) {
  Names names;
  for (const VariableSchema& one : found.schema.variables) names.push_back(one.name);
  return names;
}

constexpr const char* kGrid = R"(
  Grid {
   ARRAY:
    Int16 temp[time = 4][lat = 2][lon = 3];
   MAPS:
    Float64 time[time = 4];
    Float32 lat[lat = 2];
    Float32 lon[lon = 3];
  } temp;
)";

}  // namespace

TEST_CASE("a DDS is read with all that it may declare", "[source][dap]") {
  const Dds dds = parse_dds(R"(Dataset {
    byte b[y = 2][3];   # a comment
    Url link;
    Structure { Float32 m[x = 3]; Structure { String deep; } inner; } st[2];
    Sequence { Float64 t; } seq;
    Grid { Array: Float64 a[x = 3]; Maps : Float32 x[x = 3]; } wind%20speed-1;
} a file.nc;
)");
  CHECK(dds.name == "a file.nc");
  REQUIRE(dds.members.size() == 5);
  CHECK(dds.members[0] == DapDeclaration{DapType::Byte, "b", {{"y", 2}, {"", 3}}, {}});
  CHECK(dds.members[1].type == DapType::Url);
  CHECK(dds.members[2].dimensions == std::vector<DapDimension>{{"", 2}});
  CHECK(dds.members[2].members[1].members[0].name == "deep");
  CHECK(dds.members[3].type == DapType::Sequence);
  CHECK(dds.members[4].name == "wind%20speed-1");
  CHECK(dds.members[4].members[1].name == "x");
}

TEST_CASE("a DDS that is wrong is refused with its line", "[source][dap]") {
  const std::string deep = [] {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "Structure { ";
    return text;
  }();
  std::string many;
  for (int i = 0; i < 10'001; ++i) many += "Byte b" + std::to_string(i) + ";";
  struct Row {
    std::string text, words;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"", "line 1 of its DDS: it ends where 'Dataset' should be"},
      {"<html>\n</html>", "'<html>' stands where 'Dataset'"},
      {"Dataset {\n Float32 a;\n", "line 3 of its DDS: it ends where '}'"},
      {"Dataset {\n Float33 a;\n} d;", "line 2 of its DDS: 'Float33' stands where"},
      {"Dataset { Float32 a } d;", "stands where ';'"},
      {"Dataset { Float32 a[x = -1]; } d;", "no number"},
      {"Dataset { Float32 a[x = 99999999999]; } d;", "no number"},
      {"Dataset { Float32 a[3; } d;", "stands where ']'"},
      {"Dataset { Grid { Array: Float32 a[3]; } g; } d;", "stands where 'Maps:'"},
      {"Dataset { Grid { Maps: Float32 a[3]; } g; } d;", "stands where 'Array:'"},
      {"Dataset { Grid { Array: Structure {Byte b;} a; Maps: } g; } d;", "is no array"},
      {"Dataset { Float32 " + std::string(1025, 'a') + "; } d;", "longer than 1024 bytes"},
      {"Dataset { " + deep, "nested deeper"},
      {"Dataset { " + many + "} d;", "more than 10000 variables"},
      {"Dataset { Byte b; } d; more", "'more' stands where the end"},
      {"Error {\n code = 404;\n message = \"no\";\n};", "error of DAP"},
  }));
  CAPTURE(row.text.substr(0, 60));
  CHECK_THAT(refusal_of([&] { static_cast<void>(parse_dds(row.text)); }),
             Catch::Contains(row.words));
}

TEST_CASE("a DAS is read: types, lists, escapes, containers, aliases", "[source][dap]") {
  const Das das = parse_das(R"(Attributes {
    temp {
      Float32 _FillValue -999., NaN;
      String text "say \"hi\" \\ tab\there caf\351 \x41 \q
two", bare;
      Alias a b;
      nested { Int32 z 4; }
    }
    String loose "x";
    OtherXML odd "<a/>";
})");
  REQUIRE(das.root.containers.size() == 1);
  const DasContainer& temp = das.root.containers[0];
  REQUIRE(temp.attributes.size() == 2);
  CHECK(temp.attributes[0] == DasAttribute{DapType::Float32, "_FillValue", {"-999.", "NaN"}});
  CHECK(temp.attributes[1].values == Names{"say \"hi\" \\ tab\there caf\351 A q\ntwo", "bare"});
  CHECK(temp.containers[0].attributes[0].name == "z");
  CHECK(das.root.attributes[0].name == "loose");
  CHECK(das.remarks.size() == 1);
}

TEST_CASE("a DAS that is wrong is refused with its line", "[source][dap]") {
  std::string deep = "Attributes { ", many = "Attributes { a {";
  for (int i = 0; i < 5000; ++i) deep += "a { ";
  for (int i = 0; i < 4100; ++i) many += "Byte b" + std::to_string(i) + " 1;";
  struct Row {
    std::string text, words;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"", "line 1 of its DAS: it ends where 'Attributes' should be"},
      {"Attributes {\n a { String b \"c;\n } }", "line 2 of its DAS: a text that begins there"},
      {"Attributes {\n a { String b \"c\\", "has no closing quotation mark"},
      {"Attributes {\n a {\n String b\n }\n}", "line 4 of its DAS: '}' stands where a value"},
      {"Attributes { a { String \"b\" 1; } }", "stands where the name of an attribute"},
      {"Attributes { a { Int32 b 1; }", "it ends where"},
      {deep, "nested deeper"},
      {many, "more than 4096 attributes"},
      {"Attributes { } rest", "'rest' stands where the end"},
      {"Error { code = 1; };", "error of DAP"},
  }));
  CAPTURE(row.text.substr(0, 60));
  CHECK_THAT(refusal_of([&] { static_cast<void>(parse_das(row.text)); }),
             Catch::Contains(row.words));
  const Das long_one = parse_das("Attributes { String a \"" + std::string(5u << 20, 'x') + "\"; }");
  CHECK(long_one.root.attributes.empty());
  CHECK(long_one.remarks == Names{"attribute 'a' is longer than 4 MB"});
}

TEST_CASE("attributes of a DAS get the values of their types", "[source][dap]") {
  const auto of = [](DapType type, const Names& values) {
    return attribute_of({type, "a", values});
  };
  using Integers = std::vector<std::int64_t>;
  using Wholes = std::vector<std::uint64_t>;
  using Reals = std::vector<double>;
  CHECK(of(DapType::Byte, {"0", "255", "-1"})->value == Attribute::Value(Integers{0, -1, -1}));
  CHECK(of(DapType::Int16, {"-32768", "65535"})->value == Attribute::Value(Integers{-32768, -1}));
  CHECK(of(DapType::UInt16, {"65535", "-1"})->value == Attribute::Value(Wholes{65535, 65535}));
  CHECK(of(DapType::UInt32, {"4294967295"})->value == Attribute::Value(Wholes{4294967295}));
  CHECK(of(DapType::Int32, {"0x1F", "+3", "-999.0"})->value ==
        Attribute::Value(Integers{31, 3, -999}));
  CHECK(of(DapType::Float32, {"0.1", "1.e20f"})->value ==
        Attribute::Value(Reals{double{0.1F}, double{1e20F}}));
  CHECK(std::isnan(std::get<Reals>(of(DapType::Float64, {"NaN"})->value)[0]));
  CHECK(of(DapType::String, {"a", "b"})->value == Attribute::Value(std::string("a\nb")));
  CHECK(of(DapType::Url, {})->value == Attribute::Value(std::string()));
  for (const char* const wrong : {"", "x", "1.5", "4294967296", "1e99", "--1"}) {
    CAPTURE(wrong);
    CHECK_FALSE(of(DapType::Int32, {wrong}));
  }
  CHECK_FALSE(of(DapType::Byte, {"256"}));
  CHECK_FALSE(of(DapType::Float64, {"word"}));
  CHECK_FALSE(of(DapType::Float64, {}));

  const auto fill = [](DapType type, const char* text, ElementType variable_type) {
    return in_type_of_variable(*attribute_of({type, "_FillValue", {text}}), variable_type);
  };
  CHECK(fill(DapType::Int32, "65535", ElementType::UInt16).value ==
        Attribute::Value(Wholes{65535}));
  CHECK(fill(DapType::Int16, "-1", ElementType::UInt16).value == Attribute::Value(Wholes{65535}));
  CHECK(fill(DapType::Float64, "-999", ElementType::Int16).value ==
        Attribute::Value(Integers{-999}));
  CHECK(fill(DapType::Float64, "1e20", ElementType::Float32).value ==
        Attribute::Value(Reals{double{1e20F}}));
  CHECK(fill(DapType::Float64, "1.5", ElementType::Int16).type == ElementType::Float64);
}

TEST_CASE("a Grid is its array and its maps", "[source][dap]") {
  const DapDescription found = described(std::string(kGrid) + R"(
    Grid { Array: Int16 salt[time = 4][lat = 2][lon = 3];
           Maps: Float64 time[time = 4]; Float32 lat[lat = 2]; Float32 lon[lon = 3]; } salt;
    Grid { Array: Int16 other[lat = 5][3]; Maps: Float32 lat[lat = 5]; Float32 lon[3]; } other;
    Float64 time[time = 4];
  )",
                                         R"(
    temp { String units "K"; Int32 _FillValue -32768; temp { String own "1"; }
           lat { String axis "Y"; } }
    time { String units "days since 2000-01-01"; }
    lon { String units "degrees_east"; }
    temp.lat { String units "degrees_north"; }
  )");
  CHECK(names_of(found) == Names{"time", "temp", "lat", "lon", "salt", "other", "lat_1"});
  CHECK(variable(found, "salt").dimensions == Names{"time", "lat", "lon"});
  CHECK(variable(found, "other").dimensions == Names{"lat_1", "lon"});
  CHECK(variable(found, "lat_1").dimensions == Names{"lat_1"});
  CHECK(variable(found, "lat").attributes.text("axis") == "Y");
  CHECK(variable(found, "lat").attributes.text("units") == "degrees_north");
  CHECK(variable(found, "lon").attributes.text("units") == "degrees_east");
  CHECK(variable(found, "temp").attributes.text("own") == "1");
  CHECK(variable(found, "temp").attributes.find("_FillValue")->type == ElementType::Int16);
  CHECK(found.variables.at("temp").path == Names{"temp", "temp"});
  CHECK(found.variables.at("lat").map_of == std::size_t{1});
  CHECK_FALSE(found.variables.at("time").in_grid);
}

TEST_CASE("names, dimensions and attributes are those that netCDF-C gives", "[source][dap]") {
  // As ncdump -h of netCDF-C 4.9.0 showed them.
  const DapDescription found = described(R"(
    Byte b[y = 2][x = 3];
    Int32 i4[2][3];
    String s[x = 3];
    Float64 scalar;
    Float32 conflict[x = 7];
    Float32 wind%20speed[x = 3];
    Structure { Float32 m[x = 3]; Structure { Float32 deep[2]; } inner; } st;
  )",
                                         R"(
    b { Byte valid_range 0, 255; }
    st { String of_struct "s"; m { String units "m"; } inner { deep { String units "d"; } } }
    wind%20speed { String units "m/s"; }
    NC_GLOBAL { String title "T"; }
    HDF_GLOBAL { String hdf "yes"; }
    DODS_EXTRA { String Unlimited_Dimension "x"; }
    Unknown { String who "me"; inner { Int32 n 3; } }
    s { DODS { Int32 strlen 5; String dimName "len"; } }
    scalar { nested { Int32 z 4; } }
  )");
  CHECK(names_of(found) ==
        Names{"b", "i4", "s", "scalar", "conflict", "wind%20speed", "st.m", "st.inner.deep"});
  CHECK(variable(found, "b").type == ElementType::Int8);
  CHECK(variable(found, "i4").dimensions == Names{"i4_0", "i4_1"});
  CHECK(variable(found, "s").type == ElementType::String);
  CHECK(variable(found, "s").dimensions == Names{"x"});
  CHECK(variable(found, "s").attributes.list().empty());
  CHECK(variable(found, "conflict").dimensions == Names{"x_1"});
  CHECK(variable(found, "st.inner.deep").dimensions == Names{"st.inner.deep_0"});
  CHECK(variable(found, "st.inner.deep").attributes.text("units") == "d");
  CHECK(variable(found, "st.m").attributes.text("units") == "m");
  CHECK(variable(found, "scalar").attributes.number("nested.z") == 4.0);
  const Attributes& global = found.schema.attributes;
  CHECK(global.text("title") == "T");
  CHECK(global.text("hdf") == "yes");
  CHECK(global.text("st.of_struct") == "s");
  CHECK(global.text("Unknown.who") == "me");
  CHECK(global.number("Unknown.inner.n") == 3.0);
  CHECK(global.list().size() == 5);
  CHECK(found.schema.remarks.empty());
}

TEST_CASE("what cannot be read of a dataset is left out and said", "[source][dap]") {
  const DapDescription found = described(R"(
    Sequence { Float64 t; } seq;
    Structure { Float32 q[x = 3]; } sa[4];
    Int16 packed[x = 3];
    Int16 good[x = 3];
    Int16 good[x = 4];
    Grid { Array: Int16 g[x = 3]; Maps: Float32 x[x = 4]; } g;
  )",
                                         R"(
    seq { t { String units "s"; } }
    packed { Float64 scale_factor "0,01"; }
    good { Int32 odd 1.5; Float64 empty ; }
  )");
  CHECK(names_of(found) == Names{"good"});
  CHECK(found.variables.size() == 1);
  CHECK(found.schema.attributes.list().empty());
  REQUIRE(found.schema.remarks.size() == 7);
  CHECK(found.schema.remarks[0] == "variable 'good': there is another of that name");
  CHECK_THAT(found.schema.remarks[2], Catch::Contains("'seq' is a sequence"));
}

TEST_CASE("a DDS with as many dimensions as it may have is described quickly", "[source][dap]") {
  std::string members;
  for (int v = 0; v < 10'000; ++v) {
    members += "Byte v" + std::to_string(v);
    for (int d = 0; d < 30; ++d) members += "[x=" + std::to_string(v * 30 + d + 1) + "]";
    members += ";";
  }
  const auto begin = std::chrono::steady_clock::now();
  CHECK(described(members, "").schema.dimensions.size() == 300'000);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

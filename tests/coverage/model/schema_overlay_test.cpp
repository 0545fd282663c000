#include "coverage/model/schema_overlay.h"

#include <catch2/catch.hpp>

namespace gyre::coverage {
namespace {

using Change = SchemaOverlay::Change;
using Whole = std::vector<std::int64_t>;
using Real = std::vector<double>;

Attributes of(std::vector<Attribute> list) { return Attributes(std::move(list)); }

Attribute text(const char* name, const char* value) {
  return {name, ElementType::String, std::string(value)};
}

HoldingSchema holding() {
  HoldingSchema schema;
  schema.dimensions = {{"lat", 2}, {"lon", 3}};
  schema.variables = {
      {"lat", ElementType::Float32, {"lat"}, {2}, {}, of({text("units", "degrees_north")})},
      {"t",
       ElementType::Int16,
       {"lat", "lon"},
       {2, 3},
       {},
       of({text("units", "degC"),
           text("ancillary_variables", "qc other"),
           {"scale_factor", ElementType::Float32, Real{0.01}}})},
      {"qc", ElementType::Int8, {"lat", "lon"}, {2, 3}, {}, {}},
      {"p", ElementType::Float32, {"lat", "lon"}, {2, 3}, {}, {}}};
  schema.attributes = of({text("title", "Old"), text("comment", "x")});
  return schema;
}

Overlaid with(const std::string& variable, Change change) {
  SchemaOverlay overlay;
  overlay.variables[variable].attributes = {std::move(change)};
  return overlaid(holding(), overlay);
}

}  // namespace

TEST_CASE("an overlay sets and removes attributes and leaves all else", "[model]") {
  SchemaOverlay overlay;
  overlay.attributes = {{"title", std::string("New")}, {"comment", std::nullopt}};
  overlay.variables["t"].attributes = {{"units", std::string("K")},
                                       {"ancillary_variables", std::nullopt}};
  const Overlaid told = overlaid(holding(), overlay);
  CHECK(told.warnings.empty());
  CHECK(told.schema.attributes.text("title") == "New");
  CHECK_FALSE(told.schema.attributes.has("comment"));
  CHECK(told.schema.find("t")->attributes.text("units") == "K");
  CHECK_FALSE(told.schema.find("t")->attributes.has("ancillary_variables"));
  CHECK(*told.schema.find("lat") == *holding().find("lat"));
  CHECK(overlaid(holding(), {}).schema == holding());
}

TEST_CASE("numbers have the type that CF wants of them", "[model]") {
  struct Row {
    const char *why, *variable;
    Change change;
    ElementType type;
    Attribute::Value value;
  };
  const auto row = GENERATE(values<Row>({
      {"a fill value is a stored value",
       "t",
       {"_FillValue", Whole{-999}},
       ElementType::Int16,
       Whole{-999}},
      {"of floats too", "p", {"_FillValue", Whole{-999}}, ElementType::Float32, Real{-999}},
      {"a real that is whole", "t", {"missing_value", Real{-999}}, ElementType::Int16, Whole{-999}},
      {"limits of packed values",
       "t",
       {"valid_range", Whole{0, 4000}},
       ElementType::Int16,
       Whole{0, 4000}},
      {"limits of the unpacked ones",
       "t",
       {"valid_range", Real{-2.5, 40}},
       ElementType::Float64,
       Real{-2.5, 40}},
      {"an offset is as the scale is",
       "t",
       {"add_offset", Real{0.5}},
       ElementType::Float32,
       Real{0.5}},
      {"packing of its own", "p", {"scale_factor", Real{0.5}}, ElementType::Float64, Real{0.5}},
      {"any other", "t", {"level", Whole{7}}, ElementType::Int32, Whole{7}},
      {"larger", "t", {"level", Whole{1LL << 40}}, ElementType::Int64, Whole{1LL << 40}},
      {"told", "t", {"level", Whole{7}, ElementType::Float64}, ElementType::Float64, Real{7}},
  }));
  CAPTURE(row.why);
  const Overlaid told = with(row.variable, row.change);
  CHECK(told.warnings.empty());
  const Attribute* const made = told.schema.find(row.variable)->attributes.find(row.change.name);
  REQUIRE(made != nullptr);
  CHECK(made->type == row.type);
  CHECK(made->value == row.value);
}

TEST_CASE("what a type cannot hold is left out and told", "[model]") {
  const Overlaid told = with("qc", {"_FillValue", Whole{-999}});
  REQUIRE(told.warnings.size() == 1);
  CHECK(told.warnings.front() ==
        "qc: its type int8 cannot hold the _FillValue that the configuration says; that of the "
        "file stays");
  CHECK_FALSE(told.schema.find("qc")->attributes.has("_FillValue"));
  CHECK(with("t", {"_FillValue", Real{0.5}}).warnings.size() == 1);
}

TEST_CASE("bytes that are told to be unsigned have unsigned fill values", "[model]") {
  SchemaOverlay overlay;
  overlay.variables["qc"].attributes = {{"_FillValue", Whole{255}},
                                        {"_Unsigned", std::string("true")}};
  const Overlaid told = overlaid(holding(), overlay);
  CHECK(told.warnings.empty());
  CHECK(told.schema.find("qc")->attributes.find("_FillValue")->type == ElementType::UInt8);
}

TEST_CASE("a variable that is not there is made of its attributes", "[model]") {
  const Overlaid told = with("crs", {"grid_mapping_name", std::string("latitude_longitude")});
  CHECK(told.made == std::vector<std::string>{"crs"});
  REQUIRE(told.schema.find("crs") != nullptr);
  CHECK(told.schema.find("crs")->shape.empty());
  CHECK(told.schema.find("crs")->attributes.text("grid_mapping_name") == "latitude_longitude");
  CHECK(told.warnings.empty());
  CHECK(with("nothing", {"units", std::nullopt}).schema == holding());
  CHECK(with("nothing", {"units", std::nullopt}).warnings ==
        std::vector<std::string>{
            "nothing: attributes are told of it, but there is no such variable"});
}

TEST_CASE("a container that nothing needs is warned of by its place", "[model]") {
  SchemaOverlay overlay;
  overlay.variables["qcc"] = {{{"units", std::string("1")}}, "", "gyre.yaml:7"};
  CHECK(
      overlaid(holding(), overlay).warnings ==
      std::vector<std::string>{"gyre.yaml:7: qcc: attributes are told of it, but there is no such "
                               "variable; did you mean 'qc'?"});
  overlay.variables["t"].attributes = {{"ancillary_variables", std::string("qc qcc")}};
  CHECK(overlaid(holding(), overlay).warnings.empty());
}

TEST_CASE("a field gets another name, and what refers to it follows", "[model]") {
  SchemaOverlay overlay;
  overlay.variables["qc"].published_as = "quality";
  const Overlaid told = overlaid(holding(), overlay);
  CHECK(told.original == std::map<std::string, std::string>{{"quality", "qc"}});
  CHECK(told.schema.find("qc") == nullptr);
  REQUIRE(told.schema.find("quality") != nullptr);
  CHECK(told.schema.find("t")->attributes.text("ancillary_variables") == "quality other");
}

TEST_CASE("names that are taken, or of dimensions, stay", "[model]") {
  const auto row = GENERATE(table<const char*, const char*>(
      {{"qc", "p"}, {"lat", "latitude"}, {"p", "lon"}, {"gone", "x"}}));
  SchemaOverlay overlay;
  overlay.variables[std::get<0>(row)].published_as = std::get<1>(row);
  const Overlaid told = overlaid(holding(), overlay);
  CHECK(told.warnings.size() == 1);
  CHECK(told.schema == holding());
}

}  // namespace gyre::coverage

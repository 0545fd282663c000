#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/services/wms/picture.h"

namespace gyre::wms::testing {
namespace {

using coverage::AxisRole;
using coverage::ElementType;

/// sigma: `t` over three levels of seas 100 and 200 m deep; z = -90 -50 -10 and -180 -100 -20,
/// values 10 20 30.
std::shared_ptr<const coverage::Dataset> make_sigma() {
  coverage::AxisData levels;
  levels.label = levels.dimension = "s";
  levels.role = AxisRole::Vertical;
  levels.uom = "1";
  levels.centres = {-0.9, -0.5, -0.1};
  coverage::Field field = float_field("t", "sea_water_temperature", "degC");
  field.storage = field.declared = ElementType::Float32;
  field.attributes.set({"ancillary_variables", ElementType::String, std::string("qc")});
  field.attributes.set({"units", ElementType::String, field.units});
  const auto made =
      make_dataset("sigma", {coverage::Axis(levels), latitude_axis({0}), longitude_axis({0, 10})},
                   {{field, {10, 10, 20, 20, 30, 30}, {0, 41}}});
  const auto source = std::dynamic_pointer_cast<MemorySource>(
      std::const_pointer_cast<coverage::Source>(made->source));
  const auto term = [&](std::size_t slot, const char* name, std::vector<std::size_t> axes,
                        std::vector<std::string> dimensions, std::vector<double> values) {
    coverage::VariableSchema schema;
    schema.name = name;
    schema.type = ElementType::Float64;
    schema.dimensions = std::move(dimensions);
    schema.shape = {values.size()};
    source->add(schema, values);
    coverage::FormulaTerm made_term;
    made_term.slot = slot;
    made_term.values.name = name;
    made_term.values.storage = made_term.values.declared = ElementType::Float64;
    made_term.axes = std::move(axes);
    return made_term;
  };
  coverage::VariableSchema flags;
  flags.name = "qc";
  flags.type = ElementType::Int8;
  flags.dimensions = {"s", "lat", "lon"};
  flags.shape = {3, 1, 2};
  flags.attributes =
      coverage::Attributes({{"flag_meanings", ElementType::String, std::string("good bad")},
                            {"flag_values", ElementType::Int8, std::vector<std::int64_t>{1, 2}}});
  source->add(flags, std::vector<double>{1, 1, 2, 1, 1, 1});  // bad on the middle level at lon 0
  auto vertical = std::make_shared<coverage::VerticalTransform>();
  vertical->formula = coverage::VerticalFormula::OceanSigma;
  vertical->coordinate = "s";
  vertical->axis = 0;
  vertical->standard_name = "altitude";
  vertical->terms = {term(0, "s", {0}, {"s"}, {-0.9, -0.5, -0.1}),
                     term(2, "h", {2}, {"lon"}, {100, 200})};
  vertical->extent = {-180, -10};
  auto dataset = std::make_shared<coverage::Dataset>(*made);
  dataset->coverages.front().vertical = vertical;
  return dataset;
}

const std::string kMap =
    "SERVICE=WMS&VERSION=1.3.0&LAYERS=sigma/t&STYLES=&CRS=CRS:84&BBOX=-5,-1,15,1&WIDTH=2&HEIGHT=1";

nlohmann::json properties_at(const std::string& more, int i) {
  const http::Response response =
      Server({make_sigma()})
          .get(kMap +
               "&REQUEST=GetFeatureInfo&QUERY_LAYERS=sigma/t&INFO_FORMAT=application/json&J=0&I=" +
               std::to_string(i) + more);
  INFO(text_of(response));
  REQUIRE(nlohmann::json::accept(text_of(response)));
  return nlohmann::json::parse(text_of(response))["features"][0]["properties"];
}

}  // namespace

TEST_CASE("DIM_ALTITUDE gives the value between levels, missing beyond them", "[wms][vertical]") {
  CHECK(properties_at("&DIM_ALTITUDE=-60", 0)["value"] == 17.5);
  CHECK(properties_at("&DIM_ALTITUDE=-60", 1)["value"] == 25);
  CHECK(properties_at("&dim_altitude=-6e1", 1)["altitude"] == -60);
  CHECK_FALSE(properties_at("&DIM_ALTITUDE=-60", 1).contains("elevation"));
  CHECK(properties_at("&DIM_ALTITUDE=-10", 0)["value"] == 30);
  CHECK(properties_at("&DIM_ALTITUDE=-10", 1)["value"].is_null());
  CHECK(properties_at("&DIM_ALTITUDE=60", 0)["value"].is_null());  // no sign is guessed
}

TEST_CASE("a stored level is chosen as ever, and tells its height", "[wms][vertical]") {
  CHECK(properties_at("&ELEVATION=-0.5", 1)["value"] == 20);
  CHECK(properties_at("&ELEVATION=-0.5", 1)["elevation"] == -0.5);
  CHECK(properties_at("&ELEVATION=-0.5", 1)["altitude"] == -100);
  CHECK(properties_at("&ELEVATION=-0.5", 0)["altitude"] == -50);
  CHECK(properties_at("&DIM_ALTITUDE=", 0)["value"] == 10);
}

TEST_CASE("quality masks before the height is computed, units come after", "[wms][vertical]") {
  CHECK(properties_at("&DIM_ALTITUDE=-60&QC=good", 0)["value"].is_null());
  CHECK(properties_at("&DIM_ALTITUDE=-60&QC=good&UNITS=K", 1)["value"] == 298.15);
  CHECK(properties_at("&DIM_ALTITUDE=-60&QC=good&UNITS=K", 1)["units"] == "K");
  CHECK(properties_at("&ELEVATION=-0.5&QC=good", 0)["value"].is_null());
  CHECK(properties_at("&ELEVATION=-0.5", 0)["quality"]["qc"] == "bad");
  CHECK(properties_at("&ELEVATION=-0.5&UNITS=degF", 0)["value"] == 68);
  CHECK(properties_at("&ELEVATION=-0.5&UNITS=degF", 0)["altitude"] == -50);
}

TEST_CASE("a map in other units has the same colours", "[wms]") {
  const Server server({make_sigma()});
  const auto at = [&](const std::string& more) {
    return picture_of(server.get(kMap + "&REQUEST=GetMap&FORMAT=image/png&ELEVATION=-0.5" + more));
  };
  for (const char* units : {"&UNITS=K", "&units=degF", "&UNITS=mK"}) {
    CHECK(at(units).at(0, 0) == at("").at(0, 0));
  }
  CHECK(at("&UNITS=K&COLORSCALERANGE=273.15,314.15").at(1, 0) ==
        at("&COLORSCALERANGE=0,41").at(1, 0));
  CHECK(at("&UNITS=K&COLORSCALERANGE=0,40").at(1, 0) != at("&COLORSCALERANGE=0,40").at(1, 0));
  CHECK(code_of(server.get(kMap + "&REQUEST=GetMap&FORMAT=image/png&UNITS=m")) ==
        "InvalidParameterValue");
}

TEST_CASE("a map at a height has the colours of the values there", "[wms][vertical]") {
  const Server server({make_sigma()});
  const auto at = [&](const std::string& more) {
    return picture_of(
        server.get(kMap + "&REQUEST=GetMap&FORMAT=image/png&TRANSPARENT=TRUE" + more));
  };
  const auto between = at("&DIM_ALTITUDE=-60&COLORSCALERANGE=16,19");
  const auto known = at("&ELEVATION=-0.1&COLORSCALERANGE=28.5,31.5");
  CHECK(between.at(0, 0) == known.at(0, 0));  // half of the range, both
  CHECK(at("&DIM_ALTITUDE=-150").at(0, 0).alpha == 0);
  CHECK(at("&DIM_ALTITUDE=-150").at(1, 0).alpha != 0);
}

TEST_CASE("a computed dimension is announced without a default", "[wms][vertical]") {
  const Server server({make_sigma()});
  const std::string now = text_of(server.get("SERVICE=WMS&REQUEST=GetCapabilities"));
  CHECK(now.find(
            "<Dimension name=\"altitude\" units=\"m\" unitSymbol=\"m\">-180/-10/0</Dimension>") !=
        std::string::npos);
  const std::string old = text_of(server.get("SERVICE=WMS&VERSION=1.1.1&REQUEST=GetCapabilities"));
  CHECK(old.find("<Dimension name=\"altitude\" units=\"m\" unitSymbol=\"m\"/>") !=
        std::string::npos);
  CHECK(old.find("<Extent name=\"altitude\">-180/-10/0</Extent>") != std::string::npos);
  CHECK(text_of(Server().get("SERVICE=WMS&REQUEST=GetCapabilities")).find("altitude") ==
        std::string::npos);
}

TEST_CASE("a height is one number, and excludes a stored level", "[wms][vertical]") {
  const Server server({make_sigma()});
  for (const char* wrong : {"-60,-50", "-60/-50", "deep", "nan", "inf", "1e999",
                            "-60&ELEVATION=-0.5", "-60&DIM_S=-0.5"}) {
    CAPTURE(wrong);
    CHECK(code_of(server.get(kMap + "&REQUEST=GetMap&FORMAT=image/png&DIM_ALTITUDE=" + wrong)) ==
          "InvalidDimensionValue");
  }
}

}  // namespace gyre::wms::testing

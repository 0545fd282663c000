#include <regex>

#include <catch2/catch.hpp>

#include "schemas/validator.h"
#include "tests/services/wcs/fixture.h"

namespace gyre::wcs::testing {
namespace {

using coverage::ElementType;

/// `t` at two times over sigma levels -0.9 -0.5 -0.1 of seas 100 and 200 m deep: z is -90 -50 -10
/// and -180 -100 -20, values 10 20 30, a hundred more at the second time.
Server make_server() {
  coverage::Field field = float_field("t");
  field.storage = field.declared = ElementType::Float32;
  field.units = "degC";
  field.attributes.set({"ancillary_variables", ElementType::String, std::string("qc")});
  field.attributes.set({"units", ElementType::String, field.units});
  const auto made =
      make_dataset("sigma",
                   {time_axis("hours since 2024-01-01", {0, 6}),
                    number_axis("s", coverage::AxisRole::Vertical, {-0.9, -0.5, -0.1}),
                    latitude_axis({0, 10}), longitude_axis({0, 10})},
                   {{field, {10,  10,  10,  10,  20,  20,  20,  20,  30,  30,  30,  30,
                             110, 110, 110, 110, 120, 120, 120, 120, 130, 130, 130, 130}}},
                   "application/gml+xml");
  const auto source = std::dynamic_pointer_cast<MemorySource>(
      std::const_pointer_cast<coverage::Source>(made->source));
  const auto term = [&](std::size_t slot, const char* name, std::size_t axis, const char* dimension,
                        const std::vector<double>& values) {
    source->add({name, ElementType::Float64, {dimension}, {values.size()}, {}, {}}, values);
    coverage::FormulaTerm made_term;
    made_term.slot = slot;
    made_term.values.name = name;
    made_term.values.storage = made_term.values.declared = ElementType::Float64;
    made_term.axes = {axis};
    return made_term;
  };
  // Bad on the middle level at lon 0, lat 0 at the first time.
  std::vector<double> flags(24, 1);
  flags[4] = 2;
  source->add(
      {"qc",
       ElementType::Int8,
       {"time", "s", "lat", "lon"},
       {2, 3, 2, 2},
       {},
       coverage::Attributes({{"flag_meanings", ElementType::String, std::string("good bad")},
                             {"flag_values", ElementType::Int8, std::vector<std::int64_t>{1, 2}}})},
      flags);
  auto vertical = std::make_shared<coverage::VerticalTransform>();
  vertical->formula = coverage::VerticalFormula::OceanSigma;
  vertical->coordinate = "s";
  vertical->axis = 1;
  vertical->standard_name = "altitude";
  vertical->terms = {term(0, "s", 1, "s", {-0.9, -0.5, -0.1}), term(2, "h", 3, "lon", {100, 200})};
  vertical->extent = {-180, -10};
  auto dataset = std::make_shared<coverage::Dataset>(*made);
  dataset->coverages.front().vertical = vertical;
  return Server({dataset});
}

const std::string kGet = "service=WCS&version=2.0.1&request=GetCoverage&coverageid=sigma";

std::string found(const http::Response& response, const std::string& pattern) {
  const std::string text = text_of(response);
  std::smatch match;
  if (!std::regex_search(text, match, std::regex(pattern))) return "(none) in " + text;
  return std::regex_replace(match[1].str(), std::regex("\\s+"), " ");
}

}  // namespace

TEST_CASE("a slice at a computed height is the section there, time kept", "[wcs][vertical]") {
  const Server server = make_server();
  const http::Response response = server.get(kGet + "&subset=altitude(-60)");
  CHECK(response.status == 200);
  CHECK(found(response, "<gml:tupleList[^>]*>([^<]*)<") == "17.5 25 17.5 25 117.5 125 117.5 125");
  static const schemas::Validator validator(GYRE_SCHEMA_DIR);
  CHECK(validator.validate(text_of(response)).empty());
  CHECK(found(server.get(kGet + "&subset=altitude(-60)&subset=time(%222024-01-01T06:00:00Z%22)"
                                "&subset=lat(10)&subset=Long(10)"),
              "<gml:tupleList[^>]*>([^<]*)<") == "125");
}

TEST_CASE("quality masks before the height is computed, units come after", "[wcs][vertical]") {
  const Server server = make_server();
  const std::string kTuples = "<gml:tupleList[^>]*>([^<]*)<";
  const std::string at = kGet + "&subset=altitude(-60)&QC=good";
  CHECK(found(server.get(at + "&units=K"), kTuples) ==
        "290.65 298.15 NaN 298.15 390.65 398.15 390.65 398.15");
  // Above the bad level nothing is missed.
  CHECK(found(server.get(kGet + "&subset=altitude(-180)&QC=good&units=degF"), kTuples)
            .ends_with(" 230"));
  CHECK(found(server.get(at + "&units=K&outputcrs=EPSG:4326&scalesize=Long(2),Lat(2)"), kTuples) ==
        "290.65 298.15 NaN 298.15 390.65 398.15 390.65 398.15");
}

TEST_CASE("stored levels are chosen as ever beside computed heights", "[wcs][vertical]") {
  const Server server = make_server();
  CHECK(found(server.get(kGet + "&subset=s(-0.5)&subset=lat(0)&subset=Long(0)"),
              "<gml:tupleList[^>]*>([^<]*)<") == "20 120");
}

TEST_CASE("what cannot be asked of a computed height is refused in its words", "[wcs][vertical]") {
  const Server server = make_server();
  struct Row {
    const char *subset, *code, *words;
  };
  const auto row = GENERATE(values<Row>({
      {"altitude(-60,-50)", "InvalidSubsetting", "ask for one value"},
      {"altitude(*,*)", "InvalidSubsetting", "ask for one value"},
      {"altitude(deep)", "InvalidSubsetting", "a number is expected, from -180 to -10 m"},
      {"altitude(1e999)", "InvalidSubsetting", "a number is expected"},
      {"altitude(-60)&subset=s(-0.5)", "InvalidAxisLabel", "There is no axis 's'"},
      {"altitude(-60)&subset=altitude(-50)", "InvalidAxisLabel", "more than once"},
  }));
  CAPTURE(row.subset);
  const http::Response response = server.get(kGet + "&subset=" + row.subset);
  CHECK(response.status == 404);
  CHECK(found(response, "exceptionCode=\"([^\"]*)\"") == row.code);
  CHECK_THAT(text_of(response), Catch::Contains(row.words));
}

}  // namespace gyre::wcs::testing

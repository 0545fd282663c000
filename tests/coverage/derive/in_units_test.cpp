#include "coverage/derive/in_units.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "tests/coverage/encode/sample_dataset.h"

namespace gyre::coverage::testing {
namespace {

/// x(lon 3) of one type, with these attributes.
std::shared_ptr<const Dataset> dataset_of(ElementType type, const std::vector<double>& values,
                                          std::vector<Attribute> attributes) {
  auto source = std::make_shared<MemorySource>();
  VariableSchema variable{"x", type, {"lat", "lon"}, {1, 3}, {}, Attributes(std::move(attributes))};
  source->add(variable, values);
  std::vector<std::string> ignored;
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "d";
  dataset->schema = std::make_shared<HoldingSchema>(source->describe());
  dataset->source = source;
  dataset->coverages.push_back(
      {"d",
       DomainSet({latitude_axis({0}), longitude_axis({0, 1, 2})}, Crs(), ""),
       {field_of(variable, ignored)},
       {{270, 300}}});
  return dataset;
}

std::shared_ptr<const Dataset> converted(const std::shared_ptr<const Dataset>& dataset,
                                         const std::string& units) {
  const std::vector<UnitWish> wishes{{"x", units}};
  return in_units(dataset, dataset->coverages.front(), wishes);
}

RawBlock stored(const Dataset& dataset) { return dataset.source->read("x", {{0, 1}, {0, 3}}); }

std::vector<double> values_of(const Dataset& dataset) {
  std::vector<double> values(3);
  unpack(dataset.coverages.front().fields.front(), stored(dataset), values);
  return values;
}

std::string refusal_of(const std::shared_ptr<const Dataset>& dataset, const std::string& units) {
  try {
    (void)converted(dataset, units);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::InvalidParameter);
    CHECK(error.subject() == "UNITS");
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a packed field keeps its stored values and gets another scale and offset", "[derive]") {
  const auto dataset =
      dataset_of(ElementType::Int16, {0, 100, -1},
                 {text("units", "degC"), numbers("scale_factor", ElementType::Float32, {0.5}),
                  numbers("add_offset", ElementType::Float32, {20}),
                  numbers("_FillValue", ElementType::Int16, {-1}),
                  numbers("valid_range", ElementType::Float32, {10, 100}),
                  numbers("actual_range", ElementType::Float32, {20, 70})});
  const auto in_kelvin = converted(dataset, "K");
  const Field& field = in_kelvin->coverages.front().fields.front();
  CHECK(stored(*in_kelvin) == stored(*dataset));
  CHECK(field.packing == Packing{0.5, 293.15, true, ElementType::Float32});
  CHECK(field.units == "K");
  CHECK(field.attributes.number("add_offset") == 293.15);
  CHECK(field.attributes.find("add_offset")->type == ElementType::Float64);
  // Limits in unpacked units became those of stored values.
  CHECK(field.attributes.numbers("valid_range") == std::vector<double>{-20, 160});
  CHECK(field.attributes.find("valid_range")->type == ElementType::Int16);
  CHECK(field.missing == dataset->coverages.front().fields.front().missing);
  CHECK(field.attributes.numbers("actual_range")[0] == Approx(293.15));
  CHECK(in_kelvin->schema->find("x")->attributes == field.attributes);
  CHECK(in_kelvin->coverages.front().colour_ranges.front().first == Approx(543.15));
  CHECK(values_of(*in_kelvin)[1] == static_cast<double>(343.15F));
}

TEST_CASE("integers become packed, floats are calculated and rounded once", "[derive]") {
  SECTION("integers, with limits told as floats") {
    const auto dataset =
        dataset_of(ElementType::Int32, {300, 280, 200},
                   {text("units", "K"), numbers("valid_min", ElementType::Float64, {250.5})});
    const auto made = converted(dataset, "degC");
    CHECK(stored(*made) == stored(*dataset));
    const std::vector<double> values = values_of(*made);
    CHECK(values[0] == 300 - 273.15);
    CHECK(std::isnan(values[2]));
    CHECK(made->coverages.front().fields.front().attributes.number("valid_min") == 251);
  }
  SECTION("floats: 0 K is missing here, 0 degrees is not") {
    const auto dataset =
        dataset_of(ElementType::Float32, {273.15F, 0, 300},
                   {text("units", "K"), numbers("_FillValue", ElementType::Float32, {0}),
                    numbers("valid_max", ElementType::Float32, {300})});
    const auto made = converted(dataset, "degC");
    const std::vector<double> values = values_of(*made);
    CHECK(values[0] == static_cast<double>(static_cast<float>(273.15F - 273.15)));
    CHECK(std::isnan(values[1]));
    CHECK(values[2] == static_cast<double>(26.85F));  // still within the limits
    CHECK(made->coverages.front().fields.front().attributes.number("valid_max") ==
          static_cast<double>(26.85F));
  }
  SECTION("what no straight line converts") {
    const auto dataset = dataset_of(ElementType::Float64, {1, 100, 0}, {text("units", "mW")});
    const auto made = converted(dataset, "lg(re 1 mW)");
    CHECK(values_of(*made) == std::vector<double>{0, 2, -INFINITY});
    const auto period = dataset_of(ElementType::Int16, {1, 10, 4}, {text("units", "s")});
    CHECK(values_of(*converted(period, "Hz")) == std::vector<double>{1, 0.1F, 0.25});
  }
}

TEST_CASE("the same units in other words change nothing but the words", "[derive]") {
  const auto dataset = dataset_of(ElementType::Float32, {1, 2, 3}, {text("units", "psu")});
  const auto made = converted(dataset, "1e-3");
  CHECK(stored(*made) == stored(*dataset));
  CHECK(made->coverages.front().fields.front().units == "1e-3");
  CHECK(made->coverages.front().fields.front().storage == ElementType::Float32);
  CHECK(made->coverages.front().colour_ranges == dataset->coverages.front().colour_ranges);
}

TEST_CASE("differences of temperatures have no zero of their own", "[derive]") {
  struct Row {
    Attribute attribute;
    double expected;
  };
  const auto row = GENERATE(values<Row>({
      {text("standard_name", "air_temperature"), 2 - 273.15},
      {text("standard_name", "air_temperature_anomaly"), 2},
      {text("standard_name", "air_temperature standard_error"), 2},
      {text("units_metadata", "temperature: difference"), 2},
      {text("units_metadata", "temperature: on_scale"), 2 - 273.15},
      {text("cell_methods", "time: standard_deviation"), 2},
      {text("long_name", "temperature"), 2 - 273.15},
  }));
  const auto dataset =
      dataset_of(ElementType::Float64, {2, 2, 2}, {text("units", "K"), row.attribute});
  CHECK(values_of(*converted(dataset, "degC"))[0] == Approx(row.expected));
  const auto untold = dataset_of(ElementType::Float64, {2, 2, 2},
                                 {text("units", "K"), text("long_name", "SSES bias")});
  CHECK_THAT(refusal_of(untold, "degC"), Catch::Contains("temperatures or differences of them"));
  CHECK(values_of(*converted(untold, "mK"))[0] == 2000);
}

TEST_CASE("units that cannot be had are refused with those there are", "[derive]") {
  const auto degrees = dataset_of(ElementType::Float32, {1, 2, 3}, {text("units", "degC")});
  CHECK(refusal_of(degrees, "m") == "'x' is in 'degC', which cannot be converted to 'm'.");
  for (const char* wrong : {"smoots", "", " ", "1/0", "m @", "days since 2000-01-01", "((", "K)",
                            "\xC2\xB0", "m^99999999999", "0 m"}) {
    CAPTURE(wrong);
    CHECK_THAT(refusal_of(degrees, wrong), Catch::Contains("'degC'"));
  }
  CHECK_THAT(refusal_of(degrees, std::string(100000, 'm')),
             Catch::Contains("no unit that UDUNITS knows"));
  CHECK_THAT(refusal_of(dataset_of(ElementType::Float32, {1, 2, 3}, {}), "m"),
             Catch::Contains("has no units"));
  CHECK_THAT(
      refusal_of(dataset_of(ElementType::Float32, {1, 2, 3}, {text("units", "sigma_level")}), "m"),
      Catch::Contains("'sigma_level', which is no unit"));
  CHECK_THAT(refusal_of(dataset_of(ElementType::Int8, {1, 2, 3},
                                   {text("units", "1"), text("flag_meanings", "a b"),
                                    numbers("flag_values", ElementType::Int8, {1, 2})}),
                        "1"),
             Catch::Contains("has flags, which have no units"));
}

}  // namespace gyre::coverage::testing

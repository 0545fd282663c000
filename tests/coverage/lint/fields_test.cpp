#include "tests/coverage/lint/fixture.h"

namespace gyre::coverage::lint {
namespace {

constexpr auto E = Severity::Error;
constexpr auto W = Severity::Warning;
constexpr auto H = Severity::Hint;

/// The only finding there is must be this one.
void check_only(const World& world, std::string_view check, std::string_view variable,
                std::string_view part, Severity severity) {
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  CHECK(count(findings, check, variable, part, severity) == 1);
  CHECK(findings.size() == 1);
}

}  // namespace

TEST_CASE("lint judges units by UDUNITS and by what the name wants", "[lint]") {
  struct Row {
    const char *why, *name, *units, *part;
    Severity severity;
  };
  const auto row = GENERATE(values<Row>({
      {"right", "air_temperature", "K", nullptr, W},
      {"convertible", "eastward_wind", "km h-1", nullptr, W},
      {"psu", "sea_water_salinity", "g kg-1", nullptr, W},
      {"dimensionless without", "relative_humidity", "", nullptr, W},
      {"missing", "eastward_wind", "", "it has no units; eastward_wind is in m s-1", W},
      {"none at all", "eastward_wind", "wurst", "'wurst' are none that UDUNITS knows", W},
      {"of something else", "eastward_wind", "kg", "cannot be those of eastward_wind", W},
      {"odd spelling", "air_temperature", "deg C", "'deg C' are no spelling of UDUNITS", H},
  }));
  CAPTURE(row.why);
  World world;
  world.good_grid();
  std::vector<Attribute> attributes{text("standard_name", row.name)};
  if (*row.units != '\0') attributes.push_back(text("units", row.units));
  const std::string name(row.name), units(row.units);
  const double value = units == "K" ? 280 : name == "relative_humidity" ? 0.5 : 7;
  world.field("v", {value}, attributes);
  if (row.part != nullptr) {
    check_only(world, "units", "v", row.part, row.severity);
  } else {
    CAPTURE(told(world.findings()));
    CHECK(world.findings().empty());
  }
}

TEST_CASE("lint knows the names of quantities, and which was meant", "[lint]") {
  struct Row {
    const char *name, *part;
    Severity severity;
    const char* variable;
  };
  const auto row = GENERATE(values<Row>({
      {"air_temprature", "'air_temprature' is no such; air_temperature is", W, "v"},
      {"Air Temperature", "is no such; air_temperature is", W, "v"},
      {"temperature_of_soup", "not among those known here: v (temperature_of_soup)", H, ""},
      {"", "without standard_name: v", H, ""},
  }));
  World world;
  world.good_grid();
  std::vector<Attribute> attributes{text("units", "K")};
  if (*row.name != '\0') attributes.push_back(text("standard_name", row.name));
  world.field("v", {280}, attributes);
  check_only(world, "standard-name", row.variable, row.part, row.severity);
}

TEST_CASE("lint finds fill values and ranges that do not do what they seem to", "[lint]") {
  struct Row {
    const char* why;
    ElementType type;
    std::vector<Attribute> attributes;
    const char* part;
    Severity severity;
  };
  constexpr auto kShort = ElementType::Int16;
  const auto scale = reals("scale_factor", {0.01}), offset = reals("add_offset", {280});
  const auto fill = whole("_FillValue", {-32768}, kShort);
  const auto row = GENERATE_COPY(values<Row>({
      {"fine", kShort, {scale, offset, fill}, nullptr, H},
      {"a fill that no short can be",
       kShort,
       {scale, offset, reals("_FillValue", {1e20})},
       "can be no value of type int16",
       W},
      {"of another type",
       kShort,
       {scale, offset, whole("_FillValue", {-32768}, ElementType::Int32)},
       "is of type int32, its values of int16",
       H},
      {"text", kShort, {scale, offset, text("_FillValue", "none")}, "is no number", W},
      {"two of them",
       kShort,
       {scale, offset, fill, whole("missing_value", {-999}, kShort)},
       "its _FillValue is -32768 and its missing_value -999",
       H},
      {"packed without", kShort, {scale, offset}, "packed and has no _FillValue", H},
      {"scale 0", kShort, {reals("scale_factor", {0}), offset, fill}, "scale_factor is 0", E},
      {"types differ",
       kShort,
       {reals("scale_factor", {0.01}, ElementType::Float32), offset, fill},
       "its scale_factor is of type float32, its add_offset of float64",
       H},
      {"no such steps in single precision",
       kShort,
       {reals("scale_factor", {1e-6}, ElementType::Float32),
        reals("add_offset", {280}, ElementType::Float32), fill},
       "tells no such steps apart",
       W},
      {"a range with nothing in it",
       kShort,
       {scale, offset, fill, whole("valid_min", {10}, kShort), whole("valid_max", {-10}, kShort)},
       "nothing in it",
       E},
      {"a range in unpacked values",
       kShort,
       {scale, offset, fill, reals("valid_range", {200, 400})},
       "its valid_range is of type float64, its values are packed",
       H},
      {"the fill within the range",
       kShort,
       {scale, offset, whole("_FillValue", {7}, kShort), whole("valid_range", {-9, 9}, kShort)},
       "its _FillValue 7 lies within its valid range",
       H},
  }));
  CAPTURE(row.why);
  World world;
  world.good_grid();
  std::vector<Attribute> attributes = row.attributes;
  attributes.push_back(text("standard_name", "air_temperature"));
  attributes.push_back(text("units", "K"));
  world.field("v", {0, 1, 2, 3}, attributes, row.type);
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  if (row.part == nullptr) {
    CHECK(findings.empty());
  } else {
    CHECK(count(findings, "packing", "v", row.part, row.severity) == 1);
  }
}

TEST_CASE("lint looks at values", "[lint]") {
  World world;
  world.latitude(every(-10, 5, 5));
  world.longitude(every(0, 5, 20));
  std::vector<double> values = every(281, 0.1, 100);
  std::vector<Attribute> attributes{text("standard_name", "air_temperature"), text("units", "K")};
  SECTION("that are what they are said to be") {
    world.field("v", values, attributes);
    CHECK(world.findings().empty());
  }
  SECTION("that a range leaves out") {
    attributes.push_back(reals("valid_max", {285}, ElementType::Float32));
    world.field("v", values, attributes);
    check_only(world, "values", "v", "its valid range leaves out 59 % of its values, such as 285.1",
               E);
  }
  SECTION("that stand for missing ones, undeclared") {
    for (std::size_t i = 0; i < 30; ++i) values[i] = -9999;
    world.field("v", values, attributes);
    check_only(world, "values", "v", "-9999 stands for 30 % of its values", E);
  }
  SECTION("that are far beyond all measure") {
    for (std::size_t i = 0; i < 30; ++i) values[i] = 1e20;
    world.field("v", values, attributes);
    check_only(world, "values", "v", "1e+20 stands for 30 % of its values", E);
  }
  SECTION("that are in other units") {
    world.field("v", every(5, 0.1, 100), attributes);
    const Findings findings = world.findings();
    CAPTURE(told(findings));
    CHECK(count(findings, "values", "v", "can be no air_temperature; in 'degC' they could", E) ==
          1);
    CHECK(findings.size() == 1);
    CHECK(findings.front().fix.command == "ncatted -h -a units,v,o,c,degC {file}");
    CHECK(findings.front().fix.overlay == "attributes: {v: {units: degC}}");
  }
  SECTION("of which some are impossible") {
    values[50] = 700;
    world.field("v", values, attributes);
    check_only(world, "values", "v", "1 % of its values can be no air_temperature, such as 700", W);
  }
  SECTION("that are all missing") {
    attributes.push_back(reals("_FillValue", {-1}, ElementType::Float32));
    world.field("v", {-1}, attributes);
    check_only(world, "values", "v", "no value in 100 samples", H);
  }
  SECTION("that are infinite") {
    values[3] = std::numeric_limits<double>::infinity();
    world.field("v", values, attributes);
    check_only(world, "values", "v", "1 % of the samples are infinite", W);
  }
}

TEST_CASE("lint takes many zeros and edges for what they are", "[lint]") {
  World world;
  world.latitude(every(-10, 5, 5));
  world.longitude(every(0, 5, 20));
  std::vector<double> values(100, 0.0);
  for (std::size_t i = 70; i < 100; ++i) values[i] = static_cast<double>(i) * 1e-5;
  world.field("v", values,
              {text("standard_name", "precipitation_flux"), text("units", "kg m-2 s-1")});
  CAPTURE(told(world.findings()));
  CHECK(world.findings().empty());
}

TEST_CASE("lint finds flags that say more, or less, than there is", "[lint]") {
  World world;
  world.good_grid();
  world.field("q", {0},
              {whole("flag_values", {0, 1}, ElementType::Int8), text("flag_meanings", "a b c"),
               text("standard_name", "quality_flag")},
              ElementType::Int8);
  check_only(world, "contradiction", "q", "3 flag_meanings for 2 flag_values", W);
}

TEST_CASE("lint finds names of what is not there", "[lint]") {
  World world;
  world.good_grid();
  std::vector<Attribute> attributes{text("standard_name", "air_temperature"), text("units", "K")};
  SECTION("coordinates") {
    attributes.push_back(text("coordinates", "lat height"));
    world.field("v", {}, attributes);
    check_only(world, "reference", "v", "its coordinates names height, which is not there", W);
    CHECK(world.findings().front().fix.overlay == "attributes: {v: {coordinates: lat}}");
  }
  SECTION("a grid mapping") {
    attributes.push_back(text("grid_mapping", "crs"));
    world.field("v", {}, attributes);
    check_only(world, "contradiction", "v", "it names a grid mapping 'crs' that is not there", W);
  }
  SECTION("in a file beside it") {
    attributes.push_back(text("cell_measures", "area: areacella"));
    world.source->schema().attributes.set(text("external_variables", "areacella"));
    world.field("v", {}, attributes);
    CHECK(world.findings().empty());
  }
}

TEST_CASE("lint finds a grid mapping whose text says another", "[lint]") {
  World world;
  const std::vector<double> metres = every(-50000, 25000, 5);
  world.axis("y", metres, {text("standard_name", "projection_y_coordinate"), text("units", "m")});
  world.axis("x", metres, {text("standard_name", "projection_x_coordinate"), text("units", "m")});
  const bool same = GENERATE(true, false);
  world.source->add(
      variable("crs", ElementType::Int32, {}, {},
               {text("grid_mapping_name", "polar_stereographic"),
                reals("latitude_of_projection_origin", {90}),
                reals("straight_vertical_longitude_from_pole", {same ? -45.0 : 0.0}),
                reals("standard_parallel", {70}), reals("semi_major_axis", {6378137}),
                reals("inverse_flattening", {298.257223563}), text("crs_wkt", "EPSG:3413")}),
      std::vector<int>{0});
  world.field(
      "v", {},
      {text("standard_name", "air_temperature"), text("units", "K"), text("grid_mapping", "crs")});
  if (same) {
    CAPTURE(told(world.findings()));
    CHECK(world.findings().empty());
  } else {
    check_only(world, "grid-mapping", "crs", "put the grid", W);
  }
}

TEST_CASE("lint finds chunk shapes that make a use slow", "[lint]") {
  struct Row {
    const char* why;
    std::vector<std::size_t> shape, chunks;
    const char* part;
    Severity severity;
  };
  const auto row = GENERATE(values<Row>({
      {"balanced", {365, 720, 1440}, {16, 128, 128}, nullptr, W},
      {"small, whatever they are", {10, 100, 100}, {10, 1, 1}, nullptr, W},
      {"all of time in each", {3650, 180, 360}, {3650, 10, 10}, "a map of one step reads", W},
      {"a map in each", {40000, 180, 360}, {1, 180, 360}, "a point's series reads", H},
      {"crumbs", {365, 720, 1440}, {1, 10, 10}, "chunks of 400 bytes (1 x 10 x 10)", W},
  }));
  CAPTURE(row.why);
  World world;
  HoldingSchema& schema = world.source->schema();
  world.axis("time", every(0, 1, row.shape[0]),
             {text("units", "days since 2000-01-01"), text("calendar", "standard")});
  world.latitude(every(-60, 0.1, row.shape[1]));
  world.longitude(every(0, 0.2, row.shape[2]));
  schema.variables.push_back(
      variable("v", ElementType::Float32, {"time", "lat", "lon"}, row.shape,
               {text("standard_name", "air_temperature"), text("units", "K")}));
  schema.variables.back().chunk_shape = row.chunks;
  auto record = std::make_shared<HoldingRecord>();
  record->schema = schema;
  const Findings findings = lint_one("f.nc", record, world.source, false);
  CAPTURE(told(findings));
  if (row.part == nullptr) {
    CHECK(findings.empty());
  } else {
    CHECK(count(findings, "chunks", "v", row.part, row.severity) == 1);
  }
}

TEST_CASE("lint finds a time axis in crumbs", "[lint]") {
  World world;
  world.axis("time", every(0, 1, 5000),
             {text("units", "hours since 2000-01-01"), text("calendar", "standard")});
  world.source->schema().variables.back().chunk_shape = {1};
  world.latitude({0, 1});
  world.longitude({0, 1});
  world.good_field();
  check_only(world, "chunks", "time", "5000 values in 5000 chunks", W);
}

TEST_CASE("lint misses what catalogues look for", "[lint]") {
  World world;
  world.good_grid();
  world.good_field();
  world.source->schema().attributes = Attributes({text("title", "T"), text("comment", "C")});
  check_only(world, "discovery", "", "it does not tell its institution, license", H);
}

TEST_CASE("lint tells what is not served, and what to do", "[lint]") {
  World world;
  world.axis("y", every(0, 1000, 3),
             {text("standard_name", "projection_y_coordinate"), text("units", "m")});
  world.axis("x", every(0, 1000, 4),
             {text("standard_name", "projection_x_coordinate"), text("units", "m")});
  for (const char* const name : {"a", "b"}) {
    world.field(name, {}, {text("standard_name", "air_temperature"), text("units", "K")});
  }
  check_only(world, "not-served", "a, b", "no grid_mapping says of which", E);
  CHECK(world.findings().front().fix.overlay.find("a: {grid_mapping: crs}") != std::string::npos);
}

TEST_CASE("lint tells how to write anew what has a filter that is not read", "[lint]") {
  World world;
  world.axis("lat", every(0, 10, 3), {text("units", "degrees_north")});
  world.axis("lon", every(0, 10, 4), {text("units", "degrees_east")});
  world.source->schema().remarks = {
      "variable 'v': its values are compressed by ZFP (HDF5's filter 32013), which is not read "
      "here"};
  check_only(world, "not-served", "v", "ZFP (HDF5's filter 32013)", E);
  CHECK(world.findings().front().fix.command.find("h5repack") != std::string::npos);
}

}  // namespace gyre::coverage::lint

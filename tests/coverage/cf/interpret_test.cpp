#include "coverage/cf/interpret.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "tests/coverage/cf/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::test;
using Catch::Contains;

namespace {

std::string reason_of(const Interpretation& result, const std::string& variable) {
  for (const NotServed& item : result.not_served) {
    if (item.variable == variable) return item.reason;
  }
  return "";
}

const Coverage& only(const Interpretation& result) {
  CAPTURE(result.not_served.empty() ? std::string() : result.not_served.front().reason);
  REQUIRE(result.coverages.size() == 1);
  return result.coverages.front();
}

const Axis& axis_called(const Coverage& coverage, const std::string& label) {
  return coverage.domain_set.axes().at(coverage.domain_set.axis_named(label));
}

std::vector<std::string> labels_of(const Coverage& coverage) {
  std::vector<std::string> labels;
  for (const Axis& axis : coverage.domain_set.axes()) labels.push_back(axis.label());
  return labels;
}

using Labels = std::vector<std::string>;
using T = ElementType;

}  // namespace

TEST_CASE("axes keep the order of the field's dimensions, whatever it is", "[cf][interpret]") {
  Made made;
  made.lat_lon();
  made.axis("time", {0, 24}, {text("units", "hours since 2000-01-01")});
  made.axis("depth", {0, 10}, {text("positive", "down"), text("units", "m")});
  made.variable("v", {"lon", "depth", "time", "lat"}, {text("units", "K")});
  const Interpretation result = made.interpreted();
  const Coverage& coverage = only(result);
  CHECK(labels_of(coverage) == Labels{"lon", "depth", "time", "lat"});
  CHECK(coverage.domain_set.x() == 0);
  CHECK(coverage.domain_set.y() == 3);
  CHECK(coverage.domain_set.vertical() == 1U);
  CHECK(coverage.domain_set.time() == 2U);
  CHECK(coverage.domain_set.crs() == Crs());
  CHECK(coverage.id.empty());
  CHECK(axis_called(coverage, "lon").data().geographic_longitude);
  CHECK(axis_called(coverage, "lat").data().geographic_latitude);
  CHECK(axis_called(coverage, "depth").data().positive_down);
  CHECK(axis_called(coverage, "time").data().instants[1].iso8601() == "2000-01-02T00:00:00Z");
  CHECK(result.warnings.empty());
  CHECK(result.not_served.empty());
}

TEST_CASE("scalar coordinates become axes of one cell after the dimensions", "[cf][interpret]") {
  Made made;
  made.lat_lon();
  made.variable("height", {},
                {text("units", "m"), text("standard_name", "height"), text("positive", "up")},
                T::Float64)
      .values<double>("height", T::Float64, {2});
  made.variable("reftime", {},
                {text("standard_name", "forecast_reference_time"),
                 text("units", "hours since 2020-01-01")},
                T::Float64)
      .values<double>("reftime", T::Float64, {6});
  made.variable("period", {}, {text("standard_name", "forecast_period"), text("units", "hours")})
      .values<float>("period", T::Float32, {6});
  made.variable("type", {}, {text("standard_name", "area_type")}, T::String);
  made.variable("v", {"lat", "lon"}, {text("coordinates", "height reftime period type nowhere")});
  const Interpretation result = made.interpreted();
  const Coverage& coverage = only(result);
  CHECK(labels_of(coverage) == Labels{"lat", "lon", "height", "reftime"});
  CHECK(axis_called(coverage, "height").is_scalar());
  CHECK(axis_called(coverage, "reftime").role() == AxisRole::ReferenceTime);
  CHECK(axis_called(coverage, "reftime").data().instants[0].iso8601() == "2020-01-01T06:00:00Z");
}

TEST_CASE("dimensions without coordinates count from 0, text names the members",
          "[cf][interpret]") {
  Made made;
  made.lat_lon();
  made.dimension("band", 3).dimension("member", 2).dimension("letters", 8);
  made.variable("run", {"member", "letters"}, {text("standard_name", "realization")}, T::String);
  made.texts["run"] = {"r1i1p1f1", "r2i1p1f1"};
  made.variable("model", {"member"}, {text("standard_name", "realization")}, T::String);
  made.texts["model"] = {"ESM", "ESM"};
  made.variable("v", {"band", "member", "lat", "lon"}, {text("coordinates", "model run")});
  const Interpretation result = made.interpreted();
  const Coverage& coverage = only(result);
  CHECK(labels_of(coverage) == Labels{"band", "run", "lat", "lon"});
  CHECK(axis_called(coverage, "band").data().index_only);
  CHECK(axis_called(coverage, "band").role() == AxisRole::Other);
  CHECK(axis_called(coverage, "band").centres() == std::vector<double>{0, 1, 2});
  const Axis& member = axis_called(coverage, "run");
  CHECK(member.role() == AxisRole::Member);
  CHECK(member.data().dimension == "member");
  CHECK(member.data().names == Labels{"r1i1p1f1", "r2i1p1f1"});
}

TEST_CASE("auxiliary coordinates stand in where a dimension has none of its own",
          "[cf][interpret]") {
  Made made;
  made.dimension("y", 2).dimension("x", 3).dimension("record", 2);
  made.variable("lat", {"y"}, {text("units", "degrees_north")}, T::Float64)
      .values<double>("lat", T::Float64, {40, 50});
  made.variable("lon", {"x"}, {text("units", "degrees_east")}, T::Float64)
      .values<double>("lon", T::Float64, {1, 2, 3});
  made.variable("valid", {"record"}, {text("units", "days since 2000-01-01")}, T::Float64)
      .values<double>("valid", T::Float64, {1, 2});
  made.variable("v", {"record", "y", "x"}, {});
  const Interpretation result = made.interpreted();
  const Coverage& coverage = only(result);
  CHECK(labels_of(coverage) == Labels{"valid", "lat", "lon"});
  CHECK(axis_called(coverage, "lat").data().dimension == "y");
}

TEST_CASE("several calendars, and what is none", "[cf][interpret]") {
  const auto first = [](std::vector<Attribute> attributes) {
    Made made;
    made.lat_lon();
    attributes.push_back(text("standard_name", "time"));
    made.axis("time", {59}, std::move(attributes));
    made.variable("v", {"time", "lat", "lon"}, {});
    return made.interpreted();
  };
  const auto date = [&](const char* calendar) {
    const Interpretation result =
        first({text("units", "days since 2001-01-01"), text("calendar", calendar)});
    return axis_called(only(result), "time").data().instants[0].iso8601();
  };
  // cftime 1.6.6: num2date(59, "days since 2001-01-01", calendar)
  CHECK(date("standard") == "2001-03-01T00:00:00Z");
  CHECK(date("360_day") == "2001-02-30T00:00:00Z");
  CHECK(date("all_leap") == "2001-02-29T00:00:00Z");
  CHECK(date("NOLEAP") == "2001-03-01T00:00:00Z");

  const Interpretation none =
      first({text("units", "days since 2001-01-01"), text("calendar", "none")});
  CHECK(axis_called(only(none), "time").role() == AxisRole::Other);
  CHECK_FALSE(axis_called(only(none), "time").is_time());
  CHECK(none.warnings.size() == 1);

  const Interpretation broken = first({text("units", "days since the flood")});
  CHECK(broken.coverages.empty());
  CHECK_THAT(reason_of(broken, "v"), Contains("days since the flood"));
}

TEST_CASE("64-bit times are decoded exactly; steps that one date tells are plain numbers",
          "[cf][interpret]") {
  const auto interpreted = [](std::int64_t first, std::int64_t second) {
    Made made;
    made.lat_lon();
    made.dimension("time", 2);
    made.variable("time", {"time"}, {text("units", "microseconds since 1700-01-01")}, T::Int64)
        .values<std::int64_t>("time", T::Int64, {first, second});
    made.variable("v", {"time", "lat", "lon"}, {});
    return made.interpreted();
  };
  const Interpretation apart = interpreted(9007199254740993, 9007199254742995);
  const auto& instants = axis_called(only(apart), "time").data().instants;
  CHECK(instants[1].microseconds() - instants[0].microseconds() == 2002);
  CHECK(apart.warnings.empty());

  const Interpretation close = interpreted(1000, 1400);
  CHECK_FALSE(axis_called(only(close), "time").is_time());
  CHECK(axis_called(only(close), "time").centres()[1] == 1400);
  CHECK(close.warnings.size() == 1);
}

TEST_CASE("bounds are taken when they fit their axis, and left out with a warning otherwise",
          "[cf][interpret]") {
  struct Row {
    const char* why;
    std::vector<std::size_t> shape;
    std::vector<double> values;
    bool taken;
  };
  const std::vector<Row> rows{
      {"they hold their centres", {3, 2}, {8, 13, 13, 22, 22, 31}, true},
      {"either way round", {3, 2}, {13, 8, 22, 13, 31, 22}, true},
      {"a centre outside", {3, 2}, {8, 9, 13, 22, 22, 31}, false},
      {"another shape", {2, 3}, {8, 13, 13, 22, 22, 31}, false},
      {"points", {3, 2}, {10, 10, 20, 20, 30, 30}, false},
      {"missing ones", {3, 2}, {8, std::nan(""), 13, 22, 22, 31}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Made made;
    made.axis("lat", {10, 20, 30}, {text("units", "degrees_north"), text("bounds", "lat_b")});
    made.axis("lon", {0, 10}, {text("units", "degrees_east")});
    made.dimension("n", row.shape[0]).dimension("m", row.shape[1]);
    made.variable("lat_b", {"n", "m"}, {}, T::Float64)
        .values<double>("lat_b", T::Float64, row.values);
    made.variable("v", {"lat", "lon"}, {});
    const Interpretation result = made.interpreted();
    CHECK(axis_called(only(result), "lat").data().bounds.empty() != row.taken);
    CHECK(result.warnings.empty() == row.taken);
  }
}

TEST_CASE("time bounds are periods; bounds a turn away come to their centre", "[cf][interpret]") {
  Made made;
  made.axis("lat", {0, 1}, {text("units", "degrees_north")});
  made.axis("lon", {0.5, 1.5}, {text("units", "degrees_east"), text("bounds", "lon_b")});
  made.axis("time", {15, 45},
            {text("units", "days since 1960-01-01"), text("climatology", "clim")});
  made.dimension("nv", 2);
  made.variable("lon_b", {"lon", "nv"}, {}, T::Float64)
      .values<double>("lon_b", T::Float64, {360, 361, 361, 362});
  made.variable("clim", {"time", "nv"}, {}, T::Float64)
      .values<double>("clim", T::Float64, {0, 10988, 31, 11017});
  made.variable("v", {"time", "lat", "lon"}, {});
  const Interpretation result = made.interpreted();
  const Coverage& coverage = only(result);
  CHECK(axis_called(coverage, "lon").data().bounds == std::vector<double>{0, 1, 1, 2});
  const auto& periods = axis_called(coverage, "time").data().periods;
  REQUIRE(periods.size() == 2);
  CHECK(periods[0].first.iso8601() == "1960-01-01T00:00:00Z");
  CHECK(periods[0].last.iso8601() == "1990-01-31T00:00:00Z");
}

TEST_CASE("the CRS comes from coordinates and grid mapping together", "[cf][interpret]") {
  Made made;
  made.axis("y", {2, 1}, {text("units", "km"), text("standard_name", "projection_y_coordinate")});
  made.axis("x", {1, 2}, {text("units", "km"), text("standard_name", "projection_x_coordinate")});
  made.dimension("i", 1);
  made.axis("y2", {2, 1}, {text("units", "km"), text("standard_name", "projection_y_coordinate")});
  made.axis("x2", {1, 2}, {text("units", "km"), text("standard_name", "projection_x_coordinate")});
  made.variable("lat2", {"y", "x"}, {text("units", "degrees_north")});
  made.variable("lon2", {"y", "x"}, {text("units", "degrees_east")});
  // pyproj 3.7.2, Transformer.from_crs("+proj=laea +lat_0=90 +R=6371228", "OGC:CRS84").
  made.values<float>("lat2", T::Float32, {89.9798908F, 89.974564F, 89.9872819F, 89.9798908F});
  made.values<float>("lon2", T::Float32, {153.434949F, 135.0F, 135.0F, 116.565051F});
  made.variable("laea", {},
                {text("grid_mapping_name", "lambert_azimuthal_equal_area"),
                 number("longitude_of_projection_origin", 0),
                 number("latitude_of_projection_origin", 90), number("earth_radius", 6371228)},
                T::Int32);
  made.variable("wkt", {}, {text("crs_wkt", "PROJCRS[...]")}, T::Int32);
  made.variable("plain", {"y", "x"},
                {text("grid_mapping", "laea"), text("coordinates", "lat2 lon2")});
  made.variable("extended", {"y", "x"}, {text("grid_mapping", "wkt: lat2 lon2 laea: x y")});
  made.variable("by_wkt", {"y2", "x2"}, {text("grid_mapping", "wkt")});
  made.variable("without", {"y2", "x2"}, {});
  const Interpretation result = made.interpreted();
  const Coverage& coverage = only(result);
  REQUIRE(coverage.fields.size() == 2);
  CHECK(coverage.fields[1].name == "extended");
  CHECK(coverage.domain_set.crs().uom() == "km");
  CHECK(coverage.domain_set.grid_mapping_variable() == "laea");
  CHECK_FALSE(coverage.domain_set.axes()[1].data().geographic_longitude);
  CHECK_THAT(reason_of(result, "by_wkt"), Contains("crs_wkt"));
  CHECK_THAT(reason_of(result, "without"), Contains("grid_mapping"));
}

TEST_CASE("coordinates that contradict the grid mapping are trusted, with a warning",
          "[cf][interpret]") {
  Made made;
  made.lat_lon();
  made.variable(
      "crs", {},
      {text("grid_mapping_name", "sinusoidal"), number("longitude_of_projection_origin", 0)},
      T::Int32);
  made.variable("proj", {}, {text("proj4_params", "+proj=merc")}, T::Int32);
  made.variable("v", {"lat", "lon"}, {text("grid_mapping", "crs")});
  made.variable("w", {"lat", "lon"}, {text("grid_mapping", "nowhere")});
  made.variable("u", {"lat", "lon"}, {text("grid_mapping", "proj")});
  const Interpretation result = made.interpreted();
  CHECK(result.not_served.empty());
  CHECK(result.warnings.size() == 3);
  for (const Coverage& coverage : result.coverages) CHECK(coverage.domain_set.crs() == Crs());
}

TEST_CASE("a rotated pole may call its axes by plain names", "[cf][interpret]") {
  Made made;
  made.axis("y", {-2, -1}, {text("standard_name", "projection_y_coordinate")});
  made.axis("x", {-1, 0, 1}, {text("standard_name", "projection_x_coordinate")});
  made.variable(
      "crs", {},
      {text("grid_mapping_name", "rotated_latitude_longitude"),
       number("grid_north_pole_latitude", 37.25), number("grid_north_pole_longitude", -174.55)},
      T::String);
  made.variable("v", {"y", "x"}, {text("grid_mapping", "crs"), text("coordinates", "lon lat")});
  const Interpretation result = made.interpreted();
  CHECK(only(result).domain_set.crs().is_rotated_pole());
  CHECK_FALSE(only(result).domain_set.axes()[1].data().geographic_longitude);
}

TEST_CASE("degrees_east on a rotated grid that has its true longitudes beside is a slip",
          "[cf][interpret]") {
  for (const bool beside : {true, false}) {
    Made made;
    made.axis("b", {-2, -1}, {text("units", "degrees_north")});
    made.axis("a", {-1, 0, 1}, {text("units", "degrees_east")});
    if (beside) {
      made.variable("lat", {"b", "a"}, {text("units", "degrees_north")});
      made.variable("lon", {"b", "a"}, {text("units", "degrees_east")});
    }
    made.variable(
        "crs", {},
        {text("grid_mapping_name", "rotated_latitude_longitude"),
         number("grid_north_pole_latitude", 37.25), number("grid_north_pole_longitude", -174.55)},
        T::Int32);
    made.variable("v", {"b", "a"}, {text("grid_mapping", "crs")});
    const Interpretation result = made.interpreted();
    CAPTURE(beside);
    CHECK(only(result).domain_set.crs().is_rotated_pole() == beside);
    CHECK(result.warnings.size() == 1);
  }
}

TEST_CASE("what is not served says what it is", "[cf][interpret]") {
  Made made;
  made.dimension("j", 2).dimension("i", 3).dimension("node", 4).dimension("pair", 2);
  made.dimension("row", 2).dimension("column", 2).dimension("none", 0);
  made.lat_lon();
  made.variable("nav_lat", {"j", "i"}, {text("units", "degrees_north")});
  made.variable("nav_lon", {"j", "i"}, {text("units", "degrees_east")});
  made.values<float>("nav_lat", T::Float32, {10, 10, 10, 11, 11, 11});
  made.values<float>("nav_lon", T::Float32, {10, 12, 11, 10, 12, 11});
  made.variable("crossed", {"j", "i"}, {text("coordinates", "nav_lat nav_lon")});
  made.variable("node_lon", {"node"}, {text("units", "degrees_east")});
  made.variable("node_lat", {"node"}, {text("units", "degrees_north")});
  made.variable("on_nodes", {"node"}, {text("coordinates", "node_lat, node_lon")});
  made.variable("on_faces", {"row"}, {text("mesh", "mesh2")});
  made.variable("nuwg", {"row", "column"}, {text("navigation", "nav")});
  made.variable("bare", {"row", "column"}, {});
  made.variable("half", {"row", "lon"}, {});
  made.variable("empty", {"none", "lat", "lon"}, {});
  made.variable("table", {"row"}, {});
  const Interpretation result = made.interpreted();
  CHECK(result.coverages.empty());
  CHECK_THAT(reason_of(result, "crossed"),
             Contains("'nav_lon' and 'nav_lat'") && Contains("cross each other"));
  CHECK_THAT(reason_of(result, "on_nodes"), Contains("nothing tells the mesh"));
  CHECK_THAT(reason_of(result, "on_faces"), Contains("mesh"));
  CHECK_THAT(reason_of(result, "nuwg"), Contains("NUWG"));
  CHECK_THAT(reason_of(result, "bare"), Contains("no horizontal axes"));
  CHECK_THAT(reason_of(result, "half"), Contains("no y axis"));
  CHECK_THAT(reason_of(result, "empty"), Contains("'none' is empty"));
  CHECK(reason_of(result, "table").empty());
  CHECK(reason_of(result, "node_lon").empty());
}

TEST_CASE("a holding without fields says so, unless its source left some out", "[cf][interpret]") {
  Made made;
  made.lat_lon();
  CHECK_THAT(reason_of(made.interpreted(), ""), Contains("no variable over horizontal axes"));
  made.schema.remarks = {"variable 'ice': its values are compound"};
  CHECK(made.interpreted().not_served.empty());
}

namespace {

/// A grid of 3 x 4 cells that leans, with its coordinates as `lat2` and `lon2` over j, i.
Made leaning_grid() {
  Made made;
  made.dimension("j", 3).dimension("i", 4);
  std::vector<float> latitudes;
  std::vector<float> longitudes;
  for (int j = 0; j < 3; ++j) {
    for (int i = 0; i < 4; ++i) {
      latitudes.push_back(40.0F + static_cast<float>(j) + 0.1F * static_cast<float>(i));
      longitudes.push_back(5.0F + static_cast<float>(i) - 0.1F * static_cast<float>(j));
    }
  }
  made.variable("lat2", {"j", "i"}, {text("units", "degrees_north")});
  made.variable("lon2", {"j", "i"}, {text("units", "degrees_east")});
  made.values("lat2", T::Float32, latitudes).values("lon2", T::Float32, longitudes);
  return made;
}

}  // namespace

TEST_CASE("two-dimensional coordinates make a grid that axes only count", "[cf][interpret]") {
  Made made = leaning_grid();
  made.axis("i", {1, 2, 3, 4}, {text("units", "1")});
  made.schema.dimensions.pop_back();  // the one of leaning_grid() is meant
  made.axis("time", {0, 1}, {text("units", "days since 2000-01-01")});
  made.variable("v", {"time", "j", "i"}, {text("coordinates", "lat2 lon2")});
  made.variable("unlisted", {"j", "i"}, {});
  const Interpretation result = made.interpreted();
  CHECK(result.warnings.empty());
  REQUIRE(result.coverages.size() == 2);
  const DomainSet& domain_set = result.coverages[0].domain_set;
  REQUIRE(domain_set.geometry() != nullptr);
  CHECK(domain_set.crs() == Crs());
  CHECK(domain_set.axes()[domain_set.x()].label() == "i");
  CHECK(domain_set.axes()[domain_set.x()].centres() == std::vector<double>{1, 2, 3, 4});
  CHECK(domain_set.axes()[domain_set.y()].data().index_only);
  CHECK(domain_set.geometry()->cell_at(6.1, 41.1) == 5U);
  CHECK(domain_set.geometry()->cell_at(20, 41) == CellGeometry::kNone);
  CHECK(domain_set.coordinate_named("Lat") == AxisRole::Y);
  CHECK(domain_set.coordinate_named("lon") == AxisRole::X);
  CHECK(domain_set.coordinate_named("lon2") == AxisRole::X);
  CHECK_FALSE(domain_set.coordinate_named("i").has_value());
  CHECK(result.coverages[1].domain_set.geometry() == domain_set.geometry());
}

TEST_CASE("axes that contradict the two-dimensional coordinates are not believed",
          "[cf][interpret]") {
  // Nominal longitudes and latitudes, as of a tripolar grid.
  for (const bool nominal : {true, false}) {
    Made made = leaning_grid();
    const double shift = nominal ? 3 : 0.05;
    made.schema.dimensions.clear();
    made.axis("j", {40 + shift, 41 + shift, 42 + shift}, {text("units", "degrees_north")});
    made.axis("i", {5, 6, 7, 8}, {text("units", "degrees_east")});
    made.variable("v", {"j", "i"}, {text("coordinates", "lat2 lon2")});
    const Interpretation result = made.interpreted();
    CHECK((only(result).domain_set.geometry() != nullptr) == nominal);
    CHECK(result.warnings.size() == (nominal ? 1U : 0U));
  }
}

TEST_CASE("several pairs of coordinates are not chosen from", "[cf][interpret]") {
  Made made = leaning_grid();
  made.variable("lat3", {"j", "i"}, {text("units", "degrees_north")});
  made.variable("lon3", {"j", "i"}, {text("units", "degrees_east")});
  made.variable("v", {"j", "i"}, {});
  CHECK_THAT(reason_of(made.interpreted(), "v"),
             Contains("several") && Contains("attribute coordinates"));
}

TEST_CASE("axes that are no axes keep their fields from being served", "[cf][interpret]") {
  struct Row {
    const char* why;
    std::vector<double> latitudes;
    const char* reason;
  };
  const std::vector<Row> rows{{"turning back", {10, 30, 20}, "monotonic"},
                              {"repeating", {10, 20, 20}, "monotonic"},
                              {"missing", {10, std::nan(""), 30}, "missing value at index 1"},
                              {"filled", {10, -999, 30}, "missing value at index 1"},
                              {"no position", {0, 1e305, 1.7e308}, "no position"},
                              {"beyond the pole", {80, 90, 100}, "beyond the poles"}};
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Made made;
    made.axis("lat", row.latitudes, {text("units", "degrees_north"), number("_FillValue", -999)});
    made.axis("lon", {0, 10}, {text("units", "degrees_east")});
    made.variable("v", {"lat", "lon"}, {});
    const Interpretation result = made.interpreted();
    CHECK(result.coverages.empty());
    CHECK_THAT(reason_of(result, "v"), Contains(row.reason));
  }
}

TEST_CASE("fields that share dimensions, scalars and mapping are one coverage", "[cf][interpret]") {
  Made made;
  made.lat_lon();
  made.axis("time", {0, 24}, {text("units", "hours since 2000-01-01")});
  for (const char* height : {"h2", "h10"}) {
    made.variable(height, {}, {text("units", "m"), text("standard_name", "height")}, T::Float64)
        .values<double>(height, T::Float64, {2});
  }
  made.variable("mask", {"lat", "lon"}, {});
  made.variable("t2", {"time", "lat", "lon"}, {text("coordinates", "h2")});
  made.variable("u10", {"time", "lat", "lon"}, {text("coordinates", "h10")});
  made.variable("v10", {"time", "lat", "lon"}, {text("coordinates", "h10")});
  made.variable("p", {"time", "lat", "lon"}, {});
  const Interpretation result = made.interpreted();
  REQUIRE(result.coverages.size() == 4);
  CHECK(result.coverages[0].id.empty());
  CHECK(result.coverages[0].fields.size() == 2);  // most fields of those with most dimensions
  CHECK(result.coverages[1].id == "lat-lon");
  CHECK(result.coverages[2].id == "time-lat-lon-h2");
  CHECK(result.coverages[3].id == "time-lat-lon");
}

TEST_CASE("what describes others is no field, a term of a formula over x and y is one",
          "[cf][interpret]") {
  Made made;
  made.lat_lon();
  made.axis("lev", {1, 2},
            {text("positive", "down"),
             text("standard_name", "atmosphere_hybrid_sigma_pressure_coordinate"),
             text("formula_terms", "p0: p0 a: hya b: hyb ps: ps")});
  made.dimension("nv", 2);
  made.variable("hya", {"lev"}, {text("standard_name", "term")});
  made.variable("p0", {}, {});
  made.variable("ps", {"lat", "lon"}, {text("units", "Pa")});
  made.variable("lat_bnds", {"lat", "nv"}, {});
  made.variable("area", {"lat", "lon"}, {});
  made.variable("label", {"lat", "nv"}, {}, T::String);
  made.variable("t", {"lev", "lat", "lon"}, {text("cell_measures", "area: area")});
  const Interpretation result = made.interpreted();
  CHECK(result.not_served.empty());
  REQUIRE(result.coverages.size() == 2);
  CHECK(result.coverages[0].fields[0].name == "t");
  CHECK(result.coverages[1].fields[0].name == "ps");
  CHECK(result.coverages[1].fields[1].name == "area");
}

TEST_CASE("labels are XML names, and unique", "[cf][interpret]") {
  Made made;
  made.axis("2 lat", {1, 2}, {text("units", "degrees_north")});
  made.axis("lon+", {1, 2}, {text("units", "degrees_east")});
  made.variable("lon_", {}, {text("units", "m"), text("positive", "up")}, T::Float64)
      .values<double>("lon_", T::Float64, {5});
  made.variable("v", {"2 lat", "lon+"}, {text("coordinates", "lon_")});
  const Interpretation result = made.interpreted();
  CHECK(labels_of(only(result)) == Labels{"_2_lat", "lon_", "lon__2"});
  CHECK(axis_called(only(result), "_2_lat").data().dimension == "2 lat");
}

TEST_CASE("packed coordinates are unpacked, their valid range hides nothing", "[cf][interpret]") {
  Made made;
  made.dimension("lat", 3);
  made.variable("lat", {"lat"},
                {text("units", "degrees_north"), number("scale_factor", 0.5),
                 numbers("valid_range", {0, 1})},
                T::Int16)
      .values<std::int16_t>("lat", T::Int16, {20, 40, 60});
  made.axis("lon", {0, 10}, {text("units", "degrees_east")});
  made.variable("v", {"lat", "lon"}, {});
  const Interpretation result = made.interpreted();
  CHECK(axis_called(only(result), "lat").centres() == std::vector<double>{10, 20, 30});
  CHECK(axis_called(only(result), "lat").data().type == T::Float64);
}

TEST_CASE("variables of a group find their axes in it, else further up", "[cf][interpret]") {
  Made made;
  made.lat_lon();
  made.variable("model/w", {"lat", "lon"}, {});
  const Interpretation result = made.interpreted();
  CHECK(only(result).fields[0].name == "model/w");
}

#include "coverage/derive/vectors.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "coverage/cf/interpret.h"
#include "coverage/subset/regridding.h"
#include "coverage/subset/view.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
using T = ElementType;

struct Made {
  std::shared_ptr<MemorySource> source = std::make_shared<MemorySource>();
  std::shared_ptr<Dataset> dataset = std::make_shared<Dataset>();
  std::vector<std::string> warnings;

  void axes(std::size_t rows, std::size_t columns) {
    source->add({"lat", T::Float64, {"lat"}, {rows}, {}, attributes({{"units", "degrees_north"}})},
                every(10, 1, rows));
    source->add(
        {"lon", T::Float64, {"lon"}, {columns}, {}, attributes({{"units", "degrees_east"}})},
        every(20, 1, columns));
  }
  void component(const char* name, const char* standard_name, std::vector<std::string> dimensions,
                 const std::vector<double>& values, const char* units = "m s-1",
                 T type = T::Float32) {
    std::vector<std::size_t> shape;
    for (const std::string& dimension : dimensions) {
      for (const DimensionSchema& known : source->schema().dimensions) {
        if (known.name == dimension) shape.push_back(known.size);
      }
    }
    source->add({name,
                 type,
                 std::move(dimensions),
                 shape,
                 {},
                 attributes({{"standard_name", standard_name}, {"units", units}})},
                values);
  }
  void interpret_all() {
    const HoldingSchema& schema = source->schema();
    CoordinateReader reader;
    reader.numbers = [&](const std::string& name) {
      IndexBox box;
      for (const std::size_t size : schema.find(name)->shape) box.push_back({0, size});
      return source->read(name, box);
    };
    dataset->coverages = interpret(schema, reader).coverages;
    for (Coverage& coverage : dataset->coverages) {
      coverage.colour_ranges.assign(coverage.fields.size(), {-2, 3});
    }
    dataset->source = source;
    dataset->schema = std::make_shared<const HoldingSchema>(schema);
    add_vectors(*dataset, warnings);
  }
  const Coverage& vectors() const {
    for (const Coverage& coverage : dataset->coverages) {
      if (coverage.id.ends_with("vectors")) return coverage;
    }
    FAIL("no vectors");
    return dataset->coverages.front();
  }
  std::vector<double> values(const std::string& name) const {
    const Coverage& coverage = vectors();
    const Field& field = coverage.fields[coverage.field_named(name)];
    IndexBox box;
    for (const std::size_t size : dataset->schema->find(name)->shape) box.push_back({0, size});
    const RawBlock block = dataset->source->read(name, box);
    CHECK(block.type == field.storage);
    std::vector<double> all(block.cells());
    unpack(field, block, all);
    return all;
  }
};

}  // namespace

TEST_CASE("a pair gives speed and direction, missing where one component is", "[derive]") {
  Made made;
  made.axes(2, 3);
  made.component("u", "eastward_wind", {"lat", "lon"}, {3, 0, -1, kNaN, 0, -1e-9});
  made.component("v", "northward_wind", {"lat", "lon"}, {4, -2, 0, 1, 0, 1});
  const std::size_t reads = made.source->reads();
  made.interpret_all();
  CHECK(made.source->reads() - reads == 2);  // the coordinates alone
  const Coverage& coverage = made.vectors();
  CHECK(coverage.id == "vectors");
  REQUIRE(coverage.fields.size() == 2);
  CHECK(coverage.fields[0].standard_name == "wind_speed");
  CHECK(coverage.fields[1].standard_name == "wind_to_direction");
  CHECK(coverage.fields[1].units == "degree");
  CHECK(coverage.colour_ranges[0] == std::pair(0.0, 3.0));
  CHECK(coverage.vectors == std::vector<Coverage::Vector>{{0, 1}});
  const std::vector<double> speed = made.values("wind_speed");
  CHECK(speed[0] == 5);
  CHECK(speed[1] == 2);
  CHECK(std::isnan(speed[3]));
  CHECK(speed[4] == 0);
  const std::vector<double> to = made.values("wind_to_direction");
  CHECK(to[0] == Approx(36.8698976));
  CHECK(to[1] == 180);
  CHECK(to[2] == 270);
  CHECK(std::isnan(to[3]));
  CHECK(std::isnan(to[4]));  // nothing moves
  CHECK(to[5] == 0);         // what rounds up to 360 is none
}

TEST_CASE("x and y on a turned grid give true components besides", "[derive]") {
  Made made;
  made.source->add({"y",
                    T::Float64,
                    {"y"},
                    {2},
                    {},
                    attributes({{"standard_name", "projection_y_coordinate"}, {"units", "m"}})},
                   std::vector<double>{0, -1000000});
  made.source->add({"x",
                    T::Float64,
                    {"x"},
                    {2},
                    {},
                    attributes({{"standard_name", "projection_x_coordinate"}, {"units", "m"}})},
                   std::vector<double>{0, 1000000});
  Attributes mapping = attributes({{"grid_mapping_name", "polar_stereographic"}});
  for (const auto& [name, value] : {std::pair("latitude_of_projection_origin", 90.0),
                                    {"straight_vertical_longitude_from_pole", 0.0},
                                    {"standard_parallel", 70.0}}) {
    mapping.set({name, T::Float64, std::vector<double>{value}});
  }
  made.source->add({"crs", T::Int32, {}, {}, {}, mapping}, std::vector<double>{0});
  for (const auto& [name, standard_name, value] :
       {std::tuple("u", "x_wind", 1.0), {"v", "y_wind", 0.0}}) {
    made.source->add(
        {name,
         T::Float64,
         {"y", "x"},
         {2, 2},
         {},
         attributes(
             {{"standard_name", standard_name}, {"units", "m s-1"}, {"grid_mapping", "crs"}})},
        std::vector<double>(4, value));
  }
  made.interpret_all();
  REQUIRE(made.vectors().fields.size() == 4);
  const std::vector<double> east = made.values("eastward_wind");
  const std::vector<double> north = made.values("northward_wind");
  CHECK(std::isnan(east[0]));  // the pole
  CHECK(std::isnan(north[0]));
  CHECK(made.values("wind_speed")[0] == 1);
  CHECK(std::isnan(made.values("wind_to_direction")[0]));
  // At 90 E (to the right) the grid's x leads away from the pole: south.
  CHECK(east[1] == Approx(0).margin(1e-7));
  CHECK(north[1] == Approx(-1));
  // On the meridian of the grid x is east.
  CHECK(east[2] == Approx(1));
  CHECK(made.values("wind_to_direction")[2] == Approx(90));
  CHECK(east[3] == Approx(std::sqrt(0.5)));
  CHECK(north[3] == Approx(-std::sqrt(0.5)));

  SECTION("on another grid the components along the old axes say what they are") {
    const Coverage& own = made.dataset->coverages.front();
    const ResolvedQuery query = resolve(made.dataset, own, {}, {"u"});
    RegriddingWishes wishes;
    const auto comment = [&] {
      const ResolvedQuery there = regridded(query, plan_regridding(query, wishes), AbortToken());
      return there.coverage->fields.front().attributes.text("comment").value_or("");
    };
    wishes.size_x = wishes.size_y = 2;
    CHECK(comment().empty());
    wishes.crs = Crs();
    CAPTURE(made.dataset->coverages.front().fields.front().name);
    CHECK_THAT(comment(), Catch::Contains("along the x axis of the grid it was given on") &&
                              Catch::Contains("vectors has eastward_wind"));
  }
}

TEST_CASE("components on faces meet at the centres of cells", "[derive]") {
  Made made;
  made.axes(3, 4);
  made.source->add(
      {"lon_u", T::Float64, {"lon_u"}, {3}, {}, attributes({{"units", "degrees_east"}})},
      every(20.5, 1, 3));
  made.source->add(
      {"lat_v", T::Float64, {"lat_v"}, {2}, {}, attributes({{"units", "degrees_north"}})},
      every(10.5, 1, 2));
  made.source->add({"h", T::Float32, {"lat", "lon"}, {3, 4}, {}, attributes({{"units", "m"}})},
                   std::vector<double>(12, 1));
  made.component("u", "sea_water_x_velocity", {"lat", "lon_u"}, {9, 9, 9, 1, 3, kNaN, 9, 9, 9});
  made.component("v", "sea_water_y_velocity", {"lat_v", "lon"}, {0, 6, 2, 0, 0, 0, 0, 0});
  made.interpret_all();
  const Coverage& coverage = made.vectors();
  CHECK(coverage.domain_set.axes()[coverage.domain_set.x()].label() == "lon");
  const VariableSchema& schema = *made.dataset->schema->find("sea_water_speed");
  CHECK(schema.dimensions == std::vector<std::string>{"lat", "lon"});
  const std::vector<double> speed = made.values("sea_water_speed");
  for (std::size_t i = 0; i < speed.size(); ++i) {
    CAPTURE(i);
    // u = (1 + 3) / 2, v = (6 + 0) / 2; everywhere else one of the four faces lacks.
    if (i == 5) {
      CHECK(speed[i] == Approx(std::hypot(2, 3)));
    } else {
      CHECK(std::isnan(speed[i]));
    }
  }
  // A part of it is the same part.
  const RawBlock part = made.dataset->source->read("sea_water_speed", {{1, 2}, {1, 2}});
  CHECK(part.as<float>()[0] == static_cast<float>(std::hypot(2, 3)));
}

TEST_CASE("names that are taken get the component's name behind them", "[derive]") {
  Made made;
  made.axes(1, 2);
  made.component("u10", "eastward_wind", {"lat", "lon"}, {3, 3});
  made.component("u100", "eastward_wind", {"lat", "lon"}, {6, 6});
  made.component("v100", "northward_wind", {"lat", "lon"}, {8, 8});
  made.component("v10", "northward_wind", {"lat", "lon"}, {4, 4});
  made.interpret_all();
  CHECK(made.values("wind_speed")[0] == 5);
  CHECK(made.values("wind_speed_u100")[0] == 10);
  CHECK(made.vectors().vectors == std::vector<Coverage::Vector>{{0, 1}, {2, 3}});
}

TEST_CASE("components that do not belong together are left alone", "[derive]") {
  Made made;
  made.axes(1, 2);
  made.component("u", "eastward_wind", {"lat", "lon"}, {3, 3});
  SECTION("other units") {
    made.component("v", "northward_wind", {"lat", "lon"}, {4, 4}, "knots");
    made.interpret_all();
    REQUIRE(made.warnings.size() == 1);
    CHECK_THAT(made.warnings.front(), Catch::Contains("their units are 'm s-1' and 'knots'"));
  }
  SECTION("another quantity") {
    made.component("v", "northward_sea_water_velocity", {"lat", "lon"}, {4, 4});
    made.interpret_all();
  }
  SECTION("two that could be meant") {
    made.component("one", "northward_wind", {"lat", "lon"}, {4, 4});
    made.component("other", "northward_wind", {"lat", "lon"}, {4, 4});
    made.interpret_all();
  }
  CHECK(made.dataset->coverages.size() == 1);
  CHECK(made.dataset->source == made.source);
}

TEST_CASE("large boxes are computed piece by piece", "[derive]") {
  Made made;
  constexpr std::size_t kRows = 1500, kColumns = 1000;
  made.source->add(
      {"lat", T::Float64, {"lat"}, {kRows}, {}, attributes({{"units", "degrees_north"}})},
      every(-70, 0.1, kRows));
  made.source->add(
      {"lon", T::Float64, {"lon"}, {kColumns}, {}, attributes({{"units", "degrees_east"}})},
      every(0, 0.3, kColumns));
  std::vector<double> ramp = every(0, 1, kRows * kColumns);
  made.component("u", "eastward_wind", {"lat", "lon"}, ramp, "m s-1", T::Float64);
  made.component("v", "northward_wind", {"lat", "lon"}, std::vector<double>(kRows * kColumns, 0),
                 "m s-1", T::Float64);
  made.interpret_all();
  const std::vector<double> speed = made.values("wind_speed");
  CHECK(speed == ramp);
  CHECK(made.source->largest_read() <= (std::size_t{1} << 20) * sizeof(double));
}

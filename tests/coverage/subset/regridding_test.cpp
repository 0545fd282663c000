#include "coverage/subset/regridding.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "coverage/subset/box_transform.h"
#include "coverage/subset/view.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

constexpr double kDegree_m = 20037508.342789244 / 180;

/// A field whose value is its longitude, within one turn from Greenwich.
std::shared_ptr<const Dataset> longitudes(std::vector<double> lons, std::vector<double> lats) {
  auto source = std::make_shared<MemorySource>();
  std::vector<double> values;
  for (std::size_t j = 0; j < lats.size(); ++j) {
    for (const double lon : lons) values.push_back(lon - 360 * std::floor(lon / 360));
  }
  source->add({"v", ElementType::Float32, {"lat", "lon"}, {lats.size(), lons.size()}, {}, {}},
              values);
  Field field;
  field.name = "v";
  field.declared = field.storage = ElementType::Float32;
  std::vector<Axis> axes{latitude_axis(std::move(lats)), longitude_axis(std::move(lons))};
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "longitudes";
  dataset->source = source;
  dataset->coverages.push_back({"longitudes", DomainSet(axes, Crs(), ""), {field}, {}});
  return dataset;
}

ResolvedQuery trimmed(const std::shared_ptr<const Dataset>& dataset, const char* west,
                      const char* east, const char* south, const char* north) {
  return resolve(dataset, dataset->coverages[0],
                 {{"lon", Trim{west, east}}, {"lat", Trim{south, north}}}, {});
}

Regridding planned(const ResolvedQuery& query, const char* crs) {
  RegriddingWishes wishes;
  wishes.crs = Crs::from_user_input(crs);
  return plan_regridding(query, wishes);
}

/// Values of the answer, row by row; NaN where missing.
std::vector<double> values_of(const ResolvedQuery& query, const Regridding& regridding) {
  const View view(regridded(query, regridding, AbortToken()));
  const RawBlock block =
      view.read(0, {{0, regridding.target.height}, {0, regridding.target.width}}, AbortToken());
  std::vector<double> values(block.cells());
  unpack(view.field(0), block, values);
  return values;
}

}  // namespace

TEST_CASE("x of a cylindrical CRS goes on beyond the seam", "[subset][regridding]") {
  struct Row {
    double first;  // of the longitudes of the grid, half a degree apart
    std::size_t count;
    const char *west, *east;
    double low, high;  // degrees from Greenwich of the answer's edges
  };
  const auto row = GENERATE(values<Row>({
      {-179.75, 720, "170", "190", 170, 190},
      {-179.75, 720, "-190", "-170", 170, 190},
      {0.25, 720, "170", "190", 170, 190},
      {0.25, 720, "180", "190", -180, -170},
      {-179.75, 720, "170", "180", 170, 180},
      // A cell lies across the seam.
      {-180, 720, "170", "190", 169.75, 190.25},
      {-180, 720, "170", "180", 169.75, 180.25},
      {-180, 720, "180", "190", -180.25, -169.75},
      {-180, 720, "-180", "-170", -180.25, -169.75},
      // Of a region.
      {150.25, 160, "150", "230", 150, 230},
      {150.25, 160, "170", "190", 170, 190},
  }));
  const char* const crs = GENERATE("EPSG:3857", "EPSG:3395", "EPSG:4087");
  CAPTURE(row.first, row.west, row.east, crs);
  const auto dataset = longitudes(every(row.first, 0.5, row.count), every(-29.75, 0.5, 120));
  const ResolvedQuery query = trimmed(dataset, row.west, row.east, "-20", "20");
  const Regridding regridding = planned(query, crs);
  const Envelope& box = regridding.target.envelope;
  CHECK(box.min_x == Approx(row.low * kDegree_m));
  CHECK(box.max_x == Approx(row.high * kDegree_m));
  CHECK(static_cast<double>(regridding.target.width) ==
        Approx((row.high - row.low) / 0.5).epsilon(0.05));
  const std::vector<double> values = values_of(query, regridding);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = (static_cast<double>(i % regridding.target.width) + 0.5) /
                     static_cast<double>(regridding.target.width);
    const double lon = row.low + x * (row.high - row.low);
    if (!(std::abs(std::remainder(values[i] - lon, 360.0)) < 0.2501)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a whole turn is the map of the CRS", "[subset][regridding]") {
  const double first = GENERATE(-179.5, 0.5, -180.0, 20.5);
  const auto dataset = longitudes(every(first, 1, 360), every(-89.5, 1, 180));
  const ResolvedQuery query = resolve(dataset, dataset->coverages[0], {}, {});
  const Envelope box = planned(query, "EPSG:3857").target.envelope;
  CHECK(box.min_x == Approx(-180 * kDegree_m));
  CHECK(box.max_x == Approx(180 * kDegree_m));
}

TEST_CASE("around the pole the answer is the box of what was asked for, and holds nothing else",
          "[subset][regridding]") {
  struct Row {
    const char *west, *east;
    double low, high;
  };
  const auto row = GENERATE(values<Row>({{"170", "190", 170, 190},
                                         {"-190", "-170", 170, 190},
                                         {"170", "180", 170, 180},
                                         {"-10", "10", -10, 10},
                                         {"100", "120", 100, 120}}));
  const bool is_linear = GENERATE(false, true);
  CAPTURE(row.west, row.east, is_linear);
  const auto dataset = longitudes(every(-179.75, 0.5, 720), every(50.25, 0.5, 80));
  const ResolvedQuery query = trimmed(dataset, row.west, row.east, "60", "80");
  Regridding regridding = planned(query, "EPSG:3413");
  if (is_linear) regridding.interpolation = Interpolation::Linear;
  const TargetGrid& target = regridding.target;

  // Each edge is touched by what was asked for.
  std::vector<double> x, y;
  for (double lon = row.low; lon <= row.high; lon += 0.125) {
    for (double lat = 60; lat <= 80; lat += 0.125) {
      x.push_back(lon);
      y.push_back(lat);
    }
  }
  transform_between(Crs(), target.crs).forward(x, y);
  const auto [west, east] = std::minmax_element(x.begin(), x.end());
  const auto [south, north] = std::minmax_element(y.begin(), y.end());
  CHECK(target.envelope.min_x == Approx(*west).margin(2000));
  CHECK(target.envelope.max_x == Approx(*east).margin(2000));
  CHECK(target.envelope.min_y == Approx(*south).margin(2000));
  CHECK(target.envelope.max_y == Approx(*north).margin(2000));
  // Half a degree of longitude and latitude at 70 N.
  const double side = target.envelope.width() / static_cast<double>(target.width);
  CHECK(side == Approx(55600 * std::sqrt(std::cos(70 * M_PI / 180))).epsilon(0.15));

  const std::vector<double> values = values_of(query, regridding);
  std::size_t inside = 0, wrong = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double lon = target.envelope.min_x + (static_cast<double>(i % target.width) + 0.5) * side;
    double lat = target.envelope.max_y - (static_cast<double>(i / target.width) + 0.5) *
                                             target.envelope.height() /
                                             static_cast<double>(target.height);
    transform_between(target.crs, Crs()).forward({&lon, 1}, {&lat, 1});
    const double off = std::abs(std::remainder(lon - (row.low + row.high) / 2, 360.0));
    const bool is_inside = off <= (row.high - row.low) / 2 && lat >= 60 && lat <= 80;
    if (is_inside) ++inside;
    if (is_inside == std::isnan(values[i])) ++wrong;
  }
  CHECK(inside > 100);
  CHECK(wrong == 0);
}

TEST_CASE("a box in one CRS goes on beyond the seam of another", "[subset][regridding]") {
  const auto at = [](const char* crs) { return Crs::from_user_input(crs); };
  // From beyond the seam of a Mercator map, and from a polar plane.
  const auto degrees =
      transformed({175 * kDegree_m, 0, 185 * kDegree_m, 1e6}, at("EPSG:3857"), Crs());
  REQUIRE(degrees);
  CHECK(degrees->min_x == Approx(175));
  CHECK(degrees->max_x == Approx(185));
  double x = 180, y = 70;
  transform_between(Crs(), at("EPSG:3413")).forward({&x, 1}, {&y, 1});
  const auto around = transformed({x - 1e5, y - 1e5, x + 1e5, y + 1e5}, at("EPSG:3413"), Crs());
  REQUIRE(around);
  CHECK(around->width() < 10);
  CHECK((around->min_x + around->max_x) / 2 == Approx(180).margin(0.5));
  // The seam of this one lies at 30 W.
  const auto pacific = transformed({-40, -10, -20, 10}, Crs(), at("EPSG:3832"));
  REQUIRE(pacific);
  CHECK(pacific->width() == Approx(20 * kDegree_m));
}

TEST_CASE("cells around a pole do not set the size of all", "[subset][regridding]") {
  const auto dataset = longitudes(every(-179.75, 0.5, 720), every(60.25, 0.5, 60));
  const Regridding planned_for =
      planned(resolve(dataset, dataset->coverages[0], {}, {}), "EPSG:3413");
  // 56 km by 10 to 28 km each, in a square of 6,700 km.
  CHECK(planned_for.target.width > 150);
  CHECK(planned_for.target.width < 400);
}

#include "coverage/subset/pixel_map.h"

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

struct Grid {
  const char* name;
  DomainSet domain_set;
};

DomainSet on_globe(std::vector<double> lons, std::vector<double> lats,
                   ElementType type = ElementType::Float64) {
  return {{latitude_axis(std::move(lats), type), longitude_axis(std::move(lons), type)}, Crs(), ""};
}

DomainSet in_crs(const Crs& crs, double x, double y, double step, std::size_t nx, std::size_t ny) {
  return {{number_axis("y", AxisRole::Y, every(y, -step, ny)),
           number_axis("x", AxisRole::X, every(x, step, nx))},
          crs,
          ""};
}

std::vector<double> mercator_latitudes() {
  std::vector<double> lats;
  for (int i = -400; i <= 400; ++i) lats.push_back(std::atan(std::sinh(i * 0.007)) * 180 / M_PI);
  return lats;
}

/// A third of each cell belongs to none.
Axis with_gaps(const std::vector<double>& centres) {
  AxisData data = latitude_axis(centres).data();
  const double third = (centres[1] - centres[0]) / 3;
  for (const double centre : centres) {
    data.bounds.push_back(centre - third);
    data.bounds.push_back(centre + third);
  }
  return Axis(data);
}

std::vector<Grid> grids() {
  const auto code = [](const char* text) { return Crs::from_user_input(text); };
  const auto told = [](const char* text) { return Crs::from_definition(text); };
  const double twelfth = 1.0 / 12;
  return {
      {"1/12 degree", on_globe(every(-180, twelfth, 4320), every(-80, twelfth, 2041))},
      {"from 0 to 360, float32, north first",
       on_globe(every(0.125, 0.25, 1440), every(89.875, -0.25, 720), ElementType::Float32)},
      {"a region over the dateline", on_globe(every(150, 0.1, 600), every(-60, 0.1, 900))},
      {"rows as a Mercator map has them", on_globe(every(-30, 0.4, 200), mercator_latitudes())},
      {"meridians twice", on_globe(every(-200, 1, 500), every(-89.5, 1, 180))},
      {"gaps between cells",
       {{with_gaps(every(-79.5, 1, 160)), longitude_axis(every(-179.5, 1, 360))}, Crs(), ""}},
      {"rotated pole",
       in_crs(told("+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 +R=6371229"),
              -28, 22, 0.11, 424, 412)},
      {"rotated pole, round the globe",
       in_crs(told("+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 +R=6371229"),
              0.25, 89.75, 0.5, 720, 360)},
      {"polar stereographic", in_crs(code("EPSG:3413"), -3.85e6, 5.85e6, 12500, 608, 896)},
      {"Lambert conic", in_crs(code("EPSG:2154"), -4e5, 7.4e6, 5000, 400, 300)},
      {"Lambert azimuthal", in_crs(code("EPSG:3035"), 2.5e6, 5.5e6, 10000, 500, 400)},
      {"transverse Mercator", in_crs(code("EPSG:32631"), 1e5, 7e6, 5000, 160, 600)},
      {"Mercator", in_crs(code("EPSG:3395"), -2e7, 1.5e7, 25000, 1600, 1200)},
      {"geostationary", in_crs(told("+proj=geos +h=35785831 +lon_0=0 +sweep=y +ellps=WGS84"),
                               -5.5e6, 5.5e6, 10000, 1100, 1100)},
  };
}

struct Target {
  const char* crs;
  Envelope whole;  ///< boxes are taken within, or somewhat beyond
};

const Target kTargets[] = {
    {"EPSG:3413", {-6e6, -6e6, 6e6, 6e6}},
    {"EPSG:3031", {-9e6, -9e6, 9e6, 9e6}},
    {"EPSG:3995", {-2e7, -2e7, 2e7, 2e7}},
    {"EPSG:32661", {-2e6, -2e6, 6e6, 6e6}},
    {"EPSG:6931", {-9e6, -9e6, 9e6, 9e6}},
    {"EPSG:3035", {2e6, 1e6, 8e6, 6e6}},
    {"EPSG:2154", {-3e6, 3e6, 4e6, 1e7}},
    {"EPSG:32631", {-2e6, -1e7, 3e6, 1e7}},
    {"EPSG:3832", {-1.3e7, -1.2e7, 1.3e7, 1.2e7}},
    {"EPSG:4326", {-200, -95, 380, 95}},
    {"EPSG:3857", {-2.5e7, -2.5e7, 2.5e7, 2.5e7}},
    {"EPSG:27700", {-1e6, -1e6, 2e6, 2e6}},
    {"EPSG:5070", {-6e6, -4e6, 6e6, 6e6}},
    {"ESRI:54030", {-1.8e7, -9e6, 1.8e7, 9e6}},
    {"ESRI:54009", {-1.9e7, -9.5e6, 1.9e7, 9.5e6}},
    {"ESRI:54052", {-2e7, -9e6, 2e7, 9e6}},  // Goode's, cut into lobes
};

double in_first_turn(double x, double turn) { return x - turn * std::round(x / turn); }

/// Which cell each pixel lies in by PROJ's position of its centre, and the axes' own search.
class Truth {
 public:
  Truth(const DomainSet& domain_set, const TargetGrid& target)
      : domain_set_(domain_set), width_(target.width) {
    for (std::size_t i = 0; i < target.width * target.height; ++i) {
      double x = target.envelope.min_x + (static_cast<double>(i % width_) + 0.5) *
                                             target.envelope.width() /
                                             static_cast<double>(target.width);
      double y = target.envelope.max_y - (static_cast<double>(i / width_) + 0.5) *
                                             target.envelope.height() /
                                             static_cast<double>(target.height);
      if (target.crs.is_geographic()) {
        // The grid's own positions are taken for what they say.
        if (!(target.crs == domain_set.crs())) x = in_first_turn(x, 360);
        if (std::abs(y) > 90) y = std::nan("");
      } else if (target.crs.authority_code() == "EPSG:3857") {
        x = in_first_turn(x, 2 * 20037508.342789244);
      }
      x_.push_back(x);
      y_.push_back(y);
    }
    transform_between(target.crs, domain_set.crs()).forward(x_, y_);
  }

  [[nodiscard]] std::pair<std::int32_t, std::int32_t> at(std::size_t column,
                                                         std::size_t row) const {
    const Axis& across = domain_set_.axes()[domain_set_.x()];
    const Axis& down = domain_set_.axes()[domain_set_.y()];
    const double x = x_[row * width_ + column];
    double y = y_[row * width_ + column];
    if (down.data().geographic_latitude && std::abs(y) < 90 + 1e-9) y = std::clamp(y, -90.0, 90.0);
    const auto j = down.cell_at(y);
    auto i = across.cell_at_modular(x);
    if (domain_set_.crs().is_rotated_pole()) {
      if (!i) i = across.cell_at(x + 360);
      if (!i) i = across.cell_at(x - 360);
    }
    if (!i || !j) return {-1, -1};
    return {static_cast<std::int32_t>(*i), static_cast<std::int32_t>(*j)};
  }

 private:
  const DomainSet& domain_set_;
  std::size_t width_;
  std::vector<double> x_, y_;
};

/// Boxes of all sizes, at the pole or the middle of the map as often as anywhere.
Envelope some_box(const Envelope& whole, double shape, std::mt19937& random) {
  std::uniform_real_distribution<double> unit(0, 1);
  const double width = whole.width() * std::pow(10, -3 * unit(random));
  const double height = width * shape * whole.height() / whole.width();
  const bool central = unit(random) < 0.3;
  const double x = whole.min_x + whole.width() * (central ? 0.5 : unit(random));
  const double y = whole.min_y + whole.height() * (central ? 0.5 : unit(random));
  return {x - width * unit(random), y - height * unit(random), x + width * unit(random),
          y + height * unit(random)};
}

}  // namespace

TEST_CASE("each pixel lies in the cell that PROJ's own position of it lies in",
          "[subset][pixel_map]") {
  const std::vector<Grid> all = grids();
  // GYRE_SEEDS: more of them.
  const char* const more = std::getenv("GYRE_SEEDS");
  const int seeds = more == nullptr ? 1 : std::atoi(more);
  for (const Target& one : kTargets) {
    const Crs crs = Crs::from_user_input(one.crs);
    for (const Grid& grid : all) {
      for (int seed = 0; seed < seeds; ++seed) {
        std::mt19937 random(static_cast<unsigned>(seed));
        const TargetGrid target{crs, some_box(one.whole, 1, random), 150, 110};
        const Envelope& box = target.envelope;
        CAPTURE(one.crs, grid.name, seed, box.min_x, box.min_y, box.max_x, box.max_y);
        const PixelMap map(grid.domain_set, target, {0, 0, target.width, target.height});
        const Truth truth(grid.domain_set, target);
        std::size_t different = 0;
        for (std::size_t row = 0; row < target.height; ++row) {
          for (std::size_t column = 0; column < target.width; ++column) {
            different += map.at(column, row) != truth.at(column, row);
          }
        }
        CHECK(different == 0);
      }
    }
  }
}

TEST_CASE("a window of a picture has the cells of the picture", "[subset][pixel_map]") {
  const std::vector<Grid> all = grids();
  const Grid& grid = all[GENERATE(0, 2, 6, 8)];
  const TargetGrid target{Crs::from_user_input(GENERATE("EPSG:3413", "EPSG:3035", "EPSG:4326")),
                          GENERATE(Envelope{-2e6, -2e6, 4e6, 4e6}, Envelope{-20, 30, 40, 90}), 230,
                          190};
  const PixelMap whole(grid.domain_set, target, {0, 0, target.width, target.height});
  for (const PixelWindow& window :
       {PixelWindow{0, 64, 230, 64}, PixelWindow{0, 17, 230, 1}, PixelWindow{101, 0, 1, 190},
        PixelWindow{37, 90, 80, 100}, PixelWindow{200, 3, 5, 9}, PixelWindow{229, 189, 1, 1}}) {
    const PixelMap part(grid.domain_set, target, window);
    std::size_t different = 0;
    for (std::size_t row = 0; row < window.height; ++row) {
      for (std::size_t column = 0; column < window.width; ++column) {
        different += part.at(column, row) != whole.at(window.column + column, window.row + row);
      }
    }
    CHECK(different == 0);
  }
}

TEST_CASE("a map is kept for all that lies on the same grid", "[subset][pixel_map]") {
  const auto grid = [](double first, const char* crs) {
    return in_crs(Crs::from_user_input(crs), first, 4e6, 1e4, 800, 800);
  };
  const TargetGrid target{Crs::from_user_input("EPSG:3035"), {4e6, 4e6, 5e6, 5e6}, 100, 80};
  const auto map = pixel_map_of(grid(-4e6, "EPSG:3413"), target);
  CHECK(pixel_map_of(grid(-4e6, "EPSG:3413"), target) == map);
  CHECK(pixel_map_of(grid(-4e6 + 1, "EPSG:3413"), target) != map);
  CHECK(pixel_map_of(grid(-4e6, "EPSG:3995"), target) != map);
  TargetGrid other = target;
  other.width = 101;
  CHECK(pixel_map_of(grid(-4e6, "EPSG:3413"), other) != map);
  other = target;
  other.envelope.max_y += 1;
  CHECK(pixel_map_of(grid(-4e6, "EPSG:3413"), other) != map);
  other = target;
  other.crs = Crs::from_user_input("EPSG:3034");
  CHECK(pixel_map_of(grid(-4e6, "EPSG:3413"), other) != map);
  CHECK(pixel_map_of(grid(-4e6, "EPSG:3413"), target) == map);
  // Equal numbers, of which some are degrees of the globe.
  const DomainSet degrees = on_globe(every(-10, 0.5, 40), every(40, 0.5, 40));
  const DomainSet numbers({number_axis("lat", AxisRole::Y, every(40, 0.5, 40)),
                           number_axis("lon", AxisRole::X, every(-10, 0.5, 40))},
                          Crs(), "");
  const TargetGrid region{Crs::from_user_input("EPSG:3035"), {4e6, 2e6, 5e6, 3e6}, 10, 10};
  CHECK(pixel_map_of(degrees, region) != pixel_map_of(numbers, region));
}

TEST_CASE("a map that several ask for at once is made once", "[subset][pixel_map]") {
  const DomainSet domain_set = on_globe(every(-180, 0.25, 1440), every(-80, 0.25, 680));
  const TargetGrid target{Crs::from_user_input("EPSG:3413"), {-4e6, -4e6, 4e6, 4e6}, 301, 299};
  std::vector<std::shared_ptr<const PixelMap>> maps(6);
  std::vector<std::thread> threads;
  for (auto& map : maps) threads.emplace_back([&] { map = pixel_map_of(domain_set, target); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& map : maps) CHECK(map == maps.front());
}

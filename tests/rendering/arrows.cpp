#include "rendering/arrows.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

#include "rendering/painter.h"

using namespace gyre;
using namespace gyre::rendering;

namespace {

/// The arrows of a map on which the flow goes to one true direction everywhere.
std::vector<Arrow> uniform(const coverage::TargetGrid& map, double direction) {
  const coverage::TargetGrid lattice = arrow_lattice(map);
  const std::size_t count = lattice.width * lattice.height;
  coverage::Places places;
  const double step_x = lattice.envelope.width() / static_cast<double>(lattice.width);
  const double step_y = lattice.envelope.height() / static_cast<double>(lattice.height);
  for (std::size_t i = 0; i < count; ++i) {
    places.x.push_back(lattice.envelope.min_x +
                       (static_cast<double>(i % lattice.width) + 0.5) * step_x);
    places.y.push_back(lattice.envelope.max_y -
                       (static_cast<double>(i / lattice.width) + 0.5) * step_y);
  }
  return arrows_on(map, lattice, std::vector<double>(count, 1),
                   std::vector<double>(count, direction), places);
}

double degrees(double radians) {
  const double angle = radians * 180 / std::numbers::pi;
  return angle < 0 ? angle + 360 : angle;
}

}  // namespace

TEST_CASE("neighbouring tiles have arrows at the same places", "[rendering]") {
  const coverage::Crs crs = coverage::Crs::from_user_input("EPSG:3857");
  const double side = 40075016.685578488 / 1024;
  const auto tile = [&](int column) {
    return coverage::TargetGrid{
        crs, {column * side, 3 * side, (column + 1) * side, 4 * side}, 256, 256};
  };
  const std::vector<Arrow> left = uniform(tile(100), 30), right = uniform(tile(101), 30);
  std::size_t shared = 0;
  for (const Arrow& arrow : left) {
    if (arrow.x < 256 - 9) continue;
    ++shared;
    CHECK(std::any_of(right.begin(), right.end(), [&](const Arrow& other) {
      return std::abs(other.x + 256 - arrow.x) < 1e-3 && std::abs(other.y - arrow.y) < 1e-3;
    }));
  }
  CHECK(shared >= 9);
  // Ten of them along a tile, and one or two whose tips reach into it.
  CHECK(left.size() >= 100);
  CHECK(left.size() <= 144);
}

TEST_CASE("arrows point along the flow in the map's projection", "[rendering]") {
  SECTION("north is up where x is east") {
    for (const char* crs : {"EPSG:4326", "EPSG:3857"}) {
      const bool degree = std::string(crs) == "EPSG:4326";
      const double half = degree ? 60 : 6e6;
      for (const double direction : {0.0, 45.0, 90.0, 200.0, 359.5}) {
        for (const Arrow& arrow :
             uniform({coverage::Crs::from_user_input(crs), {-half, -half, half, half}, 300, 300},
                     direction)) {
          CHECK(std::abs(std::remainder(degrees(arrow.heading) - direction, 360)) < 1e-4);
        }
      }
    }
  }
  SECTION("round a pole north is inwards") {
    for (const Arrow& arrow : uniform(
             {coverage::Crs::from_user_input("EPSG:3995"), {-4e6, -4e6, 4e6, 4e6}, 300, 300}, 0)) {
      const double inwards = std::atan2(150 - arrow.x, arrow.y - 150);
      CHECK(std::abs(std::remainder(arrow.heading - inwards, 2 * std::numbers::pi)) < 1e-6);
    }
  }
  SECTION("pixels that are no squares are allowed for") {
    for (const Arrow& arrow : uniform({coverage::Crs(), {-50, -50, 50, 50}, 400, 200}, 45)) {
      CHECK(std::tan(arrow.heading) == Approx(2));
    }
  }
}

TEST_CASE("where nothing moves there are no arrows", "[rendering]") {
  const coverage::TargetGrid map{coverage::Crs(), {0, 0, 10, 10}, 60, 60};
  const coverage::TargetGrid lattice = arrow_lattice(map);
  const std::size_t count = lattice.width * lattice.height;
  const double nan = std::nan("");
  const coverage::Places places{std::vector<double>(count, 5), std::vector<double>(count, 5)};
  const std::vector<double> ones(count, 1), zeros(count, 0), missing(count, nan);
  CHECK(arrows_on(map, lattice, zeros, ones, places).empty());
  CHECK(arrows_on(map, lattice, missing, ones, places).empty());
  CHECK(arrows_on(map, lattice, ones, missing, places).empty());
  CHECK(arrows_on(map, lattice, ones, ones, places).size() == count);
}

TEST_CASE("a picture smaller than an arrow may have none", "[rendering]") {
  const coverage::TargetGrid map{coverage::Crs(), {0, 0, 1, 1}, 1, 1};
  const coverage::TargetGrid lattice = arrow_lattice(map);
  CHECK(lattice.width <= 1);
}

TEST_CASE("an arrow is drawn round its middle, dark, with a light rim", "[rendering]") {
  RgbaImage image = blank(41, 41, {false, Colour{0, 0, 200, 255}});
  const Arrow arrow{20.5, 20.5, std::numbers::pi / 2};
  draw_arrows(image, {&arrow, 1});
  CHECK(image.at(20, 20) == Colour{20, 20, 20, 255});
  CHECK(image.at(26, 20) == Colour{20, 20, 20, 255});  // the head
  CHECK(image.at(20, 30) == Colour{0, 0, 200, 255});   // beside it
  CHECK(image.at(20, 10) == Colour{0, 0, 200, 255});
  CHECK(image.at(33, 20) == Colour{0, 0, 200, 255});  // beyond the tip
  CHECK(image.at(15, 22).red > 20);                   // the rim
  // The head is on the right: it points to the east.
  CHECK(image.at(24, 22).blue < 100);
  CHECK(image.at(14, 23) == Colour{0, 0, 200, 255});
}

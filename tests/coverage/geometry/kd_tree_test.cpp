#include "coverage/geometry/kd_tree.h"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

using namespace gyre::coverage::geometry;

namespace {

std::vector<UnitVector> random_places(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> longitude(-180, 540), sine(-1, 1);
  std::vector<UnitVector> places;
  for (std::size_t i = 0; i < count; ++i) {
    places.push_back(unit_vector(longitude(random), std::asin(sine(random)) / kRadiansPerDegree));
  }
  return places;
}

std::vector<std::uint32_t> counted(std::size_t count) {
  std::vector<std::uint32_t> ids(count);
  for (std::size_t i = 0; i < count; ++i) ids[i] = static_cast<std::uint32_t>(i);
  return ids;
}

}  // namespace

TEST_CASE("KdTree finds the nearest points, as looking at each does", "[geometry][property]") {
  const std::size_t count = GENERATE(1, 2, 15, 16, 17, 33, 1000, 20000);
  const std::vector<UnitVector> places = random_places(count, 7);
  const KdTreeMemory memory = build_kd_tree(places, counted(count));
  const KdTree tree(memory.arrays());
  Neighbour last;
  for (const UnitVector& query : random_places(200, 11)) {
    std::vector<Neighbour> all;
    for (std::uint32_t i = 0; i < count; ++i) {
      all.push_back({i, squared_chord(query, places[i]), places[i]});
    }
    std::sort(all.begin(), all.end(), [](const Neighbour& a, const Neighbour& b) {
      return std::pair(a.squared, a.id) < std::pair(b.squared, b.id);
    });
    CHECK(tree.nearest(query).id == all.front().id);
    last = tree.nearest(query, last);  // a hint from elsewhere changes nothing
    CHECK(last.id == all.front().id);
    const std::vector<Neighbour> few = tree.nearest(query, 9);
    REQUIRE(few.size() == std::min<std::size_t>(9, count));
    for (std::size_t i = 0; i < few.size(); ++i) CHECK(few[i].id == all[i].id);
  }
}

TEST_CASE("KdTree takes the lowest id of points at one place", "[geometry]") {
  std::vector<UnitVector> places(100, unit_vector(10, 20));
  const KdTreeMemory memory = build_kd_tree(places, counted(100));
  CHECK(KdTree(memory.arrays()).nearest(unit_vector(11, 20)).id == 0);
  CHECK(KdTree().nearest(unit_vector(11, 20)).id == Neighbour::kNone);
}

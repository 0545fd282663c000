#include "coverage/source/chunks/planes.h"

#include <catch2/catch.hpp>

using namespace gyre::coverage;

TEST_CASE("chunks of several large planes are cut, others are not", "[source]") {
  const Planes levels = planes_of({1, 5, 681, 1440}, 2);
  CHECK(levels.dimensions == 2);
  CHECK(levels.count == 5);
  CHECK(levels.bytes == 681 * 1440 * 2);
  const Planes series = planes_of({365, 50, 50}, 2);
  CHECK(series.dimensions == 0);
  CHECK(series.count == 1);
  CHECK(series.bytes == 365 * 50 * 50 * 2);
  CHECK(planes_of({}, 8).bytes == 8);
  CHECK(planes_of({4096, 4096}, 4).count == 1);
}

TEST_CASE("planes are numbered row-major", "[source]") {
  CHECK(plane_numbers({}, {3, 3}) == std::vector<std::size_t>{0});
  CHECK(plane_numbers({{0, 2}, {1, 3}}, {3, 5, 7, 7}) == std::vector<std::size_t>{1, 3, 11, 13});
}

#include "coverage/derive/staggering.h"

#include <catch2/catch.hpp>

#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

DomainSet grid(const std::vector<double>& lon, const std::vector<double>& lat) {
  AxisData x, y;
  x.label = x.dimension = "lon";
  x.role = AxisRole::X;
  x.geographic_longitude = true;
  x.centres = lon;
  y.label = y.dimension = "lat";
  y.role = AxisRole::Y;
  y.geographic_latitude = true;
  y.centres = lat;
  return {{Axis(y), Axis(x)}, Crs(), ""};
}

}  // namespace

TEST_CASE("faces are told by where they lie", "[derive]") {
  const std::vector<double> lat = every(-10, 5, 6);
  const DomainSet cells = grid(every(0, 2, 10), lat);
  struct Row {
    const char* why;
    std::vector<double> lon;
    std::optional<Faces> expected;
  };
  const auto row = GENERATE_COPY(
      values<Row>({{"between, as ROMS has them", every(1, 2, 9), Faces{-1, 9, false}},
                   {"after each cell, as NEMO has them", every(1, 2, 10), Faces{-1, 10, false}},
                   {"before each cell", every(-1, 2, 10), Faces{0, 10, false}},
                   {"on both sides of each", every(-1, 2, 11), Faces{0, 11, false}},
                   {"not half way", every(0.4, 2, 10), std::nullopt},
                   {"the cells themselves", every(0, 2, 10), std::nullopt},
                   {"another number", every(1, 2, 7), std::nullopt}}));
  CAPTURE(row.why);
  CHECK(faces_between(grid(row.lon, lat), cells, AxisRole::X) == row.expected);
  CHECK_FALSE(faces_between(grid(row.lon, every(-8, 5, 6)), cells, AxisRole::X));
}

TEST_CASE("round the globe the last cell and the first share a face", "[derive]") {
  const std::vector<double> lat = every(-60, 10, 13);
  const DomainSet cells = grid(every(5, 10, 36), lat);
  CHECK(faces_between(grid(every(10, 10, 36), lat), cells, AxisRole::X) == Faces{-1, 36, true});
  CHECK(faces_between(grid(every(0, 10, 36), lat), cells, AxisRole::X) == Faces{0, 36, true});
  CHECK(faces_between(grid(every(5, 10, 36), every(-55, 10, 12)), cells, AxisRole::Y) ==
        Faces{-1, 12, false});
}

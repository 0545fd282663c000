// Nearest cells of a 4322 x 3059 tripolar grid for 12216 x 6108 places all over the globe (74.6
// million), row by row as maps ask: our k-d tree, and Boost's R-tree beside it. Writes the grid and
// what was found for a share of the rows, for nearest.py to compare with SciPy's cKDTree.
//
//   bench_nearest FOLDER [ROWS_OF_PEER]     every ROWS_OF_PEER-th row is asked of the R-tree (16)
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>

#include "coverage/geometry/curvilinear_grid.h"

namespace bg = boost::geometry;
using namespace gyre::coverage::geometry;

namespace {

constexpr std::size_t kColumns = 4322, kRows = 3059;
constexpr std::size_t kAcross = 12216, kDown = 6108;
constexpr double kPi = 3.14159265358979323846;

/// Seconds on the clock, and of processors: what other work on the machine does not stretch.
class Watch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  [[nodiscard]] double processor_seconds() const {
    return static_cast<double>(std::clock() - clock_) / CLOCKS_PER_SEC;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::clock_t clock_ = std::clock();
};

/// Mercator-like rows up to 60 N, confocal ellipses round two poles on land north of it.
CurvilinearCoordinates tripolar() {
  CurvilinearCoordinates c;
  c.rows = kRows;
  c.columns = kColumns;
  constexpr std::size_t kCap = 900;  // rows of the cap
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      const double turn = 2 * kPi * static_cast<double>(column) / kColumns;
      if (row + kCap < kRows) {
        c.longitudes.push_back(73 + turn * 180 / kPi);
        c.latitudes.push_back(-77 + 137.0 * static_cast<double>(row) / (kRows - kCap));
        continue;
      }
      const double up = static_cast<double>(row + kCap - kRows) + 0.5;
      const std::complex<double> z =
          std::cosh(std::complex<double>(3 * (1 - up / kCap), turn)) / std::cosh(3.0);
      c.longitudes.push_back(73 + std::arg(z) * 180 / kPi);
      c.latitudes.push_back(90 - 2 * std::atan(std::abs(z) * std::tan(kPi / 12)) * 180 / kPi);
    }
  }
  return c;
}

double longitude(std::size_t i) { return -180 + 360 * (static_cast<double>(i) + 0.5) / kAcross; }
double latitude(std::size_t j) { return 90 - 180 * (static_cast<double>(j) + 0.5) / kDown; }

template <typename Work>
void on_two_threads(Work&& work) {
  std::thread other([&] { work(kDown / 2, kDown); });
  work(0, kDown / 2);
  other.join();
}

void write(const std::string& path, const void* from, std::size_t bytes) {
  std::ofstream(path, std::ios::binary)
      .write(static_cast<const char*>(from), static_cast<std::streamsize>(bytes));
}

}  // namespace

int main(int count, char** arguments) {
  const std::string folder = count > 1 ? arguments[1] : ".";
  const std::size_t every = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 16;
  CurvilinearCoordinates c = tripolar();
  write(folder + "/longitudes.f8", c.longitudes.data(), c.longitudes.size() * sizeof(double));
  write(folder + "/latitudes.f8", c.latitudes.data(), c.latitudes.size() * sizeof(double));

  std::vector<UnitVector> points;
  std::vector<std::uint32_t> ids;
  for (std::size_t i = 0; i < c.longitudes.size(); ++i) {
    points.push_back(unit_vector(c.longitudes[i], c.latitudes[i]));
    ids.push_back(static_cast<std::uint32_t>(i));
  }
  Watch start;
  const KdTreeMemory memory = build_kd_tree(points, ids);
  const KdTree tree(memory.arrays());
  std::printf("k-d tree: built in %.1f s over %zu centres\n", start.seconds(), points.size());

  std::vector<std::uint32_t> found(kAcross * kDown);
  start = Watch();
  on_two_threads([&](std::size_t begin, std::size_t end) {
    Neighbour last;
    for (std::size_t j = begin; j < end; ++j) {
      for (std::size_t i = 0; i < kAcross; ++i) {
        last = tree.nearest(unit_vector(longitude(i), latitude(j)), last);
        found[j * kAcross + i] = last.id;
      }
    }
  });
  std::printf("k-d tree: %.1f million lookups in %.1f s on two threads (%.1f s of processors)\n",
              static_cast<double>(found.size()) / 1e6, start.seconds(), start.processor_seconds());
  std::vector<std::uint32_t> share;
  for (std::size_t j = 0; j < kDown; j += every) {
    share.insert(share.end(), found.begin() + static_cast<std::ptrdiff_t>(j * kAcross),
                 found.begin() + static_cast<std::ptrdiff_t>((j + 1) * kAcross));
  }
  write(folder + "/found.u4", share.data(), share.size() * sizeof(std::uint32_t));

  start = Watch();
  const CurvilinearGrid grid(std::move(c), folder);
  std::printf("whole grid (neighbours, rims, tree, file): made in %.1f s\n", start.seconds());
  start = Watch();
  on_two_threads([&](std::size_t begin, std::size_t end) {
    std::vector<double> xs(kAcross), ys(kAcross);
    std::vector<std::size_t> cells(kAcross);
    for (std::size_t i = 0; i < kAcross; ++i) xs[i] = longitude(i);
    for (std::size_t j = begin; j < end; ++j) {
      ys.assign(kAcross, latitude(j));
      grid.locate(xs, ys, cells);
    }
  });
  std::printf(
      "whole grid: the same places, rims and outside told, in %.1f s on two threads (%.1f s "
      "of processors)\n",
      start.seconds(), start.processor_seconds());

  using Point = bg::model::point<double, 3, bg::cs::cartesian>;
  using Value = std::pair<Point, std::uint32_t>;
  std::vector<Value> values;
  for (std::size_t i = 0; i < points.size(); ++i) {
    values.emplace_back(Point(points[i].x, points[i].y, points[i].z), ids[i]);
  }
  start = Watch();
  const bg::index::rtree<Value, bg::index::quadratic<16>> peer(values);
  std::printf("Boost R-tree: built in %.1f s\n", start.seconds());
  start = Watch();
  std::size_t wrong = 0, asked = 0;
  for (std::size_t j = 0; j < kDown; j += every) {
    for (std::size_t i = 0; i < kAcross; ++i, ++asked) {
      const UnitVector place = unit_vector(longitude(i), latitude(j));
      std::vector<Value> best;
      peer.query(bg::index::nearest(Point(place.x, place.y, place.z), 1), std::back_inserter(best));
      const double theirs = squared_chord(place, points[best.front().second]);
      const double ours = squared_chord(place, points[found[j * kAcross + i]]);
      wrong += ours > theirs ? 1 : 0;
    }
  }
  const double spent = start.processor_seconds();
  std::printf(
      "Boost R-tree: %zu lookups in %.1f s of one processor (all: %.0f s); %zu of ours farther\n",
      asked, spent, spent * static_cast<double>(found.size()) / static_cast<double>(asked), wrong);
  return wrong == 0 ? 0 : 1;
}

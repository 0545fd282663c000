#include "coverage/subset/lonlat_grid.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "coverage/base/error.h"
#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage {
namespace {

constexpr double kDegrees = 57.295779513082323;

/// Degrees of a great circle between two cells.
double between(const CellGeometry& geometry, std::size_t one, std::size_t other) {
  const double chord = std::sqrt(geometry::squared_chord(
      geometry::unit_vector(geometry.longitude(one), geometry.latitude(one)),
      geometry::unit_vector(geometry.longitude(other), geometry.latitude(other))));
  return 2 * std::asin(std::min(1.0, chord / 2)) * kDegrees;
}

/// The middle of the sizes of cells, in degrees of a great circle; of a mesh what an even spread
/// would have.
double usual_size(const CellGeometry& geometry, const Envelope& box) {
  constexpr std::size_t kLooks = 1000;
  std::vector<double> sizes;
  const std::size_t rows = geometry.rows(), columns = geometry.columns();
  if (!geometry.on_one_axis() && rows > 1 && columns > 1) {
    const std::size_t step = std::max<std::size_t>(1, rows * columns / kLooks);
    for (std::size_t cell = 0; cell < rows * columns; cell += step) {
      if (cell % columns + 1 == columns || cell / columns + 1 == rows) continue;
      const double across = between(geometry, cell, cell + 1);
      const double along = between(geometry, cell, cell + columns);
      const double size = std::sqrt(across * along);
      if (std::isfinite(size) && size > 0) sizes.push_back(size);
    }
  }
  if (sizes.empty()) {
    const double middle = (box.min_y + box.max_y) / 2 / kDegrees;
    const double cells = static_cast<double>(std::max<std::size_t>(1, rows * columns));
    return std::sqrt(box.width() * std::max(0.05, std::cos(middle)) * box.height() / cells);
  }
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2),
                   sizes.end());
  return sizes[sizes.size() / 2];
}

/// 1/12 of a degree, 1/4, 1, 1.5, 2 ...
double rounded(double size) {
  if (!(size > 0)) return 1;
  if (size >= 1) return std::round(size * 2) / 2;
  return 1 / std::round(1 / size);
}

/// The box, and the size of cells as they are, of x and y in another CRS: as regridding has it.
struct Shape {
  Envelope box;
  double size = 1;
};

Shape shape_of(const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage) {
  const DomainSet& domain_set = coverage.domain_set;
  if (const CellGeometry* const geometry = domain_set.geometry()) {
    const Envelope box = domain_set.envelope();
    return {box, usual_size(*geometry, box)};
  }
  RegriddingWishes wishes;
  wishes.crs = Crs();
  const TargetGrid grid = plan_regridding(resolve(dataset, coverage, {}, {}), wishes).target;
  return {grid.envelope, grid.envelope.height() / static_cast<double>(grid.height)};
}

/// Low and high as multiples of the size, without those that rounding makes.
std::pair<double, double> snapped(double low, double high, double size) {
  constexpr double kSlack = 1e-9;
  return {std::floor(low / size + kSlack) * size, std::ceil(high / size - kSlack) * size};
}

TargetGrid lonlat_grid(const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage) {
  constexpr double kMostCells = 268435456, kMostAlong = 65536;
  auto [box, size] = shape_of(dataset, coverage);
  size = rounded(std::max({size, box.width() / kMostAlong, box.height() / kMostAlong, 1e-6}));
  const auto cells = [](double extent, double step) { return std::max(1.0, extent / step); };
  while (cells(box.width(), size) * cells(box.height(), size) > kMostCells) size *= 2;
  TargetGrid grid;
  if (box.width() > 360 - size) {
    // A whole number of columns go round, and as many half as high as the poles are apart.
    grid.width = 2 * static_cast<std::size_t>(std::max(1.0, std::round(180 / size)));
    size = 360 / static_cast<double>(grid.width);
    box.min_x = -180;
    box.max_x = 180;
  } else {
    const double turn = 360 * std::floor((box.min_x + 180) / 360);
    std::tie(box.min_x, box.max_x) = snapped(box.min_x - turn, box.max_x - turn, size);
    if (!(box.max_x > box.min_x)) box.max_x = box.min_x + size;
    grid.width = static_cast<std::size_t>(std::max(1.0, std::round(box.width() / size)));
  }
  const auto [low, high] = snapped(box.min_y + 90, box.max_y + 90, size);
  box.min_y = std::max(-90.0, low - 90);
  box.max_y = std::min(90.0, std::max(high, low + size) - 90);
  grid.height = static_cast<std::size_t>(std::max(1.0, std::round(box.height() / size)));
  grid.envelope = box;
  return grid;
}

}  // namespace

bool needs_lonlat_grid(const Coverage& coverage) {
  return coverage.domain_set.geometry() != nullptr ||
         !coverage.domain_set.crs().authority_code().has_value();
}

std::shared_ptr<const Dataset> on_lonlat_grid(const std::shared_ptr<const Dataset>& dataset,
                                              const Coverage& coverage, const std::string& id) {
  const Regridding regridding{lonlat_grid(dataset, coverage), Interpolation::Nearest};
  const ResolvedQuery query =
      regridded(resolve(dataset, coverage, {}, {}), regridding, AbortToken(), Distance::Untold);
  auto made = std::make_shared<Dataset>(*query.dataset);
  Coverage& grid = made->coverages.front();
  grid.id = id;
  grid.samples = dataset;
  grid.samples_index = static_cast<std::size_t>(&coverage - dataset->coverages.data());
  return made;
}

ResolvedQuery samples_of(const ResolvedQuery& query) {
  if (!query.coverage->samples) return query;
  const Coverage& coverage = query.coverage->samples->coverages.at(query.coverage->samples_index);
  ResolvedQuery samples = query;
  samples.dataset = query.coverage->samples;
  samples.coverage = &coverage;
  samples.axes.clear();
  const auto& given = query.coverage->domain_set.axes();
  for (std::size_t a = 0; a < coverage.domain_set.axes().size(); ++a) {
    const Axis& axis = coverage.domain_set.axes()[a];
    const auto same = std::find_if(given.begin(), given.end(),
                                   [&](const Axis& one) { return one.label() == axis.label(); });
    const bool horizontal = a == coverage.domain_set.x() || a == coverage.domain_set.y();
    if (horizontal || same == given.end()) {
      samples.axes.push_back(whole_axis(axis));
    } else {
      samples.axes.push_back(query.axes[static_cast<std::size_t>(same - given.begin())]);
    }
  }
  return samples;
}

}  // namespace gyre::coverage

#include "coverage/derive/grid_angle.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <list>
#include <mutex>
#include <numbers>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"
#include "coverage/geometry/unit_vector.h"
#include "coverage/model/x_axis_angle.h"

namespace gyre::coverage {
namespace {

using geometry::UnitVector;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kRightAngle = std::numbers::pi / 2;

double turned(double angle) { return std::remainder(angle, 2 * std::numbers::pi); }

bool has_place(const UnitVector& at) { return std::isfinite(at.x); }

/// The centre some cells away; nowhere beyond the rim.
UnitVector centre_beside(const CellGeometry& geometry, std::size_t row, std::size_t column,
                         std::ptrdiff_t down, std::ptrdiff_t right) {
  const auto rows = static_cast<std::ptrdiff_t>(geometry.rows());
  const auto columns = static_cast<std::ptrdiff_t>(geometry.columns());
  const std::ptrdiff_t r = static_cast<std::ptrdiff_t>(row) + down;
  std::ptrdiff_t c = static_cast<std::ptrdiff_t>(column) + right;
  if (geometry.wraps()) c = (c + columns) % columns;
  if (r < 0 || r >= rows || c < 0 || c >= columns) return {kNaN, kNaN, kNaN};
  const auto cell = static_cast<std::size_t>(r * columns + c);
  return geometry::unit_vector(geometry.longitude(cell), geometry.latitude(cell));
}

/// The tangent at a centre towards higher indices: of the parabola through it and its neighbours on
/// either side, or two on one side at a rim. Zero length: not to be told.
UnitVector tangent(const CellGeometry& geometry, std::size_t row, std::size_t column,
                   std::ptrdiff_t down, std::ptrdiff_t right) {
  const UnitVector at = centre_beside(geometry, row, column, 0, 0);
  const auto step_to = [&](std::ptrdiff_t n) -> std::optional<UnitVector> {
    const UnitVector other = centre_beside(geometry, row, column, n * down, n * right);
    if (!has_place(other) || !(geometry::squared_chord(at, other) > 0)) return std::nullopt;
    return other - at;
  };
  const auto length = [](const UnitVector& v) { return std::sqrt(geometry::dot(v, v)); };
  // A step several times as long as the one beside it jumps to another tile of the grid.
  constexpr double kBreak = 4;
  std::optional<UnitVector> after = step_to(1), before = step_to(-1);
  if (after && before) {
    const double a = length(*after), b = length(*before);
    if (a <= kBreak * b && b <= kBreak * a) {
      return *after * (b / (a * (a + b))) - *before * (a / (b * (a + b)));
    }
    (a > b ? after : before).reset();
  }
  if (!after && !before) return {0, 0, 0};
  const double sign = after ? 1 : -1;
  const UnitVector near = after ? *after : *before;
  const double h = length(near);
  const auto far = step_to(after ? 2 : -2);
  if (far) {
    const UnitVector next = *far - near;
    const double g = length(next);
    if (g > 0 && g <= kBreak * h && h <= kBreak * g) {
      const UnitVector slope = near * (1 / h), change = near * (1 / h) - next * (1 / g);
      return (slope + change * (h / (h + g))) * sign;
    }
  }
  return near * (sign / h);
}

struct Frame {
  UnitVector east, north;
};
std::optional<Frame> frame_at(double longitude, double latitude) {
  constexpr double kAtPole_deg = 1e-9;
  if (!std::isfinite(longitude) || !(std::abs(latitude) < 90 - kAtPole_deg)) return std::nullopt;
  const double lambda = longitude * geometry::kRadiansPerDegree;
  const double phi = latitude * geometry::kRadiansPerDegree;
  return Frame{
      {-std::sin(lambda), std::cos(lambda), 0},
      {-std::sin(phi) * std::cos(lambda), -std::sin(phi) * std::sin(lambda), std::cos(phi)}};
}

/// Some indices of n, spread evenly.
std::vector<std::size_t> spread(std::size_t n, std::size_t most) {
  std::vector<std::size_t> indices;
  const std::size_t count = std::min(n, most);
  for (std::size_t k = 0; k < count; ++k) {
    indices.push_back(count == 1 ? 0 : k * (n - 1) / (count - 1));
  }
  return indices;
}

/// Does y turn left of x at most places, as on a map?
bool is_right_handed(const CellGeometry& geometry, bool x_backwards, bool y_backwards) {
  std::size_t left = 0, right = 0;
  for (const std::size_t row : spread(geometry.rows(), 24)) {
    for (const std::size_t column : spread(geometry.columns(), 24)) {
      const UnitVector up = centre_beside(geometry, row, column, 0, 0);
      const double turn = geometry::dot(geometry::cross(tangent(geometry, row, column, 0, 1),
                                                        tangent(geometry, row, column, 1, 0)),
                                        up);
      if (turn > 0) ++left;
      if (turn < 0) ++right;
    }
  }
  return x_backwards == y_backwards ? left > right : right > left;
}

/// Angles that a holding gives, and what its units make of them.
struct Candidate {
  const Field* field = nullptr;
  double factor = 1;
  std::vector<double> offsets;  ///< meanings that it may have, the first one first
};

std::optional<Candidate> candidate_of(const Field& field) {
  const std::string standard_name = cf::lower(field.standard_name);
  const bool to_x = standard_name == "angle_of_rotation_from_east_to_x";
  const bool to_y = standard_name == "angle_of_rotation_from_east_to_y";
  // ROMS: the angle between its XI axis and east, whatever standard_name it was given later.
  const bool roms = cf::lower(cf::last_part(field.name)) == "angle";
  if (!to_x && !to_y && !roms) return std::nullopt;
  Candidate candidate{&field, 1, {0}};
  if (to_y) {
    candidate.offsets = {-kRightAngle};
  } else if (!to_x && standard_name.ends_with("from_east_to_y")) {
    candidate.offsets = {0, -kRightAngle};
  }
  if (const auto radians = cf::radians_of(field.units)) {
    candidate.factor = *radians;
  } else if (cf::is_plain_degrees(field.units)) {
    candidate.factor = geometry::kRadiansPerDegree;
  } else {
    return std::nullopt;
  }
  return candidate;
}

using AnglesKey = std::array<std::uint64_t, 5>;

/// Angles of boxes of grids, the most recently asked for first.
class KeptAngles {
 public:
  std::shared_ptr<const std::vector<double>> find(const AnglesKey& key) {
    const std::lock_guard lock(mutex_);
    for (auto one = recent_.begin(); one != recent_.end(); ++one) {
      if (one->first != key) continue;
      recent_.splice(recent_.begin(), recent_, one);
      return one->second;
    }
    return nullptr;
  }
  void add(const AnglesKey& key, std::shared_ptr<const std::vector<double>> angles) {
    constexpr std::size_t kMostBytes = 64u << 20, kMost = 1000;
    const std::lock_guard lock(mutex_);
    bytes_ += angles->size() * sizeof(double);
    recent_.emplace_front(key, std::move(angles));
    while (recent_.size() > 1 && (bytes_ > kMostBytes || recent_.size() > kMost)) {
      bytes_ -= recent_.back().second->size() * sizeof(double);
      recent_.pop_back();
    }
  }

 private:
  std::mutex mutex_;
  std::list<std::pair<AnglesKey, std::shared_ptr<const std::vector<double>>>> recent_;
  std::size_t bytes_ = 0;
};

}  // namespace

double angle_along_columns(const CellGeometry& geometry, std::size_t row, std::size_t column) {
  const std::size_t cell = row * geometry.columns() + column;
  const auto frame = frame_at(geometry.longitude(cell), geometry.latitude(cell));
  if (!frame) return kNaN;
  const UnitVector along = tangent(geometry, row, column, 0, 1);
  const double east = geometry::dot(along, frame->east);
  const double north = geometry::dot(along, frame->north);
  return east == 0 && north == 0 ? kNaN : std::atan2(north, east);
}

std::optional<GridAngle> GridAngle::of(const Dataset& dataset, const DomainSet& domain_set,
                                       std::string& why, std::string& warning) {
  static std::atomic<std::uint64_t> grids{0};
  GridAngle angle;
  angle.number_ = ++grids;
  const Axis& x = domain_set.axes()[domain_set.x()];
  const Axis& y = domain_set.axes()[domain_set.y()];
  if (domain_set.geometry() == nullptr) {
    if (domain_set.crs().is_geographic()) return angle;
    angle.way_ = Way::Crs;
    angle.crs_ = domain_set.crs();
    angle.x_ = x.centres();
    angle.y_ = y.centres();
    return angle;
  }
  const CellGeometry& geometry = *domain_set.geometry();
  if (geometry.on_one_axis()) {
    why = "a mesh has no x and y axes: give eastward and northward components";
    return std::nullopt;
  }
  angle.way_ = Way::Centres;
  angle.geometry_ = domain_set.shared_geometry();
  angle.backwards_ = x.descending();
  for (const Coverage& coverage : dataset.coverages) {
    if (coverage.domain_set.geometry() == nullptr ||
        coverage.domain_set.geometry()->hash() != geometry.hash()) {
      continue;
    }
    for (const Field& field : coverage.fields) {
      const auto candidate = candidate_of(field);
      const VariableSchema* const schema = dataset.schema->find(field.name);
      if (!candidate || schema == nullptr ||
          schema->dimensions != std::vector<std::string>{y.data().dimension, x.data().dimension}) {
        continue;
      }
      for (const double offset : candidate->offsets) {
        GridAngle given = angle;
        given.way_ = Way::Variable;
        given.variable_ = field;
        given.factor_ = candidate->factor;
        given.offset_ = offset;
        // Held against the coordinates: a slip in the units or the meaning would turn everything.
        std::vector<double> differences;
        for (const std::size_t row : spread(geometry.rows(), 12)) {
          std::vector<double> told(geometry.columns());
          given.read(*dataset.source, {row, row + 1}, {0, geometry.columns()}, told);
          for (const std::size_t column : spread(geometry.columns(), 48)) {
            double seen = angle_along_columns(geometry, row, column);
            if (angle.backwards_) seen += std::numbers::pi;
            const double difference = std::abs(turned(told[column] - seen));
            if (std::isfinite(difference)) differences.push_back(difference);
          }
        }
        if (differences.empty()) continue;
        const auto middle =
            differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
        std::nth_element(differences.begin(), middle, differences.end());
        constexpr double kAgree = 0.1;  // radians
        if (*middle <= kAgree) return given;
        warning = fmt::format(
            "its angles '{}' are {:.0f} degrees off those of its coordinates; the coordinates are "
            "taken",
            field.name, *middle / geometry::kRadiansPerDegree);
      }
    }
  }
  if (!is_right_handed(geometry, angle.backwards_, y.descending())) {
    why =
        "the y axis of its grid turns right of its x axis, and nothing tells which way its y "
        "components count: give eastward and northward components, or the angles of the grid "
        "(angle_of_rotation_from_east_to_x)";
    return std::nullopt;
  }
  return angle;
}

std::shared_ptr<const std::vector<double>> GridAngle::kept(const Source& source, IndexRange rows,
                                                           IndexRange columns) const {
  static KeptAngles all;
  const AnglesKey key{number_, rows.begin, rows.end, columns.begin, columns.end};
  if (auto found = all.find(key)) return found;
  auto angles = std::make_shared<std::vector<double>>(rows.size() * columns.size());
  read(source, rows, columns, *angles);
  all.add(key, angles);
  return angles;
}

void GridAngle::read(const Source& source, IndexRange rows, IndexRange columns,
                     std::span<double> angles, std::span<const std::uint8_t> wanted) const {
  const auto matters = [&](std::size_t i) { return wanted.empty() || wanted[i] != 0; };
  const std::size_t width = columns.size();
  switch (way_) {
    case Way::True:
      std::fill(angles.begin(), angles.end(), 0.0);
      return;
    case Way::Crs: {
      std::vector<double> x, y, found;
      std::vector<std::size_t> places;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        x.clear();
        places.clear();
        for (std::size_t i = 0; i < width; ++i) {
          if (!matters(row * width + i)) continue;
          x.push_back(x_[columns.begin + i]);
          places.push_back(row * width + i);
        }
        y.assign(x.size(), y_[rows.begin + row]);
        found.resize(x.size());
        x_axis_angles(crs_, x, y, found);
        for (std::size_t k = 0; k < places.size(); ++k) angles[places[k]] = found[k];
      }
      return;
    }
    case Way::Centres:
      for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t i = 0; i < width; ++i) {
          if (!matters(row * width + i)) continue;
          double& angle = angles[row * width + i];
          angle = angle_along_columns(*geometry_, rows.begin + row, columns.begin + i);
          if (backwards_) angle += std::numbers::pi;
        }
      }
      return;
    case Way::Variable: {
      const RawBlock block = source.read(variable_.name, {rows, columns});
      unpack(variable_, block, angles);
      for (std::size_t i = 0; i < angles.size(); ++i) {
        const std::size_t cell =
            (rows.begin + i / width) * geometry_->columns() + columns.begin + i % width;
        const bool has_east =
            frame_at(geometry_->longitude(cell), geometry_->latitude(cell)).has_value();
        angles[i] = has_east ? angles[i] * factor_ + offset_ : kNaN;
      }
      return;
    }
  }
}

}  // namespace gyre::coverage

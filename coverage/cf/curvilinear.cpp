#include "coverage/cf/curvilinear.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/axis_kind.h"
#include "coverage/cf/units.h"
#include "coverage/geometry/coordinate_hash.h"
#include "coverage/geometry/curvilinear_grid.h"
#include "coverage/geometry/geometry_store.h"
#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage::cf {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse(const VariableSchema& variable, const std::string& why) {
  throw Error(ErrorKind::UnsupportedHolding, variable.name, why);
}

bool has_dimension(const VariableSchema& variable, const std::string& dimension) {
  return std::find(variable.dimensions.begin(), variable.dimensions.end(), dimension) !=
         variable.dimensions.end();
}

/// Longitudes or latitudes over two dimensions of the field; before them it may have one of its
/// other dimensions, along which the grid must not move.
bool is_candidate(const Holding& holding, const VariableSchema& variable,
                  const VariableSchema& field) {
  if (&variable == &field || variable.dimensions.size() < 2 ||
      variable.type == ElementType::String ||
      holding.kind_of(variable).horizontal != Horizontal::Globe) {
    return false;
  }
  const std::size_t last = variable.dimensions.size();
  if (!has_dimension(field, variable.dimensions[last - 1]) ||
      !has_dimension(field, variable.dimensions[last - 2])) {
    return false;
  }
  for (std::size_t d = 0; d + 2 < last; ++d) {
    if (variable.shape[d] != 1 && !has_dimension(field, variable.dimensions[d])) return false;
  }
  return true;
}

/// Longitudes with the latitudes over the same dimensions.
std::vector<Curvilinear> pairs_of(const Holding& holding,
                                  const std::vector<const VariableSchema*>& candidates) {
  std::vector<Curvilinear> pairs;
  for (const VariableSchema* const longitude : candidates) {
    if (!holding.kind_of(*longitude).is_x()) continue;
    for (const VariableSchema* const latitude : candidates) {
      if (!holding.kind_of(*latitude).is_y() || latitude->dimensions != longitude->dimensions)
        continue;
      const auto& dimensions = longitude->dimensions;
      pairs.push_back({longitude, latitude, dimensions[dimensions.size() - 2], dimensions.back()});
    }
  }
  return pairs;
}

/// Numbers over two dimensions: one step of a variable that has more, all of which are the same.
std::vector<double> plane_of(const VariableSchema& variable, AxisMaker& maker) {
  std::vector<double> values = maker.numbers(variable);
  const std::size_t last = variable.shape.size();
  const std::size_t plane = variable.shape[last - 1] * variable.shape[last - 2];
  for (std::size_t i = plane; i < values.size(); ++i) {
    const double first = values[i % plane];
    if (values[i] == first || (std::isnan(values[i]) && std::isnan(first))) continue;
    refuse(variable, fmt::format("its coordinate '{}' changes along '{}': a grid that moves is not "
                                 "served",
                                 variable.name, variable.dimensions.front()));
  }
  values.resize(plane);
  return values;
}

/// Degrees; what cannot be a place is none.
void settle_degrees(const VariableSchema& variable, std::vector<double>& values, double most) {
  const std::string units = variable.attributes.text("units").value_or("");
  const double factor = radians_of(units).value_or(0) / geometry::kRadiansPerDegree;
  for (double& value : values) {
    if (factor != 0) value *= factor;
    if (!(std::abs(value) <= most)) value = kNaN;
  }
}

/// Models that leave out the processors over land leave zeros (or -1) where these would be.
void mask_unwritten(geometry::CurvilinearCoordinates& c) {
  constexpr std::size_t kMost = 8;  // so many cells are never at one place
  for (const double value : {0.0, -1.0}) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < c.longitudes.size(); ++i) {
      count += c.longitudes[i] == value && c.latitudes[i] == value ? 1 : 0;
    }
    if (count <= kMost) continue;
    for (std::size_t i = 0; i < c.longitudes.size(); ++i) {
      if (c.longitudes[i] == value && c.latitudes[i] == value) {
        c.longitudes[i] = c.latitudes[i] = kNaN;
      }
    }
  }
}

const VariableSchema* bounds_of(const Holding& holding, const VariableSchema& variable) {
  const auto name = variable.attributes.text("bounds");
  return name ? holding.named(variable, *name) : nullptr;
}

void add_value(geometry::CoordinateHash& hash, const std::string& text) {
  hash.add(std::string_view(text));
}
template <typename T>
void add_value(geometry::CoordinateHash& hash, const std::vector<T>& values) {
  if constexpr (std::is_same_v<T, std::string>) {
    for (const std::string& text : values) hash.add(std::string_view(text));
  } else {
    hash.add(std::as_bytes(std::span(values)));
  }
}

/// Names for good all that a grid is made of, as the holding has it; empty: not all can be read.
std::string origin_of(const Holding& holding, const Curvilinear& curvilinear,
                      const AxisMaker& maker) try {
  geometry::CoordinateHash hash;
  for (const VariableSchema* const variable :
       {curvilinear.longitude, curvilinear.latitude, bounds_of(holding, *curvilinear.longitude),
        bounds_of(holding, *curvilinear.latitude)}) {
    hash.add(std::string_view(variable == nullptr ? "none" : "one"));
    if (variable == nullptr || variable->type == ElementType::String) continue;
    hash.add(std::string_view(variable->name));
    for (const std::size_t extent : variable->shape) {
      hash.add(std::string_view(std::to_string(extent)));
    }
    for (const Attribute& attribute : variable->attributes) {
      hash.add(std::string_view(attribute.name));
      std::visit([&](const auto& value) { add_value(hash, value); }, attribute.value);
    }
    hash.add(std::string_view(std::to_string(static_cast<int>(variable->type))));
    hash.add(std::string_view(maker.fingerprint(*variable)));
  }
  return hash.text();
} catch (const Error&) {
  return {};
}

/// Vertices: those that `bounds` names, over the cells and 3 to 64 corners.
void add_corners(const Holding& holding, const Curvilinear& curvilinear, AxisMaker& maker,
                 geometry::CurvilinearCoordinates& c) {
  const VariableSchema* const longitudes = bounds_of(holding, *curvilinear.longitude);
  const VariableSchema* const latitudes = bounds_of(holding, *curvilinear.latitude);
  if (longitudes == nullptr || latitudes == nullptr) return;
  const auto leave_out = [&](const std::string& why) {
    c.corners = 0;
    c.corner_longitudes.clear();
    c.corner_latitudes.clear();
    maker.warn(fmt::format("{}: its bounds '{}' {} and are left out", curvilinear.longitude->name,
                           longitudes->name, why));
  };
  const auto fits = [&](const VariableSchema& bounds) {
    return bounds.shape.size() == 3 && bounds.type != ElementType::String &&
           bounds.shape[0] == c.rows && bounds.shape[1] == c.columns;
  };
  constexpr std::size_t kMost = 64;
  if (!fits(*longitudes) || !fits(*latitudes) || longitudes->shape != latitudes->shape ||
      longitudes->shape[2] < 3 || longitudes->shape[2] > kMost) {
    return leave_out("do not have three or more vertices for each cell");
  }
  c.corners = longitudes->shape[2];
  try {
    c.corner_longitudes = maker.numbers(*longitudes);
    c.corner_latitudes = maker.numbers(*latitudes);
  } catch (const Error& error) {
    return leave_out(fmt::format("cannot be read ({})", error.what()));
  }
  settle_degrees(*curvilinear.longitude, c.corner_longitudes, 1080);
  settle_degrees(*curvilinear.latitude, c.corner_latitudes, 90.001);
  if (!geometry::corners_surround_cells(c)) leave_out("do not surround their cells");
}

}  // namespace

std::optional<Curvilinear> curvilinear_of(const Holding& holding, const VariableSchema& field) {
  std::vector<const VariableSchema*> candidates;
  for (const VariableSchema* variable : holding.listed(field, "coordinates")) {
    if (is_candidate(holding, *variable, field)) candidates.push_back(variable);
  }
  std::vector<Curvilinear> pairs = pairs_of(holding, candidates);
  if (!pairs.empty()) {
    pairs.front().listed = true;
    return pairs.front();
  }
  candidates.clear();
  for (const VariableSchema& variable : holding.schema().variables) {
    if (is_candidate(holding, variable, field)) candidates.push_back(&variable);
  }
  pairs = pairs_of(holding, candidates);
  if (pairs.empty()) return std::nullopt;
  if (pairs.size() > 1) {
    refuse(field, fmt::format("several coordinates could be meant ('{}' and '{}', '{}' and '{}'): "
                              "name its own in its attribute coordinates",
                              pairs[0].longitude->name, pairs[0].latitude->name,
                              pairs[1].longitude->name, pairs[1].latitude->name));
  }
  return pairs.front();
}

std::shared_ptr<const CellGeometry> geometry_of(const Holding& holding,
                                                const Curvilinear& curvilinear, AxisMaker& maker) {
  const VariableSchema& longitude = *curvilinear.longitude;
  const VariableSchema& latitude = *curvilinear.latitude;
  return maker.geometry(longitude.name + " " + latitude.name, [&] {
    const std::string origin = origin_of(holding, curvilinear, maker);
    if (auto known = maker.geometries().curvilinear_of(origin, longitude.name, latitude.name)) {
      return known;
    }
    const std::size_t warned = maker.warnings();
    geometry::CurvilinearCoordinates c;
    c.rows = longitude.shape[longitude.shape.size() - 2];
    c.columns = longitude.shape.back();
    c.longitude_variable = longitude.name;
    c.latitude_variable = latitude.name;
    c.longitudes = plane_of(longitude, maker);
    c.latitudes = plane_of(latitude, maker);
    settle_degrees(longitude, c.longitudes, 1080);
    settle_degrees(latitude, c.latitudes, 90.001);
    mask_unwritten(c);
    if (const auto problem = geometry::problem_of(c)) {
      refuse(longitude, fmt::format("its two-dimensional coordinates '{}' and '{}' {}",
                                    longitude.name, latitude.name, *problem));
    }
    add_corners(holding, curvilinear, maker, c);
    // What is told of it is told again at every start.
    return maker.geometries().curvilinear(std::move(c),
                                          maker.warnings() == warned ? origin : std::string());
  });
}

bool agrees(const AxisData& x, const AxisData& y, const Crs& crs, const CellGeometry& geometry) {
  constexpr std::size_t kLooks = 12;
  const std::size_t columns = geometry.columns(), rows = geometry.rows();
  if (x.centres.size() != columns || y.centres.size() != rows) return false;
  const CrsTransform& to_globe = transform_between(crs, Crs());
  const auto place = [&](std::size_t row, std::size_t column) {
    double longitude = x.centres[column], latitude = y.centres[row];
    to_globe.forward({&longitude, 1}, {&latitude, 1});
    return geometry::unit_vector(longitude, latitude);
  };
  const auto told = [&](std::size_t row, std::size_t column) {
    const std::size_t cell = row * columns + column;
    return geometry::unit_vector(geometry.longitude(cell), geometry.latitude(cell));
  };
  const std::size_t row_step = std::max<std::size_t>(1, rows / kLooks);
  const std::size_t column_step = std::max<std::size_t>(1, columns / kLooks);
  for (std::size_t row = 0; row < rows; row += row_step) {
    for (std::size_t column = 0; column < columns; column += column_step) {
      // Half the way to a neighbour, squared: a quarter of its square.
      const std::size_t beside =
          column + 1 < columns ? column + 1 : column - std::min<std::size_t>(column, 1);
      const std::size_t below = row + 1 < rows ? row + 1 : row - std::min<std::size_t>(row, 1);
      const geometry::UnitVector at = told(row, column);
      const double step =
          std::max(squared_chord(at, told(row, beside)), squared_chord(at, told(below, column)));
      const double away = squared_chord(at, place(row, column));
      if (std::isfinite(step) && std::isfinite(away) && step > 0 && away > step / 4) return false;
    }
  }
  return true;
}

}  // namespace gyre::coverage::cf

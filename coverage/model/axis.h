#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/coordinate_values.h"
#include "coverage/model/element_type.h"
#include "coverage/model/index_range.h"
#include "coverage/model/instants.h"
#include "coverage/model/time_instant.h"
#include "coverage/model/time_units.h"

namespace gyre::coverage {

enum class AxisRole : std::uint8_t { X, Y, Vertical, Time, ReferenceTime, Member, Other };

/// What an Axis is made from; the constructor of Axis checks it.
struct AxisData {
  std::string label;          ///< the coordinate variable's name (or the dimension's without one)
  std::string dimension;      ///< the file's dimension; empty for a scalar coordinate
  std::string variable = {};  ///< the coordinate variable's full name; empty: not known, or none
  AxisRole role = AxisRole::Other;
  std::string uom;  ///< CF units as in the file
  std::string standard_name;
  std::string long_name;
  ElementType type = ElementType::Float64;  ///< as stored, decides how centres are printed
  CoordinateValues centres;                 ///< in `uom`, file order, strictly monotonic
  std::vector<double> bounds;               ///< 2 per cell {one side, other side}; empty: none
  bool positive_down = false;               ///< vertical axes
  bool geographic_longitude = false;        ///< X in degrees of the globe: modular by 360
  bool geographic_latitude = false;         ///< Y in degrees of the globe: clipped to ±90
  Instants instants;                        ///< time axes, as many as centres
  Periods periods;                          ///< time axes with bounds: [first, last] closed
  std::optional<TimeUnits> time_units;      ///< time axes
  std::vector<std::string> names;           ///< string coordinates (members): as many as centres,
                                            ///< centres are then 0, 1, 2 ...
  bool index_only = false;                  ///< no coordinate variable: centres are 0, 1, 2 ...
  bool operator==(const AxisData&) const = default;
};

/// One axis of a domain set: a label, a unit of measure and the cell centres.
///
/// Centres are in `uom` units and strictly monotonic, ascending or descending as the holding
/// stores them. Longitudes keep the holding's convention. Copies share what is large and never
/// changes: an axis is as cheap to hand on as a pointer.
class GYRE_API Axis {
 public:
  /// @throws Error{MalformedHolding} when centres are empty, not finite, not strictly monotonic,
  /// or when bounds, instants or names do not match them in number.
  explicit Axis(AxisData data);
  Axis(const Axis&) = default;  // one that was moved from is as it was
  Axis& operator=(const Axis&) = default;
  ~Axis() = default;

  [[nodiscard]] const AxisData& data() const { return shared_->data; }
  /// Whether the other is a copy of this one, or this of that one.
  [[nodiscard]] bool is_copy_of(const Axis& other) const { return shared_ == other.shared_; }
  /// How many copies there are.
  [[nodiscard]] long copies() const { return shared_.use_count(); }
  [[nodiscard]] const std::string& label() const { return data().label; }
  [[nodiscard]] AxisRole role() const { return data().role; }
  [[nodiscard]] const std::string& uom() const { return data().uom; }
  [[nodiscard]] std::size_t size() const { return data().centres.size(); }
  [[nodiscard]] const CoordinateValues& centres() const { return data().centres; }
  [[nodiscard]] bool is_time() const { return !data().instants.empty(); }
  [[nodiscard]] bool is_scalar() const { return data().dimension.empty(); }
  [[nodiscard]] bool descending() const {
    return size() > 1 && centres().front() > centres().back();
  }

  /// The step when the centres are evenly spaced as far as their stored type can tell (every
  /// centre within two units in the last place of the type, or 1e-3 of a step for float32 axes,
  /// of first + i*step); negative when descending. A single cell: the width of its bounds, else
  /// absent. Time axes are never regular (DESIGN 4).
  [[nodiscard]] std::optional<double> regular_step() const { return shared_->step; }

  /// The cell's footprint {low, high}, low <= high: its bounds, else half way to its neighbours,
  /// the outer ones mirrored; latitudes clipped to ±90. A single cell without bounds: the point.
  struct Interval {
    double low, high;
    bool operator==(const Interval&) const = default;
  };
  [[nodiscard]] Interval footprint(std::size_t index) const {
    return footprint_of(shared_->data, index);
  }
  /// Does each footprint hold its centre, and begin where the one before it in ascending order
  /// begins or further on? Bounds of files may say otherwise.
  [[nodiscard]] bool cells_in_order() const { return shared_->cells_in_order; }
  /// Outer edges over all cells {low, high}.
  [[nodiscard]] Interval extent() const;

  /// The cells whose centre lies within [low, high], bounds included, no modulo. A float32 axis
  /// rounds low and high to float32 first, so that its shortest decimal form selects a centre.
  /// Source: WCS 2.0.1 (OGC 09-110r4) 8.4.2.3, trimming. Cost: O(log n). @pre low <= high
  [[nodiscard]] IndexRange trim(double low, double high) const;
  /// The cell whose footprint holds `at` (no modulo); on a shared edge the one further along the
  /// axis in ascending coordinate; the outermost edges belong to their cells. Cost: O(log n).
  [[nodiscard]] std::optional<std::size_t> cell_at(double at) const;
  /// X axes of the globe: does the axis (with half a cell of slack) go all the way round?
  [[nodiscard]] bool spans_globe() const;
  /// More than once round the globe, beyond rounding.
  [[nodiscard]] static bool has_meridians_twice(const Interval& extent) {
    return extent.high - extent.low > 360.001;
  }
  /// `at` moved by whole turns into [low, low + 360) of an extent, or into the last turn of one
  /// that goes on for longer.
  [[nodiscard]] static double moved_into(const Interval& extent, double at) {
    if (has_meridians_twice(extent) && at > extent.high) {
      return at - 360 * std::ceil((at - extent.high) / 360);
    }
    return at - 360 * std::floor((at - extent.low) / 360);
  }
  /// As cell_at, for an X axis of the globe: `at` may be given in any turn; of an axis that
  /// has meridians twice, the nearest that it has.
  [[nodiscard]] std::optional<std::size_t> cell_at_modular(double at) const;

  bool operator==(const Axis& other) const;

 private:
  struct Shared {
    AxisData data;
    std::optional<double> step;
    bool cells_in_order;
  };
  static Interval footprint_of(const AxisData& data, std::size_t index);
  static bool are_in_order(const AxisData& data);
  std::shared_ptr<const Shared> shared_;
};

// Asked for some times for every pixel of a picture.
inline Axis::Interval Axis::footprint_of(const AxisData& data, std::size_t index) {
  const CoordinateValues& c = data.centres;
  Interval cell{};
  if (!data.bounds.empty()) {
    cell = {data.bounds[2 * index], data.bounds[2 * index + 1]};
  } else if (c.size() == 1) {
    cell = {c[0], c[0]};
  } else {
    const double before = index > 0 ? (c[index - 1] + c[index]) / 2 : c[0] - (c[1] - c[0]) / 2;
    const double after = index + 1 < c.size() ? (c[index] + c[index + 1]) / 2
                                              : c[index] + (c[index] - c[index - 1]) / 2;
    cell = {before, after};
  }
  if (cell.low > cell.high) std::swap(cell.low, cell.high);
  if (data.geographic_latitude) {
    cell.low = std::clamp(cell.low, -90.0, 90.0);
    cell.high = std::clamp(cell.high, -90.0, 90.0);
  }
  return cell;
}

}  // namespace gyre::coverage

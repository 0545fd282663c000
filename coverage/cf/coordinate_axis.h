#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/cf/axis_kind.h"
#include "coverage/cf/holding.h"
#include "coverage/cf/interpret.h"
#include "coverage/geometry/geometry_store.h"

namespace gyre::coverage::cf {

/// Makes axes of coordinate variables; each variable is read once.
class AxisMaker {
 public:
  AxisMaker(const Holding& holding, const CoordinateReader& reader,
            std::vector<std::string>& warnings)
      : holding_(holding),
        reader_(reader),
        warnings_(warnings),
        geometries_(reader.geometries ? reader.geometries
                                      : std::make_shared<geometry::GeometryStore>()) {}

  /// The axis of `variable` along `dimension` (empty: a scalar coordinate). Time is decoded;
  /// a calendar that is none, time without a reference, or steps that are told alike give plain
  /// numbers of role Other.
  /// @throws Error{UnsupportedHolding} with the reason as what()
  [[nodiscard]] AxisData make(const VariableSchema& variable, const std::string& dimension,
                              const AxisKind& kind);
  /// A dimension without coordinate variable: 0, 1, 2 ...
  [[nodiscard]] static AxisData index_axis(const std::string& dimension, std::size_t size);
  /// Can `variable` be decoded as time?
  [[nodiscard]] static std::optional<TimeUnits> time_units_of(const VariableSchema& variable);
  /// Can `value` be decoded? Microseconds of 290,000 years can; no data are from beyond.
  [[nodiscard]] static bool is_in_range(const TimeUnits& units, double value);
  [[nodiscard]] const std::vector<std::string>& strings(const VariableSchema& variable);
  /// All numbers of a coordinate or bounds variable, unpacked; NaN where its fill value stands.
  [[nodiscard]] std::vector<double> numbers(const VariableSchema& variable) const;
  /// What `make` makes, once for each key.
  /// @throws Error what `make` threw, each time it is asked for
  [[nodiscard]] std::shared_ptr<const CellGeometry> geometry(
      const std::string& key, const std::function<std::shared_ptr<const CellGeometry>()>& make);
  [[nodiscard]] geometry::GeometryStore& geometries() { return *geometries_; }
  /// Names the stored values of a variable for good, by what is known of them or else by all.
  [[nodiscard]] std::string fingerprint(const VariableSchema& variable) const;
  void warn(const std::string& text);
  [[nodiscard]] std::size_t warnings() const { return warnings_.size(); }

 private:
  void set_names(AxisData& data, const VariableSchema& variable);
  void set_numbers(AxisData& data, const VariableSchema& variable);
  void set_time(AxisData& data, const VariableSchema& variable, const RawBlock& block);
  void set_bounds(AxisData& data, const VariableSchema& variable);

  const Holding& holding_;
  const CoordinateReader& reader_;
  std::vector<std::string>& warnings_;
  std::map<std::string, AxisData> made_;
  std::map<std::string, std::string> refused_;
  std::map<std::string, std::vector<std::string>> strings_;
  std::map<std::string, std::shared_ptr<const CellGeometry>> made_geometries_;
  std::shared_ptr<geometry::GeometryStore> geometries_;
};

/// The numbers of a coordinate, unpacked; NaN where its fill value stands. Masked by fill values
/// alone: CMEMS and others give coordinates a valid range, rounded, that would hide the outermost.
[[nodiscard]] std::vector<double> coordinate_numbers(const VariableSchema& variable,
                                                     const RawBlock& block);

/// What stands in a bounds variable, or why it cannot be used.
struct Bounds {
  std::vector<double> values;  ///< two per cell, in the units of the coordinate
  Periods periods;             ///< time axes
  std::string problem;         ///< empty when usable
};
/// @param raw the numbers of the bounds variable, unpacked
[[nodiscard]] Bounds usable_bounds(const AxisData& axis, const VariableSchema& bounds,
                                   std::vector<double> raw);

}  // namespace gyre::coverage::cf

#pragma once

#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coverage/base/error.h"
#include "coverage/model/dataset.h"
#include "coverage/source/source.h"

namespace gyre::coverage::testing {

/// Attributes of text.
inline Attributes attributes(std::initializer_list<std::pair<const char*, const char*>> list) {
  Attributes made;
  for (const auto& [name, value] : list) {
    made.set({name, ElementType::String, std::string(value)});
  }
  return made;
}

/// A holding in memory, for tests: what a file would say and hold. Counts what is read.
class MemorySource final : public Source {
 public:
  /// A variable with values; integers and floats are converted to `type`.
  template <typename T>
  void add(VariableSchema schema, const std::vector<T>& values) {
    RawBlock block;
    block.type = schema.type;
    block.shape = schema.shape;
    block.bytes.resize(values.size() * size_of(schema.type));
    with_type(schema.type, [&](auto zero) {
      using Stored = decltype(zero);
      auto to = block.as<Stored>();
      for (std::size_t i = 0; i < values.size(); ++i) to[i] = static_cast<Stored>(values[i]);
    });
    for (std::size_t d = 0; d < schema.dimensions.size(); ++d)
      add_dimension(schema.dimensions[d], schema.shape[d]);
    blocks_[schema.name] = std::move(block);
    schema_.variables.push_back(std::move(schema));
  }
  void add_strings(VariableSchema schema, std::vector<std::string> values) {
    schema.type = ElementType::String;
    for (std::size_t d = 0; d < schema.dimensions.size(); ++d)
      add_dimension(schema.dimensions[d], schema.shape[d]);
    strings_[schema.name] = std::move(values);
    schema_.variables.push_back(std::move(schema));
  }
  HoldingSchema& schema() { return schema_; }

  [[nodiscard]] HoldingSchema describe() const override { return schema_; }

  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override {
    const auto found = blocks_.find(variable);
    if (found == blocks_.end() || box.size() != found->second.shape.size())
      throw Error(ErrorKind::Internal, variable, "no such variable or box: " + variable);
    const RawBlock& whole = found->second;
    RawBlock part;
    part.type = whole.type;
    for (std::size_t d = 0; d < box.size(); ++d) {
      if (box[d].end > whole.shape[d] || box[d].empty())
        throw Error(ErrorKind::Internal, variable, "box outside of " + variable);
      part.shape.push_back(box[d].size());
    }
    const std::size_t element = size_of(whole.type);
    part.bytes.resize(part.cells() * element);
    std::vector<std::size_t> at(box.size(), 0);
    for (std::size_t cell = 0; cell < part.cells(); ++cell) {
      std::size_t from = 0;
      for (std::size_t d = 0; d < box.size(); ++d)
        from = from * whole.shape[d] + box[d].begin + at[d];
      std::memcpy(part.bytes.data() + cell * element, whole.bytes.data() + from * element, element);
      for (std::size_t d = box.size(); d-- > 0;) {
        if (++at[d] < box[d].size()) break;
        at[d] = 0;
      }
    }
    ++reads_;
    largest_read_ = std::max(largest_read_.load(), part.bytes.size());
    return part;
  }
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override {
    return strings_.at(variable);
  }
  [[nodiscard]] std::size_t reads() const { return reads_; }
  [[nodiscard]] std::size_t largest_read() const { return largest_read_; }

 private:
  void add_dimension(const std::string& name, std::size_t size) {
    for (const DimensionSchema& known : schema_.dimensions) {
      if (known.name == name) return;
    }
    schema_.dimensions.push_back({name, size});
  }

  HoldingSchema schema_;
  std::map<std::string, RawBlock> blocks_;
  std::map<std::string, std::vector<std::string>> strings_;
  mutable std::atomic<std::size_t> reads_{0}, largest_read_{0};
};

/// first, first + step, ...
inline std::vector<double> every(double first, double step, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(first + static_cast<double>(i) * step);
  return values;
}

inline Axis number_axis(std::string label, AxisRole role, std::vector<double> centres,
                        ElementType type = ElementType::Float64, std::vector<double> bounds = {}) {
  AxisData data;
  data.label = data.dimension = std::move(label);
  data.role = role;
  data.type = type;
  data.centres = std::move(centres);
  data.bounds = std::move(bounds);
  return Axis(std::move(data));
}

inline Axis longitude_axis(std::vector<double> centres, ElementType type = ElementType::Float64) {
  AxisData data;
  data.label = data.dimension = "lon";
  data.role = AxisRole::X;
  data.uom = "degrees_east";
  data.standard_name = "longitude";
  data.geographic_longitude = true;
  data.type = type;
  data.centres = std::move(centres);
  return Axis(std::move(data));
}

inline Axis latitude_axis(std::vector<double> centres, ElementType type = ElementType::Float64) {
  AxisData data;
  data.label = data.dimension = "lat";
  data.role = AxisRole::Y;
  data.uom = "degrees_north";
  data.standard_name = "latitude";
  data.geographic_latitude = true;
  data.type = type;
  data.centres = std::move(centres);
  return Axis(std::move(data));
}

/// Steps in `units` of `calendar`; bounds, two a step, in the same units.
inline Axis time_axis(const std::string& units, std::vector<double> centres,
                      std::vector<double> bounds = {}, Calendar calendar = Calendar::Standard,
                      AxisRole role = AxisRole::Time) {
  AxisData data;
  data.label = data.dimension = role == AxisRole::Time ? "time" : "reference_time";
  data.role = role;
  data.uom = units;
  data.time_units = parse_time_units(units, calendar);
  std::vector<TimeInstant> instants;
  for (const double centre : centres) instants.push_back(data.time_units->decode(centre));
  data.instants = Instants(instants);
  std::vector<TimePeriod> periods;
  for (std::size_t i = 0; i + 1 < bounds.size(); i += 2) {
    periods.push_back({data.time_units->decode(bounds[i]), data.time_units->decode(bounds[i + 1])});
  }
  data.periods = Periods(periods);
  data.centres = std::move(centres);
  data.bounds = std::move(bounds);
  return Axis(std::move(data));
}

}  // namespace gyre::coverage::testing

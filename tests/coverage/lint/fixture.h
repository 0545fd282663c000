#pragma once

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "coverage/index/holding_record.h"
#include "coverage/lint/lint.h"
#include "tests/coverage/memory_source.h"

namespace gyre::coverage::lint {

using testing::every;

inline Attribute text(const char* name, const std::string& value) {
  return {name, ElementType::String, value};
}
inline Attribute reals(const char* name, std::vector<double> values,
                       ElementType type = ElementType::Float64) {
  return {name, type, std::move(values)};
}
inline Attribute whole(const char* name, std::vector<std::int64_t> values, ElementType type) {
  return {name, type, std::move(values)};
}

inline VariableSchema variable(const std::string& name, ElementType type,
                               std::vector<std::string> dimensions, std::vector<std::size_t> shape,
                               std::vector<Attribute> attributes) {
  return {
      name, type, std::move(dimensions), std::move(shape), {}, Attributes(std::move(attributes))};
}

/// A holding in memory, and its findings.
struct World {
  std::shared_ptr<testing::MemorySource> source = std::make_shared<testing::MemorySource>();

  World() {
    source->schema().format = "NetCDF-4";
    source->schema().attributes = Attributes(
        {text("title", "T"), text("summary", "S"), text("institution", "I"), text("license", "L")});
  }

  void axis(const std::string& name, const std::vector<double>& values,
            std::vector<Attribute> attributes, ElementType type = ElementType::Float64) {
    source->add(variable(name, type, {name}, {values.size()}, std::move(attributes)), values);
  }
  void longitude(const std::vector<double>& values, std::vector<Attribute> more = {},
                 ElementType type = ElementType::Float64) {
    more.push_back(text("units", "degrees_east"));
    axis("lon", values, std::move(more), type);
  }
  void latitude(const std::vector<double>& values, std::vector<Attribute> more = {},
                ElementType type = ElementType::Float64) {
    more.push_back(text("units", "degrees_north"));
    axis("lat", values, std::move(more), type);
  }
  void bounds(const std::string& name, const std::string& of, const std::vector<double>& values) {
    source->add(variable(name, ElementType::Float64, {of, "nv"}, {values.size() / 2, 2}, {}),
                values);
  }
  /// A field over all axes that there are, in the order they were added.
  void field(const std::string& name, std::vector<double> values, std::vector<Attribute> attributes,
             ElementType type = ElementType::Float32) {
    std::vector<std::string> dimensions;
    std::vector<std::size_t> shape;
    std::size_t cells = 1;
    for (const VariableSchema& one : source->schema().variables) {
      if (one.dimensions != std::vector<std::string>{one.name}) continue;
      dimensions.push_back(one.name);
      shape.push_back(one.shape.front());
      cells *= one.shape.front();
    }
    values.resize(cells, values.empty() ? 280 : values.back());
    source->add(variable(name, type, dimensions, shape, std::move(attributes)), values);
  }
  /// A field that nothing can be said against.
  void good_field() {
    field("t", {280},
          {text("standard_name", "air_temperature"), text("units", "K"),
           reals("_FillValue", {-999}, ElementType::Float32)});
  }
  /// A small grid that nothing can be said against.
  void good_grid() {
    latitude(every(-10, 5, 5));
    longitude(every(0, 5, 6));
  }

  [[nodiscard]] Findings findings() const {
    auto record = std::make_shared<HoldingRecord>();
    record->schema = source->describe();
    return lint_one("f.nc", record, source);
  }
};

/// All of them in one text, for CAPTURE.
inline std::string told(const Findings& findings) {
  std::string out;
  for (const Finding& one : findings) {
    out +=
        fmt::format("{} [{}] {}: {} | {} | {} | {}\n", name_of(one.severity), one.check,
                    one.variable, one.message, one.consequence, one.fix.command, one.fix.overlay);
  }
  return out;
}

inline std::size_t count(const Findings& findings, std::string_view check,
                         std::string_view variable, std::string_view part, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& one) {
        return one.check == check && one.variable == variable && one.severity == severity &&
               one.message.find(part) != std::string::npos;
      }));
}

}  // namespace gyre::coverage::lint

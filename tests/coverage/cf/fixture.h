#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "coverage/cf/interpret.h"

/// Hand-made holdings: a schema, and the coordinate values a reader would find.
namespace gyre::coverage::test {

inline Attribute text(const std::string& name, const std::string& value) {
  return {name, ElementType::String, value};
}
inline Attribute number(const std::string& name, double value,
                        ElementType type = ElementType::Float64) {
  return {name, type, std::vector<double>{value}};
}
inline Attribute numbers(const std::string& name, std::vector<double> values,
                         ElementType type = ElementType::Float64) {
  return {name, type, std::move(values)};
}
inline Attribute integers(const std::string& name, std::vector<std::int64_t> values,
                          ElementType type) {
  return {name, type, std::move(values)};
}

struct Made {
  HoldingSchema schema;
  std::map<std::string, RawBlock> blocks;
  std::map<std::string, std::vector<std::string>> texts;

  Made& dimension(const std::string& name, std::size_t size) {
    schema.dimensions.push_back({name, size});
    return *this;
  }
  std::size_t size_of_dimension(const std::string& name) const {
    for (const DimensionSchema& dimension : schema.dimensions) {
      if (dimension.name == name) return dimension.size;
    }
    return 0;
  }
  Made& variable(const std::string& name, const std::vector<std::string>& dimensions,
                 std::vector<Attribute> attributes, ElementType type = ElementType::Float32) {
    VariableSchema made;
    made.name = name;
    made.type = type;
    made.dimensions = dimensions;
    for (const std::string& dimension : dimensions) {
      made.shape.push_back(size_of_dimension(dimension));
    }
    made.attributes = Attributes(std::move(attributes));
    schema.variables.push_back(std::move(made));
    return *this;
  }
  template <typename T>
  Made& values(const std::string& name, ElementType type, const std::vector<T>& numbers_in) {
    RawBlock block{type, {numbers_in.size()}, {}};
    block.bytes.resize(numbers_in.size() * sizeof(T));
    std::memcpy(block.bytes.data(), numbers_in.data(), block.bytes.size());
    blocks[name] = std::move(block);
    return *this;
  }
  /// A double variable along a dimension of its own name.
  Made& axis(const std::string& name, const std::vector<double>& centres,
             std::vector<Attribute> attributes) {
    dimension(name, centres.size());
    variable(name, {name}, std::move(attributes), ElementType::Float64);
    return values(name, ElementType::Float64, centres);
  }
  Made& lat_lon() {
    axis("lat", {10, 20, 30}, {text("units", "degrees_north"), text("standard_name", "latitude")});
    return axis("lon", {0, 10, 20, 30},
                {text("units", "degrees_east"), text("standard_name", "longitude")});
  }
  [[nodiscard]] Interpretation interpreted() const {
    return interpret(schema, {[this](const std::string& name) { return blocks.at(name); },
                              [this](const std::string& name) { return texts.at(name); }});
  }
};

}  // namespace gyre::coverage::test

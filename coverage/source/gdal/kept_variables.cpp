#include "coverage/source/gdal/kept_variables.h"

#include <cstring>

namespace gyre::coverage {

void KeptVariables::add(HoldingSchema& schema, const std::string& name,
                        std::vector<std::string> dimensions, const std::vector<double>& values,
                        Attributes attributes) {
  VariableSchema variable;
  variable.name = name;
  variable.type = ElementType::Float64;
  for (const std::string& dimension : dimensions) {
    for (const DimensionSchema& one : schema.dimensions) {
      if (one.name == dimension) variable.shape.push_back(one.size);
    }
  }
  variable.dimensions = std::move(dimensions);
  variable.attributes = std::move(attributes);
  RawBlock block{ElementType::Float64, variable.shape, {}};
  block.bytes.resize(values.size() * sizeof(double));
  if (!values.empty()) std::memcpy(block.bytes.data(), values.data(), block.bytes.size());
  values_[name] = std::move(block);
  schema.variables.push_back(std::move(variable));
}

void KeptVariables::add_container(HoldingSchema& schema, const std::string& name,
                                  Attributes attributes) {
  VariableSchema variable;
  variable.name = name;
  variable.type = ElementType::Int32;
  variable.attributes = std::move(attributes);
  values_[name] = {ElementType::Int32, {}, Bytes(sizeof(std::int32_t))};
  schema.variables.push_back(std::move(variable));
}

RawBlock KeptVariables::read(const std::string& name, const IndexBox& box) const {
  const RawBlock& all = values_.at(name);
  RawBlock part{all.type, {}, {}};
  for (const IndexRange& range : box) part.shape.push_back(range.size());
  const std::size_t item = size_of(all.type);
  part.bytes.resize(part.cells() * item);
  // Cell by cell: these are axes.
  std::vector<std::size_t> at(box.size(), 0);
  for (std::size_t cell = 0; cell < part.cells(); ++cell) {
    std::size_t from = 0;
    for (std::size_t d = 0; d < box.size(); ++d) from = from * all.shape[d] + box[d].begin + at[d];
    std::memcpy(part.bytes.data() + cell * item, all.bytes.data() + from * item, item);
    for (std::size_t d = box.size(); d-- > 0;) {
      if (++at[d] < box[d].size()) break;
      at[d] = 0;
    }
  }
  return part;
}

Attribute told_text(std::string name, std::string value) {
  return {std::move(name), ElementType::String, std::move(value)};
}

Attribute told_number(std::string name, double value) {
  return {std::move(name), ElementType::Float64, std::vector<double>{value}};
}

}  // namespace gyre::coverage

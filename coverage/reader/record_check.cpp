#include "coverage/reader/record_check.h"

#include <map>
#include <optional>

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"

namespace gyre::coverage::reader {
namespace {

void require(bool fits, const char* what) {
  if (!fits) throw Error(ErrorKind::MalformedHolding, "", what);
}

/// Of a shape; absent: more than can be counted.
std::optional<std::size_t> cells_of_shape(const std::vector<std::size_t>& shape) {
  std::size_t cells = 1;
  for (const std::size_t extent : shape) {
    if (__builtin_mul_overflow(cells, extent, &cells)) return std::nullopt;
  }
  return cells;
}

void check_layout(const VariableLayout& layout, const VariableSchema& variable) {
  if (layout.kind != VariableLayout::Kind::Chunked) return;
  require(layout.chunk_shape.size() == variable.shape.size(), "chunks of another rank");
  std::vector<std::size_t> grid;
  for (std::size_t d = 0; d < variable.shape.size(); ++d) {
    const std::size_t chunk = layout.chunk_shape[d];
    require(chunk != 0, "chunks of no length");
    grid.push_back(variable.shape[d] / chunk + (variable.shape[d] % chunk == 0 ? 0 : 1));
  }
  require(cells_of_shape(grid) == layout.chunks.size(), "another number of chunks");
}

}  // namespace

bool fits(const std::vector<std::string>& texts, const VariableSchema& variable) {
  return cells_of_shape(variable.shape) == texts.size();
}

void check_record(const HoldingRecord& record) {
  std::map<std::string_view, std::size_t> dimensions;
  for (const DimensionSchema& one : record.schema.dimensions) dimensions[one.name] = one.size;
  std::map<std::string_view, const VariableSchema*> variables;
  for (const VariableSchema& one : record.schema.variables) {
    variables[one.name] = &one;
    require(one.dimensions.size() == one.shape.size(), "a shape of another rank");
    require(one.chunk_shape.empty() || one.chunk_shape.size() == one.shape.size(),
            "chunks of another rank");
    for (std::size_t d = 0; d < one.shape.size(); ++d) {
      const auto known = dimensions.find(one.dimensions[d]);
      require(known != dimensions.end() && known->second == one.shape[d],
              "a shape that its dimensions do not have");
    }
  }
  const auto variable_of = [&](const std::string& name) -> const VariableSchema& {
    const auto found = variables.find(name);
    require(found != variables.end(), "values of no variable");
    return *found->second;
  };
  for (const auto& [name, block] : record.values) {
    const VariableSchema& variable = variable_of(name);
    require(variable.type != ElementType::String && block.type == storage_type_of(variable) &&
                block.shape == variable.shape,
            "values of another type or shape");
    require(cells_of_shape(block.shape).has_value() &&
                block.bytes.size() == block.cells() * size_of(block.type),
            "values cut short");
  }
  for (const auto& [name, texts] : record.texts) {
    const VariableSchema& variable = variable_of(name);
    require(variable.type == ElementType::String && fits(texts, variable),
            "another number of texts");
  }
  for (const auto& [name, layout] : record.layouts) check_layout(layout, variable_of(name));
}

}  // namespace gyre::coverage::reader

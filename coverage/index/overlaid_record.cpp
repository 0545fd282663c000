#include "coverage/index/overlaid_record.h"

#include "coverage/cf/packing.h"

namespace gyre::coverage {
namespace {

template <typename Map>
void rename(Map& map, const std::string& from, const std::string& to) {
  auto node = map.extract(from);
  if (node.empty()) return;
  node.key() = to;
  map.insert(std::move(node));
}

}  // namespace

HoldingRecord overlaid(HoldingRecord record, const SchemaOverlay& overlay,
                       std::vector<std::string>& warnings) {
  if (overlay.empty() || !record.refusal.empty() || record.no_holding) return record;
  Overlaid told = overlaid(std::move(record.schema), overlay);
  record.schema = std::move(told.schema);
  for (const auto& [published, original] : told.original) {
    rename(record.values, original, published);
    rename(record.texts, original, published);
    rename(record.fingerprints, original, published);
    rename(record.layouts, original, published);
  }
  for (auto& [name, block] : record.values) {  // _Unsigned may be said anew
    const VariableSchema* const variable = record.schema.find(name);
    if (variable != nullptr && variable->type != ElementType::String) {
      block.type = storage_type_of(*variable);
    }
  }
  for (const std::string& name : told.made) {
    record.values[name] = {ElementType::Int32, {}, Bytes(4)};
  }
  warnings.insert(warnings.end(), told.warnings.begin(), told.warnings.end());
  return record;
}

}  // namespace gyre::coverage

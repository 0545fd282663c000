#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

const VariableSchema* HoldingSchema::find(std::string_view variable) const {
  for (const VariableSchema& candidate : variables) {
    if (candidate.name == variable) return &candidate;
  }
  return nullptr;
}

}  // namespace gyre::coverage

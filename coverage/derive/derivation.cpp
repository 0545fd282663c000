#include "coverage/derive/derivation.h"

#include "coverage/source/dataset_schema.h"

namespace gyre::coverage {

Derivation::Derivation(const Dataset& original, const Coverage& coverage)
    : derived_(without_coverages(original)), schema_(*schema_of(original)) {
  derived_->coverages = {coverage};
}

void Derivation::replace(std::size_t k, Field field) {
  for (VariableSchema& variable : schema_.variables) {
    if (variable.name != field.name) continue;
    variable.type = field.declared;
    variable.attributes = field.attributes;
  }
  coverage().fields[k] = std::move(field);
}

std::shared_ptr<const Dataset> Derivation::finish(const MakeSource& source) {
  derived_->schema = std::make_shared<const HoldingSchema>(std::move(schema_));
  derived_->source = source(derived_->schema);
  return derived_;
}

}  // namespace gyre::coverage

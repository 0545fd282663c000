#include "coverage/derive/derivation.h"

namespace gyre::coverage {

Derivation::Derivation(std::shared_ptr<const Dataset> original, const Coverage& coverage)
    : original_(std::move(original)), derived_(std::make_shared<Dataset>()) {
  derived_->id = original_->id;
  derived_->path = original_->path;
  derived_->format = original_->format;
  derived_->coverages = {coverage};
  derived_->description = original_->description;
  derived_->attributes = original_->attributes;
  derived_->modified_us = original_->modified_us;
  derived_->native_format = original_->native_format;
  schema_ = *described(*original_);
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

std::shared_ptr<const HoldingSchema> described(const Dataset& dataset) {
  if (dataset.schema) return dataset.schema;
  return std::make_shared<const HoldingSchema>(dataset.source->describe());
}

}  // namespace gyre::coverage

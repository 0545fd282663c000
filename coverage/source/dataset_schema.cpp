#include "coverage/source/dataset_schema.h"

#include "coverage/source/source.h"

namespace gyre::coverage {

std::shared_ptr<const HoldingSchema> schema_of(const Dataset& dataset) {
  if (dataset.schema) return dataset.schema;
  return std::make_shared<const HoldingSchema>(dataset.source->describe());
}

}  // namespace gyre::coverage

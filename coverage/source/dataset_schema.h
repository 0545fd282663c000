#pragma once

#include <memory>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// What the dataset's holding says of itself: as it was kept, else as its source describes it now.
[[nodiscard]] GYRE_API std::shared_ptr<const HoldingSchema> schema_of(const Dataset& dataset);

}  // namespace gyre::coverage

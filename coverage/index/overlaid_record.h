#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/index/holding_record.h"
#include "coverage/model/schema_overlay.h"

namespace gyre::coverage {

/// The record of a holding as the overlay tells it: its schema, and all that is kept by name under
/// the names that variables are published as. `warnings` gets what could not be done.
[[nodiscard]] GYRE_API HoldingRecord overlaid(HoldingRecord record, const SchemaOverlay& overlay,
                                              std::vector<std::string>& warnings);

}  // namespace gyre::coverage

#pragma once

#include <string>

#include "coverage/base/export.h"
#include "coverage/index/holding_record.h"

namespace gyre::coverage {

/// Opens a holding, describes it, and keeps the values that place or describe its data. Never
/// throws for what a file holds or does: the record then says why it is refused. Runs in a reader
/// process wherever there are such: what it calls may crash over a damaged file.
[[nodiscard]] GYRE_API HoldingRecord inspect(const std::string& path);

}  // namespace gyre::coverage

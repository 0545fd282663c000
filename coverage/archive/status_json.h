#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "coverage/archive/archive_status.h"

namespace gyre::coverage {

/// For programs, the same wherever it is told.
[[nodiscard]] GYRE_API nlohmann::ordered_json as_json(const DatasetStatus& status);
[[nodiscard]] GYRE_API nlohmann::ordered_json as_json(const std::vector<NotServed>& list);

}  // namespace gyre::coverage

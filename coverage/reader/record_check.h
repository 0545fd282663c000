#pragma once

#include <string>
#include <vector>

#include "coverage/index/holding_record.h"

namespace gyre::coverage::reader {

/// Do the parts of a record that came from elsewhere fit each other: values and layouts the
/// variables they are of, shapes the dimensions? @throws Error{MalformedHolding}
void check_record(const HoldingRecord& record);

/// Are they as many as the variable has cells?
[[nodiscard]] bool fits(const std::vector<std::string>& texts, const VariableSchema& variable);

}  // namespace gyre::coverage::reader

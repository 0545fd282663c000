#pragma once

#include "coverage/cf/holding.h"

namespace gyre::coverage::cf {

/// Are there longitudes and latitudes over two (or more) of the field's dimensions?
[[nodiscard]] bool is_curvilinear(const Holding& holding, const VariableSchema& field);

}  // namespace gyre::coverage::cf

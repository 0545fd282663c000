#pragma once

#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// The query with x and y whole, whatever it selects of them, and one sample elsewhere.
/// @throws Error{InvalidPosition} where it has several samples on another axis
[[nodiscard]] ResolvedQuery over_whole_plane(const ResolvedQuery& query);

}  // namespace gyre::coverage

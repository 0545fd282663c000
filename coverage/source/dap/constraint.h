#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/index_range.h"
#include "coverage/source/dap/dap_schema.h"

namespace gyre::coverage::dap {

/// What is asked of a variable: itself, or the whole Grid that it is of, for servers that know no
/// "grid.member".
enum class Projection { OfItself, OfGrid };

/// The constraint expression for `box` (ESE-RFC-004 1.2, 6.1.1): "temp.temp[0:1:3][2:1:2]", escaped
/// for the query of an address. Names stay as the DDS writes them: what is %20 there becomes %2520.
/// @pre no range of the box is empty
[[nodiscard]] GYRE_API std::string constraint_for(const DapVariable& variable, const IndexBox& box,
                                                  Projection projection);

/// The address of one of the documents of a holding: ".dds", ".das", ".dods".
[[nodiscard]] GYRE_API std::string dap_address(const std::string& holding,
                                               const std::string& suffix,
                                               const std::string& constraint = "");

/// Parts of the box of at most `most_cells` cells (one row of the last dimension may be more),
/// which follow each other in it as it lies in memory, row-major.
[[nodiscard]] GYRE_API std::vector<IndexBox> pieces_of(const IndexBox& box, std::size_t most_cells);

}  // namespace gyre::coverage::dap

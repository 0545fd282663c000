#pragma once

#include <vector>

#include "coverage/model/dataset.h"

namespace gyre::coverage::cf {

/// Orders the coverages of one holding, the principal first (most dimensions, then most fields,
/// then file order), and gives the others their suffixes: dimension names joined by '-', made
/// unique by scalar coordinates, grid mapping, and at last a number (DESIGN 2).
void order_and_name(std::vector<Coverage>& coverages);

}  // namespace gyre::coverage::cf

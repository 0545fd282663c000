#pragma once

#include "coverage/encode/byte_window.h"
#include "coverage/encode/classic_layout.h"
#include "coverage/encode/netcdf_values.h"

namespace gyre::coverage {

/// The values of a plan's variable as a classic file has them: big-endian, row-major, padded; slab
/// by slab, and of these only those that `window` wants any of.
/// @param range where not null: of the field's values, which this finds
void write_classic_values(const View& view, const PlannedVariable& planned,
                          const NetcdfValues& values, ValueRange* range, ByteWindow& window);

}  // namespace gyre::coverage

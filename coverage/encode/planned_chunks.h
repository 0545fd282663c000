#pragma once

#include <cstddef>

#include "coverage/encode/chunk_encoder.h"
#include "coverage/encode/netcdf_values.h"

namespace gyre::coverage {

/// Does it lie in chunks that are deflated? What is small is better off without.
[[nodiscard]] bool is_chunked(const PlannedVariable& planned);

/// A planned variable in chunks: the holding's own, handed on as they are stored, where a decoded
/// one has `least_stored` bytes and there are such; else of the same shape where that makes sense.
/// Holds references to what it is given. @pre is_chunked(planned)
[[nodiscard]] ChunkedValues planned_chunks(const PlannedVariable& planned, const View& view,
                                           const NetcdfValues& values,
                                           std::size_t least_stored = 0);

/// Are chunks of field `k` handed on as planned_chunks() says?
[[nodiscard]] bool hands_on_chunks(const View& view, std::size_t k, std::size_t least_stored = 0);

/// From here on all `values` are read, and `range` sees them. @pre both are of `field`
void look_at_all(ChunkedValues& values, const Field& field, ValueRange& range);

}  // namespace gyre::coverage

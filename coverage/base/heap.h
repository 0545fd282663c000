#pragma once

#include "coverage/base/export.h"

namespace gyre::coverage {

/// How the C library keeps what was freed, for a process of many threads whose memory is bounded.
/// Blocks of values are not its business: they come from the SlabPool. Before any thread is made.
GYRE_API void bound_heap();

/// Gives what the heap holds and nobody uses back to the system, if that is worth it. To be called
/// every now and then. Cost: microseconds, or some milliseconds where much is given back.
GYRE_API void trim_heap();

}  // namespace gyre::coverage

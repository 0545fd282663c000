#pragma once

#include <cstddef>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Bytes that this process holds in memory, pages of mapped files and of libraries included; 0: the
/// system does not say.
[[nodiscard]] GYRE_API std::size_t resident_bytes();

/// Pages of a file that is mapped to be read count as held although the system may drop them: while
/// it is noted they can be given back, and come again from the cache of the system when they are
/// wanted. Thread-safe.
GYRE_API void note_mapping(void* memory, std::size_t bytes);
/// Before it is unmapped.
GYRE_API void forget_mapping(void* memory);

/// Gives back slabs and room on the heap that nobody uses now: where work of one kind is done and
/// that of another begins, which wants slabs of other sizes.
GYRE_API void give_back_unused();
/// Where more is held than `bytes`: gives back what nobody uses now (idle slabs, pages of mappings,
/// what the heap keeps). To be called every now and then. Cost: microseconds, or some milliseconds
/// where much is given back.
GYRE_API void give_back_above(std::size_t bytes);

}  // namespace gyre::coverage

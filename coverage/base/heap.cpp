#include "coverage/base/heap.h"

#include <algorithm>
#include <cstddef>
#include <thread>

#include <malloc.h>

namespace gyre::coverage {

void bound_heap() {
  // The library makes eight heaps a core, each of which stays as large as it ever was.
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  mallopt(M_ARENA_MAX, 2 * cores);
  // Larger blocks (documents, large pictures) are mappings, which go back when they are freed;
  // those of usual maps are used again, since touching fresh pages costs. By itself the library
  // would raise the bound to the largest that was freed, up to 32 MB, and keep twice that at the
  // end of each heap.
  constexpr int kMapped = 4 << 20, kKept = 4 << 20;
  mallopt(M_MMAP_THRESHOLD, kMapped);
  mallopt(M_TRIM_THRESHOLD, kKept);
}

void trim_heap() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their heaps are their own
  constexpr std::size_t kWorthIt = std::size_t{8} << 20;
  if (mallinfo2().fordblks > kWorthIt) malloc_trim(0);
#endif
}

}  // namespace gyre::coverage

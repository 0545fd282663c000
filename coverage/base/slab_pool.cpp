#include "coverage/base/slab_pool.h"

#include <bit>
#include <limits>
#include <new>

#include <sys/mman.h>

namespace gyre::coverage {
namespace {

/// Slabs as large come from the kernel and go back to it; smaller ones from the heap. A sanitizer
/// watches the heap alone, and what is not given out again.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kOfTheKernel = std::numeric_limits<std::size_t>::max();
constexpr bool kKeeps = false;
#else
constexpr std::size_t kOfTheKernel = std::size_t{1} << 20;
constexpr bool kKeeps = true;
#endif
constexpr std::align_val_t kAlignment{64};

/// Sizes are rounded up to eighths of powers of two, so that slabs fit others as well. What is
/// rounded up is never touched, and so takes no memory of large slabs.
std::size_t rounded(std::size_t bytes) {
  const std::size_t step = std::bit_floor(bytes) / 8;
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) throw std::bad_alloc();
  return (bytes + step - 1) / step * step;
}

void* fresh(std::size_t size) {
  if (size < kOfTheKernel) return ::operator new(size, kAlignment);
  void* const slab =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (slab == MAP_FAILED) throw std::bad_alloc();
  return slab;
}

void destroy(void* slab, std::size_t size) noexcept {
  if (size < kOfTheKernel) {
    ::operator delete(slab, kAlignment);
  } else {
    munmap(slab, size);
  }
}

}  // namespace

SlabPool& SlabPool::instance() {
  static SlabPool* const pool = new SlabPool;  // outlives whoever gives back last
  return *pool;
}

void* SlabPool::take(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  {
    const std::lock_guard lock(mutex_);
    used_bytes_ += size;
    const auto found = by_size_.find(size);
    if (found != by_size_.end()) {
      void* const slab = found->second.front()->slab;
      idle_.erase(found->second.front());
      found->second.pop_front();
      if (found->second.empty()) by_size_.erase(found);
      idle_bytes_ -= size;
      return slab;
    }
  }
  try {
    return fresh(size);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    used_bytes_ -= size;
    throw;
  }
}

void SlabPool::give(void* slab, std::size_t bytes) noexcept {
  const std::size_t size = rounded(bytes);
  const std::lock_guard lock(mutex_);
  used_bytes_ -= size;
  if (!kKeeps || size > most_idle_) return destroy(slab, size);
  try {
    idle_.push_front({slab, size});
    by_size_[size].push_front(idle_.begin());
  } catch (...) {
    if (!idle_.empty() && idle_.front().slab == slab) idle_.pop_front();
    return destroy(slab, size);
  }
  idle_bytes_ += size;
  release_idle(most_idle_);
}

void SlabPool::keep_idle(std::size_t most_bytes) {
  const std::lock_guard lock(mutex_);
  most_idle_ = most_bytes;
  release_idle(most_bytes);
}

/// Those go first that nobody took for longest: what is taken again and again stays.
void SlabPool::release_idle(std::size_t most_bytes) {
  while (idle_bytes_ > most_bytes) {
    const Idle oldest = idle_.back();
    idle_.pop_back();
    const auto alike = by_size_.find(oldest.size);
    alike->second.pop_back();
    if (alike->second.empty()) by_size_.erase(alike);
    idle_bytes_ -= oldest.size;
    destroy(oldest.slab, oldest.size);
  }
}

SlabPool::Figures SlabPool::figures() const {
  const std::lock_guard lock(mutex_);
  return {used_bytes_, idle_bytes_};
}

}  // namespace gyre::coverage

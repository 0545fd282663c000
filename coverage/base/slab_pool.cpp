#include "coverage/base/slab_pool.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <limits>
#include <new>

#include <sys/mman.h>

namespace gyre::coverage {
namespace {

/// A sanitizer watches the heap alone, and what is not given out again.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kOfTheHeap = true;
#else
constexpr bool kOfTheHeap = false;
#endif
constexpr std::align_val_t kAlignment{64};
constexpr std::size_t kPage = 4096;
/// Slabs as large are a mapping each, of which a process may have some ten thousands. Smaller ones
/// have places in regions: a place that is given up gives its pages back and keeps its address.
constexpr std::size_t kMapped = std::size_t{1} << 20;
constexpr std::size_t kRegion = std::size_t{4} << 20;
/// A huge page is touched once in place of 512 times, which takes a fifth of the time: fresh pages
/// were a fifth of what decoding a chunk takes.
constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// Sizes are rounded up to eighths of powers of two, so that slabs fit others as well, and to
/// pages, huge ones if that is no more than an eighth. Large ones to whole huge pages, and pages
/// that nobody touches are not held: what chunks of a file take as stored differs by half from one
/// to the next, and were there a slab of each size for each thread that reads them, some would be
/// given up and made anew all the time.
std::size_t rounded(std::size_t bytes) {
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) throw std::bad_alloc();
  constexpr std::size_t kLarge = kHugePage + kHugePage / 2;  // below: up to a quarter of one more
  const std::size_t step = bytes > kLarge      ? std::max(std::bit_floor(bytes) / 4, kHugePage)
                           : bytes > kHugePage ? kHugePage / 4
                                               : std::max(std::bit_floor(bytes) / 8, kPage);
  const std::size_t size = (bytes + step - 1) / step * step;
  return size < kHugePage && size >= kHugePage / 8 * 7 ? kHugePage : size;
}

std::byte* mapping(std::size_t size) {
  void* const room =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(room);
}

/// From where a huge page may begin; of as many of them as `bytes` fill, or nearly.
std::byte* mapping_of_huge_pages(std::size_t size, std::size_t bytes) {
  std::byte* const room = mapping(size + kHugePage - kPage);
  const auto address = reinterpret_cast<std::uintptr_t>(room);
  const std::size_t before = (kHugePage - address % kHugePage) % kHugePage;
  const std::size_t behind = kHugePage - kPage - before;
  if (before > 0) munmap(room, before);
  if (behind > 0) munmap(room + before + size, behind);
  madvise(room + before, (bytes + kHugePage / 8) / kHugePage * kHugePage, MADV_HUGEPAGE);
  return room + before;
}

}  // namespace

SlabPool& SlabPool::instance() {
  static SlabPool* const pool = new SlabPool;  // outlives whoever gives back last
  return *pool;
}

SlabPool::~SlabPool() {
  destroy(idle_);
  for (void* const region : regions_) munmap(region, kRegion);
}

void* SlabPool::fresh(std::size_t size, std::size_t bytes) {
  if (kOfTheHeap) return ::operator new(size, kAlignment);
  if (size < kMapped) return place_for(size);
  return size < kHugePage ? mapping(size) : mapping_of_huge_pages(size, bytes);
}

void* SlabPool::place_for(std::size_t size) {
  const std::lock_guard lock(mutex_);
  Places& places = places_[size];
  if (places.free.empty()) {
    const std::size_t more = kRegion / size;
    places.free.reserve(places.count + more);
    regions_.reserve(regions_.size() + 1);
    std::byte* const region = mapping(kRegion);
    // Of huge pages whole ones would be held for one slab, and given back when nobody knows.
    madvise(region, kRegion, MADV_NOHUGEPAGE);
    regions_.push_back(region);
    for (std::size_t i = more; i-- > 0;) places.free.push_back(region + i * size);
    places.count += more;
  }
  void* const place = places.free.back();
  places.free.pop_back();
  return place;
}

void SlabPool::destroy(void* slab, std::size_t size) noexcept {
  if (kOfTheHeap) return ::operator delete(slab, kAlignment);
  if (size >= kMapped) {
    munmap(slab, size);
    return;
  }
  madvise(slab, size, MADV_DONTNEED);
  const std::lock_guard lock(mutex_);
  places_.find(size)->second.free.push_back(slab);
}

void SlabPool::destroy(const std::list<Idle>& slabs) noexcept {
  for (const Idle& one : slabs) destroy(one.slab, one.size);
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
    return fresh(size, bytes);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    used_bytes_ -= size;
    throw;
  }
}

void SlabPool::give(void* slab, std::size_t bytes) noexcept {
  const std::size_t size = rounded(bytes);
  std::unique_lock lock(mutex_);
  used_bytes_ -= size;
  bool kept = !kOfTheHeap && size <= most_idle_;
  if (kept) {
    try {
      idle_.push_front({slab, size});
      by_size_[size].push_front(idle_.begin());
      idle_bytes_ += size;
    } catch (...) {
      if (!idle_.empty() && idle_.front().slab == slab) idle_.pop_front();
      const auto alike = by_size_.find(size);
      if (alike != by_size_.end() && alike->second.empty()) by_size_.erase(alike);
      kept = false;
    }
  }
  const std::list<Idle> released = superfluous();
  lock.unlock();
  if (!kept) destroy(slab, size);
  destroy(released);
}

void SlabPool::keep_idle(std::size_t most_bytes) {
  std::unique_lock lock(mutex_);
  most_idle_ = most_bytes;
  const std::list<Idle> released = superfluous();
  lock.unlock();
  destroy(released);
}

/// Those go first that nobody took for longest: what is taken again and again stays. To be
/// destroyed without the lock, since the kernel takes its time over it.
std::list<SlabPool::Idle> SlabPool::superfluous() {
  std::list<Idle> released;
  while (idle_bytes_ > most_idle_) {
    released.splice(released.end(), idle_, std::prev(idle_.end()));
    const std::size_t size = released.back().size;
    const auto alike = by_size_.find(size);
    alike->second.pop_back();
    if (alike->second.empty()) by_size_.erase(alike);
    idle_bytes_ -= size;
  }
  return released;
}

SlabPool::Figures SlabPool::figures() const {
  const std::lock_guard lock(mutex_);
  return {used_bytes_, idle_bytes_};
}

}  // namespace gyre::coverage

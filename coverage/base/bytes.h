#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "coverage/base/slab_pool.h"

namespace gyre::coverage {

/// Takes blocks from the SlabPool, and leaves what is made without a value as it finds it: whoever
/// makes room for values writes all of them. Small blocks begin as zeros.
template <typename T>
struct SlabAllocator {
  static_assert(std::is_trivial_v<T>);
  using value_type = T;

  SlabAllocator() = default;
  template <typename U>
  explicit SlabAllocator(const SlabAllocator<U>& /*other*/) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes >= SlabPool::kLeast) return static_cast<T*>(SlabPool::instance().take(bytes));
    void* const room = ::operator new(bytes);
    std::memset(room, 0, bytes);
    return static_cast<T*>(room);
  }
  void deallocate(T* room, std::size_t count) noexcept {
    const std::size_t bytes = count * sizeof(T);
    if (bytes >= SlabPool::kLeast) {
      SlabPool::instance().give(room, bytes);
    } else {
      ::operator delete(room);
    }
  }
  template <typename U>
  void construct(U* /*place*/) noexcept {}
  template <typename U, typename... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const SlabAllocator&, const SlabAllocator&) { return true; }
};

/// Bytes of values.
using Bytes = std::vector<std::byte, SlabAllocator<std::byte>>;

}  // namespace gyre::coverage

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Whole numbers in any order, in as little memory as their spacing allows: none for even steps, 4
/// bytes each where they are multiples of one span, 8 at worst. Copies share it.
class GYRE_API WholeNumbers {
 public:
  WholeNumbers() = default;
  explicit WholeNumbers(std::span<const std::int64_t> numbers);

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::int64_t operator[](std::size_t index) const {
    return least_ + span_ * multiple(index);
  }
  /// Held beyond the object itself.
  [[nodiscard]] std::size_t bytes() const;
  /// Are the multiples held in the same memory?
  [[nodiscard]] bool shares_with(const WholeNumbers& other) const {
    return narrow_ != nullptr && narrow_ == other.narrow_;
  }
  /// Holds its multiples together with the other, where they are the same: minutes and their
  /// microseconds, say.
  void share_with(const WholeNumbers& other);

  bool operator==(const WholeNumbers& other) const;

 private:
  template <typename T>
  using Shared = std::shared_ptr<const std::vector<T>>;

  [[nodiscard]] std::int64_t multiple(std::size_t index) const {
    if (narrow_) return (*narrow_)[index];
    return wide_ ? (*wide_)[index] : static_cast<std::int64_t>(index);
  }

  std::size_t count_ = 0;
  std::int64_t least_ = 0, span_ = 0;  ///< of even steps the first, and the step
  // How many spans after the least; both absent: the index.
  Shared<std::uint32_t> narrow_;
  Shared<std::int64_t> wide_;
};

}  // namespace gyre::coverage

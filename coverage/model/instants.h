#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/time_instant.h"

namespace gyre::coverage {

/// Reads a sequence whose elements are made when they are asked for, as vectors are read.
template <typename Sequence, typename Element>
class MadeIterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = Element;
  using difference_type = std::ptrdiff_t;
  using reference = Element;
  struct pointer {
    Element element;
    const Element* operator->() const { return &element; }
  };

  MadeIterator() = default;
  MadeIterator(const Sequence* of, std::size_t at) : of_(of), at_(at) {}

  Element operator*() const { return (*of_)[at_]; }
  pointer operator->() const { return {(*of_)[at_]}; }
  Element operator[](difference_type n) const { return *(*this + n); }
  MadeIterator& operator+=(difference_type n) {
    at_ += static_cast<std::size_t>(n);  // modulo: back as well
    return *this;
  }
  MadeIterator& operator-=(difference_type n) { return *this += -n; }
  MadeIterator& operator++() { return *this += 1; }
  MadeIterator& operator--() { return *this += -1; }
  MadeIterator operator++(int) { return std::exchange(*this, *this + 1); }
  MadeIterator operator--(int) { return std::exchange(*this, *this - 1); }
  friend MadeIterator operator+(MadeIterator a, difference_type n) { return a += n; }
  friend MadeIterator operator+(difference_type n, MadeIterator a) { return a += n; }
  friend MadeIterator operator-(MadeIterator a, difference_type n) { return a -= n; }
  friend difference_type operator-(const MadeIterator& a, const MadeIterator& b) {
    return static_cast<difference_type>(a.at_ - b.at_);
  }
  friend bool operator==(const MadeIterator& a, const MadeIterator& b) { return a.at_ == b.at_; }
  friend auto operator<=>(const MadeIterator& a, const MadeIterator& b) { return a.at_ <=> b.at_; }

 private:
  const Sequence* of_ = nullptr;
  std::size_t at_ = 0;
};

/// Points in time of one calendar, in any order, in little memory: series are even, or whole
/// numbers of minutes, hours or days apart, and there may be hundreds of thousands of them. Nothing
/// for even steps, 4 bytes a step where they are multiples of one span, 8 at worst. Read as a
/// vector is.
class GYRE_API Instants {
 public:
  using value_type = TimeInstant;
  using const_iterator = MadeIterator<Instants, TimeInstant>;
  using iterator = const_iterator;

  Instants() = default;
  /// @pre all of one calendar
  explicit Instants(std::span<const TimeInstant> instants);
  /// Microseconds, as TimeInstant counts them.
  Instants(Calendar calendar, std::span<const std::int64_t> microseconds);

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] TimeInstant operator[](std::size_t index) const {
    return {calendar_, least_ + span_ * multiple(index)};
  }
  [[nodiscard]] TimeInstant front() const { return (*this)[0]; }
  [[nodiscard]] TimeInstant back() const { return (*this)[count_ - 1]; }
  [[nodiscard]] const_iterator begin() const { return {this, 0}; }
  [[nodiscard]] const_iterator end() const { return {this, count_}; }
  /// Held beyond the object itself.
  [[nodiscard]] std::size_t bytes() const {
    return narrow_.capacity() * sizeof(narrow_[0]) + wide_.capacity() * sizeof(wide_[0]);
  }

  bool operator==(const Instants&) const = default;

 private:
  [[nodiscard]] std::int64_t multiple(std::size_t index) const {
    if (!narrow_.empty()) return narrow_[index];
    return wide_.empty() ? static_cast<std::int64_t>(index) : wide_[index];
  }

  Calendar calendar_ = Calendar::Standard;
  std::size_t count_ = 0;
  std::int64_t least_ = 0, span_ = 0;  ///< microseconds; of even steps the first, and the step
  // How many spans after the least; both empty: the index.
  std::vector<std::uint32_t> narrow_;
  std::vector<std::int64_t> wide_;
};

/// Periods of one calendar, as Instants holds points.
class GYRE_API Periods {
 public:
  using value_type = TimePeriod;
  using const_iterator = MadeIterator<Periods, TimePeriod>;
  using iterator = const_iterator;

  Periods() = default;
  explicit Periods(std::span<const TimePeriod> periods);

  [[nodiscard]] std::size_t size() const { return first_.size(); }
  [[nodiscard]] bool empty() const { return first_.empty(); }
  [[nodiscard]] TimePeriod operator[](std::size_t index) const {
    return {first_[index], last_[index]};
  }
  [[nodiscard]] const_iterator begin() const { return {this, 0}; }
  [[nodiscard]] const_iterator end() const { return {this, size()}; }

  bool operator==(const Periods&) const = default;

 private:
  Instants first_, last_;
};

}  // namespace gyre::coverage

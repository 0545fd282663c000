#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <utility>

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

}  // namespace gyre::coverage

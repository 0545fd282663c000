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

/// What vectors offer to readers, of a sequence that has size() and operator[].
template <typename Sequence, typename Element>
class MadeSequence {
 public:
  using value_type = Element;
  using const_iterator = MadeIterator<Sequence, Element>;
  using iterator = const_iterator;

  [[nodiscard]] bool empty() const { return self().size() == 0; }
  [[nodiscard]] Element front() const { return self()[0]; }
  [[nodiscard]] Element back() const { return self()[self().size() - 1]; }
  [[nodiscard]] const_iterator begin() const { return {&self(), 0}; }
  [[nodiscard]] const_iterator end() const { return {&self(), self().size()}; }

  bool operator==(const MadeSequence&) const = default;

 private:
  [[nodiscard]] const Sequence& self() const { return static_cast<const Sequence&>(*this); }
};

}  // namespace gyre::coverage

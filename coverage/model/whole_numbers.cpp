#include "coverage/model/whole_numbers.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace gyre::coverage {
namespace {

/// Modulo 2^64: no difference of two numbers is out of range.
std::uint64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
}

bool is_even(std::span<const std::int64_t> all) {
  for (std::size_t i = 2; i < all.size(); ++i) {
    if (difference(all[i], all[i - 1]) != difference(all[1], all[0])) return false;
  }
  return true;
}

template <typename T>
std::shared_ptr<const std::vector<T>> multiples(std::span<const std::int64_t> numbers,
                                                std::int64_t least, std::int64_t span) {
  auto all = std::make_shared<std::vector<T>>();
  all->reserve(numbers.size());
  for (const std::int64_t one : numbers) all->push_back(static_cast<T>((one - least) / span));
  return all;
}

/// Of the same numbers, or both of none.
template <typename T>
bool same(const std::shared_ptr<const std::vector<T>>& a,
          const std::shared_ptr<const std::vector<T>>& b) {
  return a == b || (a && b && *a == *b);
}

}  // namespace

WholeNumbers::WholeNumbers(std::span<const std::int64_t> numbers) : count_(numbers.size()) {
  if (numbers.empty()) return;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  if (difference(*most, *least) > kMost) {  // so far apart that they are held as they are
    span_ = 1;
    wide_ = std::make_shared<const std::vector<std::int64_t>>(numbers.begin(), numbers.end());
    return;
  }
  if (is_even(numbers)) {
    least_ = numbers.front();
    span_ = numbers.size() > 1 ? numbers[1] - numbers[0] : 0;
    return;
  }
  least_ = *least;
  for (const std::int64_t one : numbers) span_ = std::gcd(span_, one - least_);
  if ((*most - least_) / span_ <= std::numeric_limits<std::uint32_t>::max()) {
    narrow_ = multiples<std::uint32_t>(numbers, least_, span_);
  } else {
    wide_ = multiples<std::int64_t>(numbers, least_, span_);
  }
}

std::size_t WholeNumbers::bytes() const {
  return narrow_ ? narrow_->size() * sizeof((*narrow_)[0])
         : wide_ ? wide_->size() * sizeof((*wide_)[0])
                 : 0;
}

void WholeNumbers::share_with(const WholeNumbers& other) {
  if (same(narrow_, other.narrow_)) narrow_ = other.narrow_;
}

bool WholeNumbers::operator==(const WholeNumbers& other) const {
  return count_ == other.count_ && least_ == other.least_ && span_ == other.span_ &&
         same(narrow_, other.narrow_) && same(wide_, other.wide_);
}

}  // namespace gyre::coverage

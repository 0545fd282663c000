#pragma once

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/made_sequence.h"
#include "coverage/model/whole_numbers.h"

namespace gyre::coverage {

/// The values of a coordinate, as they are to the last bit, in little memory: those that count
/// whole units, or binary fractions of them, as WholeNumbers (where a zero has no sign); others as
/// they are. Read as a vector is.
class GYRE_API CoordinateValues : public MadeSequence<CoordinateValues, double> {
 public:
  CoordinateValues() = default;
  CoordinateValues(std::vector<double> values);  // NOLINT(google-explicit-constructor)
  CoordinateValues(std::initializer_list<double> values)
      : CoordinateValues(std::vector<double>(values)) {}

  [[nodiscard]] std::size_t size() const { return plain_.empty() ? whole_.size() : plain_.size(); }
  [[nodiscard]] double operator[](std::size_t index) const {
    return plain_.empty() ? unit_ * static_cast<double>(whole_[index]) : plain_[index];
  }
  [[nodiscard]] const WholeNumbers& whole() const { return whole_; }
  /// See WholeNumbers.
  void share_with(const WholeNumbers& other) { whole_.share_with(other); }
  /// Held beyond the object itself.
  [[nodiscard]] std::size_t bytes() const {
    return whole_.bytes() + plain_.capacity() * sizeof(plain_[0]);
  }

  bool operator==(const CoordinateValues&) const = default;

 private:
  WholeNumbers whole_;
  double unit_ = 1;
  std::vector<double> plain_;
};

}  // namespace gyre::coverage

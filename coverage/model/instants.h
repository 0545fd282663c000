#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "coverage/base/export.h"
#include "coverage/model/made_sequence.h"
#include "coverage/model/time_instant.h"
#include "coverage/model/whole_numbers.h"

namespace gyre::coverage {

/// Points in time of one calendar, in any order, in little memory: series are even, or whole
/// numbers of minutes, hours or days apart, and there may be hundreds of thousands of them. Read as
/// a vector is.
class GYRE_API Instants : public MadeSequence<Instants, TimeInstant> {
 public:
  Instants() = default;
  /// @pre all of one calendar
  explicit Instants(std::span<const TimeInstant> instants);
  /// Microseconds, as TimeInstant counts them.
  Instants(Calendar calendar, std::span<const std::int64_t> microseconds)
      : calendar_(calendar), microseconds_(microseconds) {}

  [[nodiscard]] std::size_t size() const { return microseconds_.size(); }
  [[nodiscard]] TimeInstant operator[](std::size_t index) const {
    return {calendar_, microseconds_[index]};
  }
  [[nodiscard]] const WholeNumbers& microseconds() const { return microseconds_; }

  bool operator==(const Instants&) const = default;

 private:
  Calendar calendar_ = Calendar::Standard;
  WholeNumbers microseconds_;
};

/// Periods of one calendar, as Instants holds points.
class GYRE_API Periods : public MadeSequence<Periods, TimePeriod> {
 public:
  Periods() = default;
  explicit Periods(std::span<const TimePeriod> periods);

  [[nodiscard]] std::size_t size() const { return first_.size(); }
  [[nodiscard]] TimePeriod operator[](std::size_t index) const {
    return {first_[index], last_[index]};
  }

  bool operator==(const Periods&) const = default;

 private:
  Instants first_, last_;
};

}  // namespace gyre::coverage

#pragma once

#include <chrono>

namespace gyre::coverage {

/// Where "now" comes from. An input everywhere, so that tests decide what time it is.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Microseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
  [[nodiscard]] virtual std::int64_t now_us() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_us() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::int64_t now_us) : now_us_(now_us) {}
  [[nodiscard]] std::int64_t now_us() const override { return now_us_; }

 private:
  std::int64_t now_us_;
};

}  // namespace gyre::coverage

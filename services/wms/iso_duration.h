#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "coverage/model/time_instant.h"

namespace gyre::wms {

/// ISO 8601 duration, "P1M", "PT6H". Months are counted in the calendar, the rest is a length.
struct IsoDuration {
  std::int64_t months = 0, microseconds = 0;
  bool operator==(const IsoDuration&) const = default;
};

/// Absent when malformed or absurdly long. Weeks are read, never written.
[[nodiscard]] std::optional<IsoDuration> parse_duration(std::string_view text);
/// @pre positive, and months or microseconds, not both
[[nodiscard]] std::string duration_text(const IsoDuration& duration);
/// `instant` moved by `turns` durations; a day that the month does not have is its last.
[[nodiscard]] coverage::TimeInstant moved(const coverage::TimeInstant& instant,
                                          const IsoDuration& duration, std::int64_t turns);

}  // namespace gyre::wms

#include "coverage/archive/known_ranges.h"

#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "coverage/base/log.h"

namespace gyre::coverage {
namespace {

constexpr std::string_view kNone = "none";

KnownRanges::Range range_of(std::string_view text) {
  double low = 0, high = 0;
  const auto [after_low, first] = std::from_chars(text.data(), text.data() + text.size(), low);
  if (first != std::errc() || after_low == text.data() + text.size()) return std::nullopt;
  const auto [end, second] = std::from_chars(after_low + 1, text.data() + text.size(), high);
  if (second != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::pair{low, high};
}

}  // namespace

KnownRanges::Range KnownRanges::range(const std::string& of,
                                      const std::function<Range()>& find) const {
  if (catalogue_ == nullptr) return find();
  const std::string subject = subject_ + "\n" + of;
  try {
    if (const auto kept = catalogue_->fact(subject, stamp_)) {
      if (*kept == kNone) return std::nullopt;
      if (const Range range = range_of(*kept)) return range;
    }
  } catch (const std::runtime_error& error) {
    log(LogLevel::Warning, error.what());
  }
  const Range found = find();
  try {
    catalogue_->keep_fact(
        subject, stamp_,
        found ? fmt::format("{} {}", found->first, found->second) : std::string(kNone));
  } catch (const std::runtime_error& error) {
    log(LogLevel::Warning, error.what());
  }
  return found;
}

}  // namespace gyre::coverage

#include "services/ows/lifetime.h"

#include <algorithm>

#include <fmt/format.h>

#include "services/http/entity_tag.h"

namespace gyre::ows {

bool is_closed(const coverage::Dataset& dataset, const coverage::TimeInstant& step,
               const Context& context) {
  constexpr std::int64_t kDay_us = 86'400LL * 1'000'000;
  const std::optional<long> days =
      dataset.closed_after_days ? dataset.closed_after_days : context.caching.closed_after_days;
  if (!days) return false;
  const std::int64_t now_us = coverage::now_in(step.calendar(), context.clock->now_us());
  return step.microseconds() < now_us - *days * kDay_us;
}

std::string data_tag(const coverage::Dataset& published, const Context& context) {
  if (published.version == 0 || context.asked.empty()) return {};
  return http::strong_tag(fmt::format("{} {}", published.version, context.asked));
}

bool is_known(const std::string& tag, const Context& context) {
  return !tag.empty() && http::names_tag(context.if_none_match, tag);
}

std::string cache_control(const Lifetime& lifetime, const Context& context) {
  const Caching& caching = context.caching;
  if (lifetime.closed && caching.closed_max_age_s > 0) {
    return fmt::format("max-age={}, immutable", caching.closed_max_age_s);
  }
  std::int64_t age_s = static_cast<std::int64_t>(caching.max_age_s);
  if (lifetime.until_us) {
    const std::int64_t left_us = *lifetime.until_us - context.clock->now_us();
    age_s = std::clamp<std::int64_t>(left_us / 1'000'000, 0, age_s);
  }
  // Who asks a cache gets what that may have kept as long, and keeps it as long once more.
  age_s /= 2;
  return age_s == 0 ? "no-cache" : fmt::format("max-age={}", age_s);
}

}  // namespace gyre::ows

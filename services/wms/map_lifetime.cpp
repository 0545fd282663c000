#include "services/wms/map_lifetime.h"

#include <algorithm>
#include <array>

#include "services/http/text.h"

namespace gyre::wms {
namespace {

/// Does it mean another step when time goes on?
bool follows_the_clock(const std::optional<std::string>& asked) {
  if (!asked || http::trimmed(*asked).empty()) return true;
  constexpr std::array<std::string_view, 4> kNow{"current", "present", "now", "latest"};
  const std::string text = http::lower_case(*asked);
  return std::any_of(kNow.begin(), kNow.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// Of ranges, lists and years there may be steps tomorrow that are not there today.
bool is_named(const coverage::Axis& axis, const Chosen& chosen, const std::string& asked) {
  return chosen.warning.empty() &&
         coverage::names_step(axis, chosen.index, std::string(http::trimmed(asked)));
}

}  // namespace

ows::Lifetime lifetime_of(const std::vector<LayerQuery>& layers, const ows::Context& context) {
  ows::Lifetime lifetime{!layers.empty(), std::nullopt};
  for (const LayerQuery& layer : layers) {
    bool has_time = false;
    for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
      const Dimension& dimension = layer.dimensions[d];
      if (dimension.kind != Dimension::Kind::Time) continue;
      has_time = true;
      const coverage::Axis& axis = layer.coverage->domain_set.axes()[dimension.axis];
      const auto asked = asked_of(dimension, axis, layer.values);
      // Of runs: which forecast is shown may follow from what else is asked.
      if (layer.forecasts || follows_the_clock(asked)) {
        lifetime.closed = false;
        const auto next = next_default_us(axis, context.clock->now_us());
        if (next && (!lifetime.until_us || *next < *lifetime.until_us)) lifetime.until_us = next;
        continue;
      }
      const Chosen& chosen = layer.chosen[d];
      lifetime.closed =
          lifetime.closed && is_named(axis, chosen, *asked) &&
          ows::is_closed(*layer.published, axis.data().instants[chosen.index], context);
    }
    lifetime.closed = lifetime.closed && has_time;
  }
  return lifetime;
}

}  // namespace gyre::wms

#include "services/ows/document_cache.h"

#include <algorithm>

#include <fmt/format.h>

namespace gyre::ows {
namespace {

/// Parts may hold anything: their lengths tell them apart.
std::string key_of(const std::string& what, const Context& context) {
  std::string key;
  for (const std::string* part :
       {&context.principal.visibility_class, &context.dataset_scope, &context.language,
        &context.base_url, &context.service_url, &what}) {
    key += fmt::format("{}:{}", part->size(), *part);
  }
  return key;
}

}  // namespace

DocumentCache::DocumentCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

bool DocumentCache::is_current(const Place& place, const Context& context) {
  if (!place.found.document || place.generation != context.catalogue->generation() ||
      place.identity != context.identity) {
    return false;
  }
  const auto& until = place.found.valid_until_us;
  return !until || *until > context.clock->now_us();
}

DocumentCache::Found DocumentCache::get(const std::string& what, const Context& context,
                                        const std::function<Made()>& make) {
  const std::string key = key_of(what, context);
  std::shared_ptr<Place> place;
  const auto found_in_place = [&]() -> std::optional<Found> {
    if (!is_current(*place, context)) return std::nullopt;
    place->used = ++uses_;
    return place->found;
  };
  {
    const std::lock_guard lock(mutex_);
    auto& known = places_[key];
    if (!known) known = std::make_shared<Place>();
    place = known;
    if (const auto found = found_in_place()) return *found;
  }
  const std::lock_guard making(place->making);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = found_in_place()) return *found;
  }
  try {
    Made made = make();
    const Found found{std::make_shared<const http::Document>(std::move(made.text)),
                      made.valid_until_us};
    keep(key, place, found, context);
    return found;
  } catch (...) {
    const std::lock_guard lock(mutex_);
    const auto here = places_.find(key);
    if (here != places_.end() && here->second == place && !place->found.document) {
      places_.erase(here);
    }
    throw;
  }
}

void DocumentCache::keep(const std::string& key, const std::shared_ptr<Place>& place,
                         const Found& found, const Context& context) {
  constexpr std::size_t kBeside = 1024;  // the key, twice, and the place
  const std::uint64_t generation = context.catalogue->generation();
  const std::lock_guard lock(mutex_);
  const auto here = places_.find(key);
  if (here != places_.end() && here->second != place) return;  // dropped meanwhile, and made anew
  if (here == places_.end()) places_.emplace(key, place);
  if (place->found.document && place->generation > generation) return;  // who asks began long ago
  bytes_ -= place->bytes;
  place->found = found;
  place->generation = generation;
  place->identity = context.identity;
  place->bytes = found.document->size_bytes() + 2 * key.size() + kBeside;
  place->used = ++uses_;
  bytes_ += place->bytes;
  const auto drop = [this](auto which) {
    bytes_ -= which->second->bytes;
    which->second->bytes = 0;
    return places_.erase(which);
  };
  for (auto it = places_.begin(); it != places_.end();) {
    const bool old = it->second->found.document && it->second->generation < generation;
    it = old ? drop(it) : std::next(it);
  }
  while (bytes_ > most_bytes_) {
    const auto oldest =
        std::min_element(places_.begin(), places_.end(), [](const auto& a, const auto& b) {
          // Places where something is being made hold nothing yet.
          const auto rank = [](const Place& p) { return std::pair(p.bytes == 0, p.used); };
          return rank(*a.second) < rank(*b.second);
        });
    drop(oldest);
  }
}

std::size_t DocumentCache::size_bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace gyre::ows

#include "services/wms/map_cache.h"

#include <algorithm>
#include <functional>

#include "coverage/base/explanation.h"
#include "coverage/base/work.h"

namespace gyre::wms {
namespace {

/// Of what tells one picture from another most often.
std::size_t hash_of(const GetMap& request) {
  std::size_t hash = 0;
  const auto add = [&](const auto& value) {
    hash = (hash ^ std::hash<std::decay_t<decltype(value)>>()(value)) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
  };
  const MapPart& map = request.map;
  for (const std::string& layer : map.layers) add(layer);
  for (const std::string& style : map.styles) add(style);
  for (const auto& [name, value] : map.dimensions) add(value);
  add(map.envelope.min_x);
  add(map.envelope.min_y);
  add(map.envelope.max_x);
  add(map.envelope.max_y);
  add(map.width);
  add(map.height);
  add(request.format);
  return hash;
}

std::vector<std::size_t> samples_of(const LayerQuery& layer) {
  std::vector<std::size_t> samples;
  for (const Chosen& chosen : layer.chosen) samples.push_back(chosen.index);
  return samples;
}

}  // namespace

MapCache::Key::Key(const GetMap& asked, const std::vector<LayerQuery>& of)
    : request(asked), hash(hash_of(asked)) {
  for (const LayerQuery& layer : of) {
    layers.push_back({layer.published, layer.forecasts_of, samples_of(layer)});
  }
}

bool MapCache::Key::operator==(const Key& other) const {
  const auto same = [](const Shown& a, const Shown& b) {
    const bool one_dataset =
        !a.published.owner_before(b.published) && !b.published.owner_before(a.published);
    return one_dataset && a.forecasts_of == b.forecasts_of && a.samples == b.samples;
  };
  return hash == other.hash && request == other.request &&
         std::equal(layers.begin(), layers.end(), other.layers.begin(), other.layers.end(), same);
}

http::Response MapCache::get(const GetMap& request, const std::vector<LayerQuery>& layers,
                             const std::function<http::Response()>& draw) {
  const Key key(request, layers);
  if (auto kept = find(key)) {
    const std::lock_guard lock(mutex_);
    ++hits_;
    return *std::move(kept);
  }
  {
    const std::lock_guard lock(mutex_);
    ++misses_;
  }
  const auto unseen = [](const LayerQuery& layer) { return layer.published->may_change_unseen(); };
  if (coverage::current_work().explanation != nullptr ||  // it shows nothing
      std::any_of(layers.begin(), layers.end(), unseen)) {
    return draw();
  }
  return *flights_.get(key, [&] {
    if (auto kept = find(key)) return std::make_shared<const http::Response>(*std::move(kept));
    const auto drawn = std::make_shared<const http::Response>(draw());
    keep(key, *drawn);
    return drawn;
  });
}

std::optional<http::Response> MapCache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto [begin, end] = places_.equal_range(key.hash);
  for (auto place = begin; place != end; ++place) {
    const auto at = place->second;
    if (!(at->key == key)) continue;
    if (auto* const explanation = coverage::current_work().explanation) {
      explanation->add_kept_answer();
    }
    recent_.splice(recent_.begin(), recent_, at);
    return at->answer;
  }
  return std::nullopt;
}

void MapCache::keep(const Key& key, const http::Response& answer) {
  const auto* const body = std::get_if<std::string>(&answer.body);
  constexpr std::size_t kBeside = 1024;  // the request and the lists
  const std::size_t bytes = body == nullptr ? 0 : body->size() + kBeside;
  if (bytes == 0 || bytes > most_bytes_ / 16 || answer.status != 200) return;
  Kept kept{key, answer, bytes};
  const std::lock_guard lock(mutex_);
  // Of an older generation.
  const auto [begin, end] = places_.equal_range(key.hash);
  for (auto place = begin; place != end;) {
    const auto at = (place++)->second;
    if (at->key.request == key.request) drop(at);
  }
  bytes_ += bytes;
  recent_.push_front(std::move(kept));
  places_.emplace(key.hash, recent_.begin());
  while (bytes_ > most_bytes_) drop(std::prev(recent_.end()));
}

void MapCache::drop(std::list<Kept>::iterator at) {
  const auto [begin, end] = places_.equal_range(at->key.hash);
  for (auto place = begin; place != end; ++place) {
    if (place->second != at) continue;
    places_.erase(place);
    break;
  }
  bytes_ -= at->bytes;
  recent_.erase(at);
}

MapCache::Figures MapCache::figures() const {
  const std::lock_guard lock(mutex_);
  return {bytes_, most_bytes_, hits_, misses_};
}

}  // namespace gyre::wms

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

bool may_change_unseen(const coverage::Dataset& dataset) {
  return dataset.format.starts_with("Zarr");
}

std::vector<MapCache::Shown> MapCache::shown_by(const std::vector<LayerQuery>& layers) {
  std::vector<Shown> shown;
  for (const LayerQuery& layer : layers) {
    shown.push_back({layer.published, layer.forecasts_of, samples_of(layer)});
  }
  return shown;
}

bool MapCache::is_same(const std::vector<Shown>& kept, const std::vector<LayerQuery>& layers) {
  if (kept.size() != layers.size()) return false;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (kept[k].published.lock() != layers[k].published) return false;
    if (kept[k].forecasts_of != layers[k].forecasts_of) return false;
    if (kept[k].samples != samples_of(layers[k])) return false;
  }
  return true;
}

std::optional<http::Response> MapCache::find(const GetMap& request,
                                             const std::vector<LayerQuery>& layers) {
  const std::size_t hash = hash_of(request);
  const std::lock_guard lock(mutex_);
  const auto [begin, end] = places_.equal_range(hash);
  for (auto place = begin; place != end; ++place) {
    const auto at = place->second;
    if (!(at->request == request)) continue;
    if (!is_same(at->layers, layers)) continue;
    if (auto* const explanation = coverage::current_work().explanation) {
      explanation->add_kept_answer();
    }
    recent_.splice(recent_.begin(), recent_, at);
    ++hits_;
    return at->answer;
  }
  ++misses_;
  return std::nullopt;
}

void MapCache::keep(const GetMap& request, const std::vector<LayerQuery>& layers,
                    const http::Response& answer) {
  if (coverage::current_work().explanation != nullptr) return;  // it shows nothing
  const auto* const body = std::get_if<std::string>(&answer.body);
  constexpr std::size_t kBeside = 1024;  // the request and the lists
  const std::size_t bytes = body == nullptr ? 0 : body->size() + kBeside;
  if (bytes == 0 || bytes > most_bytes_ / 16 || answer.status != 200) return;
  const auto unseen = [](const LayerQuery& layer) { return may_change_unseen(*layer.published); };
  if (std::any_of(layers.begin(), layers.end(), unseen)) return;
  Kept kept{request, shown_by(layers), answer, hash_of(request), bytes};
  const std::lock_guard lock(mutex_);
  // Of an older generation, or made by two at once.
  const auto [begin, end] = places_.equal_range(kept.hash);
  for (auto place = begin; place != end;) {
    const auto at = (place++)->second;
    if (at->request == request) drop(at);
  }
  bytes_ += bytes;
  recent_.push_front(std::move(kept));
  places_.emplace(recent_.front().hash, recent_.begin());
  while (bytes_ > most_bytes_) drop(std::prev(recent_.end()));
}

void MapCache::drop(std::list<Kept>::iterator at) {
  const auto [begin, end] = places_.equal_range(at->hash);
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

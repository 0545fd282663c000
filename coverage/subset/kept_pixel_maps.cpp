#include <array>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "coverage/base/memory_budget.h"
#include "coverage/base/single_flight.h"
#include "coverage/subset/pixel_map.h"

namespace gyre::coverage {
namespace {

/// All that a map depends on, by what it is and not by what it is called: the dataset may be read
/// anew with another grid, and several datasets lie on one.
struct MapKey {
  std::string geometry;      ///< its hash; empty: the axes tell
  std::optional<Axis> x, y;  ///< where they tell
  Crs native;
  TargetGrid target;

  MapKey(const DomainSet& domain_set, const TargetGrid& asked)
      : native(domain_set.crs()), target(asked) {
    if (domain_set.geometry() != nullptr) {
      geometry = domain_set.geometry()->hash();
    } else {
      x = domain_set.axes()[domain_set.x()];
      y = domain_set.axes()[domain_set.y()];
    }
  }

  static bool same_cells(const std::optional<Axis>& a, const std::optional<Axis>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return *a == *b && a->data().geographic_longitude == b->data().geographic_longitude &&
           a->data().geographic_latitude == b->data().geographic_latitude;
  }

  bool operator==(const MapKey& other) const {
    return target.width == other.target.width && target.height == other.target.height &&
           target.envelope == other.target.envelope && target.crs == other.target.crs &&
           native == other.native && geometry == other.geometry && same_cells(x, other.x) &&
           same_cells(y, other.y);
  }

  /// Of what tells one map from another most often.
  struct Hash {
    std::size_t operator()(const MapKey& key) const {
      const Envelope& box = key.target.envelope;
      std::array<double, 9> told{box.min_x,
                                 box.min_y,
                                 box.max_x,
                                 box.max_y,
                                 static_cast<double>(key.target.width),
                                 static_cast<double>(key.target.height),
                                 key.x ? key.x->centres().front() : 0,
                                 key.x ? key.x->centres().back() : 0,
                                 key.y ? key.y->centres().back() : 0};
      const std::string_view bytes(reinterpret_cast<const char*>(told.data()), sizeof(told));
      return std::hash<std::string_view>()(bytes) ^ std::hash<std::string>()(key.geometry);
    }
  };

  /// The axes may be kept by nobody else any more.
  [[nodiscard]] std::size_t bytes() const {
    std::size_t cells = 0;
    for (const auto& axis : {std::cref(x), std::cref(y)}) {
      if (axis.get()) cells += axis.get()->centres().size() + axis.get()->data().bounds.size();
    }
    return sizeof(MapKey) + cells * sizeof(double);
  }
};

/// Maps that were asked for last, up to memory_shares().pixel_maps.
class KeptMaps {
 public:
  using Map = std::shared_ptr<const PixelMap>;

  Map get(const MapKey& key, const std::function<Map()>& make) {
    if (Map kept = find(key)) return kept;
    return flights_.get(key, [&] {
      if (Map kept = find(key)) return kept;
      Map made = make();
      keep(key, made);
      return made;
    });
  }

 private:
  struct Kept {
    MapKey key;
    Map map;
    std::size_t bytes;
  };

  Map find(const MapKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second);
    return found->second->map;
  }

  void keep(const MapKey& key, const Map& map) {
    const std::size_t most = memory_shares().pixel_maps;
    const std::size_t bytes = map->bytes() + 2 * key.bytes();
    if (bytes > most / 4) return;  // would push out all else
    const std::lock_guard lock(mutex_);
    recent_.push_front({key, map, bytes});
    places_.emplace(key, recent_.begin());
    bytes_ += bytes;
    while (bytes_ > most) {
      bytes_ -= recent_.back().bytes;
      places_.erase(recent_.back().key);
      recent_.pop_back();
    }
  }

  std::mutex mutex_;
  std::list<Kept> recent_;
  std::unordered_map<MapKey, std::list<Kept>::iterator, MapKey::Hash> places_;
  std::size_t bytes_ = 0;
  SingleFlight<MapKey, PixelMap, MapKey::Hash> flights_;
};

}  // namespace

std::shared_ptr<const PixelMap> pixel_map_of(const DomainSet& domain_set,
                                             const TargetGrid& target) {
  static KeptMaps kept;
  return kept.get(MapKey(domain_set, target), [&] {
    return std::make_shared<const PixelMap>(domain_set, target,
                                            PixelWindow{0, 0, target.width, target.height});
  });
}

}  // namespace gyre::coverage

#include <list>
#include <map>
#include <mutex>
#include <string>

#include <fmt/format.h>

#include "coverage/base/memory_budget.h"
#include "coverage/subset/pixel_map.h"

namespace gyre::coverage {
namespace {

/// Maps by what they depend on. A map asked for by two threads at once may be made twice.
class KeptMaps {
 public:
  template <typename Make>
  std::shared_ptr<const PixelMap> get(const std::string& key, Make&& make) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = places_.find(key);
      if (found != places_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return found->second->map;
      }
    }
    const std::shared_ptr<const PixelMap> made = make();
    const std::size_t bytes = made->width() * made->height() * 2 * sizeof(std::int32_t);
    if (bytes > memory_shares().pixel_maps / 4) return made;
    const std::lock_guard lock(mutex_);
    if (places_.contains(key)) return made;
    recent_.push_front({key, made, bytes});
    places_.emplace(key, recent_.begin());
    bytes_ += bytes;
    while (bytes_ > memory_shares().pixel_maps) {
      bytes_ -= recent_.back().bytes;
      places_.erase(recent_.back().key);
      recent_.pop_back();
    }
    return made;
  }

 private:
  struct Kept {
    std::string key;
    std::shared_ptr<const PixelMap> map;
    std::size_t bytes;
  };
  std::mutex mutex_;
  std::list<Kept> recent_;
  std::map<std::string, std::list<Kept>::iterator, std::less<>> places_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::shared_ptr<const PixelMap> pixel_map_of(const DomainSet& domain_set,
                                             const TargetGrid& target) {
  const auto make = [&] {
    return std::make_shared<const PixelMap>(domain_set, target,
                                            PixelWindow{0, 0, target.width, target.height});
  };
  if (domain_set.geometry() == nullptr) return make();
  static KeptMaps kept;
  const Envelope& box = target.envelope;
  return kept.get(fmt::format("{} {} {:a} {:a} {:a} {:a} {} {}", domain_set.geometry()->hash(),
                              target.crs.hash(), box.min_x, box.min_y, box.max_x, box.max_y,
                              target.width, target.height),
                  make);
}

}  // namespace gyre::coverage

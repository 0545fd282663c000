#include "coverage/source/chunks/held_planes.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "coverage/base/memory_budget.h"
#include "coverage/base/waiting_line.h"

namespace gyre::coverage {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kTurn{1000};      ///< while others wait
constexpr std::chrono::milliseconds kStalled{250};    ///< since the last reading
constexpr std::size_t kSmall = std::size_t{1} << 20;  ///< so many bytes are held without a turn

}  // namespace

struct HeldPlanes::Turns {
  std::mutex mutex;
  std::size_t claimed = 0;  ///< by those that have a turn
  std::list<HeldPlanes*> having;
  WaitingLine waiting;

  /// Takes the turns of those whose clients do not take what was read. With the lock held.
  void end_stalled() {
    const Clock::time_point now = Clock::now();
    for (auto at = having.begin(); at != having.end();) {
      HeldPlanes& other = **at++;
      if (!other.reading_ && now - other.reading_ended_ > kStalled) other.give_up();
    }
  }
};

HeldPlanes::Turns& HeldPlanes::turns() {
  static Turns all;
  return all;
}

/// With the lock held.
void HeldPlanes::give_up() {
  planes_.clear();
  bytes_ = 0;
  const std::size_t claimed = std::exchange(claimed_, 0);
  if (claimed <= kSmall) return;
  Turns& all = turns();
  all.claimed -= claimed;
  all.having.erase(place_);
  all.waiting.look_again();
}

HeldPlanes::~HeldPlanes() {
  const std::lock_guard lock(turns().mutex);
  give_up();
}

HeldPlanes::Reading::Reading(HeldPlanes& held, std::size_t bytes) : held_(held) {
  Turns& all = turns();
  const std::size_t all_kept = memory_shares().decoded_chunks, limit = all_kept / 2;
  bytes = std::min(bytes, all_kept);
  std::unique_lock lock(all.mutex);
  const bool goes_on = held.claimed_ >= bytes && (all.waiting.empty() || bytes <= kSmall ||
                                                  Clock::now() - held.turn_began_ < kTurn);
  if (!goes_on) {
    held.give_up();
    if (bytes > kSmall) {
      all.waiting.wait(lock, [&] {
        all.end_stalled();
        return all.claimed == 0 || all.claimed + bytes <= limit;
      });
      held.place_ = all.having.insert(all.having.end(), &held);
      all.claimed += bytes;
    }
    held.claimed_ = bytes;
    held.turn_began_ = Clock::now();
  }
  held.reading_ = true;
  for (auto& [key, plane] : held.planes_) plane.used = false;
}

HeldPlanes::Reading::~Reading() {
  const std::lock_guard lock(turns().mutex);
  std::erase_if(held_.planes_, [&](const auto& held) {
    if (!held.second.used) held_.bytes_ -= held.second.plane->size();
    return !held.second.used;
  });
  held_.reading_ = false;
  held_.reading_ended_ = Clock::now();
}

std::vector<HeldPlanes::Plane> HeldPlanes::find(const ChunkKey& chunk,
                                                const std::vector<std::size_t>& wanted) {
  const std::lock_guard lock(turns().mutex);
  std::vector<Plane> planes;
  ChunkKey key = chunk;
  for (const std::size_t plane : wanted) {
    key.plane = plane;
    const auto at = planes_.find(key);
    if (at == planes_.end()) return {};
    at->second.used = true;
    planes.push_back(at->second.plane);
  }
  return planes;
}

void HeldPlanes::hold(const ChunkKey& chunk, const std::vector<std::size_t>& wanted,
                      const std::vector<Plane>& planes) {
  const std::lock_guard lock(turns().mutex);
  if (!reading_) return;
  ChunkKey key = chunk;
  const auto room_for = [&](std::size_t bytes) {
    // What the Reading before used goes for what this one does: the next row of chunks.
    for (auto at = planes_.begin(); at != planes_.end() && bytes_ + bytes > claimed_;) {
      if (at->second.used) {
        ++at;
        continue;
      }
      bytes_ -= at->second.plane->size();
      at = planes_.erase(at);
    }
    return bytes_ + bytes <= claimed_;
  };
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    key.plane = wanted[i];
    if (planes_.contains(key) || !room_for(planes[i]->size())) continue;
    bytes_ += planes[i]->size();
    planes_.emplace(key, Held{planes[i], true});
  }
}

}  // namespace gyre::coverage

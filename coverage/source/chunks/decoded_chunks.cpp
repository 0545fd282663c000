#include "coverage/source/chunks/decoded_chunks.h"

#include <algorithm>
#include <iterator>

#include "coverage/base/fingerprint.h"
#include "coverage/base/work.h"
#include "coverage/source/chunks/held_planes.h"

namespace gyre::coverage {
namespace {

bool is_bulk() { return current_work().priority == Priority::Bulk; }

}  // namespace

ChunkKey generation_key(const std::string& path, const FileIdentity& identity) {
  std::string told = path;
  const auto add = [&](const auto& number) {
    told.append(reinterpret_cast<const char*>(&number), sizeof(number));
  };
  add(identity.inode);
  add(identity.modified_ns);
  add(identity.size);
  const Fingerprint hash = fingerprint_of(told);
  return {hash.high, hash.low, 0, 0};
}

std::size_t ChunkKey::Hash::operator()(const ChunkKey& key) const {
  const std::uint64_t state = (key.low ^ key.number ^ (key.plane << 48)) * 0x9E3779B97F4A7C15ULL;
  return state ^ (state >> 29) ^ key.high;
}

std::vector<DecodedChunks::Plane> DecodedChunks::found(const ChunkKey& chunk,
                                                       const std::vector<std::size_t>& wanted) {
  std::vector<Plane> planes;
  ChunkKey key = chunk;
  for (const std::size_t plane : wanted) {
    key.plane = plane;
    const auto at = known_.find(key);
    if (at == known_.end()) return {};
    Kept& kept = *at->second;
    const bool stays_bulk = kept.bulk && is_bulk();
    if (kept.bulk && !stays_bulk) bulk_bytes_ -= kept.plane->size();
    order(stays_bulk).splice(order(stays_bulk).begin(), order(kept.bulk), at->second);
    kept.bulk = stays_bulk;
    planes.push_back(kept.plane);
  }
  ++hits_;
  return planes;
}

std::vector<DecodedChunks::Plane> DecodedChunks::find(const ChunkKey& chunk,
                                                      const std::vector<std::size_t>& wanted) {
  HeldPlanes* const held = current_work().held;
  std::vector<Plane> planes;
  if (held != nullptr) planes = held->find(chunk, wanted);
  {
    const std::lock_guard lock(mutex_);
    if (!planes.empty()) {
      ++hits_;
      return planes;
    }
    planes = found(chunk, wanted);
  }
  if (held != nullptr && !planes.empty()) held->hold(chunk, wanted, planes);
  return planes;
}

bool DecodedChunks::has(const ChunkKey& chunk, const std::vector<std::size_t>& wanted) const {
  const std::lock_guard lock(mutex_);
  ChunkKey key = chunk;
  return std::all_of(wanted.begin(), wanted.end(), [&](std::size_t plane) {
    key.plane = plane;
    return known_.contains(key);
  });
}

std::vector<DecodedChunks::Plane> DecodedChunks::get(const ChunkKey& chunk, std::size_t count,
                                                     const std::vector<std::size_t>& wanted,
                                                     const std::function<PlaneMaker()>& decode) {
  if (DecodedChunks* const own = current_work().chunks; own != nullptr && own != this) {
    if (auto kept = find(chunk, wanted); !kept.empty()) return kept;
    return own->get(chunk, count, wanted, decode);
  }
  if (current_work().explanation != nullptr && !has(chunk, wanted)) {
    const PlaneMaker make = decode();
    std::vector<Plane> planes;
    for (const std::size_t plane : wanted) {
      planes.push_back(std::make_shared<const Bytes>(make(plane)));
    }
    return planes;
  }
  while (true) {
    if (auto kept = find(chunk, wanted); !kept.empty()) return kept;
    PlaneMaker make;  // of the chunk, where it is decoded here
    const auto made = flights_.get(chunk, [&] {
      const auto planes = std::make_shared<Planes>();
      if (const auto kept = find(chunk, wanted); !kept.empty()) {
        for (std::size_t i = 0; i < kept.size(); ++i) planes->emplace(wanted[i], kept[i]);
        return planes;
      }
      {
        const std::lock_guard lock(mutex_);
        ++misses_;
      }
      make = decode();
      for (const std::size_t plane : wanted) {
        planes->emplace(plane, std::make_shared<const Bytes>(make(plane)));
      }
      const std::lock_guard lock(mutex_);
      for (const auto& [plane, bytes] : *planes) {
        keep({chunk.high, chunk.low, chunk.number, plane}, bytes);
      }
      return planes;
    });
    std::vector<Plane> planes;
    for (const std::size_t plane : wanted) {
      const auto at = made->find(plane);
      if (at != made->end()) planes.push_back(at->second);
    }
    if (planes.size() < wanted.size()) continue;  // somebody else's, who wanted others
    if (HeldPlanes* const held = current_work().held) held->hold(chunk, wanted, planes);
    if (make && planes.size() < count) keep_others(chunk, count, make);
    return planes;
  }
}

void DecodedChunks::add(const ChunkKey& key, const Plane& plane, bool bulk, Order::iterator at) {
  bytes_ += plane->size();
  if (bulk) bulk_bytes_ += plane->size();
  known_.emplace(key, order(bulk).insert(at, {key, plane, bulk}));
}

void DecodedChunks::keep(const ChunkKey& key, const Plane& plane) {
  if (plane->size() > most_bytes_ / 2) return;  // would push out all else
  if (known_.contains(key)) return;
  const bool bulk = is_bulk();
  add(key, plane, bulk, order(bulk).begin());
  while (bytes_ > most_bytes_) {
    const bool from_bulk =
        interactive_.empty() || (!bulk_.empty() && (!bulk || bulk_bytes_ > most_bytes_ / 4));
    if (!give_up_last(from_bulk) && !give_up_last(!from_bulk)) return;
  }
}

bool DecodedChunks::give_up_last(bool bulk) {
  Order& all = order(bulk);
  const auto last = std::find_if(all.rbegin(), all.rend(),
                                 [](const Kept& kept) { return kept.plane.use_count() == 1; });
  if (last == all.rend()) return false;
  bytes_ -= last->plane->size();
  if (bulk) bulk_bytes_ -= last->plane->size();
  known_.erase(last->key);
  all.erase(std::next(last).base());
  return true;
}

/// Nobody asked for them yet: they take room that is free, and go first. Bulk work is about to ask:
/// they also take the room of what such work left before, while its kind has half of all.
void DecodedChunks::keep_others(const ChunkKey& chunk, std::size_t count, const PlaneMaker& make) {
  ChunkKey key = chunk;
  std::size_t bytes = 0;  // of a plane: the one before tells
  const bool bulk = is_bulk();
  const auto leaves_half = [&] { return bytes_ - bulk_bytes_ <= most_bytes_ / 2; };
  for (key.plane = 0; key.plane < count; ++key.plane) {
    {
      const std::lock_guard lock(mutex_);
      if (known_.contains(key)) continue;
      if (bytes_ + bytes >= most_bytes_ && !(bulk && leaves_half())) return;
    }
    const auto plane = std::make_shared<const Bytes>(make(key.plane));
    bytes = plane->size();
    const std::lock_guard lock(mutex_);
    if (bulk && leaves_half()) {
      keep(key, plane);
    } else if (!known_.contains(key) && bytes_ + bytes <= most_bytes_) {
      add(key, plane, bulk, order(bulk).end());
    }
  }
}

DecodedChunks::Figures DecodedChunks::figures() const {
  const std::lock_guard lock(mutex_);
  return {bytes_, most_bytes_, hits_, misses_};
}

}  // namespace gyre::coverage

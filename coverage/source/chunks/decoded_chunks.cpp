#include "coverage/source/chunks/decoded_chunks.h"

#include <algorithm>
#include <iterator>

#include "coverage/base/work.h"
#include "coverage/index/holding_record.h"

namespace gyre::coverage {

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

std::size_t DecodedChunks::Hash::operator()(const ChunkKey& key) const {
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
    order_.splice(order_.begin(), order_, at->second);
    planes.push_back(at->second->second);
  }
  ++hits_;
  return planes;
}

std::vector<DecodedChunks::Plane> DecodedChunks::find(const ChunkKey& chunk,
                                                      const std::vector<std::size_t>& wanted) {
  const std::lock_guard lock(mutex_);
  return found(chunk, wanted);
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
  if (current_work().explanation != nullptr && !has(chunk, wanted)) {
    const PlaneMaker make = decode();
    std::vector<Plane> planes;
    for (const std::size_t plane : wanted) {
      planes.push_back(std::make_shared<const Bytes>(make(plane)));
    }
    return planes;
  }
  const bool keeps = current_work().priority == Priority::Interactive;
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
      if (!keeps) return planes;
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
    if (make && keeps && planes.size() < count) keep_others(chunk, count, make);
    return planes;
  }
}

void DecodedChunks::keep(const ChunkKey& key, const Plane& plane) {
  if (plane->size() > most_bytes_ / 4) return;  // would push out all else
  if (known_.contains(key)) return;
  bytes_ += plane->size();
  order_.emplace_front(key, plane);
  known_.emplace(key, order_.begin());
  while (bytes_ > most_bytes_) {
    bytes_ -= order_.back().second->size();
    known_.erase(order_.back().first);
    order_.pop_back();
  }
}

/// Nobody asked for them yet: they take room that is free, and go first.
void DecodedChunks::keep_others(const ChunkKey& chunk, std::size_t count, const PlaneMaker& make) {
  ChunkKey key = chunk;
  std::size_t bytes = 0;  // of a plane: the one before tells
  for (key.plane = 0; key.plane < count; ++key.plane) {
    {
      const std::lock_guard lock(mutex_);
      if (known_.contains(key)) continue;
      if (bytes_ + bytes >= most_bytes_) return;
    }
    const auto plane = std::make_shared<const Bytes>(make(key.plane));
    bytes = plane->size();
    const std::lock_guard lock(mutex_);
    if (known_.contains(key) || bytes_ + bytes > most_bytes_) continue;
    bytes_ += bytes;
    order_.emplace_back(key, plane);
    known_.emplace(key, std::prev(order_.end()));
  }
}

DecodedChunks::Figures DecodedChunks::figures() const {
  const std::lock_guard lock(mutex_);
  return {bytes_, most_bytes_, hits_, misses_};
}

}  // namespace gyre::coverage

#include "coverage/source/layout/decoded_chunks.h"

namespace gyre::coverage {

std::size_t DecodedChunks::Hash::operator()(const ChunkKey& key) const {
  std::uint64_t state = key.path ^ key.inode;
  for (const std::uint64_t word : {static_cast<std::uint64_t>(key.modified_ns), key.offset}) {
    state = (state ^ word) * 0x9E3779B97F4A7C15ULL;
    state ^= state >> 29;
  }
  return state;
}

DecodedChunks::Chunk DecodedChunks::find(const ChunkKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found == known_.end()) {
    ++misses_;
    return nullptr;
  }
  ++hits_;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->second;
}

void DecodedChunks::keep(const ChunkKey& key, Chunk chunk) {
  if (chunk->size() > most_bytes_ / 4) return;  // would push out all else
  const std::lock_guard lock(mutex_);
  if (known_.contains(key)) return;
  bytes_ += chunk->size();
  order_.emplace_front(key, std::move(chunk));
  known_.emplace(key, order_.begin());
  while (bytes_ > most_bytes_) {
    bytes_ -= order_.back().second->size();
    known_.erase(order_.back().first);
    order_.pop_back();
  }
}

DecodedChunks::Figures DecodedChunks::figures() const {
  const std::lock_guard lock(mutex_);
  return {bytes_, most_bytes_, hits_, misses_};
}

}  // namespace gyre::coverage

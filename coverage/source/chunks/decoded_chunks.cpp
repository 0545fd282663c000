#include "coverage/source/chunks/decoded_chunks.h"

#include <chrono>

#include "coverage/base/error.h"
#include "coverage/base/work.h"
#include "coverage/index/holding_record.h"

namespace gyre::coverage {
namespace {

/// Nobody wanted the work any more: that says nothing of the chunk.
bool gave_up(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::Aborted || error.kind() == ErrorKind::DeadlineExceeded;
  } catch (...) {
    return false;
  }
}

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
  return {hash.high, hash.low, 0};
}

std::size_t DecodedChunks::Hash::operator()(const ChunkKey& key) const {
  const std::uint64_t state = (key.low ^ key.number) * 0x9E3779B97F4A7C15ULL;
  return state ^ (state >> 29) ^ key.high;
}

DecodedChunks::Chunk DecodedChunks::found(const ChunkKey& key) {
  const auto at = known_.find(key);
  if (at == known_.end()) return nullptr;
  ++hits_;
  order_.splice(order_.begin(), order_, at->second);
  return at->second->second;
}

DecodedChunks::Chunk DecodedChunks::find(const ChunkKey& key) {
  const std::lock_guard lock(mutex_);
  return found(key);
}

DecodedChunks::Chunk DecodedChunks::get(const ChunkKey& key, const std::function<Bytes()>& decode) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (Chunk kept = found(key)) return kept;
    const auto flying = flights_.find(key);
    if (flying == flights_.end()) break;
    const std::shared_ptr<Flight> flight = flying->second;
    while (!flight->done) {
      constexpr std::chrono::milliseconds kPatience{50};
      landed_.wait_for(lock, kPatience);
      if (flight->done) break;
      lock.unlock();
      current_work().abort.check();
      lock.lock();
    }
    if (flight->chunk) return flight->chunk;
    if (flight->error) std::rethrow_exception(flight->error);
  }
  ++misses_;
  const auto flight = std::make_shared<Flight>();
  flights_.emplace(key, flight);
  lock.unlock();
  Chunk chunk;
  std::exception_ptr thrown;
  try {
    chunk = std::make_shared<const Bytes>(decode());
  } catch (...) {
    thrown = std::current_exception();
  }
  lock.lock();
  if (thrown && !gave_up(thrown)) flight->error = thrown;
  if (chunk && current_work().priority == Priority::Interactive) keep(key, chunk);
  flight->chunk = chunk;
  flight->done = true;
  flights_.erase(key);
  landed_.notify_all();
  if (thrown) std::rethrow_exception(thrown);
  return chunk;
}

void DecodedChunks::keep(const ChunkKey& key, const Chunk& chunk) {
  if (chunk->size() > most_bytes_ / 4) return;  // would push out all else
  bytes_ += chunk->size();
  order_.emplace_front(key, chunk);
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

#include "coverage/source/chunks/decoded_chunks.h"

#include <algorithm>
#include <chrono>
#include <iterator>

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

void DecodedChunks::wait_for(const Flight& flight, std::unique_lock<std::mutex>& lock) {
  while (!flight.done) {
    constexpr std::chrono::milliseconds kPatience{50};
    landed_.wait_for(lock, kPatience);
    if (flight.done) break;
    lock.unlock();
    current_work().abort.check();
    lock.lock();
  }
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
  std::unique_lock lock(mutex_);
  while (true) {
    if (auto kept = found(chunk, wanted); !kept.empty()) return kept;
    const auto flying = flights_.find(chunk);
    if (flying == flights_.end()) break;
    const std::shared_ptr<Flight> flight = flying->second;
    wait_for(*flight, lock);
    if (flight->error) std::rethrow_exception(flight->error);
    std::vector<Plane> planes;
    for (const std::size_t plane : wanted) {
      const auto made = flight->planes.find(plane);
      if (made != flight->planes.end()) planes.push_back(made->second);
    }
    if (planes.size() == wanted.size()) return planes;
  }
  ++misses_;
  const auto flight = std::make_shared<Flight>();
  flights_.emplace(chunk, flight);
  lock.unlock();
  std::vector<Plane> planes;
  PlaneMaker make;
  std::exception_ptr thrown;
  try {
    make = decode();
    for (const std::size_t plane : wanted) {
      planes.push_back(std::make_shared<const Bytes>(make(plane)));
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  const bool keeps = !thrown && current_work().priority == Priority::Interactive;
  lock.lock();
  if (thrown && !gave_up(thrown)) flight->error = thrown;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    flight->planes.emplace(wanted[i], planes[i]);
    if (keeps) keep({chunk.high, chunk.low, chunk.number, wanted[i]}, planes[i]);
  }
  flight->done = true;
  flights_.erase(chunk);
  lock.unlock();
  landed_.notify_all();
  if (thrown) std::rethrow_exception(thrown);
  if (keeps && planes.size() < count) keep_others(chunk, count, make);
  return planes;
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

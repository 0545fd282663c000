#include "coverage/base/explanation.h"

#include <utility>

namespace gyre::coverage {
namespace {

thread_local bool decoding = false;

}  // namespace

bool Explanation::is_new(const std::string& file, std::uint64_t place) {
  const auto at = files_.insert(file).first;
  // The file by where its name lies: a set does not move what it holds.
  const void* const name = &*at;
  std::string key(reinterpret_cast<const char*>(&name), sizeof(name));
  key.append(reinterpret_cast<const char*>(&place), sizeof(place));
  constexpr std::size_t kMostTold = 1'000'000;  // beyond, a piece met twice counts twice
  return seen_.size() >= kMostTold || seen_.insert(std::move(key)).second;
}

void Explanation::add_chunk(const std::string& file, std::uint64_t place, std::uint64_t stored,
                            std::uint64_t decoded, bool kept) {
  const std::lock_guard lock(mutex_);
  if (!is_new(file, place)) return;
  ++figures_.chunks;
  if (hand_on_ && !decoding) {
    ++figures_.handed_on;
    figures_.stored_bytes += stored;
  } else if (kept) {
    ++figures_.kept;
  } else {
    figures_.stored_bytes += stored;
    figures_.decoded_bytes += decoded;
  }
}

void Explanation::add_index(const std::string& file, std::uint64_t place, std::uint64_t stored) {
  const std::lock_guard lock(mutex_);
  if (is_new(file, place)) figures_.stored_bytes += stored;
}

Explanation::Decoding::Decoding(bool decoding_here) : outer_(decoding) {
  decoding = decoding || decoding_here;
}

Explanation::Decoding::~Decoding() { decoding = outer_; }

void Explanation::hand_on(bool handed_on) {
  const std::lock_guard lock(mutex_);
  hand_on_ = handed_on;
}

void Explanation::add_never_written() {
  const std::lock_guard lock(mutex_);
  ++figures_.never_written;
}

void Explanation::add_kept_answer() {
  const std::lock_guard lock(mutex_);
  figures_.kept_answer = true;
}

void Explanation::add_values(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  figures_.value_bytes += bytes;
}

Explanation::Figures Explanation::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures = figures_;
  figures.files = files_.size();
  return figures;
}

}  // namespace gyre::coverage

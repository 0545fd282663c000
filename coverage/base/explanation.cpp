#include "coverage/base/explanation.h"

#include <utility>

namespace gyre::coverage {
namespace {

thread_local bool decoding = false;

}  // namespace

void Explanation::add_chunk(const std::string& file, std::uint64_t place, std::uint64_t stored,
                            std::uint64_t decoded, bool kept) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = files_.insert(file);
  // The file by where its name lies: a set does not move what it holds.
  const void* const name = &*at;
  std::string key(reinterpret_cast<const char*>(&name), sizeof(name));
  key.append(reinterpret_cast<const char*>(&place), sizeof(place));
  constexpr std::size_t kMostTold = 1'000'000;  // beyond, a piece met twice counts twice
  if (seen_.size() < kMostTold && !seen_.insert(std::move(key)).second) return;
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

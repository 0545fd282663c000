#include "coverage/index/segment_check.h"

#include <new>

#include <xxhash.h>

namespace gyre::coverage::segment {

ContentCheck::ContentCheck() : state_(XXH3_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_64bits_reset(static_cast<XXH3_state_t*>(state_));
}

ContentCheck::~ContentCheck() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }

void ContentCheck::add(std::string_view bytes) {
  XXH3_64bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(), bytes.size());
}

std::uint64_t ContentCheck::value() const {
  return XXH3_64bits_digest(static_cast<const XXH3_state_t*>(state_));
}

std::size_t length_of(const Record& record) {
  return sizeof(Record) + record.hashes * sizeof(Hash) +
         (std::size_t{record.values} + record.texts + record.layouts) * sizeof(Part) +
         record.attributes * sizeof(std::uint32_t) + record.path_length;
}

std::uint32_t check_of(const Record& record) {
  constexpr std::size_t kBefore = offsetof(Record, check);
  constexpr std::size_t kAfter = kBefore + sizeof(Record::check);
  const auto* const start = reinterpret_cast<const char*>(&record);
  const XXH64_hash_t head = XXH3_64bits(start, kBefore);
  return static_cast<std::uint32_t>(
      XXH3_64bits_withSeed(start + kAfter, length_of(record) - kAfter, head));
}

}  // namespace gyre::coverage::segment

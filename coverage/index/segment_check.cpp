#include "coverage/index/segment_check.h"

#include <xxhash.h>

namespace gyre::coverage::segment {

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

#include "coverage/source/zarr/zarr_array.h"

#include <numeric>

#include <fmt/format.h>

#include "coverage/source/describe_limits.h"

namespace gyre::coverage {

std::size_t ChunkCodecs::cells() const {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<std::size_t> ChunkCodecs::stored_shape() const {
  std::vector<std::size_t> stored;
  for (const std::size_t dimension : order) stored.push_back(shape[dimension]);
  return stored;
}

std::size_t ShardCodecs::index_size() const {
  const std::size_t chunks =
      std::accumulate(counts.begin(), counts.end(), std::size_t{1}, std::multiplies<>());
  return 16 * chunks + (index_checked ? 4 : 0);
}

std::vector<std::size_t> ZarrArray::decoded_shape() const {
  std::vector<std::size_t> dimensions(shape.size());  // the array's, of each that is stored
  std::iota(dimensions.begin(), dimensions.end(), std::size_t{0});
  const ChunkCodecs* at = &chunks;
  for (; at->shard; at = &at->shard->inner) {
    std::vector<std::size_t> next;
    for (const std::size_t dimension : at->order) next.push_back(dimensions[dimension]);
    dimensions = std::move(next);
  }
  std::vector<std::size_t> decoded(shape.size());
  for (std::size_t d = 0; d < shape.size(); ++d) decoded[dimensions[d]] = at->shape[d];
  return decoded;
}

std::string ZarrArray::chunk_name(const std::vector<std::size_t>& index) const {
  std::string key = key_prefix;
  for (const std::size_t one : index) {
    if (!key.empty()) key += key_separator;
    key += std::to_string(one);
  }
  return key.empty() ? "0" : key;
}

std::string ZarrArray::key_of(const std::string& chunk_name) const {
  return path.empty() ? chunk_name : path + "/" + chunk_name;
}

std::vector<std::size_t> sizes_in(const Json& object, const char* member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_array()) {
    throw ArrayNotServed(fmt::format("its metadata are malformed: '{}' is no list", member));
  }
  constexpr std::size_t kMostDimensions = 32;
  if (found->size() > kMostDimensions) throw ArrayNotServed("it has too many dimensions");
  std::vector<std::size_t> sizes;
  for (const Json& one : *found) {
    constexpr std::size_t kMost = std::size_t{1} << 48;
    if (!one.is_number_unsigned() || one.get<std::size_t>() > kMost) {
      throw ArrayNotServed(fmt::format("its metadata are malformed: '{}' holds no sizes", member));
    }
    sizes.push_back(one.get<std::size_t>());
  }
  return sizes;
}

void check_chunk_size(const ChunkCodecs& chunks) {
  std::size_t bytes = std::max<std::size_t>(chunks.type.item_size(), chunks.type.size);
  for (const std::size_t extent : chunks.shape) {
    if (extent == 0 || extent > DescribeLimits::kZarrChunkBytes / bytes) {
      throw ArrayNotServed("one chunk of it is empty or larger than 512 MB");
    }
    bytes *= extent;
  }
}

}  // namespace gyre::coverage

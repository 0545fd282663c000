#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "coverage/source/zarr/codec.h"
#include "coverage/source/zarr/stored_type.h"

namespace gyre::coverage {

struct ShardCodecs;

/// How the bytes of a chunk (or of a chunk within a shard) become values.
struct ChunkCodecs {
  StoredType type;
  std::vector<std::size_t> shape;
  /// Dimension d of the chunk as it is stored is dimension order[d] of `shape`.
  std::vector<std::size_t> order;
  std::vector<Decode> of_bytes;              ///< in order of decoding
  std::vector<Decode> of_numbers;            ///< likewise, after these; byte order among them
  std::shared_ptr<const ShardCodecs> shard;  ///< null unless the chunk is one of smaller chunks

  [[nodiscard]] std::size_t cells() const;
  [[nodiscard]] std::vector<std::size_t> stored_shape() const;
};

/// sharding_indexed of Zarr v3: smaller chunks, and an index of where they lie in the shard.
struct ShardCodecs {
  ChunkCodecs inner;                ///< in the stored order of dimensions of the shard
  std::vector<std::size_t> counts;  ///< of inner chunks, per dimension
  bool index_at_end = true;
  bool index_big_endian = false;
  bool index_checked = false;  ///< crc32c behind it

  /// Bytes that the index takes in the store.
  [[nodiscard]] std::size_t index_size() const;
};

/// One array as its document declares it.
struct ZarrArray {
  std::string path;  ///< "" or "group/name"
  std::string name;  ///< of the variable
  std::vector<std::size_t> shape;
  ChunkCodecs chunks;
  Bytes fill;  ///< one item in memory
  /// Names of chunks: v2 "0.1" or "0/1", v3 "c/0/1" or "c.0.1".
  std::string key_prefix;
  char key_separator = '.';

  /// What is decoded at once: the chunk, of a shard the inner one.
  [[nodiscard]] std::vector<std::size_t> decoded_shape() const;
  [[nodiscard]] std::string chunk_name(const std::vector<std::size_t>& index) const;
  /// Of a chunk of that name, in the store.
  [[nodiscard]] std::string key_of(const std::string& chunk_name) const;
};

/// Why an array is left out: the rest of a sentence about it.
class ArrayNotServed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// From .zarray (Zarr storage specification version 2) or zarr.json of an array (Zarr core
/// specification version 3). @throws ArrayNotServed
[[nodiscard]] ZarrArray array_v2(const std::string& path, const Json& document);
[[nodiscard]] ZarrArray array_v3(const std::string& path, const Json& document);

/// For both. @throws ArrayNotServed
[[nodiscard]] std::vector<std::size_t> sizes_in(const Json& object, const char* member);
void check_chunk_size(const ChunkCodecs& chunks);

}  // namespace gyre::coverage

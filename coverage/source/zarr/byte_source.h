#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "coverage/base/bytes.h"
#include "coverage/base/export.h"
#include "coverage/source/chunks/decoded_chunks.h"

namespace gyre::coverage {

/// Why bytes of a store cannot be decoded ("its zstd frame is damaged"): what the reader of chunks
/// turns into an Error that names array and chunk.
class GYRE_API DamagedChunk : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes of a store that can be read in ranges: a file, a member of an archive, a part of a shard.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// What tells these bytes from all others, and from what lay there before; absent: not known.
  [[nodiscard]] virtual std::optional<ChunkKey> chunk_key() const { return std::nullopt; }
  /// Exactly into.size() bytes. @pre offset + into.size() <= size(). @throws DamagedChunk
  virtual void read(std::uint64_t offset, std::span<std::byte> into) const = 0;
  /// All of it. @throws DamagedChunk when it is longer than `limit` bytes
  [[nodiscard]] virtual Bytes all(std::uint64_t limit) const;
  /// The first and the last `size` bytes; fewer where there are not more.
  [[nodiscard]] virtual Bytes head(std::size_t size) const;
  [[nodiscard]] virtual Bytes tail(std::size_t size) const;
};

/// All of it. @throws DamagedChunk when it is longer than `limit` bytes
[[nodiscard]] Bytes read_all(const ByteSource& source, std::uint64_t limit);

/// Bytes in memory.
class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  void read(std::uint64_t offset, std::span<std::byte> into) const override;

 private:
  Bytes bytes_;
};

/// A part of another source, which must outlive it. @pre it lies within the other
class PartOfBytes final : public ByteSource {
 public:
  PartOfBytes(const ByteSource& whole, std::uint64_t offset, std::uint64_t size)
      : whole_(whole), offset_(offset), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::optional<ChunkKey> chunk_key() const override {
    auto key = whole_.chunk_key();
    if (key) key->number += offset_;
    return key;
  }
  void read(std::uint64_t offset, std::span<std::byte> into) const override {
    whole_.read(offset_ + offset, into);
  }

 private:
  const ByteSource& whole_;
  std::uint64_t offset_, size_;
};

}  // namespace gyre::coverage

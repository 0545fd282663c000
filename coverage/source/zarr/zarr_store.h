#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coverage/source/zarr/byte_source.h"

namespace gyre::coverage {

/// What is wanted of the value of a key: all of it (of at most `size` bytes), a range, or its last
/// `size` bytes.
struct WantedBytes {
  enum class Part : std::uint8_t { Whole, Range, End };
  std::string key;
  Part part = Part::Whole;
  std::uint64_t offset = 0, size = 0;
};

struct FetchedBytes {
  bool present = false;  ///< is there anything of that key?
  Bytes bytes;           ///< fewer than asked of End, where there are not more
  std::uint64_t total = 0;
  std::string version;  ///< what parts of one generation share; empty: not known
  bool kept = false;    ///< nobody was asked: the version may be an old one
  std::string problem;  ///< why it cannot be had, a phrase as of DamagedChunk; empty: it is there
};

/// Where the documents and chunks of a store lie by key ("temp/zarr.json", "temp/c/0/1").
/// Thread-safe.
class ZarrStore {
 public:
  virtual ~ZarrStore() = default;
  /// Null when there is nothing of that name. @throws DamagedChunk when it cannot be reached
  [[nodiscard]] virtual std::unique_ptr<ByteSource> open(const std::string& key) const = 0;
  /// What is there of that name now, told from all that was there before, nothing included; absent:
  /// that is not known. Opens nothing.
  [[nodiscard]] virtual std::optional<ChunkKey> generation_of(const std::string& /*key*/) const {
    return std::nullopt;
  }
  /// The names directly below `prefix` ("" or "group/") that may be arrays or groups, sorted.
  [[nodiscard]] virtual std::vector<std::string> folders(const std::string& prefix) const = 0;
  /// Is each request to it a journey, so that chunks are better fetched many at a time?
  [[nodiscard]] virtual bool is_far() const { return false; }
  /// Many parts at once, of a store that is far. @throws Error{Unreachable}, Error{HoldingChanged}
  [[nodiscard]] virtual std::vector<FetchedBytes> fetch(
      const std::vector<WantedBytes>& wanted) const;
  /// Parts of `key` turned out to be of several generations: what is kept of it is of no use.
  virtual void forget(const std::vector<WantedBytes>& /*parts*/) const {}
};

/// A directory, or a zip archive of one. @throws Error{MalformedHolding}
[[nodiscard]] std::unique_ptr<const ZarrStore> open_zarr_store(const std::string& path);

}  // namespace gyre::coverage

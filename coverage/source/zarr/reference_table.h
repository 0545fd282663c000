#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// A table of references (kerchunk, VirtualiZarr): for each key of a Zarr store its value, or where
/// the bytes of it lie. Versions 0 and 1, templates and generated keys included.
/// Source: https://fsspec.github.io/kerchunk/spec.html
class GYRE_API ReferenceTable {
 public:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
  static constexpr std::size_t kMostKeys = 4'000'000;

  struct Reference {
    static constexpr std::uint32_t kInline = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t url = kInline;         ///< index of urls(), or inline
    bool whole = false;                  ///< all of that object
    std::uint64_t offset = 0, size = 0;  ///< in the object, or of the inline bytes
  };

  /// @throws Error{MalformedHolding} naming the key
  explicit ReferenceTable(std::string_view json);

  [[nodiscard]] const Reference* find(std::string_view key) const;
  [[nodiscard]] std::string_view inline_bytes(const Reference& reference) const {
    return std::string_view(inlined_).substr(reference.offset, reference.size);
  }
  [[nodiscard]] const std::vector<std::string>& urls() const { return urls_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// Calls action(key) for each, in their order.
  template <typename Action>
  void for_each_key(const Action& action) const {
    for (const Entry& entry : entries_) action(key_of(entry));
  }

 private:
  struct Entry {
    std::uint64_t key_at = 0;
    std::uint32_t key_size = 0;
    Reference reference;
  };
  class Builder;
  [[nodiscard]] std::string_view key_of(const Entry& entry) const {
    return std::string_view(keys_).substr(entry.key_at, entry.key_size);
  }

  std::string keys_, inlined_;
  std::vector<std::string> urls_;
  std::vector<Entry> entries_;  ///< sorted by key, each once
};

/// The text of a table, unpacked when it is compressed with zstd.
/// @throws Error{MalformedHolding}
[[nodiscard]] GYRE_API std::string reference_text(std::string_view file);

/// As much as can be unpacked of the first bytes of a file.
[[nodiscard]] GYRE_API std::string unpacked_head(std::string_view head);

/// Do the first bytes of a file (unpacked) look like a table of references?
[[nodiscard]] GYRE_API bool looks_like_references(std::string_view head);

}  // namespace gyre::coverage

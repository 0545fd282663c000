#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage::geometry {

/// What a file holds, and the layout's version.
using ArrayFileKind = std::array<char, 8>;

/// Arrays in a file of our own, mapped: a restart does not make them again, and their pages are the
/// system's to drop. Native byte order, since files do not travel. Written beside, synced and
/// renamed; a file that is not whole is not opened. What stands in the arrays is the reader's to
/// check.
class GYRE_API ArrayFile {
 public:
  ~ArrayFile();
  ArrayFile(const ArrayFile&) = delete;
  ArrayFile& operator=(const ArrayFile&) = delete;

  /// Null when there is none, or none of this kind and number of arrays.
  [[nodiscard]] static std::unique_ptr<const ArrayFile> open(const std::filesystem::path& path,
                                                             const ArrayFileKind& kind,
                                                             std::size_t arrays);
  /// False (and a line in the log) when it cannot be written.
  [[nodiscard]] static bool write(const std::filesystem::path& path, const ArrayFileKind& kind,
                                  const std::vector<std::span<const std::byte>>& arrays);

  /// Empty when it is none of such elements.
  template <typename T>
  [[nodiscard]] std::span<const T> array(std::size_t i) const {
    const std::span<const std::byte> bytes = arrays_[i];
    if (bytes.size() % sizeof(T) != 0) return {};
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

 private:
  ArrayFile(void* memory, std::size_t bytes) : memory_(memory), bytes_(bytes) {}

  void* memory_;
  std::size_t bytes_;
  std::vector<std::span<const std::byte>> arrays_;
};

/// An array as it is written.
template <typename T>
std::span<const std::byte> as_written(std::span<const T> values) {
  return std::as_bytes(values);
}

}  // namespace gyre::coverage::geometry

#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "coverage/encode/output_file.h"

namespace gyre::coverage {

/// Where parts of a file lie until their places in it are known: without a name on disk, so that
/// nothing is left of it whatever happens, or in memory.
class ScratchFile {
 public:
  struct Piece {
    std::uint64_t at = 0, bytes = 0;
  };

  /// @param beside a file in the folder where it is to lie; absent: in memory
  /// @throws Error{Internal}, as all members
  explicit ScratchFile(const std::optional<std::string>& beside);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  /// Thread-safe.
  [[nodiscard]] Piece append(std::span<const std::byte> bytes);
  void copy(const Piece& piece, OutputFile& to, std::uint64_t offset) const;

 private:
  std::mutex mutex_;
  int file_ = -1;
  std::string memory_;
  std::uint64_t end_ = 0;
};

}  // namespace gyre::coverage

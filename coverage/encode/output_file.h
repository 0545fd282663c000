#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace gyre::coverage {

/// Puts all bytes there, however many writes that takes. False, with errno: it cannot.
[[nodiscard]] bool write_all(int file, std::uint64_t offset, std::span<const std::byte> bytes);

/// A file being written, in any order, on disk or in memory.
class OutputFile {
 public:
  /// @param path absent: in memory
  /// @throws Error{Internal}, as all members
  explicit OutputFile(const std::optional<std::string>& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  /// The same of bytes of another file, which the kernel copies where it can.
  /// @param file open for reading
  void copy_at(std::uint64_t offset, int file, std::uint64_t from, std::uint64_t bytes);
  /// Of a file in memory: its bytes; else none.
  std::string close();

 private:
  int file_ = -1;
  bool in_memory_;
  std::string memory_;
};

}  // namespace gyre::coverage

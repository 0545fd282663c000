#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "coverage/base/export.h"
#include "coverage/encode/output_file.h"

namespace gyre::coverage {

/// A zip archive being written, its members stored as they are given, one behind the other; ZIP64
/// where it has to be. Memory: some 50 bytes a member, and its name. The same members make the same
/// bytes: all are dated 1980-01-01. Source: PKWARE's APPNOTE 6.3.
class GYRE_API ZipWriter {
 public:
  /// @param path absent: in memory @throws Error{Internal}, as all members
  explicit ZipWriter(const std::optional<std::string>& path);
  ~ZipWriter();

  /// @pre `name` is UTF-8 and new, `bytes` are less than 4 GiB
  void add(const std::string& name, std::span<const std::byte> bytes);
  /// Writes the directory. @returns the bytes of an archive in memory
  std::string close();

 private:
  void append(std::string_view text);

  OutputFile file_;
  std::uint64_t end_ = 0, members_ = 0;
  std::string directory_;
};

}  // namespace gyre::coverage

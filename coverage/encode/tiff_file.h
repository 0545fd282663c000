#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/encode/output_file.h"

namespace gyre::coverage {

/// The tags of one image of a TIFF file (TIFF 6.0; BigTIFF), little-endian.
class TiffTags {
 public:
  void set_shorts(std::uint16_t tag, const std::vector<std::uint16_t>& values);
  void set_longs(std::uint16_t tag, const std::vector<std::uint32_t>& values);
  void set_doubles(std::uint16_t tag, const std::vector<double>& values);
  /// NUL at the end is added; an empty text is no tag.
  void set_text(std::uint16_t tag, std::string_view text);

  struct Value {
    std::uint16_t type = 0;
    std::uint64_t count = 0;
    std::string bytes;
  };
  [[nodiscard]] const std::map<std::uint16_t, Value>& all() const { return tags_; }

 private:
  std::map<std::uint16_t, Value> tags_;  ///< ascending, as they stand in the file
};

/// One image of a TIFF file, and where its strips or tiles lie.
struct TiffImage {
  TiffTags tags;
  std::uint16_t offsets_tag = 0, counts_tag = 0;  ///< those that say so
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint32_t> counts;
};

/// The beginning of a file: its header and the directories of all images, one after the other. Its
/// length does not depend on where strips and tiles lie.
/// @param big BigTIFF: for files of 4 GB and more
[[nodiscard]] std::string tiff_head(std::span<const TiffImage> images, bool big);

/// A TIFF file of one image being written: its tags first, then its strips or tiles as they come.
class TiffFile {
 public:
  /// @param path absent: in memory
  /// @param offsets, counts the tags that say where the `blocks` strips or tiles lie
  /// @param big BigTIFF: for files of 4 GB and more
  TiffFile(const std::optional<std::string>& path, TiffTags tags, std::uint16_t offsets,
           std::uint16_t counts, std::size_t blocks, bool big);

  void put(std::size_t block, std::span<const std::byte> bytes);
  /// Writes the tags. @returns the bytes of a file in memory
  /// @pre all blocks were put
  std::string close();

 private:
  OutputFile file_;
  TiffImage image_;
  bool big_;
  std::uint64_t end_ = 0;
};

}  // namespace gyre::coverage

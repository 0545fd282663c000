#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "coverage/model/attribute.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// A NetCDF file being written. Each member holds the netCDF lock for as long as it runs, none
/// longer; a file that is not closed is given up. Not for several threads at once.
class NetcdfFile {
 public:
  enum class Format : std::uint8_t { NetCDF4, Classic, Offset64, Cdf5 };

  /// @throws Error{Internal}, as all members: the library's words are for the log
  NetcdfFile(const std::string& path, Format format);
  ~NetcdfFile();
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;

  [[nodiscard]] int define_dimension(const std::string& name, std::size_t size);
  /// `type` String: NC_STRING in NetCDF-4; in the classic formats give Text and one more dimension.
  [[nodiscard]] int define_variable(const std::string& name, ElementType type,
                                    const std::vector<int>& dimensions);
  [[nodiscard]] int define_text(const std::string& name, const std::vector<int>& dimensions);
  /// Chunks and deflate 1, after a shuffle or not; NetCDF-4 only.
  void compress(int variable, const std::vector<std::size_t>& chunk_shape, bool shuffled);
  /// `variable` kGlobal: of the file. Text goes out as characters.
  void put_attribute(int variable, const Attribute& attribute);
  void end_definitions();
  /// In data mode: the same attribute again, of the same type and size.
  void write(int variable, const IndexBox& box, const RawBlock& block);
  void write_strings(int variable, const std::vector<std::string>& strings);
  /// Fixed-width rows of characters, padded with NUL.
  void write_text(int variable, const std::vector<std::string>& strings, std::size_t width);
  void close();

  static constexpr int kGlobal = -1;

 private:
  void check(int status, const char* what) const;
  void put_strings(int variable, const Attribute& attribute, const std::vector<std::string>& list);

  Format format_;
  int ncid_ = -1;
};

}  // namespace gyre::coverage

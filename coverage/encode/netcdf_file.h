#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "coverage/model/attribute.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// A NetCDF-4 file being written by netCDF-C. Each member holds the netCDF lock for as long as it
/// runs, none longer; a file that is not closed is given up. Not for several threads at once.
class NetcdfFile {
 public:
  /// @param path absent: in memory
  /// @throws Error{Internal}, as all members: the library's words are for the log
  explicit NetcdfFile(const std::optional<std::string>& path);
  ~NetcdfFile();
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;

  [[nodiscard]] int define_dimension(const std::string& name, std::size_t size);
  /// `type` String: texts of any length.
  [[nodiscard]] int define_variable(const std::string& name, ElementType type,
                                    const std::vector<int>& dimensions);
  /// Of characters.
  [[nodiscard]] int define_text(const std::string& name, const std::vector<int>& dimensions);
  /// Chunks and deflate 1, after a shuffle or not.
  void compress(int variable, const std::vector<std::size_t>& chunk_shape, bool shuffled);
  /// `variable` kGlobal: of the file. Text goes out as characters.
  void put_attribute(int variable, const Attribute& attribute);
  void end_definitions();
  /// In data mode: the same attribute again, of the same type and size.
  void write(int variable, const IndexBox& box, const RawBlock& block);
  void write_strings(int variable, const std::vector<std::string>& strings);
  /// One character, or none: NUL.
  void write_character(int variable, const std::vector<std::string>& strings);
  /// Of a file in memory: its bytes; else none.
  std::string close();

  static constexpr int kGlobal = -1;

 private:
  void check(int status, const char* what) const;
  void put_strings(int variable, const Attribute& attribute, const std::vector<std::string>& list);

  std::string name_;
  bool in_memory_;
  int ncid_ = -1;
};

}  // namespace gyre::coverage

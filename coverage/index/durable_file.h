#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// A file that is there whole or not at all, whatever happens meanwhile: written beside, fsynced,
/// renamed. All: @throws std::runtime_error saying what the disk said
class GYRE_API DurableFile {
 public:
  explicit DurableFile(std::string path);
  ~DurableFile();  ///< without commit() nothing is left
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;

  void write(std::string_view bytes);
  [[nodiscard]] std::uint64_t written() const { return written_; }
  void commit();

 private:
  void flush();
  [[noreturn]] void fail(const char* what);

  std::string path_, beside_, buffer_;
  int file_ = -1;
  std::uint64_t written_ = 0;
};

}  // namespace gyre::coverage

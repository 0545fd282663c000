#pragma once

#include <cstdint>
#include <string>

namespace gyre::coverage {

/// A file that bytes are read from. Believes nothing of what is asked for.
class GribFile {
 public:
  /// @throws Error{MalformedHolding}
  explicit GribFile(const std::string& path);
  ~GribFile();
  GribFile(const GribFile&) = delete;
  GribFile& operator=(const GribFile&) = delete;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// As much of it as there is.
  [[nodiscard]] std::string bytes(std::uint64_t offset, std::size_t count) const;

 private:
  int file_;
  std::uint64_t size_ = 0;
};

}  // namespace gyre::coverage

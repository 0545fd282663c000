#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "coverage/model/file_identity.h"

namespace gyre::coverage {

/// A file, open for one read. What is renamed over it meanwhile does not matter: it is read to its
/// end as it was.
class DescribedFile {
 public:
  /// @throws Error{HoldingChanged} when it is gone, Error{MalformedHolding} when it cannot be
  /// opened
  explicit DescribedFile(const std::string& path);
  ~DescribedFile();
  DescribedFile(const DescribedFile&) = delete;
  DescribedFile& operator=(const DescribedFile&) = delete;

  [[nodiscard]] FileIdentity identity() const;
  /// @throws Error{MalformedHolding} when it ends before, or the disk fails
  void read(std::uint64_t offset, std::span<std::byte> into) const;

 private:
  int file_;
};

}  // namespace gyre::coverage

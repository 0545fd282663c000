#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Where gyre-reader lies: in gyre/ beside libgyre, in the build tree as installed.
[[nodiscard]] GYRE_API std::string reader_program();

struct ReaderSettings {
  std::string program = reader_program();
  /// How many work on what is not interactive (indexing) at once, 0: as many as there are cores.
  /// One more is kept for requests.
  std::size_t processes = 0;
  /// What each may have beside its program.
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
  std::chrono::milliseconds inspect_limit{30'000};
  std::chrono::milliseconds read_limit{60'000};
  /// After so many requests a reader is replaced, so that what libraries leak stays bounded.
  std::size_t requests_each = 4'000;
  bool operator==(const ReaderSettings&) const = default;
};

}  // namespace gyre::coverage

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/remote/http_client.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage::remote {

/// A part of something far away. `generation` names what it belongs to (the identity of its store;
/// empty for files that are versions of their own): bytes kept of another are not used.
struct FarPart {
  std::string address;
  WantedBytes::Part part = WantedBytes::Part::Whole;
  std::uint64_t offset = 0, size = 0;  ///< of Whole: the most it may have
  std::string generation;
  /// Bytes kept of this version alone are used; empty: of any.
  std::string version;
};

/// All of it at once: what is kept, from the cache; the rest by as few requests as there are
/// parts, or fewer, where parts of one object lie close together.
/// What a server refuses has its problem. @throws Error{Unreachable}
[[nodiscard]] GYRE_API std::vector<FetchedBytes> fetch(const std::vector<FarPart>& parts);

/// Forgets what is kept of a part.
GYRE_API void forget(const FarPart& part);

/// Seconds for all requests of one read.
constexpr double kReadDeadline_s = 60;

}  // namespace gyre::coverage::remote

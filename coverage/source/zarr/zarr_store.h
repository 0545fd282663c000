#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/source/zarr/byte_source.h"

namespace gyre::coverage {

/// Where the documents and chunks of a store lie by key ("temp/zarr.json", "temp/c/0/1").
/// Thread-safe.
class ZarrStore {
 public:
  virtual ~ZarrStore() = default;
  /// Null when there is nothing of that name. @throws DamagedChunk when it cannot be reached
  [[nodiscard]] virtual std::unique_ptr<ByteSource> open(const std::string& key) const = 0;
  /// The names directly below `prefix` ("" or "group/") that may be arrays or groups, sorted.
  [[nodiscard]] virtual std::vector<std::string> folders(const std::string& prefix) const = 0;
};

/// A directory, or a zip archive of one. @throws Error{MalformedHolding}
[[nodiscard]] std::unique_ptr<const ZarrStore> open_zarr_store(const std::string& path);

}  // namespace gyre::coverage

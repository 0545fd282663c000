#pragma once

#include <string>
#include <vector>

#include "coverage/model/file_identity.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage {

/// A store whose keys are the paths of files below a directory. Files are open only while they
/// are read.
class DirectoryStore final : public ZarrStore {
 public:
  explicit DirectoryStore(std::string root) : root_(std::move(root)) {}
  [[nodiscard]] std::unique_ptr<ByteSource> open(const std::string& key) const override;
  [[nodiscard]] std::optional<ChunkKey> generation_of(const std::string& key) const override;
  [[nodiscard]] std::vector<std::string> folders(const std::string& prefix) const override;

 private:
  std::string root_;
};

/// A regular file, and what it is when it is opened. Null when there is none, or a directory.
/// @throws DamagedChunk
[[nodiscard]] std::unique_ptr<ByteSource> open_regular_file(const std::string& path,
                                                            FileIdentity* identity);

}  // namespace gyre::coverage

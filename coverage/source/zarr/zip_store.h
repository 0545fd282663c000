#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "coverage/source/file_identity.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage {

/// A store in a zip archive, at its top or in the one folder there, read by libzip. Members that
/// are stored (as zarr-python stores them) are read in ranges, deflated ones whole.
class ZipStore final : public ZarrStore {
 public:
  /// @throws Error{MalformedHolding}
  explicit ZipStore(std::string path);
  [[nodiscard]] std::unique_ptr<ByteSource> open(const std::string& key) const override;
  /// The archive's: it is one file.
  [[nodiscard]] std::optional<ChunkKey> generation_of(const std::string& /*key*/) const override {
    return generation_key(path_, identity_);
  }
  [[nodiscard]] std::vector<std::string> folders(const std::string& prefix) const override;
  /// Has it Zarr metadata at its top?
  [[nodiscard]] bool has_metadata() const;

 private:
  std::string path_;
  FileIdentity identity_;
  std::map<std::string, std::uint64_t> written_again_;    ///< members of a name that is there twice
  std::string top_;                                       ///< "" or "store.zarr/"
  std::map<std::string, std::set<std::string>> folders_;  ///< of arrays and groups, by prefix
};

}  // namespace gyre::coverage

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coverage/source/file_identity.h"
#include "coverage/source/zarr/reference_table.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage {

/// A Zarr store whose values lie in other files, on this machine or far away, by a table of
/// references. Such a table may come from anybody: it reads only what lies in its own folder, or
/// where the settings allow it (RemoteSettings::references_may_read).
///
/// A file that changes after its first use, or that is shorter than a reference says, is noticed.
class ReferenceStore final : public ZarrStore {
 public:
  /// @param path of the table: a file, or an address. @throws Error{MalformedHolding}
  ReferenceStore(std::string path, std::string_view json);
  [[nodiscard]] std::unique_ptr<ByteSource> open(const std::string& key) const override;
  [[nodiscard]] std::vector<std::string> folders(const std::string& prefix) const override;
  [[nodiscard]] bool is_far() const override { return far_; }
  [[nodiscard]] std::vector<FetchedBytes> fetch(
      const std::vector<WantedBytes>& wanted) const override;

 private:
  using Reference = ReferenceTable::Reference;
  /// Where an url of the table leads: a file, an address, or nowhere.
  struct Target {
    std::string file, address, problem;
  };
  [[nodiscard]] Target target_of(std::uint32_t url) const;
  [[nodiscard]] Target resolve(const std::string& url) const;
  [[nodiscard]] bool may_read(const std::string& file) const;
  [[nodiscard]] bool may_ask(const std::string& address) const;
  [[nodiscard]] std::unique_ptr<ByteSource> open_file(const Target& target,
                                                      const Reference& reference) const;
  [[nodiscard]] FetchedBytes fetch_near(const WantedBytes& wanted,
                                        const Reference& reference) const;

  std::string path_;
  ReferenceTable table_;
  bool far_ = false;
  std::map<std::string, std::set<std::string>> folders_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint32_t, Target> targets_;
  mutable std::map<std::string, FileIdentity> identities_;  ///< of files, when they were first read
  mutable std::map<std::string, std::string> versions_;     ///< of what is far, likewise
};

/// The store of a table in a file, or of one that was fetched.
/// @throws Error{MalformedHolding | Unreachable}
[[nodiscard]] std::unique_ptr<const ZarrStore> open_reference_store(const std::string& path);

}  // namespace gyre::coverage

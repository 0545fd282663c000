#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "coverage/archive/archive.h"
#include "coverage/archive/folder_watch.h"
#include "coverage/base/abort_token.h"

namespace gyre::host {

/// Holds the catalogue that is served, and replaces it whole when the data changes: what the index
/// knows at once, then what lies on the disk, then every change as soon as the kernel tells it.
/// Whoever took the old one keeps it until they are done.
class CatalogueHolder {
 public:
  /// Returns with a catalogue: the whole one where that takes no longer than a moment, else what
  /// the index knows, else what was looked into in the first seconds.
  /// @param rescan_s seconds between looks at everything
  /// @param first_generation generations count up from here; later than any of an earlier run
  CatalogueHolder(coverage::ArchiveParts parts, coverage::ArchiveSettings settings, double rescan_s,
                  std::uint64_t first_generation);
  ~CatalogueHolder();
  CatalogueHolder(const CatalogueHolder&) = delete;
  CatalogueHolder& operator=(const CatalogueHolder&) = delete;

  [[nodiscard]] std::shared_ptr<const coverage::Catalogue> current() const;
  /// The one that comes after `seen`; null: none does before `until`, or too many wait for one.
  [[nodiscard]] std::shared_ptr<const coverage::Catalogue> after(
      const std::shared_ptr<const coverage::Catalogue>& seen,
      std::chrono::steady_clock::time_point until) const;
  /// When current() became another, microseconds since 1970.
  [[nodiscard]] std::int64_t changed_us() const;
  /// Looks through the archive with other settings, then serves that; the old catalogue stays
  /// meanwhile, and when this throws.
  void reload(coverage::ArchiveSettings settings, double rescan_s);
  /// How far looking into new holdings is; {0, 0}: nothing is being looked into.
  [[nodiscard]] coverage::IndexProgress progress() const;

 private:
  void watch();
  void look_at_everything();
  void look_at(const std::set<std::string>& paths);
  void watch_new_folders();
  void publish(const coverage::Archive::Published& catalogue,
               const coverage::IndexProgress& progress);

  const coverage::ArchiveParts parts_;
  const coverage::AbortToken stopping_;
  coverage::FolderWatch folders_;

  std::mutex building_;  ///< guards archive_, rescan_s_, all_watched_
  std::unique_ptr<coverage::Archive> archive_;
  double rescan_s_;
  bool all_watched_ = false;

  mutable std::mutex mutex_;
  mutable std::condition_variable published_;
  mutable std::size_t waiting_ = 0;
  std::shared_ptr<const coverage::Catalogue> current_;
  std::int64_t changed_us_ = 0;
  coverage::IndexProgress progress_;
  bool whole_ = false;  ///< the first look at everything is done
  std::thread watcher_;
};

}  // namespace gyre::host

#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "coverage/archive/archive.h"

namespace gyre::host {

/// Size, times and inodes of everything below `roots`, as one number: equal as long as nothing
/// was added, removed or written. Reads directories only.
[[nodiscard]] std::uint64_t fingerprint(const std::vector<std::string>& roots);

/// Holds the catalogue that is served, and replaces it whole when the roots change. Whoever took
/// the old one keeps it until they are done.
class CatalogueHolder {
 public:
  using Build = std::function<std::shared_ptr<const coverage::Catalogue>(
      const coverage::ArchiveSettings&, std::uint64_t generation)>;

  /// Builds the first catalogue. @throws what `build` throws
  /// @param first_generation generations count up from here; later than any of an earlier run
  CatalogueHolder(Build build, coverage::ArchiveSettings settings, double rescan_s,
                  std::uint64_t first_generation);
  ~CatalogueHolder();
  CatalogueHolder(const CatalogueHolder&) = delete;
  CatalogueHolder& operator=(const CatalogueHolder&) = delete;

  [[nodiscard]] std::shared_ptr<const coverage::Catalogue> current() const;
  /// When current() became another, microseconds since 1970.
  [[nodiscard]] std::int64_t changed_us() const;
  /// Builds anew with other settings; the old catalogue stays when that throws.
  void reload(coverage::ArchiveSettings settings, double rescan_s);

 private:
  void watch();
  void rebuild(const coverage::ArchiveSettings& settings, std::uint64_t seen);

  Build build_;
  std::mutex building_;  ///< one build at a time; guards settings_, rescan_s_, seen_, generation_
  coverage::ArchiveSettings settings_;
  double rescan_s_;
  std::uint64_t seen_ = 0;
  std::uint64_t generation_;

  mutable std::mutex mutex_;
  std::shared_ptr<const coverage::Catalogue> current_;
  std::int64_t changed_us_ = 0;

  std::mutex stop_mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread watcher_;
};

}  // namespace gyre::host

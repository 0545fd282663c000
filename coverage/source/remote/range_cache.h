#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "coverage/base/export.h"
#include "coverage/source/zarr/byte_source.h"

namespace gyre::coverage::remote {

/// Something kept: bytes, or that there is nothing.
struct Kept {
  bool present = false;
  Bytes bytes;
  std::uint64_t total = 0;  ///< of the object they are of
  std::string version;      ///< as HttpAnswer has it
  std::int64_t kept_s = 0;  ///< since when, seconds since 1970
};

/// Bytes from far away, kept in files below one folder, the ones used last up to a limit. What is
/// small is kept in memory too (up to 32 MB). A file is written beside its place and renamed, and
/// believed only when length and hash are right, so that nothing that happens to a process or a
/// disk makes it a wrong answer. A disk that takes no more is left alone for a minute.
/// Thread-safe; several processes may share the folder, each with the limit for itself.
class GYRE_API RangeCache {
 public:
  /// @param folder empty: in memory alone
  RangeCache(std::string folder, std::uint64_t most_bytes);
  ~RangeCache();
  RangeCache(const RangeCache&) = delete;
  RangeCache& operator=(const RangeCache&) = delete;

  [[nodiscard]] std::optional<Kept> get(const std::string& key);
  void put(const std::string& key, const Kept& kept);
  void remove(const std::string& key);

  /// A file of the cache's own for something that is kept whole: where it lies when it is there.
  [[nodiscard]] std::optional<std::string> file(const std::string& key);
  /// Where to write one; give it to keep_file() when it is whole. Absent when nothing is kept on
  /// disk, or when `size` is more than the cache may hold.
  [[nodiscard]] std::optional<std::string> new_file(std::uint64_t size);
  /// @returns where it lies now; absent when the disk refuses
  [[nodiscard]] std::optional<std::string> keep_file(const std::string& key,
                                                     const std::string& written);

  [[nodiscard]] std::uint64_t bytes_on_disk() const;

 private:
  struct Entry;
  using Entries = std::list<Entry>;
  void scan();
  void note(const std::string& name, std::uint64_t size);
  void make_room();
  void drop(Entries::iterator entry);
  void remember(const std::string& key, const Kept& kept);
  [[nodiscard]] bool resting();
  void rest(const char* what);

  std::string folder_;
  std::uint64_t most_;
  mutable std::mutex mutex_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<Entries> entries_;  ///< the one used last first
  std::unordered_map<std::string, Entries::iterator> by_name_;
  std::int64_t resting_until_s_ = 0;
  std::uint64_t written_ = 0;

  std::list<std::pair<std::string, Kept>> recent_;
  std::unordered_map<std::string, decltype(recent_)::iterator> by_key_;
  std::uint64_t recent_bytes_ = 0;
};

/// The cache of the settings in force; a new one when these changed.
[[nodiscard]] GYRE_API std::shared_ptr<RangeCache> range_cache();

}  // namespace gyre::coverage::remote

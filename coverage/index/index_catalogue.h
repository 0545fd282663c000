#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"

struct sqlite3;

namespace gyre::coverage {

/// The one list of what the index consists of, and small facts beside it; in SQLite, so that every
/// change is whole or did not happen. Thread-safe. All: @throws std::runtime_error
class GYRE_API IndexCatalogue {
 public:
  /// Opens it, or makes it. What is no database, or damaged, is set aside and made anew: an index
  /// can always be built again. @throws when its disk is full or takes nothing; it stays as it is
  /// @param writable false: only reads, as another process may be writing, also on such a disk;
  /// @throws when there is none
  explicit IndexCatalogue(const std::string& path, bool writable = true);
  ~IndexCatalogue();
  IndexCatalogue(const IndexCatalogue&) = delete;
  IndexCatalogue& operator=(const IndexCatalogue&) = delete;

  /// Names of segments, oldest first.
  [[nodiscard]] std::vector<std::string> segments() const;
  /// In one transaction: `added` after what stays, `dropped` no more.
  void replace(const std::vector<std::string>& dropped, const std::string& added);

  /// The next number, never given out before, also not by an earlier run. Counts up.
  [[nodiscard]] std::uint64_t next_generation(std::uint64_t at_least);

  /// A fact found out about `subject` while it was as `stamp` says; absent when there is none, or
  /// of another stamp.
  [[nodiscard]] std::optional<std::string> fact(const std::string& subject,
                                                const std::string& stamp) const;
  void keep_fact(const std::string& subject, const std::string& stamp, const std::string& value);

 private:
  void make(const std::string& path);
  void open(const std::string& path, int flags);
  mutable std::mutex mutex_;
  sqlite3* database_ = nullptr;
};

}  // namespace gyre::coverage

#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Tells which files changed in folders of local disks as soon as the kernel knows (inotify).
/// Disks of other machines, what writers keep open, and targets of links are for the periodic look.
/// Thread-safe; one thread waits.
class GYRE_API FolderWatch {
 public:
  FolderWatch();
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  /// Watches these folders and no others. A folder that another one took the place of is none that
  /// is watched. @param fresh gets those that were not watched before
  /// @returns false when the kernel does not watch them all (fs.inotify.max_user_watches): then
  /// everything has to be looked at from time to time
  bool watch(const std::set<std::string>& folders, std::set<std::string>& fresh);

  struct Changes {
    bool everything = false;      ///< too many to be told
    std::set<std::string> paths;  ///< written, replaced, moved, made or removed: files and folders
    [[nodiscard]] bool any() const { return everything || !paths.empty(); }
  };
  /// Waits for the first change, for at most `most`, and then until none comes for `settle` (for
  /// half a second at most): a writer's burst is one change.
  [[nodiscard]] Changes wait(std::chrono::milliseconds most, std::chrono::milliseconds settle);
  /// Ends a wait() of another thread, or the next one.
  void wake();
  /// The same, with a change that somebody else noticed.
  void tell(const std::string& path);

 private:
  using Clock = std::chrono::steady_clock;
  bool wait_readable(std::chrono::milliseconds most);
  void take_events(Changes& changes);
  /// Files to which nothing was written for a while, whether or not their writers are done.
  void take_written(Changes& changes);
  void forget(std::map<int, std::string>::iterator folder);
  [[nodiscard]] std::chrono::milliseconds until_written(std::chrono::milliseconds most);

  int events_ = -1, wake_ = -1;
  std::atomic<bool> woken_ = false;
  std::mutex mutex_;                    ///< guards the rest
  std::map<int, std::string> folders_;  ///< by watch descriptor
  std::map<std::string, int> watched_;
  std::map<std::string, Clock::time_point> written_;  ///< and when to tell of them
  std::set<std::string> told_;
};

}  // namespace gyre::coverage

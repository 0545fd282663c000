#include "coverage/archive/folder_watch.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/log.h"

namespace gyre::coverage {
namespace {

using std::chrono::milliseconds;
constexpr std::chrono::seconds kOnceQuiet{1};

/// What is being written is mostly of no use before its end (IN_CLOSE_WRITE); but some writers
/// append for days, so that it is told of once a second as well.
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM |
                                  IN_DELETE | IN_CREATE | IN_ATTRIB | IN_ONLYDIR | IN_DELETE_SELF |
                                  IN_MOVE_SELF;

/// A file that was made by open() will be closed; a link, or a second name of a file, is complete.
bool is_complete(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return true;
  return !S_ISREG(status.st_mode) || status.st_nlink > 1;
}

}  // namespace

FolderWatch::FolderWatch()
    : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (events_ < 0) {
    log(LogLevel::Warning,
        fmt::format("inotify: {}; changes are found by looking at everything from time to time",
                    std::strerror(errno)));
  }
}

FolderWatch::~FolderWatch() {
  if (events_ >= 0) ::close(events_);
  if (wake_ >= 0) ::close(wake_);
}

bool FolderWatch::watch(const std::set<std::string>& folders, std::set<std::string>& fresh) {
  if (events_ < 0) return false;
  const std::lock_guard lock(mutex_);
  for (auto one = watched_.begin(); one != watched_.end();) {
    if (folders.contains(one->first)) {
      ++one;
      continue;
    }
    ::inotify_rm_watch(events_, one->second);
    folders_.erase(one->second);
    one = watched_.erase(one);
  }
  bool all = true;
  for (const std::string& folder : folders) {
    if (watched_.contains(folder)) continue;
    const int watch = ::inotify_add_watch(events_, folder.c_str(), kEvents);
    if (watch < 0) {
      if (errno == ENOSPC && all) {
        log(LogLevel::Warning,
            "the kernel watches no more folders (fs.inotify.max_user_watches); changes in the "
            "others are found by looking at everything from time to time");
      }
      all = all && (errno == ENOENT || errno == ENOTDIR || errno == EACCES);
      continue;
    }
    watched_[folder] = watch;
    folders_[watch] = folder;
    fresh.insert(folder);
  }
  return all;
}

bool FolderWatch::wait_readable(milliseconds most) {
  std::array<pollfd, 2> sources{pollfd{events_, POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
  const int ready = ::poll(sources.data(), sources.size(), static_cast<int>(most.count()));
  std::uint64_t times = 0;
  if ((sources[1].revents & POLLIN) != 0) {
    while (::read(wake_, &times, sizeof(times)) > 0) {
    }
    return false;
  }
  return ready > 0 && (sources[0].revents & POLLIN) != 0;
}

void FolderWatch::take_events(Changes& changes) {
  alignas(inotify_event) std::array<char, 64 * 1024> room{};
  constexpr std::size_t kMost = 50'000;  // beyond that it is quicker to look at everything
  while (true) {
    const ssize_t got = ::read(events_, room.data(), room.size());
    if (got <= 0) return;
    const std::lock_guard lock(mutex_);
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, room.data() + at, sizeof(event));
      const char* const name = room.data() + at + sizeof(event);
      at += static_cast<ssize_t>(sizeof(event) + event.len);
      const auto folder = folders_.find(event.wd);
      if ((event.mask & IN_Q_OVERFLOW) != 0) changes.everything = true;
      if (folder == folders_.end()) continue;
      const std::string path = event.len == 0 ? folder->second : folder->second + "/" + name;
      if ((event.mask & (IN_IGNORED | IN_MOVE_SELF)) != 0) {  // it is gone, or elsewhere
        changes.paths.insert(folder->second);
        if ((event.mask & IN_MOVE_SELF) != 0) ::inotify_rm_watch(events_, folder->first);
        forget(folder);
        continue;
      }
      if ((event.mask & IN_MODIFY) != 0) {
        written_[path] = Clock::now() + kOnceQuiet;
        continue;
      }
      written_.erase(path);
      const bool only_made = (event.mask & IN_CREATE) != 0 && (event.mask & IN_ISDIR) == 0;
      if (only_made && !is_complete(path)) continue;
      if (changes.paths.size() < kMost) {
        changes.paths.insert(path);
      } else {
        changes.everything = true;
      }
    }
  }
}

/// By then another folder may be watched under its name.
void FolderWatch::forget(std::map<int, std::string>::iterator folder) {
  const auto by_name = watched_.find(folder->second);
  if (by_name != watched_.end() && by_name->second == folder->first) watched_.erase(by_name);
  folders_.erase(folder);
}

FolderWatch::Changes FolderWatch::wait(milliseconds most, milliseconds settle) {
  Changes changes;
  const auto end = Clock::now() + most;
  while (!wait_readable(until_written(most))) {
    take_written(changes);
    if (changes.any() || Clock::now() >= end || woken_.exchange(false)) return changes;
    most = std::chrono::duration_cast<milliseconds>(end - Clock::now()) + milliseconds(1);
  }
  constexpr milliseconds kLongest{500};
  const auto start = Clock::now();
  do {
    take_events(changes);
  } while (Clock::now() - start < kLongest && wait_readable(settle));
  take_written(changes);
  return changes;
}

void FolderWatch::take_written(Changes& changes) {
  const std::lock_guard lock(mutex_);
  changes.paths.merge(std::exchange(told_, {}));
  std::erase_if(written_, [&](const auto& one) {
    if (one.second > Clock::now()) return false;
    changes.paths.insert(one.first);
    return true;
  });
}

milliseconds FolderWatch::until_written(milliseconds most) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, when] : written_) {
    const auto left = std::chrono::duration_cast<milliseconds>(when - Clock::now());
    most = std::clamp(left + milliseconds(1), milliseconds(0), most);
  }
  return most;
}

void FolderWatch::tell(const std::string& path) {
  {
    const std::lock_guard lock(mutex_);
    told_.insert(path);
  }
  wake();
}

void FolderWatch::wake() {
  const std::uint64_t once = 1;
  woken_ = true;
  if (::write(wake_, &once, sizeof(once)) < 0) {
    // Full: it is awake already.
  }
}

}  // namespace gyre::coverage

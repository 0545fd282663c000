#include "services/host/catalogue_holder.h"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>

#include "coverage/base/clock.h"
#include "coverage/base/log.h"

namespace gyre::host {
namespace {

namespace fs = std::filesystem;

std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {
  state = (state ^ word) * 0x9E3779B97F4A7C15ull;
  return state ^ (state >> 29);
}

/// Order does not matter: directories list their entries in any.
std::uint64_t one_entry(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return 0;
  std::uint64_t state = std::hash<std::string>{}(path);
  state = mixed(state, static_cast<std::uint64_t>(status.st_size));
  state = mixed(state, static_cast<std::uint64_t>(status.st_mtim.tv_sec));
  state = mixed(state, static_cast<std::uint64_t>(status.st_mtim.tv_nsec));
  return mixed(state, status.st_ino);
}

}  // namespace

std::uint64_t fingerprint(const std::vector<std::string>& roots) {
  std::uint64_t sum = 0;
  for (const std::string& root : roots) {
    sum += one_entry(root);
    std::error_code error;
    using Walk = fs::recursive_directory_iterator;
    constexpr auto kOptions = fs::directory_options::skip_permission_denied |
                              fs::directory_options::follow_directory_symlink;
    for (Walk walk(root, kOptions, error); !error && walk != Walk(); walk.increment(error)) {
      // A link that leads back to a folder above would make the walk endless.
      if (walk.depth() > 64) walk.disable_recursion_pending();
      sum += one_entry(walk->path().string());
    }
  }
  return sum;
}

CatalogueHolder::CatalogueHolder(Build build, coverage::ArchiveSettings settings, double rescan_s,
                                 std::uint64_t first_generation)
    : build_(std::move(build)),
      settings_(std::move(settings)),
      rescan_s_(rescan_s),
      generation_(first_generation) {
  const std::lock_guard lock(building_);
  rebuild(settings_, fingerprint(settings_.roots));
  watcher_ = std::thread([this] { watch(); });
}

CatalogueHolder::~CatalogueHolder() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  watcher_.join();
}

std::shared_ptr<const coverage::Catalogue> CatalogueHolder::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::int64_t CatalogueHolder::changed_us() const {
  const std::lock_guard lock(mutex_);
  return changed_us_;
}

void CatalogueHolder::rebuild(const coverage::ArchiveSettings& settings, std::uint64_t seen) {
  auto fresh = build_(settings, generation_);
  ++generation_;
  seen_ = seen;
  coverage::log(coverage::LogLevel::Info,
                fmt::format("catalogue {}: {} datasets, {} not served", fresh->generation(),
                            fresh->datasets().size(), fresh->not_served().size()));
  const std::lock_guard lock(mutex_);
  if (current_ != fresh) changed_us_ = coverage::SystemClock().now_us();
  current_ = std::move(fresh);
}

void CatalogueHolder::reload(coverage::ArchiveSettings settings, double rescan_s) {
  const std::lock_guard lock(building_);
  rebuild(settings, fingerprint(settings.roots));
  settings_ = std::move(settings);
  rescan_s_ = rescan_s;
}

void CatalogueHolder::watch() {
  double wait_s = 0;
  for (;;) {
    {
      const std::lock_guard lock(building_);
      wait_s = rescan_s_;
    }
    {
      std::unique_lock lock(stop_mutex_);
      if (stopped_.wait_for(lock, std::chrono::duration<double>(wait_s),
                            [&] { return stopping_; })) {
        return;
      }
    }
    const std::lock_guard lock(building_);
    try {
      const std::uint64_t now = fingerprint(settings_.roots);
      if (now != seen_) rebuild(settings_, now);
    } catch (const std::exception& error) {
      coverage::log(coverage::LogLevel::Error,
                    fmt::format("the catalogue could not be built anew, the old one stays: {}",
                                error.what()));
    }
  }
}

}  // namespace gyre::host

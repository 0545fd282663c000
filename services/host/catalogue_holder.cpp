#include "services/host/catalogue_holder.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "coverage/base/clock.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/base/resident.h"
#include "coverage/source/changes.h"
#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/remote/remote_settings.h"

namespace gyre::host {
namespace {

using std::chrono::milliseconds;

/// A start waits so long for a look at everything before it serves what the index knows.
constexpr milliseconds kMoment{400};

}  // namespace

CatalogueHolder::CatalogueHolder(coverage::ArchiveParts parts, coverage::ArchiveSettings settings,
                                 double rescan_s, std::uint64_t first_generation)
    : parts_(std::move(parts)),
      archive_(std::make_unique<coverage::Archive>(std::move(settings), first_generation, parts_)),
      rescan_s_(rescan_s) {
  if (auto known = archive_->known()) publish(known, {});
  // What befell one file mostly befell its neighbours (a copy of a tree by links, a chmod -R).
  coverage::on_change([this](const std::string& path) {
    folders_.tell(std::filesystem::path(path).parent_path().string());
  });
  coverage::remote::on_change([this](const std::string& address) { folders_.tell(address); });
  watcher_ = std::thread([this] { watch(); });
  std::unique_lock lock(mutex_);
  published_.wait_for(lock, kMoment, [this] { return whole_; });
  published_.wait(lock, [this] { return current_ != nullptr; });
}

CatalogueHolder::~CatalogueHolder() {
  coverage::on_change({});
  coverage::remote::on_change({});
  stopping_.cancel();
  folders_.wake();
  watcher_.join();
}

std::shared_ptr<const coverage::Catalogue> CatalogueHolder::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::shared_ptr<const coverage::Catalogue> CatalogueHolder::after(
    const std::shared_ptr<const coverage::Catalogue>& seen,
    std::chrono::steady_clock::time_point until) const {
  constexpr std::size_t kMostWaiting = 16;  // others need the threads
  std::unique_lock lock(mutex_);
  if (current_ == seen && waiting_ >= kMostWaiting) return nullptr;
  ++waiting_;
  published_.wait_until(lock, until, [&] { return current_ != seen; });
  --waiting_;
  return current_ != seen ? current_ : nullptr;
}

std::int64_t CatalogueHolder::changed_us() const {
  const std::lock_guard lock(mutex_);
  return changed_us_;
}

coverage::IndexProgress CatalogueHolder::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void CatalogueHolder::publish(const coverage::Archive::Published& catalogue,
                              const coverage::IndexProgress& progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
  if (!catalogue || current_ == catalogue) return;
  coverage::log(coverage::LogLevel::Info,
                fmt::format("catalogue {}: {} datasets, {} not served{}", catalogue->generation(),
                            catalogue->datasets().size(), catalogue->not_served().size(),
                            progress.total == 0 ? std::string()
                                                : fmt::format(", {} of {} files looked into",
                                                              progress.done, progress.total)));
  current_ = catalogue;
  changed_us_ = coverage::SystemClock().now_us();
  published_.notify_all();
}

/// What changed between finding a folder and watching it is looked for once more.
void CatalogueHolder::watch_new_folders() {
  for (int round = 0; round < 8; ++round) {  // a writer that never pauses: the next change tells
    std::set<std::string> fresh;
    all_watched_ = folders_.watch(archive_->folders(), fresh) && archive_->all_there();
    if (fresh.empty()) return;
    publish(archive_->look_at(fresh, stopping_), {});
  }
}

void CatalogueHolder::look_at_everything() {
  const auto meanwhile = [this](const auto& catalogue, const auto& progress) {
    publish(catalogue, progress);
  };
  publish(archive_->scan(stopping_, meanwhile), {});
  watch_new_folders();
}

void CatalogueHolder::look_at(const std::set<std::string>& paths) {
  publish(archive_->look_at(paths, stopping_,
                            [this](const auto& catalogue, const auto& progress) {
                              publish(catalogue, progress);
                            }),
          {});
  watch_new_folders();
}

void CatalogueHolder::reload(coverage::ArchiveSettings settings, double rescan_s) {
  const std::lock_guard lock(building_);
  auto archive =
      std::make_unique<coverage::Archive>(std::move(settings), current()->generation() + 1, parts_);
  auto catalogue = archive->scan(stopping_);
  archive_ = std::move(archive);
  rescan_s_ = rescan_s;
  publish(catalogue, {});
  watch_new_folders();
  folders_.wake();
}

void CatalogueHolder::watch() {
  constexpr milliseconds kSettle{50};
  constexpr double kUnwatched_s = 2;  // where the kernel tells nothing
  const auto guarded = [this](const auto& look) {
    const std::lock_guard lock(building_);
    try {
      look();
    } catch (const coverage::Error& error) {
      if (error.kind() != coverage::ErrorKind::Aborted) {
        coverage::log(coverage::LogLevel::Error,
                      fmt::format("the old catalogue stays: {}", error.what()));
      }
    } catch (const std::exception& error) {
      coverage::log(coverage::LogLevel::Error,
                    fmt::format("the catalogue could not be built anew, the old one stays: {}",
                                error.what()));
    }
  };
  guarded([this] { look_at_everything(); });
  coverage::give_back_unused();  // what describing datasets took
  {
    const std::lock_guard lock(mutex_);
    whole_ = true;
    if (!current_) {  // nothing could be built: better an empty one than none
      current_ = std::make_shared<const coverage::Catalogue>(
          std::vector<std::shared_ptr<const coverage::Dataset>>{},
          std::vector<coverage::NotServed>{}, 0);
    }
    published_.notify_all();
  }
  using Clock = std::chrono::steady_clock;
  auto looked = Clock::now(), looked_far = looked;
  const auto after = [](Clock::time_point since, double seconds) {
    return since +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  };
  while (!stopping_.cancelled()) {
    double interval_s = 0;
    std::set<std::string> far;
    {
      const std::lock_guard lock(building_);
      interval_s = all_watched_ ? rescan_s_ : std::min(rescan_s_, kUnwatched_s);
      far = archive_->remote_roots();
    }
    const auto due = after(looked, interval_s);
    const auto far_due =
        far.empty() ? due : after(looked_far, coverage::remote::settings()->recheck_s);
    const auto left =
        std::chrono::duration_cast<milliseconds>(std::min(due, far_due) - Clock::now());
    const auto changes =
        folders_.wait(std::clamp(left, milliseconds(0), milliseconds(3'600'000)), kSettle);
    if (stopping_.cancelled()) return;
    if (changes.everything || Clock::now() >= due) {
      guarded([this] { look_at_everything(); });
      looked = looked_far = Clock::now();
    } else if (changes.any()) {
      guarded([&] { look_at(changes.paths); });
    } else if (Clock::now() >= far_due && !far.empty()) {
      guarded([&] { look_at(far); });
      looked_far = Clock::now();
    }
  }
}

}  // namespace gyre::host

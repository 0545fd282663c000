#include "coverage/index/holding_index.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/index/segment.h"
#include "coverage/index/segment_holding.h"
#include "coverage/index/segment_writer.h"
#include "coverage/index/shared_parts.h"

namespace gyre::coverage {

namespace fs = std::filesystem;

// ---- a snapshot ---------------------------------------------------------------------------------

IndexSnapshot::IndexSnapshot(std::vector<std::shared_ptr<const IndexSegment>> segments,
                             std::shared_ptr<SharedParts> shared)
    : segments_(std::move(segments)), shared_(std::move(shared)) {
  const auto path_of = [this](const Place& place) {
    return segments_[place.segment]->path(place.record);
  };
  const auto earlier = [&](const Place& a, const Place& b) { return path_of(a) < path_of(b); };
  for (std::uint32_t number = 0; number < segments_.size(); ++number) {  // oldest first
    std::vector<Place> own, both;
    for (std::size_t i = 0; i < segments_[number]->records(); ++i) {
      own.push_back({number, static_cast<std::uint32_t>(i)});
    }
    both.reserve(places_.size() + own.size());
    // Of equal paths the newer one wins.
    std::set_union(own.begin(), own.end(), places_.begin(), places_.end(), std::back_inserter(both),
                   earlier);
    places_ = std::move(both);
  }
  std::erase_if(places_, [&](const Place& place) {
    try {
      const segment::State state = segments_[place.segment]->record(place.record).record->state;
      if (state == segment::State::Removed) return true;
      holdings_ += state == segment::State::NoHolding ? 0 : 1;
      return false;
    } catch (const Error&) {
      return true;
    }
  });
}

IndexSnapshot::~IndexSnapshot() = default;

std::string_view IndexSnapshot::path(std::size_t index) const {
  return segments_[places_[index].segment]->path(places_[index].record);
}

std::shared_ptr<const IndexedHolding> IndexSnapshot::holding(std::size_t index,
                                                             std::size_t relative_from) const {
  const Place& place = places_[index];
  return std::make_shared<const SegmentHolding>(segments_[place.segment], place.record,
                                                relative_from, shared_);
}

std::optional<std::size_t> IndexSnapshot::index_of(std::string_view wanted) const {
  const auto found = std::lower_bound(places_.begin(), places_.end(), wanted,
                                      [this](const Place& place, std::string_view text) {
                                        return segments_[place.segment]->path(place.record) < text;
                                      });
  const auto index = static_cast<std::size_t>(found - places_.begin());
  if (found == places_.end() || path(index) != wanted) return std::nullopt;
  return index;
}

std::shared_ptr<const IndexedHolding> IndexSnapshot::find(std::string_view wanted,
                                                          std::size_t relative_from) const {
  const auto index = index_of(wanted);
  try {
    return index ? holding(*index, relative_from) : nullptr;
  } catch (const Error& error) {
    log(LogLevel::Warning, fmt::format("{}: looked into again: {}", wanted, error.what()));
    return nullptr;
  }
}

void IndexSnapshot::rest() const {
  for (const auto& segment : segments_) segment->rest();
}

std::optional<FileIdentity> IndexSnapshot::identity(std::string_view wanted) const {
  const auto index = index_of(wanted);
  if (!index) return std::nullopt;
  const Place& place = places_[*index];
  const auto view = segments_[place.segment]->record(place.record);
  return FileIdentity{view.record->size, view.record->modified_ns, view.record->inode};
}

// ---- the index ----------------------------------------------------------------------------------

namespace {

constexpr std::string_view kExtension = ".segment";

/// Of a file without a name: for an index in memory, and when the disk fails.
std::shared_ptr<const IndexSegment> in_memory(const SegmentWriter& writer) {
  return std::make_shared<const IndexSegment>(IndexSegment::InMemory{writer.bytes()});
}

}  // namespace

HoldingIndex::HoldingIndex(const std::string& folder, Access access)
    : folder_(folder), shared_(std::make_shared<SharedParts>()) {
  if (!folder_.empty()) {
    try {
      if (access == Access::ReadWrite) fs::create_directories(folder_);
      catalogue_ = std::make_unique<IndexCatalogue>(folder_ + "/catalogue.sqlite",
                                                    access == Access::ReadWrite);
      open_segments(access);
    } catch (const std::exception& error) {
      if (access == Access::Read) throw;
      trouble_ = error.what();
      use_what_is_known();
      log(LogLevel::Error,
          fmt::format("the index in {} cannot be kept: {}; what it knew is used, and changes are "
                      "kept in memory until the next start",
                      folder_, error.what()));
    }
  }
  publish();
}

HoldingIndex::~HoldingIndex() = default;

void HoldingIndex::use_what_is_known() {
  try {
    catalogue_ = std::make_unique<IndexCatalogue>(folder_ + "/catalogue.sqlite", false);
    open_segments(Access::Read);
  } catch (const std::exception&) {
    segments_.clear();  // nothing is
  }
  catalogue_.reset();
}

void HoldingIndex::open_segments(Access access) {
  if (access == Access::Read) {
    for (int attempt = 0; attempt < 100; ++attempt) {  // the other may be merging segments
      try {
        segments_.clear();
        for (const std::string& name : catalogue_->segments()) {
          segments_.push_back({name, std::make_shared<const IndexSegment>(folder_ + "/" + name +
                                                                          kExtension.data())});
        }
        return;
      } catch (const Error&) {
      }
    }
    throw std::runtime_error("it changes too fast to be read");
  }
  for (const std::string& name : catalogue_->segments()) {
    try {
      const std::uint64_t number = std::stoull(name);
      next_name_ = std::max(next_name_, number + 1);
      segments_.push_back(
          {name, std::make_shared<const IndexSegment>(folder_ + "/" + name + kExtension.data())});
    } catch (const std::exception& error) {
      // An older segment may come back to light without it: identities tell what is out of date.
      log(LogLevel::Warning,
          fmt::format("{}/{}: {}; what it held is looked into again", folder_, name, error.what()));
      catalogue_->replace({name}, "");
    }
  }
  remove_strangers();
}

/// What a killed run left: written, and never listed.
void HoldingIndex::remove_strangers() const {
  std::set<std::string> listed;
  for (const Named& one : segments_) listed.insert(one.name + kExtension.data());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool segment = name.ends_with(kExtension) || name.ends_with(".new");
    if (segment && !listed.contains(name)) fs::remove(entry.path(), ignored);
  }
}

std::shared_ptr<const IndexSnapshot> HoldingIndex::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

HoldingIndex::Figures HoldingIndex::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void HoldingIndex::publish() {
  std::vector<std::shared_ptr<const IndexSegment>> segments;
  Figures figures;
  for (const Named& one : segments_) {
    segments.push_back(one.segment);
    figures.bytes += one.segment->bytes();
  }
  auto fresh = std::make_shared<const IndexSnapshot>(std::move(segments), shared_);
  figures.holdings = fresh->holdings();
  figures.trouble = trouble_;
  const std::lock_guard lock(mutex_);
  snapshot_ = std::move(fresh);
  figures_ = std::move(figures);
}

void HoldingIndex::put(const SegmentWriter& writer, std::size_t replaced) {
  Named made;
  std::vector<std::string> dropped;
  for (std::size_t i = segments_.size() - replaced; i < segments_.size(); ++i) {
    if (!segments_[i].name.empty()) dropped.push_back(segments_[i].name);
  }
  if (catalogue_) {
    try {
      made.name = std::to_string(next_name_);
      const std::string path = folder_ + "/" + made.name + kExtension.data();
      writer.write(path);
      made.segment = std::make_shared<const IndexSegment>(path);
      catalogue_->replace(dropped, made.name);
      ++next_name_;
      if (!trouble_.empty()) {
        log(LogLevel::Info, fmt::format("{}: the index is kept again", folder_));
      }
      trouble_.clear();
    } catch (const std::exception& error) {
      if (trouble_.empty()) {
        log(LogLevel::Error, fmt::format("changes of the index are kept in memory alone until its "
                                         "disk takes them: {}",
                                         error.what()));
      }
      trouble_ = error.what();
      made = {};
    }
  }
  if (!made.segment) {
    if (replaced > 0) return;  // there is no need to merge
    made.segment = in_memory(writer);
  } else {
    for (const std::string& name : dropped) {
      std::error_code ignored;
      fs::remove(folder_ + "/" + name + kExtension.data(), ignored);
    }
  }
  segments_.resize(segments_.size() - replaced);
  segments_.push_back(std::move(made));
}

void HoldingIndex::commit(const std::vector<IndexChange>& changes) {
  const std::lock_guard lock(committing_);
  if (changes.empty()) {
    if (trouble_.empty() || segments_.empty()) return;
    merge(Retry::Yes);  // the disk may take again what it did not
    publish();
    return;
  }
  SegmentWriter writer;
  for (const IndexChange& one : changes) {
    if (one.record) {
      writer.add(one.path, *one.record);
    } else {
      writer.add_removed(one.path);
    }
  }
  put(writer, 0);
  merge(Retry::No);
  publish();
}

/// Segments double in size from the newest to the oldest: few of them, and each record is written
/// again some log2(n) times.
void HoldingIndex::merge(Retry retry) {
  if (!catalogue_) return;  // in memory there is no need
  std::size_t count = 1, records = segments_.back().segment->records();
  while (count < segments_.size()) {
    const Named& older = segments_[segments_.size() - count - 1];
    const bool unnamed = catalogue_ && older.name.empty();
    if (older.segment->records() > 2 * records && !unnamed) break;
    records += older.segment->records();
    ++count;
  }
  if (count == 1 && !(catalogue_ && segments_.back().name.empty())) return;
  if (!trouble_.empty() && count < 16 && retry == Retry::No) return;
  SegmentWriter writer;
  const bool all = count == segments_.size();
  for (std::size_t i = segments_.size() - count; i < segments_.size(); ++i) {
    const IndexSegment& segment = *segments_[i].segment;
    for (std::size_t record = 0; record < segment.records(); ++record) {
      try {
        const IndexSegment::View view = segment.record(record);
        if (!IndexSegment::intact(view)) continue;
        if (all && view.record->state == segment::State::Removed) {
          writer.forget(std::string(view.path));
        } else {
          writer.add(segment, view);
        }
      } catch (const Error&) {  // looked into again
      }
    }
  }
  put(writer, count);
}

}  // namespace gyre::coverage

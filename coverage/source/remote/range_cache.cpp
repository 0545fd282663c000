#include "coverage/source/remote/range_cache.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/base/fingerprint.h"
#include "coverage/base/log.h"
#include "coverage/index/byte_stream.h"
#include "coverage/source/remote/remote_settings.h"

namespace gyre::coverage::remote {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "gyre range 1\n";
constexpr std::uint64_t kSmall = 256u << 10, kRecent = 32u << 20;
/// What a small file takes of a disk beside its bytes.
constexpr std::uint64_t kOverhead = 4096;

std::string name_of(const std::string& key) {
  const Fingerprint print = fingerprint_of(key);
  return fmt::format("{:016x}{:016x}", print.high, print.low);
}

std::string place(const std::string& folder, const std::string& name) {
  return fmt::format("{}/{}/{}", folder, name.substr(0, 2), name);
}

std::string encoded(const std::string& key, const Kept& kept) {
  ByteWriter body;
  body.text(key);
  body.number(static_cast<std::uint8_t>(kept.present ? 1 : 0));
  body.number(kept.total);
  body.text(kept.version);
  body.number(kept.kept_s);
  body.text({reinterpret_cast<const char*>(kept.bytes.data()), kept.bytes.size()});
  const Fingerprint print = fingerprint_of(body.bytes());
  ByteWriter file;
  file.number(print.high);
  file.number(print.low);
  return std::string(kMagic) + file.take() + body.take();
}

std::optional<Kept> decoded(const std::string& key, std::string_view file) {
  if (!file.starts_with(kMagic)) return std::nullopt;
  file.remove_prefix(kMagic.size());
  try {
    ByteReader in(file);
    Fingerprint print;
    print.high = in.number<std::uint64_t>();
    print.low = in.number<std::uint64_t>();
    if (fingerprint_of(file.substr(2 * sizeof(std::uint64_t))) != print) return std::nullopt;
    if (in.text() != key) return std::nullopt;
    Kept kept;
    kept.present = in.number<std::uint8_t>() != 0;
    kept.total = in.number<std::uint64_t>();
    kept.version = in.text();
    kept.kept_s = in.number<std::int64_t>();
    const std::string_view bytes = in.text();
    kept.bytes.resize(bytes.size());
    if (!bytes.empty()) std::memcpy(kept.bytes.data(), bytes.data(), bytes.size());
    return kept;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::string> read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat status = {};
  std::optional<std::string> text;
  constexpr off_t kMost = off_t{2} << 30;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= kMost) {
    text.emplace(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t at = 0;
    while (at < text->size()) {
      const ssize_t got = ::read(fd, text->data() + at, text->size() - at);
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    if (at < text->size()) text.reset();
  }
  ::close(fd);
  return text;
}

bool write_file(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put <= 0) break;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return ::close(fd) == 0 && text.empty();
}

bool is_name(const std::string& name) {
  return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

struct RangeCache::Entry {
  std::string name;
  std::uint64_t size = 0;
};

RangeCache::RangeCache(std::string folder, std::uint64_t most_bytes)
    : folder_(std::move(folder)), most_(most_bytes), entries_(std::make_unique<Entries>()) {
  if (!folder_.empty()) scan();
}

RangeCache::~RangeCache() = default;

/// What is there from before, the oldest last; what a killed process left half-written goes.
void RangeCache::scan() {
  struct Found {
    std::string name;
    std::uint64_t size;
    std::int64_t used;
  };
  std::vector<Found> found;
  std::error_code error;
  fs::create_directories(folder_, error);
  fs::permissions(folder_, fs::perms::owner_all, error);
  for (fs::recursive_directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().string(), name = entry->path().filename().string();
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    constexpr std::int64_t kHalfWritten_s = 3600;  // another process may be at it
    if (name.starts_with("new-") && std::time(nullptr) - status.st_mtim.tv_sec > kHalfWritten_s) {
      ::unlink(path.c_str());
    }
    if (!is_name(name)) continue;
    found.push_back({name, static_cast<std::uint64_t>(status.st_size), status.st_mtim.tv_sec});
  }
  std::sort(found.begin(), found.end(),
            [](const Found& a, const Found& b) { return a.used > b.used; });
  for (const Found& one : found) {
    entries_->push_back({one.name, one.size + kOverhead});
    by_name_[one.name] = std::prev(entries_->end());
    bytes_ += one.size + kOverhead;
  }
  make_room();
}

/// @pre mutex_ is held, as for all below
void RangeCache::note(const std::string& name, std::uint64_t size) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    bytes_ -= found->second->size;
    entries_->erase(found->second);
  }
  entries_->push_front({name, size + kOverhead});
  by_name_[name] = entries_->begin();
  bytes_ += size + kOverhead;
}

void RangeCache::make_room() {
  while (bytes_ > most_ && !entries_->empty()) drop(std::prev(entries_->end()));
}

void RangeCache::drop(Entries::iterator entry) {
  ::unlink(place(folder_, entry->name).c_str());
  bytes_ -= entry->size;
  by_name_.erase(entry->name);
  entries_->erase(entry);
}

bool RangeCache::resting() { return std::time(nullptr) < resting_until_s_; }

void RangeCache::rest(const char* what) {
  constexpr std::int64_t kRest_s = 60;
  resting_until_s_ = std::time(nullptr) + kRest_s;
  log(LogLevel::Warning, fmt::format("cache {}: {}: {}; nothing is added for {} s", folder_, what,
                                     std::strerror(errno), kRest_s));
}

void RangeCache::remember(const std::string& key, const Kept& kept) {
  if (kept.bytes.size() > kSmall) return;
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    recent_bytes_ -= found->second->second.bytes.size() + key.size() + 200;
    recent_.erase(found->second);
    by_key_.erase(found);
  }
  recent_.emplace_front(key, kept);
  by_key_[key] = recent_.begin();
  recent_bytes_ += kept.bytes.size() + key.size() + 200;
  while (recent_bytes_ > kRecent) {
    const auto& [last, value] = recent_.back();
    recent_bytes_ -= value.bytes.size() + last.size() + 200;
    by_key_.erase(last);
    recent_.pop_back();
  }
}

std::optional<Kept> RangeCache::get(const std::string& key) {
  const std::string name = name_of(key);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
      return found->second->second;
    }
    if (folder_.empty()) return std::nullopt;
  }
  // Another process may have put it there, so that what is known of the folder does not decide.
  const std::string path = place(folder_, name);
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  auto kept = decoded(key, *text);
  const std::lock_guard lock(mutex_);
  if (!kept) {
    log(LogLevel::Info, fmt::format("cache {}: {} is damaged, and asked anew", folder_, name));
    ::unlink(path.c_str());
    return std::nullopt;
  }
  note(name, text->size());
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // used last, for the next process
  remember(key, *kept);
  return kept;
}

void RangeCache::put(const std::string& key, const Kept& kept) {
  std::string written;
  const std::string name = name_of(key);
  {
    const std::lock_guard lock(mutex_);
    remember(key, kept);
    if (folder_.empty() || resting() || kept.bytes.size() > most_ / 4) return;
    written = fmt::format("{}/new-{}-{}", folder_, ::getpid(), written_++);
  }
  const std::string text = encoded(key, kept), path = place(folder_, name);
  bool good = write_file(written, text);
  if (good && ::rename(written.c_str(), path.c_str()) != 0) {
    std::error_code ignored;
    fs::create_directory(fs::path(path).parent_path(), ignored);
    good = ::rename(written.c_str(), path.c_str()) == 0;
  }
  const std::lock_guard lock(mutex_);
  if (!good) {
    rest("it cannot be written");
    ::unlink(written.c_str());
    return;
  }
  note(name, text.size());
  make_room();
}

void RangeCache::remove(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    recent_bytes_ -= found->second->second.bytes.size() + key.size() + 200;
    recent_.erase(found->second);
    by_key_.erase(found);
  }
  if (folder_.empty()) return;
  const std::string name = name_of(key);
  if (const auto found = by_name_.find(name); found != by_name_.end()) return drop(found->second);
  ::unlink(place(folder_, name).c_str());
}

std::optional<std::string> RangeCache::file(const std::string& key) {
  if (folder_.empty()) return std::nullopt;
  const std::string name = name_of(key), path = place(folder_, name);
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  note(name, static_cast<std::uint64_t>(status.st_size));
  return path;
}

std::optional<std::string> RangeCache::new_file(std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  if (folder_.empty() || size > most_) return std::nullopt;
  return fmt::format("{}/new-{}-{}", folder_, ::getpid(), written_++);
}

std::optional<std::string> RangeCache::keep_file(const std::string& key,
                                                 const std::string& written) {
  const std::string name = name_of(key), path = place(folder_, name);
  struct stat status = {};
  std::error_code ignored;
  fs::create_directory(fs::path(path).parent_path(), ignored);
  const std::lock_guard lock(mutex_);
  if (::stat(written.c_str(), &status) != 0 || ::rename(written.c_str(), path.c_str()) != 0) {
    rest("a file cannot be kept");
    ::unlink(written.c_str());
    return std::nullopt;
  }
  note(name, static_cast<std::uint64_t>(status.st_size));
  make_room();
  return path;
}

std::uint64_t RangeCache::bytes_on_disk() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::shared_ptr<RangeCache> range_cache() {
  static std::mutex guard;
  static std::shared_ptr<RangeCache> cache;
  static std::string folder;
  static std::uint64_t most = 0;
  const auto now = settings();
  const std::lock_guard lock(guard);
  if (!cache || folder != now->cache_folder || most != now->cache_bytes) {
    folder = now->cache_folder;
    most = now->cache_bytes;
    cache = std::make_shared<RangeCache>(folder, most);
  }
  return cache;
}

}  // namespace gyre::coverage::remote

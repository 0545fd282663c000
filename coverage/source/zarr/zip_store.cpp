#include "coverage/source/zarr/zip_store.h"

#include <algorithm>
#include <array>
#include <list>
#include <mutex>
#include <string_view>

#include <fmt/format.h>
#include <zip.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage {
namespace {

constexpr std::array kMetadata{".zgroup", ".zarray", ".zattrs", ".zmetadata", "zarr.json"};

/// An open archive. libzip's handles are not thread-safe.
struct Archive {
  std::mutex mutex;
  zip_t* zip = nullptr;
  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() {
    if (zip != nullptr) zip_discard(zip);
  }
};

std::shared_ptr<Archive> open_archive(const std::string& path) {
  auto archive = std::make_shared<Archive>();
  int code = 0;
  archive->zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive->zip == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    log(LogLevel::Info, fmt::format("{}: {}", path, zip_error_strerror(&error)));
    zip_error_fini(&error);
    throw Error(ErrorKind::MalformedHolding, "",
                "it is a zip archive that is damaged: its table of contents cannot be read");
  }
  return archive;
}

/// The archives read last stay open, since their tables of contents are long; few, since each
/// takes a file descriptor. One that is dropped closes when its last reader is done.
class OpenArchives {
 public:
  std::shared_ptr<Archive> get(const std::string& path, const FileIdentity& identity) {
    const std::lock_guard guard(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return entry.path == path && entry.identity == identity;
    });
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
    } else {
      std::erase_if(entries_, [&](const Entry& entry) { return entry.path == path; });
      entries_.push_front({path, identity, open_archive(path)});
      if (entries_.size() > kMost) entries_.pop_back();
    }
    return entries_.front().archive;
  }

 private:
  static constexpr std::size_t kMost = 16;
  struct Entry {
    std::string path;
    FileIdentity identity;
    std::shared_ptr<Archive> archive;
  };
  std::mutex mutex_;
  std::list<Entry> entries_;
};

OpenArchives& open_archives() {
  static OpenArchives archives;
  return archives;
}

/// A member that is stored without compression.
class MemberBytes final : public ByteSource {
 public:
  MemberBytes(std::shared_ptr<Archive> archive, zip_uint64_t index, std::uint64_t size,
              const ChunkKey& key)
      : archive_(std::move(archive)), index_(index), size_(size), key_(key) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::optional<ChunkKey> chunk_key() const override { return key_; }

  void read(std::uint64_t offset, std::span<std::byte> into) const override {
    const std::lock_guard guard(archive_->mutex);
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
        zip_fopen_index(archive_->zip, index_, 0), zip_fclose);
    if (!file) throw DamagedChunk("its member of the archive cannot be opened");
    if (offset != 0 && zip_fseek(file.get(), static_cast<zip_int64_t>(offset), SEEK_SET) != 0) {
      throw DamagedChunk("its member of the archive cannot be read");
    }
    while (!into.empty()) {
      const zip_int64_t got = zip_fread(file.get(), into.data(), into.size());
      if (got <= 0) throw DamagedChunk("its member of the archive is damaged or cut short");
      into = into.subspan(static_cast<std::size_t>(got));
    }
    if (offset != 0) return;
    // One byte more, so that libzip compares the checksum of what was read to the end.
    std::byte beyond{};
    if (zip_fread(file.get(), &beyond, 1) < 0) {
      throw DamagedChunk("its member of the archive is damaged: its checksum is wrong");
    }
  }

 private:
  std::shared_ptr<Archive> archive_;
  zip_uint64_t index_;
  std::uint64_t size_;
  ChunkKey key_;
};

}  // namespace

ZipStore::ZipStore(std::string path) : path_(std::move(path)), identity_(identity_of(path_)) {
  constexpr zip_int64_t kMostMembers = 4'000'000;
  const auto archive = open_archives().get(path_, identity_);
  const std::lock_guard guard(archive->mutex);
  const zip_int64_t count = zip_get_num_entries(archive->zip, 0);
  if (count > kMostMembers) {
    throw Error(ErrorKind::MalformedHolding, "", "it is a zip archive of too many members");
  }
  std::vector<std::string> documents;
  std::set<std::string> tops;
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* const raw = zip_get_name(archive->zip, static_cast<zip_uint64_t>(i), 0);
    if (raw == nullptr) continue;
    const std::string_view name(raw);
    // Writers add what they write again: the last of a name is the one that counts.
    const zip_int64_t first_of_name = zip_name_locate(archive->zip, raw, 0);
    if (first_of_name >= 0 && first_of_name != i) {
      written_again_[std::string(name)] = static_cast<std::uint64_t>(i);
    }
    const std::size_t slash = name.find_last_of('/');
    const std::string_view last = slash == name.npos ? name : name.substr(slash + 1);
    if (std::find(kMetadata.begin(), kMetadata.end(), last) != kMetadata.end()) {
      if (documents.size() >= 4 * DescribeLimits::kVariables) {
        throw Error(ErrorKind::MalformedHolding, "", "it has too many arrays");
      }
      documents.emplace_back(name);
    }
    const std::size_t first = name.find('/');
    if (tops.size() < 2) tops.emplace(first == name.npos ? "" : name.substr(0, first + 1));
  }
  if (tops.size() == 1) top_ = *tops.begin();  // somebody zipped the folder, not what is in it
  for (const std::string& document : documents) {
    std::string_view below = std::string_view(document).substr(top_.size());
    std::size_t begin = 0;
    for (auto slash = below.find('/'); slash != below.npos; slash = below.find('/', begin)) {
      if (slash > begin) {
        folders_[std::string(below.substr(0, begin))].emplace(below.substr(begin, slash - begin));
      }
      begin = slash + 1;
      if (std::count(below.begin(), below.begin() + static_cast<std::ptrdiff_t>(begin), '/') >
          static_cast<std::ptrdiff_t>(DescribeLimits::kGroupDepth)) {
        break;
      }
    }
  }
}

bool ZipStore::has_metadata() const {
  return std::any_of(kMetadata.begin(), kMetadata.end(), [&](const char* name) {
    return std::string_view(name) != ".zattrs" && open(name) != nullptr;
  });
}

std::unique_ptr<ByteSource> ZipStore::open(const std::string& key) const {
  std::shared_ptr<Archive> archive;
  try {
    archive = open_archives().get(path_, identity_);
  } catch (const Error& error) {
    throw DamagedChunk(error.what());
  }
  std::unique_lock guard(archive->mutex);
  const auto again = written_again_.find(top_ + key);
  const zip_int64_t index = again != written_again_.end()
                                ? static_cast<zip_int64_t>(again->second)
                                : zip_name_locate(archive->zip, (top_ + key).c_str(), 0);
  if (index < 0) return nullptr;
  zip_stat_t status;
  zip_stat_init(&status);
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  const auto member = static_cast<zip_uint64_t>(index);
  if (zip_stat_index(archive->zip, member, 0, &status) != 0 ||
      (status.valid & kNeeded) != kNeeded) {
    throw DamagedChunk("its entry in the archive is damaged");
  }
  if (status.encryption_method != ZIP_EM_NONE) throw DamagedChunk("it is encrypted");
  guard.unlock();
  auto bytes =
      std::make_unique<MemberBytes>(std::move(archive), member, status.size,
                                    generation_key(fmt::format("{}/{}", path_, member), identity_));
  if (status.comp_method == ZIP_CM_STORE) return bytes;
  return std::make_unique<MemoryBytes>(read_all(*bytes, DescribeLimits::kZarrChunkBytes));
}

std::vector<std::string> ZipStore::folders(const std::string& prefix) const {
  const auto found = folders_.find(prefix);
  if (found == folders_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace gyre::coverage

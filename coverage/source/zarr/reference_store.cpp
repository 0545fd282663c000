#include "coverage/source/zarr/reference_store.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/fetching.h"
#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/zarr/directory_store.h"

namespace gyre::coverage {
namespace {

namespace fs = std::filesystem;
using Part = WantedBytes::Part;

constexpr const char* kBehind = "its reference leads behind the end of the file it is in";
constexpr const char* kNotAllowed =
    "its reference leads to a place that such tables may not read (remote.references_may_read)";

[[noreturn]] void changed() {
  throw Error(ErrorKind::HoldingChanged, "",
              "A file that a table of references leads to was replaced; the table no longer fits.");
}

/// A part of another source, which it owns.
class OwnedPart final : public ByteSource {
 public:
  OwnedPart(std::unique_ptr<ByteSource> whole, std::uint64_t offset, std::uint64_t size)
      : whole_(std::move(whole)), offset_(offset), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::optional<ChunkKey> chunk_key() const override {
    auto key = whole_->chunk_key();
    if (key) key->number += offset_;
    return key;
  }
  void read(std::uint64_t offset, std::span<std::byte> into) const override {
    whole_->read(offset_ + offset, into);
  }

 private:
  std::unique_ptr<ByteSource> whole_;
  std::uint64_t offset_, size_;
};

Bytes bytes_of(std::string_view text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

bool lies_in(const fs::path& file, const fs::path& folder) {
  const fs::path relative = file.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

}  // namespace

ReferenceStore::ReferenceStore(std::string path, std::string_view json)
    : path_(std::move(path)), table_(json) {
  far_ = std::any_of(table_.urls().begin(), table_.urls().end(), [&](const std::string& url) {
    return remote::is_address(url) || remote::is_address(path_);
  });
  constexpr std::array kMetadata{".zgroup", ".zarray", ".zattrs", "zarr.json"};
  std::size_t documents = 0;
  table_.for_each_key([&](std::string_view key) {
    const std::size_t last = key.find_last_of('/');
    if (last == key.npos ||
        std::find(kMetadata.begin(), kMetadata.end(), key.substr(last + 1)) == kMetadata.end()) {
      return;
    }
    if (++documents > 4 * DescribeLimits::kVariables) {
      throw Error(ErrorKind::MalformedHolding, "", "it has too many arrays");
    }
    std::size_t begin = 0, depth = 0;
    for (auto slash = key.find('/'); slash != key.npos && depth <= DescribeLimits::kGroupDepth;
         slash = key.find('/', begin), ++depth) {
      if (slash > begin) {
        folders_[std::string(key.substr(0, begin))].emplace(key.substr(begin, slash - begin));
      }
      begin = slash + 1;
    }
  });
}

bool ReferenceStore::may_read(const std::string& file) const {
  if (remote::is_address(path_)) return false;  // nobody's table is to read our disk
  const auto own = real_path(path_);
  if (own && lies_in(file, fs::path(*own).parent_path())) return true;
  const auto settings = remote::settings();
  return std::any_of(settings->references_may_read.begin(), settings->references_may_read.end(),
                     [&](const std::string& allowed) {
                       if (remote::is_address(allowed)) return false;
                       const auto folder = real_path(allowed);
                       return folder && (file == *folder || lies_in(file, *folder));
                     });
}

bool ReferenceStore::may_ask(const std::string& address) const {
  if (remote::is_address(path_)) {
    const std::string table = remote::shown(path_);
    if (remote::is_within(address, table.substr(0, table.find_last_of('/')))) return true;
  }
  const auto settings = remote::settings();
  const auto within = [&](const std::string& prefix) { return remote::is_within(address, prefix); };
  return std::any_of(settings->references_may_read.begin(), settings->references_may_read.end(),
                     within) ||
         std::any_of(settings->stores.begin(), settings->stores.end(),
                     [&](const auto& store) { return within(store.url); });
}

ReferenceStore::Target ReferenceStore::resolve(const std::string& url) const {
  if (remote::is_address(url)) {
    if (!may_ask(url)) return {"", "", kNotAllowed};
    return {"", url, ""};
  }
  if (url.find('\0') != url.npos) return {"", "", "its reference is no name of a file"};
  std::string file = url;
  constexpr std::string_view kFile = "file://";
  if (file.starts_with(kFile)) {
    file.erase(0, kFile.size());
    if (!file.starts_with('/')) return {"", "", "its reference is no name of a file"};
  } else if (const auto scheme = url.find("://"); scheme != url.npos) {
    return {"", "",
            fmt::format("its reference is of the kind '{}', which is not read",
                        url.substr(0, std::min<std::size_t>(scheme, 16)))};
  }
  if (!file.starts_with('/')) {
    if (remote::is_address(path_)) {
      const std::string table = remote::shown(path_);
      const std::string address = table.substr(0, table.find_last_of('/') + 1) + file;
      if (!may_ask(address)) return {"", "", kNotAllowed};
      return {"", address, ""};
    }
    file = (fs::path(path_).parent_path() / file).string();
  }
  const auto real = real_path(file);
  if (!real) {
    const bool missing = errno == ENOENT;
    // Without telling whether there is such a file where it may not look.
    if (!may_read(fs::path(file).lexically_normal().string())) return {"", "", kNotAllowed};
    return {"", "",
            missing ? "the file that its reference leads to does not exist"
                    : "the file that its reference leads to cannot be reached"};
  }
  if (!may_read(*real)) return {"", "", kNotAllowed};
  return {*real, "", ""};
}

ReferenceStore::Target ReferenceStore::target_of(std::uint32_t url) const {
  const std::lock_guard lock(mutex_);
  const auto found = targets_.find(url);
  if (found != targets_.end()) return found->second;
  Target target = resolve(table_.urls()[url]);
  // A file that is not there may come.
  constexpr std::size_t kMostKept = 100'000;
  if (target.problem.empty() && targets_.size() < kMostKept) targets_[url] = target;
  return target;
}

std::unique_ptr<ByteSource> ReferenceStore::open_file(const Target& target,
                                                      const Reference& reference) const {
  if (!target.problem.empty()) throw DamagedChunk(target.problem);
  FileIdentity identity;
  std::unique_ptr<ByteSource> file = open_regular_file(target.file, &identity);
  if (!file) throw DamagedChunk("the file that its reference leads to does not exist");
  {
    const std::lock_guard lock(mutex_);
    const auto [known, is_new] = identities_.emplace(target.file, identity);
    if (!is_new && !(known->second == identity)) changed();
  }
  if (reference.whole) return file;
  if (reference.offset > file->size() || reference.size > file->size() - reference.offset) {
    throw DamagedChunk(kBehind);
  }
  return std::make_unique<OwnedPart>(std::move(file), reference.offset, reference.size);
}

std::unique_ptr<ByteSource> ReferenceStore::open(const std::string& key) const {
  const Reference* const reference = table_.find(key);
  if (reference == nullptr) return nullptr;
  if (reference->url == Reference::kInline) {
    return std::make_unique<MemoryBytes>(bytes_of(table_.inline_bytes(*reference)));
  }
  const Target target = target_of(reference->url);
  if (target.address.empty()) return open_file(target, *reference);
  auto found = fetch({{key, Part::Whole, 0, DescribeLimits::kZarrChunkBytes}});
  if (!found[0].problem.empty()) throw DamagedChunk(found[0].problem);
  if (!found[0].present) return nullptr;
  return std::make_unique<MemoryBytes>(std::move(found[0].bytes));
}

std::vector<std::string> ReferenceStore::folders(const std::string& prefix) const {
  const auto found = folders_.find(prefix);
  if (found == folders_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

FetchedBytes ReferenceStore::fetch_near(const WantedBytes& wanted,
                                        const Reference& reference) const {
  FetchedBytes found;
  found.present = true;
  try {
    std::unique_ptr<ByteSource> source;
    if (reference.url == Reference::kInline) {
      source = std::make_unique<MemoryBytes>(bytes_of(table_.inline_bytes(reference)));
    } else {
      source = open_file(target_of(reference.url), reference);
    }
    found.total = source->size();
    if (wanted.part == Part::Whole) {
      found.bytes = source->all(wanted.size);
    } else if (wanted.part == Part::End) {
      found.bytes = source->tail(static_cast<std::size_t>(wanted.size));
    } else if (wanted.offset > source->size() || wanted.size > source->size() - wanted.offset) {
      found.problem = kBehind;
    } else {
      found.bytes.resize(static_cast<std::size_t>(wanted.size));
      source->read(wanted.offset, found.bytes);
    }
  } catch (const DamagedChunk& error) {
    found.problem = error.what();
  }
  return found;
}

std::vector<FetchedBytes> ReferenceStore::fetch(const std::vector<WantedBytes>& wanted) const {
  std::vector<FetchedBytes> found(wanted.size());
  std::vector<remote::FarPart> parts;
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const WantedBytes& one = wanted[i];
    const Reference* const reference = table_.find(one.key);
    if (reference == nullptr) continue;
    const Target target =
        reference->url == Reference::kInline ? Target{} : target_of(reference->url);
    if (target.address.empty()) {
      found[i] = fetch_near(one, *reference);
      continue;
    }
    remote::FarPart part{target.address, one.part, one.offset, one.size, "", ""};
    if (!reference->whole) {
      part.part = Part::Range;
      part.offset = reference->offset;
      part.size = reference->size;
      if (one.part == Part::Whole && reference->size > one.size) {
        found[i].present = true;
        found[i].problem = fmt::format("it takes {} bytes, where {} are the most that can be right",
                                       reference->size, one.size);
        continue;
      }
      if (one.part == Part::Range) {
        if (one.offset > reference->size || one.size > reference->size - one.offset) {
          found[i].present = true;
          found[i].problem = kBehind;
          continue;
        }
        part.offset += one.offset;
        part.size = one.size;
      } else if (one.part == Part::End) {
        part.size = std::min(one.size, reference->size);
        part.offset += reference->size - part.size;
      }
    }
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = versions_.find(target.address); known != versions_.end()) {
        part.version = known->second;
      }
    }
    parts.push_back(std::move(part));
    of.push_back(i);
  }
  std::vector<FetchedBytes> far = remote::fetch(parts);
  // What is kept from an earlier time counts only when it is of the version of today.
  std::vector<remote::HttpRequest> questions;
  std::set<std::string> asked;
  for (std::size_t k = 0; k < far.size(); ++k) {
    if (!far[k].kept || !parts[k].version.empty() || !asked.insert(parts[k].address).second) {
      continue;
    }
    remote::HttpRequest question;
    question.address = parts[k].address;
    question.part = remote::HttpRequest::Part::Nothing;
    questions.push_back(std::move(question));
  }
  if (!questions.empty()) {
    const auto answers = remote::ask(questions, remote::kReadDeadline_s);
    std::vector<remote::FarPart> again;
    std::vector<std::size_t> of_again;
    {
      const std::lock_guard lock(mutex_);
      for (std::size_t q = 0; q < questions.size(); ++q) {
        versions_.emplace(questions[q].address, answers[q].version);
      }
      for (std::size_t k = 0; k < far.size(); ++k) {
        const auto known = versions_.find(parts[k].address);
        if (!far[k].kept || known == versions_.end() || known->second == far[k].version) continue;
        remote::forget(parts[k]);
        again.push_back(parts[k]);
        of_again.push_back(k);
      }
    }
    std::vector<FetchedBytes> fresh = remote::fetch(again);
    for (std::size_t n = 0; n < fresh.size(); ++n) far[of_again[n]] = std::move(fresh[n]);
  }
  for (std::size_t k = 0; k < far.size(); ++k) {
    FetchedBytes& one = far[k];
    if (one.problem.empty() && one.present) {
      const std::lock_guard lock(mutex_);
      const auto [known, is_new] = versions_.emplace(parts[k].address, one.version);
      if (!is_new && known->second != one.version) {
        remote::forget(parts[k]);
        changed();
      }
    } else if (one.problem.empty()) {
      one.present = true;  // the table says that there is something
      one.problem = "what its reference leads to does not exist";
    }
    if (const Reference* const reference = table_.find(wanted[of[k]].key); !reference->whole) {
      one.total = reference->size;
    }
    found[of[k]] = std::move(one);
  }
  return found;
}

std::unique_ptr<const ZarrStore> open_reference_store(const std::string& path) {
  if (remote::is_address(path)) {
    const auto holding = remote::remote_holding(path);
    const Bytes& bytes = holding->documents.at("").bytes;
    return std::make_unique<ReferenceStore>(
        path, reference_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  }
  std::string text;
  try {
    const auto file = open_regular_file(path, nullptr);
    if (!file) throw DamagedChunk("it does not exist");
    const Bytes bytes = file->all(ReferenceTable::kMostBytes);
    text = reference_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  } catch (const DamagedChunk& error) {
    throw Error(ErrorKind::MalformedHolding, "", error.what());
  }
  return std::make_unique<ReferenceStore>(path, text);
}

}  // namespace gyre::coverage

#include "coverage/source/remote/zip_directory.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <libdeflate.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/remote/fetching.h"

namespace gyre::coverage::remote {
namespace {

[[noreturn]] void damaged(const char* why) {
  throw Error(ErrorKind::MalformedHolding, "",
              fmt::format("it is a zip archive that is damaged: {}", why));
}

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) damaged("its directory is cut short");
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes range_of(const std::string& address, std::uint64_t offset, std::uint64_t size,
               const std::string& version) {
  HttpRequest request;
  request.address = address;
  request.part = HttpRequest::Part::Range;
  request.offset = offset;
  request.size = request.most = size;
  HttpAnswer answer = ask({request}, kReadDeadline_s).front();
  if (answer.kind != HttpAnswer::Kind::Good || answer.body.size() != size) {
    damaged("its table of contents cannot be read");
  }
  if (answer.version != version) {
    throw Error(ErrorKind::HoldingChanged, "", "it changed while it was being looked into");
  }
  return std::move(answer.body);
}

constexpr std::size_t kLocalHeader = 30;

}  // namespace

Bytes zip_directory_bytes(const std::string& address, std::uint64_t size,
                          const std::string& version) {
  constexpr std::uint64_t kTail = (64u << 10) + 22 + 20 + 56;
  const std::uint64_t tail_size = std::min(size, kTail), tail_at = size - tail_size;
  const Bytes tail_bytes = range_of(address, tail_at, tail_size, version);
  const std::string_view tail = text_of(tail_bytes);
  const std::size_t end = tail.rfind("PK\x05\x06");
  if (end == tail.npos) damaged("its table of contents cannot be found");
  std::uint64_t length = number(tail, end + 12, 4), offset = number(tail, end + 16, 4);
  std::uint64_t count = number(tail, end + 10, 2);
  if (length == 0xffffffff || offset == 0xffffffff || count == 0xffff) {
    const std::size_t end64 = tail.rfind("PK\x06\x06", end);
    if (end64 != tail.npos) {
      length = number(tail, end64 + 40, 8);
      offset = number(tail, end64 + 48, 8);
    }
  }
  if (length > DescribeLimits::kMetadataBytes) damaged("its table of contents is too long");
  if (offset > size || length > size - offset) damaged("its table of contents lies behind its end");
  Bytes directory;
  if (offset >= tail_at) {
    const auto first = tail_bytes.begin() + static_cast<std::ptrdiff_t>(offset - tail_at);
    if (offset - tail_at + length > tail_size) damaged("its table of contents lies behind its end");
    directory.assign(first, first + static_cast<std::ptrdiff_t>(length));
  } else {
    directory = range_of(address, offset, length, version);
  }
  static_cast<void>(zip_members(text_of(directory), offset));  // says why when it is damaged
  // Where it began goes along, in front.
  std::array<std::byte, 8> at{};
  for (std::size_t i = 0; i < 8; ++i) at[i] = static_cast<std::byte>(offset >> (8 * i));
  directory.insert(directory.begin(), at.begin(), at.end());
  return directory;
}

std::map<std::string, ZipMember> zip_members(std::string_view directory, std::uint64_t limit) {
  std::map<std::string, ZipMember> members;
  constexpr std::size_t kHeader = 46;
  while (!directory.empty()) {
    if (!directory.starts_with("PK\x01\x02")) damaged("its table of contents is no such table");
    ZipMember member;
    member.encrypted = (number(directory, 8, 2) & 1) != 0;
    member.method = static_cast<std::uint16_t>(number(directory, 10, 2));
    member.crc = static_cast<std::uint32_t>(number(directory, 16, 4));
    member.stored = number(directory, 20, 4);
    member.size = number(directory, 24, 4);
    const std::size_t name = number(directory, 28, 2), extra = number(directory, 30, 2),
                      comment = number(directory, 32, 2);
    member.header = number(directory, 42, 4);
    if (directory.size() < kHeader + name + extra + comment) damaged("its directory is cut short");
    std::string_view fields = directory.substr(kHeader + name, extra);
    while (fields.size() >= 4) {  // Zip64: what did not fit above, in this order
      const std::size_t id = number(fields, 0, 2), length = number(fields, 2, 2);
      if (length > fields.size() - 4) break;
      std::string_view field = fields.substr(4, length);
      for (std::uint64_t* const value : {&member.size, &member.stored, &member.header}) {
        if (id != 1 || *value != 0xffffffff || field.size() < 8) continue;
        *value = number(field, 0, 8);
        field.remove_prefix(8);
      }
      fields.remove_prefix(4 + length);
    }
    member.name_and_extra = static_cast<std::uint16_t>(std::min<std::size_t>(name + extra, 65535));
    if (member.header > limit || member.stored > limit - member.header) {
      damaged("a member of it lies behind its end");
    }
    members[std::string(directory.substr(kHeader, name))] = member;
    directory.remove_prefix(kHeader + name + extra + comment);
  }
  return members;
}

ZipFarStore::ZipFarStore(std::shared_ptr<const RemoteHolding> holding)
    : holding_(std::move(holding)) {
  const std::string_view bytes = text_of(holding_->documents.at("").bytes);
  members_ = zip_members(bytes.substr(std::min<std::size_t>(8, bytes.size())), number(bytes, 0, 8));
  std::set<std::string> tops;
  for (const auto& [name, member] : members_) {
    const std::size_t slash = name.find('/');
    if (tops.size() < 2) tops.emplace(slash == name.npos ? "" : name.substr(0, slash + 1));
  }
  if (tops.size() == 1) top_ = *tops.begin();
  constexpr std::array kMetadata{".zgroup", ".zarray", ".zattrs", ".zmetadata", "zarr.json"};
  for (const auto& [name, member] : members_) {
    const std::string_view below = std::string_view(name).substr(top_.size());
    const std::size_t last = below.find_last_of('/');
    if (last == below.npos ||
        std::find(kMetadata.begin(), kMetadata.end(), below.substr(last + 1)) == kMetadata.end()) {
      continue;
    }
    std::size_t begin = 0, depth = 0;
    for (auto slash = below.find('/'); slash != below.npos && depth <= DescribeLimits::kGroupDepth;
         slash = below.find('/', begin), ++depth) {
      if (slash > begin) {
        folders_[std::string(below.substr(0, begin))].emplace(below.substr(begin, slash - begin));
      }
      begin = slash + 1;
    }
  }
}

std::unique_ptr<ByteSource> ZipFarStore::open(const std::string& key) const {
  auto found = fetch({{key, WantedBytes::Part::Whole, 0, DescribeLimits::kZarrChunkBytes}});
  if (!found[0].problem.empty()) throw DamagedChunk(found[0].problem);
  if (!found[0].present) return nullptr;
  return std::make_unique<MemoryBytes>(std::move(found[0].bytes));
}

std::vector<std::string> ZipFarStore::folders(const std::string& prefix) const {
  const auto found = folders_.find(prefix);
  if (found == folders_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

std::vector<FetchedBytes> ZipFarStore::ranges(
    const std::vector<std::pair<std::uint64_t, std::uint64_t>>& list) const {
  std::vector<FarPart> parts;
  for (const auto& [offset, size] : list) {
    FarPart part;
    part.address = holding_->address;
    part.part = WantedBytes::Part::Range;
    part.offset = offset;
    part.size = std::min(size, holding_->size - std::min(offset, holding_->size));
    part.version = holding_->version;
    parts.push_back(std::move(part));
  }
  std::vector<FetchedBytes> found = remote::fetch(parts);
  for (const FetchedBytes& one : found) {
    if (!one.problem.empty() || one.version == holding_->version) continue;
    throw Error(ErrorKind::HoldingChanged, "",
                "The data were replaced while they were being read; please ask again.");
  }
  return found;
}

/// `found` begins at the member's local header.
FetchedBytes ZipFarStore::content(const ZipMember& member, FetchedBytes found,
                                  const WantedBytes& wanted) const {
  const std::string_view header = text_of(found.bytes);
  if (!header.starts_with("PK\x03\x04") || header.size() < kLocalHeader) {
    throw DamagedChunk("its member of the archive is damaged");
  }
  const std::size_t begin = kLocalHeader + number(header, 26, 2) + number(header, 28, 2);
  if (found.bytes.size() < begin + member.stored) {  // its header was longer than it seemed
    found = ranges({{member.header + begin, member.stored}}).front();
  } else {
    found.bytes.erase(found.bytes.begin(),
                      found.bytes.begin() + static_cast<std::ptrdiff_t>(begin));
    found.bytes.resize(static_cast<std::size_t>(member.stored));
  }
  if (member.method == 8) {
    const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> state(
        libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    Bytes content(static_cast<std::size_t>(member.size));
    std::size_t length = 0;
    if (!state ||
        libdeflate_deflate_decompress(state.get(), found.bytes.data(), found.bytes.size(),
                                      content.data(), content.size(),
                                      &length) != LIBDEFLATE_SUCCESS ||
        length != content.size()) {
      throw DamagedChunk("its member of the archive is damaged");
    }
    found.bytes = std::move(content);
  }
  if (libdeflate_crc32(0, found.bytes.data(), found.bytes.size()) != member.crc) {
    throw DamagedChunk("its member of the archive is damaged: its checksum is wrong");
  }
  found.total = member.size;
  const auto at = [&](std::uint64_t offset) {
    return found.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
  };
  if (wanted.part == WantedBytes::Part::End && wanted.size < member.size) {
    found.bytes.erase(found.bytes.begin(), at(member.size - wanted.size));
  } else if (wanted.part == WantedBytes::Part::Range) {
    found.bytes = Bytes(at(wanted.offset), at(wanted.offset + wanted.size));
  }
  return found;
}

std::vector<FetchedBytes> ZipFarStore::fetch(const std::vector<WantedBytes>& wanted) const {
  std::vector<FetchedBytes> found(wanted.size());
  std::vector<std::pair<std::uint64_t, std::uint64_t>> whole, headers, parts;
  std::vector<std::size_t> of_whole, of_headers;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const WantedBytes& one = wanted[i];
    const auto at = members_.find(top_ + one.key);
    if (at == members_.end()) continue;
    const ZipMember& member = at->second;
    found[i].present = true;
    found[i].total = member.size;
    if (member.encrypted || (member.method != 0 && member.method != 8)) {
      found[i].problem = "it is encrypted, or compressed in a way that is not read";
    } else if (one.part == WantedBytes::Part::Whole && member.size > one.size) {
      found[i].problem = fmt::format("it takes {} bytes, where {} are the most that can be right",
                                     member.size, one.size);
    } else if (member.size > DescribeLimits::kReadBytes) {
      found[i].problem = "its member of the archive is larger than 1 GB";
    } else if (one.part == WantedBytes::Part::Range &&
               (one.offset > member.size || one.size > member.size - one.offset)) {
      found[i].problem = "it would lie behind the end of its object";
    } else if (one.part == WantedBytes::Part::Whole || member.method != 0) {
      constexpr std::uint64_t kSlack = 64;  // the local header may have more fields than the other
      of_whole.push_back(i);
      whole.emplace_back(member.header,
                         kLocalHeader + member.name_and_extra + kSlack + member.stored);
    } else {
      of_headers.push_back(i);
      headers.emplace_back(member.header, kLocalHeader);
    }
  }
  std::vector<FetchedBytes> got = ranges(whole);
  for (std::size_t k = 0; k < of_whole.size(); ++k) {
    const std::size_t i = of_whole[k];
    try {
      if (got[k].problem.empty()) {
        found[i] = content(members_.at(top_ + wanted[i].key), std::move(got[k]), wanted[i]);
      } else {
        found[i].problem = got[k].problem;
      }
    } catch (const DamagedChunk& error) {
      found[i].problem = error.what();
    }
  }
  got = ranges(headers);
  for (std::size_t k = 0; k < of_headers.size(); ++k) {
    const WantedBytes& one = wanted[of_headers[k]];
    const ZipMember& member = members_.at(top_ + one.key);
    const std::string_view header = text_of(got[k].bytes);
    if (!header.starts_with("PK\x03\x04") || header.size() < kLocalHeader) {
      found[of_headers[k]].problem = "its member of the archive is damaged";
      parts.emplace_back(0, 0);
      continue;
    }
    const std::uint64_t data =
        member.header + kLocalHeader + number(header, 26, 2) + number(header, 28, 2);
    const std::uint64_t size = std::min(one.size, member.size);
    parts.emplace_back(
        one.part == WantedBytes::Part::End ? data + member.size - size : data + one.offset, size);
  }
  got = ranges(parts);
  for (std::size_t k = 0; k < of_headers.size(); ++k) {
    FetchedBytes& into = found[of_headers[k]];
    if (!into.problem.empty()) continue;
    const std::uint64_t total = into.total;
    into = std::move(got[k]);
    into.total = total;
    into.present = true;
  }
  return found;
}

}  // namespace gyre::coverage::remote

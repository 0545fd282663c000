#include "coverage/encode/tiff_file.h"

#include <cstring>
#include <utility>

namespace gyre::coverage {
namespace {

enum Type : std::uint16_t { kAscii = 2, kShort = 3, kLong = 4, kDouble = 12, kLong8 = 16 };

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
void add(std::string& text, T value) {
  text.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

}  // namespace

void TiffTags::set_shorts(std::uint16_t tag, const std::vector<std::uint16_t>& values) {
  tags_[tag] = {kShort, values.size(), bytes_of(values)};
}

void TiffTags::set_longs(std::uint16_t tag, const std::vector<std::uint32_t>& values) {
  tags_[tag] = {kLong, values.size(), bytes_of(values)};
}

void TiffTags::set_doubles(std::uint16_t tag, const std::vector<double>& values) {
  tags_[tag] = {kDouble, values.size(), bytes_of(values)};
}

void TiffTags::set_text(std::uint16_t tag, std::string_view text) {
  text = text.substr(0, text.find('\0'));
  if (text.empty()) return;
  std::string with_end(text);
  with_end += '\0';
  tags_[tag] = {kAscii, with_end.size(), with_end};
}

TiffFile::TiffFile(const std::optional<std::string>& path, TiffTags tags, std::uint16_t offsets,
                   std::uint16_t counts, std::size_t blocks, bool big)
    : file_(path),
      tags_(std::move(tags)),
      offsets_tag_(offsets),
      counts_tag_(counts),
      big_(big),
      offsets_(blocks),
      counts_(blocks) {
  end_ = head().size();  // as long as it will be
}

void TiffFile::put(std::size_t block, std::span<const std::byte> bytes) {
  offsets_.at(block) = end_;
  counts_.at(block) = static_cast<std::uint32_t>(bytes.size());
  file_.write_at(end_, bytes);
  end_ += bytes.size() + bytes.size() % 2;  // on a word's boundary
}

std::string TiffFile::close() {
  const std::string text = head();
  file_.write_at(0, std::as_bytes(std::span(text)));
  return file_.close();
}

std::string TiffFile::head() const {
  auto all = tags_.all();
  if (big_) {
    all[offsets_tag_] = {kLong8, offsets_.size(), bytes_of(offsets_)};
  } else {
    const std::vector<std::uint32_t> narrow(offsets_.begin(), offsets_.end());
    all[offsets_tag_] = {kLong, narrow.size(), bytes_of(narrow)};
  }
  all[counts_tag_] = {kLong, counts_.size(), bytes_of(counts_)};

  const std::size_t word = big_ ? 8 : 4;
  std::string text = "II";
  if (big_) {
    add<std::uint16_t>(text, 43);
    add<std::uint16_t>(text, 8);
    add<std::uint16_t>(text, 0);
    add<std::uint64_t>(text, 16);
    add<std::uint64_t>(text, all.size());
  } else {
    add<std::uint16_t>(text, 42);
    add<std::uint32_t>(text, 8);
    add<std::uint16_t>(text, static_cast<std::uint16_t>(all.size()));
  }
  const auto add_word = [&](std::uint64_t value) {
    text.append(reinterpret_cast<const char*>(&value), word);
  };
  const std::size_t after = text.size() + all.size() * (4 + 2 * word) + word;
  std::string outside;  // values that do not fit their entries
  for (const auto& [tag, value] : all) {
    add(text, tag);
    add(text, value.type);
    add_word(value.count);
    if (value.bytes.size() <= word) {
      text += value.bytes;
      text.append(word - value.bytes.size(), '\0');
      continue;
    }
    outside.append((8 - (after + outside.size()) % 8) % 8, '\0');
    add_word(after + outside.size());
    outside += value.bytes;
  }
  add_word(0);  // no further image
  outside.append((8 - (after + outside.size()) % 8) % 8, '\0');
  return text + outside;
}

}  // namespace gyre::coverage

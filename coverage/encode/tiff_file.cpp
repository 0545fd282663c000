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

/// Directory of an image, and what it points to, from byte `at` on.
/// @param is_last else the next one follows it
std::string directory(const TiffImage& image, bool big, std::uint64_t at, bool is_last) {
  auto all = image.tags.all();
  if (big) {
    all[image.offsets_tag] = {kLong8, image.offsets.size(), bytes_of(image.offsets)};
  } else {
    const std::vector<std::uint32_t> narrow(image.offsets.begin(), image.offsets.end());
    all[image.offsets_tag] = {kLong, narrow.size(), bytes_of(narrow)};
  }
  all[image.counts_tag] = {kLong, image.counts.size(), bytes_of(image.counts)};

  const std::size_t word = big ? 8 : 4;
  std::string text;
  if (big) {
    add<std::uint64_t>(text, all.size());
  } else {
    add<std::uint16_t>(text, static_cast<std::uint16_t>(all.size()));
  }
  const auto add_word = [&](std::uint64_t value) {
    text.append(reinterpret_cast<const char*>(&value), word);
  };
  const std::uint64_t after = at + text.size() + all.size() * (4 + 2 * word) + word;
  std::string outside;  // values that do not fit their entries
  const auto align = [&] { outside.append((8 - (after + outside.size()) % 8) % 8, '\0'); };
  for (const auto& [tag, value] : all) {
    add(text, tag);
    add(text, value.type);
    add_word(value.count);
    if (value.bytes.size() <= word) {
      text += value.bytes;
      text.append(word - value.bytes.size(), '\0');
      continue;
    }
    align();
    add_word(after + outside.size());
    outside += value.bytes;
  }
  align();
  add_word(is_last ? 0 : after + outside.size());
  return text + outside;
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

std::string tiff_head(std::span<const TiffImage> images, bool big) {
  std::string text = "II";
  if (big) {
    add<std::uint16_t>(text, 43);
    add<std::uint16_t>(text, 8);
    add<std::uint16_t>(text, 0);
    add<std::uint64_t>(text, 16);
  } else {
    add<std::uint16_t>(text, 42);
    add<std::uint32_t>(text, 8);
  }
  for (std::size_t i = 0; i < images.size(); ++i) {
    text += directory(images[i], big, text.size(), i + 1 == images.size());
  }
  return text;
}

TiffFile::TiffFile(const std::optional<std::string>& path, TiffTags tags, std::uint16_t offsets,
                   std::uint16_t counts, std::size_t blocks, bool big)
    : file_(path),
      image_{std::move(tags), offsets, counts, std::vector<std::uint64_t>(blocks),
             std::vector<std::uint32_t>(blocks)},
      big_(big) {
  end_ = tiff_head({&image_, 1}, big_).size();  // as long as it will be
}

void TiffFile::put(std::size_t block, std::span<const std::byte> bytes) {
  image_.offsets.at(block) = end_;
  image_.counts.at(block) = static_cast<std::uint32_t>(bytes.size());
  file_.write_at(end_, bytes);
  end_ += bytes.size() + bytes.size() % 2;  // on a word's boundary
}

std::string TiffFile::close() {
  const std::string text = tiff_head({&image_, 1}, big_);
  file_.write_at(0, std::as_bytes(std::span(text)));
  return file_.close();
}

}  // namespace gyre::coverage

#include "rendering/png.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <libdeflate.h>

#include "coverage/base/work.h"
#include "rendering/run_deflate.h"

namespace gyre::rendering {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
/// What one thread deflates before another takes over: enough to be worth the change.
constexpr std::size_t kPartBytes = 1u << 17;
/// A stream of deflate with a window of 32 kB, made by a fast method. Source: RFC 1950, 2.2.
constexpr std::string_view kStreamHeader = "\x78\x01";
constexpr std::uint8_t kUp = 2;  ///< the filter that tells a row by its difference from that above

void put_u32(std::string& out, std::size_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((number >> shift) & 0xff);
}

void put_chunk(std::string& out, std::string_view type, std::string_view data) {
  put_u32(out, data.size());
  const std::size_t start = out.size();
  out += type;
  out += data;
  put_u32(out, libdeflate_crc32(0, out.data() + start, out.size() - start));
}

enum class ColourType : char { Palette = 3, Rgba = 6 };

std::string header(std::size_t width, std::size_t height, ColourType type) {
  std::string data;
  put_u32(data, width);
  put_u32(data, height);
  data += {8, static_cast<char>(type), 0, 0, 0};  // bits, type, deflate, filters, not interlaced
  return data;
}

/// A row as its differences from the one above.
void filter(const std::uint8_t* row, const std::uint8_t* above, std::size_t bytes,
            std::uint8_t* to) {
  *to++ = kUp;
  for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(row[i] - above[i]);
}

}  // namespace

PngWriter::PngWriter(std::size_t width, std::size_t height, std::size_t pixel_bytes)
    : row_bytes_(width * pixel_bytes), above_(row_bytes_, 0), png_(kSignature) {
  put_chunk(png_, "IHDR",
            header(width, height, pixel_bytes == 1 ? ColourType::Palette : ColourType::Rgba));
}

PngWriter::PngWriter(std::size_t width, std::size_t height, std::span<const Colour> palette)
    : PngWriter(width, height, std::size_t{1}) {
  if (palette.empty() || palette.size() > 256) {
    throw std::logic_error("PngWriter: a palette has 1 to 256 colours");
  }
  std::string colours, opacities;
  for (const Colour& colour : palette) {
    colours += {static_cast<char>(colour.red), static_cast<char>(colour.green),
                static_cast<char>(colour.blue)};
    opacities += static_cast<char>(colour.alpha);
  }
  while (!opacities.empty() && opacities.back() == '\xff') opacities.pop_back();
  put_chunk(png_, "PLTE", colours);
  if (!opacities.empty()) put_chunk(png_, "tRNS", opacities);
}

PngWriter::PngWriter(std::size_t width, std::size_t height)
    : PngWriter(width, height, std::size_t{4}) {}

void PngWriter::add(std::span<const std::uint8_t> rows) {
  if (row_bytes_ == 0 || rows.empty()) return;
  const std::size_t count = rows.size() / row_bytes_;
  const std::size_t line_bytes = row_bytes_ + 1;
  const std::size_t part_rows = std::max<std::size_t>(1, kPartBytes / line_bytes);
  std::vector<std::string> deflated((count + part_rows - 1) / part_rows);
  std::vector<std::uint8_t> lines(count * line_bytes);
  const auto deflate = [&](std::size_t part) {
    const std::size_t end = std::min(count, (part + 1) * part_rows);
    for (std::size_t row = part * part_rows; row < end; ++row) {
      const std::uint8_t* const here = rows.data() + row * row_bytes_;
      filter(here, row == 0 ? above_.data() : here - row_bytes_, row_bytes_,
             &lines[row * line_bytes]);
    }
    const std::size_t first = part * part_rows * line_bytes;
    if (part == 0 && !begun_) deflated[part] = kStreamHeader;
    deflate_runs(std::span(lines).subspan(first, end * line_bytes - first), false, deflated[part]);
  };
  if (deflated.size() == 1) {
    deflate(0);
  } else {
    coverage::in_parallel(deflated.size(), deflate);
  }
  checksum_ = libdeflate_adler32(checksum_, lines.data(), lines.size());
  std::copy(rows.end() - static_cast<std::ptrdiff_t>(row_bytes_), rows.end(), above_.begin());
  begun_ = true;
  for (const std::string& part : deflated) put_chunk(png_, "IDAT", part);
}

std::string PngWriter::finish() {
  std::string end;
  if (!begun_) end = kStreamHeader;
  deflate_runs({}, true, end);
  put_u32(end, checksum_);
  put_chunk(png_, "IDAT", end);
  put_chunk(png_, "IEND", {});
  return std::move(png_);
}

std::string encode_png(const RgbaImage& image) {
  PngWriter writer(image.width, image.height);
  writer.add(image.bytes);
  return writer.finish();
}

}  // namespace gyre::rendering

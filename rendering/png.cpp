#include <array>
#include <memory>
#include <span>
#include <stdexcept>

#include <libdeflate.h>

#include "rendering/image.h"

namespace gyre::rendering {
namespace {

// Maps are flat areas of few colours: the fastest level already takes most of what there is.
constexpr int kCompressionLevel = 1;

struct FreeCompressor {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};

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

std::string compressed(std::span<const std::uint8_t> bytes) {
  thread_local const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
      libdeflate_alloc_compressor(kCompressionLevel));
  if (!compressor) throw std::bad_alloc();
  std::string out(libdeflate_zlib_compress_bound(compressor.get(), bytes.size()), '\0');
  const std::size_t size = libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(),
                                                    out.data(), out.size());
  if (size == 0) throw std::logic_error("encode_png: compression bound exceeded");
  out.resize(size);
  return out;
}

enum class ColourType : char { Palette = 3, Rgba = 6 };

std::string header(std::size_t width, std::size_t height, ColourType type) {
  std::string data;
  put_u32(data, width);
  put_u32(data, height);
  data +=
      {8, static_cast<char>(type), 0, 0, 0};  // bits, type, deflate, filter method, no interlace
  return data;
}

/// The rows, each with its filter byte (0: none).
std::vector<std::uint8_t> scanlines(std::span<const std::uint8_t> bytes, std::size_t row_bytes) {
  const std::size_t rows = row_bytes == 0 ? 0 : bytes.size() / row_bytes;
  std::vector<std::uint8_t> lines((row_bytes + 1) * rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto source = bytes.subspan(row * row_bytes, row_bytes);
    std::copy(source.begin(), source.end(),
              lines.begin() + static_cast<std::ptrdiff_t>(row * (row_bytes + 1) + 1));
  }
  return lines;
}

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

}  // namespace

std::string encode_png(const IndexedImage& image) {
  if (image.palette.empty() || image.palette.size() > 256) {
    throw std::logic_error("encode_png: a palette has 1 to 256 colours");
  }
  std::string colours, opacities;
  for (const Colour& colour : image.palette) {
    colours += {static_cast<char>(colour.red), static_cast<char>(colour.green),
                static_cast<char>(colour.blue)};
    opacities += static_cast<char>(colour.alpha);
  }
  while (!opacities.empty() && opacities.back() == '\xff') opacities.pop_back();
  std::string png(kSignature);
  put_chunk(png, "IHDR", header(image.width, image.height, ColourType::Palette));
  put_chunk(png, "PLTE", colours);
  if (!opacities.empty()) put_chunk(png, "tRNS", opacities);
  put_chunk(png, "IDAT", compressed(scanlines(image.indices, image.width)));
  put_chunk(png, "IEND", {});
  return png;
}

std::string encode_png(const RgbaImage& image) {
  std::string png(kSignature);
  put_chunk(png, "IHDR", header(image.width, image.height, ColourType::Rgba));
  put_chunk(png, "IDAT", compressed(scanlines(image.bytes, image.width * 4)));
  put_chunk(png, "IEND", {});
  return png;
}

}  // namespace gyre::rendering

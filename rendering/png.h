#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "rendering/image.h"
#include "rendering/row_writer.h"

namespace gyre::rendering {

/// PNG of 8 bits a channel (ISO/IEC 15948). Rows are told by their differences from the row above,
/// which on maps are few: values lie near their neighbours' and so do their palette indices.
/// Many rows at once are deflated in parallel.
class GYRE_API PngWriter final : public RowWriter {
 public:
  /// Colour type 3: rows of palette indices, one byte a pixel.
  /// @throws std::logic_error unless the palette has 1 to 256 colours
  PngWriter(std::size_t width, std::size_t height, std::span<const Colour> palette);
  /// Colour type 6: rows of red, green, blue and opacity (not premultiplied), four bytes a pixel.
  PngWriter(std::size_t width, std::size_t height);

  void add(std::span<const std::uint8_t> rows) override;
  [[nodiscard]] std::string finish() override;

 private:
  PngWriter(std::size_t width, std::size_t height, std::size_t pixel_bytes);

  std::size_t row_bytes_;
  std::vector<std::uint8_t> above_;  ///< the last row added; zeros before the first
  std::string png_;
  std::uint32_t checksum_ = 1;  ///< Adler-32 of what was deflated
  bool begun_ = false;
};

[[nodiscard]] GYRE_API std::string encode_png(const RgbaImage& image);

}  // namespace gyre::rendering

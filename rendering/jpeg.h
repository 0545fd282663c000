#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "coverage/base/export.h"
#include "rendering/image.h"
#include "rendering/row_writer.h"

namespace gyre::rendering {

/// Baseline JPEG of rows of red, green, blue and opacity; what is not opaque shows `under`.
class GYRE_API JpegWriter final : public RowWriter {
 public:
  JpegWriter(std::size_t width, std::size_t height, const Colour& under, int quality = 90);
  ~JpegWriter() override;
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  /// @throws std::runtime_error when libjpeg refuses the picture
  void add(std::span<const std::uint8_t> rows) override;
  [[nodiscard]] std::string finish() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] GYRE_API std::string encode_jpeg(const RgbaImage& image, const Colour& under = kWhite,
                                               int quality = 90);

}  // namespace gyre::rendering

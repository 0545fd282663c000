#include "rendering/jpeg.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>

namespace gyre::rendering {
namespace {

struct JumpingErrors {
  jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  std::jmp_buf where;
};

[[noreturn]] void jump_out(j_common_ptr info) {
  std::longjmp(reinterpret_cast<JumpingErrors*>(info->err)->where, 1);
}
void say_nothing(j_common_ptr /*info*/) {}

std::uint8_t over(std::uint8_t top, std::uint8_t alpha, std::uint8_t bottom) {
  return static_cast<std::uint8_t>((top * alpha + bottom * (255 - alpha) + 127) / 255);
}

}  // namespace

struct JpegWriter::Impl {
  jpeg_compress_struct info{};
  JumpingErrors errors{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  Colour under;
  std::size_t width = 0;
  std::vector<std::uint8_t> row;

  // Nothing in these two has a destructor: longjmp would pass over it.
  bool begin(std::size_t height, int quality) {
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = jump_out;
    errors.manager.output_message = say_nothing;
    if (setjmp(errors.where) != 0) return false;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &size);
    info.image_width = static_cast<JDIMENSION>(width);
    info.image_height = static_cast<JDIMENSION>(height);
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    jpeg_start_compress(&info, TRUE);
    return true;
  }
  bool write(JSAMPROW scanline) {
    if (setjmp(errors.where) != 0) return false;
    jpeg_write_scanlines(&info, &scanline, 1);
    return true;
  }
  bool end() {
    if (setjmp(errors.where) != 0) return false;
    jpeg_finish_compress(&info);
    return true;
  }
  static void need(bool done) {
    if (!done) throw std::runtime_error("JpegWriter: libjpeg refused the picture");
  }
  ~Impl() {
    jpeg_destroy_compress(&info);
    std::free(bytes);
  }
};

JpegWriter::JpegWriter(std::size_t width, std::size_t height, const Colour& under, int quality)
    : impl_(std::make_unique<Impl>()) {
  impl_->under = under;
  impl_->width = width;
  impl_->row.resize(width * 3);
  Impl::need(impl_->begin(height, quality));
}

JpegWriter::~JpegWriter() = default;

void JpegWriter::add(std::span<const std::uint8_t> rows) {
  const Colour& under = impl_->under;
  for (std::size_t at = 0; at < rows.size(); at += impl_->width * 4) {
    for (std::size_t i = 0; i < impl_->width; ++i) {
      const std::uint8_t* const p = &rows[at + i * 4];
      std::uint8_t* const to = &impl_->row[i * 3];
      to[0] = over(p[0], p[3], under.red);
      to[1] = over(p[1], p[3], under.green);
      to[2] = over(p[2], p[3], under.blue);
    }
    Impl::need(impl_->write(impl_->row.data()));
  }
}

std::string JpegWriter::finish() {
  Impl::need(impl_->end());
  return {reinterpret_cast<const char*>(impl_->bytes), impl_->size};
}

std::string encode_jpeg(const RgbaImage& image, const Colour& under, int quality) {
  JpegWriter writer(image.width, image.height, under, quality);
  writer.add(image.bytes);
  return writer.finish();
}

}  // namespace gyre::rendering

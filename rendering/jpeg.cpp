#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>

#include "rendering/image.h"

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

struct Output {
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
};

/// Nothing in here has a destructor: longjmp would pass over it.
bool compress(const std::uint8_t* rgb, std::size_t width, std::size_t height, int quality,
              Output& output) {
  jpeg_compress_struct info;
  JumpingErrors errors;
  info.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = jump_out;
  errors.manager.output_message = say_nothing;
  if (setjmp(errors.where) != 0) {
    jpeg_destroy_compress(&info);
    return false;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &output.bytes, &output.size);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPROW>(rgb + info.next_scanline * width * 3);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return true;
}

std::uint8_t over(std::uint8_t top, std::uint8_t alpha, std::uint8_t bottom) {
  return static_cast<std::uint8_t>((top * alpha + bottom * (255 - alpha) + 127) / 255);
}

}  // namespace

std::string encode_jpeg(const RgbaImage& image, const Colour& under, int quality) {
  std::vector<std::uint8_t> rgb(image.width * image.height * 3);
  for (std::size_t i = 0, n = image.width * image.height; i < n; ++i) {
    const std::uint8_t* p = &image.bytes[i * 4];
    rgb[i * 3] = over(p[0], p[3], under.red);
    rgb[i * 3 + 1] = over(p[1], p[3], under.green);
    rgb[i * 3 + 2] = over(p[2], p[3], under.blue);
  }
  Output output;
  const bool done = compress(rgb.data(), image.width, image.height, quality, output);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(output.bytes, &std::free);
  if (!done) throw std::runtime_error("encode_jpeg: libjpeg refused the picture");
  return {reinterpret_cast<const char*>(output.bytes), output.size};
}

}  // namespace gyre::rendering

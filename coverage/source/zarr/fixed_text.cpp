#include "coverage/source/zarr/fixed_text.h"

#include <cstring>

namespace gyre::coverage {
namespace {

void append_utf8(std::string& text, std::uint32_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) code = 0xfffd;  // no character
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

}  // namespace

std::string fixed_text(const StoredType& type, std::span<const std::byte> item) {
  std::string text;
  if (type.kind == StoredType::Kind::FixedBytes) {
    text.assign(reinterpret_cast<const char*>(item.data()), item.size());
  } else {
    for (std::size_t at = 0; at + 4 <= item.size(); at += 4) {
      std::uint32_t code = 0;
      std::memcpy(&code, item.data() + at, sizeof(code));
      append_utf8(text, code);
    }
  }
  text.erase(text.find_last_not_of('\0') + 1);
  return text;
}

}  // namespace gyre::coverage

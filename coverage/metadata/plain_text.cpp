#include "coverage/metadata/plain_text.h"

#include <cstdint>

namespace gyre::coverage {
namespace {

/// Length of the well-formed UTF-8 character at the start of `text`; 0 when there is none that XML
/// may carry (RFC 3629; XML 1.0, 2.2).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (overlong || surrogate || code > 0x10ffff || code == 0xfffe || code == 0xffff) return 0;
  return length;
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) {
      plain += c == '\n' ? '\n' : ' ';
      ++i;
      continue;
    }
    const std::size_t length = character_length(text.substr(i));
    if (length > 0) {
      plain += text.substr(i, length);
      i += length;
      continue;
    }
    if (c >= 0xa0) {  // Latin-1 letters; 0x80 to 0x9f are control characters there
      plain += static_cast<char>(0xc0U | c >> 6U);
      plain += static_cast<char>(0x80U | (c & 0x3fU));
    } else {
      plain += '?';
    }
    ++i;
  }
  const auto first = plain.find_first_not_of(" \n");
  if (first == std::string::npos) return {};
  return plain.substr(first, plain.find_last_not_of(" \n") - first + 1);
}

}  // namespace gyre::coverage

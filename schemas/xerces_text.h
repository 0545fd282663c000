#pragma once

#include <string>
#include <string_view>

#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUniDefs.hpp>

namespace gyre::schemas {

/// Between UTF-8 and the UTF-16 that Xerces-C++ speaks. A null pointer is an empty text.
inline std::string to_text(const XMLCh* text) {
  if (text == nullptr) return {};
  const xercesc::TranscodeToStr utf8(text, "UTF-8");
  return {reinterpret_cast<const char*>(utf8.str()), utf8.length()};
}

inline std::basic_string<XMLCh> to_xerces(std::string_view text) {
  const std::string owned(text);
  const xercesc::TranscodeFromStr utf16(reinterpret_cast<const XMLByte*>(owned.data()),
                                        owned.size(), "UTF-8");
  return {utf16.str(), utf16.length()};
}

}  // namespace gyre::schemas

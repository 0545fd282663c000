#include "coverage/source/dap/xdr.h"

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::coverage::dap {

std::span<const std::byte> XdrReader::take(std::size_t size) {
  if (size > bytes_.size()) {
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("the answer ends {} bytes early", size - bytes_.size()));
  }
  const auto taken = bytes_.first(size);
  bytes_ = bytes_.subspan(size);
  return taken;
}

std::uint32_t XdrReader::number() {
  std::uint32_t value = 0;
  for (const std::byte one : take(4)) value = value << 8 | std::to_integer<std::uint32_t>(one);
  return value;
}

void XdrReader::length(std::size_t expected, int times) {
  for (int i = 0; i < times; ++i) {
    const std::uint32_t told = number();
    if (told != expected) {
      throw Error(ErrorKind::MalformedHolding, "",
                  fmt::format("the answer holds {} values where {} were asked", told, expected));
    }
  }
}

std::string_view XdrReader::text() {
  const std::size_t size = number();
  const auto bytes = take(padded(size)).first(size);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace gyre::coverage::dap

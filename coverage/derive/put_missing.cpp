#include "coverage/derive/put_missing.h"

namespace gyre::coverage {
namespace {

/// Bytes as int16.
RawBlock widened(const RawBlock& block) {
  RawBlock made{ElementType::Int16, block.shape, {}};
  made.bytes.resize(block.cells() * sizeof(std::int16_t));
  with_type(block.type, [&](auto zero) {
    const auto from = block.as<decltype(zero)>();
    const auto to = made.as<std::int16_t>();
    for (std::size_t i = 0; i < from.size(); ++i) to[i] = static_cast<std::int16_t>(from[i]);
  });
  return made;
}

}  // namespace

std::vector<std::uint8_t> make_room(const Field& field, const cf::RoomForMissing& room,
                                    RawBlock& block) {
  std::vector<std::uint8_t> gone(block.cells(), 0);
  if (!room.widened) return gone;
  find_missing(field, block, gone);
  block = widened(block);
  return gone;
}

void put_missing(RawBlock& block, const cf::RoomForMissing& room,
                 std::span<const std::uint8_t> gone) {
  with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    const T fill = std::visit([](auto value) { return static_cast<T>(value); }, room.fill);
    const auto values = block.as<T>();
    for (std::size_t i = 0; i < gone.size(); ++i) {
      if (gone[i] != 0) values[i] = fill;
    }
  });
}

}  // namespace gyre::coverage

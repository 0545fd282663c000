#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "coverage/cf/room_for_missing.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// Readies a block of `field` for more missing cells: bytes that have no value for "missing" become
/// int16. 1 for cells that are missing already and have no such value.
[[nodiscard]] std::vector<std::uint8_t> make_room(const Field& field,
                                                  const cf::RoomForMissing& room, RawBlock& block);

/// Puts the value for "missing" where `gone` is not 0. @pre as many as the block's cells
void put_missing(RawBlock& block, const cf::RoomForMissing& room,
                 std::span<const std::uint8_t> gone);

}  // namespace gyre::coverage

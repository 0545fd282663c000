#pragma once

#include <span>
#include <string>

#include "coverage/source/zarr/stored_type.h"

namespace gyre::coverage {

/// A text of fixed length as UTF-8, without the zeros it is filled up with. `item` is native.
[[nodiscard]] std::string fixed_text(const StoredType& type, std::span<const std::byte> item);

}  // namespace gyre::coverage

#include "coverage/encode/classic_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "coverage/source/zarr/codec.h"

namespace gyre::coverage {
namespace {

/// Fixed-width rows of characters, filled up with NUL.
Bytes rows_of(const PlannedVariable& planned) {
  const std::size_t width = text_width(planned);
  Bytes rows(planned.strings.size() * width);
  std::fill(rows.begin(), rows.end(), std::byte{0});
  for (std::size_t i = 0; i < planned.strings.size(); ++i) {
    const std::string& text = planned.strings[i];
    if (!text.empty()) std::memcpy(rows.data() + i * width, text.data(), text.size());
  }
  return rows;
}

}  // namespace

void write_classic_values(const View& view, const PlannedVariable& planned,
                          const NetcdfValues& values, ValueRange* range, const PutBytes& put) {
  std::uint64_t written = 0;
  const auto put_all = [&](const Bytes& bytes) {
    written += bytes.size();
    put(bytes);
  };
  if (planned.type == ElementType::String) {
    put_all(rows_of(planned));
  } else {
    for (const IndexBox& box : values.slabs(planned)) {
      RawBlock block = values.read(planned, box);
      if (range != nullptr) range->add(view.field(*planned.field), block);
      if constexpr (std::endian::native == std::endian::little) {
        if (size_of(planned.type) > 1) swap_bytes(block.bytes, size_of(planned.type));
      }
      put_all(block.bytes);
    }
  }
  constexpr std::byte kPadding[3] = {};
  if (written % 4 != 0) put(std::span(kPadding).first(4 - written % 4));
}

}  // namespace gyre::coverage

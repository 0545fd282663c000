#include "coverage/encode/classic_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "coverage/base/work.h"
#include "coverage/source/chunks/held_planes.h"
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
                          const NetcdfValues& values, ValueRange* range, ByteWindow& window) {
  std::uint64_t size = 0;
  if (planned.type == ElementType::String) {
    const Bytes rows = rows_of(planned);
    size = rows.size();
    window.put(rows);
  } else {
    const std::size_t item = size_of(planned.type);
    // A slab takes few rows of each chunk that it meets: the next ones take the others.
    HeldPlanes held;
    Work work = current_work();
    if (work.explanation == nullptr) work.held = &held;
    const WorkScope scope(work);
    const auto read = [&](const IndexBox& box) {
      const HeldPlanes::Reading reading(held, values.decoded_bytes(planned, box));
      return values.read(planned, box);
    };
    for (const IndexBox& box : values.slabs(planned)) {
      const std::uint64_t bytes = cells_of(box) * item;
      size += bytes;
      if (window.skip(bytes)) continue;
      RawBlock block = read(box);
      if (range != nullptr) range->add(view.field(*planned.field), block);
      if constexpr (std::endian::native == std::endian::little) {
        if (item > 1) swap_bytes(block.bytes, item);
      }
      window.put(block.bytes);
    }
  }
  constexpr std::byte kPadding[3] = {};
  if (size % 4 != 0) window.put(std::span(kPadding).first(4 - size % 4));
}

}  // namespace gyre::coverage

#include "coverage/encode/planned_chunks.h"

#include <functional>
#include <numeric>
#include <utility>

#include "coverage/encode/chunk_tiles.h"
#include "coverage/encode/stored_view.h"

namespace gyre::coverage {
namespace {

std::optional<StoredView> stored_chunks(const View& view, std::size_t k, std::size_t least) {
  std::optional<StoredView> stored = StoredView::of(view, k);
  if (!stored) return stored;
  const auto& shape = stored->chunk_shape();
  const std::size_t bytes = std::accumulate(shape.begin(), shape.end(),
                                            size_of(view.field(k).declared), std::multiplies<>());
  if (bytes < least) stored.reset();
  return stored;
}

}  // namespace

bool is_chunked(const PlannedVariable& planned) {
  constexpr std::size_t kLeast = 16u << 10;  // bytes
  return !planned.shape.empty() && planned.type != ElementType::String &&
         planned.cells() * size_of(planned.type) >= kLeast;
}

ChunkedValues planned_chunks(const PlannedVariable& planned, const View& view,
                             const NetcdfValues& all, std::size_t least_stored) {
  ChunkedValues values;
  values.shape = planned.shape;
  values.item = size_of(planned.type);
  values.read = [&all, &planned](const IndexBox& box) { return all.read(planned, box); };
  const auto stored =
      planned.field ? stored_chunks(view, *planned.field, least_stored) : std::nullopt;
  if (stored) {
    values.chunk_shape = stored->chunk_shape();
    values.shuffled = stored->shuffled();
    values.stored = [stored](const auto& corner) { return stored->read(corner); };
  } else {
    const auto wanted =
        planned.field ? all.source_chunks(*planned.field) : std::vector<std::size_t>();
    values.chunk_shape = chunk_shape_for(planned.shape, wanted, values.item);
  }
  return values;
}

bool hands_on_chunks(const View& view, std::size_t k, std::size_t least_stored) {
  // All values of a field that states its actual_range are looked at.
  return !view.field(k).attributes.has("actual_range") &&
         stored_chunks(view, k, least_stored).has_value();
}

void look_at_all(ChunkedValues& values, const Field& field, ValueRange& range) {
  values.read_all = true;
  values.read = [&field, &range, read = values.read](const IndexBox& box) {
    RawBlock block = read(box);
    range.add(field, block);
    return block;
  };
}

}  // namespace gyre::coverage

#include "coverage/subset/chunk_parts.h"

#include <algorithm>
#include <cstring>

namespace gyre::coverage {
namespace {

std::size_t chunk_at(const PickedDimension& dimension, std::size_t picked) {
  return dimension.indices[picked] / std::max<std::size_t>(1, dimension.chunk);
}

/// Chunks from the first to the last that a range of picked cells touches.
std::size_t chunks_of(const PickedDimension& dimension, const IndexRange& range) {
  return chunk_at(dimension, range.end - 1) - chunk_at(dimension, range.begin) + 1;
}

/// Ranges between which there are chunks with nothing picked.
std::vector<IndexRange> neighbours(const PickedDimension& dimension) {
  const std::size_t count = dimension.indices.size();
  std::vector<IndexRange> ranges;
  if (count > 0) ranges.push_back({0, count});
  if (dimension.chunk == 0) return ranges;
  for (std::size_t i = 1; i < count; ++i) {
    if (chunk_at(dimension, i) <= chunk_at(dimension, i - 1) + 1) continue;
    ranges.back().end = i;
    ranges.push_back({i, count});
  }
  return ranges;
}

class Parts {
 public:
  Parts(std::span<const PickedDimension> dimensions, std::size_t bytes_per_cell, std::size_t limit)
      : dimensions_(dimensions),
        bytes_per_cell_(static_cast<double>(bytes_per_cell)),
        limit_(static_cast<double>(limit)) {}

  void add(const IndexBox& box) {
    double bytes = bytes_per_cell_;
    std::size_t widest = 0, most = 1;
    for (std::size_t d = 0; d < box.size(); ++d) {
      const std::size_t chunks = chunks_of(dimensions_[d], box[d]);
      bytes *= static_cast<double>(chunks) *
               static_cast<double>(std::max<std::size_t>(1, dimensions_[d].chunk));
      if (chunks > most) {
        most = chunks;
        widest = d;
      }
    }
    if (bytes <= limit_ || most == 1) {
      parts_.push_back(box);
      return;
    }
    const std::size_t cut = middle(dimensions_[widest], box[widest]);
    IndexBox half = box;
    half[widest].end = cut;
    add(half);
    half[widest] = {cut, box[widest].end};
    add(half);
  }
  std::vector<IndexBox> take() { return std::move(parts_); }

 private:
  /// Where a chunk begins, near the middle of a range of several.
  static std::size_t middle(const PickedDimension& dimension, const IndexRange& range) {
    std::size_t cut = range.begin + range.size() / 2;
    const std::size_t chunk = chunk_at(dimension, cut);
    while (cut > range.begin && chunk_at(dimension, cut - 1) == chunk) --cut;
    while (chunk_at(dimension, cut) == chunk_at(dimension, range.begin)) ++cut;
    return cut;
  }

  std::span<const PickedDimension> dimensions_;
  double bytes_per_cell_, limit_;
  std::vector<IndexBox> parts_;
};

/// Puts a box of values in its place among all.
void put(const RawBlock& part, const IndexBox& box, RawBlock& whole) {
  const std::size_t element = size_of(whole.type);
  std::vector<std::size_t> at(box.size(), 0);
  const std::size_t cells = cells_of(box);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    std::size_t to = 0;
    for (std::size_t d = 0; d < box.size(); ++d) to = to * whole.shape[d] + box[d].begin + at[d];
    std::memcpy(whole.bytes.data() + to * element, part.bytes.data() + cell * element, element);
    for (std::size_t d = box.size(); d-- > 0;) {
      if (++at[d] < box[d].size()) break;
      at[d] = 0;
    }
  }
}

}  // namespace

std::vector<IndexBox> chunk_parts(std::span<const PickedDimension> dimensions,
                                  std::size_t bytes_per_cell, std::size_t limit) {
  std::vector<std::vector<IndexRange>> ranges;
  for (const PickedDimension& dimension : dimensions) {
    ranges.push_back(neighbours(dimension));
    if (ranges.back().empty()) return {};
  }
  Parts parts(dimensions, bytes_per_cell, limit);
  std::vector<std::size_t> at(ranges.size(), 0);
  IndexBox box(ranges.size());
  while (true) {
    for (std::size_t d = 0; d < box.size(); ++d) box[d] = ranges[d][at[d]];
    parts.add(box);
    std::size_t d = at.size();
    while (d > 0 && ++at[d - 1] == ranges[d - 1].size()) at[--d] = 0;
    if (d == 0) return parts.take();
  }
}

RawBlock read_in_parts(std::span<const PickedDimension> dimensions, ElementType type,
                       const std::function<RawBlock(const IndexBox& box)>& read,
                       const AbortToken& abort) {
  RawBlock whole{type, {}, {}};
  for (const PickedDimension& dimension : dimensions) {
    whole.shape.push_back(dimension.indices.size());
  }
  whole.bytes.resize(whole.cells() * size_of(type));
  for (const IndexBox& box : chunk_parts(dimensions, size_of(type), kInflatedAtOnce)) {
    abort.check();
    put(read(box), box, whole);
  }
  return whole;
}

RawBlock read_in_parts(const View& view, std::size_t k, const AbortToken& abort) {
  const std::vector<std::size_t>& chunks = view.field(k).chunk_shape;
  std::vector<PickedDimension> dimensions;
  std::size_t d = 0;  // scalar coordinates are no dimensions of the field
  for (const ViewAxis& axis : view.axes()) {
    dimensions.push_back({axis.source, 0});
    if (!axis.axis->is_scalar() && d < chunks.size()) dimensions.back().chunk = chunks[d++];
  }
  return read_in_parts(
      dimensions, view.field(k).storage,
      [&](const IndexBox& box) { return view.read(k, box, abort); }, abort);
}

}  // namespace gyre::coverage

#include "coverage/encode/netcdf_values.h"

#include <algorithm>
#include <cmath>

#include "coverage/encode/chunk_tiles.h"
#include "coverage/source/chunks/planes.h"
#include "coverage/source/reading.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

bool NetcdfValues::is_kept(std::size_t axis) const {
  return !view_->axes()[axis].dropped && !view_->axes()[axis].axis->is_scalar();
}

IndexBox NetcdfValues::in_view(const IndexBox& box) const {
  IndexBox all;
  std::size_t d = 0;
  for (std::size_t a = 0; a < view_->axes().size(); ++a)
    all.push_back(is_kept(a) ? box[d++] : IndexRange{0, 1});
  return all;
}

RawBlock NetcdfValues::read(const PlannedVariable& planned, const IndexBox& box) const {
  abort_->check();
  if (planned.block) return part_of(*planned.block, box);
  if (planned.companion) return read_companion(*view_, *planned.companion, box, *abort_);
  return view_->read(*planned.field, in_view(box), *abort_);
}

std::size_t NetcdfValues::decoded_bytes(const PlannedVariable& planned, const IndexBox& box) const {
  if (!planned.field || planned.block || planned.companion) return 0;
  const Field& field = view_->field(*planned.field);
  const IndexBox cells = in_view(box);
  if (field.chunk_shape.size() != cells.size()) return 0;
  const Planes planes = planes_of(field.chunk_shape, size_of(field.storage));
  std::size_t bytes = planes.bytes;
  for (std::size_t a = 0; a < cells.size(); ++a) {
    // Along the first dimensions there is a plane for each cell, along the others one per chunk.
    std::size_t met = cells[a].size();
    if (a >= planes.dimensions) {
      const std::vector<std::size_t>& source = view_->axes()[a].source;
      const auto chunk_of = [&](std::size_t i) { return source[i] / field.chunk_shape[a]; };
      met = 1;
      for (std::size_t i = cells[a].begin + 1; i < cells[a].end; ++i) {
        if (chunk_of(i) != chunk_of(i - 1)) ++met;
      }
    }
    bytes *= met;
  }
  // What is not stored as it is given may be computed, of the two components of a vector.
  constexpr std::size_t kComponents = 2;
  return view_->dataset().source->stored_form(field.name) ? bytes : kComponents * bytes;
}

std::vector<IndexBox> NetcdfValues::slabs(const PlannedVariable& planned) const {
  if (!planned.field) {
    const std::vector<std::size_t> cells(planned.shape.size(), 1);
    return chunk_tiles(planned.shape, cells, size_of(planned.type), slab_bytes_);
  }
  std::vector<IndexBox> slabs;
  for (const IndexBox& box : view_->slabs(*planned.field, slab_bytes_)) {
    IndexBox kept;
    for (std::size_t a = 0; a < box.size(); ++a) {
      if (is_kept(a)) kept.push_back(box[a]);
    }
    slabs.push_back(std::move(kept));
  }
  return slabs;
}

std::vector<std::size_t> NetcdfValues::source_chunks(std::size_t field) const {
  const std::vector<std::size_t>& source = view_->field(field).chunk_shape;
  std::vector<std::size_t> kept;
  if (source.empty()) return kept;
  for (std::size_t a = 0; a < view_->axes().size(); ++a) {
    if (is_kept(a)) kept.push_back(a < source.size() ? source[a] : 1);
  }
  return kept;
}

void ValueRange::add(const Field& field, const RawBlock& block) {
  constexpr std::size_t kPiece = std::size_t{1} << 16;  // values; as numbers all take much room
  double low = std::numeric_limits<double>::infinity(), high = -low;
  std::vector<double> values;
  for (std::size_t begin = 0; begin < block.cells(); begin += kPiece) {
    values.resize(std::min(kPiece, block.cells() - begin));
    unpack(field, block, values, begin);
    for (const double value : values) {
      if (std::isnan(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  const std::lock_guard lock(mutex_);
  low_ = std::min(low_, low);
  high_ = std::max(high_, high);
}

bool states_range(const PlannedVariable& planned) {
  const Attribute* const actual = planned.attributes.find("actual_range");
  return planned.field && actual != nullptr && actual->type != ElementType::String &&
         planned.attributes.numbers("actual_range").size() == 2;
}

std::size_t text_width(const PlannedVariable& planned) {
  std::size_t width = 1;
  for (const std::string& text : planned.strings) width = std::max(width, text.size());
  return width;
}

bool is_character(const PlannedVariable& planned) {
  return planned.type == ElementType::String && planned.shape.empty() && text_width(planned) == 1;
}

IndexBox whole_of(const PlannedVariable& planned) {
  IndexBox box;
  for (const std::size_t extent : planned.shape) box.push_back({0, extent});
  return box;
}

}  // namespace gyre::coverage

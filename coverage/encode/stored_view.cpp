#include "coverage/encode/stored_view.h"

#include <algorithm>

#include "coverage/source/source.h"

namespace gyre::coverage {
namespace {

/// Where the chunks of an axis begin in the holding; empty: its cells are not whole chunks.
std::vector<std::size_t> whole_chunks(const ViewAxis& axis, std::size_t extent) {
  const std::vector<std::size_t>& source = axis.source;
  std::vector<std::size_t> begins;
  for (std::size_t first = 0; first < source.size(); first += extent) {
    const std::size_t begin = source[first];
    const std::size_t last = std::min(first + extent, source.size()) - 1;
    const std::size_t end = begin + (last - first) + 1;
    const bool whole =
        begin % extent == 0 && (last + 1 - first == extent || end == axis.axis->size());
    for (std::size_t i = first; i <= last; ++i) {
      if (source[i] != begin + (i - first)) return {};
    }
    if (!whole) return {};
    begins.push_back(begin);
  }
  return begins;
}

}  // namespace

std::optional<StoredView> StoredView::of(const View& view, std::size_t k) {
  const Field& field = view.field(k);
  const std::vector<std::size_t> axes = view.file_axes(k);
  auto form = view.dataset().source->stored_form(field.name);
  if (!form || form->chunk_shape.size() != axes.size() ||
      !std::is_sorted(axes.begin(), axes.end())) {
    return std::nullopt;
  }
  StoredView stored(view, k, std::move(*form));
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const ViewAxis& axis = view.axes()[axes[d]];
    const std::size_t extent = stored.form_.chunk_shape[d];
    // A chunk of a fixed dimension is no longer than it.
    if (extent == 0 || extent > axis.source.size()) return std::nullopt;
    stored.begins_.push_back(whole_chunks(axis, extent));
    if (stored.begins_.back().empty()) return std::nullopt;
    stored.kept_.emplace_back();
    if (axis.dropped) continue;
    stored.kept_.back() = stored.chunk_shape_.size();
    stored.chunk_shape_.push_back(extent);
  }
  return stored;
}

std::optional<StoredChunk> StoredView::read(const std::vector<std::size_t>& corner) const {
  std::vector<std::size_t> own;
  for (std::size_t d = 0; d < begins_.size(); ++d) {
    const std::size_t at = kept_[d] ? corner[*kept_[d]] / form_.chunk_shape[d] : 0;
    own.push_back(begins_[d][at]);
  }
  return view_->dataset().source->read_stored(view_->field(field_).name, form_, own);
}

}  // namespace gyre::coverage

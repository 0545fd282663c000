#include "coverage/subset/view.h"

#include <algorithm>

#include "coverage/base/error.h"
#include "coverage/base/explanation.h"
#include "coverage/base/work.h"
#include "coverage/source/source.h"
#include "coverage/subset/stitch.h"

namespace gyre::coverage {
namespace {

/// For each dimension of the variable, in file order, the axis of the domain set it is.
std::vector<std::size_t> variable_axes(const Dataset& dataset, const Coverage& coverage,
                                       const std::string& variable) {
  const std::vector<Axis>& axes = coverage.domain_set.axes();
  std::vector<std::size_t> in_order;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (!axes[i].is_scalar()) in_order.push_back(i);
  }
  const VariableSchema* schema = dataset.schema ? dataset.schema->find(variable) : nullptr;
  if (schema == nullptr || schema->dimensions.size() != in_order.size()) return in_order;
  std::vector<std::size_t> order;
  for (const std::string& dimension : schema->dimensions) {
    const auto found = std::find_if(in_order.begin(), in_order.end(), [&](std::size_t i) {
      return axes[i].data().dimension == dimension;
    });
    if (found == in_order.end()) return in_order;
    order.push_back(*found);
  }
  return order;
}

/// A box of the view as one of the variable, in file order; absent where an axis is no single run.
std::optional<IndexBox> box_in_file(const std::vector<AxisSelection>& axes,
                                    const std::vector<std::size_t>& file_axes,
                                    const IndexBox& box) {
  IndexBox in_file;
  for (const std::size_t a : file_axes) {
    if (axes[a].runs.size() != 1) return std::nullopt;
    const std::size_t begin = axes[a].runs.front().range.begin;
    in_file.push_back({begin + box[a].begin, begin + box[a].end});
  }
  return in_file;
}

/// What is handed out where nothing is read.
RawBlock meaningless(ElementType type, std::vector<std::size_t> shape) {
  RawBlock block{type, std::move(shape), {}};
  block.bytes.resize(block.cells() * size_of(type));
  constexpr std::size_t kSmall = 1u << 20;
  if (block.bytes.size() <= kSmall) std::fill(block.bytes.begin(), block.bytes.end(), std::byte{});
  return block;
}

/// In stead of reading: what would be read is noted, and the values mean nothing.
RawBlock explained(const Source& source, const Field& field,
                   const std::vector<const AxisSelection*>& selections, const IndexBox& file_box,
                   const IndexBox& box, Explanation& explanation) {
  std::vector<IndexBox> parts{IndexBox()};
  for (std::size_t d = 0; d < selections.size(); ++d) {
    std::vector<IndexBox> longer;
    std::size_t begin = 0;
    for (const AxisRun& run : selections[d]->runs) {
      const std::size_t from = std::max(begin, file_box[d].begin);
      const std::size_t to = std::min(begin + run.range.size(), file_box[d].end);
      if (from < to) {
        for (IndexBox part : parts) {
          part.push_back({run.range.begin + from - begin, run.range.begin + to - begin});
          longer.push_back(std::move(part));
        }
      }
      begin += run.range.size();
      constexpr std::size_t kMostParts = 1000;  // of a mesh: the rest is much like them
      if (longer.size() > kMostParts) break;
    }
    parts = std::move(longer);
  }
  for (const IndexBox& part : parts) source.explain(field.name, part, explanation);
  std::vector<std::size_t> shape;
  for (const IndexRange& range : box) shape.push_back(range.size());
  return meaningless(field.storage, std::move(shape));
}

ViewAxis view_axis(const Axis& axis, const AxisSelection& selection) {
  ViewAxis view;
  view.axis = &axis;
  view.dropped = selection.dropped;
  for (const AxisRun& run : selection.runs) {
    for (std::size_t i = run.range.begin; i < run.range.end; ++i) {
      view.source.push_back(i);
      view.centres.push_back(axis.centres()[i] + run.shift);
      if (axis.data().bounds.empty()) continue;
      view.bounds.push_back(axis.data().bounds[2 * i] + run.shift);
      view.bounds.push_back(axis.data().bounds[2 * i + 1] + run.shift);
    }
  }
  return view;
}

}  // namespace

View::View(ResolvedQuery query) : query_(std::move(query)) {}

const std::vector<ViewAxis>& View::axes() const {
  std::call_once(axes_->made, [&] {
    const std::vector<Axis>& axes = query_.coverage->domain_set.axes();
    for (std::size_t a = 0; a < axes.size(); ++a) {
      axes_->all.push_back(view_axis(axes[a], query_.axes[a]));
    }
  });
  return axes_->all;
}

std::vector<std::size_t> View::shape() const {
  std::vector<std::size_t> shape;
  for (const AxisSelection& axis : query_.axes) shape.push_back(axis.size());
  return shape;
}

const Field& View::field(std::size_t k) const { return coverage().fields[query_.fields[k]]; }

std::vector<std::size_t> View::file_axes(std::size_t k) const {
  return variable_axes(dataset(), coverage(), field(k).name);
}

RawBlock View::read(std::size_t k, const IndexBox& box, const AbortToken& abort) const {
  const Field& wanted = field(k);
  const std::vector<std::size_t> file_axes = variable_axes(dataset(), coverage(), wanted.name);
  std::vector<const AxisSelection*> selections;
  IndexBox file_box;
  for (const std::size_t a : file_axes) {
    selections.push_back(&query_.axes[a]);
    file_box.push_back(box[a]);
  }
  if (Explanation* const explanation = current_work().explanation) {
    return explained(*dataset().source, wanted, selections, file_box, box, *explanation);
  }
  RawBlock block =
      read_stitched(*dataset().source, wanted.name, wanted.storage, selections, file_box, abort);
  if (!std::is_sorted(file_axes.begin(), file_axes.end())) {
    // The variable's own order of dimensions is not the domain set's.
    std::vector<std::size_t> order(file_axes.size());
    for (std::size_t d = 0; d < order.size(); ++d) order[d] = d;
    std::sort(order.begin(), order.end(),
              [&](std::size_t p, std::size_t q) { return file_axes[p] < file_axes[q]; });
    block = transposed(block, order);
  }
  block.shape.clear();
  for (const IndexRange& range : box) block.shape.push_back(range.size());
  return block;
}

RawBlock View::read_wanted(std::size_t k, const IndexBox& box, std::span<const std::uint8_t> wanted,
                           const AbortToken& abort) const {
  const Field& wanted_field = field(k);
  const std::vector<std::size_t> file_axes =
      variable_axes(dataset(), coverage(), wanted_field.name);
  const bool plain =
      dataset().source->computes() && std::is_sorted(file_axes.begin(), file_axes.end());
  const auto file_box = plain ? box_in_file(query_.axes, file_axes, box) : std::nullopt;
  if (!file_box || current_work().explanation != nullptr) return read(k, box, abort);
  abort.check();
  RawBlock block = dataset().source->read_wanted(wanted_field.name, *file_box, wanted);
  if (block.type != wanted_field.storage ||
      block.bytes.size() != cells_of(*file_box) * size_of(block.type)) {
    throw Error(ErrorKind::MalformedHolding, wanted_field.name,
                "The values of '" + wanted_field.name + "' are not as its holding declared them.");
  }
  block.shape.clear();
  for (const IndexRange& range : box) block.shape.push_back(range.size());
  return block;
}

std::optional<RawBlock> View::read_picked(std::size_t k,
                                          const std::vector<std::vector<std::size_t>>& picks,
                                          const AbortToken& abort) const {
  const Field& wanted = field(k);
  const std::vector<std::size_t> file_axes = variable_axes(dataset(), coverage(), wanted.name);
  if (!std::is_sorted(file_axes.begin(), file_axes.end())) return std::nullopt;
  Picks in_file;
  std::vector<std::size_t> shape;
  for (const auto& indices : picks) shape.push_back(indices.size());
  for (const std::size_t a : file_axes) {
    const std::vector<AxisRun>& runs = query_.axes[a].runs;
    if (runs.size() != 1) return std::nullopt;
    in_file.push_back(picks[a]);
    for (std::size_t& index : in_file.back()) index += runs.front().range.begin;
  }
  abort.check();
  if (Explanation* const explanation = current_work().explanation) {
    dataset().source->explain_picked(wanted.name, in_file, *explanation);
    return meaningless(wanted.storage, std::move(shape));
  }
  RawBlock block = dataset().source->read_picked(wanted.name, in_file);
  std::size_t cells = 1;
  for (const std::size_t extent : shape) cells *= extent;
  if (block.type != wanted.storage || block.bytes.size() != cells * size_of(block.type)) {
    throw Error(ErrorKind::MalformedHolding, wanted.name,
                "The values of '" + wanted.name + "' are not as its holding declared them.");
  }
  block.shape = std::move(shape);
  return block;
}

std::optional<Fingerprint> View::state_of(std::size_t k, const IndexBox& box) const {
  const auto in_file = box_in_file(query_.axes, file_axes(k), box);
  return in_file ? dataset().source->state_of(field(k).name, *in_file) : std::nullopt;
}

std::vector<IndexBox> View::slabs(std::size_t k, std::size_t limit_bytes) const {
  const std::vector<std::size_t> whole = shape();
  const Field& wanted = field(k);
  std::size_t last = whole.size() - 1;
  while (last > 0 && whole[last] == 1) --last;  // scalar coordinates make no rows
  std::vector<IndexBox> boxes;
  if (query_.cells() == 0) return boxes;

  // The axis along which slabs are cut: all inside of it is whole, all outside goes one by one.
  std::size_t cut = last;
  std::size_t inner = whole[last] * size_of(wanted.storage);  // bytes of one row of `cut + 1 ...`
  while (cut > 0 && inner * whole[cut - 1] <= limit_bytes) inner *= whole[--cut];
  if (cut > 0) {
    --cut;
  } else {
    inner /= whole[0];
  }
  const std::size_t step = std::max<std::size_t>(1, limit_bytes / std::max<std::size_t>(1, inner));
  const bool chunked = wanted.chunk_shape.size() > cut && !axes()[cut].axis->is_scalar();
  const std::size_t chunk = chunked ? std::max<std::size_t>(1, wanted.chunk_shape[cut]) : 1;

  // Along the cut axis: ranges of at most `step` cells that end where a chunk of the source ends.
  std::vector<IndexRange> cuts;
  for (std::size_t begin = 0; begin < whole[cut];) {
    std::size_t end = std::min(begin + step, whole[cut]);
    if (chunk > 1 && end < whole[cut]) {
      std::size_t aligned = end;
      while (aligned > begin + 1 && axes()[cut].source[aligned] % chunk != 0) --aligned;
      if (axes()[cut].source[aligned] % chunk == 0) end = aligned;
    }
    cuts.push_back({begin, end});
    begin = end;
  }
  std::vector<std::size_t> outer(cut, 0);
  const auto next_outer = [&] {
    for (std::size_t d = cut; d-- > 0;) {
      if (++outer[d] < whole[d]) return true;
      outer[d] = 0;
    }
    return false;
  };
  do {
    for (const IndexRange& range : cuts) {
      IndexBox box;
      for (std::size_t d = 0; d < cut; ++d) box.push_back({outer[d], outer[d] + 1});
      box.push_back(range);
      for (std::size_t d = cut + 1; d < whole.size(); ++d) box.push_back({0, whole[d]});
      boxes.push_back(std::move(box));
    }
  } while (next_outer());
  return boxes;
}

}  // namespace gyre::coverage

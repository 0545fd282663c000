#include "coverage/subset/quality_samples.h"

#include <algorithm>

#include "coverage/derive/derivation.h"
#include "coverage/subset/chunk_parts.h"
#include "coverage/subset/stitch.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// For each dimension of a field, in file order, the axis it is; kNone: it has none.
std::vector<std::size_t> axes_of(const Dataset& dataset, const Coverage& coverage,
                                 const Field& field) {
  const auto& axes = coverage.domain_set.axes();
  std::vector<std::size_t> found;
  for (const std::string& dimension : described(dataset)->find(field.name)->dimensions) {
    const auto axis = std::find_if(axes.begin(), axes.end(), [&](const Axis& one) {
      return !one.is_scalar() && one.data().dimension == dimension;
    });
    found.push_back(axis == axes.end() ? kNone : static_cast<std::size_t>(axis - axes.begin()));
  }
  return found;
}

std::vector<std::size_t> indices_of(const AxisSelection& selection) {
  std::vector<std::size_t> indices;
  for (const AxisRun& run : selection.runs) {
    for (std::size_t i = run.range.begin; i < run.range.end; ++i) indices.push_back(i);
  }
  return indices;
}

}  // namespace

std::vector<std::vector<SampleQuality>> quality_of_samples(
    const Dataset& dataset, const Coverage& coverage, const Field& field,
    std::span<const AxisSelection> selections, const AbortToken& abort) {
  const std::vector<QualityFlags> all = quality_flags(dataset, field);
  if (all.empty()) return {};
  const std::vector<std::size_t> field_axes = axes_of(dataset, coverage, field);
  std::vector<std::size_t> shape;
  std::size_t count = 1;
  for (const AxisSelection& selection : selections) {
    shape.push_back(indices_of(selection).size());
    count *= shape.back();
  }
  std::vector<std::vector<SampleQuality>> told(count);
  const AxisSelection only{{{{0, 1}, 0}}, false};
  for (const QualityFlags& quality : all) {
    std::vector<const AxisSelection*> picked;
    std::vector<PickedDimension> dimensions;
    std::vector<std::size_t> strides(shape.size(), 0);  // per axis, in cells of the flags
    for (std::size_t d = 0; d < quality.dimensions.size(); ++d) {
      const auto& of_field = quality.dimensions[d];
      const std::size_t axis = of_field ? field_axes[*of_field] : kNone;
      picked.push_back(axis == kNone ? &only : &selections[axis]);
      const std::vector<std::size_t>& chunks = quality.flags.chunk_shape;
      dimensions.push_back({indices_of(*picked.back()), d < chunks.size() ? chunks[d] : 0});
    }
    std::size_t stride = 1;
    for (std::size_t d = quality.dimensions.size(); d-- > 0;) {
      const auto& of_field = quality.dimensions[d];
      if (of_field && field_axes[*of_field] != kNone) strides[field_axes[*of_field]] = stride;
      stride *= dimensions[d].indices.size();
    }
    const RawBlock block = read_in_parts(
        dimensions, quality.flags.storage,
        [&](const IndexBox& box) {
          return read_stitched(*dataset.source, quality.flags.name, quality.flags.storage, picked,
                               box, abort);
        },
        abort);
    std::vector<std::uint8_t> missing(block.cells());
    find_missing(quality.flags, block, missing);
    for (std::size_t sample = 0; sample < count; ++sample) {
      std::size_t rest = sample, cell = 0;
      for (std::size_t axis = shape.size(); axis-- > 0;) {
        cell += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
      told[sample].push_back({quality.flags.name, std::nullopt});
      if (missing[cell] == 0)
        told[sample].back().meaning = words_of_flag(quality.flags, block, cell);
    }
  }
  return told;
}

}  // namespace gyre::coverage

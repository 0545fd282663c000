#include "coverage/subset/regridded_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/gather.h"
#include "coverage/subset/regridded_bands.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kRadians = 0.017453292519943295;

/// The window of pixels that the last two ranges of a box ask for.
PixelWindow window_of(const IndexBox& box) {
  const IndexRange& rows = box[box.size() - 2];
  const IndexRange& columns = box.back();
  return {columns.begin, rows.begin, columns.size(), rows.size()};
}

/// A map of the same pixels, with no cells under those outside of what was asked for: their samples
/// need not be read.
PixelMap without(const PixelMap& map, const std::vector<std::uint8_t>& outside) {
  std::vector<std::int32_t> x(outside.size()), y(outside.size());
  for (std::size_t i = 0; i < outside.size(); ++i) {
    std::tie(x[i], y[i]) = outside[i] != 0 ? std::pair{CellFinder::kNone, CellFinder::kNone}
                                           : map.at(i % map.width(), i / map.width());
  }
  return {map.width(), map.height(), std::move(x), std::move(y)};
}

double combined(const std::array<double, 4>& values, const std::array<double, 4>& weights,
                bool direction) {
  if (std::isnan(values[0])) return kNaN;  // the nearest decides whether there is a value
  double sum = 0, east = 0, north = 0, weight = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    if (std::isnan(values[k]) || weights[k] == 0) continue;
    weight += weights[k];
    sum += weights[k] * values[k];
    east += weights[k] * std::sin(values[k] * kRadians);
    north += weights[k] * std::cos(values[k] * kRadians);
  }
  if (weight == 0) return values[0];
  if (!direction) return sum / weight;
  const double angle = std::atan2(east, north) / kRadians;
  return angle < 0 ? angle + 360 : angle;
}

}  // namespace

void set_sample(RawBlock& block, std::size_t index, const Scalar& value) {
  with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    const T stored = std::visit([](auto raw) { return static_cast<T>(raw); }, value);
    block.as<T>()[index] = stored;
  });
}

RegriddedSource::RegriddedSource(ResolvedQuery base, Regridding regridding, HoldingSchema schema,
                                 std::vector<OwnVariable> own, std::vector<RegriddedField> fields,
                                 const AbortToken& abort)
    : base_(std::move(base)),
      regridding_(std::move(regridding)),
      schema_(std::move(schema)),
      own_(std::move(own)),
      fields_(std::move(fields)),
      abort_(abort) {}

RawBlock RegriddedSource::nearest(const RegriddedField& field, const View& view,
                                  const PixelMap& map) const {
  RawBlock picked = gather(view, field.base, map, abort_);
  std::vector<std::uint8_t> missing;
  RawBlock block = picked;
  if (field.remask) {
    missing.resize(picked.cells());
    find_missing(view.field(field.base), picked, missing);
    block.type = field.field.storage;
    block.bytes.assign(picked.cells() * size_of(block.type), std::byte{0});
    with_type(block.type, [&](auto to) {
      with_type(picked.type, [&](auto from) {
        const auto in = picked.as<decltype(from)>();
        auto out = block.as<decltype(to)>();
        for (std::size_t i = 0; i < in.size(); ++i) out[i] = static_cast<decltype(to)>(in[i]);
      });
    });
  }
  for (std::size_t i = 0; i < map.width() * map.height(); ++i) {
    const bool outside = map.at(i % map.width(), i / map.width()).first == CellFinder::kNone;
    if (outside || (!missing.empty() && missing[i] != 0)) set_sample(block, i, field.fill);
  }
  return block;
}

RawBlock RegriddedSource::linear(const RegriddedField& field, const View& view,
                                 const LinearStencil& stencil) const {
  const std::size_t width = stencil.samples[0].width();
  const std::size_t pixels = width * stencil.samples[0].height();
  std::array<std::vector<double>, 4> values;
  for (std::size_t k = 0; k < 4; ++k) {
    const RawBlock picked = gather(view, field.base, stencil.samples[k], abort_);
    values[k].resize(pixels);
    unpack(view.field(field.base), picked, values[k]);
  }
  RawBlock block{field.field.storage, {stencil.samples[0].height(), width}, {}};
  block.bytes.resize(pixels * size_of(block.type));
  for (std::size_t i = 0; i < pixels; ++i) {
    const bool outside = stencil.samples[0].at(i % width, i / width).first == CellFinder::kNone;
    const double value = outside
                             ? kNaN
                             : combined({values[0][i], values[1][i], values[2][i], values[3][i]},
                                        {stencil.weights[0][i], stencil.weights[1][i],
                                         stencil.weights[2][i], stencil.weights[3][i]},
                                        field.direction);
    set_sample(block, i, Scalar(value));
  }
  return block;
}

/// The samples are read by views, which note what they read.
void RegriddedSource::explain(const std::string& variable, const IndexBox& box,
                              Explanation& /*that of the current work*/) const {
  static_cast<void>(read(variable, box));
}

RawBlock RegriddedSource::read(const std::string& variable, const IndexBox& box) const {
  for (const OwnVariable& own : own_) {
    if (own.schema.name != variable) continue;
    const IndexRange range = box.empty() ? IndexRange{0, 1} : box.front();
    RawBlock block{own.schema.type, {}, {}};
    if (!box.empty()) block.shape = {range.size()};
    block.bytes.resize(range.size() * size_of(block.type));
    for (std::size_t i = 0; i < range.size(); ++i) {
      set_sample(block, i, Scalar(own.values[range.begin + i]));
    }
    return block;
  }
  const auto field = std::find_if(fields_.begin(), fields_.end(), [&](const RegriddedField& one) {
    return one.field.name == variable;
  });
  if (field == fields_.end()) return base_.dataset->source->read(variable, box);
  // What is looked up takes much more room than its values: a band of rows at a time.
  const std::size_t rows = rows_at_once(field->interpolation, box);
  if (rows < box[box.size() - 2].size()) {
    return read_in_bands(box, rows, [&](const IndexBox& band) { return read(variable, band); });
  }

  // All combinations of the other axes, in file order, a section each.
  const DomainSet& domain_set = base_.coverage->domain_set;
  std::vector<std::size_t> others;
  for (std::size_t a = 0; a < domain_set.axes().size(); ++a) {
    if (a != domain_set.x() && a != domain_set.y() && !domain_set.axes()[a].is_scalar()) {
      others.push_back(a);
    }
  }
  ResolvedQuery query = base_;
  for (std::size_t a = 0; a < query.axes.size(); ++a) {
    const Axis& axis = domain_set.axes()[a];
    const bool plane = a == domain_set.x() || a == domain_set.y();
    query.axes[a] = plane ? whole_axis(axis) : AxisSelection{{AxisRun{{0, 1}, 0}}, true};
  }
  RawBlock whole{field->field.storage, {}, {}};
  for (const IndexRange& range : box) whole.shape.push_back(range.size());
  const PixelWindow window = window_of(box);
  std::vector<std::size_t> at;
  for (std::size_t d = 0; d < others.size(); ++d) at.push_back(box[d].begin);
  if (cells_of(box) == 0) return whole;
  // Which samples lie where is the same in all sections.
  std::optional<LinearStencil> stencil;
  std::optional<PixelMap> map;
  if (field->interpolation == Interpolation::Linear) {
    stencil.emplace(linear_stencil(domain_set, regridding_.target, window));
  } else {
    map.emplace(domain_set, regridding_.target, window);
  }
  if (regridding_.asked) {
    const auto outside = regridding_.asked->outside(regridding_.target, window);
    if (map) map = without(*map, outside);
    if (stencil) {
      for (PixelMap& samples : stencil->samples) samples = without(samples, outside);
    }
  }
  for (bool more = true; more;) {
    abort_.check();
    for (std::size_t d = 0; d < others.size(); ++d) {
      query.axes[others[d]].runs.front().range = {at[d], at[d] + 1};
    }
    const View view(query);
    const RawBlock one = stencil ? linear(*field, view, *stencil) : nearest(*field, view, *map);
    whole.bytes.insert(whole.bytes.end(), one.bytes.begin(), one.bytes.end());
    more = false;
    for (std::size_t d = others.size(); d-- > 0;) {
      if (++at[d] < box[d].end) {
        more = true;
        break;
      }
      at[d] = box[d].begin;
    }
  }
  return whole;
}

std::vector<std::string> RegriddedSource::read_strings(const std::string& variable) const {
  return base_.dataset->source->read_strings(variable);
}

}  // namespace gyre::coverage

#include "coverage/vertical/surface_source.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "coverage/base/error.h"
#include "coverage/vertical/column.h"
#include "coverage/vertical/level_heights.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kSlabValues = 1u << 20;   // columns, terms and results of one slab
constexpr std::size_t kLevelValues = 1u << 21;  // samples of the levels read at once
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Of each dimension of a variable, the axis of the domain set it is.
std::vector<std::size_t> axes_of(const DomainSet& domain_set, const VariableSchema& variable) {
  std::vector<std::size_t> axes;
  for (const std::string& dimension : variable.dimensions) {
    const auto found =
        std::find_if(domain_set.axes().begin(), domain_set.axes().end(),
                     [&](const Axis& axis) { return axis.data().dimension == dimension; });
    if (found == domain_set.axes().end()) {
      throw Error(ErrorKind::MalformedHolding, variable.name,
                  "The dimensions of '" + variable.name + "' are not those of its grid.");
    }
    axes.push_back(static_cast<std::size_t>(found - domain_set.axes().begin()));
  }
  return axes;
}

/// Steps `index` through `box`, last dimension fastest, leaving out dimensions in `still`; false
/// after the last.
bool next(std::vector<std::size_t>& index, const IndexBox& box, const std::vector<bool>& still) {
  for (std::size_t d = index.size(); d-- > 0;) {
    if (still[d]) continue;
    if (++index[d] < box[d].end) return true;
    index[d] = box[d].begin;
  }
  return false;
}

/// `weight` of the way from one direction in degrees to another, by unit vectors.
double direction_between(double one, double other, double weight) {
  constexpr double kRadians = 0.017453292519943295;
  const double east = (1 - weight) * std::sin(one * kRadians) + weight * std::sin(other * kRadians);
  const double north =
      (1 - weight) * std::cos(one * kRadians) + weight * std::cos(other * kRadians);
  const double angle = std::atan2(east, north) / kRadians;
  return angle < 0 ? angle + 360 : angle;
}

/// One field of the original, a rectangle of columns at a time.
class Slab {
 public:
  Slab(const SurfaceSource::Data& data, const Field& field, std::vector<std::size_t> axes)
      : data_(data),
        domain_set_(data.coverage->domain_set),
        transform_(*data.coverage->vertical),
        field_(field),
        axes_(std::move(axes)),
        categories_(!field.flags.empty()),
        goes_round_(is_direction(field)) {
    // Categories are carried as they are stored.
    if (categories_) field_.packing = {};
  }

  /// Which columns matter: cells of a mask, counted as the answer counts them; null: all.
  struct Wanted {
    const std::uint8_t* cells = nullptr;
    std::size_t by_row = 0, by_column = 0;
    [[nodiscard]] bool operator()(std::size_t row, std::size_t column) const {
      return cells == nullptr || cells[row * by_row + column * by_column] != 0;
    }
  };

  /// Values of rows x columns, row-major; NaN where missing.
  /// @param at one index per axis of the domain set
  std::vector<double> read(const std::vector<std::size_t>& at, IndexRange rows, IndexRange columns,
                           const Wanted& wanted) const {
    data_.abort.check();
    const std::vector<LevelPosition> positions = positions_of(at, rows, columns, wanted);
    std::size_t first = LevelPosition::kNowhere, last = 0;
    for (const LevelPosition& position : positions) {
      if (position.lower == LevelPosition::kNowhere) continue;
      first = std::min(first, position.lower);
      last = std::max(last, position.lower + (position.weight > 0 ? 1 : 0));
    }
    std::vector<double> lower(positions.size(), kNaN), upper(positions.size(), kNaN);
    if (first == LevelPosition::kNowhere) return lower;
    const std::size_t step = std::max<std::size_t>(1, kLevelValues / positions.size());
    for (std::size_t begin = first; begin <= last; begin += step) {
      take(at, {begin, std::min(begin + step, last + 1)}, rows, columns, positions, lower, upper);
    }
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const double weight = positions[i].weight;
      if (weight == 0) continue;
      if (categories_) {
        if (weight > 0.5) lower[i] = upper[i];
      } else if (goes_round_) {
        lower[i] = direction_between(lower[i], upper[i], weight);
      } else {
        lower[i] += (upper[i] - lower[i]) * weight;
      }
    }
    return lower;
  }

 private:
  [[nodiscard]] std::vector<LevelPosition> positions_of(const std::vector<std::size_t>& at,
                                                        IndexRange rows, IndexRange columns,
                                                        const Wanted& wanted) const {
    std::vector<LevelPosition> positions;
    bool any = false;
    for (std::size_t row = 0; row < rows.size() && !any; ++row) {
      for (std::size_t column = 0; column < columns.size() && !any; ++column) {
        any = wanted(row, column);
      }
    }
    if (!any) {
      positions.resize(rows.size() * columns.size());
      return positions;
    }
    const LevelHeights heights(*data_.dataset->source, domain_set_, transform_, at, rows, columns);
    std::vector<double> levels(heights.levels());
    positions.reserve(rows.size() * columns.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t column = 0; column < columns.size(); ++column) {
        positions.emplace_back();
        if (!wanted(row, column)) continue;
        heights.column(row, column, levels);
        positions.back() = position_in(levels, data_.value);
      }
    }
    return positions;
  }

  void take(const std::vector<std::size_t>& at, IndexRange levels, IndexRange rows,
            IndexRange columns, const std::vector<LevelPosition>& positions,
            std::vector<double>& lower, std::vector<double>& upper) const {
    data_.abort.check();
    IndexBox box;
    for (const std::size_t axis : axes_) {
      box.push_back(axis == transform_.axis   ? levels
                    : axis == domain_set_.x() ? columns
                    : axis == domain_set_.y() ? rows
                                              : IndexRange{at[axis], at[axis] + 1});
    }
    const RawBlock block = data_.dataset->source->read(field_.name, box);
    std::vector<double> values(block.cells());
    unpack(field_, block, values);
    std::size_t by_level = 0, by_row = 0, by_column = 0, stride = 1;
    for (std::size_t d = box.size(); d-- > 0;) {
      if (axes_[d] == transform_.axis) by_level = stride;
      if (axes_[d] == domain_set_.x()) {
        by_column = stride;
      } else if (axes_[d] == domain_set_.y()) {
        by_row = stride;
      }
      stride *= box[d].size();
    }
    std::size_t i = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t column = 0; column < columns.size(); ++column, ++i) {
        const std::size_t level = positions[i].lower;
        if (level == LevelPosition::kNowhere) continue;
        const std::size_t from = row * by_row + column * by_column;
        if (level >= levels.begin && level < levels.end) {
          lower[i] = values[(level - levels.begin) * by_level + from];
        }
        if (level + 1 >= levels.begin && level + 1 < levels.end) {
          upper[i] = values[(level + 1 - levels.begin) * by_level + from];
        }
      }
    }
  }

  const SurfaceSource::Data& data_;
  const DomainSet& domain_set_;
  const VerticalTransform& transform_;
  Field field_;
  std::vector<std::size_t> axes_;
  bool categories_, goes_round_;
};

}  // namespace

RawBlock SurfaceSource::read(const std::string& variable, const IndexBox& box) const {
  if (variable == data_.name) {
    RawBlock block{ElementType::Float64, {}, Bytes(sizeof(double))};
    block.as<double>()[0] = data_.value;
    return block;
  }
  for (std::size_t k = 0; k < data_.fields.size(); ++k) {
    if (data_.fields[k].name == variable) return read_field(k, box, {});
  }
  return data_.dataset->source->read(variable, box);
}

RawBlock SurfaceSource::read_wanted(const std::string& variable, const IndexBox& box,
                                    std::span<const std::uint8_t> wanted) const {
  for (std::size_t k = 0; k < data_.fields.size(); ++k) {
    if (data_.fields[k].name == variable) return read_field(k, box, wanted);
  }
  return read(variable, box);
}

/// All levels of the columns.
void SurfaceSource::explain(const std::string& variable, const IndexBox& box,
                            Explanation& explanation) const {
  const VariableSchema* const from = data_.original->find(variable);
  const VariableSchema* const made = data_.schema->find(variable);
  if (from == nullptr || made == nullptr) return;
  IndexBox columns;
  for (std::size_t d = 0; d < from->dimensions.size(); ++d) {
    const auto same =
        std::find(made->dimensions.begin(), made->dimensions.end(), from->dimensions[d]);
    const auto place = static_cast<std::size_t>(same - made->dimensions.begin());
    columns.push_back(place < box.size() ? box[place] : IndexRange{0, from->shape[d]});
  }
  data_.dataset->source->explain(variable, columns, explanation);
}

RawBlock SurfaceSource::read_field(std::size_t k, const IndexBox& box,
                                   std::span<const std::uint8_t> wanted) const {
  const DomainSet& domain_set = data_.coverage->domain_set;
  const VerticalTransform& transform = *data_.coverage->vertical;
  const Field& given = data_.fields[k];
  const VariableSchema* original = data_.original->find(given.name);
  if (original == nullptr || original->dimensions.size() != box.size() + 1) {
    throw Error(ErrorKind::Internal, given.name, "no box for '" + given.name + "'");
  }
  const std::vector<std::size_t> original_axes = axes_of(domain_set, *original);
  std::vector<std::size_t> axes;  // of the box: the original's without the levels
  std::copy_if(original_axes.begin(), original_axes.end(), std::back_inserter(axes),
               [&](std::size_t axis) { return axis != transform.axis; });
  if (axes.size() != box.size()) {
    throw Error(ErrorKind::Internal, given.name, "no box for '" + given.name + "'");
  }

  RawBlock answer{given.storage, {}, {}};
  for (const IndexRange& range : box) answer.shape.push_back(range.size());
  answer.bytes.resize(answer.cells() * size_of(given.storage));
  if (answer.bytes.empty()) return answer;
  std::vector<std::size_t> strides(box.size(), 1);
  for (std::size_t d = box.size(); d-- > 1;) strides[d - 1] = strides[d] * box[d].size();
  std::size_t x = 0, y = 0;
  std::vector<bool> still(box.size(), false);
  std::vector<std::size_t> index;
  for (std::size_t d = 0; d < box.size(); ++d) {
    if (axes[d] == domain_set.x()) x = d;
    if (axes[d] == domain_set.y()) y = d;
    still[d] = axes[d] == domain_set.x() || axes[d] == domain_set.y();
    index.push_back(box[d].begin);
  }
  const Slab slab(data_, data_.coverage->fields[k], original_axes);
  // Where one axis counts the columns (a mesh), they are one row, taken in parts.
  const bool one_axis = domain_set.x() == domain_set.y();
  const IndexRange all_rows = one_axis ? IndexRange{0, 1} : box[y];
  const std::size_t by_row = one_axis ? 0 : strides[y];
  const std::size_t most = std::max<std::size_t>(
      1, kSlabValues / (1 + LevelHeights::values_per_column(domain_set, transform)));
  const std::size_t width = one_axis ? std::min(most, box[x].size()) : box[x].size();
  const std::size_t step = std::max<std::size_t>(1, most / std::max<std::size_t>(1, width));
  with_type(given.storage, [&](auto zero) {
    using T = decltype(zero);
    // Floats without a fill value of their own have NaN, which no rule lists.
    const Scalar missing = given.missing.fills.empty() ? Scalar(kNaN) : given.missing.fills.front();
    const T fill = std::visit([](auto value) { return static_cast<T>(value); }, missing);
    const auto to = answer.as<T>();
    do {
      std::vector<std::size_t> at(domain_set.axes().size(), 0);
      std::size_t base = 0;
      for (std::size_t d = 0; d < box.size(); ++d) {
        at[axes[d]] = index[d];
        if (!still[d]) base += (index[d] - box[d].begin) * strides[d];
      }
      for (std::size_t top = all_rows.begin; top < all_rows.end; top += step) {
        const IndexRange rows{top, std::min(top + step, all_rows.end)};
        for (std::size_t left = box[x].begin; left < box[x].end; left += width) {
          const IndexRange columns{left, std::min(left + width, box[x].end)};
          const std::size_t from =
              base + (top - all_rows.begin) * by_row + (left - box[x].begin) * strides[x];
          Slab::Wanted needed{nullptr, by_row, strides[x]};
          if (!wanted.empty()) needed.cells = wanted.data() + from;
          const std::vector<double> values = slab.read(at, rows, columns, needed);
          for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t row = i / columns.size(), column = i % columns.size();
            to[from + row * by_row + column * strides[x]] =
                std::isnan(values[i]) ? fill : static_cast<T>(values[i]);
          }
        }
      }
    } while (next(index, box, still));
  });
  return answer;
}

}  // namespace gyre::coverage

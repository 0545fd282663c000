#include "coverage/derive/vector_source.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Samples read at once: two components, angles and what is read of faces are of that size.
constexpr std::size_t kAtOnce = 1u << 20;
constexpr std::size_t kAsNumbers = 1u << 15;  ///< samples computed at once
constexpr double kDegrees = 57.29577951308232;
constexpr int kWholeTurn = 360;

std::vector<std::size_t> strides_of(const IndexBox& box) {
  std::vector<std::size_t> strides(box.size(), 1);
  for (std::size_t d = box.size(); d-- > 1;) strides[d - 1] = strides[d] * box[d].size();
  return strides;
}

/// Pieces of a box of at most kAtOnce cells, in row-major order: each follows the one before it.
template <typename Action>
void in_pieces(const IndexBox& box, Action&& action) {
  const auto cut = std::find_if(box.begin(), box.end(),
                                [](const IndexRange& range) { return range.size() > 1; });
  if (cells_of(box) <= kAtOnce || cut == box.end()) {
    action(box);
    return;
  }
  const std::size_t inner = cells_of(box) / cut->size();
  const std::size_t step = std::max<std::size_t>(1, kAtOnce / inner);
  const auto d = static_cast<std::size_t>(cut - box.begin());
  for (std::size_t begin = cut->begin; begin < cut->end; begin += step) {
    IndexBox piece = box;
    piece[d] = {begin, std::min(begin + step, cut->end)};
    in_pieces(piece, action);
  }
}

/// Values of faces in front of cells `cells` and behind them, along one dimension of a box.
std::vector<double> mean_of_faces(const std::vector<double>& faces, const IndexBox& face_box,
                                  const IndexBox& box, std::size_t dimension, const Faces& how) {
  const std::vector<std::size_t> strides = strides_of(box), face_strides = strides_of(face_box);
  const auto count = static_cast<std::ptrdiff_t>(how.count);
  // Index in the box of faces of the n-th face; negative: there is none.
  const auto place = [&](std::ptrdiff_t face) -> std::ptrdiff_t {
    if (face < 0 || face >= count) {
      if (!how.round) return -1;
      face = (face + count) % count;
    }
    return face - static_cast<std::ptrdiff_t>(face_box[dimension].begin);
  };
  std::vector<double> means(cells_of(box), kNaN);
  for (std::size_t i = 0; i < means.size(); ++i) {
    std::size_t at = 0, along = 0;
    for (std::size_t d = 0; d < box.size(); ++d) {
      const std::size_t k = i / strides[d] % box[d].size();
      if (d == dimension) {
        along = k;
      } else {
        at += k * face_strides[d];
      }
    }
    const auto cell = static_cast<std::ptrdiff_t>(box[dimension].begin + along);
    const std::ptrdiff_t one = place(cell + how.lower), other = place(cell + how.lower + 1);
    if (one < 0 || other < 0) continue;
    const std::size_t step = face_strides[dimension];
    means[i] = (faces[at + static_cast<std::size_t>(one) * step] +
                faces[at + static_cast<std::size_t>(other) * step]) /
               2;
  }
  return means;
}

/// The faces that the cells of a range have, as a range; all of them where it goes round.
IndexRange faces_of(const IndexRange& cells, const Faces& how) {
  const auto count = static_cast<std::ptrdiff_t>(how.count);
  const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(cells.begin) + how.lower;
  const std::ptrdiff_t end = static_cast<std::ptrdiff_t>(cells.end) + how.lower + 1;
  if (how.round && (first < 0 || end > count)) return {0, how.count};
  const std::ptrdiff_t begin = std::clamp<std::ptrdiff_t>(first, 0, count - 1);
  return {static_cast<std::size_t>(begin),
          static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(end, begin + 1, count))};
}

/// What is read of a component for a box of cells.
IndexBox box_of(const VectorParts& parts, bool is_y, const IndexBox& box) {
  const auto& faces = is_y ? parts.y_faces : parts.x_faces;
  const std::size_t dimension = is_y ? parts.row_dimension : parts.column_dimension;
  IndexBox from = box;
  if (faces) from[dimension] = faces_of(box[dimension], *faces);
  return from;
}

double direction_of(double east, double north) {
  if (east == 0 && north == 0) return kNaN;
  const double degrees = std::atan2(east, north) * kDegrees;
  return degrees < 0 ? degrees + kWholeTurn : degrees;
}

}  // namespace

void VectorSource::explain(const std::string& variable, const IndexBox& box,
                           Explanation& explanation) const {
  const VectorField* const field = computed(variable);
  if (field == nullptr) return DerivedSource::explain(variable, box, explanation);
  const VectorParts& parts = parts_[field->parts];
  original().explain(parts.x.name, box_of(parts, false, box), explanation);
  original().explain(parts.y.name, box_of(parts, true, box), explanation);
}

bool VectorSource::computes() const {
  return original().computes() ||
         std::any_of(parts_.begin(), parts_.end(),
                     [](const VectorParts& one) { return one.angle && !one.angle->is_true(); });
}

const VectorField* VectorSource::computed(const std::string& variable) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const VectorField& one) {
    return one.field.name == variable;
  });
  return found == fields_.end() ? nullptr : &*found;
}

/// A component at the cells of a box: as it is stored until values are asked for, as numbers all
/// would take four times the room; means of faces are computed at once.
class VectorSource::Component {
 public:
  Component(const Source& source, const VectorParts& parts, bool is_y, const IndexBox& box,
            std::span<const std::uint8_t> wanted)
      : field_(is_y ? parts.y : parts.x) {
    const auto& faces = is_y ? parts.y_faces : parts.x_faces;
    const std::size_t dimension = is_y ? parts.row_dimension : parts.column_dimension;
    const IndexBox from = box_of(parts, is_y, box);
    block_ = wanted.empty() || faces ? source.read(field_.name, from)
                                     : source.read_wanted(field_.name, from, wanted);
    if (!faces) return;
    std::vector<double> values(block_.cells());
    unpack(field_, block_, values);
    block_ = {};
    means_ = mean_of_faces(values, from, box, dimension, *faces);
  }

  /// Of cells from `begin` on.
  void take(std::size_t begin, std::span<double> values) const {
    if (!means_.empty()) {
      std::copy_n(means_.begin() + static_cast<std::ptrdiff_t>(begin), values.size(),
                  values.begin());
      return;
    }
    unpack(field_, block_, values, begin);
  }

 private:
  const Field& field_;
  RawBlock block_;
  std::vector<double> means_;
};

void VectorSource::compute(const VectorField& field, const IndexBox& box,
                           std::span<const std::uint8_t> wanted, std::span<std::byte> to) const {
  const VectorParts& parts = parts_[field.parts];
  const Component of_x(original(), parts, false, box, wanted);
  const Component of_y(original(), parts, true, box, wanted);
  const bool turned = parts.angle && !parts.angle->is_true() && field.value != VectorValue::Speed;
  const IndexRange rows = box[parts.row_dimension];
  const IndexRange columns = box[parts.column_dimension];
  const std::vector<std::size_t> strides = strides_of(box);
  const auto in_plane = [&](std::size_t i) {
    const std::size_t row = i / strides[parts.row_dimension] % rows.size();
    const std::size_t column = i / strides[parts.column_dimension] % columns.size();
    return row * columns.size() + column;
  };
  std::shared_ptr<const std::vector<double>> angles;
  if (turned && wanted.empty()) {
    angles = parts.angle->kept(original(), rows, columns);
  } else if (turned) {
    std::vector<std::uint8_t> matter(rows.size() * columns.size(), 0);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i] != 0) matter[in_plane(i)] = 1;
    }
    std::vector<double> some(matter.size(), kNaN);
    parts.angle->read(original(), rows, columns, some, matter);
    angles = std::make_shared<const std::vector<double>>(std::move(some));
  }
  std::vector<double> x, y;
  const auto compute_from = [&](std::size_t begin) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      double east = x[i], north = y[i];
      if (turned) {
        const double angle = (*angles)[in_plane(begin + i)];
        const double c = std::cos(angle), s = std::sin(angle);
        east = x[i] * c - y[i] * s;
        north = x[i] * s + y[i] * c;
      }
      switch (field.value) {
        case VectorValue::Eastward:
          x[i] = std::isnan(y[i]) ? kNaN : east;
          break;
        case VectorValue::Northward:
          x[i] = std::isnan(x[i]) ? kNaN : north;
          break;
        case VectorValue::Speed:
          // hypot(infinity, NaN) is infinity: a missing component decides.
          x[i] = std::isnan(east) || std::isnan(north) ? kNaN : std::hypot(east, north);
          break;
        case VectorValue::Direction:
          x[i] = direction_of(east, north);
          break;
      }
    }
  };
  const auto put = [&](std::size_t begin, auto zero) {
    using T = decltype(zero);
    auto* const out = reinterpret_cast<T*>(to.data()) + begin;
    const T fill = std::visit([](auto value) { return static_cast<T>(value); },
                              field.field.missing.fills.front());
    for (std::size_t i = 0; i < x.size(); ++i) {
      T value = std::isnan(x[i]) ? fill : static_cast<T>(x[i]);
      // What the type rounds up to a whole turn is none.
      if (field.value == VectorValue::Direction && value == T{kWholeTurn}) value = 0;
      out[i] = value;
    }
  };
  const std::size_t cells = cells_of(box);
  for (std::size_t begin = 0; begin < cells; begin += kAsNumbers) {
    x.resize(std::min(kAsNumbers, cells - begin));
    y.resize(x.size());
    of_x.take(begin, x);
    of_y.take(begin, y);
    compute_from(begin);
    field.field.storage == ElementType::Float32 ? put(begin, float{}) : put(begin, double{});
  }
}

RawBlock VectorSource::read_wanted(const std::string& variable, const IndexBox& box,
                                   std::span<const std::uint8_t> wanted) const {
  const VectorField* const field = computed(variable);
  if (field == nullptr) {
    return wanted.empty() ? original().read(variable, box)
                          : original().read_wanted(variable, box, wanted);
  }
  const VectorParts& parts = parts_[field->parts];
  if (box.size() <= std::max(parts.row_dimension, parts.column_dimension)) {
    throw Error(ErrorKind::Internal, variable, "no box for '" + variable + "'");
  }
  RawBlock block{field->field.storage, {}, {}};
  for (const IndexRange& range : box) block.shape.push_back(range.size());
  const std::size_t size = size_of(block.type);
  block.bytes.resize(block.cells() * size);
  std::size_t done = 0;
  in_pieces(box, [&](const IndexBox& piece) {
    const std::size_t cells = cells_of(piece);
    if (cells == 0) return;
    compute(*field, piece, wanted.empty() ? wanted : wanted.subspan(done, cells),
            std::span(block.bytes).subspan(done * size, cells * size));
    done += cells;
  });
  return block;
}

RawBlock VectorSource::read_picked(const std::string& variable, const Picks& picks) const {
  return computed(variable) == nullptr ? original().read_picked(variable, picks)
                                       : Source::read_picked(variable, picks);
}

void VectorSource::explain_picked(const std::string& variable, const Picks& picks,
                                  Explanation& explanation) const {
  if (computed(variable) == nullptr) {
    original().explain_picked(variable, picks, explanation);
  } else {
    Source::explain_picked(variable, picks, explanation);
  }
}

RawBlock VectorSource::read(const std::string& variable, const IndexBox& box) const {
  return read_wanted(variable, box, {});
}

}  // namespace gyre::coverage

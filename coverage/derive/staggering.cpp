#include "coverage/derive/staggering.h"

#include <algorithm>
#include <cmath>

#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage {
namespace {

using geometry::UnitVector;

/// Positions of a grid's samples: on the globe, or in the plane of a CRS.
class Positions {
 public:
  explicit Positions(const DomainSet& domain_set)
      : geometry_(domain_set.geometry()),
        x_(domain_set.axes()[domain_set.x()]),
        y_(domain_set.axes()[domain_set.y()]),
        on_globe_(geometry_ != nullptr || domain_set.crs().is_geographic()) {}

  [[nodiscard]] std::size_t rows() const { return y_.size(); }
  [[nodiscard]] std::size_t columns() const { return x_.size(); }
  [[nodiscard]] bool on_globe() const { return on_globe_; }
  [[nodiscard]] UnitVector at(std::size_t row, std::size_t column) const {
    if (geometry_ != nullptr) {
      const std::size_t cell = row * geometry_->columns() + column;
      return geometry::unit_vector(geometry_->longitude(cell), geometry_->latitude(cell));
    }
    if (on_globe_) return geometry::unit_vector(x_.centres()[column], y_.centres()[row]);
    return {x_.centres()[column], y_.centres()[row], 0};
  }
  [[nodiscard]] UnitVector between(const UnitVector& a, const UnitVector& b) const {
    return on_globe_ ? geometry::normalised(a + b) : (a + b) * 0.5;
  }

 private:
  const CellGeometry* geometry_;
  const Axis& x_;
  const Axis& y_;
  bool on_globe_;
};

constexpr std::size_t kLooks = 24;  // along each axis

/// Is `face` half way between two cells, to a tenth of their distance? Absent: not to be told.
std::optional<bool> is_between(const Positions& where, const UnitVector& face, const UnitVector& a,
                               const UnitVector& b) {
  constexpr double kTenth = 0.1 * 0.1;
  const double distance = geometry::squared_chord(a, b);
  const double off = geometry::squared_chord(face, where.between(a, b));
  if (!std::isfinite(distance) || !std::isfinite(off) || distance == 0) return std::nullopt;
  return off <= kTenth * distance;
}

struct Tally {
  std::size_t good = 0, bad = 0;
  void add(std::optional<bool> look) {
    if (look) (*look ? good : bad) += 1;
  }
  /// A fold or a seam may have a few odd cells.
  [[nodiscard]] bool convinces() const { return good > 0 && bad * 20 <= good; }
};

}  // namespace

std::optional<Faces> faces_between(const DomainSet& faces, const DomainSet& centres,
                                   AxisRole along) {
  const auto on_mesh = [](const DomainSet& one) { return one.x() == one.y(); };
  if (on_mesh(faces) || on_mesh(centres)) return std::nullopt;
  if ((faces.geometry() == nullptr) != (centres.geometry() == nullptr)) return std::nullopt;
  if (!(faces.crs() == centres.crs())) return std::nullopt;
  const Positions at_faces(faces), at_centres(centres);
  const bool along_x = along == AxisRole::X;
  const auto length = [&](const Positions& of) { return along_x ? of.columns() : of.rows(); };
  const auto breadth = [&](const Positions& of) { return along_x ? of.rows() : of.columns(); };
  const auto place = [&](const Positions& of, std::size_t i, std::size_t j) {
    return along_x ? of.at(j, i) : of.at(i, j);
  };
  const std::size_t cells = length(at_centres), count = length(at_faces);
  const std::size_t lines = breadth(at_centres);
  if (lines != breadth(at_faces) || cells < 2) return std::nullopt;
  for (const std::ptrdiff_t lower : {-1, 0}) {
    if (lower < 0 ? count != cells - 1 && count != cells : count != cells && count != cells + 1) {
      continue;
    }
    Tally inside, seam;
    for (std::size_t n = 0; n < std::min(kLooks, lines); ++n) {
      const std::size_t j = n * (lines - 1) / std::max<std::size_t>(1, std::min(kLooks, lines) - 1);
      for (std::size_t m = 0; m < std::min(kLooks, cells - 1); ++m) {
        const std::size_t i =
            m * (cells - 2) / std::max<std::size_t>(1, std::min(kLooks, cells - 1) - 1);
        const auto face = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(i) + lower + 1);
        inside.add(is_between(at_centres, place(at_faces, face, j), place(at_centres, i, j),
                              place(at_centres, i + 1, j)));
      }
      // Of a grid that goes round, the face between the last cell and the first.
      if (count != cells || !at_centres.on_globe() || !along_x) continue;
      const std::size_t face = lower < 0 ? count - 1 : 0;
      seam.add(is_between(at_centres, place(at_faces, face, j), place(at_centres, cells - 1, j),
                          place(at_centres, 0, j)));
    }
    if (inside.convinces()) return Faces{lower, count, seam.convinces()};
  }
  return std::nullopt;
}

}  // namespace gyre::coverage

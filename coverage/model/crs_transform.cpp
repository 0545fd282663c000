#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <list>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/model/crs.h"
#include "coverage/model/proj_handles.h"

namespace gyre::coverage {
namespace {

using proj::Object;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Beyond the Moon's orbit in any unit of length: a projection's singularity, not a place.
constexpr double kFarthest = 1e12;

/// What the round trip of a position is held against, per CRS.
struct Side {
  bool degrees = false;    ///< x is a longitude: any turn is as good
  double x_period = 0;     ///< x repeats after this much; 0: never
  double tolerance = 0;    ///< in its unit: garbage is far off, datum shifts are not
  bool one_to_one = true;  ///< no position gives a plausible wrong answer
  bool smooth = true;      ///< see CrsTransform::smooth()
};

bool begins_as_one_of(std::span<const std::string_view> names, std::string_view method) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return method.starts_with(name); });
}

/// Projections whose formulas answer outside of the map with positions of somewhere else: told by
/// going there and back. Cylindrical ones repeat on purpose, polar ones end at one point.
bool is_one_to_one(std::string_view method) {
  static constexpr std::array<std::string_view, 6> kSafe{"Mercator",
                                                         "Popular Visualisation Pseudo Mercator",
                                                         "Equidistant Cylindrical",
                                                         "Lambert Cylindrical Equal Area",
                                                         "Polar Stereographic",
                                                         "Plate Carr"};
  return begins_as_one_of(kSafe, method);
}

/// See CrsTransform::smooth().
bool is_smooth(std::string_view method) {
  static constexpr std::array<std::string_view, 27> kSmooth{"Albers Equal Area",
                                                            "Azimuthal Equidistant",
                                                            "Eckert",
                                                            "Equal Earth",
                                                            "Equidistant Conic",
                                                            "Equidistant Cylindrical",
                                                            "Geostationary Satellite",
                                                            "Gnomonic",
                                                            "Hotine Oblique Mercator",
                                                            "Lambert Azimuthal Equal Area",
                                                            "Lambert Conic Conformal",
                                                            "Lambert Cylindrical Equal Area",
                                                            "Mercator",
                                                            "Miller Cylindrical",
                                                            "Modified Azimuthal Equidistant",
                                                            "Mollweide",
                                                            "Natural Earth",
                                                            "Oblique Stereographic",
                                                            "Orthographic",
                                                            "Patterson",
                                                            "Plate Carr",
                                                            "Polar Stereographic",
                                                            "Popular Visualisation Pseudo Mercator",
                                                            "Sinusoidal",
                                                            "Stereographic",
                                                            "Transverse Mercator",
                                                            "Vertical Perspective"};
  return begins_as_one_of(kSmooth, method);
}

bool is_cylindrical(std::string_view method) {
  return is_one_to_one(method) && !method.starts_with("Polar");
}

std::string method_of(PJ_CONTEXT* context, const PJ* crs) {
  Object base;
  if (proj_get_type(crs) == PJ_TYPE_BOUND_CRS) {
    base.reset(proj_get_source_crs(context, crs));
    crs = base.get();
  }
  const Object conversion(proj_crs_get_coordoperation(context, crs));
  const char* name = nullptr;
  if (!conversion || proj_coordoperation_get_method_info(context, conversion.get(), &name, nullptr,
                                                         nullptr) == 0) {
    return "";
  }
  return name == nullptr ? "" : name;
}

Object x_first_operation(PJ_CONTEXT* context, const PJ* from, const PJ* to) {
  const Object operation(proj_create_crs_to_crs_from_pj(context, from, to, nullptr, nullptr));
  if (!operation) return nullptr;
  return Object(proj_normalize_for_visualization(context, operation.get()));
}

/// Once round the globe in x of a cylindrical CRS.
double width_of_globe(PJ_CONTEXT* context, const PJ* crs) {
  const Object globe(proj_crs_get_geodetic_crs(context, crs));
  const Object operation = globe ? x_first_operation(context, globe.get(), crs) : nullptr;
  if (!operation) return 0;
  const double west = proj_trans(operation.get(), PJ_FWD, proj_coord(-10, 0, 0, 0)).xy.x;
  const double east = proj_trans(operation.get(), PJ_FWD, proj_coord(10, 0, 0, 0)).xy.x;
  const double width = 18 * (east - west);
  return std::isfinite(width) && width > 0 ? width : 0;
}

Side side_of(PJ_CONTEXT* context, const PJ* object, const Crs& crs) {
  Side side;
  if (crs.is_geographic() || crs.is_rotated_pole()) {
    side.degrees = true;
    side.x_period = 360;
    side.tolerance = 0.01;
    return side;
  }
  const std::string method = method_of(context, object);
  side.one_to_one = is_one_to_one(method);
  side.smooth = is_smooth(method);
  if (is_cylindrical(method)) side.x_period = width_of_globe(context, object);
  constexpr double kTolerance_m = 1000;
  side.tolerance = kTolerance_m / crs.metres_per_unit();
  return side;
}

bool same_place(const Side& side, double x, double y, double back_x, double back_y) {
  if (!std::isfinite(back_x) || !std::isfinite(back_y)) return false;
  double dx = std::abs(back_x - x);
  if (side.x_period > 0) dx = std::abs(std::remainder(dx, side.x_period));
  if (side.degrees) dx *= std::cos(y * 0.017453292519943295);
  return dx <= side.tolerance && std::abs(back_y - y) <= side.tolerance;
}

void run(PJ* operation, PJ_DIRECTION direction, std::span<double> x, std::span<double> y) {
  proj_errno_reset(operation);
  proj_trans_generic(operation, direction, x.data(), sizeof(double), x.size(), y.data(),
                     sizeof(double), y.size(), nullptr, 0, 0, nullptr, 0, 0);
}

}  // namespace

struct CrsTransform::Impl {
  std::shared_ptr<PJ_CONTEXT> context = proj::thread_context();
  Object operation;
  Side from, to;
  bool identity = false;

  void transform(PJ_DIRECTION direction, std::span<double> x, std::span<double> y) const;
};

void CrsTransform::Impl::transform(PJ_DIRECTION direction, std::span<double> x,
                                   std::span<double> y) const {
  if (identity) return;
  const bool check = !from.one_to_one || !to.one_to_one;
  const std::vector<double> given_x =
      check ? std::vector(x.begin(), x.end()) : std::vector<double>();
  const std::vector<double> given_y =
      check ? std::vector(y.begin(), y.end()) : std::vector<double>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) x[i] = y[i] = HUGE_VAL;
  }
  run(operation.get(), direction, x, y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool placed = std::abs(x[i]) < kFarthest && std::abs(y[i]) < kFarthest;
    if (!placed) x[i] = y[i] = kNaN;
  }
  if (!check) return;
  std::vector<double> back_x(x.begin(), x.end());
  std::vector<double> back_y(y.begin(), y.end());
  run(operation.get(), direction == PJ_FWD ? PJ_INV : PJ_FWD, back_x, back_y);
  const Side& start = direction == PJ_FWD ? from : to;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!same_place(start, given_x[i], given_y[i], back_x[i], back_y[i])) x[i] = y[i] = kNaN;
  }
}

namespace {

/// Two geographic CRSs between which PROJ changes no longitude or latitude anywhere: other order
/// of axes, or datums (spheres of models) that nothing relates.
bool leaves_degrees_alone(PJ* operation) {
  std::vector<double> longitudes;
  std::vector<double> latitudes;
  for (int lat = -87; lat <= 87; lat += 6) {
    for (int lon = -177; lon <= 177; lon += 6) {
      longitudes.push_back(lon);
      latitudes.push_back(lat);
    }
  }
  const std::vector<double> same_longitudes = longitudes;
  const std::vector<double> same_latitudes = latitudes;
  run(operation, PJ_FWD, longitudes, latitudes);
  for (std::size_t i = 0; i < longitudes.size(); ++i) {
    if (!(std::abs(longitudes[i] - same_longitudes[i]) < 1e-12) ||
        !(std::abs(latitudes[i] - same_latitudes[i]) < 1e-12)) {
      return false;
    }
  }
  return true;
}

}  // namespace

CrsTransform::CrsTransform(const Crs& from, const Crs& to) : impl_(std::make_unique<Impl>()) {
  if (from == to) {
    impl_->identity = true;
    return;
  }
  PJ_CONTEXT* context = impl_->context.get();
  const Object source = proj::horizontal_crs(context, from.proj_definition());
  const Object target = proj::horizontal_crs(context, to.proj_definition());
  if (source && target) impl_->operation = x_first_operation(context, source.get(), target.get());
  if (!impl_->operation) {
    throw Error(ErrorKind::CrsNotSupported, to.name(),
                fmt::format("There is no way from the CRS '{}' to '{}'.", from.name(), to.name()));
  }
  impl_->from = side_of(context, source.get(), from);
  impl_->to = side_of(context, target.get(), to);
  impl_->identity =
      from.is_geographic() && to.is_geographic() && leaves_degrees_alone(impl_->operation.get());
}

CrsTransform::~CrsTransform() = default;
CrsTransform::CrsTransform(CrsTransform&&) noexcept = default;
CrsTransform& CrsTransform::operator=(CrsTransform&&) noexcept = default;

void CrsTransform::forward(std::span<double> x, std::span<double> y) const {
  impl_->transform(PJ_FWD, x, y);
}
void CrsTransform::inverse(std::span<double> x, std::span<double> y) const {
  impl_->transform(PJ_INV, x, y);
}
bool CrsTransform::identity() const { return impl_->identity; }
bool CrsTransform::smooth() const { return impl_->from.smooth && impl_->to.smooth; }
double CrsTransform::x_period() const { return impl_->to.x_period; }

const CrsTransform& transform_between(const Crs& from, const Crs& to) {
  constexpr std::size_t kMost = 32;
  struct Entry {
    Crs from, to;
    CrsTransform transform;
  };
  thread_local std::list<Entry> recent;  // most recently asked for first
  for (auto entry = recent.begin(); entry != recent.end(); ++entry) {
    if (entry->from == from && entry->to == to) {
      recent.splice(recent.begin(), recent, entry);
      return recent.front().transform;
    }
  }
  recent.push_front({from, to, CrsTransform(from, to)});
  if (recent.size() > kMost + 1) recent.pop_back();
  return recent.front().transform;
}

}  // namespace gyre::coverage

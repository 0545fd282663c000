#include "coverage/cf/earth_shape.h"

#include <array>
#include <cctype>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::coverage::cf {
namespace {

/// Lower case letters and digits alone: "D_WGS_1984", "WGS 1984" and "WGS84" differ in those.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) != 0) out += static_cast<char>(std::tolower(u));
  }
  return out;
}

struct Name {
  std::string_view name, proj;
};

constexpr std::array<Name, 13> kDatums{{{"wgs84", "WGS84"},
                                        {"wgs1984", "WGS84"},
                                        {"dwgs1984", "WGS84"},
                                        {"worldgeodeticsystem1984", "WGS84"},
                                        {"nad83", "NAD83"},
                                        {"northamericandatum1983", "NAD83"},
                                        {"dnorthamerican1983", "NAD83"},
                                        {"nad27", "NAD27"},
                                        {"northamericandatum1927", "NAD27"},
                                        {"dnorthamerican1927", "NAD27"},
                                        {"osgb36", "OSGB36"},
                                        {"osgb1936", "OSGB36"},
                                        {"ordnancesurveyofgreatbritain1936", "OSGB36"}}};

struct Ellipsoid {
  std::string_view name;
  double semi_major, inverse_flattening;
};
constexpr std::array<Ellipsoid, 10> kEllipsoids{{{"wgs84", 6378137, 298.257223563},
                                                 {"wgs1984", 6378137, 298.257223563},
                                                 {"grs80", 6378137, 298.257222101},
                                                 {"grs1980", 6378137, 298.257222101},
                                                 {"bessel1841", 6377397.155, 299.1528128},
                                                 {"airy1830", 6377563.396, 299.3249646},
                                                 {"clarke1866", 6378206.4, 294.978698213898},
                                                 {"international1924", 6378388, 297},
                                                 {"wgs72", 6378135, 298.26},
                                                 {"krassovsky1940", 6378245, 298.3}}};

[[noreturn]] void refuse(const std::string& attribute, double value) {
  throw Error(ErrorKind::UnsupportedHolding, attribute,
              fmt::format("its {} = {} is no size of the Earth", attribute, value));
}

/// Radius, axes and flattening. @returns whether any was given
bool read_numbers(const Attributes& from, EarthShape& shape) {
  const auto radius = from.number("earth_radius");
  const auto major = from.number("semi_major_axis");
  const auto minor = from.number("semi_minor_axis");
  const auto flattening = from.number("inverse_flattening");
  if (!radius && !major) return false;
  shape.semi_major = major ? *major : *radius;
  if (!std::isfinite(shape.semi_major) || shape.semi_major <= 0) {
    refuse(major ? "semi_major_axis" : "earth_radius", shape.semi_major);
  }
  shape.inverse_flattening = 0;
  if (!major) return true;
  if (flattening) {
    if (!std::isfinite(*flattening) || (*flattening != 0 && *flattening <= 1)) {
      refuse("inverse_flattening", *flattening);
    }
    shape.inverse_flattening = *flattening;
  } else if (minor && *minor != *major) {
    if (!std::isfinite(*minor) || *minor <= 0 || *minor > *major) refuse("semi_minor_axis", *minor);
    shape.inverse_flattening = *major / (*major - *minor);
  }
  return true;
}

bool is_wgs84_ellipsoid(const EarthShape& shape) {
  // Semi-minor axes are written with one to ten decimals: 6356752.3142, 6356752.314245.
  return shape.semi_major == 6378137 && std::abs(shape.inverse_flattening - 298.257223563) < 1e-7;
}

}  // namespace

EarthShape earth_shape_of(const Attributes& grid_mapping) {
  EarthShape shape;
  const bool numbers = read_numbers(grid_mapping, shape);
  const std::string datum = squeezed(grid_mapping.text("horizontal_datum_name").value_or(""));
  for (const Name& known : kDatums) {
    if (known.name == datum) shape.datum = known.proj;
  }
  if (!numbers) {
    const std::string name = squeezed(grid_mapping.text("reference_ellipsoid_name").value_or(""));
    for (const Ellipsoid& known : kEllipsoids) {
      if (known.name != name) continue;
      shape.semi_major = known.semi_major;
      shape.inverse_flattening = known.inverse_flattening;
    }
  }
  shape.wgs84 = is_wgs84_ellipsoid(shape) && (shape.datum.empty() || shape.datum == "WGS84");
  // A datum's name stands for its ellipsoid; other numbers beside it win.
  if (numbers || shape.wgs84 || shape.datum == "WGS84") shape.datum.clear();
  shape.prime_meridian = grid_mapping.number("longitude_of_prime_meridian").value_or(0);
  bool shifts = false;
  for (const double number : grid_mapping.numbers("towgs84")) {
    shape.towgs84 += fmt::format("{}{}", shape.towgs84.empty() ? "" : ",", number);
    shifts = shifts || number != 0;
  }
  if (!shifts) shape.towgs84.clear();
  return shape;
}

std::string EarthShape::proj() const {
  std::string text;
  if (wgs84) {
    text = "+datum=WGS84";
  } else if (!datum.empty()) {
    text = "+datum=" + datum;
  } else if (inverse_flattening == 0) {
    text = fmt::format("+R={}", semi_major);
  } else {
    text = fmt::format("+a={} +rf={}", semi_major, inverse_flattening);
  }
  if (prime_meridian != 0) text += fmt::format(" +pm={}", prime_meridian);
  if (!towgs84.empty()) text += " +towgs84=" + towgs84;
  return text;
}

}  // namespace gyre::coverage::cf

#include "coverage/source/gdal/grib1_message.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "coverage/source/gdal/grib_bytes.h"
#include "coverage/source/gdal/grib_parameters.h"
#include "coverage/source/gdal/grib_time.h"

namespace gyre::coverage {
namespace {

constexpr double kMilli = 1e-3;
constexpr int kEcmwf = 98, kNcep = 7;

/// Levels of table 3 as those of GRIB 2.
std::optional<GribLevel> level_of(const GribOctets& product) {
  const int type = product.u1(10);
  const double value = product.u2(11);
  const double top = product.u1(11), bottom = product.u1(12);
  constexpr double kHecto = 100, kKilo = 1000, kCentimetres = 100, kSigma = 10'000;
  switch (type) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
      return GribLevel{type, 255, 0, 0};
    case 20:
      return GribLevel{20, 255, value / kCentimetres, 0};
    case 100:
      return GribLevel{100, 255, value * kHecto, 0};
    case 101:
      return GribLevel{100, 100, top * kKilo, bottom * kKilo};
    case 102:
      return GribLevel{101, 255, 0, 0};
    case 103:
      return GribLevel{102, 255, value, 0};
    case 105:
      return GribLevel{103, 255, value, 0};
    case 106:
      return GribLevel{103, 103, top * kHecto, bottom * kHecto};
    case 107:
      return GribLevel{104, 255, value / kSigma, 0};
    case 109:
      return GribLevel{105, 255, value, 0};
    case 110:
      return GribLevel{105, 105, top, bottom};
    case 111:
      return GribLevel{106, 255, value / kCentimetres, 0};
    case 112:
      return GribLevel{106, 106, top / kCentimetres, bottom / kCentimetres};
    case 113:
      return GribLevel{107, 255, value, 0};
    case 160:
      return GribLevel{160, 255, value, 0};
    case 200:
      return GribLevel{10, 255, 0, 0};
    default:
      return std::nullopt;
  }
}

/// Units of table 4 as those of GRIB 2.
int unit_of(int unit) {
  constexpr int kSeconds = 254;
  return unit == kSeconds ? 13 : unit == 13 ? 255 : unit;
}

std::string read_times(const GribOctets& product, GribField& field) {
  const int century = product.u1(25), year = product.u1(13);
  const auto reference = grib_date((century - 1) * 100 + year, product.u1(14), product.u1(15),
                                   product.u1(16), product.u1(17), 0);
  if (!reference) return "its reference time is no date";
  field.reference_s = *reference;
  const int unit = unit_of(product.u1(18));
  const auto after = [&](int count) { return grib_later(*reference, unit, count); };
  const int first = product.u1(19), second = product.u1(20), range = product.u1(21);
  std::optional<std::int64_t> begin, end;
  switch (range) {
    case 0:
      begin = end = after(first);
      break;
    case 1:
      begin = end = reference;
      break;
    case 10:
      begin = end = after(product.u2(19));
      break;
    case 2:
    case 3:
    case 4:
    case 5: {
      // A range ready (2) is what extremes have; which one the parameter tells.
      constexpr std::array kStatistics{255, 0, 1, 4};
      begin = after(first);
      end = after(second);
      field.statistics = kStatistics.at(static_cast<std::size_t>(range - 2));
      break;
    }
    default:
      return fmt::format("time range indicator {} is not served", range);
  }
  if (!begin || !end) return "its forecast time is in units that are not served";
  field.begin_s = *begin;
  field.valid_s = *end;
  if (field.begin_s > field.valid_s) return "its interval ends before it begins";
  return {};
}

void read_grid(const GribOctets& section, GribGrid& grid) {
  grid.fingerprint = fingerprint_of(section.all());
  const int type = section.u1(6);
  grid.columns = static_cast<std::size_t>(section.u2(7));
  grid.rows = static_cast<std::size_t>(section.u2(9));
  constexpr std::size_t kMissing = 0xFFFF;
  if (grid.columns == kMissing || grid.rows == kMissing) {
    grid.refusal = "reduced grids (rows of different lengths) are not served";
    return;
  }
  grid.along_grid = (section.u1(17) & 0x08) != 0;
  constexpr int kWestwardOrByColumns = 0xA0;
  if ((section.u1(28) & kWestwardOrByColumns) != 0) {
    grid.refusal = "grids scanned westwards or by columns are not served";
    return;
  }
  const auto angle = [&](std::size_t octet) {
    return static_cast<double>(section.signed_number(octet, 3)) * kMilli;
  };
  switch (type) {
    case 0:
    case 1:
    case 3:
    case 5:
      return;
    case 4:
      grid.parallels = section.u2(26);
      grid.first_latitude = angle(11);
      grid.last_latitude = angle(18);
      return;
    case 10:
      grid.rotation = {angle(33), angle(36), 0};
      if (section.number(39, 4) != 0) {
        grid.refusal = "rotated grids turned about their new pole are not served";
      }
      return;
    default:
      grid.refusal = fmt::format("grids of data representation type {} are not served", type);
  }
}

}  // namespace

std::string read_grib1(const std::string& product_section, const std::string& grid_section,
                       GribField& field, GribGrid& grid) {
  const GribOctets product(product_section);
  if (grid_section.empty()) return "its grid is told by a number alone";
  read_grid(GribOctets(grid_section), grid);
  const int table = product.u1(4), centre = product.u1(5), number = product.u1(9);
  field.parameter = parameter_of_grib1(table, centre, number);
  const auto level = level_of(product);
  if (!level) return fmt::format("levels of type {} are not served", product.u1(10));
  field.level = *level;
  // Local extensions of the two centres whose ensembles are in GRIB 1.
  constexpr std::size_t kEcmwfMember = 50, kNcepMember = 43, kLocal = 41;
  if (centre == kEcmwf && product.size() > kEcmwfMember && product.u1(kLocal) == 1 &&
      product.u1(kEcmwfMember + 1) > 0) {
    field.member = product.u1(kEcmwfMember);
  }
  if (centre == kNcep && product.size() >= kNcepMember && product.u1(kLocal) == 1) {
    // Pairs of perturbations: +1 is member 1, -1 is 2, +2 is 3; the control is 0.
    const int type = product.u1(kLocal + 1), pair = product.u1(kNcepMember);
    field.member = type == 1 ? 0 : type == 3 ? 2 * pair - 1 : 2 * pair;
  }
  return read_times(product, field);
}

}  // namespace gyre::coverage

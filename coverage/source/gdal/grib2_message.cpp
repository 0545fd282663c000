#include "coverage/source/gdal/grib2_message.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "coverage/source/gdal/grib_bytes.h"
#include "coverage/source/gdal/grib_time.h"

namespace gyre::coverage {
namespace {

constexpr double kMicro = 1e-6;
constexpr std::uint64_t kMissing4 = 0xFFFFFFFF;

/// Where the parts of a product definition template lie: octets from 1; 0: it has none.
struct Template {
  std::size_t member = 0, derived = 0, percentile = 0, probability = 0, interval = 0;
};

std::optional<Template> template_of(int number) {
  switch (number) {
    case 0:
    case 15:
      return Template{};
    case 1:
      return Template{.member = 36};
    case 2:
      return Template{.derived = 35};
    case 5:
      return Template{.probability = 35};
    case 6:
      return Template{.percentile = 35};
    case 8:
      return Template{.interval = 35};
    case 9:
      return Template{.probability = 35, .interval = 48};
    case 10:
      return Template{.percentile = 35, .interval = 36};
    case 11:
      return Template{.member = 36, .interval = 38};
    case 12:
      return Template{.derived = 35, .interval = 37};
    default:
      return std::nullopt;
  }
}

double scaled(const GribOctets& product, std::size_t octet) {
  if (product.u1(octet) == 255 || product.number(octet + 1, 4) == kMissing4) return 0;
  const auto factor = product.signed_number(octet, 1);
  const auto value = static_cast<double>(product.signed_number(octet + 1, 4));
  // Divided, not multiplied by a power that has no exact value.
  return factor >= 0 ? value / std::pow(10.0, static_cast<double>(factor))
                     : value * std::pow(10.0, static_cast<double>(-factor));
}

const char* derived_name(int type) {
  switch (type) {
    case 0:
      return "ensemble_mean";
    case 1:
      return "ensemble_weighted_mean";
    case 2:
      return "ensemble_standard_deviation";
    case 4:
      return "ensemble_spread";
    case 8:
      return "ensemble_minimum";
    case 9:
      return "ensemble_maximum";
    default:
      return nullptr;
  }
}

std::string probability_name(const GribOctets& product, std::size_t octet) {
  constexpr const char* kKinds[] = {"below", "above", "between", "above", "below"};
  const int kind = product.u1(octet + 2);
  if (kind > 4) return fmt::format("probability_{}", kind);
  const double low = scaled(product, octet + 3), high = scaled(product, octet + 8);
  if (kind == 2) return fmt::format("probability_between_{:g}_{:g}", low, high);
  return fmt::format("probability_{}_{:g}", kKinds[kind], kind == 0 || kind == 3 ? low : high);
}

std::optional<std::int64_t> date_at(const GribOctets& section, std::size_t octet) {
  return grib_date(section.u2(octet), section.u1(octet + 2), section.u1(octet + 3),
                   section.u1(octet + 4), section.u1(octet + 5), section.u1(octet + 6));
}

/// @returns why it is left out
std::string read_product(const GribOctets& product, const GribOctets& identification,
                         GribField& field) {
  const int number = product.u2(8);
  const auto parts = template_of(number);
  if (!parts) return fmt::format("product definition template {} is not served", number);
  field.parameter.category = product.u1(10);
  field.parameter.number = product.u1(11);
  constexpr int kLocal = 192;
  if (field.parameter.category >= kLocal || field.parameter.number >= kLocal ||
      field.parameter.discipline >= kLocal) {
    field.parameter.centre = identification.u2(6);
  }
  field.level = {product.u1(23), product.u1(29), scaled(product, 24), scaled(product, 30)};
  const auto reference = date_at(identification, 13);
  if (!reference) return "its reference time is no date";
  field.reference_s = *reference;
  const auto at = grib_later(*reference, product.u1(18), product.signed_number(19, 4));
  if (!at) return "its forecast time is in units that are not served";
  field.valid_s = field.begin_s = *at;
  if (parts->member != 0) field.member = product.u1(parts->member);
  if (parts->derived != 0) {
    const int derived = product.u1(parts->derived);
    const char* const name = derived_name(derived);
    field.variant = name != nullptr ? name : fmt::format("ensemble_{}", derived);
  }
  if (parts->percentile != 0) field.variant = fmt::format("p{}", product.u1(parts->percentile));
  if (parts->probability != 0) field.variant = probability_name(product, parts->probability);
  if (parts->interval != 0) {
    const auto end = date_at(product, parts->interval);
    if (!end) return "the end of its interval is no date";
    field.valid_s = *end;
    field.statistics = product.u1(parts->interval + 12);
    if (field.begin_s > field.valid_s) return "its interval ends before it begins";
  }
  return {};
}

void refuse(GribGrid& grid, std::string why) { grid.refusal = std::move(why); }

void read_grid(const GribOctets& section, GribGrid& grid) {
  // Without what differs between messages of one grid: nothing does.
  grid.fingerprint = fingerprint_of(section.all());
  const int number = section.u2(13);
  if (section.u1(6) != 0) return refuse(grid, "its grid is told by a number alone");
  if (section.u1(11) != 0) {
    return refuse(grid, "reduced grids (rows of different lengths) are not served");
  }
  const auto size_at = [&](std::size_t octet) {
    grid.columns = static_cast<std::size_t>(section.u4(octet));
    grid.rows = static_cast<std::size_t>(section.u4(octet + 4));
    if (section.number(octet, 4) == kMissing4 || section.number(octet + 4, 4) == kMissing4) {
      refuse(grid, "reduced grids (rows of different lengths) are not served");
    }
  };
  const auto check_size = [&] {
    constexpr std::uint64_t kPoints = std::uint64_t{1} << 28;  // 1 GB of them
    if (grid.refusal.empty() && std::uint64_t{grid.columns} * grid.rows > kPoints) {
      refuse(grid, "grids of more than 268 million points are not served");
    }
    if (grid.refusal.empty() &&
        static_cast<std::uint64_t>(section.u4(7)) != std::uint64_t{grid.columns} * grid.rows) {
      refuse(grid, "it has another number of points than columns and rows make");
    }
  };
  const auto scanning_at = [&](std::size_t octet) {
    grid.scanning = section.u1(octet);
    constexpr int kWestward = 0x80, kColumnsBackAndForth = 0x30;
    if ((grid.scanning & kWestward) != 0 ||
        (grid.scanning & kColumnsBackAndForth) == kColumnsBackAndForth) {
      // GDAL puts them elsewhere.
      refuse(grid, "grids scanned westwards, or by columns back and forth, are not served");
    }
  };
  constexpr int kAlongGrid = 0x08;
  switch (number) {
    case 0:
    case 1:
    case 40: {
      size_at(31);
      scanning_at(72);
      check_size();
      grid.along_grid = (section.u1(55) & kAlongGrid) != 0;
      const double unit =
          section.number(39, 4) == 0 || section.number(39, 4) == kMissing4
              ? kMicro
              : static_cast<double>(section.u4(39)) / static_cast<double>(section.u4(43));
      const auto angle = [&](std::size_t octet) {
        return static_cast<double>(section.signed_number(octet, 4)) * unit;
      };
      if (number == 40) {
        grid.parallels = static_cast<int>(section.u4(68));
        grid.first_latitude = angle(47);
        grid.last_latitude = angle(56);
      }
      if (number == 1) {
        constexpr int kFloat = 32;
        const auto raw = static_cast<std::uint32_t>(section.number(81, 4));
        float turned = 0;
        static_assert(sizeof(turned) * 8 == kFloat);
        std::memcpy(&turned, &raw, sizeof(turned));
        grid.rotation = {angle(73), angle(77), static_cast<double>(turned)};
        if (turned != 0) refuse(grid, "rotated grids turned about their new pole are not served");
      }
      return;
    }
    case 10:
    case 20:
    case 30:
    case 31:
      size_at(31);
      scanning_at(number == 10 ? 60 : 65);
      check_size();
      grid.along_grid = (section.u1(47) & kAlongGrid) != 0;
      return;
    default:
      return refuse(grid, fmt::format("grid definition template {} is not served", number));
  }
}

}  // namespace

std::string read_grib2(const Grib2Sections& sections, GribField& field, GribGrid& grid) {
  if (sections.identification.empty() || sections.grid.empty() || sections.product.empty()) {
    throw Error(ErrorKind::MalformedHolding, "", "a message lacks a section");
  }
  field.parameter.discipline = sections.discipline;
  read_grid(GribOctets(sections.grid), grid);
  if (!sections.known_bitmap) return "its bitmap is one of its centre's own";
  if (sections.has_bitmap && grid.refusal.empty()) {
    if (sections.bitmap_bytes < (std::uint64_t{grid.columns} * grid.rows + 7) / 8) {
      return "its bitmap is smaller than its grid";
    }
    field.bitmap_at = sections.bitmap_at;
  }
  const GribOctets packing(sections.packing);
  constexpr int kComplex = 2, kDifferences = 3;
  const int how = packing.u2(10);
  constexpr int kCcsds = 42;
  constexpr std::array kByGdal{0, 2, 3, 4, 40, 41, 40000, 40010};
  if (how == kCcsds) {
    // Fields behind another would need its sections too.
    if (field.within != 0) return "further fields of a message, packed by CCSDS, are not served";
    field.ccsds_at = sections.packing_at;
    field.data_at = sections.data_at;
    field.data_bytes = sections.data_bytes;
    field.points = std::uint64_t{grid.columns} * grid.rows;
  } else if (std::find(kByGdal.begin(), kByGdal.end(), how) == kByGdal.end()) {
    return fmt::format("values packed by data representation template {} are not served", how);
  }
  field.missing_by_value = (how == kComplex || how == kDifferences) && packing.u1(23) != 0;
  return read_product(GribOctets(sections.product), GribOctets(sections.identification), field);
}

}  // namespace gyre::coverage

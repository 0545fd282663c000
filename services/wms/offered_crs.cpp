#include "services/wms/offered_crs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gyre::wms {
namespace {

using coverage::Crs;
using coverage::Envelope;

constexpr std::array kCommon{"CRS:84",    "EPSG:4326",  "EPSG:3857", "EPSG:3395",
                             "EPSG:4258", "EPSG:3035",  "EPSG:3413", "EPSG:3995",
                             "EPSG:5041", "EPSG:32661", "EPSG:3031"};

std::optional<Envelope> common_part(const Envelope& a, const Envelope& b) {
  const Envelope part{std::max(a.min_x, b.min_x), std::max(a.min_y, b.min_y),
                      std::min(a.max_x, b.max_x), std::min(a.max_y, b.max_y)};
  if (!(part.min_x < part.max_x && part.min_y < part.max_y)) return std::nullopt;
  return part;
}

/// The outside of `geographic` in `crs`, from a lattice of points over all of it: a pole inside
/// counts, which the outline alone would miss.
std::optional<Envelope> projected(const Envelope& geographic, const Crs& crs) {
  constexpr std::size_t kSide =
      17;  // every 22.5 degrees of the globe: the axes of polar CRSs are hit
  std::vector<double> x, y;
  for (std::size_t j = 0; j < kSide; ++j) {
    for (std::size_t i = 0; i < kSide; ++i) {
      x.push_back(geographic.min_x + geographic.width() * static_cast<double>(i) / (kSide - 1));
      y.push_back(geographic.min_y + geographic.height() * static_cast<double>(j) / (kSide - 1));
    }
  }
  coverage::transform_between(Crs::from_user_input("CRS:84"), crs).forward(x, y);
  std::optional<Envelope> box;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!std::isfinite(x[k]) || !std::isfinite(y[k])) continue;
    if (!box) box = Envelope{x[k], y[k], x[k], y[k]};
    box->min_x = std::min(box->min_x, x[k]);
    box->min_y = std::min(box->min_y, y[k]);
    box->max_x = std::max(box->max_x, x[k]);
    box->max_y = std::max(box->max_y, y[k]);
  }
  return box && box->width() > 0 && box->height() > 0 ? box : std::nullopt;
}

std::optional<Envelope> box_in(const Crs& crs, const Envelope& geographic) {
  Envelope area{-180, -90, 180, 90};
  if (const auto use = crs.area_of_use(); use && use->size() == 4 && (*use)[0] < (*use)[2]) {
    area = {(*use)[0], (*use)[1], (*use)[2], (*use)[3]};
  }
  const auto part = common_part(geographic, area);
  if (!part) return std::nullopt;
  return crs.is_geographic() ? part : projected(*part, crs);
}

}  // namespace

std::vector<OfferedCrs> common_crs(Version version) {
  static const std::vector<OfferedCrs> kAll = [] {
    std::vector<OfferedCrs> all;
    for (const char* name : kCommon) all.push_back({name, Crs::from_user_input(name)});
    return all;
  }();
  // CRS:84 came with 1.3.0; 1.1.1's EPSG:4326 is the same.
  return {kAll.begin() + (version == Version::V1_1_1 ? 1 : 0), kAll.end()};
}

std::optional<OfferedCrs> own_crs(const coverage::DomainSet& domain_set, Version version) {
  const auto& code = domain_set.crs().authority_code();
  if (!code || !code->starts_with("EPSG:")) return std::nullopt;
  for (const OfferedCrs& common : common_crs(version)) {
    if (common.name == *code) return std::nullopt;
  }
  return OfferedCrs{*code, domain_set.crs()};
}

std::vector<CrsBox> common_boxes(const Envelope& geographic, Version version) {
  std::vector<CrsBox> boxes;
  for (const OfferedCrs& offered : common_crs(version)) {
    if (const auto box = box_in(offered.crs, geographic)) boxes.push_back({offered, *box});
  }
  return boxes;
}

std::vector<CrsBox> boxes_of(const coverage::DomainSet& domain_set, std::vector<CrsBox> common,
                             Version version) {
  for (CrsBox& box : common) {
    // Geographic ones are normalised to -180 .. 180, which the file's own longitudes may not be.
    if (!box.offered.crs.is_geographic() &&
        domain_set.crs().authority_code() == std::optional(box.offered.name)) {
      box.envelope = domain_set.envelope();
    }
  }
  if (const auto own = own_crs(domain_set, version)) {
    common.push_back({*own, domain_set.envelope()});
  }
  return common;
}

}  // namespace gyre::wms

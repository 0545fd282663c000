#include "services/wcs/answer_grid.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "services/ows/exception.h"
#include "services/wcs/crs_uri.h"

namespace gyre::wcs {
namespace {

using coverage::AxisRole;
using coverage::Crs;
using coverage::DimensionSubset;
using coverage::DomainSet;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// A CRS by its address; absent when it is the coverage's own.
std::optional<Crs> foreign_crs(const std::optional<std::string>& address,
                               const DomainSet& domain_set, const char* code, const char* what) {
  if (!address || names_native_crs(domain_set, *address)) return std::nullopt;
  try {
    return Crs::from_user_input(horizontal_part(*address));
  } catch (const coverage::Error&) {
    throw ows::Exception(code, *address, 404,
                         fmt::format("{} '{}' is not one that is known here; write it as "
                                     "http://www.opengis.net/def/crs/EPSG/0/<code>.",
                                     what, address->substr(0, 200)));
  }
}

/// Is the label one of x, y (or Long, Lat) in some CRS? By the domain set's own labels, then by the
/// words of CRSs.
std::optional<AxisRole> horizontal_role(const DomainSet& domain_set, const std::string& label) {
  if (const auto role = domain_set.coordinate_named(label)) return role;
  const auto& axes = domain_set.axes();
  for (const std::size_t i : {domain_set.x(), domain_set.y()}) {
    if (lower(axes[i].label()) == lower(label)) return axes[i].role();
  }
  constexpr std::array<std::string_view, 6> kX{"x", "e", "easting", "long", "lon", "longitude"};
  constexpr std::array<std::string_view, 5> kY{"y", "n", "northing", "lat", "latitude"};
  const std::string word = lower(label);
  if (std::find(kX.begin(), kX.end(), word) != kX.end()) return AxisRole::X;
  if (std::find(kY.begin(), kY.end(), word) != kY.end()) return AxisRole::Y;
  return std::nullopt;
}

[[noreturn]] void refuse_subset(const DimensionSubset& subset, const std::string& why) {
  throw ows::Exception("InvalidSubsetting", subset.axis_label, 404, why);
}

double number_of(const DimensionSubset& subset, const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    refuse_subset(subset,
                  fmt::format("'{}' is no number on '{}'.", text.substr(0, 80), subset.axis_label));
  }
  return number;
}

/// Bounds of a subset; a slice is as wide as nothing.
struct Bounds {
  std::optional<double> low, high;
};
Bounds bounds_of(const DimensionSubset& subset) {
  if (const auto* slice = std::get_if<coverage::Slice>(&subset.extent)) {
    const double at = number_of(subset, slice->at);
    return {at, at};
  }
  const auto& trim = std::get<coverage::Trim>(subset.extent);
  Bounds bounds;
  if (trim.low) bounds.low = number_of(subset, *trim.low);
  if (trim.high) bounds.high = number_of(subset, *trim.high);
  if (bounds.low && bounds.high && *bounds.low > *bounds.high) {
    refuse_subset(subset, fmt::format("On '{}' the lower bound {} is above the upper bound {}.",
                                      subset.axis_label, *bounds.low, *bounds.high));
  }
  return bounds;
}

coverage::Interpolation method_named(const std::string& method) {
  const std::string word = lower(method.substr(method.find_last_of('/') + 1));
  if (word == "nearest-neighbor" || word == "nearest" || word == "nearest_neighbor") {
    return coverage::Interpolation::Nearest;
  }
  if (word == "linear" || word == "bilinear") return coverage::Interpolation::Linear;
  throw ows::Exception("InterpolationMethodNotSupported", method, 404,
                       fmt::format("The method '{}' is not offered; use {} or {}.",
                                   method.substr(0, 200), kNearest, kLinear));
}

/// The axis of the answer that SCALE* or INTERPOLATION* names: x, y, or another one of the grid.
std::optional<AxisRole> scaled_axis(const DomainSet& domain_set, const std::string& label,
                                    const char* code) {
  if (const auto role = horizontal_role(domain_set, label)) return role;
  try {
    (void)domain_set.axis_named(label);
    return std::nullopt;
  } catch (const coverage::Error& error) {
    throw ows::Exception(code, label, 404, error.what());
  }
}

[[noreturn]] void refuse_factor(const std::string& locator, const std::string& why) {
  throw ows::Exception("InvalidScaleFactor", locator, 404, why);
}

double positive(double factor, const std::string& locator) {
  if (factor > 0) return factor;
  refuse_factor(locator, fmt::format("A scale factor is above zero; {} is not.", factor));
}

std::size_t whole(double size, const std::string& locator) {
  constexpr double kMost = 1e6;
  if (size >= 1 && size <= kMost && size == std::floor(size)) return static_cast<std::size_t>(size);
  refuse_factor(locator,
                fmt::format("A size is a whole number from 1 to {:.0f}; {} is not.", kMost, size));
}

class ScalingReader {
 public:
  ScalingReader(const DomainSet& domain_set, coverage::RegriddingWishes& wishes)
      : domain_set_(domain_set), wishes_(wishes) {}

  void read(const Scaling& scaling) {
    if (scaling.factor) {
      wishes_.factor_x = wishes_.factor_y = positive(*scaling.factor, "scaleFactor");
    }
    for (const Scaling::AxisFactor& one : scaling.axis_factors) {
      const auto role = axis(one.axis_label);
      const double factor = positive(one.factor, one.axis_label);
      if (!role && factor != 1) refuse_other(one.axis_label);
      if (role) (*role == AxisRole::X ? wishes_.factor_x : wishes_.factor_y) = factor;
    }
    for (const Scaling::AxisSize& one : scaling.axis_sizes) set_size(one.axis_label, one.size);
    for (const Scaling::AxisExtent& one : scaling.axis_extents) {
      if (one.low > one.high) {
        throw ows::Exception("InvalidExtent", fmt::format("{}", one.high), 404,
                             fmt::format("The extent of '{}' ends at {}, below its beginning {}.",
                                         one.axis_label, one.high, one.low));
      }
      set_size(one.axis_label, one.high - one.low + 1);
    }
  }

 private:
  std::optional<AxisRole> axis(const std::string& label) {
    const auto role = scaled_axis(domain_set_, label, "ScaleAxisUndefined");
    const std::string key = role ? (*role == AxisRole::X ? "x" : "y") : lower(label);
    if (!seen_.insert(key).second) {
      throw ows::Exception("InvalidParameterValue", label, 400,
                           fmt::format("Axis '{}' is scaled more than once.", label));
    }
    return role;
  }

  void set_size(const std::string& label, double size) {
    const auto role = axis(label);
    const std::size_t cells = whole(size, label);
    if (role) {
      (*role == AxisRole::X ? wishes_.size_x : wishes_.size_y) = cells;
    } else if (domain_set_.axes()[domain_set_.axis_named(label)].size() != cells) {
      refuse_other(label);
    }
  }

  [[noreturn]] static void refuse_other(const std::string& label) {
    refuse_factor(label,
                  fmt::format("Axis '{}' is not scaled: only the horizontal axes are.", label));
  }

  const DomainSet& domain_set_;
  coverage::RegriddingWishes& wishes_;
  std::set<std::string> seen_;
};

coverage::Interpolation interpolation_of(const InterpolationWish& wish,
                                         const DomainSet& domain_set) {
  coverage::Interpolation found = coverage::Interpolation::Nearest;
  if (wish.method) found = method_named(*wish.method);
  std::set<coverage::Interpolation> horizontal;
  for (const InterpolationWish::PerAxis& one : wish.per_axis) {
    const auto role = scaled_axis(domain_set, one.axis_label, "InvalidAxisLabel");
    const coverage::Interpolation method = method_named(one.method);
    if (role) horizontal.insert(method);
  }
  if (horizontal.size() > 1) {
    throw ows::Exception("InterpolationMethodNotSupported", wish.per_axis.front().method, 404,
                         "The horizontal axes are interpolated by one method.");
  }
  if (!horizontal.empty()) found = *horizontal.begin();
  if (found == coverage::Interpolation::Linear && domain_set.x() == domain_set.y()) {
    throw ows::Exception("InterpolationMethodNotSupported", "INTERPOLATION", 404,
                         "Values on an unstructured mesh are put on a grid by nearest-neighbor.");
  }
  return found;
}

}  // namespace

std::optional<AnswerGrid> answer_grid(const GetCoverage& request,
                                      const std::vector<DimensionSubset>& subsets,
                                      const DomainSet& domain_set, bool on_regular_grid) {
  const std::optional<Crs> subsetting = foreign_crs(
      request.subsetting_crs, domain_set, "SubsettingCrs-NotSupported", "The subsetting CRS");
  const std::optional<Crs> output =
      foreign_crs(request.output_crs, domain_set, "OutputCrs-NotSupported", "The output CRS");
  AnswerGrid grid;
  if (request.scaling) ScalingReader(domain_set, grid.wishes).read(*request.scaling);
  if (request.interpolation) {
    grid.wishes.interpolation = interpolation_of(*request.interpolation, domain_set);
  }
  const bool on_plane = domain_set.geometry() != nullptr;
  const bool asked = request.output_crs && on_plane;  // its own CRS, on a regular grid
  if (!subsetting && !output && !request.scaling && !asked && !on_regular_grid) {
    return std::nullopt;
  }
  // OGC 11-053 requirement 10: without an output CRS it is the subsetting CRS.
  grid.wishes.crs = request.output_crs ? output : subsetting;

  coverage::Envelope box{-INFINITY, -INFINITY, INFINITY, INFINITY};
  bool has_box = false;
  for (const DimensionSubset& subset : subsets) {
    const auto coordinate = domain_set.coordinate_named(subset.axis_label);
    const auto role = subsetting ? horizontal_role(domain_set, subset.axis_label) : coordinate;
    if (!role) {  // an axis of the coverage
      grid.subsets.push_back(subset);
      continue;
    }
    const Bounds bounds = bounds_of(subset);
    const bool is_x = *role == AxisRole::X;
    double& low = is_x ? box.min_x : box.min_y;
    double& high = is_x ? box.max_x : box.max_y;
    if (std::isfinite(low) || std::isfinite(high)) {
      throw ows::Exception("InvalidAxisLabel", subset.axis_label, 404,
                           fmt::format("'{}' is subset more than once.", subset.axis_label));
    }
    low = bounds.low.value_or(low);
    high = bounds.high.value_or(high);
    has_box = true;
  }
  if (has_box) {
    grid.wishes.box = box;
    grid.wishes.box_crs = subsetting;
  }
  return grid;
}

}  // namespace gyre::wcs

#include "coverage/model/domain_set.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

struct Alias {
  std::string_view name;
  AxisRole role;
};
/// What clients call axes whatever the file calls them (reference: GDAL, OWSLib, rasdaman,
/// EOxServer).
constexpr std::array<Alias, 29> kAliases{{{"long", AxisRole::X},
                                          {"lon", AxisRole::X},
                                          {"longitude", AxisRole::X},
                                          {"x", AxisRole::X},
                                          {"e", AxisRole::X},
                                          {"easting", AxisRole::X},
                                          {"lat", AxisRole::Y},
                                          {"latitude", AxisRole::Y},
                                          {"y", AxisRole::Y},
                                          {"n", AxisRole::Y},
                                          {"northing", AxisRole::Y},
                                          {"z", AxisRole::Vertical},
                                          {"elevation", AxisRole::Vertical},
                                          {"depth", AxisRole::Vertical},
                                          {"height", AxisRole::Vertical},
                                          {"h", AxisRole::Vertical},
                                          {"level", AxisRole::Vertical},
                                          {"vertical", AxisRole::Vertical},
                                          {"altitude", AxisRole::Vertical},
                                          {"pressure", AxisRole::Vertical},
                                          {"time", AxisRole::Time},
                                          {"t", AxisRole::Time},
                                          {"ansi", AxisRole::Time},
                                          {"unix", AxisRole::Time},
                                          {"phenomenontime", AxisRole::Time},
                                          {"reference_time", AxisRole::ReferenceTime},
                                          {"forecast_reference_time", AxisRole::ReferenceTime},
                                          {"member", AxisRole::Member},
                                          {"ensemble", AxisRole::Member}}};

int rank_outside(AxisRole role) {
  switch (role) {
    case AxisRole::X:
    case AxisRole::Y:
      return 0;
    case AxisRole::Vertical:
      return 1;
    case AxisRole::ReferenceTime:
      return 2;
    case AxisRole::Time:
      return 3;
    case AxisRole::Member:
      return 4;
    case AxisRole::Other:
      return 5;
  }
  return 5;
}

}  // namespace

std::optional<AxisRole> role_called(std::string_view alias) {
  const std::string wanted = lower(alias);
  const auto found = std::find_if(kAliases.begin(), kAliases.end(),
                                  [&](const Alias& one) { return one.name == wanted; });
  return found == kAliases.end() ? std::nullopt : std::optional(found->role);
}

DomainSet::DomainSet(std::vector<Axis> axes, Crs crs, std::string grid_mapping_variable,
                     std::shared_ptr<const CellGeometry> geometry)
    : axes_(std::move(axes)),
      crs_(std::move(crs)),
      grid_mapping_variable_(std::move(grid_mapping_variable)),
      geometry_(std::move(geometry)) {
  int x_count = 0;
  int y_count = 0;
  std::set<std::string> labels;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = axes_[i];
    if (!labels.insert(axis.label()).second) {
      throw Error(ErrorKind::MalformedHolding, axis.label(),
                  fmt::format("Two axes are called '{}'.", axis.label()));
    }
    if (axis.role() == AxisRole::X) {
      x_ = i;
      ++x_count;
    } else if (axis.role() == AxisRole::Y) {
      y_ = i;
      ++y_count;
    }
  }
  if (geometry_ && geometry_->on_one_axis() && x_count == 1 && y_count == 0) {
    y_ = x_;
    return;
  }
  if (x_count != 1 || y_count != 1) {
    throw Error(
        ErrorKind::MalformedHolding, "",
        fmt::format("A grid needs one x and one y axis; here are {} and {}.", x_count, y_count));
  }
}

std::optional<std::size_t> DomainSet::find(AxisRole role) const {
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (axes_[i].role() == role) return i;
  }
  return std::nullopt;
}

std::optional<AxisRole> DomainSet::coordinate_named(std::string_view label) const {
  if (!geometry_) return std::nullopt;
  const auto is_axis = [&](auto&& spelling) {
    return std::any_of(axes_.begin(), axes_.end(), [&](const Axis& axis) {
      return spelling(axis.label()) == spelling(label) ||
             spelling(axis.data().dimension) == spelling(label);
    });
  };
  // Spelled exactly as the axis or as the CRS has it, before spelled somehow.
  if (is_axis([](std::string_view text) { return std::string(text); })) return std::nullopt;
  if (label == "Long" || label == geometry_->longitude_variable()) return AxisRole::X;
  if (label == "Lat" || label == geometry_->latitude_variable()) return AxisRole::Y;
  if (is_axis(lower)) return std::nullopt;
  const std::string wanted = lower(label);
  if (wanted == "long" || wanted == "lon" || wanted == "longitude") return AxisRole::X;
  if (wanted == "lat" || wanted == "latitude") return AxisRole::Y;
  return std::nullopt;
}

std::size_t DomainSet::axis_named(std::string_view label_or_alias) const {
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (axes_[i].label() == label_or_alias) return i;
  }
  const std::string wanted = lower(label_or_alias);
  const auto only = [&](auto&& matches) -> std::optional<std::size_t> {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (!matches(axes_[i])) continue;
      if (found) return std::nullopt;
      found = i;
    }
    return found;
  };
  if (const auto i = only([&](const Axis& axis) {
        return lower(axis.label()) == wanted || lower(axis.data().dimension) == wanted;
      })) {
    return *i;
  }
  if (const auto role = role_called(wanted)) {
    if (const auto i = only([&](const Axis& axis) { return axis.role() == *role; })) return *i;
  }
  if (const auto i = only([&](const Axis& axis) {
        return !axis.data().standard_name.empty() && axis.data().standard_name == wanted;
      })) {
    return *i;
  }
  std::vector<std::string> labels;
  for (const Axis& axis : axes_) labels.push_back(axis.label());
  throw Error(ErrorKind::NoSuchAxis, std::string(label_or_alias),
              fmt::format("There is no axis '{}'; the axes are {}.", label_or_alias,
                          fmt::join(labels, ", ")));
}

Envelope DomainSet::envelope() const {
  if (geometry_) {
    const GeographicExtent& extent = geometry_->extent();
    return {extent.west, extent.south, extent.east, extent.north};
  }
  const Axis::Interval across = axes_[x_].extent();
  const Axis::Interval along = axes_[y_].extent();
  return {across.low, along.low, across.high, along.high};
}

std::vector<std::size_t> DomainSet::crs_order() const {
  std::vector<std::size_t> order;
  order.push_back(crs_.axes_swapped() ? y_ : x_);
  if (x_ != y_) order.push_back(crs_.axes_swapped() ? x_ : y_);
  std::vector<std::size_t> rest;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (i != x_ && i != y_) rest.push_back(i);
  }
  std::stable_sort(rest.begin(), rest.end(), [this](std::size_t a, std::size_t b) {
    return rank_outside(axes_[a].role()) < rank_outside(axes_[b].role());
  });
  order.insert(order.end(), rest.begin(), rest.end());
  return order;
}

}  // namespace gyre::coverage

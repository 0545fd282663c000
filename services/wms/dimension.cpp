#include "services/wms/dimension.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "services/wms/kvp_values.h"

namespace gyre::wms {
namespace {

using coverage::Axis;
using coverage::AxisRole;

/// Metres in one unit of length; absent for what is none.
std::optional<double> metres_in(const std::string& uom) {
  struct Row {
    std::string_view name;
    double metres;
  };
  constexpr std::array kLengths{Row{"m", 1},
                                Row{"metre", 1},
                                Row{"metres", 1},
                                Row{"meter", 1},
                                Row{"meters", 1},
                                Row{"km", 1000},
                                Row{"kilometre", 1000},
                                Row{"kilometres", 1000},
                                Row{"kilometer", 1000},
                                Row{"kilometers", 1000},
                                Row{"cm", 0.01},
                                Row{"centimeters", 0.01},
                                Row{"centimetres", 0.01},
                                Row{"dm", 0.1},
                                Row{"mm", 0.001}};
  const std::string lower = lower_case(uom);
  for (const Row& row : kLengths) {
    if (row.name == lower) return row.metres;
  }
  return std::nullopt;
}

bool is_pressure(const std::string& uom) {
  constexpr std::array<std::string_view, 9> kPressures{
      "pa", "hpa", "mb", "mbar", "millibar", "millibars", "bar", "dbar", "decibar"};
  return std::find(kPressures.begin(), kPressures.end(), lower_case(uom)) != kPressures.end();
}

/// The name of an axis's role; empty when its label has to do.
std::string role_name(AxisRole role) {
  switch (role) {
    case AxisRole::Time:
      return "time";
    case AxisRole::ReferenceTime:
      return "reference_time";
    case AxisRole::Vertical:
      return "elevation";
    default:
      return {};
  }
}

void describe_vertical(const Axis& axis, Dimension& dimension) {
  if (const auto metres = metres_in(axis.uom())) {
    dimension.units = "CRS:88";
    dimension.unit_symbol = "m";
    dimension.factor = axis.data().positive_down ? -*metres : *metres;
  } else {
    dimension.units = dimension.unit_symbol = axis.uom();
  }
}

double number_at(const Axis& axis, const Dimension& dimension, std::size_t index) {
  return axis.centres()[index] * dimension.factor + 0.0;  // no "-0"
}

}  // namespace

std::string plain_name(const std::string& label) {
  std::string name = lower_case(label);
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-') c = '_';
  }
  return name;
}

std::vector<Dimension> dimensions_of(const coverage::DomainSet& domain_set) {
  std::vector<Dimension> dimensions;
  for (std::size_t k = 0; k < domain_set.axes().size(); ++k) {
    const Axis& axis = domain_set.axes()[k];
    if (k == domain_set.x() || k == domain_set.y()) continue;
    if (axis.is_scalar() && !axis.is_time()) continue;
    Dimension dimension;
    dimension.axis = k;
    dimension.name = role_name(axis.role());
    const auto taken = [&dimensions](const std::string& name) {
      return std::any_of(dimensions.begin(), dimensions.end(),
                         [&name](const Dimension& other) { return other.name == name; });
    };
    if (dimension.name.empty() || taken(dimension.name)) dimension.name = plain_name(axis.label());
    // WMS keeps these names for dates (06-042, C.3); clients read them so.
    if (!axis.is_time() && (dimension.name == "time" || dimension.name == "reference_time")) {
      dimension.name += "_value";
    }
    if (taken(dimension.name)) continue;
    if (axis.is_time()) {
      dimension.kind = Dimension::Kind::Time;
      dimension.units = "ISO8601";
    } else if (!axis.data().names.empty()) {
      dimension.kind = Dimension::Kind::Name;
    } else if (axis.role() == AxisRole::Vertical) {
      describe_vertical(axis, dimension);
    } else {
      dimension.units = dimension.unit_symbol = axis.uom();
    }
    dimensions.push_back(std::move(dimension));
  }
  return dimensions;
}

bool takes_nearest(const Axis& axis, const Dimension& dimension) {
  return dimension.kind != Dimension::Kind::Name && axis.role() != coverage::AxisRole::Member;
}

std::string value_text(const Axis& axis, const Dimension& dimension, std::size_t index) {
  switch (dimension.kind) {
    case Dimension::Kind::Time:
      return axis.data().instants[index].iso8601();
    case Dimension::Kind::Name:
      return axis.data().names[index];
    case Dimension::Kind::Number:
      break;
  }
  const double number = number_at(axis, dimension, index);
  if (axis.data().type == coverage::ElementType::Float32) {
    return fmt::format("{}", static_cast<float>(number));
  }
  return fmt::format("{}", number);
}

std::size_t default_index(const Axis& axis, const Dimension& dimension, std::int64_t now_us) {
  std::size_t best = 0;
  if (dimension.kind == Dimension::Kind::Time) {
    const auto& instants = axis.data().instants;
    const std::int64_t now = now_in(instants.front().calendar(), now_us);
    const auto key = [&](std::size_t i) {
      // Steps that have come rank by age, those still to come after all of them.
      const std::int64_t us = instants[i].microseconds();
      return std::pair(us > now, us > now ? us - now : now - us);
    };
    for (std::size_t i = 1; i < instants.size(); ++i) {
      if (key(i) < key(best)) best = i;
    }
  } else if (dimension.unit_symbol == "m" || is_pressure(dimension.units)) {
    const bool pressure = is_pressure(dimension.units);
    for (std::size_t i = 1; i < axis.size(); ++i) {
      const double size = std::abs(axis.centres()[i]), least = std::abs(axis.centres()[best]);
      // Depth given as pressure (dbar, positive down) has its surface at 0.
      if (pressure && lower_case(dimension.units) != "dbar" ? size > least : size < least) best = i;
    }
  }
  return best;
}

std::optional<std::int64_t> next_default_us(const Axis& axis, std::int64_t now_us) {
  std::optional<std::int64_t> next;
  if (!axis.is_time()) return next;
  // In the clock's time: how far ahead of "now" the next step lies.
  const std::int64_t now = now_in(axis.data().instants.front().calendar(), now_us);
  for (const coverage::TimeInstant& instant : axis.data().instants) {
    const std::int64_t then = now_us + (instant.microseconds() - now);
    if (then > now_us && (!next || then < *next)) next = then;
  }
  return next;
}

std::size_t extent_parts(const Axis& axis, const Dimension& dimension) {
  return dimension.kind == Dimension::Kind::Time ? time_extent_parts(axis.data().instants)
                                                 : axis.size();
}

std::string extent_text(const Axis& axis, const Dimension& dimension, std::size_t most) {
  if (dimension.kind == Dimension::Kind::Time) return time_extent(axis.data().instants, most);
  if (dimension.kind == Dimension::Kind::Number && axis.size() > most) {
    const bool up = number_at(axis, dimension, 0) < number_at(axis, dimension, axis.size() - 1);
    const std::size_t low = up ? 0 : axis.size() - 1;
    return value_text(axis, dimension, low) + "/" +
           value_text(axis, dimension, axis.size() - 1 - low) + "/0";
  }
  std::string text;
  for (std::size_t i = 0; i < axis.size(); ++i) {
    if (i > 0) text += ",";
    text += value_text(axis, dimension, i);
  }
  return text;
}

}  // namespace gyre::wms

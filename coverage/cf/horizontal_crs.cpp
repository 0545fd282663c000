#include "coverage/cf/horizontal_crs.h"

#include <algorithm>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/curvilinear.h"
#include "coverage/cf/grid_mapping.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"

namespace gyre::coverage::cf {
namespace {

[[noreturn]] void refuse(const VariableSchema& field, const std::string& why) {
  throw Error(ErrorKind::UnsupportedHolding, field.name, why);
}

std::string units_of(const VariableSchema& axis) {
  return axis.attributes.text("units").value_or("");
}

/// Everything that decides, gathered.
struct Case {
  const Holding& holding;
  const VariableSchema& field;
  const VariableSchema& x;
  const VariableSchema& y;
  const VariableSchema* mapping;
  std::string mapping_name;  ///< grid_mapping_name, lower case; "" without
  std::vector<std::string>& warnings;

  void warn(const std::string& text) const {
    if (std::find(warnings.begin(), warnings.end(), text) == warnings.end()) {
      warnings.push_back(text);
    }
  }
};

void check_degrees(const Case& c) {
  for (const VariableSchema* axis : {&c.x, &c.y}) {
    const std::string units = units_of(*axis);
    if (units.empty() || is_plain_degrees(units) || is_degrees_east(units) ||
        is_degrees_north(units)) {
      continue;
    }
    refuse(c.field,
           fmt::format("its coordinate '{}' is in '{}', not in degrees", axis->name, units));
  }
}

HorizontalCrs on_rotated_pole(const Case& c);

/// Two-dimensional longitudes and latitudes beside the axes.
bool has_true_places(const Case& c) {
  try {
    return curvilinear_of(c.holding, c.field).has_value();
  } catch (const Error&) {  // several
    return true;
  }
}

/// "degrees_east" is a common slip on the axes of a rotated pole: their names, or the true
/// longitudes beside them, tell.
bool means_rotated(const Case& c) {
  if (c.mapping_name != "rotated_latitude_longitude") return false;
  return lower(last_part(c.x.name)) == "rlon" || has_true_places(c);
}

/// The geographic CRS that a container without parameters tells as text.
std::optional<Crs> geographic_text_of(const VariableSchema& mapping) {
  try {
    const auto told = crs_from_texts(mapping.attributes, "");
    return told && told->is_geographic() ? told : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

HorizontalCrs on_globe(const Case& c) {
  if (means_rotated(c)) {
    c.warn(
        fmt::format("{}: '{}' and '{}' call themselves longitude and latitude, but are those of "
                    "the rotated pole of its grid mapping '{}'",
                    c.field.name, c.x.name, c.y.name, c.mapping->name));
    return on_rotated_pole(c);
  }
  check_degrees(c);
  HorizontalCrs found;
  if (c.mapping == nullptr) return found;
  found.grid_mapping = c.mapping->name;
  if (c.mapping_name == "latitude_longitude") {
    found.crs = crs_from_grid_mapping(c.mapping->attributes, units_of(c.x));
  } else if (c.mapping_name.empty()) {
    const std::optional<Crs> told = geographic_text_of(*c.mapping);
    if (told) {
      found.crs = *told;
      return found;
    }
    c.warn(
        fmt::format("{}: its grid mapping '{}' has no grid_mapping_name; '{}' and '{}' are "
                    "longitudes and latitudes, taken as of WGS 84",
                    c.field.name, c.mapping->name, c.x.name, c.y.name));
  } else {
    c.warn(
        fmt::format("{}: its grid mapping '{}' is {}, but '{}' and '{}' are longitudes and "
                    "latitudes; they are taken as such",
                    c.field.name, c.mapping->name, c.mapping_name, c.x.name, c.y.name));
    found.grid_mapping.clear();
  }
  return found;
}

/// What tells a CRS of `c` as text where no container with parameters does: the container, the
/// field itself, or the one container that the holding has though no field names it.
struct Told {
  Crs crs;
  std::string grid_mapping;
};
std::optional<Told> told_by_text(const Case& c, const std::string& x_units) {
  if (c.mapping != nullptr) {
    return Told{crs_from_grid_mapping(c.mapping->attributes, x_units), c.mapping->name};
  }
  if (const auto crs = crs_from_texts(c.field.attributes, x_units)) return Told{*crs, ""};
  const VariableSchema* only = nullptr;
  for (const VariableSchema& variable : c.holding.schema().variables) {
    if (!variable.attributes.has("grid_mapping_name") && !variable.attributes.has("crs_wkt") &&
        !variable.attributes.has("spatial_ref")) {
      continue;
    }
    if (only != nullptr) return std::nullopt;  // not for us to choose
    only = &variable;
  }
  if (only == nullptr) return std::nullopt;
  c.warn(fmt::format("{}: it names no grid mapping; '{}', the only one there is, is taken",
                     c.field.name, only->name));
  return Told{crs_from_grid_mapping(only->attributes, x_units), only->name};
}

HorizontalCrs on_rotated_pole(const Case& c) {
  if (c.mapping == nullptr || c.mapping_name.empty()) {
    check_degrees(c);
    const std::optional<Told> told = told_by_text(c, "");
    if (told && told->crs.is_rotated_pole()) {
      return {told->crs, Horizontal::Rotated, told->grid_mapping};
    }
    refuse(c.field,
           fmt::format("'{}' and '{}' are of a rotated pole, but no grid_mapping says where "
                       "the pole is",
                       c.x.name, c.y.name));
  }
  if (c.mapping_name != "rotated_latitude_longitude") {
    refuse(c.field,
           fmt::format("'{}' and '{}' are of a rotated pole, but its grid mapping '{}' is {}",
                       c.x.name, c.y.name, c.mapping->name, c.mapping_name));
  }
  check_degrees(c);
  return {crs_from_grid_mapping(c.mapping->attributes, units_of(c.x)), Horizontal::Rotated,
          c.mapping->name};
}

/// x and y in lengths or in scan angles; or in degrees, where the mapping is one of a rotated pole.
HorizontalCrs on_projection(const Case& c) {
  if (c.mapping_name == "latitude_longitude") {
    refuse(c.field, fmt::format("'{}' and '{}' are coordinates of a map projection, but its grid "
                                "mapping '{}' is latitude_longitude",
                                c.x.name, c.y.name, c.mapping->name));
  }
  if (c.mapping_name == "rotated_latitude_longitude") return on_rotated_pole(c);
  const std::string units = units_of(c.x);
  if (lower(units) != lower(units_of(c.y))) {
    refuse(c.field, fmt::format("'{}' is in '{}' and '{}' in '{}': a projection has one unit",
                                c.x.name, units, c.y.name, units_of(c.y)));
  }
  if (units.empty() && !c.mapping_name.empty()) {
    refuse(c.field, fmt::format("'{}' and '{}' have no units (m or km)", c.x.name, c.y.name));
  }
  const std::optional<Told> told = told_by_text(c, units);
  if (!told) {
    refuse(c.field, fmt::format("'{}' and '{}' are coordinates of a map projection, but no "
                                "grid_mapping says of which",
                                c.x.name, c.y.name));
  }
  if (told->crs.is_geographic()) {
    refuse(c.field, fmt::format("'{}' and '{}' are coordinates of a map projection, but its CRS is "
                                "told as '{}', which has longitudes and latitudes",
                                c.x.name, c.y.name, told->crs.name()));
  }
  return {told->crs, told->crs.is_rotated_pole() ? Horizontal::Rotated : Horizontal::Projected,
          told->grid_mapping};
}

}  // namespace

const VariableSchema* grid_mapping_of(const Holding& holding, const VariableSchema& field,
                                      const VariableSchema* x) {
  const std::string text = field.attributes.text("grid_mapping").value_or("");
  const VariableSchema* first = nullptr;
  const VariableSchema* current = nullptr;
  for (std::string word : words(text)) {
    const bool container = word.ends_with(':');
    if (container) word.pop_back();
    const VariableSchema* variable = holding.named(field, word);
    if (container || first == nullptr) {
      current = variable;
      if (first == nullptr) first = current;
    } else if (x != nullptr && variable == x && current != nullptr) {
      return current;
    }
  }
  return first;
}

HorizontalCrs horizontal_crs_of(const Holding& holding, const VariableSchema& field,
                                const VariableSchema& x, const AxisKind& x_kind,
                                const VariableSchema& y, const AxisKind& y_kind,
                                std::vector<std::string>& warnings) {
  const VariableSchema* mapping = grid_mapping_of(holding, field, &x);
  std::string name;
  if (mapping != nullptr) {
    name = lower(mapping->attributes.text("grid_mapping_name").value_or(""));
  }
  const Case c{holding, field, x, y, mapping, name, warnings};
  const auto linked = field.attributes.text("grid_mapping");
  if (linked && mapping == nullptr) {
    c.warn(fmt::format("{}: it names a grid mapping '{}' that is not there", field.name, *linked));
  }
  Horizontal horizontal = x_kind.horizontal;
  if (horizontal == Horizontal::Unsaid || (x_kind.by_name && !y_kind.by_name)) {
    if (y_kind.horizontal != Horizontal::Unsaid) horizontal = y_kind.horizontal;
  } else if (y_kind.horizontal != Horizontal::Unsaid && y_kind.horizontal != horizontal &&
             !y_kind.by_name) {
    refuse(field, fmt::format("'{}' and '{}' are not of one kind: one is a longitude or latitude, "
                              "the other is not",
                              x.name, y.name));
  }
  // A name is the weakest evidence: "lon" of a rotated grid without attributes is rotated.
  const bool by_name = x_kind.by_name && y_kind.by_name;
  if (horizontal == Horizontal::Unsaid || (by_name && mapping != nullptr && !name.empty())) {
    if (name == "latitude_longitude") return on_globe(c);
    if (name == "rotated_latitude_longitude") return on_rotated_pole(c);
    if (mapping != nullptr) return on_projection(c);
    if (horizontal == Horizontal::Globe) return on_globe(c);
    refuse(field,
           fmt::format("nothing says of which coordinate reference system '{}' and '{}' are: "
                       "give them a standard_name and units, and the field a grid_mapping",
                       x.name, y.name));
  }
  switch (horizontal) {
    case Horizontal::Rotated:
      return on_rotated_pole(c);
    case Horizontal::Projected:
    case Horizontal::Angular:
      return on_projection(c);
    default:
      return on_globe(c);
  }
}

}  // namespace gyre::coverage::cf

#include "coverage/model/schema_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/base/edit_distance.h"

namespace gyre::coverage {
namespace {

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Their values are stored values of the variable (CF 1.11, 2.5.1 and 3.5).
constexpr std::array<std::string_view, 8> kOfStoredType{
    "_FillValue",  "missing_value", "valid_min",  "valid_max",
    "valid_range", "flag_values",   "flag_masks", "actual_range"};
/// Those of them that real numbers say in unpacked units where the variable is packed.
constexpr std::array<std::string_view, 4> kLimits{"valid_min", "valid_max", "valid_range",
                                                  "actual_range"};

/// Attributes whose words name variables.
constexpr std::array<std::string_view, 8> kReferences{
    "ancillary_variables", "coordinates",   "bounds",        "climatology",
    "grid_mapping",        "formula_terms", "cell_measures", "mesh"};

/// One number as an integer, if it is one that fits.
template <typename To, typename From>
bool fits(From value) {
  if constexpr (std::is_floating_point_v<From>) {
    return value == std::trunc(value) &&
           value >= static_cast<double>(std::numeric_limits<To>::lowest()) &&
           value <= static_cast<double>(std::numeric_limits<To>::max());
  } else {
    return std::in_range<To>(value);
  }
}

/// Numbers as elements of `type`; absent when it cannot hold one of them.
std::optional<Attribute::Value> as_type(const Attribute::Value& value, ElementType type) {
  return std::visit(
      [&](const auto& list) -> std::optional<Attribute::Value> {
        using List = std::decay_t<decltype(list)>;
        if constexpr (std::is_same_v<List, std::string> ||
                      std::is_same_v<List, std::vector<std::string>>) {
          return std::nullopt;
        } else {
          return with_type(type, [&](auto zero) -> std::optional<Attribute::Value> {
            using T = decltype(zero);
            if constexpr (std::is_floating_point_v<T>) {
              std::vector<double> reals;
              for (const auto number : list) {
                reals.push_back(static_cast<double>(static_cast<T>(number)));
                if (std::isinf(reals.back()) && !std::isinf(static_cast<double>(number))) {
                  return std::nullopt;
                }
              }
              return reals;
            } else {
              using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
              std::vector<Wide> whole;
              for (const auto number : list) {
                if (!fits<T>(number)) return std::nullopt;
                whole.push_back(static_cast<Wide>(number));
              }
              return whole;
            }
          });
        }
      },
      value);
}

bool is_text(const Attribute::Value& value) {
  return std::holds_alternative<std::string>(value) ||
         std::holds_alternative<std::vector<std::string>>(value);
}

bool is_packed(const VariableSchema& variable, const SchemaOverlay::Variable& changes) {
  return std::any_of(changes.attributes.begin(), changes.attributes.end(),
                     [](const auto& one) {
                       return one.value && (one.name == "scale_factor" || one.name == "add_offset");
                     }) ||
         variable.attributes.has("scale_factor") || variable.attributes.has("add_offset");
}

/// Whole numbers in the smallest type that people expect, real ones in double.
ElementType plain_type(const Attribute::Value& value) {
  if (std::holds_alternative<std::vector<double>>(value)) return ElementType::Float64;
  return as_type(value, ElementType::Int32) ? ElementType::Int32 : ElementType::Int64;
}

/// The type an attribute of the variable should have.
ElementType wanted_type(const SchemaOverlay::Change& change, const VariableSchema& variable,
                        const SchemaOverlay::Variable& changes) {
  if (change.type) return *change.type;
  if (one_of(kOfStoredType, change.name) && variable.type != ElementType::String) {
    const bool real = std::holds_alternative<std::vector<double>>(*change.value);
    const bool unpacked = real && is_integer(variable.type) && one_of(kLimits, change.name) &&
                          is_packed(variable, changes);
    return unpacked ? ElementType::Float64 : variable.type;
  }
  if (change.name == "scale_factor" || change.name == "add_offset") {
    const Attribute* const partner =
        variable.attributes.find(change.name == "add_offset" ? "scale_factor" : "add_offset");
    return partner != nullptr && is_float(partner->type) ? partner->type : ElementType::Float64;
  }
  return plain_type(*change.value);
}

/// _Unsigned variables take values of either sign: the same bits.
ElementType other_sign(ElementType type) {
  switch (type) {
    case ElementType::Int8:
      return ElementType::UInt8;
    case ElementType::Int16:
      return ElementType::UInt16;
    case ElementType::Int32:
      return ElementType::UInt32;
    case ElementType::Int64:
      return ElementType::UInt64;
    default:
      return type;
  }
}

void change(VariableSchema& variable, const SchemaOverlay::Change& change,
            const SchemaOverlay::Variable& changes, std::vector<std::string>& warnings) {
  if (!change.value) return variable.attributes.remove(change.name);
  if (is_text(*change.value)) {
    return variable.attributes.set({change.name, ElementType::String, *change.value});
  }
  const ElementType type = wanted_type(change, variable, changes);
  const std::string is_unsigned = variable.attributes.text("_Unsigned").value_or("");
  const bool either = is_unsigned == "true" || is_unsigned == "True" || is_unsigned == "TRUE";
  for (const ElementType one : {type, either ? other_sign(type) : type}) {
    if (auto value = as_type(*change.value, one)) {
      return variable.attributes.set({change.name, one, std::move(*value)});
    }
  }
  warnings.push_back(
      fmt::format("{}: its type {} cannot hold the {} that the configuration says; "
                  "that of the file stays",
                  variable.name, name_of(type), change.name));
}

void change_global(Attributes& attributes, const SchemaOverlay::Change& change) {
  if (!change.value) return attributes.remove(change.name);
  if (is_text(*change.value)) {
    return attributes.set({change.name, ElementType::String, *change.value});
  }
  const ElementType type = change.type.value_or(plain_type(*change.value));
  if (auto value = as_type(*change.value, type)) {
    attributes.set({change.name, type, std::move(*value)});
  }
}

std::string group_of(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
}

std::string last_of(const std::string& name) { return name.substr(group_of(name).size()); }

bool is_coordinate_of_dimension(const VariableSchema& variable) {
  return std::any_of(variable.dimensions.begin(), variable.dimensions.end(),
                     [&](const auto& one) { return last_of(one) == last_of(variable.name); });
}

/// `text` with the word `from` turned to `to`; a colon after it, as of containers, stays.
std::string with_word(const std::string& text, const std::string& from, const std::string& to) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      out += text[i++];
      continue;
    }
    const std::size_t end = std::min(text.find(' ', i), text.size());
    std::string word = text.substr(i, end - i);
    const bool colon = word.ends_with(':');
    if (colon) word.pop_back();
    out += (word == from ? to : word) + (colon ? ":" : "");
    i = end;
  }
  return out;
}

/// Does an attribute of another variable name it?
bool is_referred_to(const HoldingSchema& schema, const std::string& name) {
  const std::string last = last_of(name);
  const auto names_it = [&](const Attribute* attribute) {
    const auto* const text =
        attribute == nullptr ? nullptr : std::get_if<std::string>(&attribute->value);
    return text != nullptr && with_word(*text, last, "") != *text;
  };
  return std::any_of(schema.variables.begin(), schema.variables.end(), [&](const auto& variable) {
    return variable.name != name &&
           std::any_of(kReferences.begin(), kReferences.end(), [&](std::string_view reference) {
             return names_it(variable.attributes.find(reference));
           });
  });
}

void warn_of_missing(Overlaid& result, const SchemaOverlay& overlay, const std::string& name) {
  std::string nearest;
  for (const VariableSchema& one : result.schema.variables) {
    if (one.name == name || edit_distance(one.name, name) > 1 + name.size() / 3) continue;
    if (nearest.empty() || edit_distance(one.name, name) < edit_distance(nearest, name)) {
      nearest = one.name;
    }
  }
  const std::string& where = overlay.variables.at(name).where;
  result.warnings.push_back(
      fmt::format("{}{}: attributes are told of it, but there is no such variable{}",
                  where.empty() ? "" : where + ": ", name,
                  nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
}

/// A container that nothing needs is a name written wrongly.
void warn_of_made(Overlaid& result, const SchemaOverlay& overlay) {
  for (const std::string& name : result.made) {
    const VariableSchema* const made = result.schema.find(name);
    const bool tells_itself = made != nullptr && (made->attributes.has("grid_mapping_name") ||
                                                  made->attributes.has("cf_role"));
    if (tells_itself || is_referred_to(result.schema, name)) continue;
    warn_of_missing(result, overlay, name);
  }
}

void rename_references(HoldingSchema& schema, const std::string& from, const std::string& to) {
  for (VariableSchema& variable : schema.variables) {
    for (const std::string_view reference : kReferences) {
      const Attribute* const attribute = variable.attributes.find(reference);
      if (attribute == nullptr) continue;
      const auto* const text = std::get_if<std::string>(&attribute->value);
      if (text == nullptr) continue;
      Attribute changed = *attribute;
      changed.value = with_word(*text, last_of(from), last_of(to));
      variable.attributes.set(std::move(changed));
    }
  }
}

void rename(Overlaid& result, VariableSchema& variable, const std::string& wanted) {
  const std::string name = group_of(variable.name) + wanted;
  if (name == variable.name) return;
  if (result.schema.find(name) != nullptr) {
    result.warnings.push_back(fmt::format(
        "{}: it cannot be published as '{}', another variable is called so", variable.name, name));
    return;
  }
  const auto& dimensions = result.schema.dimensions;
  const bool is_dimension =
      std::any_of(dimensions.begin(), dimensions.end(),
                  [&](const DimensionSchema& one) { return one.name == name; });
  if (is_coordinate_of_dimension(variable) || is_dimension) {
    result.warnings.push_back(
        fmt::format("{}: it cannot be published as '{}': what a dimension is called after keeps "
                    "its name",
                    variable.name, wanted));
    return;
  }
  const std::string before = variable.name;
  result.original[name] = before;
  variable.name = name;
  rename_references(result.schema, before, name);
}

}  // namespace

bool SchemaOverlay::Change::operator==(const Change& other) const {
  if (name != other.name || type != other.type || value.has_value() != other.value.has_value()) {
    return false;
  }
  if (!value || *value == *other.value) return true;
  const auto* const here = std::get_if<std::vector<double>>(&*value);
  const auto* const there = std::get_if<std::vector<double>>(&*other.value);
  return here != nullptr && there != nullptr &&
         std::equal(here->begin(), here->end(), there->begin(), there->end(),
                    [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); });
}

std::string as_text(const SchemaOverlay& overlay) {
  std::string out;
  const auto add = [&](const std::vector<SchemaOverlay::Change>& changes) {
    for (const SchemaOverlay::Change& one : changes) {
      out += fmt::format("{}\n{}\n", one.name, one.type ? static_cast<int>(*one.type) : -1);
      if (!one.value) {
        out += "-\n";
        continue;
      }
      std::visit(
          [&](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
              out += fmt::format("{}:{}\n", value.size(), value);
            } else {
              for (const auto& item : value) out += fmt::format("{}|", item);
              out += fmt::format("{}\n", one.value->index());
            }
          },
          *one.value);
    }
  };
  add(overlay.attributes);
  for (const auto& [name, variable] : overlay.variables) {
    out += fmt::format("{}\n{}\n", name, variable.published_as);
    add(variable.attributes);
  }
  return out;
}

bool is_stored_value_attribute(std::string_view name) { return one_of(kOfStoredType, name); }

bool is_text_attribute(std::string_view name) {
  // CF 1.11, appendix A; ACDD 1.3.
  static constexpr std::array<std::string_view, 38> kText{"units",
                                                          "standard_name",
                                                          "long_name",
                                                          "calendar",
                                                          "axis",
                                                          "positive",
                                                          "bounds",
                                                          "climatology",
                                                          "coordinates",
                                                          "grid_mapping",
                                                          "grid_mapping_name",
                                                          "cell_methods",
                                                          "cell_measures",
                                                          "ancillary_variables",
                                                          "flag_meanings",
                                                          "formula_terms",
                                                          "compress",
                                                          "comment",
                                                          "title",
                                                          "history",
                                                          "source",
                                                          "references",
                                                          "institution",
                                                          "Conventions",
                                                          "summary",
                                                          "keywords",
                                                          "id",
                                                          "license",
                                                          "product_version",
                                                          "processing_level",
                                                          "_Unsigned",
                                                          "crs_wkt",
                                                          "spatial_ref",
                                                          "proj4",
                                                          "cf_role",
                                                          "mesh",
                                                          "location",
                                                          "creator_name"};
  return one_of(kText, name);
}

Overlaid overlaid(HoldingSchema schema, const SchemaOverlay& overlay) {
  Overlaid result;
  result.schema = std::move(schema);
  for (const SchemaOverlay::Change& one : overlay.attributes) {
    change_global(result.schema.attributes, one);
  }
  // Containers first, then attributes under the names of the holding, then new names.
  for (const auto& [name, changes] : overlay.variables) {
    if (result.schema.find(name) != nullptr) continue;
    if (!changes.published_as.empty()) {
      result.warnings.push_back(fmt::format(
          "{}{}: there is no such variable to be published as '{}'",
          changes.where.empty() ? "" : changes.where + ": ", name, changes.published_as));
      continue;
    }
    const bool says_something = std::any_of(changes.attributes.begin(), changes.attributes.end(),
                                            [](const auto& one) { return one.value.has_value(); });
    if (!says_something) {
      warn_of_missing(result, overlay, name);
      continue;
    }
    VariableSchema container;
    container.name = name;
    container.type = ElementType::Int32;
    result.schema.variables.push_back(std::move(container));
    result.made.push_back(name);
  }
  for (VariableSchema& variable : result.schema.variables) {
    const auto found = overlay.variables.find(variable.name);
    if (found == overlay.variables.end()) continue;
    for (const bool texts : {true, false}) {  // _Unsigned decides what numbers may be
      for (const SchemaOverlay::Change& one : found->second.attributes) {
        if ((!one.value || is_text(*one.value)) == texts) {
          change(variable, one, found->second, result.warnings);
        }
      }
    }
  }
  warn_of_made(result, overlay);
  for (const auto& [name, changes] : overlay.variables) {
    if (changes.published_as.empty()) continue;
    const auto variable =
        std::find_if(result.schema.variables.begin(), result.schema.variables.end(),
                     [&, &wanted = name](const auto& one) { return one.name == wanted; });
    if (variable != result.schema.variables.end()) rename(result, *variable, changes.published_as);
  }
  return result;
}

}  // namespace gyre::coverage

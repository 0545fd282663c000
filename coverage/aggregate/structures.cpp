#include "coverage/aggregate/structures.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/cf/unit_conversion.h"
#include "coverage/index/record_parts.h"
#include "coverage/model/calendar.h"

namespace gyre::coverage::aggregation {
namespace {

constexpr std::array kFlags{"flag_values", "flag_masks", "flag_meanings"};

/// Calendars that agree after the reform share a name: which of them it is belongs to the form.
std::string calendar_of(const VariableSchema& variable) {
  const std::string told = variable.attributes.text("calendar").value_or("standard");
  const auto calendar = calendar_from_name(told);
  if (!calendar) return told;
  const bool alike = agree_after_reform(*calendar, Calendar::Standard);
  return std::string(name_of(alike ? Calendar::Standard : *calendar));
}

/// Attributes of a grid mapping are its values.
bool is_grid_mapping(const VariableSchema& variable) {
  return variable.attributes.has("grid_mapping_name") || variable.attributes.has("crs_wkt") ||
         variable.attributes.has("spatial_ref");
}

bool is_wide(ElementType type) { return type == ElementType::Int64 || type == ElementType::UInt64; }

/// Attributes that neither a form nor a shape is made of.
Attributes others_of(const VariableSchema& variable) {
  Attributes others;
  if (is_grid_mapping(variable)) return others;
  for (const Attribute& one : variable.attributes) {
    const bool flag = std::find(kFlags.begin(), kFlags.end(), one.name) != kFlags.end();
    if (flag || one.name == "units" || one.name == "calendar" || is_form_attribute(one.name)) {
      continue;
    }
    others.set(one);
  }
  return others;
}

/// Do they differ in nothing but the units of their times?
bool differ_in_units(const VariableSchema& a, const VariableSchema& b) {
  if (a.name != b.name || a.type != b.type || a.dimensions != b.dimensions || a.shape != b.shape) {
    return false;
  }
  const auto &mine = a.attributes.list(), &theirs = b.attributes.list();
  if (mine.size() != theirs.size()) return false;
  bool units = false;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (mine[i] == theirs[i]) continue;
    if (mine[i].name != "units" || theirs[i].name != "units") return false;
    units = true;
  }
  return units && time_units_of(a).has_value() && time_units_of(b).has_value();
}

std::string key_of_units(std::uint32_t variable, std::uint32_t base, const std::string& times) {
  ByteWriter key;
  key.number(variable);
  key.number(base);
  key.text(times);
  return key.take();
}

std::string bytes_of(const Attributes& attributes) {
  ByteWriter out;
  put(out, attributes);
  return out.take();
}

}  // namespace

Structures::Structures(std::vector<std::string> joined, std::map<std::string, std::string> inherits,
                       bool strict_attributes)
    : joined_(std::move(joined)), inherits_(std::move(inherits)), strict_(strict_attributes) {}

bool Structures::is_joined(const std::string& dimension) const {
  return std::find(joined_.begin(), joined_.end(), dimension) != joined_.end();
}

const std::string& Structures::spelling_of(const std::string& units) {
  const auto known = spellings_.find(units);
  if (known != spellings_.end()) return known->second;
  for (const auto& [text, spelling] : spellings_) {
    if (text != spelling || text.empty() || units.empty()) continue;
    const auto conversion = cf::unit_conversion(units, spelling);
    if (conversion && conversion->identity()) return spellings_[units] = std::string(spelling);
  }
  return spellings_[units] = units;
}

StructureClass::Has Structures::seen(const VariableSchema& variable) {
  const auto [name, is_new] =
      by_name_.emplace(variable.name, static_cast<std::uint32_t>(variables_.size()));
  const std::uint32_t index = name->second;
  const std::string others = bytes_of(others_of(variable));
  if (is_new) {
    variables_.push_back({variable.name, {}, {}, false});
    rests_.push_back(others);
    bases_.emplace_back();
  }
  SeenVariable& known = variables_[index];
  known.attributes_differ = known.attributes_differ || rests_[index] != others;

  const bool time = time_units_of(variable).has_value();
  ByteWriter shape;
  shape.number(index);
  for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
    shape.text(variable.dimensions[d]);
    shape.number(std::uint64_t{is_joined(variable.dimensions[d]) ? 0 : variable.shape[d]});
  }
  shape.number(std::uint8_t{variable.type == ElementType::String});
  shape.number(std::uint8_t{time});
  shape.text(time ? calendar_of(variable)
                  : spelling_of(variable.attributes.text("units").value_or("")));
  Attributes flags;
  for (const char* flag : kFlags) {
    if (const Attribute* const one = variable.attributes.find(flag)) flags.set(*one);
  }
  put(shape, flags);
  if (is_grid_mapping(variable)) put(shape, variable.attributes);
  if (strict_) shape.text(others);

  ByteWriter form;
  form.number(index);
  form.number(static_cast<std::uint8_t>(variable.type));
  Attributes of_form;
  for (const Attribute& one : variable.attributes) {
    if (is_form_attribute(one.name)) of_form.set(one);
  }
  put(form, of_form);
  if (time) form.text(time_form_of(variable));
  // Beyond 2^53 nothing holds the values of both: such files are of another shape.
  if (is_wide(variable.type)) shape.text(form.bytes());

  StructureClass::Has has{index, 0, 0};
  const auto [at_shape, new_shape] =
      by_shape_.emplace(shape.take(), static_cast<std::uint32_t>(known.shapes.size()));
  if (new_shape) known.shapes.push_back(variable);
  has.shape = at_shape->second;
  const auto [at_form, new_form] =
      by_form_.emplace(form.take(), static_cast<std::uint32_t>(known.forms.size()));
  has.form = at_form->second;
  if (new_form) {
    known.forms.push_back(form_of(variable));
    bases_[index].push_back(has.form);
    const std::string& times = known.forms.back().time_form;
    if (!times.empty()) by_units_.emplace(key_of_units(index, has.form, times), has.form);
  }
  return has;
}

StructureClass::Has Structures::seen_in_units(const VariableSchema& variable,
                                              StructureClass::Has before) {
  SeenVariable& known = variables_[before.variable];
  auto& bases = bases_[before.variable];
  const std::uint32_t base = bases[before.form];
  std::string times = time_form_of(variable);
  const auto [at, is_new] = by_units_.emplace(key_of_units(before.variable, base, times),
                                              static_cast<std::uint32_t>(known.forms.size()));
  if (is_new) {
    ValueForm form = known.forms[base];
    form.time_form = std::move(times);
    known.forms.push_back(std::move(form));
    bases.push_back(base);
  }
  before.form = at->second;
  return before;
}

std::uint32_t Structures::add(const std::shared_ptr<const HoldingSchema>& structure) {
  if (structure == last_) {
    ++classes_[last_class_].members;
    return last_class_;
  }
  StructureClass made;
  made.variables.reserve(structure->variables.size());
  for (std::size_t v = 0; v < structure->variables.size(); ++v) {
    const VariableSchema& variable = structure->variables[v];
    const bool same = last_ && v < last_->variables.size() && last_->variables[v] == variable;
    const auto from = inherits_.find(variable.name);
    if (from != inherits_.end()) {
      const VariableSchema* const times = structure->find(from->second);
      const VariableSchema* const before = same ? last_->find(from->second) : nullptr;
      if (times != nullptr && before != nullptr && *times == *before) {
        made.variables.push_back(classes_[last_class_].variables[v]);
        continue;
      }
      VariableSchema own = variable;
      inherit_units(own, times);
      if (same && before != nullptr && times != nullptr && differ_in_units(*times, *before)) {
        made.variables.push_back(seen_in_units(own, classes_[last_class_].variables[v]));
      } else {
        made.variables.push_back(seen(own));
      }
      continue;
    }
    if (same) {
      made.variables.push_back(classes_[last_class_].variables[v]);
    } else if (last_ && v < last_->variables.size() &&
               differ_in_units(variable, last_->variables[v]) && !is_wide(variable.type)) {
      made.variables.push_back(seen_in_units(variable, classes_[last_class_].variables[v]));
    } else {
      made.variables.push_back(seen(variable));
    }
  }
  for (const std::string& name : joined_) {
    const auto found = std::find_if(structure->dimensions.begin(), structure->dimensions.end(),
                                    [&](const auto& one) { return one.name == name; });
    made.sizes.push_back(
        found == structure->dimensions.end() ? 0 : static_cast<std::uint32_t>(found->size));
  }
  ByteWriter key;
  for (const auto& has : made.variables) {
    key.number(has.variable);
    key.number(has.shape);
    key.number(has.form);
  }
  for (const std::uint32_t size : made.sizes) key.number(size);
  const auto [at, is_new] =
      by_class_.emplace(key.take(), static_cast<std::uint32_t>(classes_.size()));
  if (is_new) classes_.push_back(std::move(made));
  last_ = structure;
  last_class_ = at->second;
  ++classes_[last_class_].members;
  return last_class_;
}

std::string difference(const VariableSchema& mine, const VariableSchema& theirs,
                       const std::vector<std::string>& joined) {
  const auto sizes = [&](const VariableSchema& variable) {
    std::vector<std::string> parts;
    for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
      const bool any =
          std::find(joined.begin(), joined.end(), variable.dimensions[d]) != joined.end();
      parts.push_back(any ? variable.dimensions[d]
                          : fmt::format("{} = {}", variable.dimensions[d], variable.shape[d]));
    }
    return fmt::format("({})", fmt::join(parts, ", "));
  };
  if (sizes(mine) != sizes(theirs)) {
    return fmt::format("its dimensions are {} and not {}", sizes(mine), sizes(theirs));
  }
  if ((mine.type == ElementType::String) != (theirs.type == ElementType::String)) {
    return mine.type == ElementType::String ? "it is text and not numbers"
                                            : "it is numbers and not text";
  }
  const auto text = [](const VariableSchema& variable, const char* name) {
    return variable.attributes.text(name).value_or("");
  };
  const bool times = time_units_of(mine) && time_units_of(theirs);
  if (times && calendar_of(mine) != calendar_of(theirs)) {
    return fmt::format("its calendar is '{}' and not '{}'", calendar_of(mine), calendar_of(theirs));
  }
  if (!times && text(mine, "units") != text(theirs, "units")) {
    return fmt::format("its units are '{}' and not '{}'", text(mine, "units"),
                       text(theirs, "units"));
  }
  for (const char* flag : kFlags) {
    const Attribute* const one = mine.attributes.find(flag);
    const Attribute* const other = theirs.attributes.find(flag);
    if ((one == nullptr) != (other == nullptr) || (one != nullptr && !(*one == *other))) {
      return fmt::format("its {} are others", flag);
    }
  }
  if (mine.type != theirs.type) {
    return fmt::format("its values are {} and not {}", name_of(mine.type), name_of(theirs.type));
  }
  for (const Attribute& one : mine.attributes) {
    const Attribute* const other = theirs.attributes.find(one.name);
    if (other == nullptr) return fmt::format("it has an attribute '{}'", one.name);
    if (!(one == *other)) return fmt::format("its attribute '{}' is another", one.name);
  }
  for (const Attribute& one : theirs.attributes) {
    if (!mine.attributes.has(one.name)) return fmt::format("it has no attribute '{}'", one.name);
  }
  return "it is declared otherwise";
}

}  // namespace gyre::coverage::aggregation

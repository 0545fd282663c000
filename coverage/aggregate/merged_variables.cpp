#include "coverage/aggregate/merged_variables.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "coverage/base/error.h"
#include "coverage/cf/holding.h"

namespace gyre::coverage::aggregation {
namespace {

bool is_grid_mapping(const VariableSchema& variable) {
  return variable.attributes.has("grid_mapping_name") || variable.attributes.has("crs_wkt") ||
         variable.attributes.has("spatial_ref");
}

/// Values over joined dimensions, some of which they may not vary along.
template <typename Copy, typename Equal>
bool reduce(std::vector<std::size_t>& shape, std::size_t d, std::vector<std::uint8_t>& owned,
            const Copy& copy, const Equal& equal) {
  std::size_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) (i < d ? outer : inner) *= i == d ? 1 : shape[i];
  const std::size_t count = shape[d];
  std::vector<std::size_t> chosen;
  std::vector<std::uint8_t> any;
  for (std::size_t o = 0; o < outer; ++o) {
    for (std::size_t i = 0; i < inner; ++i) {
      std::size_t first = o * count * inner + i;
      bool found = false;
      for (std::size_t n = 0; n < count; ++n) {
        const std::size_t cell = (o * count + n) * inner + i;
        if (owned[cell] == 0) continue;
        if (found && !equal(first, cell)) return false;
        if (!found) first = cell;
        found = true;
      }
      chosen.push_back(first);
      any.push_back(found ? 1 : 0);
    }
  }
  copy(chosen);
  owned = std::move(any);
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(d));
  return true;
}

}  // namespace

std::map<std::string, std::string> units_from(const HoldingSchema& schema) {
  const cf::Holding holding(schema);
  std::map<std::string, std::string> found;
  for (const VariableSchema& variable : schema.variables) {
    if (!time_units_of(variable)) continue;
    for (const char* attribute : {"bounds", "climatology"}) {
      const auto name = variable.attributes.text(attribute);
      const VariableSchema* const bounds = name ? holding.named(variable, *name) : nullptr;
      if (bounds != nullptr && !bounds->attributes.has("units")) {
        found[bounds->name] = variable.name;
      }
    }
  }
  return found;
}

std::vector<Part> find_parts(const Agreement& agreement, const Joins& joins,
                             const std::vector<std::string>& expanded) {
  const HoldingSchema& schema = agreement.schema;
  const cf::Holding holding(schema);
  std::set<std::string> in_files, coordinates;
  for (const Join& join : joins.list) {
    if (join.in_files) in_files.insert(join.dimension);
    coordinates.insert(join.coordinate.empty() || join.from == Join::From::Names ||
                               join.from == Join::From::Told || join.from == Join::From::Attribute
                           ? join.dimension
                           : join.coordinate);
  }
  std::vector<Part> parts;
  for (std::size_t v = 0; v < schema.variables.size(); ++v) {
    const VariableSchema& variable = schema.variables[v];
    std::size_t joined = 0, others = 1, other_dimensions = 0;
    for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
      if (in_files.contains(variable.dimensions[d])) {
        ++joined;
      } else {
        ++other_dimensions;
        others *= variable.shape[d];
      }
    }
    const bool describes = holding.describes_others(variable.name);
    const bool own_axis =
        !variable.dimensions.empty() &&
        holding.coordinate_variable(variable, variable.dimensions.front()) == &variable;
    constexpr std::size_t kVertices = 8;
    Part part = Part::Data;
    if (coordinates.contains(variable.name)) {
      part = Part::Coordinate;
    } else if (joined > 0) {
      const bool alone = other_dimensions == 0 || (describes && others <= kVertices);
      part = alone ? Part::Label : Part::Data;
    } else if (is_grid_mapping(variable)) {
      part = Part::Alike;
    } else if (cf::is_single(variable)) {
      part = joins.list.empty() ? Part::Alike : Part::Label;
    } else if (own_axis || describes ||
               (holding.is_formula_term(variable.name) && variable.dimensions.size() <= 1)) {
      part = Part::Grid;
    } else if (joins.list.empty()) {
      part = Part::Alike;
    } else if (in_files.empty() && !expanded.empty() &&
               std::find(expanded.begin(), expanded.end(), variable.name) == expanded.end()) {
      part = Part::Alike;
    }
    parts.push_back(part);
  }
  return parts;
}

std::string VariableMerger::renamed(const std::string& dimension) const {
  for (const JoinedAxis& axis : layout_.axes) {
    if (!axis.file_dimension.empty() && axis.file_dimension == dimension) return axis.dimension;
  }
  return dimension;
}

std::size_t VariableMerger::owners_of(std::uint32_t seen) {
  const std::vector<std::uint8_t> with = classes_with(structures_, seen);
  std::vector<std::uint8_t> used(with.size(), 0);
  for (const std::uint32_t c : agreement_.classes) used[c] = with[c];
  const auto [at, is_new] = owners_by_classes_.emplace(used, layout_.owners.size());
  if (is_new) {
    std::vector<std::uint8_t> has;
    has.reserve(agreement_.classes.size());
    for (const std::uint32_t c : agreement_.classes) has.push_back(with[c]);
    layout_.owners.push_back(find_owners(layout_.axes, layout_.members, has, rule_, overlaps_));
  }
  return at->second;
}

std::vector<ValueForm> VariableMerger::forms_of(std::uint32_t seen) const {
  std::vector<std::uint8_t> used(structures_.classes().size(), 0);
  for (const std::uint32_t c : agreement_.classes) used[c] = 1;
  std::vector<std::uint8_t> wanted(structures_.variables()[seen].forms.size(), 0);
  for (std::size_t c = 0; c < used.size(); ++c) {
    if (used[c] == 0) continue;
    for (const auto& has : structures_.classes()[c].variables) {
      if (has.variable == seen) wanted[has.form] = 1;
    }
  }
  std::vector<ValueForm> forms;
  for (std::size_t f = 0; f < wanted.size(); ++f) {
    if (wanted[f] != 0) forms.push_back(structures_.variables()[seen].forms[f]);
  }
  return forms;
}

AggregateVariable VariableMerger::make(std::size_t variable, Part part) {
  switch (part) {
    case Part::Grid:
    case Part::Coordinate:
      return alike(variable);
    case Part::Alike:
      return alike(variable, true);
    case Part::Label:
      return label(variable);
    case Part::Data:
      break;
  }
  if (known_alike(variable)) return alike(variable);
  return joined(variable, true);
}

/// Data that no joined dimension of the files runs along may be the same in all of them. Where
/// nobody knows, each file's holds for its own steps.
bool VariableMerger::known_alike(std::size_t variable) const {
  const VariableSchema& reference = agreement_.schema.variables[variable];
  for (const JoinedAxis& axis : layout_.axes) {
    const auto& own = reference.dimensions;
    if (!axis.file_dimension.empty() &&
        std::find(own.begin(), own.end(), axis.file_dimension) != own.end()) {
      return false;
    }
  }
  if (forms_of(agreement_.seen[variable]).size() > 1) return false;
  const auto with = classes_with(structures_, agreement_.seen[variable]);
  // One file that knows nothing of the joined dimensions: what it has holds everywhere.
  const std::uint32_t only = agreement_.first_with[variable];
  const bool everywhere =
      !layout_.axes.empty() &&
      std::all_of(layout_.axes.begin(), layout_.axes.end(), [&](const JoinedAxis& axis) {
        return axis.of(only).size() == axis.size && axis.size > 1;
      });
  const auto having = std::count_if(agreement_.classes.begin(), agreement_.classes.end(),
                                    [&](std::uint32_t c) { return with[c] != 0; });
  if (everywhere && having == 1) return true;
  std::optional<Fingerprint> first;
  for (std::size_t m = 0; m < layout_.members.size(); ++m) {
    if (with[agreement_.classes[m]] == 0) continue;
    const auto own = layout_.members[m]->fingerprint(reference.name);
    if (!own || (first && *first != *own)) return false;
    first = own;
  }
  return first.has_value();
}

AggregateVariable VariableMerger::alike(std::size_t variable, bool owned) {
  const VariableSchema& reference = agreement_.schema.variables[variable];
  AggregateVariable made;
  made.file_name = reference.name;
  made.form.schema = reference;
  made.member = agreement_.first_with[variable];
  if (owned && layout_.axes.empty()) {  // of a union, as the rule of overlaps says
    made.member = layout_.owners[owners_of(agreement_.seen[variable])].front();
  }
  // Forms may differ where values do not: what the first member stores goes with its attributes.
  const IndexedHolding& holding = *layout_.members[made.member];
  const auto structure = holding.structure();
  if (const VariableSchema* const own = structure->find(reference.name)) made.form.schema = *own;
  made.block = holding.values(reference.name);
  made.texts = holding.texts(reference.name);
  const bool kept =
      reference.type == ElementType::String ? made.texts != nullptr : made.block != nullptr;
  made.kind = kept ? AggregateVariable::Kind::Kept : AggregateVariable::Kind::Alike;
  return made;
}

AggregateVariable VariableMerger::joined(std::size_t variable, bool all_axes) {
  const VariableSchema& reference = agreement_.schema.variables[variable];
  const std::uint32_t seen = agreement_.seen[variable];
  AggregateVariable made;
  made.kind = AggregateVariable::Kind::Joined;
  made.file_name = reference.name;
  made.owners = owners_of(seen);
  const Owners& owners = layout_.owners[made.owners];
  made.has_gaps = std::find(owners.begin(), owners.end(), kNobody) != owners.end();

  VariableSchema schema = reference;
  if (const auto own = inherits.find(reference.name); own != inherits.end()) {
    made.inherits = own->second;
    const auto chosen = chosen_times.find(own->second);
    const VariableSchema* const times =
        chosen != chosen_times.end() ? &chosen->second : agreement_.schema.find(own->second);
    inherit_units(schema, times);
  }
  schema.dimensions.clear();
  schema.shape.clear();
  std::vector<std::size_t> chunks;
  if (all_axes) {
    for (std::size_t j = 0; j < layout_.axes.size(); ++j) {
      const auto& dimensions = reference.dimensions;
      const std::string& own = layout_.axes[j].file_dimension;
      if (!own.empty() &&
          std::find(dimensions.begin(), dimensions.end(), own) != dimensions.end()) {
        continue;
      }
      schema.dimensions.push_back(layout_.axes[j].dimension);
      schema.shape.push_back(layout_.axes[j].size);
      chunks.push_back(1);
      made.joined.push_back(j);
      made.in_file.emplace_back();
    }
  }
  for (std::size_t d = 0; d < reference.dimensions.size(); ++d) {
    std::optional<std::size_t> joined_axis;
    for (std::size_t j = 0; j < layout_.axes.size(); ++j) {
      if (layout_.axes[j].file_dimension == reference.dimensions[d]) joined_axis = j;
    }
    schema.dimensions.push_back(renamed(reference.dimensions[d]));
    schema.shape.push_back(joined_axis ? layout_.axes[*joined_axis].size : reference.shape[d]);
    if (!reference.chunk_shape.empty()) {
      chunks.push_back(std::max<std::size_t>(
          1, std::min(reference.chunk_shape[d],
                      joined_axis ? reference.shape[d] : reference.chunk_shape[d])));
    }
    made.joined.push_back(joined_axis);
    made.in_file.emplace_back(d);
  }
  if (reference.chunk_shape.empty()) chunks.clear();
  schema.chunk_shape = std::move(chunks);
  if (layout_.members.size() > 1) schema.attributes.remove("actual_range");
  made.form = common_form(schema, forms_of(seen), made.has_gaps);
  return made;
}

bool VariableMerger::equal_everywhere(std::size_t variable) const {
  const std::string& name = agreement_.schema.variables[variable].name;
  const bool text = agreement_.schema.variables[variable].type == ElementType::String;
  const auto with = classes_with(structures_, agreement_.seen[variable]);
  std::shared_ptr<const RawBlock> values;
  std::shared_ptr<const std::vector<std::string>> texts;
  bool first = true;
  for (std::size_t m = 0; m < layout_.members.size(); ++m) {
    if (with[agreement_.classes[m]] == 0) continue;
    if (text) {
      auto own = layout_.members[m]->texts(name);
      if (!first && own != texts && (!own || !texts || *own != *texts)) return false;
      texts = std::move(own);
    } else {
      auto own = layout_.members[m]->values(name);
      if (!first && own != values && (!own || !values || !(*own == *values))) return false;
      values = std::move(own);
    }
    first = false;
  }
  return true;
}

AggregateVariable VariableMerger::label(std::size_t variable) {
  const VariableSchema& reference = agreement_.schema.variables[variable];
  const bool text = reference.type == ElementType::String;
  const bool single =
      cf::is_single(reference) &&
      std::none_of(
          reference.dimensions.begin(), reference.dimensions.end(), [&](const std::string& name) {
            return std::any_of(layout_.axes.begin(), layout_.axes.end(),
                               [&](const JoinedAxis& axis) { return axis.file_dimension == name; });
          });
  const std::size_t forms = forms_of(agreement_.seen[variable]).size();
  if (single && forms == 1 && equal_everywhere(variable)) return alike(variable);

  AggregateVariable made = joined(variable, true);
  const std::string& name = reference.name;
  const auto with = classes_with(structures_, agreement_.seen[variable]);
  const bool all_kept = [&] {
    for (std::size_t m = 0; m < layout_.members.size(); ++m) {
      if (with[agreement_.classes[m]] == 0) continue;
      const IndexedHolding& holding = *layout_.members[m];
      // Of holdings alike in structure all keep it, or none does.
      return text ? holding.texts(name) != nullptr : holding.values(name) != nullptr;
    }
    return false;
  }();
  made.values_kept = all_kept;
  const bool varies_surely = made.joined.size() == reference.dimensions.size();
  if (!all_kept || varies_surely) return made;

  // Along which of the joined dimensions that its files do not have does it vary?
  std::vector<std::size_t> shape = made.form.schema.shape;
  std::size_t cells = 1;
  for (const std::size_t extent : shape) cells *= extent;
  std::vector<std::uint8_t> owned(cells);
  const Owners& owners = layout_.owners[made.owners];
  std::vector<std::size_t> at(shape.size(), 0);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    std::size_t joined_cell = 0;
    for (std::size_t j = 0; j < layout_.axes.size(); ++j) {
      for (std::size_t d = 0; d < shape.size(); ++d) {
        if (made.joined[d] == j) joined_cell = joined_cell * layout_.axes[j].size + at[d];
      }
    }
    owned[cell] = owners[joined_cell] == kNobody ? 0 : 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++at[d] < shape[d]) break;
      at[d] = 0;
    }
  }
  RawBlock block;
  std::vector<std::string> texts;
  if (text) {
    texts = assemble_texts(
        layout_, made, [&](std::size_t member) { return layout_.members[member]->texts(name); });
  } else {
    IndexBox all;
    for (const std::size_t extent : shape) all.push_back({0, extent});
    try {
      block = assemble(layout_, made, all,
                       [&](std::size_t member, const AggregateVariable& own, const IndexBox&) {
                         return fetch_kept(layout_, member, own);
                       });
    } catch (const Error&) {  // some member does not keep it: read when asked for
      made.values_kept = false;
      return made;
    }
  }
  const std::size_t item = text ? 0 : size_of(block.type);
  const auto equal = [&](std::size_t a, std::size_t b) {
    return text ? texts[a] == texts[b]
                : std::memcmp(&block.bytes[a * item], &block.bytes[b * item], item) == 0;
  };
  const auto copy = [&](const std::vector<std::size_t>& cells_kept) {
    if (text) {
      std::vector<std::string> kept;
      for (const std::size_t cell : cells_kept) kept.push_back(texts[cell]);
      texts = std::move(kept);
      return;
    }
    Bytes kept(cells_kept.size() * item);
    for (std::size_t i = 0; i < cells_kept.size(); ++i) {
      std::memcpy(&kept[i * item], &block.bytes[cells_kept[i] * item], item);
    }
    block.bytes = std::move(kept);
  };
  for (std::size_t d = 0; d < shape.size();) {
    if (made.in_file[d] || !reduce(shape, d, owned, copy, equal)) {
      ++d;
      continue;
    }
    made.form.schema.dimensions.erase(made.form.schema.dimensions.begin() +
                                      static_cast<std::ptrdiff_t>(d));
    made.joined.erase(made.joined.begin() + static_cast<std::ptrdiff_t>(d));
    made.in_file.erase(made.in_file.begin() + static_cast<std::ptrdiff_t>(d));
  }
  made.form.schema.shape = shape;
  made.form.schema.chunk_shape.clear();
  made.kind = AggregateVariable::Kind::Kept;
  if (std::find(owned.begin(), owned.end(), 0) == owned.end() && !made.form.converts) {
    // No gap is left that needed a value for missing.
    const bool had_fill = reference.attributes.has("_FillValue");
    if (!had_fill) made.form.schema.attributes.remove("_FillValue");
  }
  if (text) {
    made.texts = std::make_shared<const std::vector<std::string>>(std::move(texts));
  } else {
    block.shape = shape;
    made.block = std::make_shared<const RawBlock>(std::move(block));
  }
  return made;
}

}  // namespace gyre::coverage::aggregation

#include "coverage/encode/companions.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "coverage/source/source.h"
#include "coverage/subset/position.h"

namespace gyre::coverage {
namespace {

/// Bounds have 2 to a few corners; a larger dimension that is none of the view's is another grid.
constexpr std::size_t kCorners = 16;

/// Attributes that name variables, and how.
struct Pointer {
  std::string_view attribute;
  enum class Form : std::uint8_t { List, Pairs, GridMapping } form;
  bool whole;  ///< without one of them, the rest means nothing
};
using Form = Pointer::Form;
constexpr std::array<Pointer, 7> kPointers{{{"bounds", Form::List, true},
                                            {"climatology", Form::List, true},
                                            {"coordinates", Form::List, false},
                                            {"grid_mapping", Form::GridMapping, false},
                                            {"formula_terms", Form::Pairs, true},
                                            {"cell_measures", Form::Pairs, false},
                                            {"ancillary_variables", Form::List, false}}};

using geometry::MeshElement;
constexpr std::array kElements{MeshElement::Node, MeshElement::Edge, MeshElement::Face};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// Those of an attribute: in pairs the blank after a colon may lack ("sigma:siglay eta: zeta").
std::vector<std::string> words_of(const Pointer& pointer, const std::string& text) {
  std::string apart;
  for (std::size_t i = 0; i < text.size(); ++i) {
    apart += text[i];
    if (pointer.form == Form::Pairs && text[i] == ':') apart += ' ';
  }
  return words_of(apart);
}

bool is_key(const std::string& word) { return word.size() > 1 && word.back() == ':'; }

/// The variables an attribute names: "a: x b: y" pairs give x and y; "crs: x y" gives crs, x, y.
std::vector<std::string> names_in(const Pointer& pointer, const std::string& text) {
  std::vector<std::string> names;
  for (std::string word : words_of(pointer, text)) {
    if (is_key(word)) {
      if (pointer.form != Form::GridMapping) continue;
      word.pop_back();
    }
    names.push_back(word);
  }
  return names;
}

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// `text` with the names that are not carried taken out, keys with nothing left too.
std::string kept_text(const Pointer& pointer, const std::string& text,
                      const std::vector<std::string>& carried) {
  std::string kept;
  const auto add = [&](const std::string& word) { kept += (kept.empty() ? "" : " ") + word; };
  if (pointer.form == Form::List) {
    for (const std::string& word : words_of(pointer, text)) {
      if (contains(carried, word)) add(flat_name(word));
    }
    return kept;
  }
  std::string key;
  std::vector<std::string> values;
  const auto flush = [&] {
    const std::string container = key.empty() ? "" : key.substr(0, key.size() - 1);
    const bool grid_mapping = pointer.form == Form::GridMapping;
    if (grid_mapping && !key.empty() && !contains(carried, container)) return;
    if (values.empty() && !key.empty()) return;
    if (!key.empty()) add(grid_mapping ? flat_name(container) + ":" : key);
    for (const std::string& value : values) add(flat_name(value));
  };
  for (const std::string& word : words_of(pointer, text)) {
    if (is_key(word)) {
      flush();
      key = word;
      values.clear();
    } else if (contains(carried, word)) {
      values.push_back(word);
    }
  }
  flush();
  return kept;
}

class Search {
 public:
  Search(const View& view, const HoldingSchema& schema, const MeshSubset* mesh)
      : view_(view), schema_(schema), mesh_(mesh) {
    for (std::size_t k = 0; k < view.field_count(); ++k) fields_.insert(view.field(k).name);
    for (std::size_t a = 0; a < view.axes().size(); ++a) {
      const std::string& dimension = view.axes()[a].axis->data().dimension;
      if (!dimension.empty()) axes_[dimension] = a;
    }
    for (const MeshElement element : kElements) {
      if (mesh == nullptr || element == mesh->element) continue;
      const std::string& dimension = mesh->mesh->names().part(element).dimension;
      if (!dimension.empty()) on_mesh_[dimension] = runs_of(mesh->kept(element));
    }
  }

  std::vector<Companion> run() {
    for (std::size_t a = 0; a < view_.axes().size(); ++a) {
      const VariableSchema* variable = coordinate_of(*view_.axes()[a].axis, schema_);
      if (variable == nullptr) continue;
      reach(variable->name);
      if (!found_.contains(variable->name)) continue;
      belongs(variable->name, a, true);
      for (const char* const attribute : {"bounds", "climatology"}) {
        if (const auto bounds = variable->attributes.text(attribute)) belongs(*bounds, a, false);
      }
    }
    if (const CellGeometry* const geometry = view_.coverage().domain_set.geometry()) {
      reach(geometry->longitude_variable());
      reach(geometry->latitude_variable());
    }
    for (const MeshElement element : kElements) {
      if (mesh_ == nullptr) break;
      reach(mesh_->mesh->names().part(element).longitude);
      reach(mesh_->mesh->names().part(element).latitude);
    }
    if (mesh_ != nullptr) reach(mesh_->mesh->names().face_nodes.sizes);
    for (std::size_t k = 0; k < view_.field_count(); ++k) follow(view_.field(k).attributes);
    reach(view_.coverage().domain_set.grid_mapping_variable());  // though no field names it
    // Heights of levels that the fields need not list: FVCOM's siglay(siglay, node).
    if (const auto& vertical = view_.coverage().vertical) reach(vertical->coordinate);
    std::vector<Companion> in_order;
    for (const VariableSchema& variable : schema_.variables) {
      const auto it = found_.find(variable.name);
      if (it != found_.end()) in_order.push_back(it->second);
    }
    return in_order;
  }

 private:
  void belongs(const std::string& name, std::size_t axis, bool is_coordinate) {
    const auto it = found_.find(name);
    if (it == found_.end()) return;
    it->second.axis = axis;
    it->second.is_coordinate = is_coordinate;
  }

  void follow(const Attributes& attributes) {
    for (const Pointer& pointer : kPointers) {
      const auto text = attributes.text(pointer.attribute);
      if (!text) continue;
      for (const std::string& name : names_in(pointer, *text)) reach(name);
    }
  }

  /// A field that the client did not ask for stays away, unless it has fewer dimensions.
  [[nodiscard]] bool unwanted_field(const VariableSchema& variable) const {
    const std::vector<Field>& all = view_.coverage().fields;
    return std::any_of(all.begin(), all.end(),
                       [&](const Field& field) { return field.name == variable.name; });
  }

  void reach(const std::string& name) {
    const VariableSchema* variable = schema_.find(name);
    if (variable == nullptr || found_.contains(name) || fields_.contains(name) ||
        unwanted_field(*variable))
      return;
    if (variable->type == ElementType::String && variable->dimensions.size() > 1) return;
    Companion companion;
    companion.variable = variable;
    for (std::size_t d = 0; d < variable->dimensions.size(); ++d) {
      const auto axis = axes_.find(variable->dimensions[d]);
      if (axis != axes_.end()) {
        companion.selections.push_back(view_.query().axes[axis->second]);
        companion.dropped.push_back(view_.axes()[axis->second].dropped);
      } else if (const auto kept = on_mesh_.find(variable->dimensions[d]); kept != on_mesh_.end()) {
        if (kept->second.runs.empty()) return;
        companion.selections.push_back(kept->second);
        companion.dropped.push_back(false);
      } else if (variable->shape[d] <= kCorners) {
        companion.selections.push_back({{{{0, variable->shape[d]}, 0}}, false});
        companion.dropped.push_back(false);
      } else {
        return;
      }
    }
    found_[name] = std::move(companion);
    follow(variable->attributes);
  }

  const View& view_;
  const HoldingSchema& schema_;
  const MeshSubset* mesh_;
  std::set<std::string> fields_;
  std::map<std::string, std::size_t> axes_;       // by dimension of the file
  std::map<std::string, AxisSelection> on_mesh_;  // other elements of the mesh, likewise
  std::map<std::string, Companion> found_;
};

}  // namespace

const VariableSchema* coordinate_of(const Axis& axis, const HoldingSchema& schema) {
  if (axis.data().index_only) return nullptr;
  if (!axis.data().variable.empty()) return schema.find(axis.data().variable);
  for (const std::string& name : {axis.label(), axis.data().dimension}) {
    const VariableSchema* variable = name.empty() ? nullptr : schema.find(name);
    if (variable == nullptr) continue;
    std::size_t cells = 1;
    for (const std::size_t extent : variable->shape) cells *= extent;
    if (cells == axis.size()) return variable;
  }
  return nullptr;
}

std::vector<Companion> find_companions(const View& view, const HoldingSchema& schema,
                                       const MeshSubset* mesh) {
  return Search(view, schema, mesh).run();
}

Attributes without_dangling(const Attributes& attributes, const std::vector<std::string>& carried) {
  Attributes kept = attributes;
  for (const Pointer& pointer : kPointers) {
    const auto text = attributes.text(pointer.attribute);
    if (!text) continue;
    const std::vector<std::string> names = names_in(pointer, *text);
    const bool all = std::all_of(names.begin(), names.end(),
                                 [&](const std::string& name) { return contains(carried, name); });
    const std::string left =
        pointer.whole && !all ? std::string() : kept_text(pointer, *text, carried);
    if (left.empty()) {
      kept.remove(pointer.attribute);
    } else if (left != *text) {
      kept.set({std::string(pointer.attribute), ElementType::String, left});
    }
  }
  return kept;
}

std::string flat_name(std::string_view name) {
  std::string flat(name);
  while (flat.starts_with('/')) flat.erase(0, 1);
  std::replace(flat.begin(), flat.end(), '/', '_');
  return flat;
}

}  // namespace gyre::coverage

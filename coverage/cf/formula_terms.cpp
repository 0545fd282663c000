#include "coverage/cf/formula_terms.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/cf/packing.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"
#include "coverage/geometry/mesh.h"

namespace gyre::coverage::cf {
namespace {

/// Why formula_terms cannot be used, for the log.
struct Problem {
  std::string text;
};

std::string first_word(const VariableSchema& variable, const char* attribute) {
  const auto found = words(lower(variable.attributes.text(attribute).value_or("")));
  return found.empty() ? "" : found.front();
}

const FormulaRule* rule_named(const std::string& standard_name) {
  // FVCOM's own name for sigma levels that differ from place to place.
  if (standard_name == "ocean_sigma/general_coordinate") {
    return &rule_of(VerticalFormula::OceanSigma);
  }
  for (const FormulaRule& rule : formula_rules()) {
    if (rule.standard_name == standard_name) return &rule;
  }
  return nullptr;
}

bool has_terms(const VariableSchema& variable) { return variable.attributes.has("formula_terms"); }

/// The axis of the domain set along `dimension`, if there is one.
std::optional<std::size_t> axis_along(const DomainSet& domain_set, const std::string& dimension) {
  for (std::size_t a = 0; a < domain_set.axes().size(); ++a) {
    if (!dimension.empty() && domain_set.axes()[a].data().dimension == dimension) return a;
  }
  return std::nullopt;
}

/// Could the levels be counted along this axis?
bool may_have_levels(const DomainSet& domain_set, std::size_t axis) {
  const AxisRole role = domain_set.axes()[axis].role();
  return role == AxisRole::Vertical || role == AxisRole::Other;
}

/// The one axis of levels that `coordinate` runs along.
std::optional<std::size_t> level_axis(const DomainSet& domain_set,
                                      const VariableSchema& coordinate) {
  std::optional<std::size_t> found;
  for (const std::string& dimension : coordinate.dimensions) {
    const auto axis = axis_along(domain_set, dimension);
    if (!axis || !may_have_levels(domain_set, *axis)) continue;
    if (found) return std::nullopt;
    found = axis;
  }
  return found;
}

/// What one of the formula's unit is in metres or pascals; units that are left out are those.
double factor_of(const TermRule& rule, const VariableSchema& variable) {
  const std::string units = variable.attributes.text("units").value_or("");
  const auto wrong = [&](const char* wanted) -> double {
    throw Problem{fmt::format("term '{}' is {}, and its variable '{}' has units '{}'", rule.name,
                              wanted, variable.name, units)};
  };
  const auto centimetres = [&]() -> std::optional<double> {
    const std::string name = lower(units);
    if (name == "cm" || name.starts_with("centimet")) return 0.01;
    if (name == "mm" || name.starts_with("millimet")) return 0.001;
    if (name == "dm" || name.starts_with("decimet")) return 0.1;
    return std::nullopt;
  };
  const auto metres = metres_of(units) ? metres_of(units) : centimetres();
  const auto pascals = pascals_of(units);
  switch (rule.quantity) {
    case TermRule::Quantity::Length:
      if (units.empty()) return 1;
      return metres ? *metres : wrong("a length");
    case TermRule::Quantity::Pressure:
      if (units.empty()) return 1;
      return pascals ? *pascals : wrong("a pressure");
    case TermRule::Quantity::Number:
      return metres || pascals ? wrong("a plain number") : 1;
  }
  return 1;
}

/// Is `dimension` that of the nodes, where the domain set is one of the faces or edges of a mesh?
bool is_of_nodes(const DomainSet& domain_set, const std::string& dimension) {
  const geometry::MeshCells* const cells = geometry::mesh_cells(domain_set.geometry());
  return cells != nullptr && cells->element() != geometry::MeshElement::Node &&
         cells->mesh().names().node.dimension == dimension;
}

/// Along which axes the term's variable varies.
std::vector<std::size_t> axes_of_term(const DomainSet& domain_set, const TermRule& rule,
                                      const VariableSchema& variable, const VariableSchema& field) {
  std::vector<std::size_t> axes;
  for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
    const auto axis = axis_along(domain_set, variable.dimensions[d]);
    if (!axis && is_of_nodes(domain_set, variable.dimensions[d])) {
      axes.push_back(FormulaTerm::kNodes);
      continue;
    }
    if (!axis && variable.shape[d] != 1) {
      throw Problem{fmt::format(
          "term '{}', variable '{}', varies along '{}', which is none of the "
          "dimensions {} of the data",
          rule.name, variable.name, variable.dimensions[d], fmt::join(field.dimensions, ", "))};
    }
    axes.push_back(axis.value_or(FormulaTerm::kOneCell));
  }
  const auto has = [&](std::size_t axis) {
    return std::find(axes.begin(), axes.end(), axis) != axes.end();
  };
  if (has(FormulaTerm::kNodes) && has(domain_set.x())) {
    throw Problem{
        fmt::format("term '{}', variable '{}', varies both along the nodes of the mesh "
                    "and along '{}'",
                    rule.name, variable.name, domain_set.axes()[domain_set.x()].data().dimension)};
  }
  return axes;
}

class Reading {
 public:
  Reading(const Holding& holding, const VariableSchema& field, const DomainSet& domain_set,
          const VariableSchema& coordinate, std::size_t axis)
      : holding_(holding), field_(field), domain_set_(domain_set), coordinate_(coordinate) {
    result_.coordinate = coordinate.name;
    result_.axis = axis;
  }

  VerticalTransform run() {
    const std::string standard_name = first_word(coordinate_, "standard_name");
    rule_ = rule_named(standard_name);
    if (rule_ == nullptr) {
      throw Problem{
          fmt::format("its standard_name '{}' is none of the parametric vertical "
                      "coordinates of CF, appendix D",
                      standard_name)};
    }
    result_.formula = rule_->formula;
    if (!has_terms(coordinate_)) {
      throw Problem{fmt::format("it has none, as its standard_name '{}' needs them: {}",
                                standard_name, example())};
    }
    const std::string text = coordinate_.attributes.text("formula_terms").value_or("");
    for (const auto& [name, variable] : formula_pairs(text)) add(name, variable);
    check_complete();
    result_.standard_name = computed_name();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::string example() const {
    std::string text;
    for (const TermRule& term : rule_->terms) {
      text += fmt::format("{}{}: ...", text.empty() ? "" : " ", term.name);
    }
    return text;
  }

  [[nodiscard]] bool has(std::string_view name) const { return variable_of(name) != nullptr; }
  [[nodiscard]] const VariableSchema* variable_of(std::string_view name) const {
    for (std::size_t i = 0; i < result_.terms.size(); ++i) {
      if (rule_->terms[result_.terms[i].slot].name == name) return variables_[i];
    }
    return nullptr;
  }

  void add(const std::string& name, const std::string& variable_name) {
    if (name.empty() || variable_name.empty()) {
      throw Problem{fmt::format("'{}' belongs to no pair \"term: variable\"",
                                name.empty() ? variable_name : name)};
    }
    const auto rule = std::find_if(rule_->terms.begin(), rule_->terms.end(),
                                   [&](const TermRule& term) { return term.name == name; });
    if (rule == rule_->terms.end()) {
      throw Problem{fmt::format("'{}' is no term of {}; those are {}", name, rule_->standard_name,
                                example())};
    }
    if (has(name)) throw Problem{fmt::format("term '{}' is given twice", name)};
    const VariableSchema* variable = holding_.named(coordinate_, variable_name);
    if (variable == nullptr) {
      throw Problem{fmt::format("term '{}' is variable '{}', which the file does not have", name,
                                variable_name)};
    }
    if (variable->type == ElementType::String) {
      throw Problem{fmt::format("term '{}', variable '{}', is text", name, variable->name)};
    }
    check_no_circle(*rule, *variable);
    FormulaTerm term;
    term.slot = static_cast<std::size_t>(rule - rule_->terms.begin());
    term.axes = axes_of_term(domain_set_, *rule, *variable, field_);
    check_levels(*rule, *variable, term.axes);
    term.factor = factor_of(*rule, *variable);
    std::vector<std::string> ignored;
    term.values = field_of(*variable, ignored);
    result_.terms.push_back(std::move(term));
    variables_.push_back(variable);
  }

  /// A coordinate may be its own sigma; nothing else may wait for heights to be computed first.
  void check_no_circle(const TermRule& rule, const VariableSchema& variable) const {
    if (&variable == &coordinate_ ? rule.of_levels : !has_terms(variable)) return;
    throw Problem{
        fmt::format("term '{}', variable '{}', is itself computed by formula_terms: a "
                    "circle",
                    rule.name, variable.name)};
  }

  void check_levels(const TermRule& rule, const VariableSchema& variable,
                    const std::vector<std::size_t>& axes) const {
    const bool varies = std::find(axes.begin(), axes.end(), result_.axis) != axes.end();
    if (varies == rule.of_levels) return;
    const std::string& levels = domain_set_.axes()[result_.axis].data().dimension;
    throw Problem{fmt::format("term '{}', variable '{}', {} along the levels '{}'", rule.name,
                              variable.name, varies ? "must not vary" : "has to vary", levels)};
  }

  void check_complete() const {
    for (const TermRule& term : rule_->terms) {
      if (term.required && !has(term.name)) {
        throw Problem{fmt::format("term '{}' is left out", term.name)};
      }
    }
    if (rule_->formula != VerticalFormula::HybridSigmaPressure) return;
    if (!has("a") && !has("ap") && !has("b")) {
      throw Problem{"terms 'a', 'ap' and 'b' are all left out"};
    }
    if (has("a") && has("ap")) throw Problem{"of the terms 'a' and 'ap' one too many is given"};
    if (has("a") && !has("p0")) throw Problem{"term 'p0' is left out, by which 'a' counts"};
    if (has("b") && !has("ps")) throw Problem{"term 'ps' is left out, by which 'b' counts"};
  }

  /// CF 1.11, appendix D, tables D.1 and on: computed_standard_name, else by what the surface is
  /// measured from.
  [[nodiscard]] std::string computed_name() const {
    if (rule_->gives_pressure) return "air_pressure";
    static constexpr std::array<std::string_view, 4> kNames{
        "altitude", "height_above_geopotential_datum", "height_above_reference_ellipsoid",
        "height_above_mean_sea_level"};
    const std::string given = first_word(coordinate_, "computed_standard_name");
    if (std::find(kNames.begin(), kNames.end(), given) != kNames.end()) return given;
    for (const char* term : {"orog", "zsurf1", "depth", "eta"}) {
      const VariableSchema* variable = variable_of(term);
      const std::string name = variable == nullptr ? "" : first_word(*variable, "standard_name");
      if (name.ends_with("_geopotential_datum")) return "height_above_geopotential_datum";
      if (name.ends_with("_reference_ellipsoid")) return "height_above_reference_ellipsoid";
      if (name.ends_with("_mean_sea_level")) return "height_above_mean_sea_level";
    }
    return "altitude";
  }

  const Holding& holding_;
  const VariableSchema& field_;
  const DomainSet& domain_set_;
  const VariableSchema& coordinate_;
  const FormulaRule* rule_ = nullptr;
  VerticalTransform result_;
  std::vector<const VariableSchema*> variables_;  // of result_.terms
};

/// Vertical coordinates of the field that are, or ought to be, parametric; the axes' own first.
std::vector<const VariableSchema*> candidates(const Holding& holding, const VariableSchema& field,
                                              const DomainSet& domain_set) {
  std::vector<const VariableSchema*> found;
  const auto consider = [&](const VariableSchema* variable) {
    if (variable == nullptr || variable == &field) return;
    if (!has_terms(*variable) && rule_named(first_word(*variable, "standard_name")) == nullptr) {
      return;
    }
    if (std::find(found.begin(), found.end(), variable) == found.end()) found.push_back(variable);
  };
  for (const Axis& axis : domain_set.axes()) {
    if (!axis.is_scalar() && !axis.data().variable.empty()) {
      consider(holding.schema().find(axis.data().variable));
    }
  }
  for (const VariableSchema* variable : holding.listed(field, "coordinates")) consider(variable);
  // FVCOM's siglay(siglay, node) is named as its dimension: fields need not list it.
  for (const Axis& axis : domain_set.axes()) {
    if (!has_terms(field) && !axis.data().dimension.empty())
      consider(holding.schema().find(axis.data().dimension));
  }
  // Those that can be used first, so that what is amiss beside them does not matter.
  std::stable_partition(found.begin(), found.end(),
                        [](const VariableSchema* variable) { return has_terms(*variable); });
  return found;
}

/// Formulas that a file gives for the edges of levels alone (CF 1.11, 7.1.1).
void warn_of_bounds(const Holding& holding, const DomainSet& domain_set, AxisMaker& maker) {
  const auto vertical = domain_set.vertical();
  if (!vertical) return;
  const VariableSchema* coordinate =
      holding.schema().find(domain_set.axes()[*vertical].data().variable);
  if (coordinate == nullptr) return;
  const auto name = coordinate->attributes.text("bounds");
  const VariableSchema* bounds = name ? holding.named(*coordinate, *name) : nullptr;
  if (bounds == nullptr || !has_terms(*bounds)) return;
  maker.warn(
      fmt::format("{}: only its bounds '{}' have formula_terms; with its own, and their "
                  "standard_name, levels could be chosen by height or pressure",
                  coordinate->name, bounds->name));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> formula_pairs(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string term;
  for (const std::string& word : words(text)) {
    const auto colon = word.find(':');
    if (colon == std::string::npos) {
      pairs.emplace_back(std::exchange(term, ""), word);
      continue;
    }
    if (!term.empty()) pairs.emplace_back(term, "");
    term = lower(word.substr(0, colon));
    const std::string variable = word.substr(colon + 1);
    if (!variable.empty()) pairs.emplace_back(std::exchange(term, ""), variable);
  }
  if (!term.empty()) pairs.emplace_back(term, "");
  return pairs;
}

std::shared_ptr<const VerticalTransform> vertical_transform_of(const Holding& holding,
                                                               const VariableSchema& field,
                                                               const DomainSet& domain_set,
                                                               AxisMaker& maker) {
  const std::vector<const VariableSchema*> found = candidates(holding, field, domain_set);
  for (const VariableSchema* coordinate : found) {
    const auto axis = level_axis(domain_set, *coordinate);
    if (!axis) continue;  // a single level: no column to look along
    try {
      return std::make_shared<const VerticalTransform>(
          Reading(holding, field, domain_set, *coordinate, *axis).run());
    } catch (const Problem& problem) {
      maker.warn(
          fmt::format("{}: its formula_terms cannot be used: {}; its levels are chosen by "
                      "their stored values alone",
                      coordinate->name, problem.text));
    }
  }
  if (found.empty()) warn_of_bounds(holding, domain_set, maker);
  return nullptr;
}

}  // namespace gyre::coverage::cf

#include "coverage/derive/vectors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "coverage/cf/text.h"
#include "coverage/derive/vector_names.h"
#include "coverage/derive/vector_source.h"

namespace gyre::coverage {
namespace {

constexpr double kFill = 9.9692099683868690e+36;  // netCDF's own, of floats of both sizes

/// A field that is a component.
struct Part {
  std::size_t coverage = 0, field = 0;
  VectorComponent component;
};

/// Two components that belong together.
struct Pair {
  Part x, y;
};

/// A vector, where it is given.
struct Found {
  std::size_t like = 0;  ///< the coverage whose vectors these are
  DomainSet domain_set;
  VectorParts parts;
  VectorFrame frame = VectorFrame::True;
  std::string key;
  std::string centre_field;  ///< of cells whose faces have the components; else empty
};

std::string simplified(const std::string& units) {
  std::string text;
  for (const std::string& word : cf::words(cf::lower(units))) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

class Finder {
 public:
  Finder(const Dataset& dataset, std::vector<std::string>& warnings)
      : dataset_(dataset), warnings_(warnings) {}

  std::vector<Found> run() {
    collect();
    for (auto& [key, xs] : xs_) pair_up(xs, ys_[key]);
    std::sort(pairs_.begin(), pairs_.end(), [](const Pair& a, const Pair& b) {
      return std::pair(a.x.coverage, a.x.field) < std::pair(b.x.coverage, b.x.field);
    });
    std::vector<Found> found;
    for (const Pair& pair : pairs_) {
      try {
        if (auto one = settled(pair)) found.push_back(*std::move(one));
      } catch (const Error& error) {
        warn(pair, error.what());
      }
    }
    return found;
  }

 private:
  [[nodiscard]] const Field& field(const Part& part) const {
    return dataset_.coverages[part.coverage].fields[part.field];
  }
  [[nodiscard]] const DomainSet& domain_set(const Part& part) const {
    return dataset_.coverages[part.coverage].domain_set;
  }
  void warn(const Pair& pair, const std::string& why) {
    warnings_.push_back(fmt::format("'{}' and '{}' are not made a vector: {}", field(pair.x).name,
                                    field(pair.y).name, why));
  }

  void collect() {
    for (std::size_t c = 0; c < dataset_.coverages.size(); ++c) {
      const Coverage& coverage = dataset_.coverages[c];
      for (std::size_t f = 0; f < coverage.fields.size(); ++f) {
        const auto component = vector_component_of(coverage.fields[f]);
        if (!component) continue;
        const std::string key =
            fmt::format("{} {}", static_cast<int>(component->frame), component->key);
        (component->is_y ? ys_ : xs_)[key].push_back({c, f, *component});
      }
    }
  }

  /// Those of one coverage first; then those that could lie on faces. Among several, names decide.
  void pair_up(std::vector<Part> xs, std::vector<Part> ys) {
    const auto take = [&](const auto& fit) {
      for (std::size_t i = 0; i < xs.size();) {
        const auto partner = only_partner(xs, ys, i, fit);
        if (!partner) {
          ++i;
          continue;
        }
        pairs_.push_back({xs[i], ys[*partner]});
        xs.erase(xs.begin() + static_cast<std::ptrdiff_t>(i));
        ys.erase(ys.begin() + static_cast<std::ptrdiff_t>(*partner));
      }
    };
    take([](const Part& x, const Part& y) { return x.coverage == y.coverage; });
    take([&](const Part& x, const Part& y) { return same_but_for_plane(x, y); });
  }

  template <typename Fit>
  std::optional<std::size_t> only_partner(const std::vector<Part>& xs, const std::vector<Part>& ys,
                                          std::size_t i, const Fit& fit) const {
    std::vector<std::size_t> fitting, twins;
    for (std::size_t k = 0; k < ys.size(); ++k) {
      if (!fit(xs[i], ys[k])) continue;
      fitting.push_back(k);
      if (are_twin_names(field(xs[i]).name, field(ys[k]).name)) twins.push_back(k);
    }
    const auto rivals = std::count_if(xs.begin(), xs.end(), [&](const Part& other) {
      return !fitting.empty() && fit(other, ys[fitting.front()]);
    });
    if (fitting.size() == 1 && rivals == 1) return fitting.front();
    if (twins.size() == 1) return twins.front();
    return std::nullopt;
  }

  /// The same axes besides x and y, in the same order.
  bool same_but_for_plane(const Part& x, const Part& y) const {
    const DomainSet& a = domain_set(x);
    const DomainSet& b = domain_set(y);
    if (x.coverage == y.coverage || a.axes().size() != b.axes().size()) return false;
    if (a.x() != b.x() || a.y() != b.y() || a.x() == a.y()) return false;
    for (std::size_t k = 0; k < a.axes().size(); ++k) {
      if (k != a.x() && k != a.y() && !(a.axes()[k] == b.axes()[k])) return false;
    }
    return true;
  }

  std::optional<Found> settled(const Pair& pair) {
    const Field& x = field(pair.x);
    const Field& y = field(pair.y);
    if (simplified(x.units) != simplified(y.units)) {
      warn(pair, fmt::format("their units are '{}' and '{}'", x.units, y.units));
      return std::nullopt;
    }
    const auto methods = [](const Field& one) {
      return one.attributes.text("cell_methods").value_or("");
    };
    if (methods(x) != methods(y)) {
      warn(pair, fmt::format("their cell_methods are '{}' and '{}'", methods(x), methods(y)));
      return std::nullopt;
    }
    Found found{pair.x.coverage,        domain_set(pair.x),   {},
                pair.x.component.frame, pair.x.component.key, ""};
    found.parts.x = x;
    found.parts.y = y;
    if (pair.x.coverage != pair.y.coverage && !bring_together(pair, found)) return std::nullopt;
    if (!settle_plane(pair, found) || !settle_frame(pair, found)) return std::nullopt;
    return found;
  }

  /// Finds the cells between whose centres the components lie.
  bool bring_together(const Pair& pair, Found& found) const {
    const DomainSet& xs = domain_set(pair.x);
    std::optional<std::size_t> chosen;
    for (std::size_t c = 0; c < dataset_.coverages.size(); ++c) {
      if (c == pair.x.coverage || c == pair.y.coverage) continue;
      const DomainSet& centres = dataset_.coverages[c].domain_set;
      const auto x_faces = faces_between(xs, centres, AxisRole::X);
      if (!x_faces) continue;
      const auto y_faces = faces_between(domain_set(pair.y), centres, AxisRole::Y);
      if (!y_faces) continue;
      DomainSet made = with_plane_of(xs, centres);
      const bool same = made == centres;
      // A coverage over the very same domain is what they are the vectors of.
      if (chosen && !same) continue;
      chosen = c;
      found.like = same ? c : pair.x.coverage;
      found.domain_set = std::move(made);
      found.parts.x_faces = x_faces;
      found.parts.y_faces = y_faces;
      found.centre_field = dataset_.coverages[c].fields.front().name;
      if (same) break;
    }
    return chosen.has_value();
  }

  static DomainSet with_plane_of(const DomainSet& domain_set, const DomainSet& plane) {
    std::vector<Axis> axes;
    for (std::size_t k = 0; k < domain_set.axes().size(); ++k) {
      axes.push_back(k == domain_set.x()   ? plane.axes()[plane.x()]
                     : k == domain_set.y() ? plane.axes()[plane.y()]
                                           : domain_set.axes()[k]);
    }
    return {std::move(axes), plane.crs(), plane.grid_mapping_variable(), plane.shared_geometry()};
  }

  /// Which dimensions of the variables are x and y.
  bool settle_plane(const Pair& pair, Found& found) {
    const VariableSchema* const x = dataset_.schema->find(field(pair.x).name);
    const VariableSchema* const y = dataset_.schema->find(field(pair.y).name);
    if (x == nullptr || y == nullptr) return false;
    const auto place = [](const VariableSchema& variable, const Axis& axis) {
      return static_cast<std::size_t>(
          std::find(variable.dimensions.begin(), variable.dimensions.end(), axis.data().dimension) -
          variable.dimensions.begin());
    };
    const auto plane = [&](const VariableSchema& variable, const DomainSet& own) {
      return std::pair(place(variable, own.axes()[own.y()]), place(variable, own.axes()[own.x()]));
    };
    const auto [row, column] = plane(*x, domain_set(pair.x));
    if (plane(*y, domain_set(pair.y)) != std::pair(row, column) ||
        x->dimensions.size() != y->dimensions.size() ||
        std::max(row, column) >= x->dimensions.size()) {
      return false;
    }
    for (std::size_t d = 0; d < x->dimensions.size(); ++d) {
      if (d != row && d != column && x->dimensions[d] != y->dimensions[d]) return false;
    }
    found.parts.row_dimension = row;
    found.parts.column_dimension = column;
    found.parts.rows = found.domain_set.axes()[found.domain_set.y()].size();
    found.parts.columns = found.domain_set.axes()[found.domain_set.x()].size();
    return true;
  }

  /// How far the grid's axes are turned, where the components are along them.
  bool settle_frame(const Pair& pair, Found& found) {
    if (found.frame == VectorFrame::True) return true;
    std::string why, warning;
    const auto angle = GridAngle::of(dataset_, found.domain_set, why, warning);
    if (!warning.empty()) {
      warnings_.push_back(
          fmt::format("'{}' and '{}': {}", field(pair.x).name, field(pair.y).name, warning));
    }
    if (!angle) {
      warn(pair, why);
      return false;
    }
    if (angle->is_true()) return true;
    if (found.frame == VectorFrame::Unsaid) {
      warn(pair,
           "nothing tells whether they are along the axes of the grid or eastward and "
           "northward: a standard_name would");
      return false;
    }
    found.parts.angle = angle;
    return true;
  }

  const Dataset& dataset_;
  std::vector<std::string>& warnings_;
  std::map<std::string, std::vector<Part>> xs_, ys_;
  std::vector<Pair> pairs_;
};

bool is_wide(const Field& field) {
  const ElementType type = field.packing.packed ? field.packing.unpacked : field.storage;
  return type == ElementType::Float64 || (is_integer(type) && size_of(type) >= 4);
}

Attribute text(const char* name, std::string value) {
  return {name, ElementType::String, std::move(value)};
}

std::string with_blanks(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// Adds coverages of what was found to a dataset.
class Builder {
 public:
  explicit Builder(Dataset& dataset)
      : dataset_(dataset), schema_(*dataset.schema), original_(*dataset.schema) {
    for (const VariableSchema& variable : schema_.variables) taken_.insert(variable.name);
    for (const DimensionSchema& dimension : schema_.dimensions) taken_.insert(dimension.name);
  }

  void add(const Found& found) {
    Coverage& coverage = coverage_for(found);
    const VectorNames names = vector_names_of(found.key, found.frame);
    const std::size_t parts = parts_.size();
    parts_.push_back(found.parts);
    // One word after the names of all that belong to one vector.
    const std::vector<std::string> plain{names.eastward.name, names.northward.name,
                                         names.speed.name, names.direction.name};
    const std::string own = "_" + cf::ncname(cf::last_part(found.parts.x.name));
    std::string suffix;
    for (int n = 1;
         std::any_of(plain.begin(), plain.end(),
                     [&](const std::string& name) { return taken_.contains(name + suffix); });
         ++n) {
      suffix = n == 1 ? own : fmt::format("{}_{}", own, n);
    }
    const double reach = reach_of(found);
    const auto make = [&](VectorValue value, const VectorName& name) {
      VariableSchema variable = declared(found, value, name);
      variable.name = name.name + suffix;
      taken_.insert(variable.name);
      std::vector<std::string> ignored;
      const Field field = field_of(variable, ignored);
      schema_.variables.push_back(std::move(variable));
      fields_.push_back({parts, value, field});
      coverage.fields.push_back(field);
      coverage.colour_ranges.push_back(value == VectorValue::Direction ? std::pair(0.0, 360.0)
                                       : value == VectorValue::Speed   ? std::pair(0.0, reach)
                                                                       : std::pair(-reach, reach));
    };
    if (found.parts.angle) {
      make(VectorValue::Eastward, names.eastward);
      make(VectorValue::Northward, names.northward);
    }
    make(VectorValue::Speed, names.speed);
    make(VectorValue::Direction, names.direction);
    coverage.vectors.push_back({coverage.fields.size() - 2, coverage.fields.size() - 1});
  }

  void finish() {
    if (parts_.empty()) return;
    auto base = std::make_shared<Dataset>();  // of which the source is all that is needed
    base->source = dataset_.source;
    base->schema = dataset_.schema;
    auto schema = std::make_shared<const HoldingSchema>(std::move(schema_));
    dataset_.source =
        std::make_shared<VectorSource>(base, schema, std::move(parts_), std::move(fields_));
    dataset_.schema = std::move(schema);
    for (Coverage& coverage : made_) dataset_.coverages.push_back(std::move(coverage));
  }

 private:
  Coverage& coverage_for(const Found& found) {
    for (Coverage& coverage : made_) {
      if (coverage.domain_set == found.domain_set) return coverage;
    }
    const Coverage& like = dataset_.coverages[found.like];
    Coverage coverage{"", found.domain_set, {}, {}};
    coverage.id = like.id.empty() ? "vectors" : like.id + ".vectors";
    const std::string id = coverage.id;
    for (int n = 2; std::any_of(made_.begin(), made_.end(),
                                [&](const Coverage& one) { return one.id == coverage.id; });
         ++n) {
      coverage.id = fmt::format("{}-{}", id, n);
    }
    coverage.forecasts = like.forecasts;
    // The same levels have the same heights.
    if (like.domain_set == found.domain_set) coverage.vertical = like.vertical;
    made_.push_back(std::move(coverage));
    return made_.back();
  }

  double reach_of(const Found& found) const {
    double reach = 0;
    for (const Coverage& coverage : dataset_.coverages) {
      for (std::size_t f = 0; f < std::min(coverage.fields.size(), coverage.colour_ranges.size());
           ++f) {
        const std::string& name = coverage.fields[f].name;
        if (name != found.parts.x.name && name != found.parts.y.name) continue;
        const auto [low, high] = coverage.colour_ranges[f];
        reach = std::max({reach, std::abs(low), std::abs(high)});
      }
    }
    return std::isfinite(reach) && reach > 0 ? reach : 1;
  }

  /// As a file would declare it.
  VariableSchema declared(const Found& found, VectorValue value, const VectorName& name) const {
    const VariableSchema& x = *original_.find(found.parts.x.name);
    VariableSchema variable;
    const bool wide = is_wide(found.parts.x) || is_wide(found.parts.y);
    variable.type = wide ? ElementType::Float64 : ElementType::Float32;
    variable.dimensions = x.dimensions;
    variable.shape = x.shape;
    variable.chunk_shape = x.chunk_shape;
    if (!found.centre_field.empty()) {
      const DomainSet& centres = found.domain_set;
      for (const auto& [d, axis] : {std::pair(found.parts.row_dimension, centres.y()),
                                    std::pair(found.parts.column_dimension, centres.x())}) {
        variable.dimensions[d] = centres.axes()[axis].data().dimension;
        variable.shape[d] = centres.axes()[axis].size();
        if (!variable.chunk_shape.empty()) {
          variable.chunk_shape[d] = std::min(variable.chunk_shape[d], variable.shape[d]);
        }
      }
    }
    Attributes& attributes = variable.attributes;
    if (name.is_standard) attributes.set(text("standard_name", name.name));
    attributes.set(text("long_name", with_blanks(name.name)));
    attributes.set(text(
        "units", value == VectorValue::Direction ? std::string("degree") : found.parts.x.units));
    const VariableSchema& place =
        found.centre_field.empty() ? x : *original_.find(found.centre_field);
    for (const char* carried :
         {"coordinates", "grid_mapping", "cell_measures", "mesh", "grid", "location"}) {
      if (const Attribute* attribute = place.attributes.find(carried)) attributes.set(*attribute);
    }
    if (const Attribute* methods = x.attributes.find("cell_methods")) attributes.set(*methods);
    if (const std::string flags = ancillary_of(found); !flags.empty()) {
      attributes.set(text("ancillary_variables", flags));
    }
    attributes.set(text("comment", comment_on(found, value)));
    // As the attribute's type holds it, so that it equals what is stored.
    const double fill = wide ? kFill : static_cast<double>(static_cast<float>(kFill));
    attributes.set({"_FillValue", variable.type, std::vector<double>{fill}});
    return variable;
  }

  /// What qualifies either component qualifies the vector; of faces brought together nothing does.
  [[nodiscard]] std::string ancillary_of(const Found& found) const {
    if (!found.centre_field.empty()) return {};
    std::vector<std::string> names;
    for (const Field* const part : {&found.parts.x, &found.parts.y}) {
      for (std::string& name :
           cf::words(part->attributes.text("ancillary_variables").value_or(""))) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          names.push_back(std::move(name));
        }
      }
    }
    return fmt::format("{}", fmt::join(names, " "));
  }

  static std::string comment_on(const Found& found, VectorValue value) {
    std::string comment =
        fmt::format("computed from {} and {}", found.parts.x.name, found.parts.y.name);
    if (found.parts.x_faces) comment += ", the means of the two faces of each cell";
    if (found.parts.angle && value != VectorValue::Speed) {
      comment += ", turned from the axes of the grid to true east and north";
    }
    if (value == VectorValue::Direction) {
      comment += "; clockwise from true north, towards which the vector points";
    }
    return comment;
  }

  Dataset& dataset_;
  HoldingSchema schema_;
  const HoldingSchema& original_;
  std::set<std::string> taken_;
  std::vector<VectorParts> parts_;
  std::vector<VectorField> fields_;
  std::vector<Coverage> made_;
};

}  // namespace

std::optional<std::string> note_on_grid_component(const Dataset& dataset, const Field& field) {
  const auto component = vector_component_of(field);
  if (!component || component->frame != VectorFrame::Grid) return std::nullopt;
  std::string note = fmt::format(
      "This is the component along the {} axis of the grid it was given on, not of this one.",
      component->is_y ? "y" : "x");
  const VectorNames names = vector_names_of(component->key, component->frame);
  for (const Coverage& coverage : dataset.coverages) {
    const bool offered =
        std::any_of(coverage.fields.begin(), coverage.fields.end(),
                    [&](const Field& one) { return one.name.starts_with(names.eastward.name); });
    if (!offered) continue;
    return note + fmt::format(" The coverage {} has {} and {}.", coverage.id, names.eastward.name,
                              names.northward.name);
  }
  return note;
}

void add_vectors(Dataset& dataset, std::vector<std::string>& warnings) {
  const std::vector<Found> all = Finder(dataset, warnings).run();
  Builder builder(dataset);
  const auto name_of = [](const Found& found) {
    return vector_names_of(found.key, found.frame).eastward.name;
  };
  for (const Found& found : all) {
    // What the holding gives along the axes besides eastward and northward is the same vector.
    const bool again = found.frame != VectorFrame::True &&
                       std::any_of(all.begin(), all.end(), [&](const Found& other) {
                         return other.frame == VectorFrame::True &&
                                other.domain_set == found.domain_set &&
                                name_of(other) == name_of(found);
                       });
    if (!again) builder.add(found);
  }
  builder.finish();
}

}  // namespace gyre::coverage

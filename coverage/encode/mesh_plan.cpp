#include "coverage/encode/mesh_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/encode/discovery.h"
#include "coverage/subset/position.h"

namespace gyre::coverage {
namespace {

using geometry::Mesh;
using geometry::MeshElement;
using geometry::MeshNames;

constexpr double kGone = -1;

/// The new number of each element, from 0; kGone for those that are left out.
std::vector<double> numbers_of(const std::vector<std::size_t>& kept, std::size_t count) {
  std::vector<double> numbers(count, kGone);
  for (std::size_t i = 0; i < kept.size(); ++i) numbers[kept[i]] = static_cast<double>(i);
  return numbers;
}

/// Writes new numbers in place of old ones. What is no index (fill, "no neighbour") stays; an index
/// of what is left out becomes such. False when the type has no value for that.
bool renumber(RawBlock& block, const Attributes& attributes, std::int64_t start,
              const std::vector<double>& numbers) {
  return with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    const auto first = static_cast<double>(start);
    const auto index_of = [&](T value) {
      const double index = static_cast<double>(value) - first;
      const bool is_index =
          index >= 0 && index < static_cast<double>(numbers.size()) && index == std::floor(index);
      return is_index ? static_cast<std::ptrdiff_t>(index) : std::ptrdiff_t{-1};
    };
    const std::vector<double> fills = attributes.numbers("_FillValue");
    const auto is_fill = [&](T value) {
      return !fills.empty() && static_cast<double>(value) == fills.front();
    };
    auto values = block.as<T>();
    std::optional<T> none;
    if (!fills.empty()) none = static_cast<T>(fills.front());
    for (const T value : values) {
      if (!none && index_of(value) < 0) none = value;
    }
    if (!none && (std::numeric_limits<T>::is_signed || start > 0)) none = static_cast<T>(first - 1);
    for (T& value : values) {
      if (is_fill(value)) continue;
      const std::ptrdiff_t index = index_of(value);
      if (index < 0) continue;
      const double number = numbers[static_cast<std::size_t>(index)];
      if (number == kGone && !none) return false;
      value = number == kGone ? *none : static_cast<T>(number + first);
    }
    return true;
  });
}

/// Writes `fill` behind the entries of each row that count. Rows come first.
void blank_beyond(RawBlock& block, const RawBlock& sizes, std::size_t columns, double fill) {
  std::vector<double> counts(sizes.cells());
  with_type(sizes.type, [&](auto zero) {
    const auto values = sizes.as<decltype(zero)>();
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = static_cast<double>(values[i]);
  });
  with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    auto values = block.as<T>();
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!(static_cast<double>(i % columns) < counts[i / columns])) {
        values[i] = static_cast<T>(fill);
      }
    }
  });
}

class MeshPlanner {
 public:
  MeshPlanner(const View& view, const MeshSubset& subset, const HoldingSchema& schema,
              const std::vector<std::string>& carried, const AbortToken& abort)
      : view_(view),
        subset_(subset),
        schema_(schema),
        carried_(carried),
        abort_(abort),
        names_(subset.mesh->names()) {}

  MeshPlan run() {
    plan_.topology = topology_name();
    add_table(names_.face_nodes, MeshElement::Face, MeshElement::Node, "face_node_connectivity");
    add_table(names_.edge_nodes, MeshElement::Edge, MeshElement::Node, "edge_node_connectivity");
    add_table(names_.face_faces, MeshElement::Face, MeshElement::Face, "face_face_connectivity");
    add_topology();
    return std::move(plan_);
  }

 private:
  /// The holding's own; else the name that the field gives its mesh, else "mesh", if it is free.
  [[nodiscard]] std::string topology_name() const {
    if (!names_.topology.empty()) return flat_name(names_.topology);
    const std::string wanted = flat_name(view_.field(0).attributes.text("mesh").value_or("mesh"));
    std::string name = wanted;
    const auto taken = [&] {
      return std::any_of(schema_.variables.begin(), schema_.variables.end(),
                         [&](const VariableSchema& v) { return flat_name(v.name) == name; });
    };
    for (int n = 2; taken(); ++n) name = fmt::format("{}_{}", wanted, n);
    return name;
  }

  void add_table(const MeshNames::Table& table, MeshElement rows, MeshElement counted,
                 const char* role) {
    const VariableSchema* variable = schema_.find(table.variable);
    if (variable == nullptr || subset_.kept(rows).empty()) return;
    Companion companion;
    companion.variable = variable;
    PlannedVariable planned;
    planned.name = flat_name(variable->name);
    planned.type = variable->type;
    planned.attributes = variable->attributes;
    for (std::size_t d = 0; d < variable->dimensions.size(); ++d) {
      const bool counts = variable->dimensions[d] == names_.part(rows).dimension;
      companion.selections.push_back(counts ? runs_of(subset_.kept(rows))
                                            : AxisSelection{{{{0, variable->shape[d]}, 0}}, false});
      companion.dropped.push_back(false);
      planned.shape.push_back(companion.selections.back().size());
      planned.dimensions.push_back(flat_name(variable->dimensions[d]));
      plan_.dimensions.push_back({planned.dimensions.back(), planned.shape.back()});
    }
    IndexBox whole;
    for (const std::size_t extent : planned.shape) whole.push_back({0, extent});
    planned.block = read_companion(view_, companion, whole, abort_);
    if (!names_.face_nodes.sizes.empty() && !planned.attributes.has("_FillValue")) {
      // MPAS: 0 is no cell and no vertex, and says nothing beyond the number of each cell's edges.
      planned.attributes.set(
          number_attribute("_FillValue", {static_cast<double>(table.start) - 1}, variable->type));
      if (const VariableSchema* const sizes = schema_.find(names_.face_nodes.sizes);
          sizes != nullptr && rows == MeshElement::Face) {
        Companion counts;
        counts.variable = sizes;
        counts.selections = {runs_of(subset_.kept(rows))};
        counts.dropped = {false};
        blank_beyond(*planned.block, read_companion(view_, counts, {{0, planned.shape[0]}}, abort_),
                     planned.shape[1], static_cast<double>(table.start) - 1);
      }
    }
    const auto numbers = numbers_of(subset_.kept(counted), subset_.mesh->count(counted));
    if (!renumber(*planned.block, planned.attributes, table.start, numbers)) return;
    planned.block->type = variable->type;
    planned.attributes =
        tidy_attributes(without_dangling(planned.attributes, carried_), variable->type);
    if (!planned.attributes.has("cf_role")) {
      planned.attributes.set(text_attribute("cf_role", role));
    }
    if (!planned.attributes.has("start_index")) {
      planned.attributes.set(
          number_attribute("start_index", {static_cast<double>(table.start)}, ElementType::Int32));
    }
    tables_.emplace_back(role, planned.name);
    plan_.variables.push_back(std::move(planned));
  }

  [[nodiscard]] bool is_carried(const std::string& name) const {
    return std::find(carried_.begin(), carried_.end(), name) != carried_.end();
  }

  void add_topology() {
    Attributes attributes;
    const VariableSchema* variable = schema_.find(names_.topology);
    if (variable != nullptr) {
      attributes = tidy_attributes(variable->attributes, ElementType::Int32);
    }
    // What is named must be there: tables that are not written, boundaries, and dimensions go.
    for (const char* const gone :
         {"face_edge_connectivity", "edge_face_connectivity", "boundary_node_connectivity",
          "face_node_connectivity", "edge_node_connectivity", "face_face_connectivity",
          "node_coordinates", "edge_coordinates", "face_coordinates", "face_dimension",
          "edge_dimension", "node_dimension", "coordinates", "_FillValue"}) {
      attributes.remove(gone);
    }
    attributes = without_dangling(attributes, carried_);
    attributes.set(text_attribute("cf_role", "mesh_topology"));
    attributes.set(number_attribute("topology_dimension", {2}, ElementType::Int32));
    for (const MeshElement element : {MeshElement::Node, MeshElement::Edge, MeshElement::Face}) {
      const MeshNames::Part& part = names_.part(element);
      if (is_carried(part.longitude) && is_carried(part.latitude)) {
        attributes.set(text_attribute(geometry::name_of(element) + "_coordinates",
                                      flat_name(part.longitude) + " " + flat_name(part.latitude)));
      }
    }
    for (const auto& [role, name] : tables_) {
      attributes.set(text_attribute(role, name));
      if (role == "face_node_connectivity") {
        attributes.set(text_attribute("face_dimension", flat_name(names_.face.dimension)));
      } else if (role == "edge_node_connectivity") {
        attributes.set(text_attribute("edge_dimension", flat_name(names_.edge.dimension)));
      }
    }
    PlannedVariable planned;
    planned.name = plan_.topology;
    planned.type = ElementType::Int32;
    planned.attributes = std::move(attributes);
    planned.block = RawBlock{ElementType::Int32, {}, Bytes(sizeof(std::int32_t))};
    plan_.variables.push_back(std::move(planned));
  }

  const View& view_;
  const MeshSubset& subset_;
  const HoldingSchema& schema_;
  const std::vector<std::string>& carried_;
  const AbortToken& abort_;
  const MeshNames& names_;
  MeshPlan plan_;
  std::vector<std::pair<std::string, std::string>> tables_;  // role, name
};

}  // namespace

MeshPlan plan_mesh(const View& view, const MeshSubset& subset, const HoldingSchema& schema,
                   const std::vector<std::string>& carried, const AbortToken& abort) {
  return MeshPlanner(view, subset, schema, carried, abort).run();
}

}  // namespace gyre::coverage

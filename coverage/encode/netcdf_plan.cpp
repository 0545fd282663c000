#include "coverage/encode/netcdf_plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/encode/discovery.h"
#include "coverage/encode/mesh_plan.h"
#include "coverage/source/dataset_schema.h"
#include "coverage/source/source.h"
#include "coverage/subset/stitch.h"

namespace gyre::coverage {
namespace {

/// What Source::read gives for a variable: unsigned where the file says so.
ElementType storage_of(const VariableSchema& variable) {
  const auto hint = variable.attributes.text("_Unsigned");
  if (!hint) return variable.type;
  const bool is_unsigned = *hint == "true" || *hint == "True" || *hint == "TRUE";
  const bool is_signed = *hint == "false" || *hint == "False" || *hint == "FALSE";
  switch (variable.type) {
    case ElementType::Int8:
      return is_unsigned ? ElementType::UInt8 : variable.type;
    case ElementType::Int16:
      return is_unsigned ? ElementType::UInt16 : variable.type;
    case ElementType::Int32:
      return is_unsigned ? ElementType::UInt32 : variable.type;
    case ElementType::Int64:
      return is_unsigned ? ElementType::UInt64 : variable.type;
    case ElementType::UInt8:
      return is_signed ? ElementType::Int8 : variable.type;
    default:
      return variable.type;
  }
}

double at(const RawBlock& block, std::size_t i) {
  return with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    return static_cast<double>(block.as<T>()[i]);
  });
}

/// The same values in another type.
RawBlock converted(const RawBlock& block, ElementType type) {
  RawBlock answer;
  answer.type = type;
  answer.shape = block.shape;
  const std::size_t n = block.bytes.size() / size_of(block.type);
  answer.bytes.resize(n * size_of(type));
  with_type(type, [&](auto to) {
    with_type(block.type, [&](auto from) {
      using To = decltype(to);
      using From = decltype(from);
      const auto in = block.as<From>();
      auto out = answer.as<To>();
      for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<To>(in[i]);
    });
  });
  return answer;
}

/// Coordinates are written unpacked (CF 1.11, 8.1 has them never packed).
void unpack_coordinate(PlannedVariable& planned) {
  const auto scale = planned.attributes.number("scale_factor");
  const auto offset = planned.attributes.number("add_offset");
  if (!scale && !offset) return;
  RawBlock values = converted(*planned.block, ElementType::Float64);
  for (double& value : values.as<double>()) value = value * scale.value_or(1) + offset.value_or(0);
  planned.block = std::move(values);
  planned.type = ElementType::Float64;
  for (const char* const name : {"scale_factor", "add_offset", "_FillValue", "missing_value",
                                 "valid_min", "valid_max", "valid_range"})
    planned.attributes.remove(name);
}

/// Moves the cells of a strip across the seam into its turn.
void shift_longitudes(PlannedVariable& planned, const AxisSelection& selection) {
  const bool moved = std::any_of(selection.runs.begin(), selection.runs.end(),
                                 [](const AxisRun& run) { return run.shift != 0; });
  if (!moved) return;
  if (is_integer(planned.type)) {
    planned.block = converted(*planned.block, ElementType::Int32);
    planned.type = ElementType::Int32;
  }
  const std::size_t cells = selection.size();
  const std::size_t inner = planned.cells() / std::max<std::size_t>(1, cells);
  with_type(planned.type, [&](auto zero) {
    using T = decltype(zero);
    auto values = planned.block->as<T>();
    std::size_t i = 0;
    for (const AxisRun& run : selection.runs) {
      for (std::size_t n = run.range.size() * inner; n > 0; --n, ++i)
        values[i] = static_cast<T>(static_cast<double>(values[i]) + run.shift);
    }
  });
}

/// Ranges that a coordinate states of itself are those of the cells written.
void update_ranges(PlannedVariable& planned) {
  if (!planned.block || planned.cells() == 0) return;
  double low = at(*planned.block, 0);
  double high = low;
  for (std::size_t i = 1; i < planned.cells(); ++i) {
    low = std::min(low, at(*planned.block, i));
    high = std::max(high, at(*planned.block, i));
  }
  const auto update = [&](const char* name, std::vector<double> numbers) {
    const Attribute* present = planned.attributes.find(name);
    if (present == nullptr || present->type == ElementType::String) return;
    planned.attributes.set(number_attribute(name, std::move(numbers),
                                            is_float(planned.type) ? planned.type : present->type));
  };
  update("valid_min", {low});
  update("valid_max", {high});
  update("valid_range", {low, high});
  update("actual_range", {low, high});
}

class Planner {
 public:
  Planner(const View& view, const AbortToken& abort)
      : view_(view), abort_(abort), schema_(schema_of(view.dataset())) {}

  NetcdfPlan run(const Provenance& provenance) {
    mesh_ = mesh_subset(view_);
    const std::vector<Companion> companions =
        find_companions(view_, *schema_, mesh_ ? &*mesh_ : nullptr);
    for (const Companion& companion : companions) carried_.push_back(companion.variable->name);
    for (std::size_t k = 0; k < view_.field_count(); ++k) carried_.push_back(view_.field(k).name);
    // Cell measures may lie in another file, if the holding says so (CF 1.11, 2.6.3).
    std::istringstream elsewhere(
        view_.dataset().attributes.text("external_variables").value_or(""));
    for (std::string name; elsewhere >> name;) carried_.push_back(name);
    plan_.attributes = global_attributes(view_, provenance);
    for (const ViewAxis& axis : view_.axes()) {
      if (!axis.dropped && !axis.axis->is_scalar())
        add_dimension(axis.axis->data().dimension, axis.centres.size());
    }
    if (mesh_) add_mesh();
    for (const Companion& companion : companions) add_companion(companion);
    for (std::size_t k = 0; k < view_.field_count(); ++k) add_field(k);
    plan_.schema = schema_;
    return std::move(plan_);
  }

 private:
  std::string add_dimension(const std::string& name, std::size_t size) {
    std::string flat = flat_name(name);
    const auto known = std::find_if(plan_.dimensions.begin(), plan_.dimensions.end(),
                                    [&](const DimensionSchema& d) { return d.name == flat; });
    if (known == plan_.dimensions.end()) plan_.dimensions.push_back({flat, size});
    return flat;
  }

  void add_mesh() {
    MeshPlan mesh = plan_mesh(view_, *mesh_, *schema_, carried_, abort_);
    topology_ = mesh.topology;
    for (const DimensionSchema& dimension : mesh.dimensions) {
      add_dimension(dimension.name, dimension.size);
    }
    for (PlannedVariable& planned : mesh.variables) plan_.variables.push_back(std::move(planned));
  }

  /// What says that it is on a mesh is so on the one that is written, or on none.
  void settle_mesh(Attributes& attributes) const {
    if (!attributes.has("mesh")) return;
    if (mesh_) {
      attributes.set(text_attribute("mesh", topology_));
    } else {
      attributes.remove("mesh");
      attributes.remove("location");
    }
  }

  /// Coordinates of a mesh that say nothing of themselves (MPAS) say it in what is written.
  void settle_place(PlannedVariable& planned) const {
    if (!mesh_ || mesh_->mesh->names().face_nodes.sizes.empty()) return;
    for (const geometry::MeshElement element :
         {geometry::MeshElement::Node, geometry::MeshElement::Edge, geometry::MeshElement::Face}) {
      const auto& part = mesh_->mesh->names().part(element);
      for (const auto& [name, standard_name] :
           {std::pair(part.longitude, "longitude"), std::pair(part.latitude, "latitude")}) {
        if (name.empty() || flat_name(name) != planned.name) continue;
        if (!planned.attributes.has("units")) {
          planned.attributes.set(text_attribute("units", "radian"));
        }
        if (!planned.attributes.has("standard_name")) {
          planned.attributes.set(text_attribute("standard_name", standard_name));
        }
      }
    }
  }

  void add_companion(const Companion& companion) {
    const VariableSchema& variable = *companion.variable;
    PlannedVariable planned;
    planned.name = flat_name(variable.name);
    planned.type = variable.type;
    planned.attributes =
        tidy_attributes(without_dangling(variable.attributes, carried_), variable.type);
    settle_mesh(planned.attributes);
    settle_place(planned);
    for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
      if (companion.dropped[d]) continue;
      planned.shape.push_back(companion.selections[d].size());
      planned.dimensions.push_back(add_dimension(variable.dimensions[d], planned.shape.back()));
    }
    if (variable.type == ElementType::String) {
      planned.attributes.remove("_FillValue");
      planned.strings = strings_of(companion);
    } else if (companion.axis || planned.cells() * size_of(variable.type) <= kSmallBytes) {
      IndexBox whole;
      for (const std::size_t extent : planned.shape) whole.push_back({0, extent});
      planned.block = read_companion(view_, companion, whole, abort_);
      planned.block->type = variable.type;  // the bits are the same, _Unsigned or not
      if (companion.axis) adapt_coordinate(planned, companion);
    } else {
      planned.companion = companion;
    }
    plan_.variables.push_back(std::move(planned));
  }

  void adapt_coordinate(PlannedVariable& planned, const Companion& companion) const {
    unpack_coordinate(planned);
    const std::size_t axis = *companion.axis;
    if (view_.axes()[axis].axis->data().geographic_longitude)
      shift_longitudes(planned, view_.query().axes[axis]);
    if (companion.is_coordinate) update_ranges(planned);
  }

  [[nodiscard]] std::vector<std::string> strings_of(const Companion& companion) const {
    std::vector<std::string> all = view_.dataset().source->read_strings(companion.variable->name);
    if (companion.selections.empty()) return all;
    std::vector<std::string> chosen;
    for (const AxisRun& run : companion.selections[0].runs) {
      for (std::size_t i = run.range.begin; i < run.range.end; ++i) chosen.push_back(all.at(i));
    }
    return chosen;
  }

  void add_field(std::size_t k) {
    const Field& field = view_.field(k);
    PlannedVariable planned;
    planned.name = flat_name(field.name);
    planned.type = field.declared;
    planned.field = k;
    planned.attributes =
        tidy_attributes(without_dangling(field.attributes, carried_), field.declared);
    std::string coordinates = planned.attributes.text("coordinates").value_or("");
    settle_mesh(planned.attributes);
    const std::string& container = view_.coverage().domain_set.grid_mapping_variable();
    if (!planned.attributes.has("grid_mapping") &&
        std::find(carried_.begin(), carried_.end(), container) != carried_.end()) {
      planned.attributes.set(text_attribute("grid_mapping", flat_name(container)));
    }
    if (mesh_) {
      planned.attributes.set(text_attribute("mesh", topology_));
      planned.attributes.set(text_attribute("location", geometry::name_of(mesh_->element)));
    }
    const auto list = [&](const std::string& variable) {
      if (variable.empty()) return;  // faces and edges may have no coordinates of their own
      const std::string name = flat_name(variable);
      if ((" " + coordinates + " ").find(" " + name + " ") == std::string::npos)
        coordinates += (coordinates.empty() ? "" : " ") + name;
    };
    if (const CellGeometry* const geometry = view_.coverage().domain_set.geometry()) {
      list(geometry->longitude_variable());
      list(geometry->latitude_variable());
    }
    for (const ViewAxis& axis : view_.axes()) {
      if (!axis.dropped && !axis.axis->is_scalar()) {
        planned.dimensions.push_back(flat_name(axis.axis->data().dimension));
        planned.shape.push_back(axis.centres.size());
        continue;
      }
      // A sliced axis stays as a scalar coordinate (CF 1.11, 5.7).
      const VariableSchema* variable = coordinate_of(*axis.axis, *schema_);
      if (variable != nullptr) list(variable->name);
    }
    if (!coordinates.empty()) planned.attributes.set(text_attribute("coordinates", coordinates));
    plan_.variables.push_back(std::move(planned));
  }

  const View& view_;
  const AbortToken& abort_;
  std::shared_ptr<const HoldingSchema> schema_;
  std::vector<std::string> carried_;
  std::optional<MeshSubset> mesh_;
  std::string topology_;
  NetcdfPlan plan_;
};

bool is_classic(ElementType type) {
  switch (type) {
    case ElementType::Int8:
    case ElementType::Int16:
    case ElementType::Int32:
    case ElementType::Float32:
    case ElementType::Float64:
    case ElementType::String:
      return true;
    default:
      return false;
  }
}

/// The classic type that holds every number of the list exactly, if there is one.
template <typename Numbers>
std::optional<ElementType> classic_for(const Numbers& numbers) {
  bool in_int = true;
  for (const auto number : numbers) {
    const auto wide = static_cast<long double>(number);
    in_int = in_int && wide >= std::numeric_limits<std::int32_t>::min() &&
             wide <= std::numeric_limits<std::int32_t>::max();
    if (std::abs(wide) > 9007199254740992.0L) return std::nullopt;  // 2^53
  }
  return in_int ? ElementType::Int32 : ElementType::Float64;
}

bool classic_attributes(Attributes& attributes, ElementType variable_type) {
  std::vector<Attribute> changed;
  for (const Attribute& attribute : attributes) {
    if (is_classic(attribute.type)) continue;
    const std::vector<double> numbers = attributes.numbers(attribute.name);
    auto type = classic_for(numbers);
    if (attribute.name == "_FillValue") type = variable_type;
    if (!type) return false;
    changed.push_back(number_attribute(attribute.name, numbers, *type));
  }
  for (Attribute& attribute : changed) attributes.set(std::move(attribute));
  return true;
}

bool classic_block(PlannedVariable& planned) {
  if (is_classic(planned.type)) return true;
  const auto type = with_type(planned.type, [&](auto zero) {
    using T = decltype(zero);
    return classic_for(planned.block->as<T>());
  });
  if (!type) return false;
  planned.block = converted(*planned.block, *type);
  planned.type = *type;
  return true;
}

}  // namespace

Attributes tidy_attributes(const Attributes& attributes, ElementType type) {
  Attributes kept;
  for (Attribute attribute : attributes) {
    if (is_bookkeeping(attribute.name)) continue;
    if (attribute.name == "_FillValue" && attribute.type != type) {
      const auto number = attributes.number("_FillValue");
      if (!number || type == ElementType::String) continue;
      const bool fits = is_float(type) || with_type(type, [&](auto zero) {
                          using T = decltype(zero);
                          return *number >= static_cast<double>(std::numeric_limits<T>::lowest()) &&
                                 *number <= static_cast<double>(std::numeric_limits<T>::max()) &&
                                 *number == std::floor(*number);
                        });
      if (!fits) continue;
      attribute = number_attribute("_FillValue", {*number}, type);
    }
    kept.set(std::move(attribute));
  }
  return kept;
}

RawBlock read_companion(const View& view, const Companion& companion, const IndexBox& kept_box,
                        const AbortToken& abort) {
  std::vector<const AxisSelection*> selections;
  IndexBox box;
  std::size_t kept = 0;
  for (std::size_t d = 0; d < companion.selections.size(); ++d) {
    selections.push_back(&companion.selections[d]);
    box.push_back(companion.dropped[d] ? IndexRange{0, 1} : kept_box[kept++]);
  }
  RawBlock block = read_stitched(*view.dataset().source, companion.variable->name,
                                 storage_of(*companion.variable), selections, box, abort);
  block.shape.clear();
  for (const IndexRange& range : kept_box) block.shape.push_back(range.size());
  return block;
}

void check_names(const View& view) {
  std::set<std::string> names;
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    if (!names.insert(flat_name(view.field(k).name)).second) {
      throw Error(ErrorKind::EncodingRefused, "FORMAT",
                  fmt::format("Two fields would both be called '{}' in a file without groups: ask "
                              "for one of them by RANGESUBSET.",
                              flat_name(view.field(k).name)));
    }
  }
}

NetcdfPlan plan_netcdf(const View& view, const Provenance& provenance, const AbortToken& abort) {
  return Planner(view, abort).run(provenance);
}

bool make_classic(NetcdfPlan& plan, const View& view) {
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    if (!is_classic(view.field(k).declared)) return false;
  }
  NetcdfPlan changed = plan;
  for (PlannedVariable& planned : changed.variables) {
    if (planned.companion && !is_classic(planned.type)) return false;
    if (planned.block && !classic_block(planned)) return false;
    if (!classic_attributes(planned.attributes, planned.type)) return false;
  }
  if (!classic_attributes(changed.attributes, ElementType::Float64)) return false;
  plan = std::move(changed);
  return true;
}

}  // namespace gyre::coverage

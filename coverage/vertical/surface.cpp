#include "coverage/vertical/surface.h"

#include <algorithm>
#include <array>

#include "coverage/cf/packing.h"
#include "coverage/cf/room_for_missing.h"
#include "coverage/source/dataset_schema.h"
#include "coverage/vertical/surface_source.h"

namespace gyre::coverage {
namespace {

constexpr double kFill = 9.9692099683868690e+36;  // netCDF's own, of floats of both sizes

/// What says how stored values are read, or bounds them.
constexpr std::array kOfStorage{"_FillValue",  "missing_value", "scale_factor",
                                "add_offset",  "valid_min",     "valid_max",
                                "valid_range", "actual_range",  "_Unsigned"};

/// The interpolated field as a file would declare it.
VariableSchema interpolated(VariableSchema variable, const Field& field) {
  const ElementType type = field.packing.packed ? field.packing.unpacked : field.storage;
  const bool wide = type == ElementType::Float64 || (is_integer(type) && size_of(type) >= 4);
  variable.type = wide ? ElementType::Float64 : ElementType::Float32;
  for (const char* name : kOfStorage) variable.attributes.remove(name);
  // As the attribute's type holds it, so that it equals what is stored.
  const double fill = wide ? kFill : static_cast<double>(static_cast<float>(kFill));
  variable.attributes.set({"_FillValue", variable.type, std::vector<double>{fill}});
  return variable;
}

/// Categories keep their type; bytes all of which may mean something become two.
VariableSchema categories(VariableSchema variable, const Field& field) {
  cf::RoomForMissing room = cf::with_room_for_missing(field);
  variable.type = room.field.declared;
  variable.attributes = std::move(room.field.attributes);
  return variable;
}

VariableSchema scalar_coordinate(const VerticalTransform& transform, const std::string& name) {
  VariableSchema variable;
  variable.name = name;
  variable.type = ElementType::Float64;
  const auto text = [&](const char* attribute, const std::string& value) {
    variable.attributes.set({attribute, ElementType::String, value});
  };
  text("standard_name", transform.standard_name);
  text("units", transform.uom());
  text("positive", transform.is_pressure() ? "down" : "up");
  text("axis", "Z");
  return variable;
}

struct Derived {
  HoldingSchema schema;
  std::vector<Field> fields;
  std::string name;  // of the scalar coordinate
};

Derived derive(const HoldingSchema& original, const Coverage& coverage) {
  const VerticalTransform& transform = *coverage.vertical;
  const std::string& levels = coverage.domain_set.axes()[transform.axis].data().dimension;
  Derived derived;
  derived.schema = original;
  derived.schema.variables.clear();
  std::erase_if(derived.schema.dimensions,
                [&](const DimensionSchema& dimension) { return dimension.name == levels; });
  for (const VariableSchema& variable : original.variables) {
    const auto dimension =
        std::find(variable.dimensions.begin(), variable.dimensions.end(), levels);
    if (dimension == variable.dimensions.end()) {
      derived.schema.variables.push_back(variable);
      continue;
    }
    const auto field = std::find_if(coverage.fields.begin(), coverage.fields.end(),
                                    [&](const Field& one) { return one.name == variable.name; });
    if (field == coverage.fields.end()) continue;  // says something of levels that are gone
    VariableSchema changed =
        field->flags.empty() ? interpolated(variable, *field) : categories(variable, *field);
    const auto at = dimension - variable.dimensions.begin();
    changed.dimensions.erase(changed.dimensions.begin() + at);
    changed.shape.erase(changed.shape.begin() + at);
    if (!changed.chunk_shape.empty()) changed.chunk_shape.erase(changed.chunk_shape.begin() + at);
    derived.schema.variables.push_back(std::move(changed));
  }
  for (const Field& field : coverage.fields) {
    std::vector<std::string> ignored;
    derived.fields.push_back(field_of(*derived.schema.find(field.name), ignored));
  }
  derived.name = transform.standard_name;
  while (original.find(derived.name) != nullptr) derived.name += "_of_surface";
  derived.schema.variables.push_back(scalar_coordinate(transform, derived.name));
  return derived;
}

std::vector<Axis> axes_at(const Coverage& coverage, double value, const std::string& name) {
  const VerticalTransform& transform = *coverage.vertical;
  std::vector<Axis> axes;
  bool taken = false, vertical = false;
  for (std::size_t a = 0; a < coverage.domain_set.axes().size(); ++a) {
    if (a == transform.axis) continue;
    axes.push_back(coverage.domain_set.axes()[a]);
    taken = taken || axes.back().label() == transform.standard_name;
    vertical = vertical || axes.back().role() == AxisRole::Vertical;
  }
  AxisData data;
  data.label = taken ? name + "_of_surface" : transform.standard_name;
  data.variable = name;
  data.role = vertical ? AxisRole::Other : AxisRole::Vertical;
  data.uom = transform.uom();
  data.standard_name = transform.standard_name;
  data.centres = {value};
  data.positive_down = transform.is_pressure();
  axes.emplace_back(std::move(data));
  return axes;
}

}  // namespace

bool has_surfaces(const Coverage& coverage) {
  return coverage.vertical && coverage.vertical->extent &&
         coverage.domain_set.axes()[coverage.vertical->axis].size() > 1;
}

std::shared_ptr<const Dataset> at_surface(const std::shared_ptr<const Dataset>& dataset,
                                          const Coverage& coverage, double value,
                                          const AbortToken& abort) {
  const auto original = schema_of(*dataset);
  Derived derived = derive(*original, coverage);
  auto at = without_coverages(*dataset);
  const DomainSet& domain_set = coverage.domain_set;
  at->coverages.push_back(
      {coverage.id,
       DomainSet(axes_at(coverage, value, derived.name), domain_set.crs(),
                 domain_set.grid_mapping_variable(), domain_set.shared_geometry()),
       derived.fields, coverage.colour_ranges, nullptr, nullptr, coverage.vectors});
  at->schema = std::make_shared<const HoldingSchema>(std::move(derived.schema));
  at->source = std::make_shared<SurfaceSource>(SurfaceSource::Data{
      dataset, &coverage, value, original, derived.name, derived.fields, at->schema, abort});
  return at;
}

}  // namespace gyre::coverage

#include "coverage/encode/discovery.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/geometry/mesh.h"
#include "coverage/metadata/description.h"

namespace gyre::coverage {
namespace {

constexpr std::array<std::string_view, 10> kBookkeeping{
    "_NCProperties",  "_Netcdf4Dimid",  "_Netcdf4Coordinates", "_nc3_strict",      "CLASS",
    "REFERENCE_LIST", "DIMENSION_LIST", "_ARRAY_DIMENSIONS",   "_CoordSysBuilder", "NAME"};

/// The same fact under the names that producers use.
struct Aliases {
  std::string_view acdd;
  std::array<std::string_view, 2> others;
};
constexpr std::array<Aliases, 4> kEdges{
    {{"geospatial_lon_min", {"westernmost_longitude", "longitude_min"}},
     {"geospatial_lat_min", {"southernmost_latitude", "latitude_min"}},
     {"geospatial_lon_max", {"easternmost_longitude", "longitude_max"}},
     {"geospatial_lat_max", {"northernmost_latitude", "latitude_max"}}}};

/// The decimals that a float32 stands for.
double plain(const Axis& axis, double value) {
  if (axis.data().type != ElementType::Float32) return value;
  return std::stod(fmt::format("{}", static_cast<float>(value)));
}

std::pair<double, double> range_of(const ViewAxis& view) {
  const auto [low, high] = std::minmax_element(view.centres.begin(), view.centres.end());
  return {plain(*view.axis, *low), plain(*view.axis, *high)};
}

/// Replaces a number in the type it has, else adds a double.
void set_number(Attributes& attributes, std::string_view name, double value) {
  const Attribute* present = attributes.find(name);
  const bool narrow = present != nullptr && present->type == ElementType::Float32;
  attributes.set(number_attribute(std::string(name), {value},
                                  narrow ? ElementType::Float32 : ElementType::Float64));
}

/// The box of the cells' centres; all round where they lie on both sides of the seam of longitudes
/// as the holding counts them.
std::optional<Envelope> box_of_cells(const CellGeometry& geometry, const ViewAxis& x,
                                     const ViewAxis& y) {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  Envelope box{kFar, kFar, -kFar, -kFar};
  const std::vector<std::size_t> one_row{0};
  for (const std::size_t row : geometry.on_one_axis() ? one_row : y.source) {
    for (const std::size_t column : x.source) {
      const std::size_t cell = row * geometry.columns() + column;
      const double longitude = geometry.longitude(cell);
      const double latitude = geometry.latitude(cell);
      if (!std::isfinite(longitude) || !std::isfinite(latitude)) continue;
      box.min_x = std::min(box.min_x, longitude);
      box.max_x = std::max(box.max_x, longitude);
      box.min_y = std::min(box.min_y, latitude);
      box.max_y = std::max(box.max_y, latitude);
    }
  }
  if (!(box.min_x <= box.max_x)) return std::nullopt;
  return box;
}

/// Longitudes and latitudes of the view's cells: their centres on geographic grids, in the turn
/// of the answer; else the box that holds them all.
std::optional<Envelope> geographic_box(const View& view) {
  const DomainSet& domain_set = view.coverage().domain_set;
  const ViewAxis& x = view.axes()[domain_set.x()];
  const ViewAxis& y = view.axes()[domain_set.y()];
  if (domain_set.geometry() != nullptr) return box_of_cells(*domain_set.geometry(), x, y);
  if (x.axis->data().geographic_longitude && y.axis->data().geographic_latitude) {
    const auto [west, east] = range_of(x);
    const auto [south, north] = range_of(y);
    return Envelope{west, south, east, north};
  }
  try {
    std::vector<Axis> axes;
    for (const ViewAxis* part : {&x, &y}) {
      AxisData data = part->axis->data();
      data.centres = part->centres;
      data.bounds = part->bounds;
      axes.emplace_back(std::move(data));
    }
    return geographic_envelope(DomainSet(std::move(axes), domain_set.crs(), ""));
  } catch (const Error&) {
    return std::nullopt;  // no geographic place: the attributes are optional
  }
}

void set_place(Attributes& attributes, const View& view) {
  const std::optional<Envelope> box = geographic_box(view);
  const std::array<double, 4> edges =
      box ? std::array<double, 4>{box->min_x, box->min_y, box->max_x, box->max_y}
          : std::array<double, 4>{};
  for (std::size_t i = 0; i < kEdges.size(); ++i) {
    if (box) {
      set_number(attributes, kEdges[i].acdd, edges[i]);
    } else {
      attributes.remove(kEdges[i].acdd);
    }
    for (const std::string_view other : kEdges[i].others) {
      if (!attributes.has(other)) continue;
      if (box) {
        set_number(attributes, other, edges[i]);
      } else {
        attributes.remove(other);
      }
    }
  }
  for (const char* const stale :
       {"geospatial_bounds", "geospatial_bounds_crs", "geospatial_bounds_vertical_crs",
        "geospatial_vertical_min", "geospatial_vertical_max"})
    attributes.remove(stale);
  const auto vertical = view.coverage().domain_set.vertical();
  if (!vertical) return;
  const ViewAxis& z = view.axes()[*vertical];
  const auto [low, high] = range_of(z);
  set_number(attributes, "geospatial_vertical_min", low);
  set_number(attributes, "geospatial_vertical_max", high);
  attributes.set(
      text_attribute("geospatial_vertical_positive", z.axis->data().positive_down ? "down" : "up"));
  if (!z.axis->uom().empty())
    attributes.set(text_attribute("geospatial_vertical_units", z.axis->uom()));
}

void set_time(Attributes& attributes, const View& view) {
  attributes.remove("time_coverage_duration");
  const auto time = view.coverage().domain_set.time();
  if (!time || !view.axes()[*time].axis->is_time()) return;
  const ViewAxis& axis = view.axes()[*time];
  const Instants& instants = axis.axis->data().instants;
  TimeInstant first = instants[axis.source.front()];
  TimeInstant last = instants[axis.source.back()];
  if (last < first) std::swap(first, last);
  attributes.set(text_attribute("time_coverage_start", first.iso8601()));
  attributes.set(text_attribute("time_coverage_end", last.iso8601()));
}

/// At least CF-1.6, for the scalar coordinates and attributes written here, and ACDD-1.3.
std::string conventions(const Attributes& attributes, bool on_mesh) {
  std::string text = attributes.text("Conventions").value_or("");
  const auto cf = text.find("CF-1.");
  if (cf == std::string::npos) {
    text = text.empty() ? "CF-1.6" : "CF-1.6 " + text;
  } else {
    std::size_t end = cf + 5;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (std::atoi(text.substr(cf + 5, end - cf - 5).c_str()) < 6)
      text.replace(cf, end - cf, "CF-1.6");
  }
  const std::string between = text.find(',') != std::string::npos ? ", " : " ";
  if (on_mesh && text.find("UGRID") == std::string::npos) text += between + "UGRID-1.0";
  if (text.find("ACDD") == std::string::npos) text += between + "ACDD-1.3";
  return text;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

void set_words(Attributes& attributes, const View& view, const Provenance& provenance) {
  if (!attributes.text("id")) attributes.set(text_attribute("id", view.dataset().id));
  if (view.dataset().description) {
    const Description& description = *view.dataset().description;
    const auto& titles = description.title.texts();
    if (!attributes.text("title") && !titles.empty())
      attributes.set(text_attribute("title", titles.begin()->second));
    if (!attributes.text("license") && !description.licence.empty())
      attributes.set(text_attribute("license", description.licence));
  }
  const std::string line = fmt::format(
      "{} {}: {}", TimeInstant(Calendar::ProlepticGregorian, provenance.now_us).iso8601(),
      provenance.service, one_line(provenance.request));
  const std::string before = attributes.text("history").value_or("");
  attributes.set(text_attribute("history", before.empty() ? line : before + "\n" + line));
}

}  // namespace

bool is_bookkeeping(std::string_view attribute) {
  return std::find(kBookkeeping.begin(), kBookkeeping.end(), attribute) != kBookkeeping.end() ||
         attribute.starts_with("DODS") || attribute.find('/') != std::string_view::npos;
}

Attribute number_attribute(std::string name, std::vector<double> numbers, ElementType type) {
  if (is_float(type)) return {std::move(name), type, std::move(numbers)};
  if (type == ElementType::UInt64) {
    std::vector<std::uint64_t> whole;
    for (const double number : numbers) whole.push_back(static_cast<std::uint64_t>(number));
    return {std::move(name), type, std::move(whole)};
  }
  std::vector<std::int64_t> whole;
  for (const double number : numbers) whole.push_back(static_cast<std::int64_t>(number));
  return {std::move(name), type, std::move(whole)};
}

Attribute text_attribute(std::string name, std::string text) {
  return {std::move(name), ElementType::String, std::move(text)};
}

Attributes global_attributes(const View& view, const Provenance& provenance) {
  Attributes attributes;
  for (const Attribute& attribute : view.dataset().attributes) {
    if (!is_bookkeeping(attribute.name)) attributes.set(attribute);
  }
  const auto* const cells = geometry::mesh_cells(view.coverage().domain_set.geometry());
  const bool on_mesh = cells != nullptr && cells->mesh().names().has_tables();
  attributes.set(text_attribute("Conventions", conventions(attributes, on_mesh)));
  set_place(attributes, view);
  set_time(attributes, view);
  set_words(attributes, view, provenance);
  return attributes;
}

}  // namespace gyre::coverage

#include "services/wcs/gml_writer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "coverage/derive/quality.h"
#include "services/wcs/asked_forecasts.h"
#include "services/wcs/asked_surface.h"
#include "services/wcs/names.h"

namespace gyre::wcs {
namespace {

using coverage::Field;
using coverage::ViewAxis;
using ows::XmlWriter;

template <typename Range, typename Text>
std::string joined(const Range& range, Text&& text) {
  std::string out;
  for (const auto& item : range) {
    if (!out.empty()) out += ' ';
    out += text(item);
  }
  return out;
}

/// Puts in what `write` writes as a piece of its own, so that its white space does not depend on
/// where it stands: OGC's suite compares descriptions and answers node by node, blanks included.
template <typename Write>
void write_apart(XmlWriter& xml, Write&& write) {
  XmlWriter piece(XmlWriter::Kind::Fragment);
  write(piece);
  xml.raw(piece.take());
}

/// The displacement of one step along `axis` in CRS axis order.
std::string offset_vector(const Grid& grid, const GridAxis& axis) {
  std::string vector;
  for (std::size_t i = 0; i < grid.crs_axes.size(); ++i) {
    if (i > 0) vector += ' ';
    vector += i == axis.crs_axis ? axis.offset : "0";
  }
  return vector;
}

std::string origin_of(const Grid& grid) {
  return joined(grid.crs_axes, [](const CrsAxis& axis) { return axis.origin; });
}

void write_origin(XmlWriter& xml, const Grid& grid, const std::string& id) {
  xml.start("gml:Point");
  xml.attribute("gml:id", id + "-origin");
  xml.attribute("srsName", grid.srs_name);
  xml.element("gml:pos", origin_of(grid));
  xml.end();
}

void write_limits(XmlWriter& xml, const Grid& grid) {
  xml.start("gml:limits");
  xml.start("gml:GridEnvelope");
  xml.element("gml:low", joined(grid.grid_axes, [](const GridAxis&) { return "0"; }));
  xml.element("gml:high", joined(grid.grid_axes, [](const GridAxis& axis) {
                return fmt::format("{}", axis.cells - 1);
              }));
  xml.end();
  xml.end();
  xml.element("gml:axisLabels",
              joined(grid.grid_axes, [](const GridAxis& axis) { return axis.label; }));
}

void write_general_axis(XmlWriter& xml, const Grid& grid, const GridAxis& axis) {
  xml.start("gmlrgrid:generalGridAxis");
  xml.start("gmlrgrid:GeneralGridAxis");
  xml.element("gmlrgrid:offsetVector", offset_vector(grid, axis));
  xml.element("gmlrgrid:coefficients",
              joined(axis.coefficients, [](const std::string& text) { return text; }));
  xml.element("gmlrgrid:gridAxesSpanned", axis.label);
  xml.start("gmlrgrid:sequenceRule");
  xml.attribute("axisOrder", "+1");
  xml.text("Linear");
  xml.end();
  xml.end();
  xml.end();
}

/// A coordinate that varies over several axes of the grid.
void write_plane_coordinate(XmlWriter& xml, const Grid& grid, const PlaneCoordinate& coordinate) {
  GridAxis step;
  step.crs_axis = coordinate.crs_axis;
  step.offset = "1";
  const auto same = [](const std::string& text) { return text; };
  std::string order = "+1";
  for (std::size_t i = 2; i <= coordinate.spanned.size(); ++i) order += fmt::format(" +{}", i);
  xml.start("gmlrgrid:generalGridAxis");
  xml.start("gmlrgrid:GeneralGridAxis");
  xml.element("gmlrgrid:offsetVector", offset_vector(grid, step));
  xml.element("gmlrgrid:coefficients", joined(coordinate.coefficients, same));
  xml.element("gmlrgrid:gridAxesSpanned", joined(coordinate.spanned, same));
  xml.start("gmlrgrid:sequenceRule");
  xml.attribute("axisOrder", order);
  xml.text("Linear");
  xml.end();
  xml.end();
  xml.end();
}

/// Grid axes that no coordinate of the plane spans have a general grid axis each.
bool on_plane(const Grid& grid, const GridAxis& axis) {
  return std::any_of(grid.plane.begin(), grid.plane.end(), [&](const PlaneCoordinate& one) {
    return std::find(one.spanned.begin(), one.spanned.end(), axis.label) != one.spanned.end();
  });
}

std::string scalar_text(const Field& field, const coverage::Scalar& scalar) {
  return std::visit(
      [&](auto value) -> std::string {
        if constexpr (std::is_same_v<decltype(value), double>) {
          if (std::isnan(value)) return "NaN";
          if (std::isinf(value)) return value < 0 ? "-INF" : "INF";
          if (field.storage == coverage::ElementType::Float32) {
            return fmt::format("{}", static_cast<float>(value));
          }
        }
        return fmt::format("{}", value);
      },
      scalar);
}

std::string number_text(double value) { return fmt::format("{}", value == 0 ? 0.0 : value); }

/// A packing constant as its attribute says it: 0.001 of a float32, not 0.0010000000474974513.
std::string constant_text(double value) {
  const auto single = static_cast<float>(value);
  return static_cast<double>(single) == value ? fmt::format("{}", single) : number_text(value);
}

/// What the stored numbers mean, in words: clients that get them raw (GeoTIFF, NetCDF) need it.
/// No '=': GDAL cuts texts there.
std::string description_of(const Field& field) {
  std::string text = field.long_name;
  const auto add = [&](const std::string& sentence) {
    if (!text.empty()) text += text.back() == '.' ? " " : ". ";
    text += sentence;
  };
  if (field.packing.packed) {
    add(fmt::format("Stored as {}: times {}, plus {}", name_of(field.storage),
                    constant_text(field.packing.scale), constant_text(field.packing.offset)));
  }
  std::string flags;
  for (const coverage::Flag& flag : field.flags) {
    if (!flags.empty()) flags += ", ";
    if (flag.mask) flags += fmt::format("bits {}", *flag.mask);
    if (flag.value) flags += fmt::format("{}{}", flag.mask ? " equal to " : "", *flag.value);
    flags += ": " + flag.meaning;
  }
  if (!flags.empty()) add("Flags: " + flags);
  return text;
}

void write_nil_values(XmlWriter& xml, const Field& field) {
  if (field.missing.fills.empty()) return;
  xml.start("swe:nilValues");
  xml.start("swe:NilValues");
  for (const coverage::Scalar& fill : field.missing.fills) {
    xml.start("swe:nilValue");
    xml.attribute("reason", "http://www.opengis.net/def/nil/OGC/0/missing");
    xml.text(scalar_text(field, fill));
    xml.end();
  }
  xml.end();
  xml.end();
}

void write_field(XmlWriter& xml, const Field& field, const std::string& name,
                 const std::string& label) {
  xml.start("swe:field");
  xml.attribute("name", name);
  xml.start("swe:Quantity");
  if (!field.standard_name.empty()) {
    const std::string standard_name = field.standard_name.substr(0, field.standard_name.find(' '));
    xml.attribute("definition", "http://vocab.nerc.ac.uk/standard_name/" + standard_name + "/");
  }
  if (!label.empty()) xml.element("swe:label", label);
  if (const std::string text = description_of(field); !text.empty()) {
    xml.element("swe:description", text);
  }
  write_nil_values(xml, field);
  xml.start("swe:uom");
  xml.attribute("code", ucum_from(field.units));
  xml.end();
  if (const auto range = coverage::valid_range(field)) {
    xml.start("swe:constraint");
    xml.start("swe:AllowedValues");
    xml.element("swe:interval", number_text(range->first) + " " + number_text(range->second));
    xml.end();
    xml.end();
  }
  xml.end();
  xml.end();
}

void bounded_by(XmlWriter& xml, const Grid& grid) {
  xml.start("gml:boundedBy");
  xml.start("gml:Envelope");
  xml.attribute("srsName", grid.srs_name);
  xml.attribute("axisLabels",
                joined(grid.crs_axes, [](const CrsAxis& axis) { return axis.label; }));
  xml.attribute("uomLabels", joined(grid.crs_axes, [](const CrsAxis& axis) { return axis.uom; }));
  xml.attribute("srsDimension", fmt::format("{}", grid.crs_axes.size()));
  xml.element("gml:lowerCorner",
              joined(grid.crs_axes, [](const CrsAxis& axis) { return axis.low; }));
  xml.element("gml:upperCorner",
              joined(grid.crs_axes, [](const CrsAxis& axis) { return axis.high; }));
  xml.end();
  xml.end();
}

/// A grid whose coordinates are too many to list: where they are found.
void domain_set_by_transformation(XmlWriter& xml, const Grid& grid, const std::string& id) {
  xml.start("gml:domainSet");
  xml.start("gmlrgrid:ReferenceableGridByTransformation");
  xml.attribute("gml:id", id + "-grid");
  xml.attribute("dimension", fmt::format("{}", grid.grid_axes.size()));
  xml.attribute("srsName", grid.srs_name);
  write_limits(xml, grid);
  xml.start("gmlrgrid:transformation");
  xml.attribute("xlink:href", grid.plane_address);
  xml.attribute("xlink:title", "Coordinates of the grid points, as variables of this file");
  xml.end();
  xml.end();
  xml.end();
}

void domain_set(XmlWriter& xml, const Grid& grid, const std::string& id) {
  if (!grid.plane_address.empty()) return domain_set_by_transformation(xml, grid, id);
  const bool rectified = grid.kind == GridKind::Rectified;
  xml.start("gml:domainSet");
  xml.start(rectified ? "gml:RectifiedGrid" : "gmlrgrid:ReferenceableGridByVectors");
  xml.attribute("gml:id", id + "-grid");
  xml.attribute("dimension", fmt::format("{}", grid.grid_axes.size()));
  xml.attribute("srsName", grid.srs_name);
  write_limits(xml, grid);
  xml.start(rectified ? "gml:origin" : "gmlrgrid:origin");
  write_origin(xml, grid, id);
  xml.end();
  for (const PlaneCoordinate& coordinate : grid.plane) {
    write_plane_coordinate(xml, grid, coordinate);
  }
  for (const GridAxis& axis : grid.grid_axes) {
    if (on_plane(grid, axis)) continue;
    if (!rectified) {
      write_general_axis(xml, grid, axis);
      continue;
    }
    xml.start("gml:offsetVector");
    xml.attribute("srsName", grid.srs_name);
    xml.text(offset_vector(grid, axis));
    xml.end();
  }
  xml.end();
  xml.end();
}

void range_type(XmlWriter& xml, const coverage::Coverage& coverage,
                const std::vector<std::size_t>& fields, const coverage::Description* description,
                std::string_view language) {
  const std::vector<std::string> names = field_names(coverage);
  xml.start("gmlcov:rangeType");
  xml.start("swe:DataRecord");
  for (const std::size_t i : fields) {
    const Field& field = coverage.fields[i];
    std::string label = field.long_name;
    if (description != nullptr) {
      const auto found = description->fields.find(field.name);
      if (found != description->fields.end()) label = found->second.title.in(language);
    }
    write_field(xml, field, names[i], label);
  }
  xml.end();
  xml.end();
}

}  // namespace

void write_namespaces(XmlWriter& xml) {
  xml.attribute("xmlns:wcs", "http://www.opengis.net/wcs/2.0");
  xml.attribute("xmlns:gml", "http://www.opengis.net/gml/3.2");
  xml.attribute("xmlns:gmlcov", "http://www.opengis.net/gmlcov/1.0");
  xml.attribute("xmlns:gmlrgrid", "http://www.opengis.net/gml/3.3/rgrid");
  xml.attribute("xmlns:swe", "http://www.opengis.net/swe/2.0");
  xml.attribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
  xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  xml.attribute("xsi:schemaLocation",
                "http://www.opengis.net/wcs/2.0 http://schemas.opengis.net/wcs/2.0/wcsAll.xsd "
                "http://www.opengis.net/gmlcov/1.0 "
                "http://schemas.opengis.net/gmlcov/1.0/gmlcovAll.xsd "
                "http://www.opengis.net/gml/3.3/rgrid "
                "http://schemas.opengis.net/gml/3.3/referenceableGrid.xsd");
}

void write_bounded_by(XmlWriter& xml, const Grid& grid) {
  write_apart(xml, [&](XmlWriter& piece) { bounded_by(piece, grid); });
}

void write_domain_set(XmlWriter& xml, const Grid& grid, const std::string& id) {
  write_apart(xml, [&](XmlWriter& piece) { domain_set(piece, grid, id); });
}

void write_range_type(XmlWriter& xml, const coverage::Coverage& coverage,
                      const std::vector<std::size_t>& fields,
                      const coverage::Description* description, std::string_view language) {
  write_apart(
      xml, [&](XmlWriter& piece) { range_type(piece, coverage, fields, description, language); });
}

void write_coverage_function(XmlWriter& xml, const Grid& grid) {
  std::string order;
  for (std::size_t i = 1; i <= grid.grid_axes.size(); ++i) {
    order += fmt::format("{}+{}", i > 1 ? " " : "", i);
  }
  xml.start("gml:coverageFunction");
  xml.start("gml:GridFunction");
  xml.start("gml:sequenceRule");
  xml.attribute("axisOrder", order);
  xml.text("Linear");
  xml.end();
  xml.element("gml:startPoint", joined(grid.grid_axes, [](const GridAxis&) { return "0"; }));
  xml.end();
  xml.end();
}

namespace {

/// Dates and names of axes, which stand as numbers elsewhere.
void write_positions(XmlWriter& xml, const std::string& label, const ViewAxis& axis) {
  const coverage::AxisData& data = axis.axis->data();
  if (data.instants.empty() && data.names.empty()) return;
  // A comfort beside the coefficients: not where it would be most of the document.
  constexpr std::size_t kMostDates = 100'000;
  if (data.names.empty() && axis.source.size() > kMostDates) return;
  xml.start("axisPositions");
  xml.attribute("xmlns", "urn:gyre:axis-positions:1");
  xml.attribute("axis", label);
  for (const std::size_t cell : axis.source) {
    xml.element("position",
                data.instants.empty() ? data.names[cell] : data.instants[cell].iso8601());
  }
  xml.end();
}

/// What may be asked for in SUBSET like an axis, and is computed: heights or pressures of levels,
/// valid times of several runs.
void write_computed_axes(XmlWriter& xml, const coverage::Coverage& coverage) {
  const auto start = [&](const std::string& label) {
    xml.start("computedAxis");
    xml.attribute("xmlns", "urn:gyre:computed-axes:1");
    xml.attribute("axis", label);
  };
  if (coverage.forecasts) {
    start(forecast_time_label(coverage));
    for (const coverage::Forecast& forecast : *coverage.forecasts->best) {
      xml.element("position", forecast.valid.iso8601());
    }
    xml.end();
  }
  if (const auto label = surface_label(coverage)) {
    start(*label);
    xml.attribute("uom", coverage.vertical->uom());
    xml.element("low", fmt::format("{}", coverage.vertical->extent->first));
    xml.element("high", fmt::format("{}", coverage.vertical->extent->second));
    xml.end();
  }
}

/// Which meanings QC takes for a field.
void write_quality(XmlWriter& xml, const coverage::Dataset& dataset, const Field& field,
                   const std::string& name) {
  for (const coverage::QualityFlags& quality : coverage::quality_flags(dataset, field)) {
    xml.start("qualityFlags");
    xml.attribute("xmlns", "urn:gyre:quality-flags:1");
    xml.attribute("field", name).attribute("variable", quality.flags.name);
    for (const coverage::Flag& flag : quality.flags.flags) xml.element("meaning", flag.meaning);
    xml.end();
  }
}

}  // namespace

void write_metadata(XmlWriter& xml, const coverage::Dataset& dataset,
                    const coverage::Coverage& coverage, const std::vector<ViewAxis>& axes,
                    const std::vector<std::size_t>& fields) {
  const std::vector<std::string> labels = axis_labels(coverage.domain_set);
  XmlWriter extension(XmlWriter::Kind::Fragment);
  for (std::size_t i = 0; i < axes.size(); ++i) write_positions(extension, labels[i], axes[i]);
  write_computed_axes(extension, coverage);
  const std::vector<std::string> names = field_names(coverage);
  for (const std::size_t k : fields) {
    write_quality(extension, dataset, coverage.fields[k], names[k]);
  }
  const std::string text = extension.take();
  if (text.empty()) return;
  xml.start("gmlcov:metadata").start("gmlcov:Extension");
  xml.raw(text);
  xml.end().end();
}

std::string nil_text(const Field& field) {
  if (field.packing.packed || field.missing.fills.empty()) return "NaN";
  return scalar_text(field, field.missing.fills.front());
}

}  // namespace gyre::wcs

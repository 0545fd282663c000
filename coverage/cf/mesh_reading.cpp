#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/mesh.h"
#include "coverage/geometry/cell_polygon.h"
#include "coverage/geometry/geometry_store.h"
#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage::cf {
namespace {

using geometry::MeshData;
using geometry::MeshElement;

/// A table of indices with more columns is the other way round.
constexpr std::size_t kMostColumns = geometry::Mesh::kMostCorners;

[[noreturn]] void refuse(const VariableSchema& variable, const std::string& why) {
  throw Error(ErrorKind::UnsupportedHolding, variable.name, why);
}

/// Which of a table's two dimensions counts its rows; the other runs along one row.
struct Rows {
  const VariableSchema* table;
  std::size_t dimension;  ///< 0 or 1
  [[nodiscard]] std::size_t count() const { return table->shape[dimension]; }
  [[nodiscard]] std::size_t columns() const { return table->shape[1 - dimension]; }
};

std::string counted_as(std::int64_t start, std::size_t count) {
  return fmt::format("{} to {}", start, start + static_cast<std::int64_t>(count) - 1);
}

/// `use(row, index from 0)` for each entry that is not fill.
/// @param sizes entries that count in each row; empty: all
template <typename Use>
void each_index(const Rows& rows, std::int64_t start, std::size_t limit, const char* what,
                const std::vector<double>& values, const std::vector<double>& sizes, Use&& use) {
  for (std::size_t row = 0; row < rows.count(); ++row) {
    const bool all = sizes.empty() || !(sizes[row] < static_cast<double>(rows.columns()));
    const std::size_t columns = all              ? rows.columns()
                                : sizes[row] > 0 ? static_cast<std::size_t>(sizes[row])
                                                 : 0;
    for (std::size_t k = 0; k < columns; ++k) {
      const double value =
          rows.dimension == 0 ? values[row * rows.columns() + k] : values[k * rows.count() + row];
      if (std::isnan(value)) continue;
      const double index = value - static_cast<double>(start);
      if (!(index >= 0 && index < static_cast<double>(limit)) || index != std::floor(index)) {
        refuse(*rows.table,
               fmt::format("its mesh's table '{}' has index {} at {} {}, and nodes are counted {}: "
                           "see its start_index and _FillValue",
                           rows.table->name, value, what, row, counted_as(start, limit)));
      }
      use(row, static_cast<std::uint32_t>(index));
    }
  }
}

Rows rows_of(const VariableSchema& table, const std::string& dimension) {
  return {&table, table.dimensions[0] == dimension ? std::size_t{0} : std::size_t{1}};
}

/// The number of the first node: as said; else 0 in UGRID, 1 in MPAS, and 1 in FVCOM's files
/// (Fortran's), unless they have a 0.
std::int64_t start_of(const VariableSchema& table, MeshKind kind,
                      const std::vector<double>& values) {
  if (const auto said = table.attributes.number("start_index")) {
    if (*said == 0 || *said == 1) return static_cast<std::int64_t>(*said);
    refuse(table, fmt::format("the start_index of its mesh's table '{}' is {}; it is 0 or 1",
                              table.name, *said));
  }
  if (kind == MeshKind::Mpas) return 1;
  const bool has_zero = std::find(values.begin(), values.end(), 0.0) != values.end();
  return kind == MeshKind::Ugrid || has_zero ? 0 : 1;
}

/// What tells of nothing in tables of these files, without a _FillValue.
void mask_zeros(MeshKind kind, std::vector<double>& values) {
  if (kind != MeshKind::Mpas) return;
  for (double& value : values) {
    if (value == 0) value = std::numeric_limits<double>::quiet_NaN();
  }
}

void add_faces(const MeshVariables& mesh, AxisMaker& maker, MeshData& data) {
  const Rows rows = rows_of(*mesh.face_nodes, mesh.face_dimension);
  if (rows.columns() > kMostColumns) {
    refuse(*mesh.face_nodes,
           fmt::format("its mesh's table '{}' has up to {} nodes a face; {} at most are served",
                       mesh.face_nodes->name, rows.columns(), kMostColumns));
  }
  std::vector<double> values = maker.numbers(*mesh.face_nodes);
  mask_zeros(mesh.kind, values);
  const std::int64_t start = start_of(*mesh.face_nodes, mesh.kind, values);
  data.names.face_nodes = {mesh.face_nodes->name, start};
  std::vector<double> sizes;
  if (mesh.face_sizes != nullptr) {
    sizes = maker.numbers(*mesh.face_sizes);
    data.names.face_nodes.sizes = mesh.face_sizes->name;
  }
  data.face_begin.reserve(rows.count() + 1);
  data.face_nodes.reserve(values.size());
  const auto finish_until = [&](std::size_t row) {
    while (data.face_begin.size() < row + 1) {
      // A last node that is the first again closes the outline, and says nothing.
      if (!data.face_begin.empty() && data.face_nodes.size() > data.face_begin.back() + 1 &&
          data.face_nodes.back() == data.face_nodes[data.face_begin.back()]) {
        data.face_nodes.pop_back();
      }
      data.face_begin.push_back(static_cast<std::uint32_t>(data.face_nodes.size()));
    }
  };
  each_index(rows, start, data.node_longitudes.size(), "face", values, sizes,
             [&](std::size_t row, std::uint32_t node) {
               finish_until(row);
               // Triangles in a table of quadrilaterals may have a node twice in place of fill.
               const bool first = data.face_nodes.size() == data.face_begin.back();
               if (first || data.face_nodes.back() != node) data.face_nodes.push_back(node);
             });
  finish_until(rows.count());
}

void add_edges(const MeshVariables& mesh, AxisMaker& maker, MeshData& data) {
  const Rows rows = rows_of(*mesh.edge_nodes, mesh.edge_dimension);
  std::vector<double> values = maker.numbers(*mesh.edge_nodes);
  mask_zeros(mesh.kind, values);
  const std::int64_t start = start_of(*mesh.edge_nodes, mesh.kind, values);
  std::vector<std::uint32_t> nodes;
  each_index(rows, start, data.node_longitudes.size(), "edge", values, {},
             [&](std::size_t, std::uint32_t node) { nodes.push_back(node); });
  if (rows.columns() != 2 || nodes.size() != 2 * rows.count()) {
    refuse(*mesh.edge_nodes,
           fmt::format("its mesh's table '{}' does not have two nodes for each edge",
                       mesh.edge_nodes->name));
  }
  data.edge_nodes = std::move(nodes);
  data.names.edge_nodes = {mesh.edge_nodes->name, start};
  data.names.edge.dimension = mesh.edge_dimension;
  if (mesh.edges.complete()) {
    data.names.edge.longitude = mesh.edges.x->name;
    data.names.edge.latitude = mesh.edges.y->name;
  }
}

/// Faces that share no nodes: each has those of its own bounds.
MeshData read_bounds(const MeshVariables& mesh, AxisMaker& maker) {
  MeshData data;
  data.names.face = {mesh.face_dimension, mesh.faces.x->name, mesh.faces.y->name};
  Degrees centres = degrees_of(mesh.faces, std::nullopt, maker);
  std::vector<double> x = maker.numbers(*mesh.bounds_x), y = maker.numbers(*mesh.bounds_y);
  settle_degrees(*mesh.faces.x, x, kMostLongitude);  // CF 1.11, 7.1: the units are those of x
  settle_degrees(*mesh.faces.y, y, kMostLatitude);
  const std::size_t columns = mesh.bounds_x->shape[1];
  if (columns > kMostColumns) {
    refuse(*mesh.bounds_x, fmt::format("its bounds '{}' have {} vertices a cell; {} at most are "
                                       "served",
                                       mesh.bounds_x->name, columns, kMostColumns));
  }
  data.face_begin.push_back(0);
  std::size_t cells = 0, around = 0;
  std::vector<geometry::UnitVector> outline;
  for (std::size_t cell = 0; cell < centres.longitudes.size(); ++cell) {
    outline.clear();
    for (std::size_t k = cell * columns; k < (cell + 1) * columns; ++k) {
      if (std::isnan(x[k]) || std::isnan(y[k])) continue;
      const geometry::UnitVector corner = geometry::unit_vector(x[k], y[k]);
      // Cells of fewer vertices repeat one; at a pole several meet.
      constexpr double kSame = 1e-18;  // squared chords: a few nanometres
      const auto same = [&](const geometry::UnitVector& other) {
        return squared_chord(corner, other) < kSame;
      };
      if (!outline.empty() && (same(outline.back()) || same(outline.front()))) continue;
      outline.push_back(corner);
      data.node_longitudes.push_back(x[k]);
      data.node_latitudes.push_back(y[k]);
    }
    if (outline.size() < 3) {  // nowhere
      data.node_longitudes.resize(data.node_longitudes.size() - outline.size());
      data.node_latitudes.resize(data.node_latitudes.size() - outline.size());
    } else {
      geometry::UnitVector middle;
      for (const geometry::UnitVector& corner : outline) middle = middle + corner;
      const geometry::UnitVector centre =
          geometry::unit_vector(centres.longitudes[cell], centres.latitudes[cell]);
      ++cells;
      around += geometry::holds(outline, normalised(middle), centre) ? 1 : 0;
    }
    data.face_begin.push_back(static_cast<std::uint32_t>(data.node_longitudes.size()));
  }
  for (std::size_t i = 0; i < data.node_longitudes.size(); ++i) {
    data.face_nodes.push_back(static_cast<std::uint32_t>(i));
  }
  constexpr double kMost = 0.95;
  if (cells == 0 || static_cast<double>(around) < kMost * static_cast<double>(cells)) {
    refuse(*mesh.bounds_x,
           fmt::format("the bounds '{}' and '{}' of its coordinates do not surround the cells",
                       mesh.bounds_x->name, mesh.bounds_y->name));
  }
  data.face_longitudes = std::move(centres.longitudes);
  data.face_latitudes = std::move(centres.latitudes);
  return data;
}

std::shared_ptr<const geometry::Mesh> read_mesh(const MeshVariables& mesh, bool edges_needed,
                                                AxisMaker& maker) {
  if (mesh.kind == MeshKind::Bounds) return maker.geometries().mesh(read_bounds(mesh, maker));
  const bool radians = mesh.kind == MeshKind::Mpas;
  MeshData data;
  if (mesh.topology != nullptr) data.names.topology = mesh.topology->name;
  data.names.node = {mesh.node_dimension, mesh.nodes.x->name, mesh.nodes.y->name};
  data.names.face.dimension = mesh.face_dimension;
  Degrees nodes = degrees_of(mesh.nodes, mesh.projection, maker, radians);
  data.node_longitudes = std::move(nodes.longitudes);
  data.node_latitudes = std::move(nodes.latitudes);
  add_faces(mesh, maker, data);
  if (mesh.faces.complete()) {
    data.names.face.longitude = mesh.faces.x->name;
    data.names.face.latitude = mesh.faces.y->name;
    Degrees faces = degrees_of(mesh.faces, mesh.projection, maker, radians);
    data.face_longitudes = std::move(faces.longitudes);
    data.face_latitudes = std::move(faces.latitudes);
  }
  if (mesh.edge_nodes != nullptr) {
    try {
      add_edges(mesh, maker, data);
    } catch (const Error& error) {
      if (edges_needed) throw;
      maker.warn(
          fmt::format("{}: {}; the edges are left out", mesh.edge_nodes->name, error.what()));
    }
  }
  if (mesh.face_faces != nullptr) {
    const auto start = mesh.face_faces->attributes.number("start_index");
    data.names.face_faces = {mesh.face_faces->name, start ? static_cast<std::int64_t>(*start)
                                                          : data.names.face_nodes.start};
  }
  if (const auto problem = problem_of(data)) {
    refuse(*mesh.face_nodes,
           fmt::format("its mesh's table '{}' {}", mesh.face_nodes->name, *problem));
  }
  return maker.geometries().mesh(std::move(data));
}

}  // namespace

std::shared_ptr<const CellGeometry> geometry_of(const OnMesh& place, AxisMaker& maker) {
  const bool edges = place.element == MeshElement::Edge;
  std::string key = fmt::format("mesh {} {}", place.mesh.name(), geometry::name_of(place.element));
  if (place.mesh.projection) key += " " + place.mesh.projection->crs.hash();
  return maker.geometry(key, [&] {
    return maker.geometries().cells_of(read_mesh(place.mesh, edges, maker), place.element);
  });
}

}  // namespace gyre::coverage::cf

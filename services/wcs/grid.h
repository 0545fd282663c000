#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "coverage/model/domain_set.h"
#include "coverage/subset/view.h"

namespace gyre::wcs {

/// One axis of the CRS a grid lies in.
struct CrsAxis {
  std::string label, uom;  ///< NCNames
  std::string low, high;   ///< of the envelope: cell edges of x, y and vertical axes
  std::string origin;      ///< position of the first grid point, a cell centre
  bool operator==(const CrsAxis&) const = default;
};

/// One axis of the grid: grid point i lies at origin + c(i) * offset on its CRS axis, where c(i)
/// is i for a regular axis, else the i-th coefficient.
struct GridAxis {
  std::string label;
  std::size_t axis = 0;      ///< index in the domain set
  std::size_t crs_axis = 0;  ///< index in Grid::crs_axes
  std::size_t cells = 0;
  bool reversed = false;                  ///< runs against the order of the cells
  std::string offset;                     ///< the step; "1" for an irregular axis
  std::vector<std::string> coefficients;  ///< empty for a regular axis
  bool operator==(const GridAxis&) const = default;
};

/// A coordinate of the CRS that varies over several axes of the grid (GML 3.3, 10.5: a general grid
/// axis that spans them): grid point i, j lies at origin + c(i, j) on its CRS axis.
struct PlaneCoordinate {
  std::size_t crs_axis = 0;
  std::vector<std::string> spanned;       ///< labels of grid axes, the fastest first
  std::vector<std::string> coefficients;  ///< one per grid point, "NaN" where it has no place
  bool operator==(const PlaneCoordinate&) const = default;
};

enum class GridKind : std::uint8_t {
  Rectified,      ///< all axes regular
  Referenceable,  ///< some axis irregular; time always is (DESIGN 4)
};

/// The domain of a coverage, or of an answer, in GML's terms and already as text: numbers in
/// their shortest form that reads back the same in the stored type.
///
/// CRS axes are in the order of the CRS (DomainSet::crs_order). Grid axes are x, y, then as the CRS
/// has them; x runs eastwards and y southwards whatever the file does. It is the order of images,
/// that of GDAL, MapServer and our GeoTIFF: GDAL cannot ask for grids that run northwards.
struct Grid {
  GridKind kind = GridKind::Rectified;
  std::string srs_name;
  std::vector<CrsAxis> crs_axes;
  std::vector<GridAxis> grid_axes;
  /// Longitudes and latitudes of two-dimensional coordinates; x and y of grid_axes only count then.
  std::vector<PlaneCoordinate> plane;
  /// Where those of a grid too large to list them are found instead; empty otherwise.
  std::string plane_address;
  bool operator==(const Grid&) const = default;
};

/// All axes of a domain set, nothing dropped: what DescribeCoverage describes.
[[nodiscard]] std::vector<coverage::ViewAxis> whole_axes(const coverage::DomainSet& domain_set);

/// Grids with more points than this do not list their two-dimensional coordinates.
inline constexpr std::size_t kMostPlanePoints = 400'000;

/// @param axes as many as the domain set has, in its order. Dropped ones leave the grid; when x or
/// y is dropped and the other stays, the grid has one dimension less than its CRS (as GML
/// allows), since half a horizontal CRS has no name. When all are dropped, x and y stay as a grid
/// of one cell: GML has no grid without axes.
/// @param plane_address of a file that has the coordinates, for grids too large to list them
[[nodiscard]] Grid make_grid(const coverage::DomainSet& domain_set,
                             const std::vector<coverage::ViewAxis>& axes,
                             const std::string& base_url, const std::string& plane_address = "");

/// What make_grid() makes of all of a domain set, without making it.
[[nodiscard]] GridKind grid_kind(const coverage::DomainSet& domain_set);

/// "RectifiedGridCoverage" ...: CoverageSubtype, and the element of gmlcov.
[[nodiscard]] std::string coverage_subtype(GridKind kind);

/// Position of cell `i` of the axis, as printed (numbers of the axis's CRS).
[[nodiscard]] std::string position_text(const coverage::ViewAxis& axis, std::size_t i);

}  // namespace gyre::wcs

#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/geometry/kd_tree.h"
#include "coverage/geometry/lookup_file.h"
#include "coverage/model/cell_geometry.h"

namespace gyre::coverage::geometry {

/// Two-dimensional coordinates as a holding gives them. Degrees, rows x columns, row by row; NaN
/// where a cell has no place.
struct CurvilinearCoordinates {
  std::size_t rows = 0, columns = 0;
  std::vector<double> longitudes, latitudes;
  std::size_t corners = 0;  ///< vertices of each cell (CF 1.11, 7.1); 0: not given
  std::vector<double> corner_longitudes, corner_latitudes;  ///< `corners` a cell
  std::string longitude_variable, latitude_variable;
};

/// 32 hex digits over the numbers: names them for good.
[[nodiscard]] GYRE_API std::string hash_of(const CurvilinearCoordinates& coordinates);
/// Why no grid can be made of them ("cross each other near index ..."), if so.
[[nodiscard]] GYRE_API std::optional<std::string> problem_of(
    const CurvilinearCoordinates& coordinates);
/// Do the corners surround their cells? What does not is no outline, whatever it is called.
[[nodiscard]] GYRE_API bool corners_surround_cells(const CurvilinearCoordinates& coordinates);

/// A grid on two-dimensional coordinates.
///
/// A position belongs to the cell whose given corners surround it; without corners, to the nearest
/// centre within the grid. At the rim (of the grid, of masked coordinates, of a break between
/// tiles) a cell ends half way to its neighbours and as far on the other side, so that what lies
/// outside of all cells belongs to none. Columns that go round the globe have no rim at their seam;
/// the two halves of a north fold find each other through the nearest centre.
class GYRE_API CurvilinearGrid : public CellGeometry {
 public:
  /// @param folder keeps lookups of large grids as files; empty: memory only
  /// @pre !problem_of(coordinates)
  CurvilinearGrid(CurvilinearCoordinates coordinates, const std::filesystem::path& folder);
  /// The grid of coordinates of this hash and shape, of which an earlier one kept a file; null:
  /// there is none. Reads nothing but what is asked for.
  [[nodiscard]] static std::shared_ptr<const CurvilinearGrid> kept(
      const std::string& hash, const LookupShape& shape, const std::string& longitude_variable,
      const std::string& latitude_variable, const std::filesystem::path& folder);
  /// Is a grid of this shape worth a file?
  [[nodiscard]] static bool is_kept(const std::filesystem::path& folder, const LookupShape& shape);

  [[nodiscard]] std::size_t rows() const override { return rows_; }
  [[nodiscard]] std::size_t columns() const override { return columns_; }
  [[nodiscard]] double longitude(std::size_t cell) const override { return at_.longitudes[cell]; }
  [[nodiscard]] double latitude(std::size_t cell) const override { return at_.latitudes[cell]; }
  void locate(std::span<const double> longitudes, std::span<const double> latitudes,
              std::span<std::size_t> cells) const override;
  [[nodiscard]] const GeographicExtent& extent() const override { return extent_; }
  [[nodiscard]] bool wraps() const override { return wraps_; }
  [[nodiscard]] const std::string& hash() const override { return hash_; }
  [[nodiscard]] const std::string& longitude_variable() const override { return longitude_name_; }
  [[nodiscard]] const std::string& latitude_variable() const override { return latitude_name_; }

  /// The nearest centre, wherever it is: id and chord.
  [[nodiscard]] Neighbour nearest(double longitude, double latitude) const;

 private:
  CurvilinearGrid(const std::string& hash, const LookupShape& shape,
                  const std::string& longitude_variable, const std::string& latitude_variable);
  void use(std::unique_ptr<const LookupFile> file);
  enum Place : std::uint8_t { Nowhere, Rim, Inside, kPlaces = 3, kGuessed = 4 };
  [[nodiscard]] Place place_of(std::size_t cell) const {
    return static_cast<Place>(at_.places[cell] & kPlaces);
  }
  /// Do corners that are given tell the outline of a cell? Some writers leave junk with cells that
  /// matter to nobody.
  [[nodiscard]] bool has_corners(std::size_t cell) const {
    return corners_ > 0 && (at_.places[cell] & kGuessed) == 0;
  }
  [[nodiscard]] std::vector<UnitVector> given_corners(std::size_t cell) const;

  void classify();
  void find_extent();
  void build_lookup() const;
  [[nodiscard]] UnitVector centre(std::size_t cell) const;
  [[nodiscard]] std::size_t neighbour(std::size_t cell, int down, int right) const;
  [[nodiscard]] std::vector<UnitVector> outline(std::size_t cell) const;
  [[nodiscard]] UnitVector half_step(std::size_t cell, const UnitVector& at, int down,
                                     int right) const;
  [[nodiscard]] std::size_t joined(std::size_t cell, const UnitVector& at, int down,
                                   int right) const;
  [[nodiscard]] bool is_break(double one, double other) const;
  [[nodiscard]] std::size_t settle(const UnitVector& query, const Neighbour& found) const;

  std::size_t rows_, columns_, corners_;
  std::string hash_, longitude_name_, latitude_name_;
  bool wraps_ = false;
  GeographicExtent extent_;

  // Either in memory or mapped; at_ looks at whichever it is.
  CurvilinearCoordinates memory_;
  std::vector<std::uint8_t> places_memory_;
  std::unique_ptr<const LookupFile> file_;
  struct {
    std::span<const double> longitudes, latitudes, corner_longitudes, corner_latitudes;
    std::span<const std::uint8_t> places;
  } at_;
  double reach_ = 0;  ///< squared chord: no cell is larger

  mutable std::once_flag built_;
  mutable KdTreeMemory tree_memory_;
  mutable KdTree tree_;
};

}  // namespace gyre::coverage::geometry

#include "coverage/geometry/curvilinear_grid.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "coverage/geometry/cell_polygon.h"
#include "coverage/geometry/grid_extent.h"

namespace gyre::coverage::geometry {
namespace {

/// Smaller grids are looked up faster than a file is opened.
constexpr std::size_t kWorthAFile = 20'000;
/// Steps to both sides that differ by more are not of one grid: a break between tiles.
constexpr double kBreak = 4;
/// Outlines that are guessed overlap a little rather than leave slivers between them.
constexpr double kOverlap = 1.02;

std::filesystem::path path_of(const std::filesystem::path& folder, const std::string& hash) {
  return folder / (hash + ".grid");
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
  return std::rotl(hash, 29) ^ (hash >> 32);
}

bool has_place(double longitude, double latitude) {
  return std::isfinite(longitude) && std::isfinite(latitude);
}

/// The handedness of the quadrilateral right and down of a cell: its sign; 0 where it has none.
double turn_of(const CurvilinearCoordinates& c, std::size_t row, std::size_t column) {
  std::array<UnitVector, 4> corner;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t cell = (row + k / 2) * c.columns + column + k % 2;
    if (!has_place(c.longitudes[cell], c.latitudes[cell])) return 0;
    corner[k] = unit_vector(c.longitudes[cell], c.latitudes[cell]);
  }
  const UnitVector middle = corner[0] + corner[1] + corner[2] + corner[3];
  return dot(middle, cross(corner[3] - corner[0], corner[2] - corner[1]));
}

/// Corners that do not surround the centre, one of them farther away than cells are wide.
/// @param step squared: to the farthest neighbour
bool are_junk(const std::vector<UnitVector>& corners, const UnitVector& centre, double step) {
  if (corners.size() < 3) return true;
  constexpr double kFar = 4 * 4;
  return !holds(corners, centre, centre) &&
         std::any_of(corners.begin(), corners.end(), [&](const UnitVector& corner) {
           return squared_chord(centre, corner) > kFar * step;
         });
}

}  // namespace

std::string hash_of(const CurvilinearCoordinates& coordinates) {
  std::uint64_t one = mixed(0x6A09E667F3BCC908ULL, coordinates.rows);
  std::uint64_t two = mixed(0xBB67AE8584CAA73BULL, coordinates.columns);
  for (const std::vector<double>* numbers :
       {&coordinates.longitudes, &coordinates.latitudes, &coordinates.corner_longitudes,
        &coordinates.corner_latitudes}) {
    two = mixed(two, numbers->size());
    for (const double number : *numbers) {
      const auto bits = std::bit_cast<std::uint64_t>(number);
      one = mixed(one, bits);
      two = mixed(two, std::rotl(bits, 17) + one);
    }
  }
  return fmt::format("{:016x}{:016x}", one, two);
}

std::optional<std::string> problem_of(const CurvilinearCoordinates& c) {
  constexpr double kMostCells = 4e9;
  if (static_cast<double>(c.rows) * static_cast<double>(c.columns) > kMostCells) {
    return "have more than 4e9 cells";
  }
  bool any = false;
  for (std::size_t i = 0; i < c.longitudes.size() && !any; ++i) {
    any = has_place(c.longitudes[i], c.latitudes[i]);
  }
  if (!any) return "have no values";
  if (c.rows < 2 || c.columns < 2) return std::nullopt;
  // A fold turns one row round; much more is no grid.
  constexpr std::size_t kLooks = 200'000;
  constexpr double kMostTurned = 0.05;
  const std::size_t quads = (c.rows - 1) * (c.columns - 1);
  const std::size_t stride = std::max<std::size_t>(1, quads / kLooks);
  std::size_t left = 0, right = 0, first_left = 0, first_right = 0;
  for (std::size_t i = 0; i < quads; i += stride) {
    const double turn = turn_of(c, i / (c.columns - 1), i % (c.columns - 1));
    if (turn > 0 && left++ == 0) first_left = i;
    if (turn < 0 && right++ == 0) first_right = i;
  }
  const std::size_t few = std::min(left, right);
  if (static_cast<double>(few) <= kMostTurned * static_cast<double>(left + right)) {
    return std::nullopt;
  }
  const std::size_t where = left < right ? first_left : first_right;
  return fmt::format("cross each other, first at index {}, {}", where / (c.columns - 1),
                     where % (c.columns - 1));
}

bool corners_surround_cells(const CurvilinearCoordinates& c) {
  constexpr std::size_t kLooks = 5000;
  constexpr double kMost = 0.95;
  const std::size_t cells = c.rows * c.columns;
  const std::size_t stride = std::max<std::size_t>(1, cells / kLooks);
  std::size_t looked = 0, good = 0;
  std::vector<UnitVector> outline(c.corners);
  for (std::size_t i = 0; i < cells; i += stride) {
    if (!has_place(c.longitudes[i], c.latitudes[i])) continue;
    ++looked;
    bool whole = true;
    for (std::size_t k = 0; k < c.corners; ++k) {
      const double lon = c.corner_longitudes[i * c.corners + k];
      const double lat = c.corner_latitudes[i * c.corners + k];
      whole = whole && has_place(lon, lat);
      outline[k] = unit_vector(lon, lat);
    }
    const UnitVector centre = unit_vector(c.longitudes[i], c.latitudes[i]);
    if (whole && holds(outline, centre, centre)) ++good;
  }
  return looked > 0 && static_cast<double>(good) >= kMost * static_cast<double>(looked);
}

CurvilinearGrid::CurvilinearGrid(CurvilinearCoordinates coordinates,
                                 const std::filesystem::path& folder)
    : rows_(coordinates.rows),
      columns_(coordinates.columns),
      corners_(coordinates.corners),
      hash_(hash_of(coordinates)),
      longitude_name_(coordinates.longitude_variable),
      latitude_name_(coordinates.latitude_variable),
      memory_(std::move(coordinates)) {
  const LookupShape shape{rows_, columns_, corners_};
  const bool keep = is_kept(folder, shape);
  const std::filesystem::path path = keep ? path_of(folder, hash_) : std::filesystem::path();
  if (keep) {
    if (auto file = LookupFile::open(path, shape)) {
      use(std::move(file));
      return;
    }
  }
  at_ = {memory_.longitudes,
         memory_.latitudes,
         memory_.corner_longitudes,
         memory_.corner_latitudes,
         {}};
  classify();
  find_extent();
  if (!keep) return;
  build_lookup();
  LookupContent content{at_.longitudes,
                        at_.latitudes,
                        at_.corner_longitudes,
                        at_.corner_latitudes,
                        at_.places,
                        tree_memory_.arrays(),
                        reach_,
                        wraps_,
                        extent_};
  if (!LookupFile::write(path, shape, content)) return;  // a full disk: memory does
  if (auto file = LookupFile::open(path, shape)) use(std::move(file));
}

CurvilinearGrid::CurvilinearGrid(const std::string& hash, const LookupShape& shape,
                                 const std::string& longitude_variable,
                                 const std::string& latitude_variable)
    : rows_(shape.rows),
      columns_(shape.columns),
      corners_(shape.corners),
      hash_(hash),
      longitude_name_(longitude_variable),
      latitude_name_(latitude_variable) {}

bool CurvilinearGrid::is_kept(const std::filesystem::path& folder, const LookupShape& shape) {
  return !folder.empty() && shape.rows * shape.columns >= kWorthAFile;
}

std::shared_ptr<const CurvilinearGrid> CurvilinearGrid::kept(const std::string& hash,
                                                             const LookupShape& shape,
                                                             const std::string& longitude_variable,
                                                             const std::string& latitude_variable,
                                                             const std::filesystem::path& folder) {
  auto file = LookupFile::open(path_of(folder, hash), shape);
  if (!file) return nullptr;
  std::shared_ptr<CurvilinearGrid> grid(
      new CurvilinearGrid(hash, shape, longitude_variable, latitude_variable));
  grid->use(std::move(file));
  return grid;
}

void CurvilinearGrid::use(std::unique_ptr<const LookupFile> file) {
  file_ = std::move(file);
  const LookupContent& content = file_->content();
  at_ = {content.longitudes, content.latitudes, content.corner_longitudes, content.corner_latitudes,
         content.places};
  reach_ = content.reach;
  wraps_ = content.wraps;
  extent_ = content.extent;
  memory_ = {};
  places_memory_ = {};
  std::call_once(built_, [] {});
  tree_memory_ = {};
  tree_ = KdTree(content.tree);
}

UnitVector CurvilinearGrid::centre(std::size_t cell) const {
  return unit_vector(at_.longitudes[cell], at_.latitudes[cell]);
}

std::size_t CurvilinearGrid::neighbour(std::size_t cell, int down, int right) const {
  const auto row = static_cast<std::ptrdiff_t>(cell / columns_) + down;
  auto column = static_cast<std::ptrdiff_t>(cell % columns_) + right;
  const auto width = static_cast<std::ptrdiff_t>(columns_);
  if (row < 0 || row >= static_cast<std::ptrdiff_t>(rows_)) return kNone;
  if (column < 0 || column >= width) {
    if (!wraps_) return kNone;
    column = (column + width) % width;
  }
  const auto found = static_cast<std::size_t>(row * width + column);
  return has_place(at_.longitudes[found], at_.latitudes[found]) ? found : kNone;
}

bool CurvilinearGrid::is_break(double one, double other) const {
  return one > kBreak * kBreak * other || other > kBreak * kBreak * one;
}

/// Which cells have all neighbours around them, and how large cells get.
void CurvilinearGrid::classify() {
  // The seam: the step from the last column to the first is like the others of its row.
  std::size_t like = 0, unlike = 0;
  constexpr double kLike = 2 * 2;  // squared: at most twice as long, or half
  for (std::size_t row = 0; row < rows_ && columns_ > 3; ++row) {
    const std::size_t first = row * columns_;
    const std::size_t last = first + columns_ - 1;
    const auto has = [&](std::size_t cell) {
      return has_place(at_.longitudes[cell], at_.latitudes[cell]);
    };
    if (!has(first) || !has(first + 1) || !has(last)) continue;
    const double step = squared_chord(centre(first), centre(first + 1));
    const double seam = squared_chord(centre(first), centre(last));
    (seam <= kLike * step && step <= kLike * seam ? like : unlike) += 1;
  }
  wraps_ = like > unlike;

  places_memory_.assign(rows_ * columns_, Nowhere);
  std::array<std::vector<UnitVector>, 3> around;  // the row above, the row itself, the row below
  const auto fill = [&](std::vector<UnitVector>& line, std::size_t row) {
    line.resize(columns_);
    for (std::size_t i = 0; i < columns_; ++i) line[i] = centre(row * columns_ + i);
  };
  fill(around[1], 0);
  for (std::size_t row = 0; row < rows_; ++row) {
    if (row + 1 < rows_) fill(around[2], row + 1);
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::size_t cell = row * columns_ + column;
      if (!has_place(at_.longitudes[cell], at_.latitudes[cell])) continue;
      bool whole = true;
      std::array<double, 9> step{};
      for (int k = 0; k < 9; ++k) {
        const int down = k / 3 - 1, right = k % 3 - 1;
        if (k == 4) continue;
        const std::size_t other = neighbour(cell, down, right);
        whole = whole && other != kNone;
        if (other == kNone) continue;
        step[static_cast<std::size_t>(k)] = squared_chord(
            around[1][column], around[static_cast<std::size_t>(down + 1)][other % columns_]);
      }
      if (!whole || is_break(step[3], step[5]) || is_break(step[1], step[7])) {
        places_memory_[cell] = Rim;
        for (const auto& [one, other] : {std::pair{3, 5}, {1, 7}}) {
          const double a = step[static_cast<std::size_t>(one)];
          const double b = step[static_cast<std::size_t>(other)];
          reach_ = std::max(reach_, a > 0 && b > 0 ? std::min(a, b) : std::max(a, b));
        }
        continue;
      }
      places_memory_[cell] = Inside;
      reach_ = std::max(reach_, *std::max_element(step.begin(), step.end()));
    }
    std::swap(around[0], around[1]);
    std::swap(around[1], around[2]);
  }
  at_.places = places_memory_;
  for (std::size_t cell = 0; corners_ > 0 && cell < rows_ * columns_; ++cell) {
    if (places_memory_[cell] == Nowhere) continue;
    const UnitVector at = centre(cell);
    double step = 0;
    for (const auto& [down, right] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
      const std::size_t other = joined(cell, at, down, right);
      if (other != kNone) step = std::max(step, squared_chord(at, centre(other)));
    }
    if (are_junk(given_corners(cell), at, step)) places_memory_[cell] |= kGuessed;
    for (const UnitVector& corner : outline(cell)) {
      reach_ = std::max(reach_, squared_chord(at, corner));
    }
  }
}

void CurvilinearGrid::find_extent() {
  GridExtent extent;
  for (std::size_t cell = 0; cell < rows_ * columns_; ++cell) {
    if (place_of(cell) == Nowhere) continue;
    extent.add(at_.longitudes[cell], at_.latitudes[cell]);
    if (place_of(cell) == Inside && corners_ == 0) continue;
    for (const UnitVector& corner : outline(cell)) {
      extent.add_corner(longitude_of(corner), latitude_of(corner));
    }
  }
  for (const double pole : {90.0, -90.0}) {
    const UnitVector at = unit_vector(0, pole);
    Neighbour best;
    for (std::size_t cell = 0; cell < rows_ * columns_; ++cell) {
      // Few cells are near: the cosine is not needed for the others.
      if (place_of(cell) == Nowhere || std::abs(at_.latitudes[cell] - pole) > 30) continue;
      const UnitVector place = centre(cell);
      const double squared = squared_chord(place, at);
      if (squared < best.squared) best = {static_cast<std::uint32_t>(cell), squared, place};
    }
    if (best.id == Neighbour::kNone) continue;
    const bool within = corners_ == 0 && place_of(best.id) == Inside && best.squared <= reach_;
    if (within || holds(outline(best.id), best.at, at)) extent.add_pole(pole);
  }
  extent_ = extent.result();
}

void CurvilinearGrid::build_lookup() const {
  std::call_once(built_, [this] {
    std::vector<UnitVector> points;
    std::vector<std::uint32_t> ids;
    points.reserve(rows_ * columns_);
    ids.reserve(rows_ * columns_);
    for (std::size_t cell = 0; cell < rows_ * columns_; ++cell) {
      if (place_of(cell) == Nowhere) continue;
      points.push_back(centre(cell));
      ids.push_back(static_cast<std::uint32_t>(cell));
    }
    tree_memory_ = build_kd_tree(points, ids);
    tree_ = KdTree(tree_memory_.arrays());
  });
}

/// From the centre half way to the neighbour; where there is none, as far as to the other side.
UnitVector CurvilinearGrid::half_step(std::size_t cell, const UnitVector& at, int down,
                                      int right) const {
  const std::size_t near = joined(cell, at, down, right);
  if (near != kNone && !(centre(near) == at)) return (centre(near) - at) * 0.5;
  const std::size_t opposite = neighbour(cell, -down, -right);
  return opposite == kNone ? UnitVector{} : (at - centre(opposite)) * 0.5;
}

/// The neighbour, unless a break between tiles lies between.
std::size_t CurvilinearGrid::joined(std::size_t cell, const UnitVector& at, int down,
                                    int right) const {
  const std::size_t near = neighbour(cell, down, right);
  const std::size_t opposite = neighbour(cell, -down, -right);
  if (near == kNone || opposite == kNone) return near;
  const double to_opposite = squared_chord(at, centre(opposite));
  const bool jumps =
      to_opposite > 0 && squared_chord(at, centre(near)) > kBreak * kBreak * to_opposite;
  return jumps ? kNone : near;
}

std::vector<UnitVector> CurvilinearGrid::given_corners(std::size_t cell) const {
  std::vector<UnitVector> corners;
  for (std::size_t k = 0; k < corners_; ++k) {
    const double lon = at_.corner_longitudes[cell * corners_ + k];
    const double lat = at_.corner_latitudes[cell * corners_ + k];
    if (has_place(lon, lat)) corners.push_back(unit_vector(lon, lat));
  }
  return corners;
}

std::vector<UnitVector> CurvilinearGrid::outline(std::size_t cell) const {
  if (has_corners(cell)) return given_corners(cell);
  std::vector<UnitVector> corners;
  const UnitVector at = centre(cell);
  std::array<UnitVector, 2> along{half_step(cell, at, -1, 0), half_step(cell, at, 1, 0)};
  std::array<UnitVector, 2> across{half_step(cell, at, 0, -1), half_step(cell, at, 0, 1)};
  // One row or column alone: as wide as long.
  const UnitVector none{};
  if (along[0] == none && along[1] == none) {
    along = {cross(at, across[1]) * -1, cross(at, across[1])};
  } else if (across[0] == none && across[1] == none) {
    across = {cross(at, along[1]) * -1, cross(at, along[1])};
  }
  for (const auto& [down, right] : {std::pair{0, 0}, {0, 1}, {1, 1}, {1, 0}}) {
    const std::size_t diagonal = joined(cell, at, 2 * down - 1, 2 * right - 1);
    const std::size_t beside = joined(cell, at, 0, 2 * right - 1);
    const std::size_t above = joined(cell, at, 2 * down - 1, 0);
    UnitVector corner =
        at + along[static_cast<std::size_t>(down)] + across[static_cast<std::size_t>(right)];
    // The corner is all cells' that meet there, so that no gaps are left between them.
    UnitVector shared = corner;
    if (beside != kNone && above != kNone) {
      shared = (centre(beside) + centre(above)) * 0.5;
      if (diagonal != kNone) shared = (shared + (at + centre(diagonal)) * 0.5) * 0.5;
    } else if (beside != kNone) {
      const UnitVector next = centre(beside);
      shared = (at + along[static_cast<std::size_t>(down)] + next +
                half_step(beside, next, 2 * down - 1, 0)) *
               0.5;
    } else if (above != kNone) {
      const UnitVector next = centre(above);
      shared = (at + across[static_cast<std::size_t>(right)] + next +
                half_step(above, next, 0, 2 * right - 1)) *
               0.5;
    }
    // Not across a break between tiles.
    if (squared_chord(at, shared) < kBreak * kBreak * squared_chord(at, corner)) corner = shared;
    corners.push_back(normalised(at + (corner - at) * kOverlap));
  }
  if (holds(corners, at, at)) return corners;
  // Where a grid is torn, corners that are shared may lie on the other side: of its own steps
  // alone.
  corners.clear();
  for (const auto& [down, right] : {std::pair{0, 0}, {0, 1}, {1, 1}, {1, 0}}) {
    const UnitVector corner =
        along[static_cast<std::size_t>(down)] + across[static_cast<std::size_t>(right)];
    corners.push_back(normalised(at + corner * kOverlap));
  }
  return corners;
}

std::size_t CurvilinearGrid::settle(const UnitVector& query, const Neighbour& found) const {
  if (found.id == Neighbour::kNone) return kNone;
  const bool within = place_of(found.id) == Inside && found.squared <= reach_;
  if (corners_ == 0 && within) return found.id;
  const bool held = holds(outline(found.id), found.at, query);
  if (held && (corners_ == 0 || has_corners(found.id))) return found.id;
  constexpr double kNear = 4;  // twice as far as the largest cell is wide
  if (found.squared > kNear * reach_) return kNone;
  // Where meridians of the grid meet, dozens of cells have one place: those around are beyond them.
  constexpr std::size_t kAround = 9, kAroundPole = 64;
  for (const std::size_t around : {kAround, kAroundPole}) {
    for (const Neighbour& other : tree_.nearest(query, around)) {
      if (other.id == found.id || !holds(outline(other.id), other.at, query)) continue;
      // Outlines that are guessed tell what is inside; the nearest centre tells whose it is.
      if (held && !has_corners(other.id)) continue;
      return has_corners(other.id) ? other.id : static_cast<std::size_t>(found.id);
    }
    if (corners_ == 0 || held) break;
  }
  return held || within ? found.id : kNone;  // a sliver between outlines that do not quite meet
}

void CurvilinearGrid::locate(std::span<const double> longitudes, std::span<const double> latitudes,
                             std::span<std::size_t> cells) const {
  build_lookup();
  Neighbour last;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = kNone;
    if (!has_place(longitudes[i], latitudes[i]) || std::abs(latitudes[i]) > 90) continue;
    const UnitVector query = unit_vector(longitudes[i], latitudes[i]);
    last = tree_.nearest(query, last);
    cells[i] = settle(query, last);
  }
}

Neighbour CurvilinearGrid::nearest(double longitude, double latitude) const {
  build_lookup();
  return tree_.nearest(unit_vector(longitude, latitude));
}

}  // namespace gyre::coverage::geometry

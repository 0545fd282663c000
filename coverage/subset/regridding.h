#pragma once

#include <memory>
#include <optional>

#include "coverage/base/export.h"
#include "coverage/subset/asked_region.h"
#include "coverage/subset/resample.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// How values of another grid are found (OGC 12-049: nearest-neighbor, linear).
enum class Interpolation : std::uint8_t { Nearest, Linear };

/// What is asked of the grid of an answer; what is not said follows from the grid of the samples.
struct RegriddingWishes {
  std::optional<Crs> crs;       ///< absent: the coverage's own
  std::optional<Envelope> box;  ///< what is asked for, in `box_crs`; clipped to the coverage
  std::optional<Crs> box_crs;   ///< absent: the coverage's own
  std::optional<double> factor_x, factor_y;  ///< of the number of cells; positive
  std::optional<std::size_t> size_x, size_y;
  Interpolation interpolation = Interpolation::Nearest;
};

/// A grid for the answer: regular in its CRS, rows southwards. Where x of the CRS repeats, what
/// lies across the seam goes on beyond it.
struct Regridding {
  TargetGrid target;
  Interpolation interpolation = Interpolation::Nearest;
  /// Cells outside have no values; absent where the grid holds nothing else.
  std::optional<AskedRegion> asked = std::nullopt;
};

/// Cells as large as the samples' are, counted along the diagonal, where no size is asked for.
/// @throws Error{OutsideDomain} when the coverage has no place in that CRS or envelope,
/// Error{TooLarge} for more than 2^28 cells
[[nodiscard]] GYRE_API Regridding plan_regridding(const ResolvedQuery& query,
                                                  const RegriddingWishes& wishes);

/// Is the largest distance to a sample told? It is looked up for every cell.
enum class Distance : std::uint8_t { Told, Untold };

/// The selected fields on the new grid: a query on a coverage of its own, whose source reads the
/// samples it needs while it is read. Other axes, and what is selected of them, stay. Nearest keeps
/// values as they are stored; linear gives unpacked ones (flags stay nearest, directions go round),
/// missing where the nearest sample is, and by the weights of the others that are not. Each field
/// says how it was found, and the largest distance in metres from a cell's centre to its nearest
/// sample: attributes `interpolation` and `largest_sample_distance_m`.
[[nodiscard]] GYRE_API ResolvedQuery regridded(const ResolvedQuery& query,
                                               const Regridding& regridding,
                                               const AbortToken& abort,
                                               Distance distance = Distance::Told);

}  // namespace gyre::coverage

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/model/crs.h"
#include "coverage/model/envelope.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// A regular target grid: `envelope` is the outside of the border pixels, row 0 northernmost
/// (largest y).
struct TargetGrid {
  Crs crs;
  Envelope envelope;
  std::size_t width = 0, height = 0;
};

/// A two-dimensional section of one field, on a target grid.
/// Shape: height x width, row-major; row 0 is the northernmost.
/// Units: the field's, unpacked. Missing, and outside of every cell: NaN.
struct Raster {
  std::size_t width = 0, height = 0;
  std::vector<double> values;
};

/// The sample whose cell holds a position.
struct CellIndex {
  std::size_t x = 0, y = 0;
  bool operator==(const CellIndex&) const = default;
};

/// For each pixel centre of `target`, the cell of `domain_set` that holds it; absent outside of
/// all cells. The one lookup that maps, GetFeatureInfo and regridding share.
[[nodiscard]] GYRE_API std::vector<std::optional<CellIndex>> locate(const DomainSet& domain_set,
                                                                    const TargetGrid& target);

/// For each pixel centre of `target`, the centre of the sample that holds it, in the CRS of
/// `target`; the pixel's own where there is none, or that has no place there.
struct Places {
  std::vector<double> x, y;
};
[[nodiscard]] GYRE_API Places sample_places(const DomainSet& domain_set, const TargetGrid& target);

/// Nearest sample per pixel. `query` must have one field (its first is taken) and one sample on
/// every axis but x and y, of which the whole is taken whatever it selects. Cost: reads the rows of
/// the index window that the pixels need, in slabs.
[[nodiscard]] GYRE_API Raster resample_nearest(const ResolvedQuery& query, const TargetGrid& target,
                                               const AbortToken& abort);

/// The value of each selected field at pixel (i, j) of `target`, resolved as the map resolves it.
struct PointSample {
  std::optional<CellIndex> cell;       ///< absent: outside of every cell
  double x = 0, y = 0;                 ///< the sample's centre, native CRS
  double longitude = 0, latitude = 0;  ///< of the sample's centre
  std::vector<double> values;          ///< one per field of the query; NaN when missing or outside
  std::vector<std::string> texts;      ///< the same by format_sample: exact for 64-bit integers
  std::vector<RawBlock> stored;        ///< the same as stored, one cell each; none outside
};
[[nodiscard]] GYRE_API PointSample sample_pixel(const ResolvedQuery& query,
                                                const TargetGrid& target, std::size_t i,
                                                std::size_t j, const AbortToken& abort);

}  // namespace gyre::coverage

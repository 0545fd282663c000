#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/model/raw_block.h"
#include "coverage/subset/reduction.h"
#include "coverage/subset/resample.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

class DecodedChunks;

/// Samples of one field on some rows of a target grid, as stored.
struct StoredRaster {
  std::size_t width = 0, height = 0;
  RawBlock block;                     ///< shape: height x width
  std::vector<std::uint8_t> outside;  ///< 1 where no cell is; empty: nowhere
};

/// What is seen of the first field of a query on a target grid: of each pixel the nearest sample,
/// or where two cells or more lie from one pixel to the next, of what can be reduced (reduction.h)
/// the block that the pixel's cell is in, so that no picture shows a few of many cells by chance.
/// Values that are computed when they are read are picked. However large the picture, only the rows
/// asked for are held.
class GYRE_API Picture {
 public:
  /// @param query has one sample on every axis but x and y, which are taken whole
  /// @param overviews where blocks are kept for other pictures; null: nowhere
  Picture(const ResolvedQuery& query, const TargetGrid& target, DecodedChunks* overviews);
  ~Picture();
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  /// As many rows as are best asked for at once.
  [[nodiscard]] std::size_t band() const { return band_; }
  /// Cost: reads the rows of the index window that the pixels need, in slabs.
  [[nodiscard]] StoredRaster rows(std::size_t first, std::size_t count,
                                  const AbortToken& abort) const;

 private:
  [[nodiscard]] std::shared_ptr<const PixelMap> map_of(std::size_t first, std::size_t count) const;
  [[nodiscard]] const DomainSet& domain_set() const { return view_.coverage().domain_set; }

  View view_;
  TargetGrid target_;
  std::size_t band_;
  std::shared_ptr<const PixelMap> map_;  ///< of all pixels, where they are one band
  Reduction reduction_;
  std::unique_ptr<DecodedChunks> own_overviews_;  ///< from one band to the next
  DecodedChunks* overviews_;
};

/// Of pixel (i, j) of that picture the block that it shows, as stored; absent where it shows the
/// nearest sample.
[[nodiscard]] GYRE_API std::optional<RawBlock> block_shown(const ResolvedQuery& query,
                                                           const TargetGrid& target, std::size_t i,
                                                           std::size_t j, DecodedChunks* overviews,
                                                           const AbortToken& abort);

/// Nearest sample per pixel, as stored, whatever lies between. `query` as for a Picture.
[[nodiscard]] GYRE_API StoredRaster pick_nearest(const ResolvedQuery& query,
                                                 const TargetGrid& target, const AbortToken& abort);

/// The physical values of what was picked. @param field of the query
[[nodiscard]] GYRE_API Raster unpacked(const Field& field, const StoredRaster& stored);

}  // namespace gyre::coverage

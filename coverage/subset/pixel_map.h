#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/domain_set.h"
#include "coverage/subset/pixel_transform.h"
#include "coverage/subset/resample.h"

namespace gyre::coverage {

/// Pictures of more pixels are mapped band by band: what is held of them has a bound.
inline constexpr std::size_t kMostMapPixels = 1u << 20;

/// Which cell each pixel centre lies in: indices along x and y, CellFinder::kNone outside. Cells of
/// two-dimensional coordinates are found by their geometry.
/// Where x depends on the column alone and y on the row alone (EPSG:4326, 3857 on geographic
/// grids; the grid's own CRS) one row and one column are kept instead of a picture.
class GYRE_API PixelMap {
 public:
  PixelMap(const DomainSet& domain_set, const TargetGrid& target, const PixelWindow& window);
  /// Cells found by others: width x height indices each, row by row.
  PixelMap(std::size_t width, std::size_t height, std::vector<std::int32_t> x,
           std::vector<std::int32_t> y)
      : window_{0, 0, width, height}, x_(std::move(x)), y_(std::move(y)) {}

  [[nodiscard]] std::size_t width() const { return window_.width; }
  [[nodiscard]] std::size_t height() const { return window_.height; }
  [[nodiscard]] bool separable() const { return separable_; }
  [[nodiscard]] std::size_t bytes() const {
    return sizeof(*this) + (x_.size() + y_.size()) * sizeof(std::int32_t);
  }
  /// Along a row of pixels: the x index of each, and the y index (one value when separable).
  [[nodiscard]] std::span<const std::int32_t> x_of_row(std::size_t row) const;
  [[nodiscard]] std::span<const std::int32_t> y_of_row(std::size_t row) const;
  /// Of one pixel; both are kNone when either is.
  [[nodiscard]] std::pair<std::int32_t, std::int32_t> at(std::size_t column, std::size_t row) const;

 private:
  void map_separably(const DomainSet& domain_set, const PixelTransform& transform);

  PixelWindow window_;
  bool separable_ = false;
  std::vector<std::int32_t> x_, y_;
};

/// The map of all pixels of `target`. Maps are kept (memory_shares().pixel_maps, the least recently
/// asked for go): an animation finds its cells once, and who asks for the same at once waits for
/// the one that is being made.
/// @throws Error{Aborted | DeadlineExceeded} as the current work's
[[nodiscard]] GYRE_API std::shared_ptr<const PixelMap> pixel_map_of(const DomainSet& domain_set,
                                                                    const TargetGrid& target);

}  // namespace gyre::coverage

#include "coverage/subset/working_memory.h"

#include <algorithm>

#include "coverage/base/work.h"
#include "coverage/model/element_type.h"
#include "coverage/subset/gather.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/regridded_bands.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kPerCell = 24;

std::size_t slabs_of(std::size_t stored_bytes) {
  constexpr std::size_t kMost = std::size_t{48} << 20;
  constexpr std::size_t kTimes = 3;  // read, put in order, packed
  return std::min(kTimes * std::min(stored_bytes, kMost), kMost);
}

/// Pieces of an answer that are made at the same time.
std::size_t side_by_side() {
  constexpr std::size_t kMost = 4;  // as encode_chunks() does
  const Executor* const executor = current_work().executor;
  return std::clamp<std::size_t>(executor == nullptr ? 1 : executor->threads(), 1, kMost);
}

}  // namespace

std::size_t bytes_for_numbers(std::size_t cells) { return cells * kPerCell; }

std::size_t bytes_for_slabs(const ResolvedQuery& query) { return slabs_of(query.stored_bytes()); }

std::size_t bytes_for_picture(std::size_t pixels) {
  constexpr std::size_t kPixelsOfByte = 4;  // of its file; most have more
  return std::min(pixels, kMostMapPixels) * kPerCell + pixels / kPixelsOfByte;
}

std::size_t bytes_for_regridding(const ResolvedQuery& query, const Regridding& regridding,
                                 std::size_t sections) {
  const DomainSet& domain_set = query.coverage->domain_set;
  std::size_t samples = query.axes[domain_set.x()].size();
  if (domain_set.y() != domain_set.x()) samples *= query.axes[domain_set.y()].size();
  const LookedUp looked = looked_up(regridding.interpolation);
  const std::size_t section = regridding.target.width * regridding.target.height;
  std::size_t answer = 0, window = 0;
  for (const std::size_t k : query.fields) {
    const std::size_t item = size_of(query.coverage->fields[k].storage);
    answer += section * sections *
              (regridding.interpolation == Interpolation::Linear ? sizeof(double) : item);
    window = std::max(window, std::min(samples * item, kGatheredBytes));
  }
  const std::size_t cells = section * sections * std::max<std::size_t>(1, query.fields.size());
  const std::size_t bands = std::clamp<std::size_t>(
      (cells + looked.cells_at_once - 1) / looked.cells_at_once, 1, side_by_side());
  return slabs_of(answer) + std::min(cells, bands * looked.cells_at_once) * looked.bytes_per_cell +
         bands * window;
}

std::size_t bytes_for_columns(std::size_t samples) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;  // values, as SurfaceSource reads them
  return std::min(samples, side_by_side() * kPiece) * kPerCell;
}

}  // namespace gyre::coverage

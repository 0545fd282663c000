#pragma once

#include <cstddef>
#include <optional>

#include "coverage/subset/picture.h"
#include "rendering/classes.h"
#include "services/ows/context.h"
#include "services/wms/caches.h"
#include "services/wms/layer_query.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// A layer as a map shows it: its colours, and which of them each pixel has.
class ShownLayer {
 public:
  /// Settles the colours; where COLORSCALERANGE is auto the whole picture is read for that.
  ShownLayer(const LayerQuery& layer, const MapPart& map, const ows::Context& context,
             Caches& caches);

  [[nodiscard]] const rendering::Style& style() const { return style_; }
  /// As many rows as are best asked for at once.
  [[nodiscard]] std::size_t band() const { return picture_.band(); }
  [[nodiscard]] rendering::Classes rows(std::size_t first, std::size_t count);

 private:
  [[nodiscard]] rendering::Style settled(const MapPart& map);
  [[nodiscard]] coverage::StoredRaster read(std::size_t first, std::size_t count) const;

  const coverage::Field& field_;
  std::size_t height_;
  const coverage::AbortToken& abort_;
  coverage::Picture picture_;
  rendering::Style style_;
  std::optional<coverage::StoredRaster> whole_;  ///< read already, if it is one band
};

/// The style as the map of the same request has it.
[[nodiscard]] rendering::Style style_shown(const LayerQuery& layer, const MapPart& map,
                                           const ows::Context& context, Caches& caches);

/// Of one pixel of that map the class and the colour, as GetFeatureInfo tells them.
/// @param value of the nearest sample, NaN where it is missing
[[nodiscard]] int class_shown(const LayerQuery& layer, const MapPart& map, std::size_t i,
                              std::size_t j, const rendering::Style& style, double value,
                              const ows::Context& context, Caches& caches);

}  // namespace gyre::wms

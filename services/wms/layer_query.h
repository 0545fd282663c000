#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "coverage/model/dataset.h"
#include "coverage/subset/resample.h"
#include "coverage/subset/resolved_query.h"
#include "rendering/style.h"
#include "services/ows/context.h"
#include "services/wms/computed_dimension.h"
#include "services/wms/dimension.h"
#include "services/wms/dimension_choice.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// One layer of a map with everything that was asked about it decided: the one resolution that
/// GetMap and GetFeatureInfo share.
struct LayerQuery {
  std::string name;                                    ///< as the client wrote it
  DimensionValues values;                              ///< asked of its dimensions
  std::shared_ptr<const coverage::Dataset> published;  ///< the one the layer is of
  /// With what QC masks, at the surface asked for, in stored units.
  std::shared_ptr<const coverage::Dataset> dataset;
  const coverage::Coverage* coverage = nullptr;  ///< owned by dataset
  std::size_t field = 0;
  std::vector<Dimension> dimensions;
  std::vector<Chosen> chosen;  ///< one per dimension
  /// The height or pressure asked for in place of a stored level: `dataset` and `coverage` are then
  /// those of that surface.
  struct Surface {
    ComputedDimension dimension;
    double value = 0;
  };
  std::optional<Surface> surface;
  /// Of a layer of several runs: which forecasts lie along the time axis. `dataset` and `coverage`
  /// are then those of that series; `runs` is the coverage over runs and leads.
  std::shared_ptr<const std::vector<coverage::Forecast>> forecasts;
  std::string forecasts_of;  ///< "The run 2026-01-31T00:00:00Z"; empty: the best of all
  const coverage::Coverage* runs = nullptr;  ///< owned by the catalogue
  coverage::ResolvedQuery query;  ///< in the units asked for: on a coverage of its own then
  [[nodiscard]] const coverage::Field& field_asked() const {
    return query.coverage->fields[query.fields.front()];
  }
  rendering::Style style;  ///< COLORSCALERANGE=auto still open: see with_colour_scale()
};

/// The layers of a map, bottom first, within limits and admitted. No I/O.
/// @throws ows::Exception LayerNotDefined, StyleNotDefined, InvalidDimensionValue,
/// InvalidParameterValue for sizes beyond the limits
[[nodiscard]] std::vector<LayerQuery> resolve_layers(const MapPart& map,
                                                     const ows::Context& context);

/// One layer by name. @throws ows::Exception LayerNotDefined with the given locator
[[nodiscard]] coverage::LayerRef find_layer(const std::string& name, const ows::Context& context,
                                            const char* locator);

/// The layer's style of that name. @throws ows::Exception StyleNotDefined with the given locator
[[nodiscard]] rendering::Style named_style(const coverage::LayerRef& layer, const std::string& name,
                                           const char* locator);

/// A style of the field's for values in `units` (empty: as they are): the same colours for the same
/// samples. @throws coverage::Error{InvalidParameter} as coverage::conversion_of()
[[nodiscard]] rendering::Style style_in_units(rendering::Style style, const coverage::Field& field,
                                              const std::string& units);

/// A style as ncWMS's parameters change it. `values` are what the picture shows, for
/// COLORSCALERANGE=auto. @throws ows::Exception InvalidParameterValue when a logarithmic scale
/// would begin at zero or below
[[nodiscard]] rendering::Style with_colour_scale(rendering::Style style, const ColourScale& scale,
                                                 std::span<const double> values);

/// What was asked of a dimension: by its name, else by DIM_<label of the axis>; absent: nothing.
[[nodiscard]] std::optional<std::string> asked_of(const Dimension& dimension,
                                                  const coverage::Axis& axis,
                                                  const DimensionValues& values);

[[nodiscard]] coverage::TargetGrid target_of(const MapPart& map);

/// Bounds of Limits on a picture. @throws ows::Exception InvalidParameterValue
void check_size(std::size_t width, std::size_t height, const ows::Context& context);

/// What people call a layer's field, in the Context's language.
[[nodiscard]] std::string title_of(const coverage::Dataset& dataset, const coverage::Field& field,
                                   const ows::Context& context);

}  // namespace gyre::wms

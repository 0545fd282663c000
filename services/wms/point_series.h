#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/subset/resample.h"
#include "services/ows/context.h"
#include "services/wms/feature_info.h"
#include "services/wms/layer_query.h"

namespace gyre::wms {

/// The steps of each of the layer's dimensions that a request about a point asks for: TIME=a/b or a
/// list stands for all of them, where a map shows the last.
struct AskedSteps {
  std::vector<ChosenSteps> dimensions;  ///< as many as the layer's
  [[nodiscard]] bool several() const;
  /// Of the layer's query, with those of these steps in place of the one step that a map shows.
  [[nodiscard]] std::vector<std::string> warnings(const LayerQuery& layer) const;
};
/// @throws ows::Exception InvalidDimensionValue, also beyond limits.info_samples
[[nodiscard]] AskedSteps asked_steps(const LayerQuery& layer, const ows::Context& context);

/// In words: the flag_meanings that a sample has, which is not missing; several are joined by ", ".
[[nodiscard]] std::string meaning_of(const coverage::Field& field, const coverage::RawBlock& block,
                                     std::size_t index);

/// The field that has the direction of a speed layer, by its place among the coverage's; absent:
/// the layer is no speed.
[[nodiscard]] std::optional<std::size_t> direction_field(const LayerQuery& layer);

/// One dimension's step in words.
[[nodiscard]] LayerInfo::Step step_of(const LayerQuery& layer, std::size_t dimension,
                                      std::size_t index);

/// Of a layer of several runs: which run and how far ahead the forecast at `index` of its times is.
void add_forecast(const LayerQuery& layer, std::size_t index, std::vector<LayerInfo::Step>& steps);

/// Profiles, time series and sections: the samples of one cell at all steps, the last dimension
/// fastest. Where only levels vary, with their computed heights; of a speed with its directions,
/// and of a field with quality flags with what they say. Cost: one read of each variable, parted
/// where it would inflate too much at once.
[[nodiscard]] std::vector<LayerInfo::Sample> series_at(const LayerQuery& layer,
                                                       const coverage::CellIndex& cell,
                                                       const AskedSteps& steps,
                                                       const ows::Context& context);

}  // namespace gyre::wms

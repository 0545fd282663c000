#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coverage/derive/quality.h"
#include "rendering/colour.h"

namespace gyre::wms {

/// The value of one layer at a pixel, with everything that explains it.
struct LayerInfo {
  std::string layer, title, standard_name, units;
  double longitude = 0, latitude = 0;  ///< of the sample's centre, degrees
  double x = 0, y = 0;                 ///< the same in the data's own CRS
  /// The steps drawn: ("time", "2024-01-31T12:00:00Z"), ("elevation", "-0.5") ...
  struct Step {
    std::string name, value, units;
    bool is_number = false;  ///< `value` is one
  };
  std::vector<Step> steps;
  /// A series: what was asked for at several steps. `value`, `meaning`, `quality` and the colour
  /// are then absent, and `steps` has the dimensions that do not vary.
  struct Sample {
    /// Of the dimensions that vary, and what goes with the value (heights, the direction of a
    /// speed): the same ones in every sample; a number that is missing is empty.
    std::vector<Step> steps;
    std::optional<std::string> value;
    std::string meaning;
    std::vector<coverage::SampleQuality> quality;  ///< the same variables in every sample
  };
  std::vector<Sample> series;
  /// Shortest form that reads back the same; absent: missing, or no number (infinite).
  std::optional<std::string> value;
  std::string meaning;                           ///< of flags; several are joined by ", "
  std::vector<coverage::SampleQuality> quality;  ///< what the sample's quality flags say
  int colour_class = -1;
  std::optional<rendering::Colour> colour;  ///< of that class in the style asked for
};

/// The layers that have a cell there, in the order of QUERY_LAYERS.
struct FeatureInfo {
  std::vector<LayerInfo> layers;
};

}  // namespace gyre::wms

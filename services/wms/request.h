#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "coverage/derive/quality.h"
#include "coverage/model/crs.h"
#include "coverage/model/envelope.h"
#include "rendering/image.h"

namespace gyre::wms {

enum class Version : std::uint8_t { V1_1_1, V1_3_0 };
/// How an exception is told: a report, words in a picture, or an empty picture.
enum class Exceptions : std::uint8_t { Xml, InImage, Blank };

/// Values asked of the dimensions, by dimension name in lower case ("time", "elevation",
/// "member"), as the client wrote them. Empty text means the default, as an absent one does.
using DimensionValues = std::map<std::string, std::string>;

/// ncWMS's parameters that change a style for one request. Source: ncWMS 2 user guide.
struct ColourScale {
  struct Default {
    bool operator==(const Default&) const = default;
  };
  struct Auto {  ///< the range of what the picture shows
    bool operator==(const Auto&) const = default;
  };
  std::variant<Default, Auto, std::pair<double, double>> range;  ///< COLORSCALERANGE
  std::optional<std::size_t> bands;                              ///< NUMCOLORBANDS, 2 .. 250
  std::optional<bool> logarithmic;                               ///< LOGSCALE
  std::optional<rendering::Colour> below, above;  ///< BELOWMINCOLOR, ABOVEMAXCOLOR; extend: absent
  std::optional<double> opacity;                  ///< OPACITY, 0 .. 1
  bool operator==(const ColourScale&) const = default;
};

/// Source: WMS 1.3.0 (OGC 06-042) 7.2; 1.1.1 (OGC 01-068r3) 7.1.
struct GetCapabilities {
  Version version = Version::V1_3_0;           ///< negotiated
  std::optional<std::string> update_sequence;  ///< what the client has
  bool operator==(const GetCapabilities&) const = default;
};

/// A picture of the world: what GetMap asks and GetFeatureInfo asks about.
struct MapPart {
  std::vector<std::string> layers;  ///< bottom first
  std::vector<std::string> styles;  ///< as many as layers; empty: the layer's default
  coverage::Crs crs;
  coverage::Envelope envelope;  ///< x, y order in every version; the outside of the border pixels
  std::size_t width = 0, height = 0;
  DimensionValues dimensions;
  ColourScale colour_scale;
  std::vector<std::string> units;  ///< UNITS: as many as layers, empty texts: as stored; or none
  coverage::QualityWish quality;   ///< QC; empty: all samples
  bool operator==(const MapPart&) const = default;
};

/// Source: WMS 1.3.0 7.3; 1.1.1 7.2.
struct GetMap {
  Version version = Version::V1_3_0;
  MapPart map;
  std::string format;  ///< media type as asked
  rendering::Background background;
  Exceptions exceptions = Exceptions::Xml;
  bool operator==(const GetMap&) const = default;
};

/// Source: WMS 1.3.0 7.4; 1.1.1 7.3.
struct GetFeatureInfo {
  Version version = Version::V1_3_0;
  MapPart map;
  std::vector<std::string> query_layers;
  std::string format;        ///< media type as asked
  std::size_t i = 0, j = 0;  ///< pixel, 0 = left, top
  std::size_t features = 1;  ///< FEATURE_COUNT, per layer
  bool operator==(const GetFeatureInfo&) const = default;
};

/// Source: SLD profile of WMS (OGC 05-078r4) 12; ncWMS 2 for the colour bar alone.
struct GetLegendGraphic {
  Version version = Version::V1_3_0;
  std::string layer;
  std::string style;   ///< empty: the layer's default
  std::string format;  ///< media type as asked
  std::optional<std::size_t> width, height;
  bool colour_bar_only = false;
  bool horizontal = false;
  rendering::Background background;
  ColourScale colour_scale;
  std::string units;  ///< UNITS; empty: as stored
  bool operator==(const GetLegendGraphic&) const = default;
};

}  // namespace gyre::wms

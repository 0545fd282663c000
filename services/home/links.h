#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "coverage/model/dataset.h"
#include "services/ows/context.h"

namespace gyre::home {

/// Requests of other services, as anybody may send them: by address only.

/// Whether a service of that OWS name ("WMS") runs, and its endpoint.
[[nodiscard]] std::optional<std::string> endpoint_of(const ows::Context& context,
                                                     std::string_view ows_name);

/// A map of one field over the dataset's whole box, `width` pixels wide. Empty without WMS.
struct MapLink {
  std::string url;
  int width = 0, height = 0;
};
[[nodiscard]] std::optional<MapLink> map_link(const coverage::Dataset& dataset,
                                              const coverage::Coverage& coverage, std::size_t field,
                                              int width, const ows::Context& context);
[[nodiscard]] std::string capabilities_link(std::string_view endpoint, std::string_view ows_name);

/// "2 Jan 2024 .. ": first and last of the dataset's times, empty without.
[[nodiscard]] std::string time_text(const coverage::Dataset& dataset);
/// "43°N 12°W to 60°N 5°E"
[[nodiscard]] std::string place_text(const coverage::Dataset& dataset);
/// The title in the context's language, else the id.
[[nodiscard]] std::string title_of(const coverage::Dataset& dataset, const ows::Context& context);
[[nodiscard]] std::string field_title(const coverage::Dataset& dataset,
                                      const coverage::Field& field, const ows::Context& context);

}  // namespace gyre::home

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/model/dataset.h"

namespace gyre::wcs {

/// Fields and axis labels are NCNames in GML and SWE; variables of files need not be ("2t",
/// "total precipitation"). These are the names WCS publishes, and the way back.

[[nodiscard]] bool is_ncname(std::string_view text);
/// Other characters become '_', a first character that may not start a name gets '_' before it.
[[nodiscard]] std::string ncname_of(std::string_view text);

/// Published names, unique, in the order of `names`.
[[nodiscard]] std::vector<std::string> published_names(const std::vector<std::string>& names);

/// Of the axes of a domain set, in its order.
[[nodiscard]] std::vector<std::string> axis_labels(const coverage::DomainSet& domain_set);
/// Of the longitudes and latitudes of two-dimensional coordinates: Long and Lat, or the holding's
/// names where an axis is called so.
struct PlaneLabels {
  std::string longitude, latitude;
};
/// @pre domain_set.geometry()
[[nodiscard]] PlaneLabels plane_labels(const coverage::DomainSet& domain_set);
/// Of the fields of a coverage, in its order.
[[nodiscard]] std::vector<std::string> field_names(const coverage::Coverage& coverage);

/// The label the domain set knows for what a client wrote; unknown text comes back unchanged.
[[nodiscard]] std::string axis_label_from(const coverage::DomainSet& domain_set,
                                          const std::string& text);
/// A field by published name, by name, standard_name or (as some clients do) by number from 1.
/// @throws coverage::Error{NoSuchField}
[[nodiscard]] std::size_t field_from(const coverage::Coverage& coverage, const std::string& text);

/// CF units (UDUNITS) as a UCUM code, a best effort: "degC" -> "Cel", "m s-1" -> "m.s-1".
/// Source: OGC 08-094r1 (SWE Common) 7.2.9.
[[nodiscard]] std::string ucum_from(std::string_view cf_units);

}  // namespace gyre::wcs

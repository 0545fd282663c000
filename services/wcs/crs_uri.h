#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/model/axis.h"
#include "coverage/model/crs.h"
#include "coverage/model/domain_set.h"

namespace gyre::wcs {

/// Addresses of coordinate reference systems (DESIGN 4, "CRS URIs"). Addresses of our own begin
/// with `base_url` + "/def/crs" and are served by definition(); on input any host name will do.

/// EPSG or OGC address where an authority knows the CRS, else <base>/def/crs/<hash>.
[[nodiscard]] std::string horizontal_crs_uri(const coverage::Crs& crs, const std::string& base_url);
/// Of an axis other than x and y: OGC UnixTime for dates of the Gregorian kind,
/// <base>/def/crs/time/<calendar>/<unit>/<epoch> for other calendars,
/// <base>/def/crs/vertical/<hash>, and OGC Index1D for members and the rest.
[[nodiscard]] std::string axis_crs_uri(const coverage::Axis& axis, const std::string& base_url);
/// One component alone, or crs-compound?1=...&2=... of several.
[[nodiscard]] std::string compound_crs_uri(const std::vector<std::string>& components);

/// 16 hex digits of what tells vertical axes apart: standard name, units and direction.
[[nodiscard]] std::string vertical_hash(const coverage::Axis& axis);

/// Are positions of `axis` in the numbers of OGC UnixTime?
[[nodiscard]] bool is_unix_time(const coverage::Axis& axis);

/// The first component of a compound, which is the horizontal one; other texts as they are.
[[nodiscard]] std::string horizontal_part(std::string_view text);

/// Does `text`, as a client wrote it, name the CRS in which the coverage has its axes: the whole
/// compound, its horizontal part, or the part of one axis? Short forms (EPSG:4326), other host
/// names and other spellings of one CRS count.
[[nodiscard]] bool names_native_crs(const coverage::DomainSet& domain_set, std::string_view text);
/// The same for one axis: what may stand in SUBSET=axis,CRS(...). OGC AnsiDate is accepted for
/// time, since dates mean the same there.
[[nodiscard]] bool names_axis_crs(const coverage::DomainSet& domain_set, std::size_t axis,
                                  std::string_view text);

}  // namespace gyre::wcs

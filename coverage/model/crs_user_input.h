#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gyre::coverage {

/// "AUTHORITY:CODE" in PROJ's words for a CRS as clients write it: EPSG:4326, CRS:84, CRS84,
/// OGC:CRS84, urn:ogc:def:crs:EPSG::4326, http(s)://www.opengis.net/def/crs/EPSG/0/4326,
/// http://www.opengis.net/gml/srs/epsg.xml#4326. EPSG:900913 and its kin give EPSG:3857.
/// Absent when `text` has none of these forms.
[[nodiscard]] std::optional<std::string> authority_code_of(std::string_view text);

}  // namespace gyre::coverage

#pragma once

#include <string>

#include "services/http/response.h"
#include "services/ows/context.h"

namespace gyre::wcs {

/// Answers for the CRS addresses that crs_uri.h makes: /def/crs/<hash>, /def/crs/vertical/<hash>,
/// /def/crs/time/<calendar>/<unit>/<epoch>. WKT2 (ISO 19162), or PROJJSON when `accept` prefers
/// it. A hash is looked up among the coverages of the catalogue: an address lives as long as
/// something uses it, on every node, without state.
/// @param path below /def/, "crs/0123456789abcdef"
/// @throws ows::Exception InvalidParameterValue 404 when nothing has that address
[[nodiscard]] http::Response definition(const std::string& path, const std::string& accept,
                                        const ows::Context& context);

}  // namespace gyre::wcs

#pragma once

#include "services/ows/kvp.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// KVP -> typed requests (OGC 09-147r3). Syntax only: nothing here needs a coverage.
/// @throws ows::Exception MissingParameterValue, InvalidParameterValue, InvalidEncodingSyntax,
/// OptionNotSupported

[[nodiscard]] GetCapabilities get_capabilities_from_kvp(const ows::Kvp& kvp);
[[nodiscard]] DescribeCoverage describe_coverage_from_kvp(const ows::Kvp& kvp);
[[nodiscard]] GetCoverage get_coverage_from_kvp(const ows::Kvp& kvp);

}  // namespace gyre::wcs

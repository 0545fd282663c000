#pragma once

#include <string>
#include <vector>

#include "coverage/subset/asked_values.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// What UNITS says of some fields of a coverage.
/// @param fields the indices of those asked for
/// @throws ows::Exception InvalidParameterValue with locator UNITS for a field that is not among
/// them or named twice, coverage::Error{NoSuchField}
[[nodiscard]] std::vector<coverage::UnitWish> units_asked(const std::vector<UnitsItem>& items,
                                                          const coverage::Coverage& coverage,
                                                          const std::vector<std::size_t>& fields);

/// What a request asks of values: QC, a computed height or pressure, UNITS.
/// @param fields names of the fields asked for; empty: all
/// @throws as units_asked(), surface_asked() and coverage::quality_rules()
[[nodiscard]] coverage::AskedValues values_asked(const GetCoverage& request,
                                                 const coverage::CoverageOf& offered,
                                                 const std::vector<std::string>& fields);

}  // namespace gyre::wcs

#pragma once

#include "services/ows/xml_reader.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// XML POST -> the same typed requests as KVP makes (OGC 09-148r1). Syntax only. Elements are
/// known by their local names, so that documents with slips in prefixes are still understood.
/// @throws ows::Exception MissingParameterValue, InvalidParameterValue, InvalidEncodingSyntax,
/// OptionNotSupported

[[nodiscard]] GetCapabilities get_capabilities_from_xml(const ows::XmlElement& root);
[[nodiscard]] DescribeCoverage describe_coverage_from_xml(const ows::XmlElement& root);
[[nodiscard]] GetCoverage get_coverage_from_xml(const ows::XmlElement& root);

}  // namespace gyre::wcs

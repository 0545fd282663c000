#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/ows/context.h"
#include "services/ows/xml_writer.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// What WMS 1.1.1's documents point to. Source: OGC 01-068r3, annex A.
inline constexpr std::string_view kDoctype111 =
    "<!DOCTYPE WMT_MS_Capabilities SYSTEM "
    "\"http://schemas.opengis.net/wms/1.1.1/capabilities_1_1_1.dtd\">";

/// Both versions' documents from one description: where they differ, one function says so.
/// Source: WMS 1.3.0 (OGC 06-042) annex E; WMS 1.1.1 (OGC 01-068r3) annex A.
[[nodiscard]] std::string write_capabilities(Version version, const ows::Context& context);

void write_online_resource(ows::XmlWriter& xml, Version version, const std::string& address);
void write_keywords(ows::XmlWriter& xml, const std::vector<std::string>& keywords);
/// The root layer, the datasets in it and their fields. Source: 06-042, 7.2.4.
void write_layers(ows::XmlWriter& xml, Version version, const ows::Context& context);

}  // namespace gyre::wms

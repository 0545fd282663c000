#pragma once

#include <string>

#include "services/ows/context.h"
#include "services/ows/xml_writer.h"

namespace gyre::wcs {

/// The wcs:CoverageSummary elements of the catalogue, in one language.
void write_summaries(ows::XmlWriter& xml, const ows::Context& context, const std::string& language);

}  // namespace gyre::wcs

#pragma once

#include <string>

#include "coverage/base/abort_token.h"
#include "coverage/subset/view.h"
#include "services/ows/context.h"

namespace gyre::wcs {

/// A coverage as GML (OGC 09-146r2): bounds, domain, range type and the samples themselves in a
/// gml:DataBlock, in physical units. Integers that are not packed are exact.
/// @throws coverage::Error{TooLarge} beyond limits.gml_cells samples over all fields
[[nodiscard]] std::string gml_with_values(const coverage::View& view, const ows::Context& context);

/// The same with a reference to a file instead: the first part of a multipart answer.
/// @param content_id of the part that holds the file, without "cid:"
[[nodiscard]] std::string gml_with_file(const coverage::View& view, const ows::Context& context,
                                        const std::string& content_id,
                                        const std::string& media_type);

}  // namespace gyre::wcs

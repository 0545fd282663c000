#pragma once

#include <string_view>

#include "services/http/response.h"
#include "services/ows/context.h"
#include "services/ows/document_cache.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// Media types WCS writes itself, beside those of coverage::encoders().
inline constexpr std::string_view kGmlMediaType = "application/gml+xml";
inline constexpr std::string_view kVersion = "2.0.1";

/// The operations: free functions of what is asked and who asks.
/// @throws ows::Exception, coverage::Error (kRefusals maps it)

/// `documents` keeps what tells of the catalogue alone, ready to be sent.
[[nodiscard]] http::Response get_capabilities(const GetCapabilities& request,
                                              const ows::Context& context,
                                              ows::DocumentCache& documents);
[[nodiscard]] http::Response describe_coverage(const DescribeCoverage& request,
                                               const ows::Context& context,
                                               ows::DocumentCache& documents);
[[nodiscard]] http::Response get_coverage(const GetCoverage& request, const ows::Context& context);

}  // namespace gyre::wcs

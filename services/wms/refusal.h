#pragma once

#include <array>

#include "services/http/request.h"
#include "services/http/response.h"
#include "services/ows/context.h"
#include "services/ows/exception.h"
#include "services/wms/request.h"

namespace gyre::wms {

// WMS 1.3.0 (OGC 06-042) table E.1 and 1.1.1 (01-068r3) A.3; WMS has no code of its own for
// ordinary parameters, those of OWS Common serve. Whatever is not here is the common table's.
inline constexpr std::array kRefusals{
    ows::Refusal{coverage::ErrorKind::NoSuchCoverage, "LayerNotDefined", 404},
    ows::Refusal{coverage::ErrorKind::NoSuchField, "LayerNotDefined", 404},
    ows::Refusal{coverage::ErrorKind::OutsideDomain, "InvalidDimensionValue", 400},
    ows::Refusal{coverage::ErrorKind::InvalidInterval, "InvalidDimensionValue", 400},
    ows::Refusal{coverage::ErrorKind::InvalidPosition, "InvalidDimensionValue", 400},
    ows::Refusal{coverage::ErrorKind::CrsNotSupported, "InvalidCRS", 400},
    ows::Refusal{coverage::ErrorKind::FormatNotSupported, "InvalidFormat", 400}};

/// A service exception in the words and document of the version.
[[nodiscard]] http::Response exception_report(const ows::Exception& exception, Version version,
                                              int status);

/// The answer to a request that failed: a report, or a picture where the request wants one
/// (EXCEPTIONS=INIMAGE, BLANK) and is whole enough to draw it. Never throws for what clients send.
[[nodiscard]] http::Response refusal(const std::exception& error, const http::Request& request,
                                     const ows::Context& context);

}  // namespace gyre::wms

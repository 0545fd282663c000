#include "services/wcs/service.h"

#include <array>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "services/ows/exception.h"
#include "services/ows/operation.h"
#include "services/wcs/definition.h"
#include "services/wcs/kvp_binding.h"
#include "services/wcs/operations.h"
#include "services/wcs/xml_binding.h"

namespace gyre::wcs {
namespace {

constexpr std::array kOperations{
    ows::operation<get_capabilities_from_kvp, get_capabilities_from_xml, get_capabilities,
                   ows::DocumentCache>("GetCapabilities"),
    ows::operation<describe_coverage_from_kvp, describe_coverage_from_xml, describe_coverage,
                   ows::DocumentCache>("DescribeCoverage"),
    ows::operation<get_coverage_from_kvp, get_coverage_from_xml, get_coverage, ows::DocumentCache>(
        "GetCoverage"),
};

using coverage::ErrorKind;

// OGC 09-110r4 table 20; OGC 12-040 for fields; whatever is not here is OWS Common 2.0 (06-121r9)
// clause 8.
constexpr std::array kRefusals{
    ows::Refusal{ErrorKind::NoSuchCoverage, "NoSuchCoverage", 404},
    ows::Refusal{ErrorKind::NoSuchAxis, "InvalidAxisLabel", 404},
    ows::Refusal{ErrorKind::DuplicateAxis, "InvalidAxisLabel", 404},
    ows::Refusal{ErrorKind::OutsideDomain, "InvalidSubsetting", 404},
    ows::Refusal{ErrorKind::InvalidInterval, "InvalidSubsetting", 404},
    ows::Refusal{ErrorKind::InvalidPosition, "InvalidSubsetting", 404},
    ows::Refusal{ErrorKind::NoSuchField, "NoSuchField", 404},
    ows::Refusal{ErrorKind::CrsNotSupported, "SubsettingCrs-NotSupported", 404},
    ows::Refusal{ErrorKind::FormatNotSupported, "InvalidParameterValue", 400},
    ows::Refusal{ErrorKind::EncodingRefused, "InvalidParameterValue", 400},
};

}  // namespace

http::Response WcsService::handle(const http::Request& request, const std::string& rest,
                                  const ows::Context& context) const {
  if (request.path == "/def" || request.path.starts_with("/def/")) {
    return definition(rest, std::string(request.header("accept").value_or("")), context);
  }
  if (!rest.empty()) {
    throw ows::Exception("InvalidParameterValue", "path", 404,
                         "There is nothing below this address.");
  }
  return ows::dispatch<ows::DocumentCache>(kOperations, ows::read_request(request, context),
                                           context, documents_);
}

http::Response WcsService::refuse(const std::exception& error, const http::Request& /*request*/,
                                  const ows::Context& context) const {
  if (const auto* said = dynamic_cast<const ows::Exception*>(&error)) {
    return ows::exception_report_20(*said, context.language);
  }
  if (const auto* domain = dynamic_cast<const coverage::Error*>(&error)) {
    return ows::exception_report_20(ows::to_exception(*domain, kRefusals), context.language);
  }
  return ows::exception_report_20(
      ows::to_exception(coverage::Error(ErrorKind::Internal, "", error.what()), kRefusals),
      context.language);
}

}  // namespace gyre::wcs

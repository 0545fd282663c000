#include "services/ows/exception.h"

#include "services/ows/xml_writer.h"

namespace gyre::ows {
namespace {

using coverage::ErrorKind;

/// For what a service's own table leaves out. OWS Common 2.0 (06-121r9) table 28.
Refusal common_refusal(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NoSuchCoverage:
    case ErrorKind::NoSuchField:
    case ErrorKind::NoSuchAxis:
    case ErrorKind::DuplicateAxis:
    case ErrorKind::OutsideDomain:
    case ErrorKind::InvalidInterval:
    case ErrorKind::InvalidPosition:
    case ErrorKind::CrsNotSupported:
    case ErrorKind::FormatNotSupported:
    case ErrorKind::EncodingRefused:
    case ErrorKind::InvalidParameter:
    case ErrorKind::TooLarge:
      return {kind, "InvalidParameterValue", 400};
    case ErrorKind::HoldingChanged:
    case ErrorKind::Unreachable:
    case ErrorKind::NoRoom:
    case ErrorKind::Aborted:
    case ErrorKind::DeadlineExceeded:
      return {kind, "NoApplicableCode", 503};
    case ErrorKind::MalformedHolding:
    case ErrorKind::UnsupportedHolding:
    case ErrorKind::Internal:
      break;
  }
  return {kind, "NoApplicableCode", 500};
}

/// Failures below us may speak of paths and libraries: those words are for the log.
bool is_for_clients(ErrorKind kind) {
  return kind != ErrorKind::Internal && kind != ErrorKind::MalformedHolding &&
         kind != ErrorKind::UnsupportedHolding;
}

}  // namespace

Exception to_exception(const coverage::Error& error, std::span<const Refusal> table) {
  Refusal refusal = common_refusal(error.kind());
  for (const Refusal& row : table) {
    if (row.kind == error.kind()) refusal = row;
  }
  if (!is_for_clients(error.kind())) {
    return {std::string(refusal.code), "", refusal.status,
            "The server could not read its data; its log says why, under this request's id."};
  }
  return {std::string(refusal.code), error.subject(), refusal.status, error.what()};
}

http::Response exception_report_20(const Exception& exception, std::string_view language) {
  XmlWriter xml;
  xml.start("ows:ExceptionReport");
  xml.attribute("xmlns:ows", "http://www.opengis.net/ows/2.0");
  xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  xml.attribute("xsi:schemaLocation",
                "http://www.opengis.net/ows/2.0 "
                "http://schemas.opengis.net/ows/2.0/owsExceptionReport.xsd");
  xml.attribute("version", "2.0.0");
  if (!language.empty()) xml.attribute("xml:lang", language);
  xml.start("ows:Exception");
  xml.attribute("exceptionCode", exception.code());
  if (!exception.locator().empty()) xml.attribute("locator", exception.locator());
  xml.element("ows:ExceptionText", exception.what());

  http::Response response;
  response.status = exception.status();
  response.media_type = "application/xml; charset=utf-8";
  response.body = xml.take();
  return response;
}

}  // namespace gyre::ows

#include "services/ows/exception.h"

#include <catch2/catch.hpp>

#include "services/ows/xml_reader.h"

namespace gyre::ows {

using coverage::Error;
using coverage::ErrorKind;

TEST_CASE("an exception report has code, locator, text and language", "[ows]") {
  const http::Response response = exception_report_20(
      Exception("NoSuchCoverage", "c<9>", 404, "There is no coverage c<9>."), "en");
  CHECK(response.status == 404);
  CHECK(response.media_type == "application/xml; charset=utf-8");
  const XmlElement report = parse_xml(std::get<std::string>(response.body));
  CHECK(report.namespace_uri == "http://www.opengis.net/ows/2.0");
  CHECK(report.attribute("version") == "2.0.0");
  REQUIRE(report.child("Exception"));
  CHECK(report.child("Exception")->attribute("exceptionCode") == "NoSuchCoverage");
  CHECK(report.child("Exception")->attribute("locator") == "c<9>");
  CHECK(report.child("Exception")->child("ExceptionText")->text == "There is no coverage c<9>.");
}

TEST_CASE("a service's own row goes before the common ones", "[ows]") {
  const Refusal table[]{{ErrorKind::NoSuchCoverage, "NoSuchCoverage", 404}};
  const Exception own = to_exception(Error(ErrorKind::NoSuchCoverage, "x", "No x."), table);
  CHECK(own.code() == "NoSuchCoverage");
  CHECK(own.status() == 404);
  CHECK(own.locator() == "x");
  const Exception common = to_exception(Error(ErrorKind::TooLarge, "x", "Too much."), table);
  CHECK(common.code() == "InvalidParameterValue");
  CHECK(common.status() == 400);
}

TEST_CASE("words of libraries and paths stay on the server", "[ows]") {
  for (const ErrorKind kind :
       {ErrorKind::Internal, ErrorKind::MalformedHolding, ErrorKind::UnsupportedHolding}) {
    const Exception said =
        to_exception(Error(kind, "/srv/data/a.nc", "HDF5: /srv/data/a.nc: bad superblock"), {});
    CHECK(said.status() == 500);
    CHECK(said.locator().empty());
    CHECK(std::string(said.what()).find("/srv") == std::string::npos);
    CHECK(std::string(said.what()).find("HDF5") == std::string::npos);
  }
}

}  // namespace gyre::ows

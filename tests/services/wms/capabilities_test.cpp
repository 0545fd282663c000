#include <fstream>

#include <catch2/catch.hpp>
#include <libxml/parser.h>
#include <libxml/valid.h>

#include "schemas/validator.h"
#include "tests/services/wms/picture.h"

namespace gyre::wms::testing {
namespace {

std::string schema_problems(const std::string& document) {
  static const schemas::Validator validator(GYRE_SCHEMA_DIR);
  std::string text;
  for (const schemas::Problem& problem : validator.validate(document)) {
    text += std::to_string(problem.line) + ": " + problem.text + "\n";
  }
  return text;
}

/// WMS 1.1.1 has a DTD; libxml2 judges. No network: the DTD is read from the schema root.
bool valid_by_dtd(const std::string& document, const std::string& dtd_name) {
  const std::string path = std::string(GYRE_SCHEMA_DIR) + "/ogc/wms/1.1.1/" + dtd_name;
  xmlDocPtr parsed = xmlReadMemory(document.data(), static_cast<int>(document.size()), "", nullptr,
                                   XML_PARSE_NONET);
  xmlDtdPtr dtd = xmlParseDTD(nullptr, reinterpret_cast<const xmlChar*>(path.c_str()));
  REQUIRE(parsed != nullptr);
  REQUIRE(dtd != nullptr);
  xmlValidCtxtPtr context = xmlNewValidCtxt();
  const bool valid = xmlValidateDtd(context, parsed, dtd) == 1;
  xmlFreeValidCtxt(context);
  xmlFreeDtd(dtd);
  xmlFreeDoc(parsed);
  return valid;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

bool contains(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("the 1.3.0 capabilities are valid by OGC's schemas", "[wms]") {
  const http::Response response = Server().get("SERVICE=WMS&REQUEST=GetCapabilities");
  CHECK(response.media_type.starts_with("text/xml"));
  CHECK(schema_problems(text_of(response)) == "");
}

TEST_CASE("with every word about the operator they are still valid, in both versions", "[wms]") {
  Server server;
  auto identity = std::make_shared<ows::ServiceIdentity>();
  identity->contact_name = "N. N.";
  identity->contact_position = "operator";
  identity->contact_email = "n@example.org";
  identity->contact_phone = "+0 1";
  identity->contact_city = "Brest";
  identity->provider_site = "http://example.org/?a=1&b=2";
  identity->abstract = "A <b>bold</b> \x01 abstract";
  server.context().identity = identity;
  CHECK(schema_problems(text_of(server.get("REQUEST=GetCapabilities"))) == "");
  CHECK(valid_by_dtd(text_of(server.get("REQUEST=GetCapabilities&VERSION=1.1.1")),
                     "capabilities_1_1_1.dtd"));
}

TEST_CASE("the 1.1.1 capabilities are valid by their DTD", "[wms]") {
  const http::Response response = Server().get("SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.1.1");
  CHECK(response.media_type == "application/vnd.ogc.wms_xml");
  const std::string text = text_of(response);
  CHECK(contains(text, "<!DOCTYPE WMT_MS_Capabilities SYSTEM"));
  CHECK(valid_by_dtd(text, "capabilities_1_1_1.dtd"));
  CHECK(contains(text, "<Name>OGC:WMS</Name>"));
  CHECK(contains(text, "LatLonBoundingBox"));
  CHECK(count(text, "<Extent name=\"time\"") == 2);
}

TEST_CASE("layers are named, queryable and have their dimensions themselves", "[wms]") {
  const std::string text = text_of(Server().get("REQUEST=GetCapabilities"));
  CHECK(contains(text, "<Name>forecast/thetao</Name>"));
  CHECK(contains(text, "<Name>local/u</Name>"));
  CHECK(count(text, "queryable=\"1\"") == 3);
  CHECK(contains(text,
                 "<Dimension name=\"time\" units=\"ISO8601\" default=\"2024-01-03T12:00:00Z\" "
                 "multipleValues=\"1\" nearestValue=\"1\" current=\"1\">"
                 "2024-01-01T12:00:00Z/2024-01-06T12:00:00Z/P1D</Dimension>"));
  CHECK(contains(text,
                 "<Dimension name=\"elevation\" units=\"CRS:88\" unitSymbol=\"m\" "
                 "default=\"-0.494025\" multipleValues=\"1\" nearestValue=\"1\">"
                 "-0.494025,-10</Dimension>"));
}

TEST_CASE("boxes follow the axis order of their CRS and version", "[wms]") {
  const Server server({make_local()});
  const std::string now = text_of(server.get("REQUEST=GetCapabilities"));
  CHECK(contains(now, "CRS=\"EPSG:4326\" minx=\"49.5\" miny=\"-2.5\" maxx=\"51.5\" maxy=\"0.5\""));
  CHECK(contains(now, "CRS=\"CRS:84\" minx=\"-2.5\" miny=\"49.5\" maxx=\"0.5\" maxy=\"51.5\""));
  CHECK_FALSE(contains(now, "BoundingBox CRS=\"EPSG:3031\""));
  CHECK(contains(now, "<CRS>EPSG:3031</CRS>"));
  const std::string old = text_of(server.get("REQUEST=GetCapabilities&VERSION=1.1.1"));
  CHECK(contains(old, "SRS=\"EPSG:4326\" minx=\"-2.5\" miny=\"49.5\" maxx=\"0.5\" maxy=\"51.5\""));
}

TEST_CASE("legends have the size the capabilities announce", "[wms]") {
  const Server server;
  const std::string text = text_of(server.get("REQUEST=GetCapabilities"));
  std::size_t checked = 0;
  for (std::size_t at = text.find("<LegendURL "); at != std::string::npos;
       at = text.find("<LegendURL ", at + 1)) {
    const auto value = [&](const std::string& key) {
      const std::size_t from = text.find(key + "=\"", at) + key.size() + 2;
      return text.substr(from, text.find('"', from) - from);
    };
    std::string href = value("href");
    for (std::size_t amp; (amp = href.find("&amp;")) != std::string::npos;) href.erase(amp + 1, 4);
    CHECK(href.starts_with("http://gyre.test/wms?"));
    const auto picture = picture_of(server.get(href.substr(href.find('?') + 1)));
    CHECK(std::to_string(picture.width) == value("width"));
    CHECK(std::to_string(picture.height) == value("height"));
    ++checked;
  }
  CHECK(checked > 5);
}

TEST_CASE("UPDATESEQUENCE spares a client the document it has", "[wms]") {
  const Server server;
  CHECK(code_of(server.get("REQUEST=GetCapabilities&UPDATESEQUENCE=7")) == "CurrentUpdateSequence");
  CHECK(code_of(server.get("REQUEST=GetCapabilities&UPDATESEQUENCE=8")) == "InvalidUpdateSequence");
  CHECK(code_of(server.get("REQUEST=GetCapabilities&UPDATESEQUENCE=x")) == "InvalidUpdateSequence");
  CHECK(code_of(server.get("REQUEST=GetCapabilities&UPDATESEQUENCE=6")).empty());
}

TEST_CASE("addresses are those of the request, also in a document made before", "[wms]") {
  Server server;
  static_cast<void>(server.get("REQUEST=GetCapabilities"));
  server.context().service_url = "https://other.test/a&b/wms";
  const std::string text = text_of(server.get("REQUEST=GetCapabilities"));
  CHECK(contains(text, "xlink:href=\"https://other.test/a&amp;b/wms?\""));
  CHECK_FALSE(contains(text, "gyre.test"));
  CHECK_FALSE(contains(text, "{gyre"));
}

TEST_CASE("titles speak the language asked for", "[wms]") {
  Server server;
  server.context().language = "fr";
  CHECK(contains(text_of(server.get("REQUEST=GetCapabilities")), "Titre de forecast"));
}

}  // namespace gyre::wms::testing

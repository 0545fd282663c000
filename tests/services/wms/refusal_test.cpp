#include "services/ows/exception.h"
#include "tests/services/wms/picture.h"

namespace gyre::wms::testing {
namespace {

const std::string kMap =
    "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&STYLES=&CRS=CRS:84&FORMAT=image/png"
    "&BBOX=0,0,10,10&WIDTH=40&HEIGHT=30";

}  // namespace

TEST_CASE("a map that cannot be drawn is refused with the standard's code", "[wms]") {
  struct Row {
    const char *query, *code;
  };
  const auto row = GENERATE(values<Row>({
      {"&LAYERS=none", "LayerNotDefined"},
      {"&LAYERS=none/u", "LayerNotDefined"},
      {"&LAYERS=local/u,local/none", "LayerNotDefined"},
      {"&LAYERS=forecast/thetao&TIME=1900-01-01", "InvalidDimensionValue"},
      {"&LAYERS=forecast/thetao&ELEVATION=-900", "InvalidDimensionValue"},
      {"&LAYERS=local/u&LOGSCALE=true", "InvalidParameterValue"},
  }));
  CAPTURE(row.query);
  const http::Response response = Server().get(kMap + row.query);
  CHECK(code_of(response) == row.code);
  CHECK(response.status == 200);
  CHECK(headers_of(response, "Cache-Control") == std::vector<std::string>{"no-store"});
}

TEST_CASE("where the operator wants it, refusals have the status of what went wrong", "[wms]") {
  Server server;
  server.context().wms_exception_status = 0;
  CHECK(server.get(kMap + "&LAYERS=local/none").status == 404);
  CHECK(server.get("").status == 400);
}

TEST_CASE("too large a picture, or too many layers, is refused before any work", "[wms]") {
  Server server;
  const auto size =
      GENERATE("&WIDTH=4097&HEIGHT=1", "&WIDTH=1&HEIGHT=100000000", "&WIDTH=8192&HEIGHT=8192");
  const std::string map =
      "VERSION=1.3.0&REQUEST=GetMap&STYLES=&CRS=CRS:84&FORMAT=image/png&BBOX=0,0,10,10";
  CHECK(code_of(server.get(map + "&LAYERS=local/u" + size)) == "InvalidParameterValue");
  server.context().limits.map_layers = 1;
  CHECK(code_of(server.get(kMap + "&LAYERS=local/u,local/u")) == "InvalidParameterValue");
}

TEST_CASE("the other ways to go wrong have their codes", "[wms]") {
  const Server server;
  CHECK(code_of(server.get("")) == "MissingParameterValue");
  CHECK(code_of(server.get("SERVICE=WCS&REQUEST=GetCapabilities")) == "InvalidParameterValue");
  CHECK(code_of(server.get("SERVICE=WMS&REQUEST=GetNothing")) == "OperationNotSupported");
  CHECK(code_of(server.get("SERVICE=WMS&REQUEST=GetMap&%ZZ=1")) == "InvalidParameterValue");
  std::string format = kMap + "&LAYERS=local/u";
  format.replace(format.find("image/png"), 9, "image/tiff");
  CHECK(code_of(server.get(format)) == "InvalidFormat");
  std::string style = kMap + "&LAYERS=local/u";
  style.replace(style.find("STYLES="), 7, "STYLES=nope");
  CHECK(code_of(server.get(style)) == "StyleNotDefined");
}

TEST_CASE("1.1.1 has its own report and its own word for the CRS", "[wms]") {
  const http::Response response = Server().get(
      "VERSION=1.1.1&REQUEST=GetMap&LAYERS=local/u&STYLES=&SRS=EPSG:0&BBOX=0,0,1,1&WIDTH=1"
      "&HEIGHT=1&FORMAT=image/png");
  CHECK(response.media_type == "application/vnd.ogc.se_xml");
  CHECK(code_of(response) == "InvalidSRS");
  CHECK(text_of(response).find("exception_1_1_1.dtd") != std::string::npos);
}

TEST_CASE("INIMAGE and BLANK answer with a picture of the size and format asked for", "[wms]") {
  const Server server;
  const http::Response said = server.get(kMap + "&LAYERS=none&EXCEPTIONS=INIMAGE");
  CHECK(said.media_type == "image/png");
  const auto words = picture_of(said);
  CHECK(words.width == 40);
  CHECK(words.height == 30);
  CHECK_FALSE(is_all(words, rendering::kWhite));
  const auto nothing = server.get(kMap + "&LAYERS=none&EXCEPTIONS=BLANK&BGCOLOR=0x0000FF");
  CHECK(is_all(picture_of(nothing), {0, 0, 255, 255}));
  const auto clear = picture_of(
      server.get(kMap + "&LAYERS=none&EXCEPTIONS=application/vnd.ogc.se_blank&TRANSPARENT=TRUE"));
  CHECK(clear.at(3, 3).alpha == 0);
}

TEST_CASE("a picture of no known size is told as a report after all", "[wms]") {
  std::string query = kMap + "&LAYERS=local/u&EXCEPTIONS=INIMAGE";
  query.replace(query.find("WIDTH=40"), 8, "WIDTH=4e9");
  CHECK(code_of(Server().get(query)) == "InvalidParameterValue");
}

TEST_CASE("failures below us are told in our words", "[wms]") {
  const WmsService service;
  Server server;
  const coverage::Error error(coverage::ErrorKind::Internal, "/secret/path",
                              "libfoo: /secret/path");
  const http::Response response = service.refuse(error, {}, server.context());
  CHECK(text_of(response).find("secret") == std::string::npos);
  CHECK(code_of(response) == "NoApplicableCode");
}

}  // namespace gyre::wms::testing

#include "rendering/style.h"
#include "tests/services/wms/picture.h"

namespace gyre::wms::testing {
namespace {

using rendering::Colour;
using rendering::kWhite;

const std::string kMap =
    "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&STYLES=&CRS=CRS:84&FORMAT=image/png";
/// The three by two cells of local/u, one pixel each.
const std::string kLocal = kMap + "&LAYERS=local/u&BBOX=-2.5,49.5,0.5,51.5&WIDTH=3&HEIGHT=2";
const std::string kWorld = kMap + "&LAYERS=forecast/thetao&BBOX=-180,-90,180,90&WIDTH=36&HEIGHT=18";

Colour expected(const coverage::Dataset& dataset, double value) {
  const auto style = rendering::styles_for(dataset.coverages.front(), 0).front();
  return style.palette.colours[static_cast<std::size_t>(rendering::class_of(style, value))];
}

}  // namespace

TEST_CASE("a map shows each cell in the colour of its class", "[wms]") {
  const auto picture = picture_of(Server().get(kLocal));
  REQUIRE(picture.width == 3);
  REQUIRE(picture.height == 2);
  const auto local = make_local();
  for (std::size_t k = 0; k < 5; ++k) {
    CAPTURE(k);
    CHECK((picture.at(k % 3, k / 3) == expected(*local, static_cast<double>(k))));
  }
  CHECK((picture.at(2, 1) == kWhite));  // missing
}

TEST_CASE("EPSG:4326 is y first in 1.3.0 and x first in 1.1.1", "[wms]") {
  const Server server;
  const std::string rest = "&LAYERS=local/u&STYLES=&WIDTH=3&HEIGHT=2&FORMAT=image/png";
  const auto plain = picture_of(server.get(kLocal));
  CHECK(picture_of(server.get("VERSION=1.3.0&REQUEST=GetMap&CRS=EPSG:4326"
                              "&BBOX=49.5,-2.5,51.5,0.5" +
                              rest))
            .bytes == plain.bytes);
  CHECK(picture_of(server.get("VERSION=1.1.1&REQUEST=GetMap&SRS=EPSG:4326"
                              "&BBOX=-2.5,49.5,0.5,51.5" +
                              rest))
            .bytes == plain.bytes);
}

TEST_CASE("a grid of 0 to 360 is drawn from -180 to 180 and across the dateline", "[wms]") {
  const Server server;
  const auto dataset = make_forecast();
  const auto picture = picture_of(server.get(kWorld + "&TIME=2024-01-01&ELEVATION=-0.494025"));
  for (std::size_t i = 0; i < 36; ++i) {
    const double column = static_cast<double>((i + 18) % 36);
    CAPTURE(i);
    CHECK((picture.at(i, 5) == expected(*dataset, column + 0.25)));
    CHECK((picture.at(i, 17) == kWhite));  // the missing southern row
  }
  const auto dateline =
      picture_of(server.get(kMap + "&LAYERS=forecast/thetao&BBOX=170,0,190,10&WIDTH=2&HEIGHT=1"
                                   "&TIME=2024-01-01&ELEVATION=-0.494025"));
  CHECK((dateline.at(0, 0) == expected(*dataset, 17.25)));
  CHECK((dateline.at(1, 0) == expected(*dataset, 18.25)));
}

TEST_CASE("TRANSPARENT and BGCOLOR decide what lies under missing values", "[wms]") {
  const Server server;
  CHECK(picture_of(server.get(kLocal + "&TRANSPARENT=TRUE")).at(2, 1).alpha == 0);
  CHECK((picture_of(server.get(kLocal + "&BGCOLOR=0x102030")).at(2, 1) == Colour{16, 32, 48, 255}));
  CHECK((picture_of(server.get(kLocal + "&TRANSPARENT=FALSE")).at(2, 1) == kWhite));
}

TEST_CASE("8-bit and 32-bit pictures are the same picture", "[wms]") {
  const Server server;
  std::string rgba = kLocal;
  rgba.replace(rgba.find("image/png"), 9, "image/png;%20mode=32bit");
  const http::Response response = server.get(rgba);
  CHECK(response.media_type == "image/png; mode=32bit");
  CHECK(picture_of(response).bytes == picture_of(server.get(kLocal)).bytes);
}

TEST_CASE("layers lie one over the other, bottom first", "[wms]") {
  const Server server;
  const std::string both =
      "VERSION=1.3.0&REQUEST=GetMap&CRS=CRS:84&FORMAT=image/png&LAYERS=forecast/thetao,local/u"
      "&STYLES=,&BBOX=-2.5,49.5,0.5,51.5&WIDTH=3&HEIGHT=2&TIME=2024-01-01&ELEVATION=-10";
  const http::Response response = server.get(both);
  const auto picture = picture_of(response);
  CHECK((picture.at(0, 0) == expected(*make_local(), 0)));
  // local/u is missing there; 0 E lies in the last column, or the first, of the grid below.
  CHECK_FALSE((picture.at(2, 1) == kWhite));
  CHECK(headers_of(response, "Warning").empty());
}

TEST_CASE("outside of the data and of the CRS there is background and no error", "[wms]") {
  const Server server;
  const std::string base =
      "VERSION=1.3.0&REQUEST=GetMap&FORMAT=image/png&LAYERS=local/u&STYLES=&WIDTH=4&HEIGHT=4";
  const auto where =
      GENERATE("&CRS=CRS:84&BBOX=10,10,20,20", "&CRS=CRS:84&BBOX=0,91,10,95",
               "&CRS=EPSG:3857&BBOX=-9e9,8e9,-8e9,9e9", "&CRS=EPSG:3031&BBOX=-1e6,-1e6,1e6,1e6");
  CAPTURE(where);
  CHECK(is_all(picture_of(server.get(base + where)), kWhite));
}

TEST_CASE("a default or nearest value is told in a Warning header", "[wms]") {
  const Server server;
  CHECK(headers_of(server.get(kWorld), "Warning") ==
        std::vector<std::string>{"99 Default value used: time=2024-01-03T12:00:00Z ISO8601",
                                 "99 Default value used: elevation=-0.494025 m"});
  CHECK(headers_of(server.get(kWorld + "&TIME=2024-01-02T10:00:00Z&ELEVATION=-8"), "Warning") ==
        std::vector<std::string>{"99 Nearest value used: time=2024-01-02T12:00:00Z ISO8601",
                                 "99 Nearest value used: elevation=-10 m"});
  CHECK(headers_of(server.get(kWorld + "&TIME=2024-01-02&ELEVATION=10"), "Warning").empty());
}

TEST_CASE("an axis may be asked for by its own label too", "[wms]") {
  const Server server;
  CHECK(picture_of(server.get(kWorld + "&TIME=2024-01-02&DIM_DEPTH=10")).bytes ==
        picture_of(server.get(kWorld + "&TIME=2024-01-02&ELEVATION=-10")).bytes);
}

TEST_CASE("a JPEG has the background under what is missing", "[wms]") {
  std::string query = kLocal + "&TRANSPARENT=TRUE&BGCOLOR=0xFF0000";
  query.replace(query.find("image/png"), 9, "image/jpeg");
  const http::Response response = Server().get(query);
  CHECK(response.media_type == "image/jpeg");
  CHECK(text_of(response).starts_with("\xff\xd8\xff"));
}

TEST_CASE("styles are found by palette, with ncWMS's scale parameters", "[wms]") {
  const Server server;
  std::string query = kLocal + "&COLORSCALERANGE=0,5&NUMCOLORBANDS=5";
  query.replace(query.find("STYLES="), 7, "STYLES=default/grey");
  const auto picture = picture_of(server.get(query));
  const auto grey = rendering::with_colours(*rendering::find_palette("grey"), 5);
  for (std::size_t k = 0; k < 5; ++k) CHECK((picture.at(k % 3, k / 3) == grey.colours[k]));
  CHECK((picture_of(server.get(query + "&ABOVEMAXCOLOR=transparent&OPACITY=100")).at(0, 0) ==
         grey.colours[0]));
  std::string automatic = kLocal + "&COLORSCALERANGE=auto&NUMCOLORBANDS=2";
  const auto two = rendering::with_colours(*rendering::find_palette("balance"), 2);
  CHECK((picture_of(server.get(automatic)).at(0, 0) == two.colours[0]));
  CHECK((picture_of(server.get(automatic)).at(1, 1) == two.colours[1]));
}

TEST_CASE("a dataset's own endpoint knows layers without the dataset", "[wms]") {
  Server server;
  server.context().dataset_scope = "local";
  server.context().catalogue = server.context().catalogue->scoped_to("local");
  std::string query = kLocal;
  query.replace(query.find("local/u"), 7, "u");
  CHECK(picture_of(server.get(query)).bytes == picture_of(server.get(kLocal)).bytes);
}

}  // namespace gyre::wms::testing

#include "coverage/metadata/description.h"

#include <cmath>

#include "coverage/archive/archive.h"
#include "coverage/metadata/plain_text.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;

namespace {

std::shared_ptr<const Dataset> dataset_of(const TemporaryFolder& folder, const std::string& name,
                                          const std::string& cdl,
                                          const DescriptionOverlay& overlay = {}) {
  ArchiveSettings settings;
  settings.roots = {ncgen(folder, name, cdl)};
  settings.datasets.resize(1);
  settings.datasets[0].path = name;
  settings.datasets[0].description = overlay;
  const auto catalogue = build_catalogue(settings, 1);
  for (const NotServed& one : catalogue->not_served()) UNSCOPED_INFO(one.reason);
  REQUIRE(catalogue->datasets().size() == 1);
  return catalogue->datasets()[0];
}

std::string on_longitudes(const std::string& longitudes, int count) {
  return "netcdf l { dimensions: lat = 2 ; lon = " + std::to_string(count) +
         R"( ; variables: double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ; float v(lat, lon) ;
  data: lat = 10, 20 ; lon = )" +
         longitudes + " ; }";
}

void check_box(const Envelope& box, const Envelope& expected, double within = 1e-6) {
  CHECK(box.min_x == Approx(expected.min_x).margin(within));
  CHECK(box.min_y == Approx(expected.min_y).margin(within));
  CHECK(box.max_x == Approx(expected.max_x).margin(within));
  CHECK(box.max_y == Approx(expected.max_y).margin(within));
}

}  // namespace

TEST_CASE("a geographic box lies within -180..180 with west below east", "[metadata]") {
  struct Row {
    const char *why, *longitudes;
    int count;
    double west, east;
  };
  const auto row = GENERATE(values<Row>({
      {"as it is", "-20, -10, 0", 3, -25, 5},
      {"0..360 in the west", "300, 310, 320", 3, -65, -35},
      {"0..360 beyond a turn", "370, 380", 2, 5, 25},
      {"ends at the dateline", "155, 165, 175", 3, 150, 180},
      {"begins at the dateline", "185, 195", 2, -180, -160},
      {"crosses the dateline", "170, 180, 190", 3, -180, 180},
      {"all round, centres on 0", "0, 90, 180, 270", 4, -180, 180},
      {"all round, edges on 180", "-135, -45, 45, 135", 4, -180, 180},
      {"descending", "20, 10, 0", 3, -5, 25},
  }));
  CAPTURE(row.why);
  const TemporaryFolder folder;
  const auto dataset = dataset_of(folder, "l.nc", on_longitudes(row.longitudes, row.count));
  check_box(dataset->description->geographic, {row.west, 5, row.east, 25});
}

TEST_CASE("the box of a projected grid follows its outline and the pole inside", "[metadata]") {
  const auto polar = [](const char* x, const char* y) {
    return std::string(R"(netcdf p { dimensions: y = 3 ; x = 3 ;
variables:
  double x(x) ; x:standard_name = "projection_x_coordinate" ; x:units = "m" ;
  double y(y) ; y:standard_name = "projection_y_coordinate" ; y:units = "m" ;
  int crs ; crs:grid_mapping_name = "polar_stereographic" ; crs:latitude_of_projection_origin = 90. ;
    crs:straight_vertical_longitude_from_pole = 0. ; crs:standard_parallel = 70. ;
    crs:semi_major_axis = 6371000. ; crs:inverse_flattening = 0. ;
  float v(y, x) ; v:grid_mapping = "crs" ;
data: x = )") +
           x + " ; y = " + y + " ; }";
  };
  const TemporaryFolder folder;
  const auto around =
      dataset_of(folder, "around.nc", polar("-1000000, 0, 1000000", "-1000000, 0, 1000000"));
  const Envelope& whole = around->description->geographic;
  CHECK(whole.min_x == -180);
  CHECK(whole.max_x == 180);
  CHECK(whole.max_y == 90);
  CHECK(whole.min_y > 65);
  CHECK(whole.min_y < 75);
  // South of the pole on the meridian of Greenwich: the southernmost point lies on the low edge.
  const auto beside = dataset_of(folder, "beside.nc",
                                 polar("-1000000, 0, 1000000", "-3000000, -2000000, -1000000"));
  const Envelope& part = beside->description->geographic;
  CHECK(part.max_y < 90);
  CHECK(part.min_x == Approx(-part.max_x));
  CHECK(part.max_x < 90);
  // Across the dateline: all longitudes.
  const auto behind =
      dataset_of(folder, "behind.nc", polar("-1000000, 0, 1000000", "1000000, 2000000, 3000000"));
  CHECK(behind->description->geographic.min_x == -180);
  CHECK(behind->description->geographic.max_x == 180);
  CHECK(behind->description->geographic.max_y < 90);
}

TEST_CASE("a description is merged from attributes, axes and the overlay", "[metadata]") {
  const std::string cdl = R"(netcdf d { dimensions: time = 2 ; depth = 2 ; lat = 2 ; lon = 2 ;
variables:
  double time(time) ; time:units = "days since 2000-01-01" ;
  double depth(depth) ; depth:units = "m" ; depth:positive = "down" ; depth:axis = "Z" ;
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float thetao(time, depth, lat, lon) ;
    thetao:standard_name = "sea_water_potential_temperature" ;
  float named(time, depth, lat, lon) ; named:long_name = "Its long name" ;
    named:comment = "of the field" ;
  float bare(time, depth, lat, lon) ;
  :title = " A title\n" ; :summary = "What it is." ; :keywords = "sea, ice,sea" ;
  :license = "CC-BY" ; :institution = "Institut français" ;
data: time = 0, 31 ; depth = 0.5, 100 ; lat = 0, 1 ; lon = 0, 1 ; })";
  const TemporaryFolder folder;
  const auto dataset = dataset_of(folder, "d.nc", cdl);
  const Description& plain = *dataset->description;
  CHECK(plain.title.in("") == "A title");
  CHECK(plain.title.in("fr") == "A title");
  CHECK(plain.abstract.in("en") == "What it is.");
  CHECK(plain.keywords == std::vector<std::string>{"sea", "ice"});
  CHECK(plain.licence == "CC-BY");
  CHECK(plain.institution == "Institut français");
  CHECK(plain.fields.at("thetao").title.in("") == "sea water potential temperature");
  CHECK(plain.fields.at("named").title.in("") == "Its long name");
  CHECK(plain.fields.at("named").abstract.in("") == "of the field");
  CHECK(plain.fields.at("bare").title.in("") == "bare");
  REQUIRE(plain.time);
  CHECK(plain.time->first.iso8601() == "2000-01-01T00:00:00Z");
  CHECK(plain.time->second.iso8601() == "2000-02-01T00:00:00Z");
  CHECK(plain.elevation == std::pair{-100.0, -0.5});

  DescriptionOverlay overlay;
  overlay.title.set("en", "English");
  overlay.title.set("fr", "Français");
  overlay.licence = "own";
  overlay.fields["bare"].title = LocalizedText("Bare no more");
  overlay.fields["absent"].title = LocalizedText("nobody");
  const auto overlaid = dataset_of(folder, "d.nc", cdl, overlay);
  const Description& said = *overlaid->description;
  CHECK(said.title.in("fr") == "Français");
  CHECK(said.title.in("en-GB") == "English");
  CHECK(!said.title.in("de").empty());
  CHECK(said.licence == "own");
  CHECK(said.fields.at("bare").title.in("") == "Bare no more");
  CHECK(said.fields.count("absent") == 0);
}

TEST_CASE("a box counts from Greenwich, whatever the prime meridian of the grid", "[metadata]") {
  const TemporaryFolder folder;
  const auto dataset = dataset_of(folder, "paris.nc", R"(netcdf p { dimensions: lat = 2 ; lon = 3 ;
variables: double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  int crs ; crs:grid_mapping_name = "latitude_longitude" ; crs:semi_major_axis = 6378137. ;
    crs:inverse_flattening = 298.257223563 ; crs:longitude_of_prime_meridian = 2.337 ;
  float v(lat, lon) ; v:grid_mapping = "crs" ;
data: lat = 10, 11 ; lon = 0, 1, 2 ; })");
  check_box(dataset->description->geographic, {1.837, 9.5, 4.837, 11.5}, 1e-3);
}

TEST_CASE("a box reaches to the horizon and the pole of a map of half the globe", "[metadata]") {
  const auto box = [](const std::string& mapping, double half_width) {
    const TemporaryFolder folder;
    const std::string edge = std::to_string(half_width);
    return dataset_of(folder, "globe.nc",
                      R"(netcdf g { dimensions: y = 3 ; x = 3 ; variables:
  double y(y) ; y:units = "m" ; y:standard_name = "projection_y_coordinate" ;
  double x(x) ; x:units = "m" ; x:standard_name = "projection_x_coordinate" ;
  int crs ; crs:longitude_of_projection_origin = 0. ; crs:earth_radius = 6371000. ;
    )" + mapping + R"(
  float v(y, x) ; v:grid_mapping = "crs" ;
data: y = )" + edge + ", 0, -" +
                          edge + " ; x = -" + edge + ", 0, " + edge + " ; }")
        ->description->geographic;
  };
  // Seen from the height h the horizon is acos(R / (R + h)) away: pyproj's nsper agrees.
  const double horizon = std::acos(6371000.0 / (6371000.0 + 12742000.0)) * 180 / 3.14159265358979;
  check_box(box(R"(crs:grid_mapping_name = "vertical_perspective" ;
    crs:latitude_of_projection_origin = 0. ; crs:perspective_point_height = 12742000. ;)",
                6e6),
            {-horizon, -horizon, horizon, horizon}, 0.05);
  const Envelope polar = box(R"(crs:grid_mapping_name = "orthographic" ;
    crs:latitude_of_projection_origin = 60. ;)",
                             6.4e6);
  check_box(polar, {-180, -30, 180, 90}, 0.05);
}

TEST_CASE("without attributes the file name and the fields speak", "[metadata]") {
  const TemporaryFolder folder;
  const auto dataset = dataset_of(folder, "my_sea_ice.nc", on_longitudes("0, 10", 2));
  CHECK(dataset->description->title.in("") == "my sea ice");
  CHECK(dataset->description->abstract.in("") == "v");
  CHECK_FALSE(dataset->description->time);
  CHECK_FALSE(dataset->description->elevation);
}

TEST_CASE("texts become such as XML can carry", "[metadata]") {
  CHECK(plain_text("  plain \n") == "plain");
  CHECK(plain_text("caf\xc3\xa9") == "café");
  CHECK(plain_text("caf\xe9") == "café");
  CHECK(plain_text(std::string("a\0b", 3)) == "a b");
  CHECK(plain_text("a\x01\x1b\tb") == "a   b");
  CHECK(plain_text("\xc3(") == "Ã(");
  CHECK(plain_text("\xff\xfe") == "ÿþ");
  CHECK(plain_text("\xf0\x9f\x90\x9f") == "🐟");
}

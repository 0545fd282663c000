#include "coverage/cf/grid_mapping.h"

#include <cmath>
#include <span>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"

using namespace gyre::coverage;

namespace {

Attributes mapping_of(const std::string& name,
                      const std::vector<std::pair<std::string, std::vector<double>>>& numbers,
                      const std::vector<std::pair<std::string, std::string>>& texts = {}) {
  std::vector<Attribute> list;
  if (!name.empty()) list.push_back({"grid_mapping_name", ElementType::String, name});
  for (const auto& [key, value] : numbers) list.push_back({key, ElementType::Float64, value});
  for (const auto& [key, value] : texts) list.push_back({key, ElementType::String, value});
  return Attributes(std::move(list));
}

struct Point {
  double x, y;
};

Point to(const Crs& crs, double longitude, double latitude) {
  transform_between(Crs(), crs).forward({&longitude, 1}, {&latitude, 1});
  return {longitude, latitude};
}

std::string refusal(const Attributes& mapping, const std::string& units) {
  try {
    (void)crs_from_grid_mapping(mapping, units);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::UnsupportedHolding);
    return error.what();
  }
  return "";
}

struct Row {
  const char* why;
  const char* name;
  std::vector<std::pair<std::string, std::vector<double>>> numbers;
  std::vector<std::pair<std::string, std::string>> texts;
  double longitude, latitude, x, y;
};

// Expected: pyproj 3.7.2, Transformer.from_crs("EPSG:4326", CRS.from_cf(...), always_xy=True).
const std::vector<Row>& known_mappings() {
  static const std::vector<Row> kRows{
      {"albers",
       "albers_conical_equal_area",
       {{"standard_parallel", {29.5, 45.5}},
        {"longitude_of_central_meridian", {-96.0}},
        {"latitude_of_projection_origin", {37.5}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       -88.5,
       41.25,
       622973.5075351,
       444790.3956347},
      {"azimuthal equidistant",
       "azimuthal_equidistant",
       {{"longitude_of_projection_origin", {10.0}},
        {"latitude_of_projection_origin", {50.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       17.5,
       41.25,
       630138.4147619,
       -942224.4252161},
      {"geostationary, sweep y",
       "geostationary",
       {{"longitude_of_projection_origin", {0.0}},
        {"latitude_of_projection_origin", {0.0}},
        {"perspective_point_height", {35785831.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {{"sweep_angle_axis", "y"}},
       7.5,
       41.25,
       599676.3953013,
       3985374.1729169},
      {"geostationary, fixed_angle_axis",
       "geostationary",
       {{"longitude_of_projection_origin", {-75.0}},
        {"latitude_of_projection_origin", {0.0}},
        {"perspective_point_height", {35786023.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {{"fixed_angle_axis", "y"}},
       -67.5,
       41.25,
       595961.2682530,
       3985930.2802285},
      {"LAEA",
       "lambert_azimuthal_equal_area",
       {{"longitude_of_projection_origin", {10.0}},
        {"latitude_of_projection_origin", {52.0}},
        {"false_easting", {4321000.0}},
        {"false_northing", {3210000.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257222101}}},
       {},
       17.5,
       41.25,
       4951101.1115947,
       2047884.5745387},
      {"LCC of two parallels",
       "lambert_conformal_conic",
       {{"standard_parallel", {30.0, 60.0}},
        {"longitude_of_central_meridian", {15.0}},
        {"latitude_of_projection_origin", {45.0}},
        {"earth_radius", {6371229.0}}},
       {},
       22.5,
       41.25,
       606377.5861366,
       -374718.4665600},
      {"LCC of one parallel",
       "lambert_conformal_conic",
       {{"standard_parallel", {25.0}},
        {"longitude_of_central_meridian", {265.0}},
        {"latitude_of_projection_origin", {25.0}},
        {"earth_radius", {6371229.0}}},
       {},
       -87.5,
       41.25,
       654137.3869652,
       1850728.7429467},
      {"cylindrical equal area",
       "lambert_cylindrical_equal_area",
       {{"standard_parallel", {30.0}},
        {"longitude_of_central_meridian", {0.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       7.5,
       41.25,
       723647.1018817,
       4828804.7629123},
      {"Mercator by parallel",
       "mercator",
       {{"standard_parallel", {20.0}},
        {"longitude_of_projection_origin", {100.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       107.5,
       41.25,
       784853.1473240,
       4720145.6638670},
      {"Mercator by scale",
       "mercator",
       {{"scale_factor_at_projection_origin", {0.9}},
        {"longitude_of_projection_origin", {100.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       107.5,
       41.25,
       751406.5628546,
       4518996.2498747},
      {"oblique Mercator",
       "oblique_mercator",
       {{"azimuth_of_central_line", {40.0}},
        {"latitude_of_projection_origin", {50.0}},
        {"longitude_of_projection_origin", {5.0}},
        {"scale_factor_at_projection_origin", {0.9996}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       12.5,
       41.25,
       1092785.0849891,
       -319717.3960213},
      {"orthographic",
       "orthographic",
       {{"longitude_of_projection_origin", {10.0}},
        {"latitude_of_projection_origin", {50.0}},
        {"earth_radius", {6371229.0}}},
       {},
       17.5,
       41.25,
       625239.2023066,
       -937820.1660934},
      {"polar stereographic by parallel",
       "polar_stereographic",
       {{"straight_vertical_longitude_from_pole", {-45.0}},
        {"latitude_of_projection_origin", {90.0}},
        {"standard_parallel", {70.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       -37.5,
       41.25,
       732456.2101521,
       -5563557.2706536},
      {"polar stereographic by scale",
       "polar_stereographic",
       {{"straight_vertical_longitude_from_pole", {20.0}},
        {"latitude_of_projection_origin", {-90.0}},
        {"scale_factor_at_projection_origin", {0.97}},
        {"earth_radius", {6371229.0}}},
       {},
       27.5,
       -62.0,
       402247.7949634,
       3055375.3429278},
      {"sinusoidal",
       "sinusoidal",
       {{"longitude_of_projection_origin", {20.0}}, {"earth_radius", {6371007.181}}},
       {},
       27.5,
       41.25,
       627006.4985306,
       4586795.8940369},
      {"oblique stereographic",
       "stereographic",
       {{"longitude_of_projection_origin", {5.0}},
        {"latitude_of_projection_origin", {52.0}},
        {"scale_factor_at_projection_origin", {0.9999}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       12.5,
       41.25,
       633198.8732109,
       -1167828.4376735},
      {"stereographic of the pole",
       "stereographic",
       {{"longitude_of_projection_origin", {255.0}},
        {"latitude_of_projection_origin", {90.0}},
        {"scale_factor_at_projection_origin", {0.933012701892219}},
        {"earth_radius", {6371229.0}}},
       {},
       -97.5,
       41.25,
       703115.7847442,
       -5340694.6136926},
      {"transverse Mercator",
       "transverse_mercator",
       {{"longitude_of_central_meridian", {9.0}},
        {"latitude_of_projection_origin", {0.0}},
        {"scale_factor_at_central_meridian", {0.9996}},
        {"false_easting", {500000.0}},
        {"semi_major_axis", {6378137.0}},
        {"inverse_flattening", {298.257223563}}},
       {},
       16.5,
       41.25,
       1128606.0993382,
       4593720.3339320},
      {"vertical perspective",
       "vertical_perspective",
       {{"longitude_of_projection_origin", {10.0}},
        {"latitude_of_projection_origin", {40.0}},
        {"perspective_point_height", {5000000.0}},
        {"earth_radius", {6371229.0}}},
       {},
       17.5,
       41.25,
       621150.9182062,
       164248.2373099},
      {"rotated pole",
       "rotated_latitude_longitude",
       {{"grid_north_pole_latitude", {39.25}},
        {"grid_north_pole_longitude", {-162.0}},
        {"earth_radius", {6371229.0}}},
       {},
       -22.5,
       41.25,
       -29.2381228,
       -1.4641441},
      {"rotated pole over the South Pole",
       "rotated_latitude_longitude",
       {{"grid_north_pole_latitude", {6.08}}, {"grid_north_pole_longitude", {-166.92}}},
       {},
       -22.5,
       -62.0,
       -161.9366697,
       -28.2418547},
      {"rotated pole, turned",
       "rotated_latitude_longitude",
       {{"grid_north_pole_latitude", {37.5}},
        {"grid_north_pole_longitude", {177.5}},
        {"north_pole_grid_longitude", {20.0}},
        {"earth_radius", {6371229.0}}},
       {},
       -22.5,
       41.25,
       4.9024759,
       -9.1557346},
      {"latitude_longitude on a sphere",
       "latitude_longitude",
       {{"earth_radius", {6371229.0}}},
       {},
       -22.5,
       41.25,
       -22.5000000,
       41.2500000},
      {"semi-minor axis",
       "transverse_mercator",
       {{"longitude_of_central_meridian", {9.0}},
        {"latitude_of_projection_origin", {0.0}},
        {"scale_factor_at_central_meridian", {0.9996}},
        {"semi_major_axis", {6377563.396}},
        {"semi_minor_axis", {6356256.909}}},
       {},
       16.5,
       41.25,
       628546.2867063,
       4593391.1499892},
  };
  return kRows;
}

}  // namespace

TEST_CASE("a grid mapping puts positions where pyproj puts them", "[cf][grid_mapping]") {
  for (const Row& row : known_mappings()) {
    CAPTURE(row.why);
    const Crs crs = crs_from_grid_mapping(mapping_of(row.name, row.numbers, row.texts), "m");
    const bool degrees = crs.uom() == "deg";
    const Point there = to(crs, row.longitude, row.latitude);
    CHECK(there.x == Approx(row.x).margin(degrees ? 1e-6 : 1e-3));
    CHECK(there.y == Approx(row.y).margin(degrees ? 1e-6 : 1e-3));
  }
}

TEST_CASE("in kilometres everything but the unit stays", "[cf][grid_mapping]") {
  for (const Row& row : known_mappings()) {
    if (std::string(row.name).find("latitude") != std::string::npos) continue;  // degrees
    CAPTURE(row.why);
    auto numbers = row.numbers;
    for (auto& [key, value] : numbers) {
      if (key.starts_with("false_")) value.front() /= 1000;  // in units of x and y
    }
    const Crs crs = crs_from_grid_mapping(mapping_of(row.name, numbers, row.texts), "km");
    CHECK(crs.uom() == "km");
    const Point there = to(crs, row.longitude, row.latitude);
    CHECK(there.x == Approx(row.x / 1000).margin(1e-6));
    CHECK(there.y == Approx(row.y / 1000).margin(1e-6));
  }
}

TEST_CASE("what Gyre writes for a CRS, Gyre reads as the same", "[cf][grid_mapping]") {
  for (const char* units : {"m", "km"}) {
    for (const Row& row : known_mappings()) {
      CAPTURE(row.why, units);
      const Crs crs = crs_from_grid_mapping(mapping_of(row.name, row.numbers, row.texts), units);
      const Attributes written = grid_mapping_from_crs(crs);
      CHECK(written.text("crs_wkt") == crs.wkt2());
      if (!written.has("grid_mapping_name")) continue;  // WKT alone
      const Crs again = crs_from_grid_mapping(written, units);
      const Point a = to(crs, row.longitude, row.latitude);
      const Point b = to(again, row.longitude, row.latitude);
      CHECK(a.x == Approx(b.x).margin(1e-6));
      CHECK(a.y == Approx(b.y).margin(1e-6));
      CHECK(again.uom() == crs.uom());
    }
  }
}

TEST_CASE("the mappings that CF can say are written with their parameters", "[cf][grid_mapping]") {
  const auto name = [](const char* crs) {
    return grid_mapping_from_crs(Crs::from_user_input(crs)).text("grid_mapping_name").value_or("");
  };
  CHECK(name("EPSG:4326") == "latitude_longitude");
  CHECK(name("EPSG:3413") == "polar_stereographic");
  CHECK(name("EPSG:32661") == "polar_stereographic");
  CHECK(name("EPSG:3035") == "lambert_azimuthal_equal_area");
  CHECK(name("EPSG:32633") == "transverse_mercator");
  CHECK(name("EPSG:3857").empty());  // its sphere-on-an-ellipsoid is no CF mapping
}

TEST_CASE("WGS 84 by name, by its numbers and by default is EPSG:4326", "[cf][grid_mapping]") {
  const auto code = [](const Attributes& mapping) {
    return crs_from_grid_mapping(mapping, "degrees").authority_code().value_or("");
  };
  CHECK(code(mapping_of("latitude_longitude", {})) == "EPSG:4326");
  CHECK(code(mapping_of("latitude_longitude", {{"semi_major_axis", {6378137.0}},
                                               {"inverse_flattening", {298.257223563}}})) ==
        "EPSG:4326");
  CHECK(code(mapping_of("latitude_longitude", {{"semi_major_axis", {6378137.0}},
                                               {"semi_minor_axis", {6356752.314245}}})) ==
        "EPSG:4326");
  CHECK(code(mapping_of("latitude_longitude", {}, {{"horizontal_datum_name", "WGS84"}})) ==
        "EPSG:4326");
  CHECK(code(mapping_of("latitude_longitude", {{"earth_radius", {6371229.0}}})).empty());
  CHECK(code(mapping_of("Latitude_Longitude", {})) == "EPSG:4326");
}

TEST_CASE("a projection of an authority is recognised from its CF parameters",
          "[cf][grid_mapping]") {
  const Crs crs = crs_from_grid_mapping(
      mapping_of("polar_stereographic", {{"straight_vertical_longitude_from_pole", {-45.0}},
                                         {"latitude_of_projection_origin", {90.0}},
                                         {"standard_parallel", {70.0}}}),
      "m");
  CHECK(crs.authority_code() == std::string("EPSG:3413"));
}

TEST_CASE("a CRS of no authority is called after its mapping", "[cf][grid_mapping]") {
  CHECK(crs_from_grid_mapping(mapping_of("sinusoidal", {{"longitude_of_projection_origin", {0.0}},
                                                        {"earth_radius", {6371007.181}}}),
                              "m")
            .name() == "Sinusoidal");
  CHECK(crs_from_grid_mapping(mapping_of("latitude_longitude", {{"earth_radius", {6371229.0}}}), "")
            .name() == "Longitude and latitude on a sphere of radius 6371229 m");
}

TEST_CASE("a southern parallel without its sign is on the side of its pole", "[cf][grid_mapping]") {
  const auto south = [](double parallel) {
    return crs_from_grid_mapping(
        mapping_of("polar_stereographic", {{"straight_vertical_longitude_from_pole", {0.0}},
                                           {"latitude_of_projection_origin", {-90.0}},
                                           {"standard_parallel", {parallel}}}),
        "m");
  };
  CHECK(south(71).authority_code() == std::string("EPSG:3031"));
  CHECK(south(-71) == south(71));
}

TEST_CASE("a polar stereographic without its pole has it from the sign of its parallel",
          "[cf][grid_mapping]") {
  const auto with_parallel = [](double meridian, double parallel) {
    return crs_from_grid_mapping(
        mapping_of("polar_stereographic", {{"straight_vertical_longitude_from_pole", {meridian}},
                                           {"standard_parallel", {parallel}}}),
        "m");
  };
  CHECK(with_parallel(-45, 70).authority_code() == std::string("EPSG:3413"));
  CHECK(with_parallel(0, -71).authority_code() == std::string("EPSG:3031"));
}

TEST_CASE("a grid mapping that is not served says why", "[cf][grid_mapping]") {
  using Catch::Contains;
  CHECK_THAT(refusal(mapping_of("", {}, {{"crs_wkt", "PROJCRS[...]"}}), "m"), Contains("crs_wkt"));
  CHECK_THAT(refusal(mapping_of("", {}, {{"spatial_ref", "PROJCS[...]"}}), "m"),
             Contains("spatial_ref"));
  CHECK_THAT(refusal(mapping_of("", {}, {{"proj4", "+proj=sinu"}}), "degrees"),
             Contains("proj4") && Contains("'degrees'"));
  CHECK_THAT(refusal(mapping_of("", {}, {{"proj4", "+proj=sinu"}}), "rad"),
             Contains("proj4") && Contains("not geostationary"));
  CHECK_THAT(refusal(mapping_of("", {}), "m"), Contains("grid_mapping_name"));
  CHECK_THAT(refusal(mapping_of("healpix", {}), "m"), Contains("healpix"));
  CHECK_THAT(
      refusal(mapping_of("lambert_conformal_conic",
                         {{"standard_parallel", {25.0}}, {"longitude_of_central_meridian", {0.0}}}),
              "m"),
      Contains("latitude_of_projection_origin"));
  CHECK_THAT(
      refusal(mapping_of("sinusoidal", {{"longitude_of_projection_origin", {0.0}}}), "radian"),
      Contains("'radian'"));
  CHECK_THAT(
      refusal(mapping_of("sinusoidal", {{"longitude_of_projection_origin", {0.0}}}), "degrees"),
      Contains("'degrees'"));
  CHECK_THAT(refusal(mapping_of("sinusoidal", {{"longitude_of_projection_origin", {0.0}},
                                               {"earth_radius", {-1.0}}}),
                     "m"),
             Contains("earth_radius"));
  CHECK_THAT(
      refusal(mapping_of("polar_stereographic", {{"straight_vertical_longitude_from_pole", {0.0}},
                                                 {"latitude_of_projection_origin", {52.0}},
                                                 {"standard_parallel", {70.0}}}),
              "m"),
      Contains("no pole"));
}

TEST_CASE("scan angles of a geostationary satellite are positions in radians",
          "[cf][grid_mapping]") {
  // As in the table above, divided by the satellite's height.
  const Attributes mapping = mapping_of("geostationary",
                                        {{"longitude_of_projection_origin", {0.0}},
                                         {"latitude_of_projection_origin", {0.0}},
                                         {"perspective_point_height", {35785831.0}},
                                         {"semi_major_axis", {6378137.0}},
                                         {"inverse_flattening", {298.257223563}}},
                                        {{"sweep_angle_axis", "y"}});
  const Point metres = to(crs_from_grid_mapping(mapping, "m"), 7.5, 41.25);
  for (const auto& [units, factor] : {std::pair{"radian", 1.0}, {"rad", 1.0}, {"urad", 1e-6}}) {
    CAPTURE(units);
    const Crs crs = crs_from_grid_mapping(mapping, units);
    const Point angles = to(crs, 7.5, 41.25);
    CHECK(angles.x == Approx(metres.x / 35785831.0 / factor).epsilon(1e-9));
    CHECK(angles.y == Approx(metres.y / 35785831.0 / factor).epsilon(1e-9));
    CHECK(crs.uom() == "rad");
    // What clients read of it means the same.
    const Point by_wkt = to(Crs::from_definition(crs.wkt2()), 7.5, 41.25);
    CHECK(by_wkt.x == Approx(angles.x).epsilon(1e-12));
  }
  // An Earth scaled down to the satellite's height, as ADAGUC's files have it.
  const Crs scaled = crs_from_grid_mapping(
      mapping_of("", {},
                 {{"proj4", "+proj=geos +a=0.1782308 +b=0.1776332 +lon_0=0 +h=1 +sweep=y"}}),
      "radian");
  CHECK(to(scaled, 7.5, 41.25).x == Approx(metres.x / 35785831.0).epsilon(1e-4));
}

TEST_CASE("a CRS told as text is taken, in the unit of the coordinates", "[cf][grid_mapping]") {
  const std::string proj = "+proj=laea +lat_0=90 +lon_0=0 +R=6371228 +units=m";
  const Point expected = to(Crs::from_definition(proj), 17.5, 61.25);
  for (const char* const name : {"proj4", "proj4_params", "crs"}) {
    CAPTURE(name);
    CHECK(to(crs_from_grid_mapping(mapping_of("", {}, {{name, proj}}), "m"), 17.5, 61.25).x ==
          Approx(expected.x));
  }
  const std::string wkt = Crs::from_definition(proj).wkt2();
  const Crs in_km = crs_from_grid_mapping(mapping_of("", {}, {{"crs_wkt", wkt}}), "km");
  CHECK(to(in_km, 17.5, 61.25).y == Approx(expected.y / 1000));
  CHECK(in_km.uom() == "km");
  CHECK(crs_from_grid_mapping(mapping_of("", {}, {{"spatial_ref", "EPSG:3413"}}), "m")
            .authority_code() == std::string("EPSG:3413"));
  CHECK(crs_from_grid_mapping(mapping_of("", {}, {{"epsg_code", "EPSG:3031"}}), "")
            .authority_code() == std::string("EPSG:3031"));
  // The first one that can be used.
  CHECK(
      to(crs_from_grid_mapping(mapping_of("", {}, {{"crs_wkt", "nonsense"}, {"proj4", proj}}), "m"),
         17.5, 61.25)
          .x == Approx(expected.x));
  const Crs rotated = crs_from_grid_mapping(
      mapping_of("", {},
                 {{"proj4",
                   "+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 "
                   "+R=6371229"}}),
      "degrees");
  CHECK(rotated.is_rotated_pole());
}

TEST_CASE("parameters win over the WKT beside them", "[cf][grid_mapping]") {
  const Crs crs = crs_from_grid_mapping(
      mapping_of("sinusoidal",
                 {{"longitude_of_projection_origin", {20.0}}, {"earth_radius", {6371007.181}}},
                 {{"crs_wkt", "GEOGCRS[nonsense"}}),
      "m");
  CHECK(to(crs, 27.5, 41.25).x == Approx(627006.4985306).margin(1e-3));
}

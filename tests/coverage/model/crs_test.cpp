#include "coverage/model/crs.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"

using namespace gyre::coverage;

namespace {

struct Point {
  double x, y;
};

Crs crs_of(const std::string& text) {
  return text.front() == '+' ? Crs::from_definition(text) : Crs::from_user_input(text);
}

Point forward(const Crs& from, const Crs& to, Point p) {
  transform_between(from, to).forward({&p.x, 1}, {&p.y, 1});
  return p;
}

Point inverse(const Crs& from, const Crs& to, Point p) {
  transform_between(from, to).inverse({&p.x, 1}, {&p.y, 1});
  return p;
}

}  // namespace

TEST_CASE("a CRS is found by every way clients write it", "[model][crs]") {
  struct Row {
    const char* text;
    const char* code;
    bool swapped;
    const char* uom;
  };
  const auto row = GENERATE(values<Row>({
      {"EPSG:4326", "EPSG:4326", true, "deg"},
      {"epsg:4326", "EPSG:4326", true, "deg"},
      {"EPSG::4326", "EPSG:4326", true, "deg"},
      {"urn:ogc:def:crs:EPSG::4326", "EPSG:4326", true, "deg"},
      {"urn:ogc:def:crs:EPSG:9.1:4326", "EPSG:4326", true, "deg"},
      {"URN:OGC:DEF:CRS:EPSG::3035", "EPSG:3035", true, "m"},
      {"http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326", true, "deg"},
      {"https://www.opengis.net/def/crs/EPSG/0/3413", "EPSG:3413", false, "m"},
      {"http://www.opengis.net/gml/srs/epsg.xml#32661", "EPSG:32661", true, "m"},
      {"CRS:84", "OGC:CRS84", false, "deg"},
      {"OGC:CRS84", "OGC:CRS84", false, "deg"},
      {"CRS84", "OGC:CRS84", false, "deg"},
      {"urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84", false, "deg"},
      {"urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", false, "deg"},
      {"http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84", false, "deg"},
      {"http://www.opengis.net/def/crs/OGC/0/CRS84", "OGC:CRS84", false, "deg"},
      {"EPSG:900913", "EPSG:3857", false, "m"},
      {"OSGEO:41001", "EPSG:3857", false, "m"},
      {"EPSG:3857", "EPSG:3857", false, "m"},
      {"EPSG:3031", "EPSG:3031", false, "m"},
      {"EPSG:5041", "EPSG:5041", false, "m"},
      {"EPSG:31467", "EPSG:31467", true, "m"},
  }));
  CAPTURE(row.text);
  const Crs crs = Crs::from_user_input(row.text);
  CHECK(crs.authority_code() == std::string(row.code));
  CHECK(crs.axes_swapped() == row.swapped);
  CHECK(crs.uom() == row.uom);
  CHECK(crs.is_geographic() == (crs.uom() == "deg"));
  CHECK(crs == crs_of(row.code));
  CHECK_FALSE(crs.wkt1().empty());
  CHECK(crs.projjson().front() == '{');
}

TEST_CASE("what is no two-dimensional CRS of a registry is refused by name", "[model][crs]") {
  const auto* text =
      GENERATE("", "EPSG", "EPSG:", "EPSG:99999999", "EPSG:abc", "EPSG:5773", "EPSG:4978",
               "+proj=longlat", "AUTO:42001,9001,-100,45", "urn:ogc:def:crs:EPSG", "CRS:1",
               "http://www.opengis.net/def/crs/EPSG/0", "file:/etc/passwd", "EPSG:4326 ",
               "PROJCS[\"x\"]", "http://example.org/def/crs/EPSG/0/../4326");
  CAPTURE(text);
  try {
    (void)Crs::from_user_input(text);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::CrsNotSupported);
    CHECK(error.subject() == text);
  }
}

TEST_CASE("a definition gets an authority's code only when everything but its name agrees",
          "[model][crs]") {
  struct Row {
    const char* why;
    const char* definition;
    const char* code;
  };
  const auto row = GENERATE(values<Row>({
      {"polar stereographic", "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +datum=WGS84",
       "EPSG:3413"},
      {"the south", "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 +datum=WGS84", "EPSG:3031"},
      {"two orders of axes: x first",
       "+proj=stere +lat_0=90 +k_0=0.994 +lon_0=0 +x_0=2000000 +y_0=2000000 +datum=WGS84",
       "EPSG:5041"},
      {"UTM", "+proj=utm +zone=33 +datum=WGS84", "EPSG:32633"},
      {"kilometres are others",
       "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +datum=WGS84 +units=km", ""},
      {"an ellipsoid is no datum",
       "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80", ""},
      {"a sphere", "+proj=longlat +R=6371229", ""},
      {"no registry has it", "+proj=sinu +lon_0=0 +R=6371007.181", ""},
  }));
  CAPTURE(row.why);
  const Crs crs = Crs::from_definition(row.definition);
  CHECK(crs.authority_code().value_or("") == row.code);
  CHECK(crs.hash().size() == 16);
  CHECK(crs.hash() == Crs::from_definition(row.definition).hash());
  CHECK(crs == Crs::from_definition(crs.wkt2()));
}

TEST_CASE("a rotated pole is in degrees, but not those of the globe", "[model][crs]") {
  const Crs rotated = Crs::from_definition(
      "+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 +R=6371229");
  CHECK(rotated.is_rotated_pole());
  CHECK_FALSE(rotated.is_geographic());
  CHECK_FALSE(rotated.axes_swapped());
  CHECK(rotated.uom() == "deg");
}

// Expected: pyproj 3.7.2 (PROJ 9.5.1), Transformer.from_crs(from, to, always_xy=True).
TEST_CASE("CrsTransform gives what pyproj gives in x, y order", "[model][crs]") {
  struct Row {
    const char* from;
    const char* to;
    double x, y, expected_x, expected_y;
  };
  const auto row = GENERATE(values<Row>({
      {"EPSG:4326", "EPSG:3857", 12.5, 55.25, 1391493.634915920, 7410537.976763418},
      {"EPSG:4326", "EPSG:3413", -45, 70, 0.000000000, -2187927.649279021},
      {"EPSG:4326", "EPSG:3413", 100.5, 82.25, 476215.869286619, 692898.389409128},
      {"EPSG:4326", "EPSG:3031", 10, -75, 284571.722940527, 1613886.438689900},
      {"EPSG:4326", "EPSG:32661", 33, 80, 2606156.633249997, 1066600.637874524},
      {"EPSG:4326", "EPSG:5041", 33, 80, 2606156.633249997, 1066600.637874524},
      {"EPSG:4326", "EPSG:3035", 5.5, 52.25, 4013897.438786247, 3247309.442779836},
      {"EPSG:4326", "EPSG:32633", 15.5, 60, 527888.663943557, 6651516.575619819},
      {"EPSG:3857", "EPSG:3413", -5000000, 9000000, 4447.501027234, -3025113.701323326},
      {"CRS:84", "EPSG:4326", 12.5, 55.25, 12.5, 55.25},
      {"+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 +R=6371229", "EPSG:4326",
       5, -3, 25.401965120, 47.499833042},
      {"+proj=lcc +lat_1=25 +lat_0=25 +lon_0=-95 +R=6371200 +units=km", "EPSG:4326", -1200, 800.5,
       -107.611657762, 31.681135232},
      {"+proj=sinu +lon_0=0 +R=6371007.181", "EPSG:4326", -4000000, 4500000, -47.285849359,
       40.469426652},
  }));
  CAPTURE(row.from, row.to);
  const Crs from = crs_of(row.from);
  const Crs to = crs_of(row.to);
  const double to_tolerance = to.uom() == "deg" ? 2e-9 : 1e-6;
  const Point there = forward(from, to, {row.x, row.y});
  CHECK(there.x == Approx(row.expected_x).margin(to_tolerance));
  CHECK(there.y == Approx(row.expected_y).margin(to_tolerance));
  const Point back = inverse(from, to, there);
  CHECK(back.x == Approx(row.x).margin(1e-6));
  CHECK(back.y == Approx(row.y).margin(1e-6));
}

TEST_CASE("positions that a projection cannot show are NaN, not somewhere else", "[model][crs]") {
  struct Row {
    const char* why;
    const char* from;
    const char* to;
    double x, y;
  };
  const auto row = GENERATE(values<Row>({
      {"the other pole", "EPSG:4326", "EPSG:3413", 0, -90},
      {"the other pole of the south", "EPSG:4326", "EPSG:3031", 0, 90},
      {"beside the sinusoid", "+proj=sinu +lon_0=0 +R=6371007.181", "EPSG:4326", 19000000, 8000000},
      {"the far side of the Earth", "EPSG:4326", "+proj=ortho +lat_0=40 +lon_0=10 +R=6371000", 190,
       -40},
      {"beyond the disc", "+proj=laea +lat_0=52 +lon_0=10 +R=6371000", "EPSG:4326", 1.3e7, 1e6},
      {"beyond the gap of a cone", "+proj=lcc +lat_1=25 +lat_0=25 +lon_0=-95 +R=6371200",
       "EPSG:4326", 1000000, 25000000},
      {"a missing position", "EPSG:4326", "EPSG:3857", std::nan(""), 10},
      {"an infinite one", "EPSG:3857", "EPSG:4326", HUGE_VAL, 10},
  }));
  CAPTURE(row.why);
  const Point there = forward(crs_of(row.from), crs_of(row.to), {row.x, row.y});
  CHECK(std::isnan(there.x));
  CHECK(std::isnan(there.y));
}

TEST_CASE("a bad position does not spoil its neighbours", "[model][crs]") {
  std::vector<double> x{0, 0, 10};
  std::vector<double> y{80, -90, 75};
  transform_between(Crs(), crs_of("EPSG:3413")).forward(x, y);
  CHECK(std::isfinite(x[0]));
  CHECK(std::isnan(x[1]));
  CHECK(std::isfinite(y[2]));
}

TEST_CASE("web Mercator goes on beyond 85.06 degrees and beyond the dateline", "[model][crs]") {
  const Point north = forward(Crs(), crs_of("EPSG:3857"), {0, 87});
  CHECK(north.y == Approx(23235511.0).margin(1e5));
  const Point east = forward(crs_of("EPSG:3857"), Crs(), {21000000, 0});
  CHECK(east.x == Approx(-171.354).margin(1e-2));
}

TEST_CASE("degrees of one globe in another order are left alone", "[model][crs]") {
  CHECK(transform_between(Crs(), crs_of("CRS:84")).identity());
  CHECK(transform_between(Crs(), Crs()).identity());
  CHECK(transform_between(crs_of("+proj=longlat +R=6371229"), Crs()).identity());
  CHECK_FALSE(transform_between(Crs(), crs_of("EPSG:3857")).identity());
  const Crs rotated =
      crs_of("+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 +R=6371229");
  CHECK_FALSE(transform_between(rotated, Crs()).identity());
}

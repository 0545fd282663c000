#include <cmath>

#include "tests/coverage/lint/fixture.h"

namespace gyre::coverage::lint {
namespace {

constexpr auto E = Severity::Error;
constexpr auto W = Severity::Warning;
constexpr auto H = Severity::Hint;

std::vector<double> bounds_around(const std::vector<double>& centres, double below, double above) {
  std::vector<double> bounds;
  for (const double centre : centres) {
    bounds.push_back(centre - below);
    bounds.push_back(centre + above);
  }
  return bounds;
}

/// Roots of the Legendre polynomial: rows of a Gaussian grid.
std::vector<double> gaussian_latitudes(std::size_t rows) {
  std::vector<double> found;
  const auto n = static_cast<double>(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    double x = std::cos(M_PI * (static_cast<double>(i) + 0.75) / (n + 0.5));
    for (int step = 0; step < 20; ++step) {
      double a = 1, b = x;
      for (std::size_t k = 2; k <= rows; ++k) {
        const auto d = static_cast<double>(k);
        const double c = ((2 * d - 1) * x * b - (d - 1) * a) / d;
        a = b;
        b = c;
      }
      x -= b / (n * (x * b - a) / (x * x - 1));
    }
    found.push_back(-std::asin(x) * 180 / M_PI);
  }
  return found;
}

}  // namespace

TEST_CASE("lint says nothing of a good holding", "[lint]") {
  World world;
  const auto latitudes = every(-10, 5, 5);
  world.axis("time", every(0, 6, 12),
             {text("units", "hours since 2000-01-01"), text("calendar", "standard")});
  world.latitude(latitudes, {text("bounds", "lat_bnds")});
  world.longitude(every(0, 5, 72));
  world.bounds("lat_bnds", "lat", bounds_around(latitudes, 2.5, 2.5));
  world.good_field();
  CAPTURE(told(world.findings()));
  CHECK(world.findings().empty());
}

TEST_CASE("lint finds centres at the edges of their cells", "[lint]") {
  struct Row {
    const char* why;
    double below, above;
    std::size_t errors;
  };
  const auto row = GENERATE(values<Row>({
      {"in the middle", 2.5, 2.5, 0},
      {"at the lower edge", 0, 5, 1},
      {"at the upper edge", 5, 0, 1},
      {"float noise", 2.5001, 2.4999, 0},
  }));
  CAPTURE(row.why);
  World world;
  const auto latitudes = every(-10, 5, 5);
  world.latitude(latitudes, {text("bounds", "lat_bnds")});
  world.longitude(every(0, 5, 6));
  world.bounds("lat_bnds", "lat", bounds_around(latitudes, row.below, row.above));
  world.good_field();
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  CHECK(count(findings, "bounds", "lat", "half a cell", E) == row.errors);
  CHECK(findings.size() == row.errors);
}

TEST_CASE("lint leaves alone times and levels at an end of their cells", "[lint]") {
  World world;
  world.axis("time", every(24, 24, 6),
             {text("units", "hours since 2000-01-01"), text("calendar", "standard"),
              text("bounds", "time_bnds")});
  world.axis("depth", {0, 10, 20},
             {text("units", "m"), text("standard_name", "depth"), text("positive", "down"),
              text("bounds", "depth_bnds")});
  world.good_grid();
  world.bounds("time_bnds", "time", bounds_around(every(24, 24, 6), 24, 0));
  world.bounds("depth_bnds", "depth", bounds_around({0, 10, 20}, 0, 10));
  world.good_field();
  CAPTURE(told(world.findings()));
  CHECK(world.findings().empty());
}

TEST_CASE("lint finds cells that do not meet, and bounds that cannot be used", "[lint]") {
  World world;
  world.latitude(every(-10, 5, 5), {text("bounds", "lat_bnds")});
  world.longitude(every(0, 5, 6), {text("bounds", "lon_bnds")});
  world.bounds("lat_bnds", "lat", bounds_around(every(-10, 5, 5), 1, 1));
  world.bounds("lon_bnds", "lon", bounds_around(every(100, 5, 6), 2.5, 2.5));
  world.good_field();
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  CHECK(count(findings, "bounds", "lat", "its cells do not meet", W) == 1);
  CHECK(count(findings, "contradiction", "lon", "do not hold their centres", W) == 1);
  CHECK(findings.size() == 2);
}

TEST_CASE("lint finds axes that were meant to be regular", "[lint]") {
  World world;
  std::vector<double> third;
  for (int i = 0; i < 12; ++i) third.push_back(std::round(i * 100.0 / 3) / 100);  // 0.33, 0.67 ...
  std::vector<double> jump = every(0, 1, 30);
  for (std::size_t i = 20; i < jump.size(); ++i) jump[i] += 7;
  world.latitude(third);
  world.longitude(jump);
  world.good_field();
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  CHECK(count(findings, "spacing", "lat", "nearly regular, every 0.33", W) == 1);
  CHECK(count(findings, "spacing", "lon", "every 1 but for 1 jump: 27 after 19", W) == 1);
  CHECK(findings.size() == 2);
}

TEST_CASE("lint takes Gaussian and Mercator rows as they are", "[lint]") {
  World world;
  const bool gaussian = GENERATE(true, false);
  std::vector<double> rows = gaussian_latitudes(64);
  if (!gaussian) {
    rows.clear();
    for (int i = -20; i <= 20; ++i) {
      rows.push_back(std::atan(std::sinh(i * 0.05)) * 180 / M_PI);
    }
  }
  world.latitude(rows);
  world.longitude(every(0, 5.625, 64));
  world.good_field();
  CAPTURE(told(world.findings()));
  CHECK(world.findings().empty());
}

TEST_CASE("lint finds rows that are edges, meridians that come twice, longitudes that jump",
          "[lint]") {
  World world;
  SECTION("rows") {
    world.latitude(every(-90, 10, 18));
    world.longitude(every(0, 10, 36));
    world.good_field();
    const Findings findings = world.findings();
    CAPTURE(told(findings));
    CHECK(count(findings, "globe", "lat", "18 rows by 10", W) == 1);
    CHECK(findings.size() == 1);
  }
  SECTION("rows at both poles are centres") {
    world.latitude(every(-90, 10, 19));
    world.longitude(every(0, 10, 36));
    world.good_field();
    CHECK(world.findings().empty());
  }
  SECTION("a meridian twice") {
    world.latitude(every(-85, 10, 18));
    world.longitude(every(0, 10, 37));
    world.good_field();
    const Findings findings = world.findings();
    CAPTURE(told(findings));
    CHECK(count(findings, "globe", "lon", "the meridian 0 is there twice, again as 360", H) == 1);
    CHECK(findings.front().fix.command == "ncks -O -d lon,0,35 {file} {file}");
    CHECK(findings.size() == 1);
  }
  SECTION("a jump") {
    world.latitude(every(-85, 10, 18));
    world.longitude({160, 170, 180, -170, -160});
    world.good_field();
    const Findings findings = world.findings();
    CAPTURE(told(findings));
    CHECK(count(findings, "globe", "lon", "jump from 180 to -170 at index 3", E) == 1);
    CHECK(count(findings, "not-served", "t", "is not strictly monotonic", E) == 1);
    CHECK(findings.size() == 2);
  }
}

TEST_CASE("lint finds levels that count the wrong way", "[lint]") {
  struct Row {
    const char *why, *standard_name, *positive;
    std::vector<double> levels;
    const char* part;
  };
  const auto row = GENERATE(values<Row>({
      {"fine", "depth", "down", {0, 10}, nullptr},
      {"negative depths downwards", "depth", "down", {-10, -20}, "its depths are negative"},
      {"positive depths upwards", "depth", "up", {10, 20}, "its depths are positive"},
      {"neither", "depth", "below", {10, 20}, "neither up nor down"},
      {"nothing told", "", "", {10, 20}, "nothing says whether"},
      {"heights need no word", "height", "", {10, 20}, nullptr},
  }));
  CAPTURE(row.why);
  World world;
  std::vector<Attribute> attributes{text("units", "m"), text("axis", "Z")};
  if (*row.standard_name != '\0') attributes.push_back(text("standard_name", row.standard_name));
  if (*row.positive != '\0') attributes.push_back(text("positive", row.positive));
  world.axis("z", row.levels, attributes);
  world.good_grid();
  world.good_field();
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  CHECK(findings.size() == (row.part == nullptr ? 0 : 1));
  if (row.part != nullptr) CHECK(count(findings, "vertical", "z", row.part, W) == 1);
}

TEST_CASE("lint finds holes among times", "[lint]") {
  struct Row {
    const char *why, *units, *calendar;
    std::vector<double> times;
    const char* part;
  };
  const std::vector<double> months{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  std::vector<double> no_june = months, middles;
  no_june.erase(no_june.begin() + 5);
  for (std::size_t i = 0; i < 24; ++i) middles.push_back(15.2 + 30.4375 * static_cast<double>(i));
  std::vector<double> hourly = every(0, 6, 20), years;
  hourly.erase(hourly.begin() + 7, hourly.begin() + 9);
  hourly.erase(hourly.begin() + 12);
  for (int i = 0; i < 8; ++i) years.push_back(i * 365 + (i + 3) / 4);
  years.erase(years.begin() + 4);
  const auto row = GENERATE_REF(values<Row>({
      {"even", "hours since 2000-01-01", "standard", every(0, 6, 20), nullptr},
      {"months", "days since 2001-01-01", "standard", months, nullptr},
      {"middles of months", "days since 2001-01-01", "standard", middles, nullptr},
      {"no spacing at all", "days since 2001-01-01", "standard", {0, 1, 3, 7, 20, 21, 40}, nullptr},
      {"a month", "days since 2001-01-01", "standard", no_june,
       "1 time is missing where there is one every month: 1 time after 2001-05-01T00:00:00Z"},
      {"steps", "hours since 2000-01-01", "standard", hourly,
       "3 times are missing where there is one every 6 hours: 2 times after 2000-01-02T12:00:00Z, "
       "and 1 hole more"},
      {"a year", "days since 2001-01-01", "standard", years,
       "1 time is missing where there is one every year"},
      {"months of 30 days",
       "days since 2001-01-01",
       "360_day",
       {0, 30, 60, 120, 150, 180},
       "1 time is missing where there is one every month"},
  }));
  CAPTURE(row.why);
  World world;
  world.axis("time", row.times, {text("units", row.units), text("calendar", row.calendar)});
  world.good_grid();
  world.good_field();
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  CHECK(findings.size() == (row.part == nullptr ? 0 : 1));
  if (row.part != nullptr) CHECK(count(findings, "time", "time", row.part, W) == 1);
}

TEST_CASE("lint finds times that are rounded, drift, or are of an unknown calendar", "[lint]") {
  World world;
  std::vector<double> times;
  std::vector<Attribute> attributes;
  ElementType type = ElementType::Float64;
  const char* part = "";
  SECTION("single precision") {
    for (const double time : every(44000, 1.0 / 24, 6)) times.push_back(static_cast<float>(time));
    attributes = {text("units", "days since 1900-01-01"), text("calendar", "standard")};
    type = ElementType::Float32;
    part = "rounded by up to";
  }
  SECTION("two hours, of which the type tells one and a half") {
    times = {730000, 730000.0625, 730000.1875, 730000.25, 730000.3125, 730000.4375};
    attributes = {text("units", "days since 0001-01-01"), text("calendar", "proleptic_gregorian")};
    type = ElementType::Float32;
    part = "rounded by up to";
  }
  SECTION("months as lengths") {
    times = every(0, 1, 6);
    attributes = {text("units", "months since 2000-01-01"), text("calendar", "standard")};
    part = "counts in months, which are lengths";
  }
  SECTION("no calendar, from the year 1 on") {
    times = every(730000, 1, 6);
    attributes = {text("units", "days since 0001-01-01")};
    part = "no calendar is told";
  }
  world.axis("time", times, attributes, type);
  world.good_grid();
  world.good_field();
  const Findings findings = world.findings();
  CAPTURE(told(findings));
  CHECK(count(findings, "time", "time", part, W) == 1);
  CHECK(findings.size() == 1);
}

TEST_CASE("lint says nothing of what single precision rounds and nobody sees", "[lint]") {
  World world;
  SECTION("hours") {
    world.axis("time", every(0, 3, 24), {text("units", "hours since 2020-01-01")},
               ElementType::Float32);
  }
  SECTION("eighths of days, which are exact") {
    world.axis("time", every(44000, 0.125, 6),
               {text("units", "days since 1900-01-01"), text("calendar", "standard")},
               ElementType::Float32);
  }
  world.good_grid();
  world.good_field();
  CAPTURE(told(world.findings()));
  CHECK(world.findings().empty());
}

}  // namespace gyre::coverage::lint

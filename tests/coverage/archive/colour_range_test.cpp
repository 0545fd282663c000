#include "coverage/archive/colour_range.h"

#include <numeric>

#include "coverage/archive/archive.h"
#include "tests/coverage/memory_source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using Range = std::pair<double, double>;

namespace {

constexpr std::size_t kTimes = 20, kRows = 500, kColumns = 700;

/// Values are their column; who reads what is counted.
class Counting final : public Source {
 public:
  HoldingSchema describe() const override { return {}; }
  RawBlock read(const std::string& /*variable*/, const IndexBox& box) const override {
    ++boxes;
    Picks picks;
    for (const IndexRange& range : box) {
      picks.emplace_back(range.size());
      std::iota(picks.back().begin(), picks.back().end(), range.begin);
    }
    return values(picks);
  }
  RawBlock read_picked(const std::string& /*variable*/, const Picks& picks) const override {
    ++thinned;
    return values(picks);
  }
  std::vector<std::string> read_strings(const std::string& /*variable*/) const override {
    return {};
  }

  mutable std::size_t boxes = 0, thinned = 0;

 private:
  static RawBlock values(const Picks& picks) {
    RawBlock block{ElementType::Float32, {}, {}};
    for (const auto& along : picks) block.shape.push_back(along.size());
    block.bytes.resize(block.cells() * sizeof(float));
    const auto to = block.as<float>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      to[i] = static_cast<float>(picks.back()[i % picks.back().size()]);
    }
    return block;
  }
};

}  // namespace

TEST_CASE("of large chunks few are decoded for a range", "[archive]") {
  using namespace gyre::coverage::testing;
  std::vector<double> times(kTimes), lats(kRows), lons(kColumns);
  std::iota(times.begin(), times.end(), 0);
  for (std::size_t i = 0; i < kRows; ++i) lats[i] = 0.1 * static_cast<double>(i);
  for (std::size_t i = 0; i < kColumns; ++i) lons[i] = 0.1 * static_cast<double>(i);
  const DomainSet domain_set(
      {time_axis("days since 2024-01-01", times), latitude_axis(lats), longitude_axis(lons)}, Crs(),
      "");
  Field field;
  field.name = "v";
  field.declared = field.storage = ElementType::Float32;
  const Counting source;
  field.chunk_shape = {1, 100, 100};
  CHECK(default_colour_range(source, domain_set, field) == Range{0, 700});
  CHECK(source.boxes == 16);
  CHECK(source.thinned == 0);
  field.chunk_shape = {kTimes, kRows, kColumns};  // 28 MB, of which 9 go into 256 MB
  CHECK(default_colour_range(source, domain_set, field) == Range{0, 700});
  CHECK(source.boxes == 16);
  CHECK(source.thinned == 9);
}

TEST_CASE("a range is rounded outwards to numbers people write", "[archive]") {
  CHECK(rounded_outwards(0.013, 0.978) == Range{0, 1});
  CHECK(rounded_outwards(-1.83, 29.7) == Range{-2, 30});
  CHECK(rounded_outwards(271.4, 302.9) == Range{270, 304});
  CHECK(rounded_outwards(0.0003, 0.00112) == Range{0.0003, 0.00115});
  CHECK(rounded_outwards(9007199254740993.0, 9007199254741003.0) ==
        Range{9007199254740992.0, 9007199254741004.0});
  CHECK(rounded_outwards(5, 5) == Range{4.5, 5.5});
  CHECK(rounded_outwards(0, 0) == Range{-0.5, 0.5});
}

TEST_CASE("usual ranges are given in the variable's units", "[archive]") {
  CHECK(usual_range("sea_surface_temperature", "degC") == Range{-2, 32});
  CHECK(usual_range("sea_surface_temperature", "kelvin") == Range{271.15, 305.15});
  CHECK(usual_range("sea_ice_area_fraction", "%") == Range{0, 100});
  CHECK(usual_range("sea_water_salinity", "psu") == Range{30, 40});
  CHECK(usual_range("air_pressure_at_sea_level", "hPa") == Range{950, 1050});
  CHECK_FALSE(usual_range("sea_surface_temperature", "furlong"));
  CHECK_FALSE(usual_range("something_else", "K"));
}

TEST_CASE("each field gets the range that is said of it, else that of its values", "[archive]") {
  const TemporaryFolder folder;
  ArchiveSettings settings;
  settings.roots = {ncgen(folder, "r.nc", R"(netcdf r { dimensions: lat = 3 ; lon = 4 ;
variables:
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  short valid(lat, lon) ; valid:scale_factor = 0.5 ; valid:valid_min = 10s ; valid:valid_max = 30s ;
  float actual(lat, lon) ; actual:actual_range = -3.f, 4.f ;
  float sst(lat, lon) ; sst:standard_name = "sea_surface_temperature" ; sst:units = "degC" ;
  float values(lat, lon) ; values:_FillValue = 1.e+20f ;
  byte flags(lat, lon) ; flags:flag_values = 0b, 1b, 5b ; flags:flag_meanings = "a b c" ;
  float absurd(lat, lon) ; absurd:valid_range = -1.e+30f, 1.e+30f ;
  float nothing(lat, lon) ; nothing:_FillValue = -1.f ;
data: lat = 0, 1, 2 ; lon = 0, 1, 2, 3 ;
  values = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1.e+20 ;
  absurd = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 ;
  nothing = -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 ; })")};
  const auto catalogue = build_catalogue(settings, 1);
  REQUIRE(catalogue->datasets().size() == 1);
  const Coverage& coverage = catalogue->datasets()[0]->coverages.at(0);
  const auto range = [&](const char* name) {
    return coverage.colour_ranges.at(coverage.field_named(name));
  };
  CHECK(range("valid") == Range{5, 15});
  CHECK(range("actual") == Range{-3, 4});
  CHECK(range("sst") == Range{-2, 32});
  CHECK(range("values") == Range{0, 10});
  CHECK(range("flags") == Range{0, 5});
  CHECK(range("absurd") == Range{0, 11});
  CHECK(range("nothing") == Range{0, 1});
}

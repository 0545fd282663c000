#include <cmath>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/base/explanation.h"
#include "coverage/cf/packing.h"
#include "coverage/derive/in_units.h"
#include "coverage/derive/quality_mask.h"
#include "tests/coverage/encode/sample_dataset.h"

namespace gyre::coverage::testing {
namespace {

/// x(time 2, lat 2, lon 3) = 0 ... 11; qc (time, lat, lon) = 0 1 2 3 0 1 2 3 ..., 3 missing;
/// place (lon, lat) is 1 but for 0 at lat 1, lon 2; season (time) 8, 16; deep (depth 2, lat, lon)
/// is not on the grid of x.
struct Fixture {
  std::shared_ptr<MemorySource> source = std::make_shared<MemorySource>();
  std::shared_ptr<const Dataset> dataset;

  explicit Fixture(ElementType type = ElementType::Float32,
                   std::vector<Attribute> more = {text("units", "degC")}) {
    std::vector<double> ramp, quality;
    for (int i = 0; i < 12; ++i) {
      ramp.push_back(i);
      quality.push_back(i % 4);
    }
    more.push_back(text("ancillary_variables", "qc place season deep nowhere"));
    const VariableSchema x{"x",       type, {"time", "lat", "lon"},
                           {2, 2, 3}, {},   Attributes(std::move(more))};
    source->add(x, ramp);
    const auto flags = [&](const char* name, std::vector<std::string> dimensions,
                           std::vector<std::size_t> shape, const char* meanings, const char* kind,
                           std::vector<double> told, std::vector<double> values) {
      source->add({name,
                   ElementType::Int8,
                   std::move(dimensions),
                   std::move(shape),
                   {},
                   Attributes({text("flag_meanings", meanings),
                               numbers(kind, ElementType::Int8, std::move(told)),
                               numbers("_FillValue", ElementType::Int8, {3})})},
                  values);
    };
    flags("qc", {"time", "lat", "lon"}, {2, 2, 3}, "no_qc good fair", "flag_values", {0, 1, 2},
          quality);
    flags("place", {"lon", "lat"}, {3, 2}, "good", "flag_values", {1}, {1, 1, 1, 1, 1, 0});
    flags("season", {"time"}, {2}, "warm cold", "flag_masks", {8, 16}, {8, 16});
    flags("deep", {"depth", "lat", "lon"}, {2, 2, 3}, "good", "flag_values", {1},
          std::vector<double>(12, 1));
    std::vector<std::string> ignored;
    auto made = std::make_shared<Dataset>();
    made->id = "d";
    made->schema = std::make_shared<HoldingSchema>(source->describe());
    made->source = source;
    made->coverages.push_back({"d",
                               DomainSet({time_axis("days since 2000-01-01", {0, 1}),
                                          latitude_axis({0, 10}), longitude_axis({0, 10, 20})},
                                         Crs(), ""),
                               {field_of(x, ignored)},
                               {{0, 11}}});
    dataset = made;
  }

  [[nodiscard]] const Coverage& coverage() const { return dataset->coverages.front(); }
  [[nodiscard]] std::shared_ptr<const Dataset> masked(const QualityWish& wish) const {
    const std::vector<QualitySubject> subjects{{dataset.get(), &coverage().fields.front()}};
    const std::vector<FieldMask> masks{{0, quality_rules(subjects, wish).front()}};
    return masked_by_quality(dataset, coverage(), masks);
  }
};

/// Indices of the values that are kept, which must be as they were.
std::vector<int> kept(const Dataset& dataset, const IndexBox& box = {{0, 2}, {0, 2}, {0, 3}}) {
  const RawBlock block = dataset.source->read("x", box);
  std::vector<double> values(block.cells());
  unpack(dataset.coverages.front().fields.front(), block, values);
  std::vector<int> found;
  for (const double value : values) {
    if (!std::isnan(value)) found.push_back(static_cast<int>(value));
  }
  return found;
}

std::string refusal_of(const Fixture& fixture, const QualityWish& wish) {
  try {
    (void)fixture.masked(wish);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::InvalidParameter);
    CHECK(error.subject() == "QC");
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("quality flags are the listed variables with meanings on the field's grid", "[derive]") {
  const Fixture fixture;
  const auto flags = quality_flags(*fixture.dataset, fixture.coverage().fields.front());
  REQUIRE(flags.size() == 3);
  CHECK(flags[0].flags.name == "qc");
  CHECK(flags[1].box_for({{1, 2}, {0, 1}, {0, 3}}) == IndexBox{{0, 3}, {0, 1}});
  CHECK(flags[2].box_for({{1, 2}, {0, 1}, {0, 3}}) == IndexBox{{1, 2}});
}

TEST_CASE("a flag means by value, by bits, or by bits that equal a value", "[derive]") {
  CHECK(has_meaning(4, {4, {}, ""}));
  CHECK_FALSE(has_meaning(5, {4, {}, ""}));
  CHECK(has_meaning(5, {{}, 4, ""}));
  CHECK(has_meaning(2, {{}, 6, ""}));
  CHECK_FALSE(has_meaning(3, {{}, 4, ""}));
  CHECK(has_meaning(13, {8, 10, ""}));
  CHECK_FALSE(has_meaning(13, {10, 10, ""}));
  CHECK(has_meaning(4, {0, 3, ""}));
  CHECK_FALSE(has_meaning(0, {{}, {}, ""}));
}

TEST_CASE("values are kept where all flags that know a meaning agree", "[derive]") {
  const Fixture fixture;
  // qc alone would keep 1 5 9; place drops 5 and 11.
  CHECK(kept(*fixture.masked({"good"})) == std::vector{1, 9});
  CHECK(kept(*fixture.masked({"GOOD"})) == std::vector{1, 9});
  CHECK(kept(*fixture.masked({"qc:good"})) == std::vector{1, 5, 9});
  CHECK(kept(*fixture.masked({"qc:good|fair"})) == std::vector{1, 2, 5, 6, 9, 10});
  CHECK(kept(*fixture.masked({"fair"})) == std::vector{2, 6, 10});
  CHECK(kept(*fixture.masked({"good", "fair"})) == std::vector{1, 2, 6, 9, 10});
  CHECK(kept(*fixture.masked({"place:good"})) == std::vector{0, 1, 2, 3, 4, 6, 7, 8, 9, 10});
  CHECK(kept(*fixture.masked({"cold"})) == std::vector{6, 7, 8, 9, 10, 11});
  CHECK(kept(*fixture.masked({"fair", "warm"})) == std::vector{2});
  CHECK(kept(*fixture.masked({"good"}), {{1, 2}, {1, 2}, {0, 3}}) == std::vector{9});
  CHECK(fixture.masked({"fair", "warm"})
            ->coverages.front()
            .fields.front()
            .attributes.text("quality_mask") == "qc: fair, season: warm");
}

TEST_CASE("the same box of the flags is read, and nothing without QC", "[derive]") {
  const Fixture fixture;
  const auto masked = fixture.masked({"qc:good"});
  CHECK(fixture.source->reads() == 0);
  (void)masked->source->read("x", {{0, 1}, {0, 1}, {0, 3}});
  CHECK(fixture.source->reads() == 2);
  CHECK(fixture.source->largest_read() == 3 * sizeof(float));
}

TEST_CASE("many bytes are judged as one is", "[derive]") {
  // One row of all bytes, thrice: flags by mask and value, one of them missing.
  auto source = std::make_shared<MemorySource>();
  std::vector<double> bytes, ramp;
  for (int i = 0; i < 768; ++i) {
    bytes.push_back(i % 256);
    ramp.push_back(i);
  }
  const VariableSchema x{"x",
                         ElementType::Float64,
                         {"lat", "lon"},
                         {1, 768},
                         {},
                         Attributes({text("ancillary_variables", "qc")})};
  source->add(x, ramp);
  source->add({"qc",
               ElementType::UInt8,
               {"lat", "lon"},
               {1, 768},
               {},
               Attributes({text("flag_meanings", "low high"),
                           numbers("flag_masks", ElementType::UInt8, {192, 192}),
                           numbers("flag_values", ElementType::UInt8, {64, 192}),
                           numbers("_FillValue", ElementType::UInt8, {200})})},
              bytes);
  std::vector<std::string> ignored;
  auto dataset = std::make_shared<Dataset>();
  dataset->schema = std::make_shared<HoldingSchema>(source->describe());
  dataset->source = source;
  dataset->coverages.push_back(
      {"d",
       DomainSet({latitude_axis({0}), longitude_axis(every(0, 0.25, 768))}, Crs(), ""),
       {field_of(x, ignored)},
       {{0, 1}}});
  const Coverage& coverage = dataset->coverages.front();
  const std::vector<QualitySubject> subjects{{dataset.get(), &coverage.fields.front()}};
  const std::vector<FieldMask> masks{{0, quality_rules(subjects, {"high"}).front()}};
  std::vector<int> expected;
  for (int i = 0; i < 768; ++i) {
    if (i % 256 >= 192 && i % 256 != 200) expected.push_back(i);
  }
  CHECK(kept(*masked_by_quality(dataset, coverage, masks), {{0, 1}, {0, 768}}) == expected);
}

TEST_CASE("what is masked is missing in the field's own terms", "[derive]") {
  SECTION("its fill value") {
    const Fixture fixture(ElementType::Int16, {numbers("_FillValue", ElementType::Int16, {-7})});
    const auto masked = fixture.masked({"good"});
    CHECK(masked->source->read("x", {{0, 1}, {0, 1}, {0, 1}}).as<std::int16_t>()[0] == -7);
  }
  SECTION("netCDF's, told") {
    const Fixture fixture(ElementType::Int32, {});
    const auto masked = fixture.masked({"good"});
    CHECK(kept(*masked) == std::vector{1, 9});
    CHECK(masked->coverages.front().fields.front().attributes.number("_FillValue") == -2147483647);
  }
  SECTION("bytes all of which may be data") {
    const Fixture fixture(ElementType::UInt8, {numbers("valid_max", ElementType::UInt8, {8})});
    const auto masked = fixture.masked({"good"});
    const Field& field = masked->coverages.front().fields.front();
    CHECK(field.storage == ElementType::Int16);
    CHECK(masked->schema->find("x")->type == ElementType::Int16);
    CHECK(kept(*masked) == std::vector{1});  // 9 is beyond its valid_max
    std::vector<std::string> ignored;
    CHECK(field_of(*masked->schema->find("x"), ignored).missing == field.missing);
  }
}

TEST_CASE("a masked field may be converted after", "[derive]") {
  const Fixture fixture;
  const auto masked = fixture.masked({"good"});
  const std::vector<UnitWish> wishes{{"x", "K"}};
  const auto made = in_units(masked, masked->coverages.front(), wishes);
  const RawBlock block = made->source->read("x", {{0, 1}, {0, 1}, {0, 3}});
  CHECK(std::isnan(block.as<float>()[0]));
  CHECK(block.as<float>()[1] == 274.15F);
}

TEST_CASE("meanings that are not there are refused with those there are", "[derive]") {
  const Fixture fixture;
  const std::string all = "qc: no_qc, good, fair; place: good; season: warm, cold";
  CHECK_THAT(refusal_of(fixture, {"bad"}), Catch::Contains("'bad'") && Catch::Contains(all));
  CHECK_THAT(refusal_of(fixture, {"good", "bad"}), Catch::Contains(all));
  CHECK_THAT(refusal_of(fixture, {"deep:good"}), Catch::Contains(all));
  CHECK_THAT(refusal_of(fixture, {"qc:"}), Catch::Contains("qc: no_qc, good, fair"));
  CHECK_THAT(refusal_of(fixture, {"qc:good|"}), Catch::Contains("means ''"));
  CHECK_THAT(refusal_of(fixture, {":"}), Catch::Contains(all));
}

TEST_CASE("a field without flags is left as it is when another has some", "[derive]") {
  const Fixture fixture;
  Field plain = fixture.coverage().fields.front();
  plain.attributes.remove("ancillary_variables");
  std::vector<QualitySubject> subjects{{fixture.dataset.get(), &plain},
                                       {fixture.dataset.get(), &fixture.coverage().fields.front()}};
  CHECK(quality_rules(subjects, {"good"})[0].empty());
  CHECK(quality_rules(subjects, {"good"})[1].size() == 2);
  subjects.pop_back();
  CHECK_THROWS_WITH(quality_rules(subjects, {"good"}),
                    Catch::Contains("There are no quality flags of 'x'"));
}

TEST_CASE("a sample tells what its flags say", "[derive]") {
  const Fixture fixture;
  const auto at = [&](std::size_t t, std::size_t y, std::size_t x) {
    std::string told;
    for (const SampleQuality& one : quality_of_sample(
             *fixture.dataset, fixture.coverage(), fixture.coverage().fields.front(), {t, y, x})) {
      told += one.variable + "=" + one.meaning.value_or("missing") + " ";
    }
    return told;
  };
  CHECK(at(0, 0, 1) == "qc=good place=good season=warm ");
  CHECK(at(0, 1, 0) == "qc=missing place=good season=warm ");
  CHECK(at(1, 1, 2) == "qc=missing place=0 season=cold ");
}

TEST_CASE("what masked values would cost is told with their flags", "[derive]") {
  const Fixture fixture;
  const auto told = [](const Dataset& dataset) {
    Explanation explanation;
    dataset.source->explain("x", {{0, 2}, {0, 2}, {0, 3}}, explanation);
    return explanation.figures().chunks;
  };
  CHECK(told(*fixture.dataset) == 1);
  CHECK(told(*fixture.masked({"qc:good"})) == 2);
  CHECK(told(*fixture.masked({"good"})) == 3);  // that of the place as well
}

}  // namespace gyre::coverage::testing

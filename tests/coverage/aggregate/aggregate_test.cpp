#include "coverage/aggregate/aggregate.h"

#include <cmath>
#include <ctime>

#include "coverage/cf/interpret.h"
#include "tests/coverage/aggregate/members.h"

using namespace gyre::coverage;
using testing::all_of;
using testing::Members;
using Numbers = std::vector<double>;

namespace {

/// The first cell of each step of v.
Numbers steps_of(const Source& source, const std::string& name = "v") {
  const Numbers values = all_of(source, name);
  Numbers steps;
  for (std::size_t i = 0; i < values.size(); i += 6) steps.push_back(values[i]);
  return steps;
}

AggregationRule joined(std::vector<std::string> names, const std::string& pattern = "") {
  AggregationRule rule;
  rule.joins.emplace();
  for (const std::string& name : names) rule.joins->push_back({name, "", ""});
  rule.names = pattern;
  return rule;
}

std::string units_of(const Source& source, const std::string& variable) {
  const HoldingSchema schema = source.describe();
  return schema.find(variable)->attributes.text("units").value_or("");
}

Interpretation meaning_of(const Source& source) {
  const HoldingSchema schema = source.describe();
  CoordinateReader reader;
  reader.numbers = [&](const std::string& name) {
    IndexBox box;
    for (const std::size_t extent : schema.find(name)->shape) box.push_back({0, extent});
    return source.read(name, box);
  };
  reader.strings = [&](const std::string& name) { return source.read_strings(name); };
  return interpret(schema, reader);
}

}  // namespace

TEST_CASE("files are joined along their time, in its order", "[aggregate]") {
  Members members;
  members.add("a.nc", {.times = {4, 5}, .v = 4});
  members.add("b.nc", {.times = {0}, .v = 0});
  members.add("c.nc", {.times = {3, 1}, .v = 10});  // out of order, interleaved
  members.add("d.nc", {.times = {}});
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(all_of(*made.source, "time") == Numbers{0, 1, 3, 4, 5});
  CHECK(all_of(*made.source, "lat") == Numbers{10, 20});
  CHECK(members.opened == 0);
  CHECK(steps_of(*made.source) == Numbers{0, 1100, 1000, 400, 500});
  CHECK(made.report->members == 3);
  CHECK(made.report->holes == std::vector<AggregateReport::Hole>{
                                  {"time", "2000-01-02T00:00:00Z", "2000-01-04T00:00:00Z", 1}});
  // A box in the middle asks the members it meets alone.
  members.opened = 0;
  const RawBlock part = made.source->read("v", {{0, 1}, {1, 2}, {1, 3}});
  CHECK(std::vector<float>(part.as<float>().begin(), part.as<float>().end()) ==
        std::vector<float>{4, 5});
  CHECK(members.opened == 0);  // it is open still
  CHECK(made.report->quarantined.empty());
}

TEST_CASE("times of several units and references are brought to one", "[aggregate]") {
  Members members;
  members.add("a.nc",
              {.units = "days since 2000-01-01", .times = {0, 0.5}, .v = 0, .bounds = true});
  members.add("b.nc",
              {.units = "hours since 2000-01-02", .times = {0, 12}, .v = 2, .bounds = true});
  members.add("c.nc",
              {.units = "seconds since 2000-01-03", .times = {43200}, .v = 4, .bounds = true});
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(units_of(*made.source, "time") == "days since 2000-01-01");
  CHECK(all_of(*made.source, "time") == Numbers{0, 0.5, 1, 1.5, 2.5});
  const Numbers bounds = all_of(*made.source, "time_bnds");
  REQUIRE(bounds.size() == 10);
  CHECK(bounds[4] == 1);
  CHECK(bounds[5] == Approx(1 + 1 / 24.0));
  CHECK(bounds[8] == 2.5);
  CHECK(units_of(*made.source, "time_bnds").empty());
}

TEST_CASE("what most members agree on is the reference, whichever is first", "[aggregate]") {
  Members members;
  members.add("a.nc", {.times = {0}, .lat = {11, 21}});
  members.add("b.nc", {.times = {1}, .v = 1});
  members.add("c.nc", {.times = {2}, .v = 2});
  members.add("d.nc", {.times = {3}, .v_units = "degC"});
  members.add("e.nc", {.times = {4}, .lat = {10, 20, 30}});
  members.add("f.nc", {.times = {5}, .calendar = "noleap"});
  members.add_refused("g.nc", "it is truncated");
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(all_of(*made.source, "time") == Numbers{1, 2});
  const auto& bad = made.report->quarantined;
  REQUIRE(bad.size() == 5);
  const auto reason = [&](const std::string& path) {
    for (const auto& one : bad) {
      if (one.path == path) return one.variable + ": " + one.reason;
    }
    return std::string();
  };
  CHECK_THAT(reason("a.nc"), Catch::Contains("lat: its values are others than those of b.nc"));
  CHECK_THAT(reason("d.nc"), Catch::Contains("v: its units are 'degC' and not 'K'"));
  CHECK_THAT(reason("e.nc"), Catch::Contains("lat = 3"));
  CHECK_THAT(reason("f.nc"), Catch::Contains("calendar is 'noleap' and not 'standard'"));
  CHECK_THAT(reason("g.nc"), Catch::Contains("it is truncated"));
}

TEST_CASE("coordinates that some files tell in single precision are the same", "[aggregate]") {
  Members members;
  members.add("a.nc", {.times = {0}, .lat = {10.1, 20.2}});
  members.add("b.nc", {.times = {1}, .lat = {10.1, 20.2}, .lat_type = ElementType::Float32});
  members.add("c.nc", {.times = {2}, .lat = {10.1, 20.2 + 1e-9}});
  members.add("d.nc", {.times = {3}, .lat = {10.1, 20.2}});
  members.add("e.nc", {.times = {4}, .lat = {10, 20}, .lat_type = ElementType::Int32});
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(all_of(*made.source, "time") == Numbers{0, 1, 3});
  CHECK(all_of(*made.source, "lat") == Numbers{10.1, 20.2});
  REQUIRE(made.report->quarantined.size() == 2);
}

TEST_CASE("the standard and the proleptic Gregorian calendar are joined after 1582",
          "[aggregate]") {
  Members members;
  // The first day of year 1 is two days later in the one than in the other.
  members.add("a.nc", {.units = "days since 1-1-1", .times = {730121}, .v = 0, .bounds = true});
  members.add("b.nc", {.units = "days since 1-1-1",
                       .times = {730120},
                       .v = 1,
                       .calendar = "proleptic_gregorian",
                       .bounds = true});
  members.add("c.nc", {.units = "days since 2000-01-03",
                       .times = {0},
                       .v = 2,
                       .calendar = "proleptic_gregorian",
                       .bounds = true});
  members.add("d.nc", {.units = "days since 1500-01-01",
                       .times = {0},
                       .v = 3,
                       .calendar = "proleptic_gregorian",
                       .bounds = true});
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(all_of(*made.source, "time") == Numbers{730121, 730122, 730123});
  CHECK(steps_of(*made.source) == Numbers{0, 100, 200});
  CHECK(all_of(*made.source, "time_bnds") ==
        Numbers{730121, 730122, 730122, 730123, 730123, 730124});
  REQUIRE(made.report->quarantined.size() == 1);
  CHECK(made.report->quarantined.front().path == "d.nc");
  CHECK_THAT(made.report->quarantined.front().reason, Catch::Contains("before 1582-10-15"));
}

TEST_CASE("of files that overlap the newest is asked, and the others are told", "[aggregate]") {
  Members members;
  members.add("a.nc", {.times = {0, 1}, .v = 0, .modified = 5});
  members.add("b.nc", {.times = {1, 2}, .v = 10, .modified = 4});
  members.add("c.nc", {.times = {7, 7}, .v = 20, .modified = 4});
  AggregationRule rule;
  const Aggregated newest = members.join(rule);
  CHECK(steps_of(*newest.source) == Numbers{0, 100, 1100, 2100});
  REQUIRE(newest.report->duplicates.size() == 2);
  CHECK(newest.report->duplicates[0] == AggregateReport::Duplicate{"b.nc", "a.nc", 1,
                                                                   "2000-01-02T00:00:00Z",
                                                                   "2000-01-02T00:00:00Z"});
  CHECK(newest.report->duplicates[1].hidden == "c.nc");
  rule.overlaps = AggregationRule::Overlaps::Last;
  CHECK(steps_of(*members.join(rule).source) == Numbers{0, 1000, 1100, 2100});
  rule.overlaps = AggregationRule::Overlaps::First;
  CHECK(steps_of(*members.join(rule).source) == Numbers{0, 100, 1100, 2100});
}

TEST_CASE("variables that files do not have are missing there", "[aggregate]") {
  Members members;
  members.add("t_1.nc", {.times = {0, 1}, .v = 0});
  members.add("t_2.nc", {.times = {2}, .v = 2});
  members.add("s_1.nc", {.times = {0, 1}, .v = 50, .v_name = "s"});
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(made.report->duplicates.empty());
  CHECK(steps_of(*made.source) == Numbers{0, 100, 200});
  const Numbers s = steps_of(*made.source, "s");
  CHECK(s[1] == 5100);
  const HoldingSchema schema = made.source->describe();
  REQUIRE(schema.find("s")->attributes.number("_FillValue"));
  CHECK(static_cast<float>(s[2]) ==
        static_cast<float>(*schema.find("s")->attributes.number("_FillValue")));
  REQUIRE(made.report->warnings.size() == 1);
  CHECK_THAT(made.report->warnings[0], Catch::Contains("'s' is missing in 1 of 3 steps"));
}

TEST_CASE("packing that differs is undone, each by its own", "[aggregate]") {
  const auto packing = [](double scale, double offset, std::int64_t fill) {
    Attributes list;
    list.set({"scale_factor", ElementType::Float64, Numbers{scale}});
    list.set({"add_offset", ElementType::Float64, Numbers{offset}});
    list.set({"_FillValue", ElementType::Int16, std::vector<std::int64_t>{fill}});
    return list;
  };
  Members members;
  members.add("a.nc", {.times = {0},
                       .type = ElementType::Int16,
                       .packing = packing(0.5, 1, -1),
                       .raw = {0, 1, 2, 3, 4, -1}});
  members.add("b.nc", {.times = {1},
                       .type = ElementType::Int16,
                       .packing = packing(2, 0, 5),
                       .raw = {-1, 1, 2, 3, 4, 5}});
  const Aggregated made = members.join();
  const Numbers values = all_of(*made.source, "v");
  CHECK(Numbers(values.begin(), values.begin() + 5) == Numbers{1, 1.5, 2, 2.5, 3});
  CHECK(std::isnan(values[5]));
  CHECK(Numbers(values.begin() + 6, values.end() - 1) == Numbers{-2, 2, 4, 6, 8});
  CHECK(std::isnan(values[11]));
}

TEST_CASE("a new dimension has its positions from names, attributes or what is told",
          "[aggregate]") {
  Members members;
  members.add("m10.nc", {.times = {0}, .v = 10, .attributes = {{"who", "ten"}}});
  members.add("m2.nc", {.times = {0}, .v = 2, .attributes = {{"who", "two"}}});
  members.add("x.nc", {.times = {0}, .v = 2}, {});
  auto rule = joined({"member"}, "m{member}.nc");
  const Aggregated by_name = members.join(rule);
  REQUIRE(by_name.source);
  CHECK(all_of(*by_name.source, "member") == Numbers{2, 10});
  CHECK(by_name.source->describe().find("v")->dimensions ==
        std::vector<std::string>{"member", "time", "lat", "lon"});
  CHECK(steps_of(*by_name.source) == Numbers{200, 1000});
  CHECK_THAT(by_name.report->quarantined.at(0).reason,
             Catch::Contains("name does not fit the pattern \"m{member}.nc\""));
  CHECK(by_name.report->warnings.empty());
  rule = joined({"time"}, "m{member}.nc");
  CHECK(members.join(rule).report->warnings ==
        std::vector<std::string>{"the pattern \"m{member}.nc\" tells 'member', but its files are "
                                 "joined along time (`join`)"});

  members.list.pop_back();
  members.list[0].told = {"b"};
  members.list[1].told = {"a"};
  const Aggregated told = members.join(joined({"member"}));
  CHECK(told.source->read_strings("member") == std::vector<std::string>{"a", "b"});
  CHECK(steps_of(*told.source) == Numbers{200, 1000});

  for (auto& one : members.list) one.told.clear();
  rule = joined({"member"});
  rule.joins->front().attribute = "who";
  CHECK(members.join(rule).source->read_strings("member") ==
        std::vector<std::string>{"ten", "two"});
  rule = joined({"nothing"});
  const Aggregated refused = members.join(rule);
  CHECK_FALSE(refused.source);
  CHECK_THAT(refused.refusal, Catch::Contains("nothing tells the positions of 'nothing'"));
}

TEST_CASE("members times time: a step that one member lacks is missing", "[aggregate]") {
  Members members;
  members.add("m1_a.nc", {.times = {0, 1}, .v = 0});
  members.add("m1_b.nc", {.times = {2}, .v = 2});
  members.add("m2_a.nc", {.times = {0}, .v = 50});
  members.add("m2_b.nc", {.times = {2}, .v = 52});
  const Aggregated made = members.join(joined({"member", "time"}, "m{member}_*.nc"));
  REQUIRE(made.source);
  CHECK(all_of(*made.source, "time") == Numbers{0, 1, 2});
  const Numbers steps = steps_of(*made.source);
  CHECK(steps[2] == 200);
  CHECK(steps[3] == 5000);
  CHECK(steps[4] > 1e36);
  CHECK(steps[5] == 5200);
}

TEST_CASE("runs times leads: the inner dimension counts leads", "[aggregate]") {
  Members members;
  const auto file = [](double first, std::size_t count, double v) {
    Members::File of{.units = "hours since 2000-01-01", .times = {}, .v = v};
    of.times = testing::every(first, 6, count);
    return of;
  };
  members.add("20000101/a.nc", file(0, 2, 0));
  members.add("20000101/b.nc", file(12, 2, 2));
  members.add("20000102/a.nc", file(24, 2, 10));
  members.add("20000103/b.nc", file(60, 2, 22));  // its first half is not there
  const bool implied = GENERATE(false, true);
  const Aggregated made = members.join(implied ? joined({"run"}, "{run:%Y%m%d}/*.nc")
                                               : joined({"run", "time"}, "{run:%Y%m%d}/*.nc"));
  REQUIRE(made.source);
  CHECK(all_of(*made.source, "run") == Numbers{10957, 10958, 10959});
  CHECK(all_of(*made.source, "forecast_period") == Numbers{0, 6, 12, 18});
  CHECK(made.source->describe().find("v")->dimensions ==
        std::vector<std::string>{"run", "forecast_period", "lat", "lon"});
  const Numbers steps = steps_of(*made.source);
  CHECK(Numbers(steps.begin(), steps.begin() + 6) == Numbers{0, 100, 200, 300, 1000, 1100});
  CHECK(steps[6] > 1e36);
  CHECK(Numbers(steps.begin() + 10, steps.end()) == Numbers{2200, 2300});
  const Numbers time = all_of(*made.source, "time");
  CHECK(time[5] == 30);
  CHECK(time[6] > 1e36);

  const Interpretation meaning = meaning_of(*made.source);
  REQUIRE(meaning.coverages.size() == 1);
  REQUIRE(meaning.coverages[0].forecasts);
  const auto& best = *meaning.coverages[0].forecasts->best;
  REQUIRE(best.size() == 8);  // 0..18 of the first run, 24 and 30 of the second, 60 and 66
  CHECK(best[4].run == 1);
}

TEST_CASE("runs, leads and members that names tell have the standard names of CF", "[aggregate]") {
  const auto bare = [] {  // a file that knows nothing of time
    auto source = Members::file({.times = {0}});
    auto& variables = source->schema().variables;
    std::erase_if(variables, [](const auto& one) { return one.name == "time"; });
    return source;
  };
  Members members;
  for (const char* const name : {"20000101_m01+006H.nc", "20000101_m01+012H.nc",
                                 "20000102_m02+006H.nc", "20000102_m02+012H.nc"}) {
    members.add(name, bare());
  }
  const auto said = [](const Aggregated& made, const char* variable, const char* attribute) {
    const HoldingSchema schema = made.source->describe();
    return schema.find(variable)->attributes.text(attribute).value_or("");
  };
  const Aggregated made =
      members.join(joined({"run", "member", "lead"}, "{run:%Y%m%d}_m{member:d}+{lead:d}H.nc"));
  REQUIRE(made.source);
  CHECK(said(made, "run", "standard_name") == "forecast_reference_time");
  CHECK(said(made, "member", "standard_name") == "realization");
  CHECK(said(made, "lead", "standard_name") == "forecast_period");
  CHECK(said(made, "lead", "units") == "hours");
  CHECK(all_of(*made.source, "lead") == Numbers{6, 12});

  // Nothing tells its units: better none than wrong ones.
  const Aggregated unknown = members.join(joined({"run", "lead"}, "{run:%Y%m%d}_m??+{lead}H.*"));
  REQUIRE(unknown.source);
  CHECK(said(unknown, "lead", "units") == "hours");
  const Aggregated none = members.join(joined({"run", "lead"}, "{run:%Y%m%d}_m??+{lead:d}?.nc"));
  REQUIRE(none.source);
  CHECK(said(none, "lead", "standard_name").empty());
  CHECK_THAT(none.report->warnings.back(), Catch::Contains("'lead' has no units"));
}

TEST_CASE("dates of runs are told in their own calendar", "[aggregate]") {
  Members members;
  for (const int day : {0, 59, 89}) {
    auto source = Members::file({.times = {0}});
    std::erase_if(source->schema().variables, [](const auto& one) { return one.name == "time"; });
    source->add(
        Members::variable("run", ElementType::Float64, {}, {},
                          testing::attributes({{"units", "days since 2000-01-01"},
                                               {"calendar", "360_day"},
                                               {"standard_name", "forecast_reference_time"}})),
        Numbers{static_cast<double>(day)});
    members.add(std::to_string(day) + ".nc", source);
  }
  const Aggregated made = members.join(joined({"run"}));
  REQUIRE(made.source);
  CHECK(made.report->joined.at(0).last == "2000-03-30T00:00:00Z");
}

TEST_CASE("single values that vary go along; a single time is joined as well", "[aggregate]") {
  Members members;
  for (const double day : {0.0, 1.0, 2.0}) {
    members.add("a" + std::to_string(int(day)) + ".nc",
                {.times = {day}, .v = day, .scalars = {{"reference", 24 * day}, {"same", 5}}});
  }
  const Aggregated made = members.join();
  const HoldingSchema schema = made.source->describe();
  CHECK(schema.find("reference")->dimensions == std::vector<std::string>{"time"});
  CHECK(all_of(*made.source, "reference") == Numbers{0, 24, 48});
  CHECK(schema.find("same")->dimensions.empty());

  Members single;
  for (const double hour : {6.0, 0.0}) {
    auto source = std::make_shared<testing::MemorySource>();
    source->add(Members::variable("time", ElementType::Int32, {}, {},
                                  testing::attributes({{"units", "hours since 2000-01-01"}})),
                Numbers{hour});
    source->add(Members::variable("lat", ElementType::Float64, {"lat"}, {1},
                                  testing::attributes({{"units", "degrees_north"}})),
                Numbers{1});
    source->add(Members::variable("v", ElementType::Float32, {"lat"}, {1}, {}), Numbers{hour});
    single.add(std::to_string(int(hour)), source);
  }
  const Aggregated series = single.join();
  REQUIRE(series.source);
  CHECK(all_of(*series.source, "time") == Numbers{0, 6});
  CHECK(all_of(*series.source, "v") == Numbers{0, 6});
}

TEST_CASE("data without the joined dimension hold for the steps of their file", "[aggregate]") {
  Members members;
  for (const double day : {0.0, 2.0}) {
    const auto source = Members::file({.times = {day, day + 1}, .v = day});
    source->add(Members::variable("ice", ElementType::Float32, {"lat", "lon"}, {2, 3}, {}),
                Numbers{day, 1, 2, 3, 4, 5});
    source->add(Members::variable("area", ElementType::Float32, {"lat", "lon"}, {2, 3}, {}),
                Numbers{9, 9, 9, 9, 9, 9});
    members.add(day == 0 ? "a.nc" : "b.nc", source);
  }
  // The values of `ice` and `area` are kept in tests: of the one that differs each file's counts.
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(made.source->describe().find("area")->dimensions == std::vector<std::string>{"lat", "lon"});
  CHECK(made.source->describe().find("ice")->dimensions ==
        std::vector<std::string>{"time", "lat", "lon"});
  CHECK(steps_of(*made.source, "ice") == Numbers{0, 0, 2, 2});
}

TEST_CASE("a file that knows nothing of time adds what holds always", "[aggregate]") {
  Members members;
  members.add("a.nc", {.times = {1}, .v = 1});
  members.add("b.nc", {.times = {0}, .v = 0});
  auto source = std::make_shared<testing::MemorySource>();
  source->add(Members::variable("lat", ElementType::Float64, {"lat"}, {2},
                                testing::attributes({{"units", "degrees_north"}})),
              Numbers{10, 20});
  source->add(Members::variable("mask", ElementType::Int8, {"lat"}, {2}, {}), Numbers{1, 0});
  members.add("c_mask.nc", source);
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(made.report->quarantined.empty());
  CHECK(all_of(*made.source, "time") == Numbers{0, 1});
  CHECK(steps_of(*made.source) == Numbers{0, 100});
  CHECK(made.source->describe().find("mask")->dimensions == std::vector<std::string>{"lat"});
  CHECK(all_of(*made.source, "mask") == Numbers{1, 0});
}

TEST_CASE("without a time files are the union of their variables", "[aggregate]") {
  const auto plain = [](const std::string& name, double value) {
    auto source = std::make_shared<testing::MemorySource>();
    source->add(Members::variable("lat", ElementType::Float64, {"lat"}, {2},
                                  testing::attributes({{"units", "degrees_north"}})),
                Numbers{1, 2});
    source->add(Members::variable(name, ElementType::Float32, {"lat"}, {2}, {}),
                Numbers{value, value});
    return source;
  };
  Members members;
  members.add("a.nc", plain("a", 1));
  members.add("b.nc", plain("b", 2));
  const Aggregated made = members.join();
  REQUIRE(made.source);
  CHECK(all_of(*made.source, "a") == Numbers{1, 1});
  CHECK(all_of(*made.source, "b") == Numbers{2, 2});
  members.add("c.nc", plain("b", 3));
  const Aggregated twice = members.join();
  CHECK(all_of(*twice.source, "b") == Numbers{3, 3});
  CHECK(twice.report->duplicates.size() == 1);
}

TEST_CASE("texts along the joined dimension go along", "[aggregate]") {
  Members members;
  for (const double day : {1.0, 0.0}) {
    const auto source = Members::file({.times = {day}, .v = day});
    source->add_strings(Members::variable("note", ElementType::String, {"time"}, {1}, {}),
                        {day == 0 ? "zero" : "one"});
    members.add(day == 0 ? "b.nc" : "a.nc", source);
  }
  const Aggregated made = members.join();
  CHECK(made.source->read_strings("note") == std::vector<std::string>{"zero", "one"});
}

TEST_CASE("a member that is gone is never a silent hole", "[aggregate]") {
  Members members;
  members.add("a.nc", {.times = {0}});
  members.add("b.nc", {.times = {1}});
  const Aggregated made = members.join();
  members.sources.erase("b.nc");
  CHECK_THROWS_AS(all_of(*made.source, "v"), Error);
  CHECK_NOTHROW(made.source->read("v", {{0, 1}, {0, 2}, {0, 3}}));
}

TEST_CASE("what is said of an aggregate replaces what its files say", "[aggregate]") {
  using aggregation::SchemaChange;
  Members members;
  members.add("a.nc", {.times = {0}, .v = 3, .attributes = {{"title", "old"}}});
  const aggregation::SchemaChanges changes{
      {SchemaChange::Kind::RenameVariable, "sst", {}, "", "v"},
      {SchemaChange::Kind::SetAttribute,
       "sst",
       {"units", ElementType::String, std::string("degC")}},
      {SchemaChange::Kind::RemoveAttribute, "", {}, "title"},
      {SchemaChange::Kind::RemoveVariable, "none"},
  };
  const Aggregated made = members.join({}, changes);
  CHECK(steps_of(*made.source, "sst") == Numbers{300});
  CHECK(units_of(*made.source, "sst") == "degC");
  CHECK_FALSE(made.source->describe().attributes.has("title"));
  CHECK_THAT(made.report->warnings.at(0), Catch::Contains("no variable 'none'"));
}

TEST_CASE("a hundred thousand files are joined in no time", "[aggregate]") {
  // Structures and grids are shared, as the index shares them.
  class Daily final : public IndexedHolding {
   public:
    Daily(std::shared_ptr<const IndexedHolding> like, int day, bool own_units = false)
        : like_(std::move(like)), day_(day), own_units_(own_units) {}
    std::string path() const override { return "/data/" + relative(); }
    std::string relative() const override { return std::to_string(day_) + ".nc"; }
    FileIdentity identity() const override { return {1, day_, 1}; }
    std::string refusal() const override { return ""; }
    bool no_holding() const override { return false; }
    std::shared_ptr<const HoldingSchema> structure() const override {
      if (!own_units_) return like_->structure();
      auto own = std::make_shared<HoldingSchema>(*like_->structure());
      own->variables.front().attributes.set(
          {"units", ElementType::String,
           "days since " +
               TimeInstant(Calendar::Standard, day_ * std::int64_t{86'400'000'000}).iso8601()});
      return own;
    }
    Attributes attributes() const override { return {}; }
    std::shared_ptr<const RawBlock> values(const std::string& name) const override {
      if (name != "time") return like_->values(name);
      auto block = std::make_shared<RawBlock>(*like_->values(name));
      block->as<double>()[0] = own_units_ ? 0 : day_;
      return block;
    }
    std::shared_ptr<const std::vector<std::string>> texts(const std::string&) const override {
      return nullptr;
    }
    std::optional<Fingerprint> fingerprint(const std::string& name) const override {
      return like_->fingerprint(name);
    }
    std::shared_ptr<const VariableLayout> layout(const std::string&) const override {
      return nullptr;
    }

   private:
    std::shared_ptr<const IndexedHolding> like_;
    int day_;
    bool own_units_;
  };
  Members one;
  one.add("a.nc", {.times = {0}, .bounds = true});
  std::vector<aggregation::MemberToJoin> members;
  const bool own_units = GENERATE(false, true);  // each file counts from its own day
  for (int day = 0; day < 100'000; ++day) {
    members.push_back({std::make_shared<const Daily>(one.list[0].holding, day, own_units)});
  }
  const std::clock_t start = std::clock();  // of this process: others take no time of it
  const Aggregated made = aggregate(members, {});
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  REQUIRE(made.source);
  CHECK(made.source->describe().find("v")->shape.front() == 100'000);
  WARN("100,000 files joined in " << seconds << " s"
                                  << (own_units ? ", each with units of its own" : ""));
  CHECK(seconds < 30);  // sanitizers included
}

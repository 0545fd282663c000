#include <catch2/catch.hpp>

#include "coverage/model/time_instant.h"
#include "coverage/model/time_units.h"

using namespace gyre::coverage;

TEST_CASE("values of every calendar decode to the date that cftime gives", "[model][time]") {
  struct Row {
    const char* calendar;
    const char* units;
    double value;
    const char* expected;
  };
  const auto row = GENERATE(values<Row>({
      {"standard", "days since 1950-01-01", 27000.5, "2023-12-04T12:00:00Z"},
      {"standard", "hours since 1900-01-01", 1000000.0, "2014-01-29T16:00:00Z"},
      {"standard", "seconds since 1582-10-04", 259200, "1582-10-17T00:00:00Z"},
      {"standard", "days since 1850-1-1 00:00:00", -200000.25, "1302-05-25T18:00:00Z"},
      {"standard", "days since 1-1-1", 730000, "1999-09-02T00:00:00Z"},
      {"standard", "minutes since 2000-02-28 12:00:00", 1441, "2000-02-29T12:01:00Z"},
      {"proleptic_gregorian", "days since 1950-01-01", 27000.5, "2023-12-04T12:00:00Z"},
      {"proleptic_gregorian", "hours since 1900-01-01", 1000000.0, "2014-01-29T16:00:00Z"},
      {"proleptic_gregorian", "seconds since 1582-10-04", 259200, "1582-10-07T00:00:00Z"},
      {"proleptic_gregorian", "days since 1850-1-1 00:00:00", -200000.25, "1302-06-02T18:00:00Z"},
      {"proleptic_gregorian", "days since 1-1-1", 730000, "1999-09-04T00:00:00Z"},
      {"proleptic_gregorian", "minutes since 2000-02-28 12:00:00", 1441, "2000-02-29T12:01:00Z"},
      {"julian", "days since 1950-01-01", 27000.5, "2023-12-04T12:00:00Z"},
      {"julian", "hours since 1900-01-01", 1000000.0, "2014-01-28T16:00:00Z"},
      {"julian", "seconds since 1582-10-04", 259200, "1582-10-07T00:00:00Z"},
      {"julian", "days since 1850-1-1 00:00:00", -200000.25, "1302-06-06T18:00:00Z"},
      {"julian", "days since 1-1-1", 730000, "1999-08-20T00:00:00Z"},
      {"julian", "minutes since 2000-02-28 12:00:00", 1441, "2000-02-29T12:01:00Z"},
      {"noleap", "days since 1950-01-01", 27000.5, "2023-12-22T12:00:00Z"},
      {"noleap", "hours since 1900-01-01", 1000000.0, "2014-02-26T16:00:00Z"},
      {"noleap", "seconds since 1582-10-04", 259200, "1582-10-07T00:00:00Z"},
      {"noleap", "days since 1850-1-1 00:00:00", -200000.25, "1302-01-20T18:00:00Z"},
      {"noleap", "days since 1-1-1", 730000, "2001-01-01T00:00:00Z"},
      {"noleap", "minutes since 2000-02-28 12:00:00", 1441, "2000-03-01T12:01:00Z"},
      {"all_leap", "days since 1950-01-01", 27000.5, "2023-10-09T12:00:00Z"},
      {"all_leap", "hours since 1900-01-01", 1000000.0, "2013-11-04T16:00:00Z"},
      {"all_leap", "seconds since 1582-10-04", 259200, "1582-10-07T00:00:00Z"},
      {"all_leap", "days since 1850-1-1 00:00:00", -200000.25, "1303-07-20T18:00:00Z"},
      {"all_leap", "days since 1-1-1", 730000, "1995-07-15T00:00:00Z"},
      {"all_leap", "minutes since 2000-02-28 12:00:00", 1441, "2000-02-29T12:01:00Z"},
      {"360_day", "days since 1950-01-01", 27000.5, "2025-01-01T12:00:00Z"},
      {"360_day", "hours since 1900-01-01", 1000000.0, "2015-09-27T16:00:00Z"},
      {"360_day", "seconds since 1582-10-04", 259200, "1582-10-07T00:00:00Z"},
      {"360_day", "days since 1850-1-1 00:00:00", -200000.25, "1294-06-10T18:00:00Z"},
      {"360_day", "days since 1-1-1", 730000, "2028-10-11T00:00:00Z"},
      {"360_day", "minutes since 2000-02-28 12:00:00", 1441, "2000-02-29T12:01:00Z"},
  }));
  CAPTURE(row.calendar, row.units, row.value);
  const Calendar calendar = calendar_from_name(row.calendar).value();
  const TimeUnits units = parse_time_units(row.units, calendar).value();
  const TimeInstant instant = units.decode(row.value);
  CHECK(instant.iso8601() == row.expected);
  CHECK(units.encode(instant) == Approx(row.value));
  CHECK(parse_iso8601(instant.iso8601(), calendar).value().first == instant);
}

TEST_CASE("nanoseconds are told to the microsecond", "[model][time]") {
  const TimeUnits units =
      parse_time_units("nanoseconds since 1970-01-01", Calendar::ProlepticGregorian).value();
  constexpr std::int64_t kAt = 1'704'067'200'123'457'000;  // no double holds it
  for (const TimeInstant& instant : {units.decode(kAt), units.decode(static_cast<double>(kAt))}) {
    CHECK(instant.microseconds() == kAt / 1000);
    CHECK(instant.iso8601() == "2024-01-01T00:00:00.123Z");
  }
  const TimeInstant whole = units.decode(1704067200e9);
  CHECK(units.encode(whole) == 1704067200e9);
}

TEST_CASE("every day of four centuries survives the way to days and back", "[model][time]") {
  const auto calendar = GENERATE(Calendar::Standard, Calendar::ProlepticGregorian, Calendar::Julian,
                                 Calendar::NoLeap, Calendar::AllLeap, Calendar::Day360);
  std::int64_t wrong = 0;
  for (std::int64_t day = -200'000; day < 60'000; ++day) {
    const TimeInstant instant(calendar, day * 86'400'000'000);
    if (TimeInstant::from_civil(calendar, instant.civil()) != instant) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a truncated date is its whole period", "[model][time]") {
  const auto first_last = [](const char* text, Calendar calendar) {
    const auto period = parse_iso8601(text, calendar);
    return period ? period->first.iso8601() + " " +
                        TimeInstant(calendar, period->last.microseconds() + 1).iso8601()
                  : std::string("none");
  };
  CHECK(first_last("2024", Calendar::Standard) == "2024-01-01T00:00:00Z 2025-01-01T00:00:00Z");
  CHECK(first_last("2024-02", Calendar::Standard) == "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z");
  CHECK(first_last("2001-02", Calendar::Day360) == "2001-02-01T00:00:00Z 2001-03-01T00:00:00Z");
  CHECK(first_last("2001-02-30", Calendar::Day360) == "2001-02-30T00:00:00Z 2001-03-01T00:00:00Z");
  CHECK(first_last("20240229", Calendar::Standard) == "2024-02-29T00:00:00Z 2024-03-01T00:00:00Z");
  CHECK(first_last("1582-10-04", Calendar::Standard) ==
        "1582-10-04T00:00:00Z 1582-10-15T00:00:00Z");
  CHECK(first_last("2024-01-01T06", Calendar::Standard) ==
        "2024-01-01T06:00:00Z 2024-01-01T07:00:00Z");
  CHECK(first_last("2024-01-01T06:30", Calendar::Standard) ==
        "2024-01-01T06:30:00Z 2024-01-01T06:31:00Z");
  const auto instant = parse_iso8601("2024-01-01T06:30:00.250Z", Calendar::Standard).value();
  CHECK(instant.first == instant.last);
  CHECK(instant.first.iso8601() == "2024-01-01T06:30:00.250Z");
  CHECK(parse_iso8601("2024-01-01T06:30:00+02:00", Calendar::Standard)->first.iso8601() ==
        "2024-01-01T04:30:00Z");
  CHECK(parse_iso8601("2024-01-01 06:30:00", Calendar::Standard)->first.iso8601() ==
        "2024-01-01T06:30:00Z");
}

TEST_CASE("what is no date of the calendar is refused", "[model][time]") {
  const char* text =
      GENERATE("2023-02-29", "2024-13-01", "2024-00-01", "2024-01-32", "1582-10-10", "24-01", "202",
               "now", "", "2024-01-01T25:00", "2024-01-01T00:61", "2024-01-01Tnoon",
               "2024-01-01T00:00:00Q", "99999999999999999999-01-01");
  CAPTURE(text);
  CHECK_FALSE(parse_iso8601(text, Calendar::Standard).has_value());
}

TEST_CASE("utc counts leap seconds", "[model][time]") {
  const TimeUnits units =
      parse_time_units("seconds since 2016-12-31T23:59:58", Calendar::Utc).value();
  CHECK(units.decode(5.0).iso8601() == "2017-01-01T00:00:02Z");
}

TEST_CASE("units that are no time units are refused", "[model][time]") {
  const char* units =
      GENERATE("days", "days since", "fortnights since 2000-01-01", "since 2000-01-01",
               "days since noon", "degrees_north", "days since 2000-02-30");
  CAPTURE(units);
  CHECK_FALSE(parse_time_units(units, Calendar::Standard).has_value());
}

"""Calendars, units of time, bounds, scalar times (CF 4.4, 5.7, 7.1, 7.4)."""
import datetime

import numpy as np

from .tiny import Tiny, expect, quirk, ramp

PLACE = {"lat": 10, "lon": 0}


def series(path, values, units, calendar=None, dates=(), kind="f8", **attributes):
    """A field `v` = number of the step, on the usual grid; each of `dates` finds its step."""
    with Tiny(path) as f:
        f.time(values, units, calendar, kind, **attributes)
        f.lat()
        f.lon()
        steps = np.broadcast_to(np.arange(len(values))[:, None, None], (len(values), 3, 4))
        f.field("v", steps, ("time", "lat", "lon"))
    return [expect("v", float(step), {"time": f'"{date}"', **PLACE})
            for step, date in enumerate(dates)]


@quirk("calendar_default.nc", "no calendar: standard, Julian before 15 October 1582")
def _(path):
    return series(path, [0, 1, 2], "days since 1582-10-04", None,
                  ["1582-10-04T00:00:00Z", "1582-10-15T00:00:00Z", "1582-10-16T00:00:00Z"])


@quirk("calendar_standard.nc", "days since 1-1-1 in the mixed calendar")
def _(path):
    return series(path, [675700, 675700.5], "days since 1-1-1", "standard",
                  ["1851-01-01T00:00:00Z", "1851-01-01T12:00:00Z"])


@quirk("calendar_gregorian.nc", "gregorian is the old name of standard")
def _(path):
    return series(path, [438288, 438300], "hours since 1950-01-01", "gregorian",
                  ["2000-01-01T00:00:00Z", "2000-01-01T12:00:00Z"])


@quirk("calendar_proleptic.nc", "proleptic_gregorian has no gap in 1582")
def _(path):
    return series(path, [0, 1, 11], "days since 1582-10-04", "proleptic_gregorian",
                  ["1582-10-04T00:00:00Z", "1582-10-05T00:00:00Z", "1582-10-15T00:00:00Z"])


@quirk("calendar_julian.nc", "every fourth year is a leap year, 1900 too")
def _(path):
    return series(path, [0, 1], "days since 1900-02-28", "julian",
                  ["1900-02-28T00:00:00Z", "1900-02-29T00:00:00Z"])


@quirk("calendar_noleap.nc", "28 February 2000 is followed by 1 March")
def _(path):
    return series(path, [58, 59], "days since 2000-01-01", "noleap",
                  ["2000-02-28T00:00:00Z", "2000-03-01T00:00:00Z"])


@quirk("calendar_365_day.nc", "365_day is noleap")
def _(path):
    return series(path, [365, 730], "days since 2003-01-01", "365_day",
                  ["2004-01-01T00:00:00Z", "2005-01-01T00:00:00Z"])


@quirk("calendar_all_leap.nc", "29 February 2001 exists")
def _(path):
    return series(path, [59, 366], "days since 2001-01-01", "all_leap",
                  ["2001-02-29T00:00:00Z", "2002-01-01T00:00:00Z"])


@quirk("calendar_366_day.nc", "366_day is all_leap")
def _(path):
    return series(path, [366], "days since 2001-01-01", "366_day", ["2002-01-01T00:00:00Z"])


@quirk("calendar_360_day.nc", "30 February exists, and 31 January does not")
def _(path):
    return series(path, [28, 29, 30], "days since 2001-02-01", "360_day",
                  ["2001-02-29T00:00:00Z", "2001-02-30T00:00:00Z", "2001-03-01T00:00:00Z"])


@quirk("time_seconds_integer.nc", "64-bit seconds since 1970")
def _(path):
    return series(path, [1767225600, 1767229200], "seconds since 1970-01-01", None,
                  ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"], kind="i8")


@quirk("time_minutes_zone.nc", "a reference time with a zone: 00:00 at +02:00 is 22:00 UTC")
def _(path):
    return series(path, [0, 90], "minutes since 2020-06-01 00:00:00 +02:00", "standard",
                  ["2020-05-31T22:00:00Z", "2020-05-31T23:30:00Z"])


@quirk("time_float_days.nc", "float days: rounded to the millisecond when printed")
def _(path):
    days = np.array([27759.25, 27759.5], "f4")
    return series(path, days, "days since 1950-1-1 0:0:0", None,
                  ["2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z"], kind="f4")


@quirk("time_fraction.nc", "fractions of a second")
def _(path):
    return series(path, [0.0, 0.25, 1.125], "seconds since 2020-01-01", "standard",
                  ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.250Z",
                   "2020-01-01T00:00:01.125Z"])


@quirk("time_months.nc", "months since: a month is a twelfth of 365.242198781 days (UDUNITS)")
def _(path):
    # 12 such months are 365 d 5 h 48 min 45.975 s.
    return series(path, [0, 12], "months since 2000-01-01", "standard",
                  ["2000-01-01T00:00:00Z", "2000-12-31T05:48:45.975Z"])


def days_later(*days):
    """Dates so many days after 2000-01-01, to the millisecond, by Python's calendar."""
    found = []
    for number in days:
        date = datetime.datetime(2000, 1, 1) + datetime.timedelta(days=number)
        date += datetime.timedelta(microseconds=500)
        found.append(date.strftime("%Y-%m-%dT%H:%M:%S.") + f"{date.microsecond // 1000:03d}Z")
    return found


YEAR = 365.242198781


@quirk("time_months_fraction.nc", "months since, with fractions of a month")
def _(path):
    values = [0.5, 1.25, 30.75]
    return series(path, values, "months since 2000-01-01", "proleptic_gregorian",
                  days_later(*(v * YEAR / 12 for v in values)))


@quirk("time_years.nc", "years since, with fractions of a year")
def _(path):
    values = [0.0, 1.0, 2.5]
    return series(path, values, "years since 2000-01-01", "standard",
                  days_later(*(v * YEAR for v in values)))


@quirk("time_common_years.nc", "common_years since: of 365 days")
def _(path):
    values = [0.0, 1.0, 3.5]
    return series(path, values, "common_years since 2000-01-01", "standard",
                  days_later(*(v * 365 for v in values)))


@quirk("time_two_axes.nc", "two time axes in one file, each of another unit and calendar")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.time([0.0, 1.0], "days since 2000-02-29", "standard")
        f.time([0, 12, 24], "hours since 2001-02-29", "360_day", "i4", name="time_2")
        f.field("v", ramp(2, 3, 4), ("time", "lat", "lon"))
        f.field("w", ramp(3, 3, 4), ("time_2", "lat", "lon"))
    return [expect("v", 12.0, {"time": '"2000-03-01T00:00:00Z"', **PLACE}),
            expect("w", 24.0, {"time_2": '"2001-02-30T00:00:00Z"', **PLACE})]


@quirk("time_descending.nc", "the latest step first")
def _(path):
    return series(path, [48, 24, 0], "hours since 2020-01-01", "standard",
                  ["2020-01-03T00:00:00Z", "2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z"])


@quirk("time_single.nc", "one time step")
def _(path):
    return series(path, [12], "hours since 2020-01-01", "standard", ["2020-01-01T12:00:00Z"])


@quirk("time_unlimited_uneven.nc", "an unlimited dimension of uneven steps")
def _(path):
    with Tiny(path) as f:
        f.nc.createDimension("time", None)
        f.lat()
        f.lon()
        f.time([0, 1, 5, 30], "days since 2020-01-01", "standard")
        f.field("v", np.broadcast_to(np.arange(4)[:, None, None], (4, 3, 4)),
                ("time", "lat", "lon"))
    return [expect("v", float(step), {"time": f'"2020-01-{day:02d}T00:00:00Z"', **PLACE})
            for step, day in enumerate([1, 2, 6, 31])]


@quirk("time_bounds.nc", "time bounds: an instant within a step's bounds means that step")
def _(path):
    with Tiny(path) as f:
        f.time([15.5, 45.0], "days since 2020-01-01", "standard", bounds="time_bnds")
        f.lat()
        f.lon()
        f.nc.createDimension("nv", 2)
        f.variable("time_bnds", ("time", "nv"), [[0, 31], [31, 60]], "f8")
        f.field("v", ramp(2, 3, 4), ("time", "lat", "lon"), cell_methods="time: mean")
    return [expect("v", 0.0, {"time": '"2020-01-03T00:00:00Z"', **PLACE}),
            expect("v", 12.0, {"time": '"2020-02-29T12:00:00Z"', **PLACE})]


@quirk("climatology.nc", "climatological time, with climatology bounds")
def _(path):
    with Tiny(path) as f:
        f.time([15, 45], "days since 1960-01-01", "standard", climatology="climatology_bounds")
        f.lat()
        f.lon()
        f.nc.createDimension("nv", 2)
        f.variable("climatology_bounds", ("time", "nv"), [[0, 10988], [31, 11017]], "f8")
        f.field("v", ramp(2, 3, 4), ("time", "lat", "lon"),
                cell_methods="time: mean within years time: mean over years")
    return [expect("v", 12.0, {"time": '"1960-02-15T00:00:00Z"', **PLACE})]


@quirk("reference_time_scalar.nc", "scalar forecast_reference_time, and periods along the time axis")
def _(path):
    with Tiny(path) as f:
        f.time([6, 12], "hours since 2020-01-01", "standard")
        f.lat()
        f.lon()
        f.variable("reftime", (), 0.0, "f8", standard_name="forecast_reference_time",
                   units="hours since 2020-01-01", calendar="standard")
        f.variable("period", ("time",), [6.0, 12.0], "f8", standard_name="forecast_period",
                   units="hours")
        f.field("v", ramp(2, 3, 4), ("time", "lat", "lon"), coordinates="reftime period")
    return [expect("v", 12.0, {"time": '"2020-01-01T12:00:00Z"', **PLACE})]


@quirk("scalar_time_and_height.nc", "scalar coordinates are axes of one step")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.variable("time", (), 36.0, "f8", standard_name="time", axis="T",
                   units="hours since 2020-01-01", calendar="standard")
        f.variable("height", (), 2.0, "f8", standard_name="height", units="m", positive="up",
                   axis="Z")
        f.field("v", ramp(3, 4), coordinates="time height")
    return [expect("v", 0.0, {"time": '"2020-01-02T12:00:00Z"', "height": 2, **PLACE})]

#!/usr/bin/env python3
"""The dates of every calendar, day by day for 200 years, against cftime.

    tests/oracle/calendars.py [--seed N] [--requests 40] [--keep DIR]

For each calendar of CF and a few starts between 2000 BC and AD 4000 a file is made whose value is the
number of the step. The dates that DescribeCoverage and the WMS capabilities tell must all be cftime's;
random dates asked of WCS and GetFeatureInfo must give their steps; dates that a calendar lacks
(31 January of 360_day, 29 February of noleap, 10 October 1582 of standard) must be refused.
"""
import argparse
import json
import os
import re
import sys
import tempfile

import cftime
import netCDF4
import numpy as np
from lxml import etree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.report import Report, in_processes  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

YEARS = 200
NAMES = ("standard", "gregorian", "proleptic_gregorian", "julian", "noleap", "365_day", "all_leap",
         "366_day", "360_day")
UNITS = (("days since 1850-01-01", 1), ("hours since 1-1-1", 24), ("seconds since 1970-01-01", 86400),
         ("minutes since 2000-01-01 12:00", 1440))
ABSENT = {"noleap": (2, 29), "365_day": (2, 29), "360_day": (1, 31)}
IN_GREGORIAN = ("standard", "gregorian", "proleptic_gregorian")


class Series:
    """One file: its calendar, units, times, and the dates as cftime tells them."""

    def __init__(self, folder, calendar, start, random):
        units, per_day = UNITS[int(random.integers(len(UNITS)))]
        first = cftime.datetime(start, 1, 1, calendar=calendar, has_year_zero=True)
        last = cftime.datetime(start + YEARS, 1, 1, calendar=calendar, has_year_zero=True)
        first, last = (cftime.date2num(d, units, calendar, has_year_zero=True) for d in (first, last))
        self.count = round((last - first) / per_day)
        self.calendar, self.start, self.units = calendar, start, units
        # Not always midnight: a quarter of the files stand at noon.
        self.times = first + per_day * (np.arange(self.count) + 0.5 * (random.random() < 0.25))
        self.dates = cftime.num2date(self.times, units, calendar, has_year_zero=True)
        self.name = f"{calendar}_{start}".replace("-", "before")
        self.id = wcs.xml_name(self.name)
        self.subject = f"{self.name} {units}"
        self._write(os.path.join(folder, self.name + ".nc"))

    def _write(self, path):
        with netCDF4.Dataset(path, "w") as file:
            for name, values, units in (("lat", [0, 10], "degrees_north"),
                                        ("lon", [0, 10, 20], "degrees_east"),
                                        ("time", self.times, self.units)):
                file.createDimension(name, len(values))
                variable = file.createVariable(name, "f8", (name,))
                variable.units = units
                if name == "time":
                    variable.calendar = self.calendar
                variable[:] = values
            step = file.createVariable("step", "i4", ("time", "lat", "lon"), zlib=True,
                                       chunksizes=(4096, 2, 3))
            step.units = "1"
            step[:] = np.broadcast_to(np.arange(self.count)[:, None, None], (self.count, 2, 3))


def text(date):
    """ISO 8601, years by its clause 4.1.2.4: four digits, a sign where they are not enough."""
    year = f"{date.year:04d}" if date.year >= 0 else f"-{-date.year:04d}"
    return f"{year}-{date.month:02d}-{date.day:02d}T{date.hour:02d}:{date.minute:02d}:{date.second:02d}Z"


def first_difference(told, wanted):
    if len(told) != len(wanted):
        return f"{len(told)} dates told, {len(wanted)} are there"
    for k, (a, b) in enumerate(zip(told, wanted)):
        if a != b:
            return f"step {k} told as {a}, is {b}"
    return None


def capabilities(server, report, series, wanted):
    answer = server.get(f"/wms/{series.id}", [("SERVICE", "WMS"), ("VERSION", "1.3.0"),
                                              ("REQUEST", "GetCapabilities")])
    node = etree.fromstring(answer.content).find(".//{*}Layer/{*}Dimension[@name='time']")
    if node is None:
        report.count(series.subject, "WMS capabilities", f"no time dimension: {answer.status_code}")
        return
    told = []
    for item in node.text.strip().split(","):
        parts = item.split("/")
        if len(parts) == 1:
            told.append(item)
            continue
        # An interval counts the days of a client's calendar, which is the Gregorian one.
        if series.calendar not in IN_GREGORIAN or parts[2] != "P1D":
            report.count(series.subject, "WMS capabilities", f"{item} in {series.calendar}")
            return
        low, high = (cftime.datetime.strptime(p.lstrip("-"), "%Y-%m-%dT%H:%M:%SZ", calendar=
                     "proleptic_gregorian", has_year_zero=True) for p in parts[:2])
        low, high = (d.replace(year=-d.year) if p.startswith("-") else d
                     for d, p in zip((low, high), parts))
        units = "days since 1-1-1"
        first, last = (cftime.date2num(d, units, "proleptic_gregorian", has_year_zero=True)
                       for d in (low, high))
        days = np.arange(first, last + 0.5)
        told += [text(d) for d in cftime.num2date(days, units, "proleptic_gregorian",
                                                  has_year_zero=True)]
    report.count(series.subject, "WMS capabilities", first_difference(told, wanted), answer.url)


def describe(server, report, series, wanted):
    answer = server.get("/wcs", wcs.key_values("DescribeCoverage", COVERAGEID=series.id))
    told = re.findall(r"<position>([^<]*)</position>", answer.text)
    report.count(series.subject, "DescribeCoverage", first_difference(told, wanted), answer.url)


def one_date(server, report, series, at, date):
    answer = wcs.get_coverage(server, series.id, [f'time("{date}")'])
    problem = None
    if answer.status_code != 200:
        problem = f"status {answer.status_code}: {wcs.exception_of(answer)}"
    else:
        with netCDF4.Dataset("answer", memory=answer.content) as file:
            steps, time = np.unique(file["step"][:]), file["time"]
            back = cftime.num2date(time[...], time.units, time.calendar, has_year_zero=True)
            back = text(np.ravel(back)[0])
        if list(steps) != [at] or back != date:
            problem = f"step {steps} of {back}, expected {at}"
    report.count(series.subject, "GetCoverage", problem, answer.url)


def one_feature(server, report, series, at, date):
    layer = f"{series.id}/step"
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"), ("LAYERS", layer),
        ("QUERY_LAYERS", layer), ("STYLES", ""), ("FORMAT", "image/png"), ("CRS", "CRS:84"),
        ("BBOX", "-1,-1,1,1"), ("WIDTH", "5"), ("HEIGHT", "5"), ("I", "2"), ("J", "2"),
        ("INFO_FORMAT", "application/json"), ("TIME", date)])
    try:
        found = json.loads(answer.content)["features"][0]["properties"]
        problem = None if (found["value"], found["time"]) == (at, date) else \
            f"step {found['value']} of {found['time']}, expected {at}"
    except (ValueError, KeyError, IndexError):
        problem = f"status {answer.status_code}: {answer.text[:200]}"
    report.count(series.subject, "GetFeatureInfo", problem, answer.url)


def absent_dates(series, random):
    if series.calendar in ABSENT:
        year = series.start + int(random.integers(YEARS))
        month, day = ABSENT[series.calendar]
        return [f"{year:04d}-{month:02d}-{day:02d}" if year >= 0 else f"-{-year:04d}-{month:02d}-{day:02d}"]
    if series.calendar in ("standard", "gregorian") and series.start <= 1582 < series.start + YEARS:
        return ["1582-10-10"]
    return []


def one_series(server, report, series, count, seed):
    wanted = [text(date) for date in series.dates]
    capabilities(server, report, series, wanted)
    describe(server, report, series, wanted)
    random = np.random.default_rng([seed, series.start + 10000, NAMES.index(series.calendar)])
    odd = [k for k, d in enumerate(series.dates) if d.month == 2 and d.day in (29, 30)]
    steps = [0, series.count - 1, *random.integers(series.count, size=count)]
    if odd:
        steps += [int(k) for k in random.choice(odd, 6)]
    for at in map(int, steps):
        one_date(server, report, series, at, wanted[at])
        one_feature(server, report, series, at, wanted[at])
    for date in absent_dates(series, random):
        answer = wcs.get_coverage(server, series.id, [f'time("{date}")'])
        refused = wcs.exception_of(answer) if answer.status_code in (400, 404) else None
        report.count(series.subject, "absent date", None if refused else
                     f"status {answer.status_code} for {date}", answer.url)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=40, help="dates for each file")
    parser.add_argument("--keep", help="folder for the files, to look at")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    report = Report()
    random = np.random.default_rng(arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or scratch
        os.makedirs(folder, exist_ok=True)
        every = [Series(folder, calendar, int(start), random) for calendar in NAMES
                 for start in (random.integers(-2000, 0), random.integers(1383, 1582),
                               random.integers(1583, 3800))]
        with Server(folder) as server:
            in_processes(report, every, lambda own, series: one_series(
                server, own, series, arguments.requests, arguments.seed))
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

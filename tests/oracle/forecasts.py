#!/usr/bin/env python3
"""Collections of forecasts: the four views of runs by leads, against NumPy and cftime.

    tests/oracle/forecasts.py FOLDER [--seed N] [--requests 30] [--only NAME] [--address URL]

For each coverage over a forecast_reference_time and leads: valid times as cftime reads them from the
file (its times over runs and leads, else reference time plus forecast_period). Compared with it:
the best forecasts as a coverage of their own, one run, one lead and one time by WCS, the same by
GetFeatureInfo with the run and lead it tells, refusals, and fields at a height of such series.
"""
import json
import os
import sys

import cftime
import netCDF4
import numpy as np
from lxml import etree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import harness, wcs  # noqa: E402
from gyre_oracle.truth import Packing  # noqa: E402

HOURS = {"hours": 1, "hour": 1, "h": 1, "days": 24, "minutes": 1 / 60}
WMS = {"wms": "http://www.opengis.net/wms"}


def iso(date):
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def attributes_of(variable):
    return {k: variable.getncattr(k) for k in variable.ncattrs()}


def dates(numbers, variable):
    calendar = getattr(variable, "calendar", "standard")
    return [None if np.isnan(n) else
            cftime.num2date(float(n), variable.units, calendar, only_use_cftime_datetimes=True,
                            only_use_python_datetimes=False)
            for n in np.ravel(np.asarray(numbers, "f8"))]


class Collection:
    """One field over runs and leads, with a table of when each forecast is valid."""

    def __init__(self, path, field):
        with netCDF4.Dataset(path) as nc:
            nc.set_auto_maskandscale(False)
            variable = nc[field]
            self.field, self.dimensions = field, variable.dimensions
            packing = Packing(attributes_of(variable), variable.dtype)
            raw = np.asarray(variable[...])
            self.values = np.where(packing.missing(raw), np.nan, packing.unpack(raw).astype("f8"))
            run = next(v for v in nc.variables.values()
                       if getattr(v, "standard_name", "") == "forecast_reference_time")
            self.run_name, self.run = run.name, run.dimensions[0]
            self.runs = dates(run[...], run)
            table = next((v for v in nc.variables.values()
                          if v.ndim == 2 and getattr(v, "standard_name", "") == "time"), None)
            period = next((v for v in nc.variables.values()
                           if getattr(v, "standard_name", "") == "forecast_period"), None)
            if table is not None:
                self.lead = next(d for d in table.dimensions if d != self.run)
                numbers = np.asarray(table[...], "f8")
                if table.dimensions[0] != self.run:
                    numbers = numbers.T
                flat = dates(numbers, table)
                self.valid = [flat[i * numbers.shape[1]:(i + 1) * numbers.shape[1]]
                              for i in range(numbers.shape[0])]
            else:
                self.lead = period.dimensions[0]
                hours = np.asarray(period[...], "f8") * HOURS[period.units]
                run_hours = np.asarray(run[...], "f8")
                self.valid = [dates(hour + hours, run) for hour in run_hours]
            if period is not None:
                self.lead_name, self.leads = period.name, np.asarray(period[...], "f8")
            else:
                self.lead_name, self.leads = self.leads_of_times()
            self.rest = [d for d in self.dimensions if d not in (self.run, self.lead)]
            self.centres = {d: np.asarray(nc[d][...], "f8") for d in self.rest}

    def leads_of_times(self):
        """Hours that all runs have alike; else a step number."""
        hours = [[None if v is None else (v - run).total_seconds() / 3600 for v in row]
                 for run, row in zip(self.runs, self.valid)]
        columns = [{h for h in column if h is not None} for column in zip(*hours)]
        if all(len(c) == 1 for c in columns):
            return "forecast_period", np.array([c.pop() for c in columns])
        return "forecast_step", np.arange(len(columns), dtype="f8")

    def at(self, run, lead):
        """All values of one forecast, over the other dimensions."""
        index = tuple(run if d == self.run else lead if d == self.lead else slice(None)
                      for d in self.dimensions)
        return self.values[index]

    def pairs(self):
        return [(r, k) for r in range(len(self.runs)) for k in range(len(self.leads))
                if self.valid[r][k] is not None]

    def best(self):
        found = {}
        for r, k in self.pairs():
            known = found.get(self.valid[r][k])
            if known is None or self.runs[known[0]] < self.runs[r]:
                found[self.valid[r][k]] = (r, k)
        return [found[t] for t in sorted(found)]

    def of_run(self, run):
        return sorted((p for p in self.pairs() if p[0] == run), key=lambda p: self.valid[p[0]][p[1]])

    def at_lead(self, lead):
        return sorted((p for p in self.pairs() if p[1] == lead),
                      key=lambda p: self.valid[p[0]][p[1]])

    def of_time(self, time):
        return [p for p in self.pairs() if self.valid[p[0]][p[1]] == time]

    def lead_text(self, lead):
        return f"{self.leads[lead]:g}"


def series_of(body, truth, along):
    """(dates along the axis, reference times, values with the axis first) of an answer."""
    with netCDF4.Dataset("answer", memory=body) as nc:
        nc.set_auto_maskandscale(False)
        variable = nc[truth.field]
        packing = Packing(attributes_of(variable), variable.dtype)
        raw = np.asarray(variable[...])
        values = np.where(packing.missing(raw), np.nan, packing.unpack(raw).astype("f8"))
        coordinates = getattr(variable, "coordinates", "").split() + list(variable.dimensions)
        known = {getattr(nc[c], "standard_name", ""): nc[c] for c in coordinates
                 if c in nc.variables}
        axis = known[along]
        if axis.ndim and axis.dimensions[0] in variable.dimensions:
            values = np.moveaxis(values, variable.dimensions.index(axis.dimensions[0]), 0)
        else:
            values = values[None]
        reference = known["forecast_reference_time"]
        times = known["time"]
        return (dates(times[...], times), dates(reference[...], reference), values)


def compare(answer, truth, pairs, along="time"):
    if answer.status_code != 200:
        return f"status {answer.status_code}: {answer.text[:300]}"
    try:
        times, references, values = series_of(answer.content, truth, along)
    except (KeyError, IndexError) as error:
        return f"the answer lacks {error}"
    wanted = [truth.valid[r][k] for r, k in pairs]
    runs = [truth.runs[r] for r, _ in pairs]
    if [iso(t) for t in times] != [iso(t) for t in wanted] and \
            not (along != "time" and {iso(t) for t in times} == {iso(t) for t in wanted}):
        return f"times {[iso(t) for t in times]}, expected {[iso(t) for t in wanted]}"
    if [iso(t) for t in references] != [iso(t) for t in runs]:
        return f"reference times {[iso(t) for t in references]}, expected {[iso(t) for t in runs]}"
    expected = np.stack([truth.at(r, k) for r, k in pairs])
    if values.shape != expected.shape:
        return f"shape {values.shape}, expected {expected.shape}"
    wrong = ~((values == expected) | (np.isnan(values) & np.isnan(expected)))
    return f"{wrong.sum()} of {wrong.size} values differ" if wrong.any() else None


def random_trim(random, pairs, truth):
    """A part of a series, and how it is asked for."""
    first, last = sorted(random.integers(len(pairs), size=2))
    low, high = (iso(truth.valid[r][k]) for r, k in (pairs[first], pairs[last]))
    return pairs[first:last + 1], f'("{low}","{high}")'


def by_wcs(server, report, subject, identifier, truth, time_label, random):
    def check(kind, subsets, pairs, along="time", coverage=identifier):
        answer = wcs.get_coverage(server, coverage, subsets, [truth.field])
        report.count(subject, kind, compare(answer, truth, pairs, along), answer.url)

    best = truth.best()
    part, text = random_trim(random, best, truth)
    check("best", [f"{time_label}{text}"], part, coverage=identifier + ".best")
    run = int(random.integers(len(truth.runs)))
    run_label = "forecast_reference_time" if truth.run_name == "time" else truth.run_name
    at_run = f'{run_label}("{iso(truth.runs[run])}")'
    series = truth.of_run(run)
    part, text = random_trim(random, series, truth)
    check("one run", [at_run, f"time{text}"], part)
    lead = int(random.integers(len(truth.leads)))
    series = truth.at_lead(lead)
    if series:
        part, text = random_trim(random, series, truth)
        check("one lead", [f"{truth.lead_name}({truth.lead_text(lead)})", f"{time_label}{text}"],
              part)
    time = truth.valid[best[0][0]][best[0][1]]
    r, k = best[int(random.integers(len(best)))]
    time = truth.valid[r][k]
    check("one time", [f'{time_label}("{iso(time)}")'], truth.of_time(time),
          "forecast_reference_time")
    answer = wcs.get_coverage(server, identifier, [f'{time_label}("{iso(time)}","{iso(time)}")'])
    code = wcs.exception_of(answer)
    report.count(subject, "trim of time refused",
                 None if answer.status_code == 404 and code and code[0] == "InvalidSubsetting" and
                 f"{identifier}.best" in code[2] else f"{answer.status_code} {code}", answer.url)


def by_info(server, report, subject, dataset, truth, random):
    lat, lon = (next(d for d in truth.rest if d.startswith(n)) for n in ("lat", "lon"))
    others = [d for d in truth.rest if d not in (lat, lon)]
    row, column = (int(random.integers(len(truth.centres[d]))) for d in (lat, lon))
    y, x = truth.centres[lat][row], truth.centres[lon][column]
    kind = random.choice(["best", "run", "lead", "both"])
    r, k = truth.best()[int(random.integers(len(truth.best())))]
    if kind != "best":
        r, k = truth.pairs()[int(random.integers(len(truth.pairs())))]
    asked = [("TIME", iso(truth.valid[r][k]))]
    if kind in ("run", "both"):
        asked.append(("DIM_REFERENCE_TIME", iso(truth.runs[r])))
    if kind in ("lead", "both"):
        asked.append(("DIM_" + truth.lead_name.upper(), truth.lead_text(k)))
    if kind == "lead":  # several runs may say so at that distance: the latest
        r = max((p for p in truth.at_lead(k) if truth.valid[p[0]][k] == truth.valid[r][k]),
                key=lambda p: truth.runs[p[0]])[0]
    layer = f"{dataset}/{truth.field}"
    index, more = {}, []
    for d in others:
        index[d] = int(random.integers(len(truth.centres[d])))
        more.append(("ELEVATION", repr(float(truth.centres[d][index[d]]))))
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"), ("LAYERS", layer),
        ("QUERY_LAYERS", layer), ("STYLES", ""), ("CRS", "CRS:84"),
        ("BBOX", f"{x - 1},{y - 1},{x + 1},{y + 1}"), ("WIDTH", "5"), ("HEIGHT", "5"), ("I", "2"),
        ("J", "2"), ("INFO_FORMAT", "application/json"), *asked, *more])
    report.count(subject, f"GetFeatureInfo {kind}",
                 info_differs(answer, truth, r, k, {**index, lat: row, lon: column}), answer.url)


def info_differs(answer, truth, r, k, index):
    if answer.status_code != 200:
        return f"status {answer.status_code}: {answer.text[:200]}"
    try:
        told = json.loads(answer.content)["features"][0]["properties"]
    except (json.JSONDecodeError, KeyError, IndexError):
        return f"no value: {answer.text[:200]}"
    wanted = truth.at(r, k)[tuple(index[d] for d in truth.rest)]
    value = told.get("value")
    same = (value is None) if np.isnan(wanted) else (
        value is not None and abs(float(value) - wanted) <= 1e-6 * max(1.0, abs(wanted)))
    if not same:
        return f"value {value}, expected {wanted}"
    text = json.dumps(told)
    for part in (iso(truth.valid[r][k]), iso(truth.runs[r])):
        if part not in text:
            return f"{part} is not told: {text[:300]}"
    return None


def at_height(server, report, subject, identifier, truth, path, random):
    """Sigma levels: z = eta + sigma (depth + eta), along the best forecasts."""
    with netCDF4.Dataset(path) as nc:
        if "depth" not in nc.variables or "lev" not in truth.rest:
            return
        depth, eta = np.asarray(nc["depth"][...]), np.asarray(nc["eta"][...])
    sigma = truth.centres["lev"]
    height = float(random.uniform(-105, 0))
    best = truth.best()
    expected = np.full((len(best), *depth.shape), np.nan)
    for n, (r, k) in enumerate(best):
        level = eta[r, k] + sigma[:, None, None] * (depth + eta[r, k])
        values = truth.at(r, k)
        for j, i in np.ndindex(depth.shape):
            if level[0, j, i] <= height <= level[-1, j, i]:
                expected[n, j, i] = np.interp(height, level[:, j, i], values[:, j, i])
    answer = wcs.get_coverage(server, identifier + ".best", [f"altitude({height!r})"],
                              [truth.field])
    problem = f"status {answer.status_code}: {answer.text[:300]}"
    if answer.status_code == 200:
        _, _, values = series_of(answer.content, truth, "time")
        same = np.isclose(values, expected, rtol=1e-6, atol=1e-6, equal_nan=True)
        problem = None if same.all() else f"{(~same).sum()} of {same.size} values differ"
    report.count(subject, "at a height", problem, answer.url)


def check_capabilities(server, report, subject, dataset, truth):
    answer = server.get("/wms", [("SERVICE", "WMS"), ("REQUEST", "GetCapabilities")])
    layer = next((node.getparent() for node in
                  etree.fromstring(answer.content).iterfind(".//wms:Name", WMS)
                  if node.text == f"{dataset}/{truth.field}"), None)
    offered = {} if layer is None else {
        d.get("name"): d.text for d in layer.iterfind("wms:Dimension", WMS)}
    problem = None
    if set(offered) < {"time", "reference_time"}:
        problem = f"dimensions {sorted(offered)}"
    else:
        first, last = truth.best()[0], truth.best()[-1]
        for r, k in (first, last):
            if iso(truth.valid[r][k])[:13] not in offered["time"]:
                problem = f"{iso(truth.valid[r][k])} is not in {offered['time'][:200]}"
        for run in truth.runs:
            if iso(run)[:10] not in offered["reference_time"] and "/" not in \
                    offered["reference_time"]:
                problem = f"{iso(run)} is not in {offered['reference_time'][:200]}"
    report.count(subject, "capabilities", problem)


def work(server, report, coverage, arguments):
    identifier = coverage.offered.id
    random = np.random.default_rng([arguments.seed, sum(map(ord, identifier))])
    offered = wcs.describe(server, identifier + ".best")
    for field in coverage.offered.fields:
        truth = Collection(coverage.path, field)
        # In the best forecasts' own words.
        gone = {truth.run_name, truth.lead_name, *truth.rest}
        time_label = next(label for label in offered.labels if label not in gone)
        dataset = coverage.dataset
        check_capabilities(server, report, coverage.subject, dataset, truth)
        for _ in range(arguments.requests):
            by_wcs(server, report, coverage.subject, identifier, truth, time_label, random)
            by_info(server, report, coverage.subject, dataset, truth, random)
            at_height(server, report, coverage.subject, identifier, truth, coverage.path, random)


def is_collection(coverage):
    if not {"forecast_period", "forecast_step", "step", "time_offset"} & set(
            coverage.offered.labels):
        return False
    with netCDF4.Dataset(coverage.path) as nc:
        return any(v.ndim == 1 and getattr(v, "standard_name", "") == "forecast_reference_time"
                   for v in nc.variables.values())


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, work, chosen=is_collection, requests=30,
                         told="coverages of several runs"))

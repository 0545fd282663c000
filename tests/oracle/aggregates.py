#!/usr/bin/env python3
"""Aggregations: random archives served as datasets, against NumPy and cftime on the same files.

    tests/oracle/aggregates.py [--seed N] [--requests 12] [--keep DIR] [--only NAME]

Archives of every kind are made (files of one or several steps, out of order, descending, shuffled
names, other units of time, packing, calendars, duplicates, holes, a file of another grid; runs by
leads, members by time, unions of variables, positions from names, .ncml of each kind) and served as
the configuration says. What each cell holds is put together here file by file: positions by cftime,
values masked and unpacked by the attributes of their own file, of several the one modified last.
Random boxes are asked of WCS as NetCDF, and values at points of WMS.
"""
import argparse
import json
import os
import sys
import tempfile

import cftime
import netCDF4
import numpy as np
import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402
from gyre_oracle.truth import Packing  # noqa: E402

LAT, LON = np.array([-20.0, -5.0, 10.0, 40.0]), np.array([0.0, 12.5, 25.0, 37.5, 50.0])
NEWS = int(1.7e9)
NCML = '<netcdf xmlns="http://www.unidata.ucar.edu/namespaces/netcdf/ncml-2.2">%s</netcdf>'


def iso(date):
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def attributes_of(variable):
    return {k: variable.getncattr(k) for k in variable.ncattrs()}


def decoded(variable):
    """Masked by the variable's own rule, unpacked by its own packing."""
    variable.set_auto_maskandscale(False)
    raw = np.asarray(variable[...])
    packing = Packing(attributes_of(variable), variable.dtype)
    return np.where(packing.missing(raw), np.nan, packing.unpack(raw).astype("f8"))


def instants(variable):
    variable.set_auto_maskandscale(False)
    calendar = getattr(variable, "calendar", "standard")
    numbers = np.ravel(np.asarray(variable[...]))
    dates = cftime.num2date(numbers, variable.units, calendar, only_use_cftime_datetimes=True,
                            only_use_python_datetimes=False)
    return [iso(d) for d in np.ravel(dates)]


class Archive:
    """One folder of files, and what it should be as one dataset."""

    def __init__(self, root, name, random, calendar="standard"):
        self.folder, self.name, self.random = os.path.join(root, name), name, random
        self.calendar, self.files = calendar, []
        self.rule, self.id, self.outer = {}, name, None
        os.makedirs(self.folder)

    def date(self, hours):
        return cftime.num2date(float(hours), "hours since 2001-02-25", self.calendar,
                               only_use_cftime_datetimes=True, only_use_python_datetimes=False)

    def write(self, path, hours, names=("t",), units=None, packed=None, modified=None, lat=LAT,
              scalar=False, keys=(), counts=True, kind="NETCDF4", bounds=False, timeless=False,
              flat=False):
        """A file of those steps. `keys`: where it lies along outer dimensions; `counts`: it is one
        of those that can be joined."""
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        units = units or "hours since 2001-02-25"
        with netCDF4.Dataset(path, "w", format=kind) as nc:
            nc.createDimension("lat", lat.size)
            nc.createDimension("lon", LON.size)
            for name, centres, unit in (("lat", lat, "degrees_north"), ("lon", LON, "degrees_east")):
                axis = nc.createVariable(name, "f8", (name,))
                axis[:], axis.units = centres, unit
            dimensions = ("lat", "lon")
            if not timeless:
                if not scalar:
                    nc.createDimension("time", None if self.random.random() < 0.5 else len(hours))
                time = nc.createVariable("time", "f8", () if scalar else ("time",))
                time.units, time.calendar, time.standard_name = units, self.calendar, "time"
                numbers = cftime.date2num([self.date(h) for h in hours], units, self.calendar)
                time[...] = numbers[0] if scalar else numbers
                if bounds:
                    time.bounds = "time_bnds"
                    nc.createDimension("nv", 2)
                    edges = nc.createVariable("time_bnds", "f8", ("time", "nv"))
                    for column, shift in enumerate((-3, 3)):
                        edges[:, column] = cftime.date2num(
                            [self.date(h + shift) for h in hours], units, self.calendar)
                dimensions = dimensions if scalar else ("time", *dimensions)
            for name in names:
                shape = (len(hours), lat.size, LON.size)[3 - len(dimensions):]
                values = self.random.normal(10, 5, shape)
                holes = self.random.random(shape) < 0.1
                if packed:
                    scale, offset, fill, kind_of_scale = packed
                    made = nc.createVariable(name, "i2", dimensions, fill_value=fill)
                    made.set_auto_maskandscale(False)
                    made.scale_factor = np.dtype(kind_of_scale).type(scale)
                    made.add_offset = np.dtype(kind_of_scale).type(offset)
                    raw = np.round((values - offset) / scale).astype("i2")
                    made[...] = np.where(holes, fill, np.where(raw == fill, raw + 1, raw))
                else:
                    made = nc.createVariable(name, "f4", dimensions, fill_value=-999.0)
                    made.set_auto_maskandscale(False)
                    made[...] = np.where(holes, -999, values)
                made.units = "K"
            if flat:  # what a file has once holds for all of its steps
                made = nc.createVariable("flat", "f4", ("lat", "lon"))
                made[...] = self.random.normal(10, 5, (lat.size, LON.size))
            nc.title, nc.history = self.name, path
        modified = modified or NEWS + len(self.files)
        os.utime(path, (modified, modified))
        if counts:
            self.files.append((path, tuple(keys)))

    def truth(self):
        """{variable: {position: values}}; a position is (keys..., time), of runs (run, lead hours).
        Of files that have the same, the last modified."""
        found = {}
        order = sorted(self.files, key=lambda f: (os.stat(f[0]).st_mtime, f[0]))
        for path, keys in order:
            with netCDF4.Dataset(path) as nc:
                times = instants(nc["time"]) if "time" in nc.variables else [None]
                for name, variable in nc.variables.items():
                    if name in ("lat", "lon", "time", "time_bnds"):
                        continue
                    values = decoded(variable)
                    if values.ndim == 2:
                        values = np.repeat(values[None], len(times), axis=0)
                    values = values.reshape(len(times), LAT.size, LON.size)
                    for time, step in zip(times, values):
                        position = keys if time is None else (*keys, time)
                        found.setdefault(name, {})[position] = step
        return found


def batches(random, hours, most=4):
    hours, made = list(hours), []
    while hours:
        count = int(random.integers(1, most + 1))
        made.append(hours[:count])
        hours = hours[count:]
    return made


def shuffled_names(random, count, width=4):
    return [f"f{n:0{width}d}.nc" for n in random.permutation(count)]


UNITS = ("hours since 2001-02-25", "days since 2001-02-25", "seconds since 2001-02-01",
         "minutes since 2001-02-20 12:00", "days since 1990-01-01")


def make_all(root, random):
    archives = []

    def archive(name, **more):
        made = Archive(root, name, random, **more)
        made.rule = {"files": name}
        archives.append(made)
        return made

    days = 24.0 * np.arange(20)
    one = archive("daily")
    for name, hour in zip(shuffled_names(random, 20), days):
        one.write(name, [hour], flat=True, kind=random.choice(["NETCDF4", "NETCDF3_CLASSIC"]))

    for calendar in ("standard", "noleap", "360_day"):
        made = archive("steps_" + calendar, calendar=calendar)
        parts = batches(random, 6.0 * np.arange(40))
        for name, part in zip(shuffled_names(random, len(parts)), parts):
            order = random.choice(["up", "down", "any"])
            part = {"up": part, "down": part[::-1], "any": list(random.permutation(part))}[order]
            made.write("deep/er/" + name, part, units=random.choice(UNITS), bounds=True)
    mixed = archive("interleaved")
    hours = random.permutation(6.0 * np.arange(30))
    for n in range(5):
        mixed.write(f"x{n}.nc", list(hours[n * 6:n * 6 + 6]), flat=True)

    packed = archive("packed")
    for n, part in enumerate(batches(random, days)):
        how = (float(random.choice([0.01, 0.02, 0.005])), float(random.integers(0, 20)),
               int(random.choice([-32768, 0, 77])), random.choice(["f4", "f8"]))
        packed.write(f"p{n:03}.nc", part, packed=how if random.random() < 0.8 else None)
    same = archive("packed_alike")
    for n, part in enumerate(batches(random, days)):
        same.write(f"p{n:03}.nc", part, packed=(0.01, 10.0, -32768, "f8"))

    twice = archive("overlapping")
    for n in range(8):
        first = int(random.integers(0, 16))
        twice.write(f"o{n}.nc", list(24.0 * np.arange(first, first + 4)),
                    modified=NEWS + int(random.integers(0, 1000)) * 10 + n)

    holes = archive("holes")
    for hour in days:
        if random.random() < 0.7:
            holes.write(f"h{int(hour):04}.nc", [hour])
    holes.write("aaa_other_grid.nc", [24.0 * 30], lat=LAT + 1, counts=False)
    holes.write("bbb_other_size.nc", [24.0 * 31], lat=LAT[:3], counts=False)

    single = archive("scalar_time")
    for name, hour in zip(shuffled_names(random, 9), days):
        single.write(name, [hour], scalar=True)

    union = archive("union")
    for n, part in enumerate(batches(random, days)):
        union.write(f"t_{n}.nc", part)
        if random.random() < 0.7:
            union.write(f"s_{n}.nc", part, names=("s", "u"))

    runs = archive("runs")
    runs.rule.update(join=["run", "time"], names="{run:%Y%m%dT%H}/*.nc")
    runs.outer = "run"
    for n in range(5):
        start = 12.0 * n
        run = runs.date(start)
        for part in batches(random, start + 3.0 * np.arange(8)):
            if random.random() < 0.85:
                runs.write(f"{run.strftime('%Y%m%dT%H')}/{int(part[0] - start):03}.nc", part,
                           units=random.choice(UNITS), keys=[iso(run)])

    members = archive("members")
    members.rule.update(join=["member", "time"], names="m{member}_*.nc")
    members.outer = "member"
    for member in (1, 2, 10, 11):
        for n, part in enumerate(batches(random, days[:10])):
            if random.random() < 0.85:
                members.write(f"m{member}_{n}.nc", part, keys=[float(member)])

    named = archive("named")
    named.rule.update(join="time", names="v_{time:%Y%m%d_%H%M}.nc")
    for hour in random.permutation(6.0 * np.arange(12)):
        date = named.date(hour)
        named.write(date.strftime("v_%Y%m%d_%H%M.nc"), [hour], timeless=True, keys=[iso(date)])

    return archives + make_ncml(root, random)


def make_ncml(root, random):
    archives = []

    def archive(name, text):
        made = Archive(root, name, random)
        made.rule, made.id = None, name + ".all"
        with open(os.path.join(made.folder, "all.ncml"), "w", encoding="utf-8") as file:
            file.write(NCML % text)
        archives.append(made)
        return made

    scan = archive("ncml_scan", '<attribute name="title" value="Scanned"/><aggregation '
                   'type="joinExisting" dimName="time"><scan location="data" suffix=".nc" '
                   'regExp=".*/g[0-9]+\\.nc"/></aggregation>')
    for name, part in enumerate(batches(random, 6.0 * np.arange(20))):
        scan.write(f"data/sub/g{name}.nc", part, units=random.choice(UNITS))
    scan.write("data/other.nc", [900.0], counts=False)

    new = archive("ncml_new", '<variable name="member"><attribute name="standard_name" '
                  'value="realization"/></variable><aggregation type="joinNew" dimName="member">'
                  '<netcdf location="a.nc" coordValue="7"/><netcdf location="b.nc" coordValue="3"/>'
                  '</aggregation>')
    new.outer = "member"
    for name, member in (("a", 7), ("b", 3)):
        new.write(name + ".nc", list(24.0 * np.arange(4)), keys=[float(member)])

    union = archive("ncml_union", '<aggregation type="union"><netcdf><aggregation '
                    'type="joinExisting" dimName="time"><netcdf location="t1.nc"/><netcdf '
                    'location="t2.nc"/></aggregation></netcdf><netcdf location="s.nc"/>'
                    '</aggregation>')
    union.write("t1.nc", [24.0, 0.0])
    union.write("t2.nc", [48.0])
    union.write("s.nc", [0.0, 24.0, 48.0], names=("s",))

    nested = archive("ncml_nested", '<aggregation type="joinNew" dimName="member">' + "".join(
        f'<netcdf coordValue="{m}"><aggregation type="joinExisting" dimName="time"><scan '
        f'location="m{m}"/></aggregation></netcdf>' for m in (5, 2)) +
        '</aggregation><variable name="member"><attribute name="standard_name" '
        'value="realization"/></variable>')
    nested.outer = "member"
    for member in (5, 2):
        for n, part in enumerate(batches(random, 24.0 * np.arange(8))):
            nested.write(f"m{member}/x{n}.nc", part, keys=[float(member)])

    dated = archive("ncml_dated", '<aggregation type="joinNew" dimName="time"><scan location="." '
                    'suffix=".nc" dateFormatMark="v_#yyyyMMddHH"/></aggregation>')
    for hour in random.permutation(6.0 * np.arange(9)):
        date = dated.date(hour)
        dated.write(date.strftime("v_%Y%m%d%H.nc"), [hour], timeless=True, keys=[iso(date)])
    return archives


class Box:
    """A random part of an archive's positions, and how it is asked for."""

    def __init__(self, archive, truth, name, random):
        self.archive, self.name = archive, name
        every = {p for steps in truth.values() for p in steps}
        self.subsets, self.steps = [], truth[name]
        self.outers = None
        if archive.outer:
            outers = sorted({p[0] for p in every})
            first, last = sorted(random.integers(len(outers), size=2))
            self.outers = outers[first:last + 1]
            text = [f'"{o}"' if archive.outer == "run" else f"{o:g}" for o in
                    (self.outers[0], self.outers[-1])]
            self.subsets.append(f"{archive.outer}({text[0]},{text[1]})")
        self.times = sorted({p[-1] for p in every})
        if archive.outer != "run":
            first, last = sorted(random.integers(len(self.times), size=2))
            self.times = self.times[first:last + 1]
            self.subsets.append(f'time("{self.times[0]}","{self.times[-1]}")')
        self.index = []
        for label, centres in (("lat", LAT), ("lon", LON)):
            first, last = sorted(random.integers(centres.size, size=2))
            self.index.append(slice(first, last + 1))
            self.subsets.append(f"{label}({centres[first]:g},{centres[last]:g})")

    def differs(self, answer):
        if answer.status_code != 200:
            return f"status {answer.status_code}: {answer.text[:300]}"
        with netCDF4.Dataset("answer", memory=answer.content) as nc:
            variable = nc[self.name]
            values = decoded(variable)
            if self.archive.outer == "run":
                return self.runs_differ(nc, values)
            times = instants(nc["time"])
            if times != self.times:
                return f"times {times}, expected {self.times}"
            if self.archive.outer:
                outers = [float(v) for v in np.ravel(nc[self.archive.outer][...])]
                if outers != self.outers:
                    return f"{self.archive.outer} {outers}, expected {self.outers}"
            shape = (len(self.outers or [0]), len(times), *values.shape[-2:])
            return self.compare(values.reshape(shape), [
                [(*((o,) if self.archive.outer else ()), t) for t in times]
                for o in (self.outers or [None])])

    def runs_differ(self, nc, values):
        runs = instants(nc["run"])
        if runs != self.outers:
            return f"runs {runs}, expected {self.outers}"
        leads = [float(v) for v in np.ravel(nc["forecast_period"][...])]
        start = {run: cftime.datetime.strptime(run, "%Y-%m-%dT%H:%M:%SZ", calendar="standard")
                 for run in runs}
        positions = [[(run, iso(start[run] + np.timedelta64(int(lead * 3600), "s").astype(object)))
                      for lead in leads] for run in runs]
        return self.compare(values.reshape(len(runs), len(leads), *values.shape[-2:]), positions)

    def compare(self, values, positions):
        shape = values.shape[-2:]
        nothing = np.full((LAT.size, LON.size), np.nan)
        expected = np.array([[self.steps.get(p, nothing)[tuple(self.index)] for p in row]
                             for row in positions])
        if expected.shape[-2:] != shape:
            return f"shape {shape}, expected {expected.shape}"
        same = np.isclose(values, expected, rtol=2e-7, atol=0, equal_nan=True)
        return None if same.all() else f"{(~same).sum()} of {same.size} values differ"


def info(server, report, archive, truth, random):
    name = sorted(truth)[int(random.integers(len(truth)))]
    positions = sorted({p for steps in truth.values() for p in steps})
    position = positions[int(random.integers(len(positions)))]
    j, i = int(random.integers(LAT.size)), int(random.integers(LON.size))
    layer = f"{archive.id}/{name}"
    x, y = LON[i], LAT[j]
    parameters = [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"), ("LAYERS", layer),
        ("QUERY_LAYERS", layer), ("STYLES", ""), ("CRS", "CRS:84"),
        ("BBOX", f"{x - 1},{y - 1},{x + 1},{y + 1}"), ("WIDTH", "5"), ("HEIGHT", "5"), ("I", "2"),
        ("J", "2"), ("INFO_FORMAT", "application/json"), ("TIME", position[-1])]
    if archive.outer == "run":
        parameters.append(("DIM_REFERENCE_TIME", position[0]))
    elif archive.outer:
        parameters.append(("DIM_" + archive.outer.upper(), f"{position[0]:g}"))
    answer = server.get("/wms", parameters)
    wanted = truth[name].get(position, np.full((LAT.size, LON.size), np.nan))[j, i]
    problem = f"status {answer.status_code}: {answer.text[:300]}"
    if answer.status_code == 200:
        try:
            value = json.loads(answer.content)["features"][0]["properties"].get("value")
            same = value is None if np.isnan(wanted) else (
                value is not None and np.isclose(float(value), wanted, rtol=1e-6))
            problem = None if same else f"value {value}, expected {wanted}"
        except (json.JSONDecodeError, KeyError, IndexError):
            problem = f"no value: {answer.text[:300]}"
    report.count(archive.name, "GetFeatureInfo", problem, answer.url)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=12)
    parser.add_argument("--keep", help="folder for the archives, to look at")
    parser.add_argument("--only", help="a part of an archive's name")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    random = np.random.default_rng([arguments.seed, 77])
    report = Report()
    with tempfile.TemporaryDirectory() as scratch:
        root = os.path.join(arguments.keep or scratch, "data")
        archives = make_all(root, random)
        config = os.path.join(os.path.dirname(root), "gyre.yaml")
        with open(config, "w", encoding="utf-8") as file:
            yaml.safe_dump({"datasets": {a.id: a.rule for a in archives if a.rule}}, file,
                           sort_keys=False)
        with Server(root, ["--config", config]) as server:
            offered = set(wcs.coverage_ids(server))
            alone = sorted(o for o in offered if o.removesuffix(".best") not in
                           {a.id for a in archives})
            # Of the kept .ncml scan one file is no member, and a dataset of its own.
            report.count("all", "members are no datasets",
                         None if alone == ["ncml_scan.data.other"] else f"{alone}")
            for archive in archives:
                if arguments.only and arguments.only not in archive.name:
                    continue
                if archive.id not in offered:
                    report.count(archive.name, "published", f"not among {sorted(offered)}")
                    continue
                truth = archive.truth()
                for _ in range(arguments.requests):
                    name = sorted(truth)[int(random.integers(len(truth)))]
                    box = Box(archive, truth, name, random)
                    answer = wcs.get_coverage(server, archive.id, box.subsets, [name])
                    report.count(archive.name, "GetCoverage", box.differs(answer), answer.url)
                    info(server, report, archive, truth, random)
            if report.differing:
                print(server.errors())
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

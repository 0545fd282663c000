#!/usr/bin/env python3
"""Profiles, time series and sections at a point, on every kind of grid, against the file.

    tests/oracle/series.py FOLDER [--seed N] [--requests 20] [--only NAME] [--address URL]

For each coverage with axes beside the horizontal ones: random places and random ranges and lists of
steps. GetFeatureInfo's answer (GeoJSON, CSV, XML) must have exactly the steps asked for, the values that
xarray reads there and what the quality flags say of them; GetCoverage with longitude and latitude sliced
and the others trimmed must give the same as NetCDF. On axes, on two-dimensional coordinates and on meshes.
"""
import csv
import io
import json
import os
import sys
import zlib

import netCDF4
import numpy as np
from lxml import etree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import meshes  # noqa: E402
import planes  # noqa: E402
from gyre_oracle import compare, harness, info, wcs  # noqa: E402
from gyre_oracle.flags import flags_of  # noqa: E402


class Grid:
    """Where a field's horizontal cells are: on axes, on a plane or on a mesh."""

    def __init__(self, coverage, field):
        self.coverage, self.field = coverage, field
        self.mesh = meshes.Mesh(coverage.file.dataset, field) if coverage.offered.mesh else None
        self.plane = planes.Plane(coverage, field) if coverage.offered.plane else None
        if self.mesh:
            self.dimensions = [self.mesh.dimension]
        elif self.plane:
            self.dimensions = [self.plane.y_dimension, self.plane.x_dimension]
        else:
            self.dimensions = [axis.dimension for axis in field.horizontal()]
        self.kind = "mesh" if self.mesh else "plane" if self.plane else "axes"

    def place(self, random):
        """({dimension: index}, longitude, latitude) of a cell beyond doubt; None now and then."""
        if self.mesh:
            longitude, latitude = meshes.some_place(self.mesh, random)
            cell = int(self.mesh.cells_at(np.array([longitude]), np.array([latitude]))[0])
            if cell < 0 or abs(latitude) > 89.99:
                return None
            return {self.mesh.dimension: cell}, longitude, latitude
        if self.plane:
            cell = int(random.choice(self.plane.good))
            row, column = divmod(cell, self.plane.shape[1])
            longitude, latitude = (float(v[row, column]) for v in (self.plane.lon, self.plane.lat))
            if planes.right_cells(self.plane, longitude, latitude) != [cell]:
                return None
            return dict(zip(self.dimensions, (row, column))), longitude, latitude
        row, column, longitude, latitude = info.place_of(self.coverage.file, self.field, random)
        if not np.isfinite([longitude, latitude]).all() or abs(latitude) > 89.99:
            return None
        return dict(zip(self.dimensions, (row, column))), longitude, latitude


class Steps:
    """Some steps of one axis: how they are asked for, and how they are told."""

    def __init__(self, coverage, grid, axis, random):
        self.dimension = axis.dimension
        self.label = coverage.label(axis)
        size = grid.field.raw.shape[grid.field.dimensions.index(axis.dimension)]
        variable = coverage.file.dataset.variables.get(axis.name)
        counted = variable is None or variable.ndim != 1 and axis.texts is None
        i, j = sorted(int(random.integers(size)) for _ in range(2))
        self.is_list = bool(axis.texts) or random.random() < 0.4
        picks = random.permutation(size)[:int(random.integers(1, 5))] if self.is_list else []
        self.indices = np.sort(picks) if self.is_list else np.arange(i, j + 1)
        if len(self.indices) > 300:
            self.indices = self.indices[:300]
        at = self.indices
        if axis.texts:
            self.name = "member" if axis.role == "member" else None
            self.told = [axis.texts[k] for k in at]
            self.subset = f'{self.label}("{axis.texts[at[0]]}")' if len(at) == 1 else None
        elif axis.role == "time" and " since 0.0" not in str(axis.attributes.get("units")):
            self.name = "TIME"
            self.told = [info.iso(axis.dates[k]) for k in at]
            ends = sorted((axis.dates[at[0]], axis.dates[at[-1]]))
            self.subset = f'{self.label}("{info.iso(ends[0])}","{info.iso(ends[1])}")'
        else:
            number = (lambda k: str(k)) if counted else (
                lambda k: info.elevation(axis, k) if axis.role == "vertical" else
                info.shortest(axis, axis.centres[k]))
            self.name = "ELEVATION" if axis.role == "vertical" and not counted else None
            self.told = [number(k) for k in at]
            native = [float(k) if counted else float(axis.centres[k]) for k in at]
            text = (lambda v: repr(v)) if counted else (lambda v: info.shortest(axis, v))
            self.subset = f"{self.label}({text(min(native))},{text(max(native))})"
        self.parameter = self.name if self.name in ("TIME", "ELEVATION") else f"DIM_{self.label}"
        if self.is_list:
            order = random.permutation(len(at))
            self.text = ",".join(self.told[k] for k in order)
            if len(at) > 1:
                self.subset = None
        else:
            ends = [self.told[0], self.told[-1]]
            if self.parameter != "TIME":
                ends.sort(key=float)
            elif axis.centres[at[0]] > axis.centres[at[-1]]:
                ends.reverse()
            self.text = "/".join(ends)
        # A step that is told like its neighbour (to the millisecond, in digits) cannot be asked for.
        self.clear = len(set(self.told)) == len(self.told)


def steps_of(coverage, grid, random):
    found = [Steps(coverage, grid, axis, random) for axis in grid.field.axes
             if axis.dimension not in grid.dimensions]
    total = 1
    for steps in found:
        if total * len(steps.indices) > 3000:
            keep = max(1, 3000 // total)
            steps.indices, steps.told = steps.indices[:keep], steps.told[:keep]
            steps.text = ",".join(steps.told)
            steps.subset = None
        total *= len(steps.indices)
    return found


def expected(grid, index, steps):
    """(values, missing) in the order of the field's dimensions."""
    by_dimension = {s.dimension: s.indices for s in steps}
    raw, missing, values = grid.field.raw, grid.field.missing, grid.field.values
    for d, dimension in enumerate(grid.field.dimensions):
        part = np.array([index[dimension]]) if dimension in index else by_dimension[dimension]
        raw, missing, values = (np.take(v, part, axis=d) for v in (raw, missing, values))
    return raw.ravel(), missing.ravel(), values.ravel()


def rows_of(answer, media_type):
    """[{column: text}] of the answer's samples."""
    if media_type == "application/json":
        features = json.loads(answer.text, parse_float=str, parse_int=str)["features"]
        rows = []
        for feature in features:
            properties = feature["properties"]
            rows += [{**properties, **sample} for sample in properties.get("series", [properties])]
        return rows
    if media_type == "text/csv":
        return list(csv.DictReader(io.StringIO(answer.text)))
    found = []
    for node in etree.fromstring(answer.content).iter("FeatureInfo"):
        found.append({child.tag.lstrip("_"): child.text or "" for child in node
                      if child.tag != "quality"})
        found[-1]["quality"] = {child.get("variable"): child.text for child in node
                                if child.tag == "quality"}
    return found


def one_info(server, report, coverage, grid, random):
    place, steps = grid.place(random), steps_of(coverage, grid, random)
    if place is None or not all(s.clear for s in steps):
        return
    index, longitude, latitude = place
    media_type = str(random.choice(["application/json", "text/csv", "text/xml"]))
    size = 2.5e-7
    layer = f"{coverage.dataset}/{grid.field.name}"
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"), ("LAYERS", layer),
        ("QUERY_LAYERS", layer), ("STYLES", ""), ("FORMAT", "image/png"), ("CRS", "CRS:84"),
        ("BBOX", f"{longitude - size!r},{latitude - size!r},{longitude + size!r},"
                 f"{latitude + size!r}"), ("WIDTH", "5"), ("HEIGHT", "5"), ("I", "2"), ("J", "2"),
        ("INFO_FORMAT", media_type), *[(s.parameter, s.text) for s in steps]])
    kind = f"series {grid.kind} {media_type.split('/')[1]}"
    if answer.status_code != 200 or "ServiceException" in answer.text[:300]:
        report.count(coverage.subject, kind, answer.text[:400], answer.url)
        return
    rows = rows_of(answer, media_type)
    problem = rows_differ(rows, grid, index, steps)
    report.count(coverage.subject, kind, problem, answer.url)
    flags = flags_of(coverage.file, grid.field)
    if flags and not problem:
        report.count(coverage.subject, f"quality of a {kind}", quality_differs(
            rows, media_type, flags, grid, index, steps), answer.url)


def quality_differs(rows, media_type, flags, grid, index, steps):
    """What the quality flags say of each sample."""
    ordered = [s for d in grid.field.dimensions for s in steps if s.dimension == d]
    for i, row in enumerate(rows):
        at = np.unravel_index(i, [len(s.indices) for s in ordered])
        place = {**index, **{s.dimension: s.indices[k] for s, k in zip(ordered, at)}}
        wanted = {f.name: f.of_sample(place) for f in flags}
        if media_type != "application/json":
            wanted = {name: word or "missing" for name, word in wanted.items()}
        if media_type == "text/csv":
            wanted = "; ".join(f"{name}: {word}" for name, word in wanted.items())
        if row.get("quality") != wanted:
            return f"sample {i} has quality {row.get('quality')}, expected {wanted}"
    return None


def rows_differ(rows, grid, index, steps):
    _, missing, values = expected(grid, index, steps)
    if len(rows) != values.size:
        return f"{len(rows)} samples, expected {values.size}"
    ordered = [s for d in grid.field.dimensions for s in steps if s.dimension == d]
    shape = [len(s.indices) for s in ordered]
    for i, row in enumerate(rows):
        at = np.unravel_index(i, shape) if shape else ()
        for s, k in zip(ordered, at):
            got = {name.lower(): text for name, text in row.items()}
            names = ([s.name.lower()] if s.name else []) + [str(s.label).lower()]
            told = next((got[n] for n in names if n in got), None)
            same = told == s.told[k] or (s.parameter != "TIME" and is_number(told)
                                         and is_number(s.told[k])
                                         and np.isclose(float(told), float(s.told[k]), rtol=1e-6,
                                                        atol=1e-12))
            if not same:
                return f"sample {i} is at {told}, expected {s.told[k]} ({names})"
        value = row.get("value")
        gone = value in (None, "", "none")
        if gone != bool(missing[i]):
            return f"sample {i} is {value}, expected {'missing' if missing[i] else values[i]}"
        if not gone and values.dtype.kind in "iu" and int(value) != int(values[i]):
            return f"sample {i} is {value}, expected {values[i]}"
        if not gone and values.dtype.kind == "f":
            number = values.dtype.type(value)
            if not compare.within_one_ulp(np.array(number), np.array(values[i])):
                return f"sample {i} is {value}, expected {values[i]}"
    return None


def is_number(text):
    try:
        float(text)
        return True
    except (TypeError, ValueError):
        return False


def one_coverage_request(server, report, coverage, grid, random):
    """Longitude and latitude sliced, the rest trimmed."""
    place, steps = grid.place(random), steps_of(coverage, grid, random)
    if place is None or not all(s.clear and s.subset for s in steps):
        return
    index, longitude, latitude = place
    if grid.kind == "axes":
        y, x = grid.field.horizontal()
        subsets = [f"{coverage.label(a)}({info.shortest(a, a.centres[index[a.dimension]])})"
                   for a in (y, x)]
        if len(set(a.centres[index[a.dimension]] for a in (y, x))) and x.role == "lon" and (
                abs(abs(x.centres[-1] - x.centres[0]) - 360) < 1e-6):
            return  # the first and last cell are one place
    else:
        subsets = [f"Lat({latitude!r})", f"Long({longitude!r})"]
    subsets += [s.subset for s in steps]
    answer = wcs.get_coverage(server, coverage.offered.id, subsets,
                              [coverage.field_names[grid.field.name]])
    kind = f"series {grid.kind} NetCDF"
    if answer.status_code != 200:
        report.count(coverage.subject, kind, f"{answer.status_code} {answer.text[:400]}", answer.url)
        return
    raw, _, _ = expected(grid, index, steps)
    with netCDF4.Dataset("answer", memory=answer.content) as nc:
        nc.set_auto_maskandscale(False)
        variable = nc[grid.field.name]
        kept = [d for d in grid.field.dimensions if d in variable.dimensions]
        got = np.asarray(variable[...])
        problem = None
        if set(grid.dimensions) & set(variable.dimensions):
            problem = f"{variable.dimensions} has horizontal dimensions"
        elif list(variable.dimensions) != kept:
            problem = f"dimensions are {variable.dimensions}"
        elif got.size != raw.size or not np.array_equal(
                compare.bits(got.ravel()), compare.bits(raw.astype(got.dtype))):
            problem = f"values differ: {got.ravel()[:5]}, expected {raw[:5]}"
    report.count(coverage.subject, kind, problem, answer.url)


def asked(server, report, coverage, arguments):
    random = np.random.default_rng([arguments.seed, zlib.crc32(coverage.offered.id.encode())])
    for field in coverage.fields[:2]:
        if any(coverage.label(a) is None for a in field.axes) and not coverage.offered.mesh and (
                not coverage.offered.plane):
            continue
        if any(a.dated and a.role != "time" or a.name == "forecast_period" for a in field.axes):
            continue  # several runs: forecasts.py has those
        grid = Grid(coverage, field)
        others = [a for a in field.axes if a.dimension not in grid.dimensions]
        if not others or any(coverage.label(a) is None for a in others):
            continue
        for _ in range(arguments.requests):
            one_info(server, report, coverage, grid, random)
            one_coverage_request(server, report, coverage, grid, random)


def main():
    return harness.run(__doc__, asked, requests=10)


if __name__ == "__main__":
    sys.exit(main())

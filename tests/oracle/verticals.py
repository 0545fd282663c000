#!/usr/bin/env python3
"""Heights and pressures of levels, and fields between them, against the formulas of CF.

    tests/oracle/verticals.py FOLDER [--seed N] [--requests 20] [--only NAME] [--address URL]

For each coverage with a parametric vertical coordinate: the formula of CF 1.11, appendix D,
evaluated by NumPy from the file as xarray reads it undecoded, and linear interpolation along each
column. Compared with it: which layers offer a computed dimension and its extent, the height that
GetFeatureInfo tells of a stored level, values at random places and heights (within the column, at
its levels, beyond its ends), maps, and WCS sections. What cannot be used must be offered by its
stored levels alone.
"""
import functools
import json
import os
import sys
import tempfile
import zlib

import numpy as np
import xarray as xr
from lxml import etree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import meshes  # noqa: E402
import pictures  # noqa: E402
import planes  # noqa: E402
from gyre_oracle import cells, harness, info, wcs  # noqa: E402
from gyre_oracle.truth import File, Packing  # noqa: E402

METRES = {"": 1.0, "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0,
          "km": 1000.0, "cm": 0.01, "centimeter": 0.01}
PASCALS = {"": 1.0, "Pa": 1.0, "hPa": 100.0, "mbar": 100.0, "mb": 100.0, "kPa": 1000.0}
WMS = {"wms": "http://www.opengis.net/wms"}


def stretching(a, b, s):
    return (1 - b) * np.sinh(a * s) / np.sinh(a) + b * (
        np.tanh(a * (s + 0.5)) / (2 * np.tanh(0.5 * a)) - 0.5)


def hybrid(t):
    return t.get("ap", t.get("a", 0) * t.get("p0", 0)) + t.get("b", 0) * t.get("ps", 0)


def s_g1(t):
    s = t.get("depth_c", 0) * t["s"] + (t["depth"] - t.get("depth_c", 0)) * t["c"]
    return s + t.get("eta", 0) * (1 + s / t["depth"])


def s_g2(t):
    s = (t.get("depth_c", 0) * t["s"] + t["depth"] * t["c"]) / (t.get("depth_c", 0) + t["depth"])
    return t.get("eta", 0) + (t.get("eta", 0) + t["depth"]) * s


def numbers_of_levels(levels):
    return xr.DataArray(np.arange(1, levels.size + 1), dims=[levels.dims[0]])


def sigma_z(t):
    eta, sigma = t.get("eta", 0), t["sigma"]
    in_sigma = sigma.notnull()
    if "nsigma" in t:
        in_sigma = in_sigma & (numbers_of_levels(sigma) <= t["nsigma"])
    # minimum() keeps what is missing on either side.
    upper = eta + sigma * (np.minimum(t["depth_c"], t["depth"]) + eta)
    return xr.where(in_sigma, upper, t.get("zlev", np.nan))


def double_sigma(t):
    z1, z2, depth, sigma = t["z1"], t["z2"], t["depth"], t["sigma"]
    f = 0.5 * (z1 + z2) + 0.5 * (z1 - z2) * np.tanh(2 * t["a"] / (z1 - z2) * (depth - t["href"]))
    return xr.where(numbers_of_levels(sigma) <= t["k_c"], sigma * f,
                    f + (sigma - 1) * (depth - f))


# standard_name -> (function of the terms, terms and what they measure, those there must be)
LENGTH, PRESSURE, NUMBER = "length", "pressure", "number"
FORMULAS = {
    "atmosphere_ln_pressure_coordinate": (
        lambda t: t["p0"] * np.exp(-t["lev"]), {"p0": PRESSURE, "lev": NUMBER}, "p0 lev"),
    "atmosphere_sigma_coordinate": (
        lambda t: t.get("ptop", 0) + t["sigma"] * (t["ps"] - t.get("ptop", 0)),
        {"sigma": NUMBER, "ps": PRESSURE, "ptop": PRESSURE}, "sigma ps"),
    "atmosphere_hybrid_sigma_pressure_coordinate": (
        hybrid, {"a": NUMBER, "ap": PRESSURE, "b": NUMBER, "ps": PRESSURE, "p0": PRESSURE}, ""),
    "atmosphere_hybrid_sigma_ln_pressure_coordinate": (
        lambda t: t["p0"] * t["eta"] * (t["ps"] / t["p0"]) ** t.get("b", 0),
        {"eta": NUMBER, "b": NUMBER, "ps": PRESSURE, "p0": PRESSURE}, "eta ps p0"),
    "atmosphere_hybrid_height_coordinate": (
        lambda t: t["a"] + t.get("b", 0) * t.get("orog", 0),
        {"a": LENGTH, "b": NUMBER, "orog": LENGTH}, "a"),
    "atmosphere_sleve_coordinate": (
        lambda t: t["a"] * t["ztop"] + t.get("b1", 0) * t.get("zsurf1", 0) + t.get("b2", 0)
        * t.get("zsurf2", 0), {"a": NUMBER, "b1": NUMBER, "b2": NUMBER, "ztop": LENGTH,
                               "zsurf1": LENGTH, "zsurf2": LENGTH}, "a ztop"),
    "ocean_sigma_coordinate": (
        lambda t: t.get("eta", 0) + t["sigma"] * (t["depth"] + t.get("eta", 0)),
        {"sigma": NUMBER, "eta": LENGTH, "depth": LENGTH}, "sigma depth"),
    "ocean_s_coordinate": (
        lambda t: t.get("eta", 0) * (1 + t["s"]) + t.get("depth_c", 0) * t["s"]
        + (t["depth"] - t.get("depth_c", 0)) * stretching(t["a"], t.get("b", 0), t["s"]),
        {"s": NUMBER, "eta": LENGTH, "depth": LENGTH, "a": NUMBER, "b": NUMBER,
         "depth_c": LENGTH}, "s depth a"),
    "ocean_s_coordinate_g1": (s_g1, {"s": NUMBER, "c": NUMBER, "eta": LENGTH, "depth": LENGTH,
                                     "depth_c": LENGTH}, "s c depth"),
    "ocean_s_coordinate_g2": (s_g2, {"s": NUMBER, "c": NUMBER, "eta": LENGTH, "depth": LENGTH,
                                     "depth_c": LENGTH}, "s c depth"),
    "ocean_sigma_z_coordinate": (
        sigma_z, {"sigma": NUMBER, "eta": LENGTH, "depth": LENGTH, "depth_c": LENGTH,
                  "nsigma": NUMBER, "zlev": LENGTH}, "sigma depth depth_c"),
    "ocean_double_sigma_coordinate": (
        double_sigma, {"sigma": NUMBER, "depth": LENGTH, "z1": LENGTH, "z2": LENGTH, "a": NUMBER,
                       "href": LENGTH, "k_c": NUMBER}, "sigma depth z1 z2 a href k_c"),
}
FORMULAS["ocean_sigma/general_coordinate"] = FORMULAS["ocean_sigma_coordinate"]  # FVCOM
OF_LEVELS = {"lev", "sigma", "a", "ap", "b", "b1", "b2", "s", "c", "zlev"}
SCALAR_AB = {"ocean_s_coordinate", "ocean_double_sigma_coordinate"}  # a and b are of no level
# eta is of the levels here, and the sea surface elsewhere.
LEVEL_ETA = {"atmosphere_hybrid_sigma_ln_pressure_coordinate"}


class Unusable(Exception):
    """The formula of a coordinate cannot be evaluated: it must not be offered."""


class Column:
    """Heights of a field's levels over all its other dimensions."""

    def __init__(self, coverage, field, mesh=None):
        dataset = coverage.file.dataset
        own = [d for d in field.dimensions if d in dataset.variables]
        names = [d for d in own if dataset.variables[d].ndim == 1]
        names += str(field.attributes.get("coordinates", "")).split()
        names += own if "formula_terms" not in field.attributes else []
        found = [n for n in names if n in dataset.variables and n != field.name
                 and str(dataset.variables[n].attrs.get("standard_name")) in FORMULAS
                 and "formula_terms" in dataset.variables[n].attrs]
        if not found:
            raise Unusable("no formula_terms")
        self.name = found[0]
        coordinate = dataset.variables[self.name]
        standard_name = coordinate.attrs["standard_name"]
        function, measures, needed = FORMULAS[standard_name]
        words = coordinate.attrs["formula_terms"].replace(":", ": ").split()
        if any(not w.endswith(":") for w in words[::2]) or any(w.endswith(":") for w in words[1::2]):
            raise Unusable("no pairs")
        if len(set(words[::2])) < len(words[::2]):
            raise Unusable("a term is given twice")
        pairs = {k.rstrip(":").lower(): v for k, v in zip(words[::2], words[1::2])}
        level = [d for d in coordinate.dims
                 if coverage.file.axis_of(d, field).role in ("vertical", "other")
                 and d in field.dimensions and not (mesh and d == mesh.dimension)]
        if len(level) != 1:
            raise Unusable("no axis of levels")
        self.dimension = level[0]
        if not set(needed.split()) <= set(pairs):
            raise Unusable("terms are left out")
        if standard_name.endswith("hybrid_sigma_pressure_coordinate") and (
                "a" in pairs and "p0" not in pairs or "b" in pairs and "ps" not in pairs):
            raise Unusable("terms are left out")
        of_levels = OF_LEVELS - ({"a", "b"} if standard_name in SCALAR_AB else set())
        of_levels |= {"eta"} if standard_name in LEVEL_ETA else set()
        terms = {}
        for term, name in pairs.items():
            if term not in measures or name not in dataset.variables:
                raise Unusable(f"term {term} is none, or not there")
            variable = dataset.variables[name]
            if "formula_terms" in variable.attrs and (
                    name != self.name or term not in of_levels):
                raise Unusable(f"term {term} is a circle")
            if (self.dimension in variable.dims) != (term in of_levels):
                raise Unusable(f"term {term} has levels, or none")
            of_nodes = mesh and mesh.element != "node" and mesh.where["node"][0] in variable.dims
            known = {*field.dimensions, *([mesh.where["node"][0]] if of_nodes else [])}
            if not set(variable.dims) <= known:
                raise Unusable(f"term {term} is on another grid")
            units = str(variable.attrs.get("units", "")).strip()
            table = {LENGTH: METRES, PRESSURE: PASCALS, NUMBER: {}}[measures[term]]
            if table and units not in table or not table and units in ("m", "Pa", "hPa"):
                raise Unusable(f"term {term} has units {units}")
            raw = np.asarray(variable.values)
            packing = Packing(dict(variable.attrs), raw.dtype)
            numbers = packing.unpack(raw).astype("f8") * table.get(units, 1.0)
            numbers = np.where(packing.missing(raw), np.nan, numbers)
            dims = variable.dims
            if of_nodes:
                numbers, dims = mean_over_nodes(mesh, numbers, dims)
            terms[term] = xr.DataArray(numbers, dims=dims)
        with np.errstate(all="ignore"):
            z = function(terms)
        z = z.where(np.isfinite(z))
        if not z.notnull().any():
            raise Unusable("missing everywhere")
        self.z = z
        self.label = self._label(coordinate, dataset, pairs, standard_name)
        self.extent = float(z.min()), float(z.max())

    @staticmethod
    def _label(coordinate, dataset, pairs, standard_name):
        if "pressure" in standard_name or standard_name == "atmosphere_sigma_coordinate":
            return "air_pressure"
        given = coordinate.attrs.get("computed_standard_name")
        if given:
            return given
        for term in ("orog", "zsurf1", "depth", "eta"):
            name = str(dataset.variables[pairs[term]].attrs.get("standard_name", "")) if (
                term in pairs) else ""
            for datum in ("geopotential_datum", "reference_ellipsoid", "mean_sea_level"):
                if name.endswith(datum):
                    return "height_above_" + datum
        return "altitude"

    def at(self, index):
        """The column over a place and step: {dimension: index}, one height a level."""
        here = {d: i for d, i in index.items() if d in self.z.dims and d != self.dimension}
        return self.z.isel(here).values


def mean_over_nodes(mesh, numbers, dims):
    """A term of the nodes on the faces or edges between them."""
    axis = dims.index(mesh.where["node"][0])
    parts = mesh.faces if mesh.element == "face" else mesh.edges
    means = [np.take(numbers, part, axis=axis).mean(axis=axis) for part in parts]
    return np.stack(means, axis=axis), tuple(mesh.dimension if k == axis else d
                                             for k, d in enumerate(dims))


def interpolated(z, values, missing, at, categories=False):
    """The value at height `at` of one column; NaN where there is none. Plain loops."""
    known = z[np.isfinite(z)]
    steps = np.diff(known)
    if known.size > 1 and not ((steps > 0).all() or (steps < 0).all()):
        return np.nan
    for k in range(z.size):
        if z[k] == at:
            return np.nan if missing[k] else float(values[k])
    for k in range(z.size - 1):
        low, high = z[k], z[k + 1]
        if np.isfinite([low, high]).all() and min(low, high) < at < max(low, high):
            weight = (at - low) / (high - low)
            if categories:
                k += weight > 0.5
                return np.nan if missing[k] else float(values[k])
            if missing[k] or missing[k + 1]:
                return np.nan
            return float(values[k]) + (float(values[k + 1]) - float(values[k])) * weight
    return np.nan


def acceptable(z, values, missing, at, categories):
    """All answers that rounding of the heights may give."""
    near = 4e-14 * np.nanmax(np.abs(z), initial=1.0)
    ways = {at, at - near, at + near}
    found = [interpolated(z, values, missing, way, categories) for way in ways]
    if categories:
        for k in range(z.size - 1):
            if abs((z[k] + z[k + 1]) / 2 - at) < near:
                found += [np.nan if missing[j] else float(values[j]) for j in (k, k + 1)]
    return found


def fits(got, found, scale):
    if got is None or np.isnan(got):
        return any(np.isnan(value) for value in found)
    return any(abs(got - value) <= 1e-5 * max(abs(value), scale) for value in found
               if not np.isnan(value))


def column_of(field, column, index):
    key = tuple(slice(None) if d == column.dimension else index[d] for d in field.dimensions)
    raw = field.raw[key]
    return field.packing.unpack(raw).astype("f8"), field.missing[key]


def a_height(column, z, random):
    """Mostly within the column, at times at one of its levels or beyond its ends."""
    good = z[np.isfinite(z)]
    if not good.size:
        return float(random.uniform(*column.extent))
    low, high = good.min(), good.max()
    kind = random.random()
    if kind < 0.1:
        return float(random.choice(good))
    if kind < 0.2:
        return float(random.choice([low, high]) + random.choice([-1, 1]) * 0.01 * (high - low + 1))
    return float(random.uniform(low, high))


class Asking:
    """One field of one coverage, and who is asked."""

    def __init__(self, server, report, coverage, field, column, random, mesh=None):
        self.server, self.report, self.coverage = server, report, coverage
        self.field, self.column, self.random = field, column, random
        self.layer = f"{coverage.dataset}/{field.name}"
        self.categories = "flag_values" in field.attributes or "flag_masks" in field.attributes
        self.plane = planes.Plane(coverage, field) if coverage.offered.plane else None
        self.mesh = mesh
        if self.plane:
            self.y, self.x = self.plane.y_dimension, self.plane.x_dimension
        elif mesh:
            self.y = self.x = mesh.dimension
        else:
            self.y, self.x = (axis.dimension for axis in field.horizontal())
        good = field.values[~field.missing].astype("f8")
        self.scale = float(np.abs(good).max()) if good.size else 1.0

    @property
    def shape(self):
        """Rows and columns; a mesh is one row."""
        columns = self.field.variable.sizes[self.x]
        return (1 if self.mesh else self.field.variable.sizes[self.y]), columns

    def place(self):
        while self.mesh:
            longitude, latitude = meshes.some_place(self.mesh, self.random)
            cell = int(self.mesh.cells_at(np.array([longitude]), np.array([latitude]))[0])
            if cell >= 0 and abs(latitude) < 89.99:
                return 0, cell, longitude, latitude
        if self.plane is None:
            return info.place_of(self.coverage.file, self.field, self.random)
        cell = int(self.random.choice(self.plane.good))
        row, column = divmod(cell, self.plane.shape[1])
        return row, column, float(self.plane.lon[row, column]), float(self.plane.lat[row, column])

    def steps(self):
        """Parameters and subsets of a random step of each axis but the levels, and its index."""
        if self.mesh:
            return meshes.steps_of(self.coverage, self.mesh, self.field, self.random,
                                   self.column.dimension)
        index, parameters, subsets = {}, [], []
        for axis in self.field.axes:
            if axis.dimension in (self.y, self.x, self.column.dimension):
                continue
            at = int(self.random.integers(axis.size))
            index[axis.dimension] = at
            label = self.coverage.label(axis)
            if axis.dated:
                name = "TIME" if axis.role == "time" else "DIM_REFERENCE_TIME"
                parameters.append((name, info.iso(axis.dates[at])))
                subsets.append(f'{label}("{info.iso(axis.dates[at])}")')
            else:
                text = axis.texts[at] if axis.texts else info.shortest(axis, axis.centres[at])
                parameters.append(("DIM_" + (label or axis.name), text))
                subsets.append(f"{label}({text})")
        return index, parameters, subsets

    def at(self, height):
        return "DIM_" + self.column.label.upper(), repr(height)

    def feature_info(self, longitude, latitude, parameters):
        size = 2.5e-7
        return self.server.get("/wms", [
            ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"),
            ("LAYERS", self.layer), ("QUERY_LAYERS", self.layer), ("STYLES", ""),
            ("FORMAT", "image/png"), ("CRS", "CRS:84"),
            ("BBOX", f"{longitude - size!r},{latitude - size!r},{longitude + size!r},"
                     f"{latitude + size!r}"), ("WIDTH", "5"), ("HEIGHT", "5"), ("I", "2"),
            ("J", "2"), ("INFO_FORMAT", "application/json"), *parameters])


def value_at_height(asking):
    row, column, longitude, latitude = asking.place()
    index, parameters, _ = asking.steps()
    index = {**index, asking.y: row, asking.x: column}
    z = asking.column.at(index)
    height = a_height(asking.column, z, asking.random)
    answer = asking.feature_info(longitude, latitude, [*parameters, asking.at(height)])
    kind = "value at a height"
    if answer.status_code != 200 or not answer.text.startswith("{"):
        asking.report.count(asking.coverage.subject, kind, answer.text[:300], answer.url)
        return
    got = info.value_in(json.loads(answer.content))
    values, missing = column_of(asking.field, asking.column, index)
    found = acceptable(z, values, missing, height, asking.categories)
    if got is info.NOTHING:
        problem = f"nothing, expected one of {found}"
    else:
        got = None if got is None or isinstance(got, str) else float(got)
        problem = None if fits(got, found, asking.scale) else (
            f"value {got}, expected one of {found} at {height} of {z.tolist()}")
    asking.report.count(asking.coverage.subject, kind, problem, answer.url)


def height_of_level(asking):
    row, column, longitude, latitude = asking.place()
    index, parameters, _ = asking.steps()
    index = {**index, asking.y: row, asking.x: column}
    z = asking.column.at(index)
    level = next(a for a in asking.field.axes if a.dimension == asking.column.dimension)
    k = int(asking.random.integers(level.size))
    counted = not level.exists or asking.coverage.file.dataset.variables[level.name].ndim != 1
    text = str(k) if counted else info.elevation(level, k) if level.role == "vertical" else info.shortest(
        level, level.centres[k])
    name = "ELEVATION" if level.role == "vertical" and not counted else "DIM_" + level.name
    answer = asking.feature_info(longitude, latitude, [*parameters, (name, text)])
    features = answer.json()["features"] if answer.status_code == 200 else []
    got = features[0]["properties"].get(asking.column.label) if features else "nothing"
    if np.isnan(z[k]):
        problem = None if got is None else f"height {got} of a level that has none"
    else:
        near = isinstance(got, (int, float)) and abs(got - z[k]) <= 1e-9 * max(1.0, abs(z[k]))
        problem = None if near else f"height {got}, expected {z[k]}"
    asking.report.count(asking.coverage.subject, "height of a level", problem, answer.url)


def profile(asking):
    """All levels of one column at once: each with its own height and value."""
    row, column, longitude, latitude = asking.place()
    index, parameters, _ = asking.steps()
    index = {**index, asking.y: row, asking.x: column}
    z = asking.column.at(index)
    level = next(a for a in asking.field.axes if a.dimension == asking.column.dimension)
    counted = not level.exists or asking.coverage.file.dataset.variables[level.name].ndim != 1
    name = "ELEVATION" if level.role == "vertical" and not counted else "DIM_" + level.name
    answer = asking.feature_info(longitude, latitude, [*parameters, (name, "/")])
    kind = "profile"
    features = answer.json()["features"] if answer.text.startswith("{") else []
    series = features[0]["properties"].get("series", []) if features else []
    values, missing = column_of(asking.field, asking.column, index)
    problem = None if len(series) == z.size else (
        f"{len(series)} samples of {z.size} levels: {answer.text[:300]}")
    for k, sample in enumerate(series):
        height, value = sample[asking.column.label], sample["value"]
        if (height is None) != np.isnan(z[k]) or (
                height is not None and abs(height - z[k]) > 1e-9 * max(1.0, abs(z[k]))):
            problem = f"level {k} is at {height}, expected {z[k]}"
        if not asking.categories and not fits(value, [np.nan if missing[k] else float(values[k])],
                                              asking.scale):
            problem = f"level {k} has {value}, expected {values[k]}"
    asking.report.count(asking.coverage.subject, kind, problem, answer.url)


def section_at(asking, index, height):
    """Rows x columns of all that may stand there: [ways, rows, columns]."""
    rows, columns = asking.shape
    ways = []
    for row in range(rows):
        for column in range(columns):
            here = {**index, asking.y: row, asking.x: column}
            values, missing = column_of(asking.field, asking.column, here)
            ways.append(acceptable(asking.column.at(here), values, missing, height,
                                   asking.categories))
    return ways, (rows, columns)


def wcs_section(asking):
    index, _, subsets = asking.steps()
    if np.prod(asking.shape) > 12_000:
        return
    height = float(asking.random.uniform(*asking.column.extent))
    answer = wcs.get_coverage(asking.server, asking.coverage.offered.id, subsets + [
        f"{asking.column.label}({height!r})"], [asking.coverage.field_names[asking.field.name]])
    kind = "WCS section"
    if answer.status_code != 200:
        asking.report.count(asking.coverage.subject, kind, f"{answer.status_code} "
                            f"{answer.text[:400]}", answer.url)
        return
    asking.report.count(asking.coverage.subject, kind,
                        section_differs(asking, answer.content, index, height), answer.url)


def section_differs(asking, body, index, height):
    with tempfile.NamedTemporaryFile(suffix=".nc") as file:
        file.write(body)
        file.flush()
        with xr.open_dataset(file.name, engine="netcdf4", decode_cf=False, mask_and_scale=False,
                             decode_times=False) as answer:
            variable = answer.variables[asking.field.name]
            raw, attributes, dims = np.asarray(variable.values), dict(variable.attrs), variable.dims
            scalar = answer.variables.get(asking.column.label)
            if scalar is None or float(scalar.values) != height or (
                    scalar.attrs.get("standard_name") != asking.column.label):
                return f"no scalar coordinate {asking.column.label} of {height}: {scalar}"
            if asking.column.label not in str(attributes.get("coordinates", "")).split():
                return f"{asking.column.label} is not listed in coordinates"
            if attributes.get("units") != asking.field.attributes.get("units"):
                return "units are lost"
    packing = Packing(attributes, raw.dtype)
    missing, values = packing.missing(raw), packing.unpack(raw).astype("f8")
    if dims.index(asking.y) > dims.index(asking.x):
        missing, values = missing.T, values.T
    got = np.where(missing, np.nan, values)
    ways, shape = section_at(asking, index, height)
    if got.size != len(ways):
        return f"shape {got.shape}, expected {shape}"
    for i, (value, found) in enumerate(zip(got.ravel(), ways)):
        if not fits(value, found, asking.scale):
            return f"value {value} at {divmod(i, shape[1])}, expected one of {found}"
    return None


def wcs_terms(asking):
    """A subset by stored levels has all terms with it: its formula gives the same heights."""
    field, coverage = asking.field, asking.coverage
    if field.variable.size > 2_000_000:
        return
    subsets, here = [], {}
    if asking.plane is None and asking.mesh is None:
        y = field.horizontal()[0]
        i, j = sorted(int(asking.random.integers(y.size)) for _ in range(2))
        ends = sorted((y.centres[i], y.centres[j]))
        subsets.append(f"{coverage.label(y)}({info.shortest(y, ends[0])},"
                       f"{info.shortest(y, ends[1])})")
        here[y.dimension] = slice(i, j + 1)
    answer = wcs.get_coverage(asking.server, coverage.offered.id, subsets,
                              [coverage.field_names[field.name]])
    problem = f"{answer.status_code} {answer.text[:300]}" if answer.status_code != 200 else None
    if problem is None:
        with tempfile.NamedTemporaryFile(suffix=".nc") as file:
            file.write(answer.content)
            file.flush()
            problem = terms_differ(file.name, field, asking.column, here, asking.mesh)
    asking.report.count(coverage.subject, "terms in a subset", problem, answer.url)


def terms_differ(path, field, column, here, mesh=None):
    class Answer:
        file = File(path)
    try:
        own = Answer.file.field(field.name)
        got = Column(Answer, own, meshes.Mesh(Answer.file.dataset, own) if mesh else None).z
    except Unusable as why:
        return f"the answer's formula cannot be used: {why}"
    wanted = column.z.isel({d: s for d, s in here.items() if d in column.z.dims})
    same = np.allclose(got.transpose(*wanted.dims).values, wanted.values, rtol=1e-12, equal_nan=True)
    return None if same else "the answer's heights are others"


def picture(asking):
    """A map in EPSG:4326: each pixel's class is that of the column it lies in."""
    if asking.plane or asking.categories:
        return
    if np.prod(asking.shape) > 12_000:
        return
    index, parameters, _ = asking.steps()
    height = float(asking.random.uniform(*asking.column.extent))
    ways, shape = section_at(asking, index, height)
    values = np.array([found[0] for found in ways]).reshape(shape)
    good = values[np.isfinite(values)]
    low, high = (float(v) for v in np.percentile(good, [2, 98])) if good.size else (0.0, 1.0)
    if not high - low > 1e-3 * asking.scale:  # else the rounding of float32 is several classes
        low, high = low - asking.scale, low + asking.scale
    colours = pictures.legend_colours(asking.server, asking.layer, "default", low, high, 50)
    if asking.mesh:
        view = meshes.views_of(asking.mesh, asking.random)[0]
    else:
        grid = cells.Grid(asking.coverage.file, asking.field)
        view = pictures.views_of(grid, asking.random)[0]
    answer = asking.server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetMap"), ("LAYERS", asking.layer),
        ("STYLES", "default"), ("CRS", view.crs), ("BBOX", view.bbox()),
        ("WIDTH", str(pictures.SIZE)), ("HEIGHT", str(pictures.SIZE)), ("FORMAT", "image/png"),
        ("TRANSPARENT", "TRUE"), ("COLORSCALERANGE", f"{low!r},{high!r}"), ("NUMCOLORBANDS", "50"),
        *parameters, asking.at(height)])
    kind = "map at a height"
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("image/png"):
        asking.report.count(asking.coverage.subject, kind, answer.text[:300], answer.url)
        return
    got = pictures.picture_classes(answer.content, colours)
    if asking.mesh:
        longitude, latitude = view.centres()  # of EPSG:4326
        at_columns = asking.mesh.cells_at(longitude, latitude).reshape(got.shape)
        unsure = at_columns == meshes.UNSURE
        at_rows = np.where(at_columns < 0, -1, 0)
    else:
        at_rows, at_columns = grid.locate(*grid.native(view.proj(), *view.centres()))
        unsure = np.zeros(got.shape, bool)
    outside = (at_rows < 0) | (at_columns < 0)
    # The values next to the float32 that is drawn may fall into the next class.
    allowed = []
    for shift in (-1e-6, 0.0, 1e-6):
        classes = pictures.classes_of(values + shift * asking.scale, ~np.isfinite(values), low,
                                      high, 50)
        classes = np.where(classes < 0, -1, pictures.first_of_colour(colours)[classes])
        allowed.append(np.where(outside, -1, classes[np.clip(at_rows, 0, None),
                                                     np.clip(at_columns, 0, None)]))
    wrong = (got != np.stack(allowed)).all(axis=0) & ~unsure
    share = wrong.mean()
    asking.report.count(asking.coverage.subject, kind, None if share <= pictures.MOST_WRONG else
                        f"{100 * share:.2f} % of the pixels are of another class", answer.url)


@functools.cache
def dimensions_offered(server):
    """{layer: {dimension: (text, units, default)}} of the capabilities."""
    answer = server.get("/wms", [("SERVICE", "WMS"), ("VERSION", "1.3.0"),
                                 ("REQUEST", "GetCapabilities")])
    document = etree.fromstring(answer.content)
    found = {}
    for layer in document.iterfind(".//wms:Layer[@queryable='1']", WMS):
        found[layer.findtext("wms:Name", "", WMS)] = {
            d.get("name"): (d.text or "", d.get("units"), d.get("default"))
            for d in layer.iterfind("wms:Dimension", WMS)}
    return found


def offer_differs(offered, column):
    computed = {n: d for n, d in offered.items()
                if n in ("altitude", "air_pressure") or n.startswith("height_above_")
                if d[0].endswith("/0")}
    if column is None:
        return f"offers {computed} without usable terms" if computed else None
    if set(computed) != {column.label}:
        return f"offers {sorted(offered)}, expected {column.label}"
    text, units, default = computed[column.label]
    low, high, _ = (float(part) for part in text.split("/"))
    wanted_units = "Pa" if column.label == "air_pressure" else "m"
    if units != wanted_units or default is not None:
        return f"units {units} and default {default}"
    slack = 0.02 * (column.extent[1] - column.extent[0])
    if not (column.extent[0] - slack <= low <= column.extent[0] + slack
            and column.extent[1] - slack <= high <= column.extent[1] + slack):
        return f"extent {text}, expected {column.extent}"
    return None


def one_coverage(server, report, coverage, count, seed, offered):
    random = np.random.default_rng([seed, zlib.crc32(coverage.offered.id.encode())])
    for field in coverage.fields[:3]:
        layer = f"{coverage.dataset}/{field.name}"
        mesh = meshes.Mesh(coverage.file.dataset, field) if coverage.offered.mesh else None
        try:
            column = Column(coverage, field, mesh)
        except Unusable:
            column = None
        if layer in offered:
            report.count(coverage.subject, "offer", offer_differs(offered[layer], column), layer)
        if column is None:
            continue
        asking = Asking(server, report, coverage, field, column, random, mesh)
        for _ in range(2 * count):
            value_at_height(asking)
        for _ in range(count):
            height_of_level(asking)
        for _ in range(max(2, count // 4)):
            profile(asking)
            wcs_section(asking)
            wcs_terms(asking)
            picture(asking)


def asked(server, report, coverage, arguments):
    one_coverage(server, report, coverage, arguments.requests, arguments.seed,
                               dimensions_offered(server))


def main():
    return harness.run(__doc__, asked)


if __name__ == "__main__":
    sys.exit(main())

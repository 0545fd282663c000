#!/usr/bin/env python3
"""Grids on two-dimensional coordinates against the file, by nearest centres and given vertices.

    tests/oracle/planes.py FOLDER [--seed N] [--requests 20] [--only NAME] [--address URL] [--keep DIR]

For each such coverage: random boxes of longitude and latitude (the smallest index box of the centres
inside, values and coordinates equal), single places, index boxes, GetFeatureInfo, and maps in
EPSG:4326, 3857, 3995, 32661, across the dateline, Greenwich and the pole. Which cell a place belongs
to comes from SciPy's k-d tree and from the vertices of the file. Of a picture at most 3 % of the
pixels may differ from the nearest sample and from all around it; no pixel well within the grid may
be left out.
"""
import io
import json
import os
import sys
import tempfile
import traceback
import zlib

import netCDF4
import numpy as np
import pyproj
import xarray as xr
from PIL import Image
from scipy.spatial import cKDTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pictures  # noqa: E402
from gyre_oracle import blocks, compare, harness, info, wcs  # noqa: E402
from gyre_oracle.truth import LAT_UNITS, LON_UNITS, Packing, unsigned  # noqa: E402

MOST_WRONG = 0.03
LON_NAMES, LAT_NAMES = ("longitude", "lon", "nav_lon"), ("latitude", "lat", "nav_lat")


def vectors(longitude, latitude):
    longitude, latitude = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude),
                     np.sin(latitude)], axis=-1)


def numbers(variable):
    """Degrees, NaN where the fill value stands or where no place can be."""
    packing = Packing(dict(variable.attrs), variable.dtype)
    raw = np.asarray(variable.values)
    values = packing.unpack(raw).astype("f8")
    for key in ("_FillValue", "missing_value"):
        for fill in np.atleast_1d(variable.attrs.get(key, [])):
            values[raw == fill] = np.nan
    if str(variable.attrs.get("units", "")).startswith("rad"):
        values = np.degrees(values)
    return values


class Plane:
    """Centres, vertices and rows and columns of a field's horizontal cells."""

    def __init__(self, coverage, field):
        dataset = coverage.file.dataset
        listed = str(field.attributes.get("coordinates", "")).split()
        pairs = {}
        for name in listed + [n for n in dataset.variables if n not in listed]:
            variable = dataset.variables.get(name)
            if variable is None or variable.ndim < 2 or name == field.name:
                continue
            if not set(variable.dims[-2:]) <= set(field.dimensions):
                continue
            a = variable.attrs
            if (a.get("standard_name") == "longitude" or a.get("units") in LON_UNITS
                    or name.lower() in LON_NAMES):
                pairs.setdefault("lon", variable)
            elif (a.get("standard_name") == "latitude" or a.get("units") in LAT_UNITS
                  or name.lower() in LAT_NAMES):
                pairs.setdefault("lat", variable)
        self.names = {key: next(n for n, v in dataset.variables.items() if v is pairs[key])
                      for key in pairs}
        self.lon, self.lat = numbers(pairs["lon"]), numbers(pairs["lat"])
        while self.lon.ndim > 2:
            self.lon, self.lat = self.lon[0], self.lat[0]
        bad = ~np.isfinite(self.lon) | ~np.isfinite(self.lat) | (np.abs(self.lat) > 90.001)
        for value in (0.0, -1.0):  # where a model left out processors
            same = (self.lon == value) & (self.lat == value)
            if same.sum() > 8:
                bad |= same
        self.lon[bad], self.lat[bad] = np.nan, np.nan
        self.y_dimension, self.x_dimension = pairs["lon"].dims[-2:]
        self.shape = self.lon.shape
        self.good = np.flatnonzero(~bad.ravel())
        self.centres = vectors(self.lon, self.lat)
        self.tree = cKDTree(self.centres.reshape(-1, 3)[self.good])
        self.vertices = self._vertices(dataset, pairs)
        self.rim = self._rim()

    def _vertices(self, dataset, pairs):
        bounds = [dataset.variables.get(pairs[key].attrs.get("bounds", "")) for key in ("lon", "lat")]
        if any(b is None or b.ndim != 3 for b in bounds):
            return None
        return vectors(numbers(bounds[0]), numbers(bounds[1]))

    def _rim(self):
        """Cells that lack a neighbour, or whose neighbours are further than four times as far on one
        side as on the other."""
        rows, columns = self.shape
        first, last = self.centres[:, 0], self.centres[:, -1]
        with np.errstate(invalid="ignore"):
            seam = np.linalg.norm(first - last, axis=-1)
            step = np.linalg.norm(first - self.centres[:, min(1, columns - 1)], axis=-1)
            self.wraps = columns > 3 and np.nanmean((seam < 2 * step) & (step < 2 * seam)) > 0.5
        rim = np.zeros(self.shape, bool)
        padded = np.pad(self.centres, ((1, 1), (1, 1), (0, 0)), constant_values=np.nan)
        if self.wraps:
            padded[1:-1, 0], padded[1:-1, -1] = last, first
        around = {(dy, dx): padded[1 + dy:1 + dy + rows, 1 + dx:1 + dx + columns]
                  for dy in (-1, 0, 1) for dx in (-1, 0, 1)}
        distance = {k: np.linalg.norm(v - self.centres, axis=-1) for k, v in around.items()}
        for d in distance.values():
            rim |= ~np.isfinite(d)
        with np.errstate(invalid="ignore"):
            for a, b in (((0, -1), (0, 1)), ((-1, 0), (1, 0))):
                rim |= (distance[a] > 3.9 * distance[b]) | (distance[b] > 3.9 * distance[a])
        self.spacing = np.nanmax(np.stack([np.nan_to_num(d) for d in distance.values()]), axis=0)
        others = [np.where(np.isfinite(d), d, np.inf) for k, d in distance.items() if k != (0, 0)]
        self.closest = np.min(np.stack(others), axis=0)
        return rim

    def nearest(self, longitude, latitude, count=1):
        """(cells, chords), nearest first; cells -1 for places that are none."""
        shape = np.shape(longitude)
        places = vectors(np.ravel(longitude), np.ravel(latitude))
        usable = np.isfinite(places).all(axis=-1)
        chords, found = self.tree.query(np.where(usable[:, None], places, 0), k=count)
        cells = np.where(usable if count == 1 else usable[:, None], self.good[found], -1)
        more = () if count == 1 else (count,)
        return cells.reshape(shape + more), chords.reshape(shape + more)

    def holds(self, cell, place):
        """Do the cell's vertices surround the place? In its tangent plane."""
        centre = self.centres.reshape(-1, 3)[cell]
        corners = self.vertices.reshape(-1, self.vertices.shape[2], 3)[cell]
        helper = np.array([0.0, 0, 1]) if abs(centre[2]) < 0.9 else np.array([1.0, 0, 0])
        east = np.cross(helper, centre)
        east /= np.linalg.norm(east)
        north = np.cross(centre, east)
        flat = np.stack([corners @ east, corners @ north], -1) / (corners @ centre)[:, None]
        point = np.array([place @ east, place @ north]) / (place @ centre)
        if not np.isfinite(flat).all() or place @ centre <= 0:
            return False
        x, y = flat[:, 0], flat[:, 1]
        x2, y2 = np.roll(x, 1), np.roll(y, 1)
        crosses = (y > point[1]) != (y2 > point[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            left = point[0] < (x2 - x) * (point[1] - y) / (y2 - y) + x
        return bool(np.count_nonzero(crosses & left) % 2)


def section(plane, field, index):
    """Values and missing of one step, rows x columns."""
    key = tuple(index.get(d, slice(None)) for d in field.dimensions)
    values, missing = field.values[key], field.missing[key]
    if field.dimensions.index(plane.y_dimension) > field.dimensions.index(plane.x_dimension):
        values, missing = values.T, missing.T
    return values, missing


def steps_of(coverage, plane, field, random):
    """WMS parameters and WCS subsets of a random step, and its index."""
    index, parameters, subsets = {}, [], []
    for axis in field.axes:
        if axis.dimension in (plane.x_dimension, plane.y_dimension):
            continue
        at = int(random.integers(axis.size))
        index[axis.dimension] = at
        subset_label = coverage.label(axis)
        if subset_label is None and axis.size == 1:
            continue  # positions come from an auxiliary coordinate, and there is one
        if axis.dated:
            name = "TIME" if axis.role == "time" else "DIM_REFERENCE_TIME"
            parameters.append((name, info.iso(axis.dates[at])))
            subsets.append(f'{subset_label}("{info.iso(axis.dates[at])}")')
        elif axis.role == "vertical":
            parameters.append(("ELEVATION", info.elevation(axis, at)))
            subsets.append(f"{subset_label}({info.shortest(axis, axis.centres[at])})")
        else:
            text = axis.texts[at] if axis.texts else info.shortest(axis, axis.centres[at])
            parameters.append(("DIM_" + (subset_label or axis.name), text))
            subsets.append(f"{subset_label}({text})")
    return index, parameters, subsets


def answer_differs(body, plane, field, index, rows, columns):
    """A NetCDF answer against rows x columns of the file."""
    with tempfile.NamedTemporaryFile(suffix=".nc") as file:
        file.write(body)
        file.flush()
        with xr.open_dataset(file.name, engine="netcdf4", decode_cf=False, mask_and_scale=False,
                             decode_times=False) as answer:
            if field.name not in answer.variables:
                return f"no variable {field.name!r}"
            variable = answer.variables[field.name]
            values = np.asarray(variable.values)
            for name in (plane.names["lon"], plane.names["lat"]):
                if name not in answer.variables:
                    return f"no coordinate {name!r}"
                if name not in str(variable.attrs.get("coordinates", "")).split():
                    return f"{name!r} is not listed in coordinates"
            lon = numbers(answer.variables[plane.names["lon"]])
            lat = numbers(answer.variables[plane.names["lat"]])
    while lon.ndim > max(2, 0) and lon.shape[0] == 1:
        lon, lat = lon[0], lat[0]
    raw, _ = section_raw(plane, field, index)
    wanted = raw[np.ix_(rows, columns)]
    got = values.reshape(wanted.shape) if values.size == wanted.size else values
    if got.shape != wanted.shape:
        return f"shape {values.shape}, expected {wanted.shape}"
    if not np.array_equal(compare.bits(got), compare.bits(wanted.astype(got.dtype))):
        return compare.first_difference(compare.bits(got), compare.bits(wanted.astype(got.dtype)),
                                        ["y", "x"])
    for mine, theirs in ((plane.lon, lon), (plane.lat, lat)):
        expected = mine[np.ix_(rows, columns)]
        given = theirs.reshape(expected.shape)
        if not np.allclose(np.where(np.isfinite(expected), given, np.nan), expected, rtol=1e-12,
                           atol=1e-12, equal_nan=True):
            return "coordinates differ"
    return None


def section_raw(plane, field, index):
    key = tuple(index.get(d, slice(None)) for d in field.dimensions)
    raw = field.raw[key]
    if field.dimensions.index(plane.y_dimension) > field.dimensions.index(plane.x_dimension):
        raw = raw.T
    return raw, key


def box_of(plane, west, south, east, north):
    """Rows and columns (file order; or round the seam) of the centres inside; None: none."""
    with np.errstate(invalid="ignore"):
        inside = (plane.lat >= south) & (plane.lat <= north) & (
            (plane.lon - west) % 360 <= east - west)
    if not inside.any():
        return None
    rows = np.flatnonzero(inside.any(axis=1))
    used = np.flatnonzero(inside.any(axis=0))
    columns = np.arange(used[0], used[-1] + 1)
    gaps = np.diff(used) - 1
    if plane.wraps and gaps.size and gaps.max() > plane.shape[1] - columns.size:
        at = int(np.argmax(gaps))
        columns = np.concatenate([np.arange(used[at + 1], plane.shape[1]),
                                  np.arange(0, used[at] + 1)])
    return np.arange(rows[0], rows[-1] + 1), columns


def one_trim(server, report, coverage, plane, field, random):
    cell = int(random.choice(plane.good))
    lon, lat = plane.lon.ravel()[cell], plane.lat.ravel()[cell]
    width, height = random.uniform(0.1, 40) / max(0.1, np.cos(np.radians(lat))), random.uniform(0.1, 25)
    west, east = lon - random.uniform() * min(width, 170), lon + random.uniform() * min(width, 170)
    south, north = max(-90.0, lat - random.uniform() * height), min(90.0, lat + random.uniform() * height)
    if random.random() < 0.3:
        west, east = west - 360, east - 360
    index, _, subsets = steps_of(coverage, plane, field, random)
    box = box_of(plane, west, south, east, north)
    if box is None or box[0].size * box[1].size > 60_000:
        return False
    answer = wcs.get_coverage(server, coverage.offered.id, subsets + [
        f"Long({west!r},{east!r})", f"Lat({south!r},{north!r})"], [coverage.field_names[field.name]])
    report.count(coverage.subject, "plane trim", f"{answer.status_code} {answer.text[:300]}"
                 if answer.status_code != 200 else
                 answer_differs(answer.content, plane, field, index, *box), answer.url)
    answer = server.get("/wcs", wcs.key_values(
        "GetCoverage", COVERAGEID=coverage.offered.id, FORMAT=wcs.NETCDF, CLIP="true",
        RANGESUBSET=coverage.field_names[field.name]) + [("SUBSET", s) for s in subsets + [
            f"Long({west!r},{east!r})", f"Lat({south!r},{north!r})"]])
    with np.errstate(invalid="ignore"):
        inside = (plane.lat >= south) & (plane.lat <= north) & (
            (plane.lon - west) % 360 <= east - west)
    report.count(coverage.subject, "plane trim clipped", f"{answer.status_code} {answer.text[:300]}"
                 if answer.status_code != 200 else
                 clip_differs(answer.content, plane, field, index, *box, inside), answer.url)
    return True


def clip_differs(body, plane, field, index, rows, columns, inside):
    """As answer_differs, and what is not inside is missing."""
    with netCDF4.Dataset("answer", memory=body) as nc:
        nc.set_auto_maskandscale(False)
        variable = nc[field.name]
        attributes = {k: variable.getncattr(k) for k in variable.ncattrs()}
        got = unsigned(np.asarray(variable[...]), attributes)
        got = got.astype(got.dtype.newbyteorder("="), copy=False)
    raw, _ = section_raw(plane, field, index)
    wanted = raw[np.ix_(rows, columns)]
    if got.size != wanted.size:
        return f"shape {got.shape}, expected {wanted.shape}"
    got, keep = got.reshape(wanted.shape), inside[np.ix_(rows, columns)]
    missing = Packing(attributes, got.dtype).missing(got)
    if not missing[~keep].all():
        return f"{(~missing[~keep]).sum()} samples outside are not missing"
    if not np.array_equal(missing[keep], field.packing.missing(wanted)[keep]):
        return "samples inside are missing"
    same = compare.bits(got) == compare.bits(wanted.astype(got.dtype))
    return None if (same | missing)[keep].all() else "values inside differ"


def one_index_trim(server, report, coverage, plane, field, random):
    rows, columns = plane.shape
    x0, x1 = sorted(int(random.integers(columns)) for _ in range(2))
    y0, y1 = sorted(int(random.integers(rows)) for _ in range(2))
    y1, x1 = min(y1, y0 + 100), min(x1, x0 + 100)
    index, _, subsets = steps_of(coverage, plane, field, random)
    def text(dimension, at):
        variable = coverage.file.dataset.variables.get(dimension)
        return str(at) if variable is None or variable.ndim != 1 else repr(float(variable.values[at]))
    x, y = plane.x_dimension, plane.y_dimension
    answer = wcs.get_coverage(server, coverage.offered.id, subsets + [
        f"{x}({text(x, x0)},{text(x, x1)})", f"{y}({text(y, y0)},{text(y, y1)})"],
        [coverage.field_names[field.name]])
    report.count(coverage.subject, "plane index trim", f"{answer.status_code} {answer.text[:300]}"
                 if answer.status_code != 200 else answer_differs(
                     answer.content, plane, field, index, np.arange(y0, y1 + 1),
                     np.arange(x0, x1 + 1)), answer.url)


def right_cells(plane, longitude, latitude):
    """The cells that may be said to hold a place; None: beyond telling; empty: it lies outside."""
    cells, chords = plane.nearest(longitude, latitude, min(12, len(plane.good)))
    cells, chords = np.atleast_1d(cells), np.atleast_1d(chords)
    spacing = plane.spacing.ravel()[cells[0]]
    if plane.vertices is not None:
        place = vectors(longitude, latitude)
        held = [int(c) for c in cells if plane.holds(c, place)]
        if held:
            return held
        return [] if chords[0] > 2 * spacing else None
    if not plane.rim.ravel()[cells[0]]:
        same = np.flatnonzero(chords - chords[0] < 1e-9)  # the halves of a fold meet there
        return [int(c) for c in cells[same]]
    # A cell at the rim reaches out by half the way to its neighbour within.
    if chords[0] < 0.2 * plane.closest.ravel()[cells[0]]:
        return [int(cells[0])]
    return [] if chords[0] > 2 * max(spacing, 1e-12) else None


def one_place(server, report, coverage, plane, field, random):
    """GetFeatureInfo of a place in or far out of the grid."""
    if random.random() < 0.85:
        cell = int(random.choice(plane.good))
        at = plane.centres.reshape(-1, 3)[cell]
        at = at + random.normal(size=3) * 0.3 * plane.spacing.ravel()[cell]
        longitude = float(np.degrees(np.arctan2(at[1], at[0])))
        latitude = float(np.degrees(np.arctan2(at[2], np.hypot(at[0], at[1]))))
    else:
        longitude, latitude = float(random.uniform(-180, 180)), float(random.uniform(-89.9, 89.9))
    cells = right_cells(plane, longitude, latitude)
    if cells is None or abs(latitude) > 89.99:
        return
    index, parameters, _ = steps_of(coverage, plane, field, random)
    size = 2.5e-7
    layer = f"{coverage.dataset}/{field.name}"
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"), ("LAYERS", layer),
        ("QUERY_LAYERS", layer), ("STYLES", ""), ("FORMAT", "image/png"), ("CRS", "CRS:84"),
        ("BBOX", f"{longitude - size!r},{latitude - size!r},{longitude + size!r},"
                 f"{latitude + size!r}"), ("WIDTH", "5"), ("HEIGHT", "5"), ("I", "2"), ("J", "2"),
        ("INFO_FORMAT", "application/json"), *parameters])
    if answer.status_code != 200:
        report.count(coverage.subject, "plane GetFeatureInfo", answer.text[:300], answer.url)
        return
    got = info.value_in(json.loads(answer.content))
    values, missing = section(plane, field, index)
    wanted = [None if missing.ravel()[c] else values.ravel()[c] for c in cells]
    if got is info.NOTHING:
        problem = f"nothing, expected {wanted}" if cells else None
    elif not cells:
        problem = f"value {got} outside of all cells"
    else:
        same = [w is None if got is None else w is not None and np.asarray(w).dtype.type(got) == w
                for w in wanted]
        problem = None if any(same) else f"value {got}, expected {wanted}"
    report.count(coverage.subject, "plane GetFeatureInfo", problem, answer.url)


def views_of(plane, random):
    lon, lat = plane.lon.ravel()[plane.good], plane.lat.ravel()[plane.good]
    lon = (lon + 180) % 360 - 180
    whole = [max(-180, lon.min() - 1), max(-90, lat.min() - 1), min(180, lon.max() + 1),
             min(90, lat.max() + 1)]
    pick = int(random.integers(lon.size))
    zoom = max(4 * np.degrees(np.median(plane.spacing)), 0.05)
    found = [pictures.View("EPSG:4326", "EPSG:4326", whole, swapped=True),
             pictures.View("zoom CRS:84", "CRS:84", [lon[pick] - zoom, max(-89.9, lat[pick] - zoom),
                                                     lon[pick] + zoom, min(89.9, lat[pick] + zoom)])]
    low, high = max(-85.0, whole[1]), min(85.0, whole[3])
    if low < high:
        found.append(pictures.View("EPSG:3857", "EPSG:3857", [
            *pictures.mercator(whole[0], low), *pictures.mercator(whole[2], high)]))
    if lat.max() > 60:
        found.append(pictures.View("EPSG:3995", "EPSG:3995", [-4e6, -4e6, 4e6, 4e6]))
        found.append(pictures.View("pole EPSG:3995", "EPSG:3995", [-5e5, -5e5, 5e5, 5e5]))
        found.append(pictures.View("EPSG:32661", "EPSG:32661", [-1e6, -1e6, 5e6, 5e6], swapped=True))
    if np.ptp(lon) > 350:
        found.append(pictures.View("dateline EPSG:3832", "EPSG:3832", [1.5e6, -4e6, 5.5e6, 4e6]))
        found.append(pictures.View("Greenwich CRS:84", "CRS:84", [-20.0, whole[1], 20.0, whole[3]]))
    return found


def one_view(server, report, coverage, plane, field, view, setting, keep):
    raw, missing, low, high, count, colours, parameters, layer = setting
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetMap"), ("LAYERS", layer),
        ("STYLES", "default"), ("CRS", view.crs), ("BBOX", view.bbox()),
        ("WIDTH", str(pictures.SIZE)), ("HEIGHT", str(pictures.SIZE)), ("FORMAT", "image/png"),
        ("TRANSPARENT", "TRUE"), ("COLORSCALERANGE", f"{low!r},{high!r}"),
        ("NUMCOLORBANDS", str(count)), *parameters])
    kind = "plane picture " + view.name
    if answer.status_code != 200:
        report.count(coverage.subject, kind, f"{answer.status_code} {answer.text[:300]}", answer.url)
        return
    if keep:
        with open(os.path.join(keep, f"{coverage.offered.id}-{kind}.png".replace(":", "").replace(
                " ", "-")), "wb") as file:
            file.write(answer.content)
    got = pictures.picture_classes(answer.content, colours)
    longitude, latitude = pyproj.Transformer.from_crs(
        view.proj(), "OGC:CRS84", always_xy=True).transform(*view.centres())
    longitude, latitude = np.where(np.abs(latitude) <= 90, [longitude, latitude], np.nan)
    around = min(9, len(plane.good))
    cells, chords = plane.nearest(longitude, latitude, around)
    if around == 1:
        cells, chords = cells[..., None], chords[..., None]
    nearest = np.where(chords[..., 0] > plane.spacing.ravel()[cells[..., 0]], -1, cells[..., 0])
    rows, columns = (np.where(nearest < 0, -1, places)
                     for places in np.divmod(nearest, plane.lon.shape[1]))
    values, missing = blocks.shown(field, raw, missing, rows, columns)
    classes = pictures.classes_of(values, missing, low, high, count)
    classes = np.where(classes < 0, -1, pictures.first_of_colour(colours)[classes]).ravel()
    wanted = np.where(cells >= 0, classes[cells], -1)
    spacing = plane.spacing.ravel()[cells[..., 0]]
    may_be_outside = plane.rim.ravel()[cells[..., 0]] | (chords[..., 0] > spacing) | (
        cells[..., 0] < 0)
    outside = (chords[..., 0] > 2 * spacing) | (cells[..., 0] < 0)
    close = chords <= chords[..., :1] + spacing[..., None] * 1.01
    matches = ((wanted == got[..., None]) & close).any(axis=-1)
    hard = np.where(outside, got >= 0, ~matches & ~((got < 0) & may_be_outside))
    holes = (got < 0) & ~may_be_outside & (wanted >= 0).all(axis=-1)
    share = hard.mean()
    problem = None
    if share > MOST_WRONG:
        problem = f"{100 * share:.2f} % of pixels differ from all samples around"
    elif holes.any():
        problem = f"{holes.sum()} pixels within the grid are left out"
    report.count(coverage.subject, kind, problem, answer.url)


def one_coverage(server, report, coverage, count, seed, keep):
    random = np.random.default_rng([seed, zlib.crc32(coverage.offered.id.encode())])
    for field in coverage.fields[:3]:
        plane = Plane(coverage, field)
        done = 0
        for _ in range(6 * count):
            done += one_trim(server, report, coverage, plane, field, random)
            if done == count:
                break
        for _ in range(count):
            one_index_trim(server, report, coverage, plane, field, random)
            one_place(server, report, coverage, plane, field, random)
            one_place(server, report, coverage, plane, field, random)
    field = coverage.fields[0]
    plane = Plane(coverage, field)
    index, parameters, _ = steps_of(coverage, plane, field, random)
    values, missing = section(plane, field, index)
    good = values[~missing].astype("f8")
    low, high = (float(v) for v in np.percentile(good, [2, 98])) if good.size else (0.0, 1.0)
    if not high > low:
        low, high = low - 1.0, low + 1.0
    layer = f"{coverage.dataset}/{field.name}"
    colours = pictures.legend_colours(server, layer, "default", low, high, 50)
    setting = (section_raw(plane, field, index)[0], missing, low, high, 50, colours, parameters, layer)
    for view in views_of(plane, random):
        one_view(server, report, coverage, plane, field, view, setting, keep)


def asked(server, report, coverage, arguments):
    one_coverage(server, report, coverage, arguments.requests, arguments.seed, arguments.keep)


def main():
    return harness.run(__doc__, asked, chosen=lambda c: c.offered.plane, keep=True,
                       told="coverages on two-dimensional coordinates")


if __name__ == "__main__":
    sys.exit(main())

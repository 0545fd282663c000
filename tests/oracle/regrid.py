#!/usr/bin/env python3
"""GetCoverage on grids of another CRS or size, against the samples of the files.

    tests/oracle/regrid.py FOLDER [--seed N] [--requests 6] [--only NAME] [--address URL]

Random boxes and sizes in EPSG:4326, 3857, 3035, 3995 and 32661, as NetCDF and GeoTIFF. By nearest each
cell's value must be that of the sample whose cell holds it (on axes by their footprints and PROJ, on
two-dimensional coordinates by SciPy's k-d tree and vertices); linear on longitude and latitude must be
what xarray interpolates. The largest distance an answer states must hold for every cell.
"""
import os
import sys
import tempfile
import zlib

import numpy as np
import pyproj
import xarray as xr

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import planes  # noqa: E402
from gyre_oracle import cells, harness, wcs  # noqa: E402

EARTH = 6371008.8
CRS = {"EPSG:4326": ("Long", "Lat"), "EPSG:3857": ("X", "Y"), "EPSG:3035": ("X", "Y"),
       "EPSG:3995": ("X", "Y"), "EPSG:32661": ("E", "N")}
# Where each is asked for, in its own x and y.
EXTENTS = {"EPSG:4326": (-180, -85, 180, 85), "EPSG:3857": (-2e7, -1.5e7, 2e7, 1.5e7),
           "EPSG:3035": (2.5e6, 1.5e6, 7e6, 5.5e6), "EPSG:3995": (-4e6, -4e6, 4e6, 4e6),
           "EPSG:32661": (-1.5e6, -1.5e6, 5.5e6, 5.5e6)}


def read(answer, field, is_tiff):
    """x, y (north first), values as stored (NaN or fill where missing), and the stated distance."""
    if is_tiff:
        from rasterio.io import MemoryFile
        with MemoryFile(answer.content) as memory, memory.open() as source:
            band = source.read(1)
            t = source.transform
            x = t.c + (np.arange(source.width) + 0.5) * t.a
            y = t.f + (np.arange(source.height) + 0.5) * t.e
            missing = source.read_masks(1) == 0
            return x, y, band, missing, None
    with tempfile.NamedTemporaryFile(suffix=".nc") as file:
        file.write(answer.content)
        file.flush()
        with xr.open_dataset(file.name, decode_cf=False, mask_and_scale=False) as dataset:
            variable = dataset[field.name]
            values = np.asarray(variable.values)
            values = values.reshape(values.shape[-2:]) if values.ndim > 2 else values
            y, x = (np.asarray(dataset[name].values) for name in variable.dims[-2:])
            packing = planes.Packing(dict(variable.attrs), values.dtype)
            return x, y, values, packing.missing(values), float(
                variable.attrs["largest_sample_distance_m"])


def chord_metres(a, b):
    return 2 * np.arcsin(np.clip(np.linalg.norm(a - b, axis=-1) / 2, 0, 1)) * EARTH


class OnAxes:
    """Samples on axes: by footprints."""

    def __init__(self, coverage, field):
        self.grid = cells.Grid(coverage.file, field)
        y, x = field.horizontal()
        self.dimensions = {y.dimension, x.dimension}
        self.order = field.dimensions.index(y.dimension) < field.dimensions.index(x.dimension)

    def expected(self, longitude, latitude):
        """For each place the flat indices that may be meant (-1: outside), and their positions."""
        native = self.grid.mapping.to_native(longitude, latitude)
        rows, columns = self.grid.locate(*native)
        flat = np.where((rows < 0) | (columns < 0), -1, rows * self.grid.x.size + columns)
        lon, lat = self.grid.mapping.to_geographic(self.grid.x.centres[np.clip(columns, 0, None)],
                                                   self.grid.y.centres[np.clip(rows, 0, None)])
        return flat[..., None], planes.vectors(lon, lat)


class OnPlane:
    """Samples on two-dimensional coordinates: those that planes.right_cells tells, place by place."""

    def __init__(self, coverage, field):
        self.plane = planes.Plane(coverage, field)
        self.dimensions = {self.plane.y_dimension, self.plane.x_dimension}
        self.order = (field.dimensions.index(self.plane.y_dimension)
                      < field.dimensions.index(self.plane.x_dimension))

    def expected(self, longitude, latitude):
        flat = np.full(longitude.shape + (12,), -2)
        for place in np.ndindex(longitude.shape):
            if not np.isfinite(longitude[place]) or abs(latitude[place]) > 90:
                flat[place][0] = -1
                continue
            found = planes.right_cells(self.plane, longitude[place], latitude[place])
            if found is None:
                flat[place][:] = -3  # beyond telling
            else:
                flat[place][:max(1, len(found))] = found or [-1]
        centres = self.plane.centres.reshape(-1, 3)
        return flat, np.where(flat[..., :1] >= 0, centres[np.clip(flat[..., 0], 0, None)], np.nan)


def box_in(samples, crs, random):
    west, south, east, north = EXTENTS[crs]
    width, height = (random.uniform(0.05, 0.6) * size for size in (east - west, north - south))
    x, y = random.uniform(west, east - width), random.uniform(south, north - height)
    return x, y, x + width, y + height


def one_request(server, report, coverage, field, samples, random):
    crs = str(random.choice(list(CRS)))
    west, south, east, north = box_in(samples, crs, random)
    columns, rows = int(random.integers(3, 30)), int(random.integers(3, 30))
    is_tiff = random.random() < 0.4
    index, subsets = {}, []
    for axis in field.axes:
        if axis.dimension in samples.dimensions:
            continue
        at = int(random.integers(axis.size))
        index[axis.dimension] = at
        label = coverage.label(axis)
        if label is None:
            continue
        if axis.dated:
            subsets.append(f'{label}("{planes.info.iso(axis.dates[at])}")')
        elif axis.texts:
            subsets.append(f'{label}("{axis.texts[at]}")')
        else:
            subsets.append(f"{label}({planes.info.shortest(axis, axis.centres[at])})")
    label_x, label_y = CRS[crs]
    answer = server.get("/wcs", [*wcs.key_values(
        "GetCoverage", COVERAGEID=coverage.offered.id,
        FORMAT=wcs.TIFF if is_tiff else wcs.NETCDF,
        RANGESUBSET=coverage.field_names[field.name],
        SUBSETTINGCRS="http://www.opengis.net/def/crs/EPSG/0/" + crs[5:],
        SCALESIZE=f"{label_x}({columns}),{label_y}({rows})"), *[("SUBSET", s) for s in subsets],
        ("SUBSET", f"{label_x}({west!r},{east!r})"), ("SUBSET", f"{label_y}({south!r},{north!r})")])
    kind = f"regrid {crs}"
    if answer.status_code != 200:
        code = (wcs.exception_of(answer) or [""])[0]
        # Far away from the coverage: must be refused so.
        report.count(coverage.subject, kind + " refused",
                     None if answer.status_code == 404 and code == "InvalidSubsetting" else
                     f"{answer.status_code} {answer.text[:300]}", answer.url)
        return
    try:
        x, y, got, got_missing, distance = read(answer, field, is_tiff)
    except Exception as error:  # what no reader expects is a difference
        report.count(coverage.subject, kind, f"cannot be read: {error!r}", answer.url)
        return
    report.count(coverage.subject, kind, problem_of(
        field, samples, index, crs, x, y, got, got_missing, distance, (columns, rows)), answer.url)


def problem_of(field, samples, index, crs, x, y, got, got_missing, distance, size):
    if (x.size, y.size) != size or got.shape != (y.size, x.size):
        return f"{got.shape} instead of {size[::-1]}"
    key = tuple(index.get(d, slice(None)) for d in field.dimensions)
    raw, missing = field.raw[key], field.missing[key]
    if not samples.order:
        raw, missing = raw.T, missing.T
    longitude, latitude = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform(
        *np.meshgrid(x, y))
    flat, centres = samples.expected(longitude, latitude)
    raw, missing = raw.ravel(), missing.ravel()
    right = np.zeros(got.shape, bool)
    for k in range(flat.shape[-1]):
        f = flat[..., k]
        known = f >= 0
        same = raw[np.clip(f, 0, None)].astype(got.dtype) == got
        gone = missing[np.clip(f, 0, None)]
        right |= np.where(known, np.where(gone, got_missing, same & ~got_missing),
                          np.where(f == -1, got_missing, f == -3))
    # Edges of cells: either side of one is right.
    if flat.shape[-1] == 1:
        right |= near_edges(samples, longitude, latitude)
    if not right.all():
        at = tuple(np.argwhere(~right)[0])
        return (f"{(~right).sum()} of {right.size} cells are not of their sample, first {at}: "
                f"{got[at]} (missing {got_missing[at]}), expected {flat[at][:3]} "
                f"{[raw[f] if f >= 0 else None for f in flat[at][:3]]}")
    if distance is not None:
        there = planes.vectors(longitude, latitude)
        told = flat[..., 0] >= 0
        if flat.shape[-1] == 1:
            told &= ~near_edges(samples, longitude, latitude)
        away = chord_metres(there, centres)[told]
        away = away[np.isfinite(away)]
        if away.size and not got_missing.all() and away.max() > distance + 1.5:
            return f"a sample is {away.max():.0f} m away, stated are {distance:.0f}"
    return None


def near_edges(samples, longitude, latitude):
    """Places so near to an edge between cells that rounding decides."""
    around = []
    for dx, dy in ((1e-9, 0), (-1e-9, 0), (0, 1e-9), (0, -1e-9)):
        around.append(samples.expected(longitude + dx * 360, latitude + dy * 360)[0][..., 0])
    return (np.stack(around) != around[0]).any(axis=0)


def one_linear(server, report, coverage, field, random):
    """On regular or irregular longitudes and latitudes, away from missing samples and the rim."""
    y, x = field.horizontal()
    if x.role != "lon" or y.role != "lat" or min(x.size, y.size) < 4 or "flag_values" in field.attributes:
        return
    if "direction" in str(field.attributes.get("standard_name", "")):
        return
    index, subsets = {}, []
    for axis in field.axes:
        if axis is x or axis is y:
            continue
        at = int(random.integers(axis.size))
        index[axis.dimension] = at
        if axis.dated:
            subsets.append(f'{coverage.label(axis)}("{planes.info.iso(axis.dates[at])}")')
        elif axis.texts:
            subsets.append(f'{coverage.label(axis)}("{axis.texts[at]}")')
        else:
            subsets.append(f"{coverage.label(axis)}({planes.info.shortest(axis, axis.centres[at])})")
    label_x, label_y = coverage.label(x), coverage.label(y)
    answer = server.get("/wcs", [*wcs.key_values(
        "GetCoverage", COVERAGEID=coverage.offered.id, FORMAT=wcs.NETCDF,
        RANGESUBSET=coverage.field_names[field.name], INTERPOLATION="linear",
        SCALESIZE=f"{label_x}({random.integers(5, 40)}),{label_y}({random.integers(5, 40)})"),
        *[("SUBSET", s) for s in subsets]])
    if answer.status_code != 200:
        report.count(coverage.subject, "linear", f"{answer.status_code} {answer.text[:300]}",
                     answer.url)
        return
    gx, gy, got, got_missing, _ = read(answer, field, False)
    key = tuple(index.get(d, slice(None)) for d in field.dimensions)
    values = np.where(field.missing[key], np.nan, field.values[key].astype("f8"))
    if field.dimensions.index(y.dimension) > field.dimensions.index(x.dimension):
        values = values.T
    order_y, order_x = np.argsort(y.centres), np.argsort(x.centres)
    array = xr.DataArray(values[np.ix_(order_y, order_x)], dims=("y", "x"),
                         coords={"y": y.centres[order_y], "x": x.centres[order_x]})
    wanted = array.interp(y=gy, x=gx, method="linear").values
    known = np.isfinite(wanted)
    scale = np.nanmax(np.abs(values)) if np.isfinite(values).any() else 1.0
    wrong = known & (got_missing | ~(np.abs(got - wanted) <= 2e-6 * max(scale, 1e-30)))
    report.count(coverage.subject, "linear", f"{wrong.sum()} of {known.sum()} cells differ from "
                 f"xarray's, by up to {np.nanmax(np.abs(got - wanted)[wrong])}" if wrong.any() else
                 None, answer.url)


def one_coverage(server, report, coverage, count, seed):
    random = np.random.default_rng([seed, zlib.crc32(coverage.offered.id.encode())])
    fields = [f for f in coverage.fields if coverage.offered.plane or f.horizontal()]
    if not fields:
        return
    for _ in range(count):
        field = fields[int(random.integers(len(fields)))]
        try:
            samples = (OnPlane if coverage.offered.plane else OnAxes)(coverage, field)
        except (ValueError, KeyError):
            return
        one_request(server, report, coverage, field, samples, random)
        if not coverage.offered.plane:
            one_linear(server, report, coverage, field, random)


def asked(server, report, coverage, arguments):
    one_coverage(server, report, coverage, arguments.requests, arguments.seed)


def main():
    return harness.run(__doc__, asked, requests=6)


if __name__ == "__main__":
    sys.exit(main())

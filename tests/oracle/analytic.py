#!/usr/bin/env python3
"""An analytic field put on every curvilinear grid of a folder comes back within the stated distance.

    tests/oracle/analytic.py FOLDER [--seed N] [--requests 4] [--only NAME] [--keep DIR]

The field is linear in the place on the sphere (in km), so that it changes by no more than a known
number a metre: an answer that states how far its samples are from its cells bounds its own error.
Natively the values must come back as they are, through xarray; on the regular grid `<id>.lonlat` and in
EPSG:4326, 3857, 3995 and 3413, as NetCDF and GeoTIFF, within the bound and without holes: not one cell
between cells with values may be missing where the grid goes round or over the pole.
"""
import argparse
import os
import sys
import tempfile

import netCDF4
import numpy as np
import pyproj
import xarray as xr
from scipy import ndimage
from scipy.spatial import cKDTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import holdings, wcs  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

EARTH_KM = 6371.0088
DIRECTION = np.array([0.36, 0.48, 0.8])  # of length 1
CRS = {"EPSG:3857": ("X", "Y"), "EPSG:3995": ("X", "Y"), "EPSG:3413": ("X", "Y"),
       "EPSG:4326": ("Long", "Lat")}


def analytic(lon, lat):
    """km: changes by at most 0.001 a metre."""
    return EARTH_KM * unit(lon, lat) @ DIRECTION


def is_coordinate(variable, name, units):
    return (getattr(variable, "standard_name", "") == name
            or str(getattr(variable, "units", "")).startswith(units))


def grid_of(path):
    """Longitudes, latitudes and their vertices (or None) of a field on a curvilinear grid."""
    try:
        nc = netCDF4.Dataset(path)
    except OSError:
        return None  # there to be refused
    with nc:
        nc.set_auto_mask(False)
        plane = [v for v in nc.variables.values() if v.ndim == 2]
        lon = [v for v in plane if is_coordinate(v, "longitude", "degrees_east")
               or is_coordinate(v, "longitude", "degree_east")]
        lat = [v for v in plane if is_coordinate(v, "latitude", "degrees_north")
               or is_coordinate(v, "latitude", "degree_north")]
        for x, y in ((x, y) for x in lon for y in lat):
            carries = any(v.ndim > 1 and v.dimensions[-2:] == x.dimensions and v not in (x, y)
                          for v in nc.variables.values())
            if x.dimensions != y.dimensions or not carries:
                continue
            corners = [getattr(v, "bounds", None) for v in (x, y)]
            if all(name in nc.variables for name in corners):
                corners = [np.asarray(nc[name][...], "f8") for name in corners]
            else:
                corners = None
            return np.asarray(x[...], "f8"), np.asarray(y[...], "f8"), corners
    return None


def put_field(folder, name, grid):
    lon, lat, corners = grid
    with netCDF4.Dataset(os.path.join(folder, name), "w") as nc:
        nc.Conventions = "CF-1.8"
        for dimension, size in zip(("y", "x"), lon.shape):
            nc.createDimension(dimension, size)
        if corners:
            nc.createDimension("corner", corners[0].shape[-1])
        for k, (label, values, units) in enumerate((("nav_lon", lon, "degrees_east"),
                                                    ("nav_lat", lat, "degrees_north"))):
            made = nc.createVariable(label, "f8", ("y", "x"))
            made.units = units
            made[...] = values
            if corners:
                made.bounds = label + "_bnds"
                nc.createVariable(label + "_bnds", "f8", ("y", "x", "corner"))[...] = corners[k]
        field = nc.createVariable("f", "f8", ("y", "x"), fill_value=9e36)
        field.coordinates = "nav_lon nav_lat"
        field.units = "km"
        good = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90) & (np.abs(lon) <= 720)
        field[...] = np.where(good, analytic(np.where(good, lon, 0), np.where(good, lat, 0)), 9e36)


def opened(answer, is_tiff):
    """x, y, values with NaN, and the stated distance, of an answer."""
    if is_tiff:
        from rasterio.io import MemoryFile
        with MemoryFile(answer.content) as memory, memory.open() as source:
            t = source.transform
            values = np.where(source.read_masks(1) == 0, np.nan, source.read(1))
            return (t.c + (np.arange(source.width) + 0.5) * t.a,
                    t.f + (np.arange(source.height) + 0.5) * t.e, values, None)
    with tempfile.NamedTemporaryFile(suffix=".nc") as file:
        file.write(answer.content)
        file.flush()
        with xr.open_dataset(file.name) as dataset:
            field = dataset["f"]
            y, x = (dataset[d].values for d in field.dims[-2:])
            return x, y, field.values.reshape(field.shape[-2:]), float(
                field.attrs["largest_sample_distance_m"])


def geographic(crs, x, y):
    x, y = np.meshgrid(x, y)
    if crs == "EPSG:4326":
        return x, y
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)


class Holes:
    """Missing cells that lie nearer to a sample than (nearly) half way to its nearest neighbour; and beyond
    66 degrees north, where grids that go round the globe fold, all that are missing in the middle of
    others."""

    def __init__(self, grid):
        self.lon, self.lat = grid[:2]
        place = unit(self.lon, self.lat)
        steps, longest = np.full(self.lon.shape, np.inf), np.zeros(self.lon.shape)
        for axis in (0, 1):
            apart = np.linalg.norm(np.diff(place, axis=axis), axis=-1)
            apart = np.where(apart > 1e-9, apart, np.inf)  # columns that are there twice
            for shift in (0, 1):
                part = [slice(None), slice(None)]
                part[axis] = slice(shift, self.lon.shape[axis] - 1 + shift)
                steps[tuple(part)] = np.fmin(steps[tuple(part)], apart)
                longest[tuple(part)] = np.fmax(longest[tuple(part)],
                                               np.where(np.isfinite(apart), apart, 0))
        good = np.isfinite(self.lon) & np.isfinite(self.lat)
        # Where a grid is torn, how far a cell reaches beyond its own middle cannot be known.
        self.reach = np.where(longest > 4 * steps, 0.24, 0.45)[good] * steps[good]
        self.tree = cKDTree(place[good])

    def count(self, lon, lat, values):
        missing = np.isnan(values) & np.isfinite(lon)
        distance, nearest = self.tree.query(unit(lon[missing], lat[missing]))
        wrong = int((distance < self.reach[nearest]).sum())
        labels, count = ndimage.label(missing)
        rim = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
        inner = np.isin(labels, np.setdiff1d(np.arange(1, count + 1), rim))
        return wrong + int((inner & (lat > 66)).sum())


def unit(lon, lat):
    lon, lat = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1)


def differs(answer, crs, is_tiff, distance, bilinear, closed, holes):
    if answer.status_code != 200:
        return f"status {answer.status_code}: {answer.text[:300]}", None
    x, y, values, stated = opened(answer, is_tiff)
    distance = distance if stated is None else stated
    lon, lat = geographic(crs, x, y)
    error = np.abs(values - analytic(lon, lat))
    bound = distance / 1000 * (1 + 1e-9) + 1e-6
    if bilinear:
        bound *= 3  # weights of four samples: the farthest is beyond the nearest
    if not np.isfinite(values).any():
        return "no values" if closed else None, stated
    if np.nanmax(error) > bound:
        return f"off by {np.nanmax(error):.3f} km, stated {distance} m", stated
    count = holes.count(lon, lat, values) if closed else 0
    if count:
        return f"{count} cells are holes", stated
    return None, stated


def natively(server, report, name, grid):
    answer = wcs.get_coverage(server, name, [])
    problem = f"status {answer.status_code}"
    if answer.status_code == 200:
        with tempfile.NamedTemporaryFile(suffix=".nc") as file:
            file.write(answer.content)
            file.flush()
            with xr.open_dataset(file.name) as dataset:
                lon, lat, f = (np.asarray(dataset[n].values) for n in ("nav_lon", "nav_lat", "f"))
        problem = None
        if not (np.array_equal(lon, grid[0], equal_nan=True)
                and np.array_equal(lat, grid[1], equal_nan=True)):
            problem = "the coordinates are others"
        elif not np.array_equal(f[np.isfinite(f)], analytic(lon, lat)[np.isfinite(f)]):
            problem = "values differ"
        elif np.isnan(f).sum() > (~np.isfinite(lon) | ~np.isfinite(lat)).sum():
            problem = "values are missing"
    report.count(name, "native, by xarray", problem)


def regridded(server, report, name, grid, requests, seed):
    random = np.random.default_rng([seed, sum(map(ord, name))])
    # Around the globe and over a pole there is nothing to be missing between cells.
    closed = np.ptp(grid[0][np.isfinite(grid[0])]) > 350 and np.ptp(
        grid[1][np.isfinite(grid[1])]) > 120
    holes = Holes(grid)
    answer = wcs.get_coverage(server, name + ".lonlat", [])
    problem, distance = differs(answer, "EPSG:4326", False, None, False, closed, holes)
    report.count(name, "lonlat, NetCDF", problem, answer.url)
    answer = wcs.get_coverage(server, name + ".lonlat", [], media_type=wcs.TIFF)
    problem, _ = differs(answer, "EPSG:4326", True, distance or 0, False, closed, holes)
    report.count(name, "lonlat, GeoTIFF", problem, answer.url)
    for _ in range(requests):
        low, high = np.sort(random.uniform(-75, 88, 2))
        west = random.uniform(-180, 150)
        answer = wcs.get_coverage(server, name + ".lonlat", [
            f"latitude({low!r},{high!r})", f"longitude({west!r},{west + random.uniform(5, 60)!r})"])
        if answer.status_code != 404 or closed:
            problem, _ = differs(answer, "EPSG:4326", False, None, False, closed, holes)
            report.count(name, "lonlat, a box", problem, answer.url)
    for crs, (x, y) in CRS.items():
        for method in ("nearest-neighbor", "linear"):
            parameters = [*wcs.key_values(
                "GetCoverage", COVERAGEID=name, FORMAT=wcs.NETCDF, OUTPUTCRS=crs,
                INTERPOLATION=method, SCALESIZE=f"{x}(400),{y}(300)")]
            answer = server.get("/wcs", parameters)
            if answer.status_code == 404 and not closed:
                continue  # it has no place there
            problem, distance = differs(answer, crs, False, None, method == "linear", closed, holes)
            report.count(name, f"{crs} {method}", problem, answer.url)
            parameters = [(k, wcs.TIFF if k == "FORMAT" else v) for k, v in parameters]
            answer = server.get("/wcs", parameters)
            problem, _ = differs(answer, crs, True, distance or 0, method == "linear", closed, holes)
            report.count(name, f"{crs} {method}, GeoTIFF", problem, answer.url)


def make(folder, target):
    """[(name, grid)] of the files made in `target`."""
    made = []
    for name in holdings.files_below(folder):
        grid = grid_of(os.path.join(folder, name)) if name.endswith(".nc") else None
        if grid is None or min(grid[0].shape) < 20:
            continue
        stem = "f_" + wcs.dataset_id(name)
        put_field(target, stem + ".nc", grid)
        made.append((stem, grid))
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=4)
    parser.add_argument("--only", help="a part of the file's name")
    parser.add_argument("--keep", help="folder for the files with the field, for other clients")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    report = Report()
    with tempfile.TemporaryDirectory() as temporary:
        target = arguments.keep or temporary
        os.makedirs(target, exist_ok=True)
        made = make(arguments.folder, target)
        if not made:
            print("no curvilinear grids of 20 x 20 cells or more")
            return report.table()
        with Server(target) as server:
            for name, grid in made:
                if arguments.only and arguments.only not in name:
                    continue
                natively(server, report, name, grid)
                regridded(server, report, name, grid, arguments.requests, arguments.seed)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

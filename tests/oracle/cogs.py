#!/usr/bin/env python3
"""Cloud Optimized GeoTIFF against rasterio, NumPy and GDAL's own judgement.

    tests/oracle/cogs.py [--seed N] [--keep DIR]

Files of several sizes, types and kinds of values (packed, floats with NaN, flags, directions) are made
and asked of WCS as GeoTIFF and as Cloud Optimized GeoTIFF, whole and trimmed, in one band and in several.
Place, type, nodata, tags and values must be those of the plain file; every overview what NumPy makes of
the one before it; and validate_cloud_optimized_geotiff (osgeo_utils of python3-gdal, by --validator or
the system's python3) must have nothing to say.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import netCDF4
import numpy as np
import rasterio
from rasterio.io import MemoryFile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

SIZES = {"odd": (777, 1031), "upright": (1301, 520), "even": (1024, 2048), "small": (40, 50),
         "one_tile": (512, 512), "just_over": (513, 512), "line": (1, 1600), "wide": (700, 9100)}
CATEGORIES = ("quality", "wind_from_direction")


def make(path, height, width, random):
    with netCDF4.Dataset(path, "w") as file:
        for name, size, units, first, step in (("lat", height, "degrees_north", -40, 0.01),
                                               ("lon", width, "degrees_east", -50, 0.01)):
            file.createDimension(name, size)
            axis = file.createVariable(name, "f8", (name,))
            axis.units, axis.standard_name = units, {"lat": "latitude", "lon": "longitude"}[name]
            axis[:] = first + step * np.arange(size)
            if size == 1:  # of one line nothing else tells the width
                file.createDimension("two", 2)
                axis.bounds = name + "_bnds"
                file.createVariable(axis.bounds, "f8", (name, "two"))[:] = [[first - 0.005, first + 0.005]]
        file.createDimension("time", 2)
        time = file.createVariable("time", "f8", ("time",))
        time.units, time.standard_name = "days since 2024-01-01", "time"
        time[:] = [0, 1]

        def add(name, kind, content, fill=None, **attributes):
            variable = file.createVariable(name, kind, ("time", "lat", "lon"), fill_value=fill)
            variable.set_auto_maskandscale(False)
            variable.setncatts(attributes)
            variable[:] = content

        shape = (2, height, width)
        holes = random.random(shape) < 0.3
        holes[:, : height // 3, width // 2:] = True
        packed = random.integers(-3000, 3000, shape)
        add("sst", "i2", np.where(holes, -32768, packed), -32768, scale_factor=0.01, add_offset=5.0,
            units="degC")
        # Means of these are the nodata now and then.
        add("depth", "i2", np.where(holes, 0, random.integers(-3, 4, shape)), 0, units="m")
        real = random.normal(size=shape).astype("f4")
        real[holes] = np.nan
        add("thetao", "f4", real, np.nan, units="degC")
        add("precise", "f8", random.normal(size=shape), units="1")
        add("quality", "u1", random.integers(0, 4, shape), flag_values=np.arange(4, dtype="u1"),
            flag_meanings="none good fair bad")
        add("wind_from_direction", "f4", random.integers(0, 360, shape).astype("f4"), np.nan,
            units="degree", standard_name="wind_from_direction")


def quarters(plane, filler):
    """The cells of each block of two by two, in their order: rows x columns x 4."""
    height, width = ((n + 1) // 2 for n in plane.shape)
    whole = np.full((2 * height, 2 * width), filler, plane.dtype)
    whole[: plane.shape[0], : plane.shape[1]] = plane
    return whole.reshape(height, 2, width, 2).transpose(0, 2, 1, 3).reshape(height, width, 4)


def halved(plane, nodata, is_category):
    """An overview of a plane; what is over its edge counts as missing."""
    there = quarters(np.ones(plane.shape, bool), False)
    cells = quarters(plane, 0)
    if nodata is not None:
        there &= ~np.isnan(cells) if np.isnan(nodata) else cells != nodata
    if plane.dtype.kind == "f":
        there &= ~np.isnan(cells)
    first = np.take_along_axis(cells, there.argmax(-1)[..., None], -1)[..., 0]
    if is_category:
        votes = np.where(there, ((cells[..., :, None] == cells[..., None, :]) &
                                 there[..., None, :]).sum(-1), -1)
        made = np.take_along_axis(cells, votes.argmax(-1)[..., None], -1)[..., 0]
    else:
        count = np.maximum(there.sum(-1), 1)
        mean = np.where(there, cells, 0).astype("f8").sum(-1) / count
        if plane.dtype.kind != "f":
            mean = np.copysign(np.floor(np.abs(mean) + 0.5), mean)
        made = mean.astype(plane.dtype)
        if nodata is not None and not np.isnan(nodata):
            made = np.where(made == nodata, first, made)
    gone = ~there.any(-1)
    return np.where(gone, np.array(nodata if nodata is not None else 0, plane.dtype), made)


def differs(plain_body, body):
    with MemoryFile(plain_body) as a, a.open() as plain, MemoryFile(body) as b, b.open() as cog:
        for what in ("transform", "crs", "dtypes", "nodata", "descriptions", "scales", "offsets", "units",
                     "count", "shape"):
            one, other = getattr(plain, what), getattr(cog, what)
            if one != other and not (what == "nodata" and np.isnan(one) and np.isnan(other)):
                return f"{what}: {other}, not {one}"
        one, other = (dict(file.tags(), request="") for file in (plain, cog))
        if one != other:
            return f"tags: {other}, not {one}"
        if set(cog.block_shapes) != {(512, 512)}:
            return f"tiles of {cog.block_shapes}"
        values = cog.read()
        if not np.array_equal(values, plain.read(), equal_nan=values.dtype.kind == "f"):
            return "values differ"
        names = [cog.tags(band)["variable"] for band in cog.indexes]
        for band in cog.indexes:
            factors, size = [], max(cog.shape)
            while size > 512:
                size = (size + 1) // 2
                factors.append(2 ** (len(factors) + 1))
            if len(cog.overviews(band)) != len(factors):
                return f"overviews {cog.overviews(band)}, expected about {factors}"
        for level in range(len(cog.overviews(1))):
            with MemoryFile(body) as c, c.open(overview_level=level) as overview:
                wanted = np.stack([halved(values[k], cog.nodata, names[k] in CATEGORIES)
                                   for k in range(cog.count)])
                got = overview.read()
                if got.shape != wanted.shape:
                    return f"overview {level} is {got.shape}, not {wanted.shape}"
                # Sums of doubles in another order may round otherwise.
                relative, absolute = (3e-7, 1e-12) if got.dtype == "f4" else (1e-13, 1e-14)
                near = got == wanted
                if got.dtype.kind == "f":
                    near = np.isclose(got, wanted, rtol=relative, atol=absolute, equal_nan=True)
                if not near.all():
                    where = tuple(np.argwhere(~near)[0])
                    return f"overview {level} at {where}: {got[where]}, not {wanted[where]}"
                values = got
    return None


def verdict(python, path):
    code = ("import sys; from osgeo import gdal; "
            "from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate; "
            "warnings, errors, _ = validate(sys.argv[1], full_check=True); "
            "print(*warnings, *errors, sep='\\n')")
    run = subprocess.run([python, "-W", "ignore", "-c", code, path], capture_output=True, text=True)
    return (run.stdout + run.stderr).strip() or None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--validator", default="/usr/bin/python3", help="a python that has osgeo_utils")
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    data = options.keep or tempfile.mkdtemp(prefix="gyre-cogs-")
    os.makedirs(data, exist_ok=True)
    for name, size in SIZES.items():
        make(os.path.join(data, name + ".nc"), *size, random)
    report = Report()
    asked = [(fields, subsets) for fields in (["sst"], ["depth"], ["thetao"], ["quality"], ["precise"],
                                              ["wind_from_direction"], ["sst", "quality"])
             for subsets in (['time("2024-01-02")'], [])]
    with Server(data) as server:
        for name in SIZES:
            for fields, subsets in asked:
                label = f"{'+'.join(fields)} {'one step' if subsets else 'all'}"
                plain, cog = (wcs.get_coverage(server, name, subsets, fields, kind)
                              for kind in (wcs.TIFF, wcs.COG))
                if (plain.status_code, cog.status_code) != (200, 200):
                    report.count(name, label, f"{cog.status_code} {wcs.exception_of(cog)}", cog.url)
                    continue
                told = cog.headers["Content-Type"]
                report.count(name, "media type", None if told == wcs.COG else told, cog.url)
                report.count(name, label, differs(plain.content, cog.content), cog.url)
                again = wcs.get_coverage(server, name, subsets, fields, wcs.COG)
                report.count(name, "the same again", None if again.content == cog.content else "not", cog.url)
                path = os.path.join(data, "answer.tif")
                with open(path, "wb") as file:
                    file.write(cog.content)
                report.count(name, "validator", verdict(options.validator, path), cog.url)
                os.remove(path)
    if not options.keep:
        shutil.rmtree(data)
    return report.table()


sys.exit(main())

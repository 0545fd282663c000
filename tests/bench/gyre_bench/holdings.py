"""The data, as CMEMS products are laid out; made once in a folder, the same for the same size.

    sea/global/  8 daily files: thetao so uo vo (time, depth, latitude, longitude), zos; int16, deflate 1,
                 shuffle, chunks of 5 levels and a ninth of the globe
    sea/regional/  3,652 days in 120 monthly files, a chunk a day
    sea/*.zarr   version 2 copies: global_zlib, global_zstd (thetao, 2 days), regional_series
    sea/fine.nc  one level at a third of the global grid's step (1/36 degree)
    sea/orca.nc  curvilinear: 2-D longitudes and latitudes
    capabilities/  200 layers of irregular steps: hardly a value in them
    growth/      series of tiny files and files of many steps
"""
import datetime
import glob
import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor

import netCDF4
import numcodecs
import numpy as np
import zarr

from many_files import Maker

from .fields import DEEP, DEPTHS, FILL, PACKING, Eddies, Sea
from .scale import DAYS, GLOBAL_DAYS, LEVELS, MONTHS

EPOCH = datetime.date(1950, 1, 1)
FIRST_GLOBAL_DAY = datetime.date(2026, 1, 1)
FIRST_REGIONAL_DAY = datetime.date(2010, 1, 1)
MARK = "made.json"  # written last: what is there is whole


def hours(day):
    return 24.0 * (day - EPOCH).days + 12


def global_axes(scale, finer=1):
    step = scale.step / finer
    rows, columns = round(170 / step) + 1, scale.columns * finer
    return -80 + step * np.arange(rows), -180 + step * np.arange(columns)


def regional_axes(scale):
    side = scale.regional_side
    return 30 + 0.04 * np.arange(side), -40 + 0.04 * np.arange(side)


def _new(path, title):
    nc = netCDF4.Dataset(path, "w", format="NETCDF4")
    nc.setncatts({"Conventions": "CF-1.6", "title": title, "institution": "Gyre benchmark",
                  "source": "formulas"})
    return nc


def _axis(nc, name, values, kind, **attributes):
    nc.createDimension(name, len(values))
    variable = nc.createVariable(name, kind, (name,))
    variable.setncatts(attributes)
    variable[:] = values


def _axes(nc, times, latitude, longitude, depths=None):
    _axis(nc, "time", times, "f8", standard_name="time", axis="T",
          units="hours since 1950-01-01", calendar="gregorian")
    if depths is not None:
        _axis(nc, "depth", depths, "f4", standard_name="depth", axis="Z", units="m",
              positive="down")
    _axis(nc, "latitude", latitude, "f4", standard_name="latitude", axis="Y",
          units="degrees_north")
    _axis(nc, "longitude", longitude, "f4", standard_name="longitude", axis="X",
          units="degrees_east")


def _field(nc, name, dimensions, chunks):
    scale, offset, standard_name, units = PACKING[name]
    variable = nc.createVariable(name, "i2", dimensions, zlib=True, complevel=1, shuffle=True,
                                 chunksizes=chunks, fill_value=FILL)
    variable.set_auto_maskandscale(False)
    variable.setncatts({"standard_name": standard_name, "long_name": standard_name, "units": units,
                        "scale_factor": np.float64(scale), "add_offset": np.float64(offset)})
    return variable


def sea(folder, *names):
    return os.path.join(folder, "sea", *names)


def global_file(folder, day):
    return sea(folder, "global", f"global_{FIRST_GLOBAL_DAY + datetime.timedelta(day):%Y%m%d}.nc")


def _make_global(folder, scale, day):
    latitude, longitude = global_axes(scale)
    water = Sea(latitude, longitude)
    rows, columns = scale.chunks
    nc = _new(global_file(folder, day), "Invented global analysis, daily means")
    date = FIRST_GLOBAL_DAY + datetime.timedelta(day)
    _axes(nc, [hours(date)], latitude, longitude, DEPTHS[:LEVELS])
    for name in DEEP:
        variable = _field(nc, name, ("time", "depth", "latitude", "longitude"),
                          (1, 5, rows, columns))
        level = water.day(name, day)
        for first in range(0, LEVELS, 5):  # whole chunks at a time
            variable[0, first:first + 5] = np.stack([level(d) for d in DEPTHS[first:first + 5]])
    zos = _field(nc, "zos", ("time", "latitude", "longitude"), (1, rows, columns))
    zos[0] = water.day("zos", day)(0)
    nc.close()


def _months():
    day = FIRST_REGIONAL_DAY
    for _ in range(MONTHS):
        after = (day.replace(day=28) + datetime.timedelta(4)).replace(day=1)
        yield day, [(day - FIRST_REGIONAL_DAY).days + n for n in range((after - day).days)]
        day = after


def _make_regional(folder, scale):
    """The monthly files and, from the same values, the Zarr store."""
    latitude, longitude = regional_axes(scale)
    side = scale.regional_side
    water = Sea(latitude, longitude, seed=2, land=False)
    packed = np.empty((DAYS, side, side), np.int16)
    for day in range(DAYS):
        packed[day] = water.day("thetao", day)(DEPTHS[0])
    os.makedirs(sea(folder, "regional"), exist_ok=True)
    for first, days in _months():
        nc = _new(sea(folder, "regional", f"regional_{first:%Y%m}.nc"),
                  "Invented regional reanalysis, daily means")
        _axes(nc, [hours(FIRST_REGIONAL_DAY + datetime.timedelta(d)) for d in days], latitude,
              longitude)
        _field(nc, "thetao", ("time", "latitude", "longitude"), (1, side, side))[:] = \
            packed[days[0]:days[-1] + 1]
        nc.close()
    part = max(1, side // 4)
    _zarr(sea(folder, "regional_series.zarr"),
          [hours(FIRST_REGIONAL_DAY + datetime.timedelta(d)) for d in range(DAYS)], latitude,
          longitude, None, packed, (365, part, part), numcodecs.Blosc("zstd", 1))


def _zarr(path, times, latitude, longitude, depths, packed, chunks, compressor):
    group = zarr.open_group(path, mode="w", zarr_format=2)
    group.attrs.update({"Conventions": "CF-1.6", "title": "Zarr copy of the benchmark's data"})

    def axis(name, values, kind, **attributes):
        array = group.create_array(name, shape=(len(values),), chunks=(len(values),), dtype=kind,
                                   compressors=numcodecs.Zlib(1), fill_value=None)
        array[:] = np.asarray(values, kind)
        array.attrs.update({**attributes, "_ARRAY_DIMENSIONS": [name]})

    axis("time", times, "f8", standard_name="time", units="hours since 1950-01-01",
         calendar="gregorian", axis="T")
    dimensions = ["time"]
    if depths is not None:
        axis("depth", depths, "f4", standard_name="depth", units="m", positive="down", axis="Z")
        dimensions.append("depth")
    axis("latitude", latitude, "f4", standard_name="latitude", units="degrees_north", axis="Y")
    axis("longitude", longitude, "f4", standard_name="longitude", units="degrees_east", axis="X")
    scale, offset, standard_name, units = PACKING["thetao"]
    array = group.create_array("thetao", shape=packed.shape, chunks=chunks, dtype="i2",
                               compressors=compressor, fill_value=int(FILL))
    array[:] = packed
    array.attrs.update({"standard_name": standard_name, "units": units, "scale_factor": scale,
                        "add_offset": offset,
                        "_ARRAY_DIMENSIONS": dimensions + ["latitude", "longitude"]})
    zarr.consolidate_metadata(path, zarr_format=2)


def _make_global_zarr(folder, scale):
    latitude, longitude = global_axes(scale)
    packed = []
    for day in range(2):
        with netCDF4.Dataset(global_file(folder, day)) as nc:
            nc["thetao"].set_auto_maskandscale(False)
            packed.append(nc["thetao"][0])
    times = [hours(FIRST_GLOBAL_DAY + datetime.timedelta(d)) for d in range(2)]
    part = max(16, round(512 * scale.columns / 4320))
    for name, compressor in (("zlib", numcodecs.Zlib(1)), ("zstd", numcodecs.Blosc("zstd", 1))):
        _zarr(sea(folder, f"global_{name}.zarr"), times, latitude, longitude,
              DEPTHS[:LEVELS], np.stack(packed), (1, 1, part, part), compressor)


def _make_fine(folder, scale):
    latitude, longitude = global_axes(scale, finer=3)
    water = Sea(latitude, longitude, seed=3)
    nc = _new(sea(folder, "fine.nc"), "Invented global analysis, three times finer")
    _axes(nc, [hours(FIRST_GLOBAL_DAY)], latitude, longitude)
    _field(nc, "thetao", ("time", "latitude", "longitude"),
           (1, -(-latitude.size // 6), longitude.size // 6))[0] = water.day("thetao", 0)(DEPTHS[0])
    nc.close()


def _make_orca(folder, scale):
    """A grid turned out of the pole: what curvilinear requests are tried on."""
    rows, columns = scale.orca_shape
    y, x = np.meshgrid(np.linspace(-78, 89, rows), np.linspace(-180, 180, columns, endpoint=False),
                       indexing="ij")
    bend = np.clip((y - 20) / 70, 0, 1) ** 2
    latitude = y - 12 * bend * np.cos(np.radians(2 * x)) ** 2
    longitude = x + 15 * bend * np.sin(np.radians(2 * x))
    nc = _new(sea(folder, "orca.nc"), "Invented curvilinear analysis")
    nc.createDimension("y", rows)
    nc.createDimension("x", columns)
    _axis(nc, "time", [hours(FIRST_GLOBAL_DAY)], "f8", standard_name="time", axis="T",
          units="hours since 1950-01-01", calendar="gregorian")
    for name, values, units in (("nav_lat", latitude, "degrees_north"),
                                ("nav_lon", longitude, "degrees_east")):
        variable = nc.createVariable(name, "f4", ("y", "x"), zlib=True, complevel=1)
        variable.setncatts({"units": units, "standard_name":
                            "latitude" if name == "nav_lat" else "longitude"})
        variable[:] = values
    variable = _field(nc, "thetao", ("time", "y", "x"), (1, rows, columns))
    variable.coordinates = "nav_lon nav_lat"
    eddies = Eddies(np.linspace(-78, 89, rows), np.linspace(-180, 180, columns, endpoint=False), 4)
    variable[0] = np.round((10 * np.cos(np.radians(latitude)) + eddies.at(0) - 21)
                           / PACKING["thetao"][0]).astype(np.int16)
    nc.close()


def _make_capabilities(folder, scale):
    """20 files of 10 fields, each file with irregular steps of its own; only the first step holds
    values, since a list of steps is all that is asked for."""
    os.makedirs(os.path.join(folder, "capabilities"))
    for number in range(20):
        random = np.random.default_rng([5, number])
        steps = np.cumsum(random.integers(1, 7, scale.irregular_steps)) * 600.0
        nc = _new(os.path.join(folder, "capabilities", f"c{number:02d}.nc"), f"Irregular {number}")
        nc.createDimension("time", len(steps))
        time = nc.createVariable("time", "f8", ("time",), zlib=True, complevel=4, shuffle=True)
        time.setncatts({"standard_name": "time", "units": "seconds since 2000-01-01"})
        time[:] = steps
        _axis(nc, "latitude", [40.0, 41.0], "f4", standard_name="latitude", units="degrees_north")
        _axis(nc, "longitude", [1.0, 2.0], "f4", standard_name="longitude", units="degrees_east")
        for field in range(10):
            variable = nc.createVariable(f"v{field}", "i2", ("time", "latitude", "longitude"),
                                         chunksizes=(len(steps), 2, 2), zlib=True, fill_value=FILL)
            variable.setncatts({"long_name": f"quantity {field}", "units": "1"})
            variable[0] = field
        nc.close()


def _make_growth(folder, scale):
    latitude, longitude = -80 + 10.0 * np.arange(18), -180 + 10.0 * np.arange(36)
    values = np.random.default_rng(6).integers(0, 1000, (18, 36))
    for count in scale.growth_counts:
        maker = Maker(os.path.join(folder, "growth", f"files{count}"))
        for number in range(count):
            maker.write(os.path.join(folder, "growth", f"files{count}", f"d{number:06d}.nc"),
                        number, number % 1000)
        nc = _new(os.path.join(folder, "growth", f"steps{count}.nc"), f"{count} steps")
        _axes(nc, [hours(FIRST_GLOBAL_DAY) + 24 * n for n in range(count)], latitude, longitude)
        variable = _field(nc, "thetao", ("time", "latitude", "longitude"), (1, 18, 36))
        for first in range(0, count, 1000):
            size = min(1000, count - first)
            variable[first:first + size] = (values + np.arange(size)[:, None, None]).astype(np.int16)
        nc.close()


def make(folder, scale, log=print):
    """Makes what `folder` does not have yet. A folder of another size is refused, not mixed."""
    mark = os.path.join(folder, MARK)
    if os.path.exists(mark):
        with open(mark, encoding="utf-8") as file:
            made = json.load(file)
        if made["size"] == scale.size:
            return
        raise SystemExit(f"{folder} holds data of size {made['size']}; name another folder by --data, "
                         "or remove it")
    os.makedirs(folder, exist_ok=True)
    for old in glob.glob(os.path.join(folder, "*")):  # of a run that was stopped
        shutil.rmtree(old) if os.path.isdir(old) else os.remove(old)
    os.makedirs(sea(folder, "global"))
    log(f"making data of size {scale.size} in {folder}: {scale.columns} x {scale.rows} cells, "
        f"{LEVELS} levels, {GLOBAL_DAYS} days")
    with ProcessPoolExecutor(2) as pool:
        others = [pool.submit(_make_regional, folder, scale)]
        days = [pool.submit(_make_global, folder, scale, day) for day in range(GLOBAL_DAYS)]
        others += [pool.submit(work, folder, scale) for work in
                   (_make_fine, _make_orca, _make_capabilities, _make_growth)]
        for one in days:
            one.result()
        _make_global_zarr(folder, scale)
        for one in others:
            one.result()
    with open(mark, "w", encoding="utf-8") as file:
        json.dump({"size": scale.size}, file)

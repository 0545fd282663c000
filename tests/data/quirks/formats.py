"""The kinds of netCDF, groups, Zarr v2."""
import json
import os
import shutil
import zlib

import numpy as np

from .tiny import LAT, LON, Tiny, expect, quirk, ramp

HERE = {"lat": 20, "lon": 10}


def of_kind(path, kind):
    with Tiny(path, kind) as f:
        f.nc.createDimension("time", None)
        f.lat()
        f.lon()
        f.time([0, 24], "hours since 2000-01-01")
        f.field("v", ramp(2, 3, 4), ("time", "lat", "lon"), kind="i2")
        f.field("w", ramp(2, 3, 4) / 2, ("time", "lat", "lon"), kind="f8")
    where = {"time": '"2000-01-02T00:00:00Z"', **HERE}
    return [expect("v", 17, where), expect("w", 8.5, where)]


@quirk("format_classic.nc", "netCDF classic")
def _(path):
    return of_kind(path, "NETCDF3_CLASSIC")


@quirk("format_64bit_offset.nc", "netCDF 64-bit offset")
def _(path):
    return of_kind(path, "NETCDF3_64BIT_OFFSET")


@quirk("format_cdf5.nc", "netCDF 64-bit data (CDF-5)")
def _(path):
    return of_kind(path, "NETCDF3_64BIT_DATA")


@quirk("format_netcdf4.nc", "netCDF-4")
def _(path):
    return of_kind(path, "NETCDF4")


@quirk("format_netcdf4_classic.nc", "netCDF-4, classic model")
def _(path):
    return of_kind(path, "NETCDF4_CLASSIC")


@quirk("chunked_deflated.nc", "chunks that divide no dimension, deflate, shuffle, checksums")
def _(path):
    with Tiny(path) as f:
        f.lat(np.arange(0, 70, 10))
        f.lon(np.arange(0, 110, 10))
        field = f.nc.createVariable("v", "i4", ("lat", "lon"), zlib=True, shuffle=True,
                                    fletcher32=True, chunksizes=(3, 4))
        field.set_auto_maskandscale(False)
        field[:] = ramp(7, 11)
    return [expect("v", 76, {"lat": 60, "lon": 100}), expect("v", 0, {"lat": 0, "lon": 0})]


@quirk("big_endian.nc", "big-endian numbers in netCDF-4")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        field = f.nc.createVariable("v", "i4", ("lat", "lon"), endian="big")
        field.set_auto_maskandscale(False)
        field[:] = ramp(3, 4)
    return [expect("v", 5, HERE)]


@quirk("groups.nc", "a field in a group, its coordinates in the root")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.field("v", ramp(3, 4))
        group = f.nc.createGroup("model")
        inner = group.createVariable("w", "f4", ("lat", "lon"))
        inner.units = "1"
        inner[:] = ramp(3, 4, start=50)
    return [expect("v", 5.0, HERE)]


def write_zarr(path, compress):
    if os.path.exists(path):
        shutil.rmtree(path)
    os.makedirs(path)

    def put(name, value):
        target = os.path.join(path, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(value if isinstance(value, bytes) else json.dumps(value).encode())

    def array(name, values, dimensions, chunks, fill, **attributes):
        values = np.ascontiguousarray(values)
        put(name + "/.zarray", {
            "zarr_format": 2, "shape": list(values.shape), "chunks": list(chunks),
            "dtype": values.dtype.str, "order": "C", "filters": None, "fill_value": fill,
            "compressor": {"id": "zlib", "level": 1} if compress else None})
        put(name + "/.zattrs", {"_ARRAY_DIMENSIONS": list(dimensions), **attributes})
        for corner in np.ndindex(*[-(-n // c) for n, c in zip(values.shape, chunks)]):
            block = np.full(chunks, 0 if fill is None else fill, values.dtype)
            part = values[tuple(slice(i * c, (i + 1) * c) for i, c in zip(corner, chunks))]
            block[tuple(slice(0, n) for n in part.shape)] = part
            data = block.tobytes()
            put(name + "/" + ".".join(map(str, corner)), zlib.compress(data) if compress else data)

    put(".zgroup", {"zarr_format": 2})
    put(".zattrs", {"Conventions": "CF-1.8"})
    array("lat", np.array(LAT), ["lat"], [3], None, units="degrees_north",
          standard_name="latitude")
    array("lon", np.array(LON), ["lon"], [4], None, units="degrees_east",
          standard_name="longitude")
    values = ramp(3, 4).astype("<i2")
    values[0, 0] = -1
    array("v", values, ["lat", "lon"], [2, 3], -1, units="1", scale_factor=0.5, add_offset=1.0)
    return [expect("v", 5 * 0.5 + 1, HERE, "f8"), expect("v", None, {"lat": 10, "lon": 0}),
            expect("v", 11 * 0.5 + 1, {"lat": 30, "lon": 30}, "f8")]


@quirk("store.zarr", "Zarr v2, not compressed, chunks padded at the edge")
def _(path):
    return write_zarr(path, False)


@quirk("store_zlib.zarr", "Zarr v2, zlib")
def _(path):
    return write_zarr(path, True)

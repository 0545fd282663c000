"""The kinds of netCDF, groups, Zarr of versions 2 and 3, in folders and zipped."""
import gzip
import json
import os
import shutil
import struct
import zipfile
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


def crc32c(data):
    rest = 0xFFFFFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ (0x82F63B78 if rest & 1 else 0)
    return struct.pack("<I", rest ^ 0xFFFFFFFF)


def write_zarr3(put, sharded):
    """A store of version 3; put(key, bytes or what becomes JSON)."""
    plain = [{"name": "bytes", "configuration": {"endian": "little"}}]
    packed = [*plain, {"name": "gzip", "configuration": {"level": 1}}]

    def array(name, values, dimensions, chunks, fill, codecs, **attributes):
        put(name + "/zarr.json", {
            "zarr_format": 3, "node_type": "array", "shape": list(values.shape),
            "data_type": str(values.dtype), "fill_value": fill, "codecs": codecs,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunks}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "dimension_names": dimensions, "attributes": attributes})

    put("zarr.json", {"zarr_format": 3, "node_type": "group",
                      "attributes": {"Conventions": "CF-1.8"}})
    for name, axis, units in (("lat", LAT, "degrees_north"), ("lon", LON, "degrees_east")):
        values = np.array(axis, "<f8")
        array(name, values, [name], [values.size], 0.0, plain, units=units)
        put(name + "/c/0", values.tobytes())
    values = ramp(3, 4).astype("<i2")
    values[0, 0] = values[2, 2] = values[2, 3] = -1
    blocks = {}  # 2 x 2 cells each; the last is all fill, and not written
    for row, column in ((0, 0), (0, 1), (1, 0)):
        block = np.full((2, 2), -1, "<i2")
        part = values[2 * row:2 * row + 2, 2 * column:2 * column + 2]
        block[:part.shape[0], :part.shape[1]] = part
        blocks[row, column] = gzip.compress(block.tobytes())
    shard = [{"name": "sharding_indexed", "configuration": {
        "chunk_shape": [2, 2], "codecs": packed, "index_location": "end",
        "index_codecs": [*plain, {"name": "crc32c"}]}}]
    array("v", values, ["lat", "lon"], [4, 4] if sharded else [2, 2], -1,
          shard if sharded else packed, units="1", _FillValue=-1, scale_factor=0.5, add_offset=1.0)
    if sharded:
        index, body = b"", b""
        for at in ((0, 0), (0, 1), (1, 0), (1, 1)):
            data = blocks.get(at)
            index += struct.pack("<QQ", *((len(body), len(data)) if data else (2**64 - 1,) * 2))
            body += data or b""
        put("v/c/0/0", body + index + crc32c(index))
    else:
        for (row, column), data in blocks.items():
            put(f"v/c/{row}/{column}", data)
    return [expect("v", 5 * 0.5 + 1, HERE, "f8"), expect("v", None, {"lat": 10, "lon": 0}),
            expect("v", None, {"lat": 30, "lon": 30}),
            expect("v", 9 * 0.5 + 1, {"lat": 30, "lon": 10}, "f8")]


def as_bytes(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@quirk("store_v3.zarr", "Zarr v3 in shards, a chunk never written")
def _(path):
    if os.path.exists(path):
        shutil.rmtree(path)

    def put(name, value):
        target = os.path.join(path, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(as_bytes(value))

    return write_zarr3(put, True)


@quirk("store_v3_zip.zarr.zip", "Zarr v3 in a zip archive, not sharded")
def _(path):
    with zipfile.ZipFile(path, "w") as archive:
        return write_zarr3(lambda name, value: archive.writestr(
            zipfile.ZipInfo(name), as_bytes(value)), False)

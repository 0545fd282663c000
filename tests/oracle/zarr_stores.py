#!/usr/bin/env python3
"""Zarr stores of every kind, written by zarr-python 3, against what zarr-python reads.

    tests/oracle/zarr_stores.py [--seed N] [--requests 6] [--keep DIR]

One set of variables (packed, float, double, integers of every width, half floats, booleans, texts as
an axis; with fill values, so that some chunks are never written) is written in versions 2 and 3 with
each codec, in shards, in groups, zipped, and by xarray. Random boxes are asked of WCS as NetCDF:
every value must have the bits that zarr-python reads there, and those that were written unless the
codec rounds.
"""
import argparse
import os
import shutil
import sys
import tempfile
import warnings

import netCDF4
import numcodecs
import numcodecs.zarr3 as n3
import numpy as np
import xarray as xr
import zarr
from zarr.codecs import (BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec,
                         TransposeCodec, ZstdCodec)
from zarr.codecs.sharding import ShardingCodecIndexLocation

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.exact import as_served, ask, same  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

SHAPE, CHUNKS, SHARDS = (5, 7, 9), (2, 3, 4), (4, 6, 8)
NAMES = ("time", "lat", "lon")
REGIONS = np.array(["Atlantic", "Île", "北海", "x", "Mediterranean"])


def values(random):
    """{variable: (values, fill value, attributes)} on time, lat, lon."""
    def whole(kind):
        limits = np.iinfo(kind)
        return random.integers(limits.min, limits.max, SHAPE, dtype=kind, endpoint=True)

    packed = whole("i2")
    packed[:2, :3, :4] = -32768  # a chunk that is never written
    single = random.normal(size=SHAPE).astype("f4")
    single[2:4, 3:6] = 1e20
    single[4, 6, 8] = -0.0
    wide = random.normal(size=SHAPE)
    wide[2:4, 3:6, 4:8] = np.nan
    half = random.normal(size=SHAPE).astype("f2")
    half[0, 0, :3] = [6e-8, -65504, 0]
    return {
        "packed": (packed, -32768, {"scale_factor": 0.01, "add_offset": 5.0, "units": "K"}),
        "single": (single, 1e20, {"units": "m"}), "wide": (wide, float("nan"), {"units": "1"}),
        "half": (half, 0.0, {"units": "1"}), "flag": (random.random(SHAPE) < .5, False, {}),
        **{kind: (whole(kind), 7, {}) for kind in ("i1", "u1", "u2", "i4", "u4", "i8", "u8")}}


def axes():
    return {"time": (np.arange(5.0), {"units": "days since 2000-01-01"}),
            "lat": (np.linspace(-30, 30, 7), {"units": "degrees_north"}),
            "lon": (np.linspace(0, 80, 9), {"units": "degrees_east"})}


def write(path, data, version, prefix="", zipped=False, consolidated=False, **how):
    """A store; `how` may be a function of the dtype, for codecs that are told it."""
    store = zarr.storage.ZipStore(path, mode="w") if zipped else path
    root = zarr.create_group(store, zarr_format=version, attributes={"Conventions": "CF-1.8"})
    if prefix:
        root.create_group(prefix.rstrip("/"))

    def array(name, content, names, attributes, fill, **more):
        content = np.asarray(content)
        names = list(names)
        more = {k: v(content.dtype) if callable(v) else v for k, v in more.items()}
        more = {k: v for k, v in more.items() if v is not None}
        if version == 2:
            attributes = {"_ARRAY_DIMENSIONS": names, **attributes}
        else:
            more["dimension_names"] = names
        if more.pop("big", False):
            content = content.astype(content.dtype.newbyteorder(">"))
        created = root.create_array(name, shape=content.shape, dtype=content.dtype,
                                    fill_value=fill, attributes=attributes, **more)
        created[...] = content

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (content, attributes) in axes().items():
            array(name, content, [name], attributes, 0.0 if version == 3 else None)
        for name, (content, fill, attributes) in data.items():
            array(prefix + name, content, NAMES, attributes, fill, **{"chunks": CHUNKS, **how})
        array("region", REGIONS.astype("U13"), ["region"], {}, "")
        array("of_region", np.arange(5 * 7 * 9, dtype="i4").reshape(SHAPE),
              ("region", "lat", "lon"), {"units": "1"}, 0)
        if consolidated:
            zarr.consolidate_metadata(store, zarr_format=version)
    if zipped:
        store.close()


def shards(**more):
    """chunks in shards, the codecs within given."""
    return {"shards": SHARDS, **more}


def start_index(codecs, within=None):
    """Shards with the index first; `within`, the codecs of chunks of shards within these. Told its
    serializer like that, zarr-python 3.0 cannot leave out chunks of a shard."""
    def serializer(_):
        inner = [ShardingCodec(chunk_shape=(1, 3, 2), codecs=within)] if within else codecs
        return ShardingCodec(chunk_shape=CHUNKS, codecs=inner,
                             index_location=ShardingCodecIndexLocation.start)
    return {"serializer": serializer, "compressors": None, "chunks": SHARDS,
            "config": {"write_empty_chunks": True}}


def combinations():
    """{name: (version, settings)}"""
    from numcodecs import (CRC32, LZ4, LZMA, BitRound, Blosc, Delta, FixedScaleOffset, GZip,
                           Quantize, Shuffle, Zlib, Zstd)
    found = {"v2_none": (2, {"compressors": None})}

    def two(name, compressor=None, filters=None, **more):
        found["v2_" + name] = (2, {"compressors": compressor, "filters": filters, **more})

    def three(name, **how):
        found["v3_" + name] = (3, how)

    two("zlib", Zlib(5))
    two("gzip_slash", GZip(5), chunk_key_encoding={"name": "v2", "separator": "/"})
    two("zstd", Zstd(3))
    two("lz4", LZ4())
    two("lzma", LZMA())
    for name in ("lz4", "lz4hc", "blosclz", "zstd", "zlib"):
        for shuffle in (0, 1, 2):
            two(f"blosc_{name}_{shuffle}", Blosc(name, 5, shuffle))
    two("shuffle", Zlib(1), lambda d: [Shuffle(d.itemsize)])
    two("delta", Zstd(1), lambda d: [Delta(d.str)] if d.kind in "iu" else [])
    two("fortran_big", Zlib(1), order="F", big=True)
    two("delta_fortran", Zlib(1), lambda d: [Delta(d.str)] if d.kind in "iu" else [], order="F")
    two("crc32", CRC32())
    two("rounded", Zlib(1), lambda d: [BitRound(8)] if d.kind == "f" else [])
    two("quantized", Zlib(1), lambda d: [Quantize(2, d.str)] if d in ("f4", "f8") else [])
    two("scaled", Zlib(1), lambda d: [FixedScaleOffset(
        offset=1.5, scale=100, dtype=d.str, astype="i2")] if d in ("f4", "f8") else [])
    two("consolidated", Zlib(1), consolidated=True)
    two("zip", Zlib(1), zipped=True)
    two("group", Zlib(1), prefix="deep/")

    three("none", compressors=None)
    three("gzip", compressors=GzipCodec())
    three("zstd", compressors=ZstdCodec(checksum=True))
    for name in ("lz4", "lz4hc", "blosclz", "zstd", "zlib"):
        for shuffle in ("noshuffle", "shuffle", "bitshuffle"):
            three(f"blosc_{name}_{shuffle}", compressors=BloscCodec(cname=name, shuffle=shuffle))
    three("crc32c", compressors=[ZstdCodec(), Crc32cCodec()])
    three("transposed", filters=[TransposeCodec(order=(2, 0, 1))], compressors=GzipCodec())
    three("big", serializer=lambda d: BytesCodec(endian="big"), compressors=None)
    three("v2_keys", chunk_key_encoding={"name": "v2", "separator": "."})
    three("numcodecs_zlib", compressors=n3.Zlib(level=3))
    three("numcodecs_lz4", compressors=n3.LZ4())
    three("numcodecs_shuffle", compressors=lambda d: [n3.Shuffle(elementsize=d.itemsize), n3.Zstd()])
    three("numcodecs_crc32", compressors=[n3.CRC32(), n3.GZip(level=1)])
    three("numcodecs_adler32", compressors=[n3.Adler32()])
    three("numcodecs_delta",
          filters=lambda d: [n3.Delta(dtype=d.str)] if d.kind in "iu" else None)
    three("numcodecs_scaled", filters=lambda d: [n3.FixedScaleOffset(
        offset=1.5, scale=100, dtype=d.str, astype="<i2")] if d in ("f4", "f8") else None)
    three("numcodecs_quantized",
          filters=lambda d: [n3.Quantize(digits=2, dtype=d.str)] if d in ("f4", "f8") else None)
    three("shards", **shards())
    three("shards_blosc", **shards(compressors=BloscCodec(cname="lz4")))
    three("shards_transposed",
          **shards(filters=[TransposeCodec(order=(1, 2, 0))], compressors=GzipCodec()))
    three("shards_start", **start_index([BytesCodec(), ZstdCodec(), Crc32cCodec()]))
    three("shards_nested", **start_index(None, [BytesCodec(), GzipCodec()]))
    three("shards_zip", zipped=True, **shards())
    three("zip", zipped=True)
    three("group", prefix="deep/")
    three("consolidated", consolidated=True)
    return found


class Written:
    """A store, and its fields as zarr-python reads them."""

    def __init__(self, folder, name, data, version, how):
        self.name = name
        prefix = how.get("prefix", "")
        path = os.path.join(folder, name + (".zarr.zip" if how.get("zipped") else ".zarr"))
        write(path, data, version, **how)
        store = zarr.storage.ZipStore(path, mode="r") if how.get("zipped") else path
        root = zarr.open_group(store, mode="r")
        self.fields = {prefix + n: np.asarray(root[prefix + n][...]) for n in data}
        rounds = any(word in name for word in ("round", "quant", "scaled"))
        self.problem = None
        for field, (content, _, _) in data.items():
            if not rounds and not same(self.fields[prefix + field], content):
                self.problem = f"zarr-python reads other values of {field}"


def write_by_xarray(folder, data, version):
    """As people do: coordinates, texts and fill values as xarray encodes them."""
    name = f"xarray_v{version}"
    dataset = xr.Dataset(
        {n: (NAMES, content, attributes) for n, (content, _, attributes) in data.items()
         if n not in ("packed", "half")},
        {n: (n, content, attributes) for n, (content, attributes) in axes().items()})
    dataset["of_region"] = (("region", "lat", "lon"), np.arange(315, dtype="i4").reshape(SHAPE))
    dataset = dataset.assign_coords(region=("region", REGIONS.astype(object)))
    encoding = {n: {"chunks": CHUNKS} for n in data if n in dataset}
    encoding["single"]["_FillValue"] = np.float32(1e20)
    path = os.path.join(folder, name + ".zarr")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.to_zarr(path, zarr_format=version, encoding=encoding, consolidated=True)
    written = Written.__new__(Written)
    written.name, written.problem = name, None
    root = zarr.open_group(path, mode="r")
    written.fields = {n: np.asarray(root[n][...]) for n in data if n in dataset}
    return written


def ask_texts(server, report, written):
    """The axis of texts, as GetCoverage copies it."""
    answer = wcs.get_coverage(server, written.name + ".region-lat-lon", [])
    problem = None
    if answer.status_code != 200:
        problem = f"status {answer.status_code}: {wcs.exception_of(answer)}"
    else:
        with netCDF4.Dataset("answer", memory=answer.content) as file:
            told = list(file["region"][...]) if "region" in file.variables else []
            numbers = np.asarray(file["of_region"][...])
        if told != list(REGIONS):
            problem = f"{told} instead of {list(REGIONS)}"
        elif not same(numbers, np.arange(315, dtype="i4").reshape(SHAPE)):
            problem = "other values of of_region"
    report.count(written.name, "texts", problem, answer.url)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=6, help="of each field of each store")
    parser.add_argument("--keep", help="folder for the stores, to look at")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, zarr-python {zarr.__version__}, numcodecs {numcodecs.__version__}")
    random = np.random.default_rng(arguments.seed)
    folder = arguments.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    report = Report()
    try:
        data = values(random)
        stores = []
        for name, (version, how) in combinations().items():
            stores.append(Written(folder, name, data, version, how))
        stores += [write_by_xarray(folder, data, version) for version in (2, 3)]
        print(f"{len(stores)} stores")
        with Server(folder) as server:
            for written in stores:
                report.count(written.name, "written", written.problem)
                for field in written.fields:
                    ask(server, report, written, axes(), field, random, arguments.requests)
                ask_texts(server, report, written)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

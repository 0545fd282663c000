#!/usr/bin/env python3
"""HDF5 files with registered filters, written by h5py and hdf5plugin, against what h5py reads.

    tests/oracle/filters.py [--seed N] [--requests 6] [--keep DIR]

One set of variables (packed, float, double, every width of integer, big-endian; chunks that do not
divide the shape, one that is never written) is written with each filter alone, after a shuffle, in
unusual orders, and with some chunks that a filter was left out of. The coordinates have the filters
too. Random boxes are asked of WCS as NetCDF: every value must have the bits that h5py reads there.
Files with filters that are not read, or variables of types that are not, must be told of by name.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

import h5py
import hdf5plugin
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.exact import ask, same  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import ROOT, Server  # noqa: E402

SHAPE, CHUNKS = (5, 31, 45), (2, 13, 20)
LARGE, LARGE_CHUNKS = (3, 300, 400), (3, 300, 400)  # chunks that are kept in planes
NAMES = ("time", "lat", "lon")


def axes(shape):
    return {"time": (np.arange(float(shape[0])), "days since 2000-01-01"),
            "lat": (np.linspace(-30, 30, shape[1]), "degrees_north"),
            "lon": (np.linspace(0, 80, shape[2]), "degrees_east")}


def values(random, shape):
    """{variable: (values, fill value, attributes)} that compress as data do: smooth, with noise."""
    rows = np.add.outer(np.add.outer(np.arange(shape[0]) * 3.0, np.sin(np.arange(shape[1]) / 5)),
                        np.cos(np.arange(shape[2]) / 7)) + random.normal(size=shape) / 50
    packed = np.round(rows * 100).astype("i2")
    single = rows.astype("f4")
    single[0, :5] = 1e20
    wide = rows.copy()
    wide[-1, -3:, -2:] = np.nan
    found = {"packed": (packed, -32768, {"scale_factor": 0.01, "add_offset": 5.0, "units": "K"}),
             "single": (single, 1e20, {"units": "m"}), "wide": (wide, np.nan, {"units": "1"})}
    if shape == SHAPE:
        for kind in ("i1", "u1", "u2", ">i2", "i4", "u4", ">f4", "i8", "u8"):
            scale = 10 if kind.endswith("1") else 100
            whole = np.abs(np.round(rows * scale)) if "u" in kind else rows * scale
            found[kind.replace(">", "big_")] = (whole.astype(kind), 7, {})
        found["noise"] = (random.integers(-2**31, 2**31, shape, dtype="i4"), -1, {})
    return found


def bitshuffle(block, compressor, *level):
    """Its settings but for the three that the filter adds itself."""
    return 32008, (block, compressor, *level)


def combinations():
    """{name: pipeline}: of (filter, settings) in the order of writing."""
    shuffle, deflate, fletcher = (2, ()), (1, (4,)), (3, ())
    lzf, bzip2, zstd, lz4 = (32000, ()), (307, (9,)), (32015, (3,)), (32004, (0,))
    found = {"lz4": [lz4], "shuffle_lz4": [shuffle, lz4], "lz4_of_small_blocks": [(32004, (512,))],
             "lzf": [lzf], "shuffle_lzf": [shuffle, lzf], "bzip2": [bzip2],
             "shuffle_bzip2": [shuffle, bzip2], "zstd": [zstd], "shuffle_zstd": [shuffle, zstd],
             "bitshuffle": [bitshuffle(0, 0)], "bitshuffle_of_64": [bitshuffle(64, 0)],
             "bitshuffle_lz4": [bitshuffle(0, 2)], "bitshuffle_lz4_of_64": [bitshuffle(64, 2)],
             "bitshuffle_zstd": [bitshuffle(0, 3, 5)],
             "bitshuffle_zstd_of_1024": [bitshuffle(1024, 3, 1)],
             "bitshuffle_deflate": [bitshuffle(0, 0), deflate],
             "bitshuffle_zstd_alone": [bitshuffle(0, 0), zstd],
             "shuffle_bitshuffle_lz4": [shuffle, bitshuffle(0, 2)],
             "fletcher_lz4": [fletcher, lz4], "lz4_fletcher": [lz4, fletcher],
             "lz4_deflate": [lz4, deflate], "deflate_lz4": [deflate, lz4],
             "shuffle_lzf_fletcher": [shuffle, lzf, fletcher]}
    for name in ("blosclz", "lz4", "lz4hc", "zlib", "zstd"):
        for shuffling in (0, 1, 2):
            options = hdf5plugin.Blosc(cname=name, clevel=5, shuffle=shuffling)
            found[f"blosc_{name}_{shuffling}"] = [(32001, tuple(options.filter_options))]
    return found


def create(file, name, content, fill, chunks, pipeline, largest=None):
    """A dataset by the low level of h5py, which takes any filters in any order."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk(chunks)
    properties.set_fill_value(np.array(fill, content.dtype))
    for identifier, settings in pipeline:
        if identifier == 2:
            properties.set_shuffle()
        elif identifier == 1:
            properties.set_deflate(*settings)
        elif identifier == 3:
            properties.set_fletcher32()
        else:
            properties.set_filter(identifier, h5py.h5z.FLAG_OPTIONAL, settings)
    space = h5py.h5s.create_simple(content.shape, largest)
    made = h5py.h5d.create(file.id, name.encode(), h5py.h5t.py_create(content.dtype), space,
                           properties)
    return h5py.Dataset(made)


def write(path, data, shape, chunks, pipeline, masked=False):
    with h5py.File(path, "w", libver=("v110", "v110") if masked else None) as file:
        scales = {}
        file.attrs["Conventions"] = "CF-1.8"
        for name, (content, units) in axes(shape).items():
            scales[name] = create(file, name, content, 0, content.shape, pipeline)
            scales[name][...] = content
            scales[name].attrs["units"] = units
            scales[name].make_scale(name)
        for name, (content, fill, attributes) in data.items():
            dataset = create(file, name, content, fill, chunks, pipeline)
            for start in range(0, shape[0], chunks[0]):  # but for one chunk
                rows = slice(start, start + chunks[0])
                last = start + chunks[0] >= shape[0] and shape == SHAPE
                dataset[rows, :chunks[1] if last else None] = content[
                    rows, :chunks[1] if last else None]
            if masked:
                leave_out(dataset, content, pipeline)
            dataset.attrs["_FillValue"] = np.array([fill], content.dtype)
            for key, value in attributes.items():
                dataset.attrs[key] = value
            for place, dimension in enumerate(NAMES):
                dataset.dims[place].attach_scale(scales[dimension])


def leave_out(dataset, content, pipeline):
    """Writes the first chunk again, with none of the filters."""
    raw = np.ascontiguousarray(content[tuple(slice(0, c) for c in CHUNKS)])
    dataset.id.write_direct_chunk((0, 0, 0), raw.tobytes(), filter_mask=(1 << len(pipeline)) - 1)


class Written:
    """A file, and its fields as h5py reads them."""

    def __init__(self, folder, name, data, pipeline, shape=SHAPE, chunks=CHUNKS, masked=False):
        self.name, self.shape = name, shape
        path = os.path.join(folder, name + ".nc")
        write(path, data, shape, chunks, pipeline, masked)
        with h5py.File(path) as file:
            self.fields = {n: file[n][...] for n in data}
        untouched = {n: same(self.fields[n][:2], content[:2]) for n, (content, _, _) in data.items()}
        self.problem = None if all(untouched.values()) else f"h5py reads others: {untouched}"


def wait_for_all(server, names, seconds=120):
    """A server answers before it has looked into every file: until these are published."""
    end = time.time() + seconds
    while True:
        missing = set(names) - set(wcs.coverage_ids(server))
        if not missing or time.time() > end:
            return missing
        time.sleep(0.5)


def not_read(folder, data):
    """{file: words of the reason} of what is left out."""
    few = {"single": data["single"]}
    told = {}
    for name, options, words in (
            ("zfp", hdf5plugin.Zfp(), "ZFP (HDF5's filter 32013)"),
            ("blosc2", hdf5plugin.Blosc2(), "Blosc2 (HDF5's filter 32026)"),
            ("sz3", hdf5plugin.SZ3(absolute=0.1), "SZ3 (HDF5's filter 32024)")):
        write(os.path.join(folder, name + ".nc"), few, SHAPE, CHUNKS, [])
        with h5py.File(os.path.join(folder, name + ".nc"), "a") as file:
            made = file.create_dataset("lossy", data=data["single"][0], chunks=CHUNKS, **options)
            for place, dimension in enumerate(NAMES):
                made.dims[place].attach_scale(file[dimension])
            made.attrs["units"] = "m"
        told[name] = ("lossy", words)
    path = os.path.join(folder, "booleans.nc")
    write(path, {}, SHAPE, CHUNKS, [])
    with h5py.File(path, "a") as file:
        made = file.create_dataset("ice", data=data["single"][0] > 0)
        for place, dimension in enumerate(NAMES):
            made.dims[place].attach_scale(file[dimension])
    told["booleans"] = ("ice", "an enumeration")
    return told


def check_told(server, report, folder, told):
    build = os.environ.get("GYRE_BUILD", os.path.join(ROOT, "build", "release"))
    described = subprocess.run([os.path.join(build, "bin", "gyre"), "describe", folder],
                               capture_output=True, text=True, timeout=300, check=False).stdout
    status = server.get("/status.json").text
    for name, (variable, words) in told.items():
        lines = [line for line in described.splitlines() if variable in line and words in line]
        report.count(name, "gyre describe", None if lines else f"does not say {words!r}")
        report.count(name, "status", None if words in status else f"does not say {words!r}")
        if variable == "ice":
            wrong = [line for line in described.splitlines() if "horizontal axes" in line]
            report.count(name, "gyre describe", f"says {wrong}" if wrong else None)
            continue
        fields = wcs.describe(server, name).fields
        report.count(name, "fields", None if fields == ["single"] else f"{fields}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=6, help="of each field of each file")
    parser.add_argument("--keep", help="folder for the files, to look at")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, h5py {h5py.__version__}, hdf5plugin {hdf5plugin.version}")
    random = np.random.default_rng(arguments.seed)
    folder = arguments.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    report = Report()
    try:
        data, large = values(random, SHAPE), values(random, LARGE)
        files = []
        for name, pipeline in combinations().items():
            files.append(Written(folder, name, data, pipeline))
            files.append(Written(folder, name + "_large", large, pipeline, LARGE, LARGE_CHUNKS))
            if not any(identifier == 3 for identifier, _ in pipeline):
                files.append(Written(folder, name + "_masked", data, pipeline, masked=True))
        told = not_read(folder, data)
        print(f"{len(files)} files")
        with Server(folder) as server:
            published = [w.name for w in files] + [n for n in told if n != "booleans"]
            missing = wait_for_all(server, published)
            report.count("all", "published", f"not published: {missing}" if missing else None)
            for written in files:
                report.count(written.name, "written", written.problem)
                for field in written.fields:
                    ask(server, report, written, axes(written.shape), field, random,
                        arguments.requests)
            check_told(server, report, folder, told)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

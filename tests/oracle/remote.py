#!/usr/bin/env python3
"""Stores made from NetCDF files, and tables of references to them: here, over HTTP, over S3.

    tests/oracle/remote.py [--seed N] [--requests 4] [--virtualizarr PYTHON] [--keep DIR]

Twelve combinations of Zarr version, codec, shards and zip, and references by kerchunk (and by
VirtualiZarr, where PYTHON has it) to NetCDF-4 and classic files. Random boxes asked of WCS must have
the bits that netCDF4 reads in the originals, wherever the stores lie. A server of our own counts
what is asked of it: nothing of metadata once a store is known, one range a chunk, many at a time.
Servers that sleep, fail, ignore ranges or cut answers short, and stores that are damaged or replaced,
must give the right values or an error, and hold up nobody else.
"""
import argparse
import base64
import concurrent.futures
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings

import netCDF4
import numcodecs
import numpy as np
import zarr
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec, ZstdCodec
from zarr.codecs.sharding import ShardingCodecIndexLocation

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.far import S3, RangeServer  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

SHAPE, CHUNKS, SHARDS = (6, 40, 48), (2, 5, 6), (2, 20, 24)
NAMES = ("time", "lat", "lon")
FIELDS = ("packed", "single", "wide", "count")


# ---- the originals -------------------------------------------------------------------------------

def make_original(path, random, kind, days=SHAPE[0]):
    """One NetCDF file: nc4 with shuffle and deflate, nc4f with fletcher32 as well, or classic."""
    classic = kind == "classic"
    shape = (days, *SHAPE[1:])
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC" if classic else "NETCDF4") as file:
        file.Conventions = "CF-1.8"
        for name, size in zip(NAMES, shape):
            file.createDimension(name, None if classic and name == "time" else size)
        for name, values, units in (
                ("time", np.arange(float(days)), "days since 2000-01-01"),
                ("lat", np.linspace(-39, 39, 40), "degrees_north"),
                ("lon", np.linspace(0, 94, 48), "degrees_east")):
            variable = file.createVariable(name, "f8", (name,))
            variable.units = units
            variable[:] = values
        how = {} if classic else {"zlib": True, "shuffle": True, "chunksizes": CHUNKS,
                                  "fletcher32": kind == "nc4f"}
        packed = random.integers(-32767, 32767, shape).astype("i2")
        packed[:2, :5, :6] = -32768
        single = random.normal(size=shape).astype("f4")
        single[random.random(shape) < .1] = 1e20
        contents = {"packed": (packed, -32768), "single": (single, 1e20),
                    "wide": (random.normal(size=shape), None),
                    "count": (random.integers(-2**31, 2**31 - 1, shape).astype("i4"), None)}
        for name, (values, fill) in contents.items():
            more = {} if fill is None else {"fill_value": values.dtype.type(fill)}
            variable = file.createVariable(name, values.dtype, NAMES, **how, **more)
            variable.units = "K"
            if name == "packed":
                variable.scale_factor, variable.add_offset = .01, 5.0
            variable.set_auto_maskandscale(False)
            variable[:] = values
    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        return {name: np.asarray(file[name][...]) for name in (*NAMES, *FIELDS)}


# ---- stores of them ------------------------------------------------------------------------------

def write_store(path, values, version, zipped=False, **how):
    store = zarr.storage.ZipStore(path, mode="w") if zipped else path
    root = zarr.create_group(store, zarr_format=version, attributes={"Conventions": "CF-1.8"})
    units = {"time": "days since 2000-01-01", "lat": "degrees_north", "lon": "degrees_east"}
    # Told its serializer, zarr-python 3.0 cannot leave out chunks of a shard that are all fill.
    fills = {} if "serializer" in how else {"packed": -32768, "single": 1e20}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in values.items():
            names = NAMES if name in FIELDS else (name,)
            more = {k: v(content.dtype) if callable(v) else v for k, v in how.items()}
            more = {k: v for k, v in more.items() if v is not None} if name in FIELDS else {}
            attributes = {"units": units.get(name, "K")}
            if name == "packed":
                attributes |= {"scale_factor": .01, "add_offset": 5.0}
            if version == 2:
                attributes["_ARRAY_DIMENSIONS"] = list(names)
            else:
                more["dimension_names"] = names
            if name in FIELDS:
                more.setdefault("chunks", CHUNKS)
                if "serializer" in more:
                    more["chunks"] = SHARDS
            array = root.create_array(name, shape=content.shape, dtype=content.dtype,
                                      fill_value=fills.get(name, 0), attributes=attributes, **more)
            array[...] = content
        zarr.consolidate_metadata(store, zarr_format=version)
    if zipped:
        store.close()


def combinations():
    """{name: (version, zipped, how)}"""
    codecs = numcodecs
    start = ShardingCodec(chunk_shape=CHUNKS, codecs=[BytesCodec(), ZstdCodec(), Crc32cCodec()],
                          index_location=ShardingCodecIndexLocation.start)
    return {
        "v2_blosc_lz4": (2, False, {"compressors": codecs.Blosc("lz4", 5, 1)}),
        "v2_zstd": (2, False, {"compressors": codecs.Zstd(3)}),
        "v2_gzip": (2, False, {"compressors": codecs.GZip(3)}),
        "v2_lz4_shuffle": (2, False, {"compressors": codecs.LZ4(),
                                      "filters": lambda d: [codecs.Shuffle(d.itemsize)]}),
        "v2_delta_zlib": (2, False, {"compressors": codecs.Zlib(3), "filters": lambda d: [
            codecs.Delta(d.str)] if d.kind in "iu" else []}),
        "v2_bz2_zip": (2, True, {"compressors": codecs.BZ2(3)}),
        "v3_zstd": (3, False, {"compressors": ZstdCodec(checksum=True)}),
        "v3_blosc_lz4": (3, False, {"compressors": BloscCodec(cname="lz4", shuffle="bitshuffle")}),
        "v3_gzip_crc32c": (3, False, {"compressors": [GzipCodec(), Crc32cCodec()]}),
        "v3_shards": (3, False, {"shards": SHARDS, "compressors": [ZstdCodec(), Crc32cCodec()]}),
        "v3_shards_start": (3, False, {"serializer": start, "compressors": None}),
        "v3_shards_zip": (3, True, {"shards": SHARDS, "compressors": BloscCodec(cname="zstd")})}


# ---- tables of references ------------------------------------------------------------------------

def kerchunk_of(path, classic=False):
    """As kerchunk makes it, which refuses fletcher32; here it is told numcodecs' name for it."""
    import kerchunk.hdf
    import kerchunk.netCDF3
    if classic:
        return kerchunk.netCDF3.NetCDF3ToZarr(path, inline_threshold=100).translate()

    class WithChecksums(kerchunk.hdf.SingleHdf5ToZarr):
        def _decode_filters(self, dataset):
            made = {1: lambda s: numcodecs.Zlib(s[0]), 3: lambda _: numcodecs.Fletcher32(),
                    2: lambda _: numcodecs.Shuffle(dataset.dtype.itemsize)}
            pipeline = dataset.id.get_create_plist()
            all_of = [pipeline.get_filter(i) for i in range(pipeline.get_nfilters())]
            return [made[number](setting) for number, _, setting, _ in all_of]

    with netCDF4.Dataset(path) as file:
        checked = any(file[f].filters()["fletcher32"] for f in FIELDS)
    maker = WithChecksums if checked else kerchunk.hdf.SingleHdf5ToZarr
    table = maker(path, inline_threshold=0 if checked else 100, error="raise").translate()
    for key, value in table["refs"].items():
        if checked and isinstance(value, list) and key.split("/")[0] in FIELDS:
            value[2] += 4  # kerchunk takes the checksum for the last bytes, which it is not here
    return table


def relative(references, folder):
    """References to files in the table's own folder, by their names: they may be copied along."""
    for key, value in references["refs"].items():
        if isinstance(value, list):
            value[0] = os.path.relpath(value[0].removeprefix("file://"), folder)
    return references


def write_references(folder, files, virtualizarr):
    """{name: file of values}; a table for each NetCDF file."""
    made = {}

    def write(name, references, of):
        text = json.dumps(references).encode()
        if name.endswith(".zst"):
            text = numcodecs.Zstd(3).encode(text)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(text)
        made[name] = of

    for kind, path in files.items():
        table = relative(kerchunk_of(path, kind == "classic"), folder)
        write(f"kerchunk_{kind}.json", table, kind)
    write("kerchunk_packed.json.zst", table, "classic")
    write("kerchunk_v0.json", table["refs"], "classic")
    # Templates, and generated keys: what large tables are shortened by.
    short = json.loads(json.dumps(table))
    short["templates"] = {"u": os.path.basename(files["classic"]), "f": "{{n}}.nc"}
    generated = sorted(k for k in short["refs"] if k.startswith("count/") and k[-1].isdigit())
    places = [short["refs"].pop(k) for k in generated]
    step = places[1][1] - places[0][1]
    short["gen"] = [{"key": "count/{{i}}.0.0", "url": "{{f(n='classic')}}",
                     "offset": "{{%d + i * %d}}" % (places[0][1], step), "length": str(places[0][2]),
                     "dimensions": {"i": {"stop": len(places)}}}]
    for key, value in short["refs"].items():
        if isinstance(value, list):
            value[0] = "{{u}}"
        elif key == "lat/0" and not value.startswith("base64:"):
            short["refs"][key] = "base64:" + base64.b64encode(value.encode()).decode()
    write("kerchunk_templates.json", short, "classic")
    if virtualizarr:
        program = ("import sys,warnings;warnings.simplefilter('ignore');"
                   "from virtualizarr import open_virtual_dataset as o;"
                   "from virtualizarr.readers import HDFVirtualBackend as B;"
                   "o(sys.argv[1],indexes={},backend=B).virtualize.to_kerchunk("
                   "sys.argv[2],format='json')")
        target = os.path.join(folder, "virtualizarr_nc4.json")
        subprocess.run([virtualizarr, "-W", "ignore", "-c", program, files["nc4"], target], check=True,
                       env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
        with open(target, encoding="utf-8") as file:
            table = json.load(file)
        write("virtualizarr_nc4.json", relative(table, folder), "nc4")
    return made


# ---- asking --------------------------------------------------------------------------------------

def unpacked_by(table, raw):
    """VirtualiZarr makes a filter of scale_factor and add_offset: what numcodecs makes of it."""
    filters = json.loads(table["refs"]["packed/.zarray"])["filters"]
    return numcodecs.get_codec(filters[0]).decode(np.ascontiguousarray(raw)).reshape(raw.shape)


def some_box(random, values, widest=None):
    subsets, slices = [], []
    for label in NAMES:
        low, high = sorted(random.integers(values[label].size, size=2))
        high = min(high, low + widest - 1) if widest else high
        slices.append(slice(low, high + 1))
        at = [f'"{np.datetime64("2000-01-01") + int(k)}T00:00:00Z"' if label == "time" else repr(float(values[label][k]))
              for k in (low, high)]
        subsets.append(f"{label}({at[0]},{at[1]})")
    return subsets, tuple(slices)


def values_of(answer, field):
    with netCDF4.Dataset("answer", memory=answer.content) as file:
        file.set_auto_maskandscale(False)
        return np.asarray(file[field][...])


def problem_of(answer, field, wanted):
    if answer.status_code != 200:
        return f"status {answer.status_code}: {wcs.exception_of(answer)}"
    found = values_of(answer, field).reshape(wanted.shape)
    native = [np.ascontiguousarray(v, v.dtype.newbyteorder("=")) for v in (found, wanted)]
    if native[0].dtype != native[1].dtype:
        return f"type {native[0].dtype}, expected {native[1].dtype}"
    return None if native[0].tobytes() == native[1].tobytes() else "other values"


def compare(server, report, subject, kind, name, values, random, count):
    for field in FIELDS:
        for _ in range(count):
            subsets, slices = some_box(random, values)
            answer = wcs.get_coverage(server, wcs.dataset_id(name.removesuffix(".zst")), subsets,
                                      [field])
            report.count(subject, kind, problem_of(answer, field, values[field][slices]), answer.url)


class Configured:
    """A server of the given roots, and of nothing else."""

    def __init__(self, folder, roots, more="", state=None):
        self.empty = os.path.join(folder, "empty")
        os.makedirs(self.empty, exist_ok=True)
        handle, self.config = tempfile.mkstemp(suffix=".yaml", dir=folder)
        listed = "".join(f'\n    - "{root}"' for root in roots)
        with os.fdopen(handle, "w") as file:
            file.write(f"archive:\n  roots:{listed}\n{more}")
        options = ["--config", self.config] + (["--state", state] if state else [])
        self.server = Server(self.empty, options)

    def __enter__(self):
        self.server.__enter__()
        self.wait_for_all()
        return self.server

    def wait_for_all(self, seconds=60):
        """What is far is published when it was looked at."""
        end, before = time.time() + seconds, -1
        while time.time() < end:
            now = len(wcs.coverage_ids(self.server)) if self.ready() else 0
            if now == before and now > 0:
                return
            before = now
            time.sleep(1)

    def ready(self):
        return self.server.get("/healthz").status_code == 200

    def __exit__(self, *how):
        self.server.__exit__(*how)


def chunks_of(slices):
    """(t, y, x) of the chunks a box touches."""
    ranges = [range(s.start // c, (s.stop - 1) // c + 1) for s, c in zip(slices, CHUNKS)]
    return [(t, y, x) for t in ranges[0] for y in ranges[1] for x in ranges[2]]


def count_requests(base, report, random):
    """Nothing of metadata, one request a chunk that is not kept yet, many at a time."""
    folder, state = os.path.join(base, "counted"), os.path.join(base, "state")
    os.makedirs(folder, exist_ok=True)
    values = make_original(os.path.join(folder, "nc4.nc"), random, "nc4", 120)
    for name in ("v3_zstd", "v3_shards"):
        version, zipped, how = combinations()[name]
        write_store(os.path.join(folder, name + ".zarr"), values, version, zipped, **how)
    with open(os.path.join(folder, "kerchunk_nc4.json"), "w", encoding="utf-8") as file:
        json.dump(relative(kerchunk_of(os.path.join(folder, "nc4.nc")), folder), file)
    with RangeServer(folder) as http:
        roots = [f"{http.base}/{name}" for name in ("v3_zstd.zarr", "v3_shards.zarr",
                                                    "kerchunk_nc4.json")]
        http.delay = 0.02
        seen = set()
        for run in ("first", "again"):
            with Configured(folder, roots, state=state) as server:
                asked = http.reset()
                seen |= {(path, part) for method, path, part in asked if method == "GET"}
                if run == "again":
                    documents = [a for a in asked if a[0] == "GET"]
                    report.count("counting", "nothing fetched again after a restart",
                                 f"{documents[:5]}" if documents else None)
                for name in ("v3_zstd", "v3_shards", "kerchunk_nc4"):
                    for field in ("wide", "single", "count"):
                        subsets, slices = some_box(random, values, widest=24)
                        answer = wcs.get_coverage(server, name, subsets, [field])
                        at_once = http.most_at_once
                        asked = http.reset()
                        report.count("counting", "values", problem_of(
                            answer, field, values[field][slices]), answer.url)
                        metadata = [a for a in asked if a[0] == "HEAD" or a[1].endswith(
                            (".zarray", ".zattrs", ".zgroup", ".zmetadata", "zarr.json"))]
                        report.count("counting", "no requests for metadata",
                                     f"{metadata[:3]}" if metadata else None, answer.url)
                        touched = chunks_of(slices)
                        indexes = [a for a in asked if (a[2] or "").startswith("bytes=-")]
                        data = [a for a in asked if a not in indexes and a not in metadata]
                        shards = {(t // (SHARDS[0] // CHUNKS[0]), y // 4, x // 4)
                                  for t, y, x in touched}
                        problem = None
                        if len(data) > len(touched) or len(set(data)) != len(data):
                            problem = f"{len(data)} requests for {len(touched)} chunks"
                        if name == "v3_zstd":
                            expected = {f"v3_zstd.zarr/{field}/c/{t}/{y}/{x}" for t, y, x in touched}
                            expected -= {path for path, _ in seen}
                            if {path for _, path, _ in data} != expected:
                                problem = f"{len(data)} requests, {len(expected)} expected"
                        if len(indexes) > len(shards):
                            problem = f"{len(indexes)} indexes of {len(shards)} shards"
                        report.count("counting", "a request a chunk", problem, answer.url)
                        seen |= {(path, part) for _, path, part in data}
                        if len(data) >= 4:
                            report.count("counting", "in parallel", None if at_once >= min(
                                6, len(data) // 2) else f"{at_once} of {len(data)} at once")
                        answer = wcs.get_coverage(server, name, subsets, [field])
                        left = http.reset()
                        report.count("counting", "kept", f"{left[:3]}" if left else None, answer.url)


def hold_up_nobody(folder, report, values, random):
    """A server that sleeps: what is local is answered as if it were not there."""
    local = os.path.join(folder, "local")
    os.makedirs(local, exist_ok=True)
    shutil.copy(os.path.join(folder, "nc4.nc"), os.path.join(local, "here.nc"))
    with RangeServer(folder) as http, RangeServer(folder) as dead, socket.socket() as closed:
        dead.mode = "sleep"
        closed.bind(("127.0.0.1", 0))
        roots = [local, f"{http.base}/v3_zstd.zarr", f"{dead.base}/v2_zstd.zarr",
                 f"http://127.0.0.1:{closed.getsockname()[1]}/x.zarr"]
        started = time.time()
        with Configured(folder, roots, "remote: {recheck_s: 1}\n") as server:
            took = time.time() - started
            report.count("slow", "starting", None if took < 25 else f"took {took:.0f} s")
            ids = wcs.coverage_ids(server)
            report.count("slow", "published", None if set(ids) >= {"here", "v3_zstd"} else f"{ids}")
            http.mode = "sleep"

            def far(seed):
                box = some_box(np.random.default_rng(seed), values)[0]
                return wcs.get_coverage(server, "v3_zstd", box, ["wide"]).status_code

            with concurrent.futures.ThreadPoolExecutor(80) as pool:
                asked = [pool.submit(far, seed) for seed in range(80)]
                time.sleep(1)
                slowest = 0
                for _ in range(25):
                    subsets, slices = some_box(random, values)
                    begin = time.time()
                    answer = wcs.get_coverage(server, "here", subsets, ["wide"])
                    slowest = max(slowest, time.time() - begin)
                    report.count("slow", "local values", problem_of(
                        answer, "wide", values["wide"][slices]), answer.url)
                report.count("slow", "local latency",
                             None if slowest < 2 else f"{slowest:.1f} s beside a sleeping server")
                codes = {one.result() for one in asked}
            report.count("slow", "honest", None if codes <= {200, 503} else f"status {codes}")
            http.mode = None
            time.sleep(12)  # it is left alone for ten seconds after it failed
            subsets, slices = some_box(random, values)
            answer = wcs.get_coverage(server, "v3_zstd", subsets, ["wide"])
            report.count("slow", "back again", problem_of(answer, "wide", values["wide"][slices]),
                         answer.url)


def bad_servers(folder, report, values, random):
    """Servers that misbehave after indexing: the right values or an error."""
    names = ("v3_zstd.zarr", "v3_shards.zarr", "kerchunk_nc4.json", "v3_shards_zip.zarr.zip")
    for mode in ("flaky", "plain", "cut", "fail"):
        with RangeServer(folder) as http, Configured(
                folder, [f"{http.base}/{n}" for n in names]) as server:
            http.mode = mode
            for name in names:
                subsets, slices = some_box(random, values, 12)
                answer = wcs.get_coverage(server, wcs.dataset_id(name), subsets, ["wide"])
                problem = problem_of(answer, "wide", values["wide"][slices])
                must_work = mode in ("flaky", "plain")
                if not must_work and answer.status_code in (500, 503):
                    problem = None
                report.count(f"server: {mode}", "values or error", problem, answer.url)


def damaged_stores(folder, report, values, random):
    """Bytes flipped and files cut, where checksums tell: the right values or an error."""
    for name in ("v3_zstd.zarr", "v3_gzip_crc32c.zarr", "v3_shards.zarr", "kerchunk_nc4f.json"):
        copy = os.path.join(folder, "damaged")
        shutil.rmtree(copy, ignore_errors=True)
        os.makedirs(copy)
        source = os.path.join(folder, name)
        if name.endswith(".json"):
            shutil.copy(source, copy)
            shutil.copy(os.path.join(folder, "nc4f.nc"), copy)
            files = [os.path.join(copy, "nc4f.nc")]
        else:
            shutil.copytree(source, os.path.join(copy, name))
            files = [os.path.join(place, one) for place, _, ones in os.walk(copy) for one in ones
                     if "/wide/" in place + "/" and one != "zarr.json"]
        for number, path in enumerate(files):
            with open(path, "r+b") as file:
                size = os.path.getsize(path)
                if number % 3 == 2:
                    file.truncate(int(random.integers(size)))
                    continue
                # of a NetCDF file its second half: data
                for at in random.integers(size // 2 if len(files) == 1 else 0, size,
                                          size=400 if len(files) == 1 else 2):
                    file.seek(int(at))
                    old = file.read(1)[0]
                    file.seek(int(at))
                    file.write(bytes([old ^ (1 << int(random.integers(8)))]))
        with RangeServer(copy) as http:
            for where, roots in (("here", [copy]), ("http", [f"{http.base}/{name}"])):
                with Configured(folder, roots) as server:
                    refused = 0
                    truth = values["nc4f" if name.endswith(".json") else "nc4"]
                    for _ in range(12):
                        subsets, slices = some_box(random, truth, 8)
                        answer = wcs.get_coverage(server, wcs.dataset_id(name), subsets, ["wide"])
                        problem = problem_of(answer, "wide", truth["wide"][slices])
                        if answer.status_code in (500, 503):
                            problem, refused = None, refused + 1
                        report.count(f"damaged {name}", where, problem, answer.url)
                    report.count(f"damaged {name}", f"{where}: noticed",
                                 None if refused else "never refused")


def replaced(folder, report, values, random):
    """An original that is replaced behind its references is noticed, here and far away."""
    copy = os.path.join(folder, "replaced")
    for where in ("here", "http"):
        shutil.rmtree(copy, ignore_errors=True)
        os.makedirs(copy)
        for name in ("kerchunk_nc4.json", "nc4.nc"):
            shutil.copy(os.path.join(folder, name), copy)
        with RangeServer(copy) as http, Configured(folder, [
                copy + "/kerchunk_nc4.json" if where == "here"
                else f"{http.base}/kerchunk_nc4.json"]) as server:
            subsets, slices = some_box(random, values, 4)
            answer = wcs.get_coverage(server, "kerchunk_nc4", subsets, ["wide"])
            report.count("replaced", where, problem_of(answer, "wide", values["wide"][slices]))
            target = os.path.join(copy, "nc4.nc")
            make_original(target + ".new", np.random.default_rng(99), "nc4")
            os.replace(target + ".new", target)
            for _ in range(6):
                subsets, slices = some_box(random, values)
                answer = wcs.get_coverage(server, "kerchunk_nc4", subsets, ["count"])
                problem = problem_of(answer, "count", values["count"][slices])
                report.count("replaced", f"{where} afterwards",
                             None if answer.status_code == 503 else problem, answer.url)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=4, help="of each field of each store")
    parser.add_argument("--virtualizarr", help="a Python that has VirtualiZarr")
    parser.add_argument("--only", help="some of: here,http,s3,counting,slow,servers,damaged,"
                                       "replaced")
    parser.add_argument("--keep", help="folder for the stores, to look at")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, zarr-python {zarr.__version__}, numcodecs {numcodecs.__version__}")
    random = np.random.default_rng(arguments.seed)
    base = arguments.keep or tempfile.mkdtemp()
    folder, work = os.path.join(base, "data"), os.path.join(base, "work")
    os.makedirs(folder, exist_ok=True)
    os.makedirs(work, exist_ok=True)
    wanted = lambda step: not arguments.only or step in arguments.only.split(",")
    report = Report()
    try:
        files = {kind: os.path.join(folder, kind + ".nc") for kind in ("nc4", "nc4f", "classic")}
        values = {kind: make_original(path, random, kind) for kind, path in files.items()}
        kinds = {}  # by name of the store
        for name, (version, zipped, how) in combinations().items():
            store = name + (".zarr.zip" if zipped else ".zarr")
            write_store(os.path.join(folder, store), values["nc4"], version, zipped, **how)
            kinds[store] = "nc4"
        kinds |= write_references(folder, files, arguments.virtualizarr)
        if arguments.virtualizarr:
            with open(os.path.join(folder, "virtualizarr_nc4.json"), encoding="utf-8") as file:
                values["unpacked"] = values["nc4"] | {
                    "packed": unpacked_by(json.load(file), values["nc4"]["packed"])}
            kinds["virtualizarr_nc4.json"] = "unpacked"
        kinds |= {kind + ".nc": kind for kind in ("nc4", "classic")}
        print(f"{len(kinds)} stores, tables and files")

        def compare_all(server, where):
            for name, kind in kinds.items():
                compare(server, report, name, where, name, values[kind], random,
                        arguments.requests)

        if wanted("here"):
            with Server(folder) as server:
                compare_all(server, "here")
        if wanted("http"):
            with RangeServer(folder) as http, Configured(
                    work, [f"{http.base}/{name}" for name in kinds]) as server:
                compare_all(server, "http")
        if wanted("s3"):
            with S3(folder) as s3:
                secret = os.path.join(work, "secret")
                with open(secret, "w", encoding="utf-8") as file:
                    file.write(s3.secret + "\n")
                os.chmod(secret, 0o600)
                store = (f'stores:\n  moto: {{url: "s3://data", endpoint: "{s3.endpoint}", '
                         f'access_key: {s3.key}, secret_key_file: "{secret}"}}\n')
                with Configured(work, [f"s3://data/{name}" for name in kinds], store) as server:
                    compare_all(server, "s3")
                    report.count("s3", "no secret is told", "the secret is in the log" if s3.secret
                                 in server.errors() else None)
                with Configured(work, ["s3://data/v3_*.zarr"], store) as server:
                    ids = set(wcs.coverage_ids(server))
                    expected = {n.removesuffix(".zarr") for n in kinds
                                if n.startswith("v3_") and n.endswith(".zarr")}
                    report.count("s3", "a pattern", None if ids == expected else f"{ids}")
        if wanted("counting"):
            count_requests(work, report, random)
        if wanted("slow"):
            hold_up_nobody(folder, report, values["nc4"], random)
        if wanted("servers"):
            bad_servers(folder, report, values["nc4"], random)
        if wanted("damaged"):
            damaged_stores(folder, report, values, random)
        if wanted("replaced"):
            replaced(folder, report, values["nc4"], random)
    finally:
        if not arguments.keep:
            shutil.rmtree(base, ignore_errors=True)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""OPeNDAP: what a server offers, against the files behind it and against netCDF-C's own client.

    tests/oracle/opendap.py [--data FOLDER] [--seed N] [--requests 4]

NetCDF files (some made here, some of FOLDER) are served by pydap, as arrays and as Grids, beside the
same files on disk: whole answers of WCS must be the same, types, dimensions, attributes and values;
so must random boxes. netCDF-C opens the same addresses: what it shows must be in the answers. A
server that stops in the middle of an answer holds up nobody who writes NetCDF.
"""
import argparse
import concurrent.futures
import os
import shutil
import sys
import tempfile
import time

import netCDF4
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.dap import DapServer, dataset_of, plain  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from remote import Configured, problem_of, values_of  # noqa: E402

LARGE = (5, 600, 1000)
REAL = ("coads_sst.nc", "latdecreasing.nc", "scale_offset.nc", "members.nc",
        "ostia_monthly.nc", "irregular_1d.nc", "tas_canesm2.nc", "rotated_pole.nc")
# What a server writes anew, or may name after itself.
OURS = {"history", "Conventions", "coordinates", "grid_mapping", "bounds", "_NCProperties", "axis",
        "ancillary_variables", "formula_terms", "cell_methods", "standard_name", "calendar",
        "units", "title", "cell_measures"}


def make_file(path, random, shape, large=False):
    """Types and ways of packing; lat descends, time is float64."""
    with netCDF4.Dataset(path, "w", format="NETCDF4_CLASSIC") as file:
        file.Conventions, file.title = "CF-1.8", "made for a test"
        sizes = dict(zip(("time", "lat", "lon"), shape))
        for name, size in sizes.items():
            file.createDimension(name, size)
        for name, values, units in (
                ("time", np.arange(float(shape[0])) + .5, "days since 2000-01-01"),
                ("lat", np.linspace(60, -60, shape[1]), "degrees_north"),
                ("lon", np.linspace(0, 90, shape[2]), "degrees_east")):
            variable = file.createVariable(name, "f8", (name,))
            variable.units = units
            variable[:] = values
        kinds = {"single": ("f4", np.float32(1e20), {})} if large else {
            "packed": ("i2", np.int16(-32768), {"scale_factor": .01, "add_offset": 5.0}),
            "signed": ("i1", np.int8(-127), {}),
            "unsigned": ("i1", np.int8(-1), {"_Unsigned": "true"}),
            "single": ("f4", np.float32(1e20), {"missing_value": np.float32([-999, -888])}),
            "wide": ("f8", None, {"long_name": "no fill"}),
            "count": ("i4", np.int32(-1), {"valid_range": np.int32([0, 2**31 - 1])})}
        for name, (kind, fill, more) in kinds.items():
            variable = file.createVariable(name, kind, tuple(sizes),
                                           **({} if fill is None else {"fill_value": fill}))
            variable.units = "K"
            variable.setncatts(more)
            variable.set_auto_maskandscale(False)
            if kind[0] == "i":
                low, high = np.iinfo(kind).min, np.iinfo(kind).max
                values = random.integers(low, high, shape, endpoint=True).astype(kind)
            else:
                values = random.normal(size=shape).astype(kind)
            if fill is not None:
                values[random.random(shape) < .1] = fill
            variable[:] = values


def content_of(answer):
    """{name: (type, dimensions, attributes, bytes)} of a NetCDF answer."""
    with netCDF4.Dataset("answer", memory=answer.content) as file:
        file.set_auto_maskandscale(False)
        found = {"": (None, None, {k: file.getncattr(k) for k in file.ncattrs()}, b"")}
        for name, variable in file.variables.items():
            values = np.asarray(variable[...])
            found[name] = (str(variable.dtype), variable.dimensions,
                           {k: variable.getncattr(k) for k in variable.ncattrs()},
                           values.tobytes() if values.dtype != object else str(values).encode())
        return found


def same(a, b):
    """Equal values; numbers as pydap writes them, with six digits."""
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and plain(a.strip()) == plain(b.strip())
    a, b = np.atleast_1d(a), np.atleast_1d(b)
    return a.shape == b.shape and bool(np.allclose(a.astype(float), b.astype(float), rtol=1e-5,
                                                   equal_nan=True))


def difference(here, far):
    """What differs between two answers; None: nothing."""
    if here.keys() != far.keys():
        return f"variables {sorted(here.keys() ^ far.keys())}"
    for name, (kind, dims, attributes, values) in here.items():
        other = far[name]
        if kind == "int64":  # which DAP2 does not have
            kind, values = "int32", np.frombuffer(values, "i8").astype("i4").tobytes()
        if (kind, dims) != other[:2]:
            return f"{name}: {kind} {dims}, far {other[:2]}"
        for key in (attributes.keys() | other[2].keys()) - {"history", "id", "title"}:
            if key not in attributes or key not in other[2]:
                return f"{name}:{key} only {'here' if key in attributes else 'far'}"
            if not same(attributes[key], other[2][key]):
                return f"{name}:{key} {attributes[key]!r}, far {other[2][key]!r}"
        if values != other[3]:
            return f"{name}: other values"
    return None


def unlike_netcdf_c(address, fields, content, with_values):
    """What netCDF-C shows of the same server and the answer has otherwise."""
    with netCDF4.Dataset(address) as file:
        file.set_auto_maskandscale(False)
        for name in fields:
            if name not in file.variables or name not in content:
                continue
            variable = file[name]
            kind, dims, attributes, values = content[name]
            kept = tuple(d for d in variable.dimensions if d in dims)
            if str(variable.dtype) != kind or kept != dims:
                return f"{name}: {kind} {dims}, netCDF-C {variable.dtype} {variable.dimensions}"
            for key in set(variable.ncattrs()) - OURS:
                if key not in attributes or not same(attributes[key], variable.getncattr(key)):
                    return (f"{name}:{key} {attributes.get(key)!r}, "
                            f"netCDF-C {variable.getncattr(key)!r}")
            if with_values and np.asarray(variable[...]).astype(kind).tobytes() != values:
                return f"{name}: netCDF-C reads other values"
    return None


def some_box(random, path, field):
    """Subsets of random intervals of cells along axes that ascend or descend, and the cells."""
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        subsets, slices = [], []
        for label in file[field].dimensions:
            centres = file[label][:]
            low, high = sorted(int(k) for k in random.integers(centres.size, size=2))
            slices.append(slice(low, high + 1))
            at = sorted(float(centres[k]) for k in (low, high))
            if label == "time":
                start = np.datetime64("2000-01-01T00:00:00")
                texts = [f'"{start + np.timedelta64(round(v * 86400), "s")}Z"' for v in at]
            else:
                texts = [repr(v) for v in at]
            subsets.append(f"{label}({texts[0]},{texts[1]})")
        file.set_auto_maskandscale(False)
        return subsets, np.asarray(file[field][tuple(slices)])


def fields_of(path):
    with netCDF4.Dataset(path) as file:
        return [n for n, v in file.variables.items() if len(v.dimensions) > 1 and v.dtype.kind in "iuf"]


def published(server, wanted, seconds=60):
    """The ids, when all that are wanted are there: what is far is published when it was looked at."""
    end = time.time() + seconds
    while time.time() < end:
        ids = wcs.coverage_ids(server)
        if wanted <= set(ids):
            break
        time.sleep(.5)
    return ids


def store(server):
    return f'stores: {{dap: {{url: "{server.base}", opendap: true, timeout_s: 5}}}}\n'


def compare(folder, paths, report, random, count):
    """The files here and far, as arrays and as Grids."""
    datasets = {}
    for path in paths:
        stem = os.path.basename(path)[:-3]
        datasets[f"{stem}_arrays.nc"] = dataset_of(path)
        datasets[f"{stem}_grids.nc"] = dataset_of(path, grids=True)
    with DapServer(datasets) as dap, Configured(
            folder, paths + [f"{dap.base}/{name}" for name in datasets], store(dap)) as server:
        ids = published(server, {wcs.dataset_id(name) for name in datasets})
        for path in paths:
            stem = os.path.basename(path)[:-3]
            for kind in ("arrays", "grids"):
                far = f"{stem}_{kind}"
                # A file of one grid is one coverage; of several, their names follow the file's.
                of_file = [i for i in ids if (i == stem or i.startswith(stem + "."))]
                for one in of_file:
                    other = far + one[len(stem):]
                    if other not in ids:
                        report.count(stem, kind, f"'{other}' is not published")
                        continue
                    answers = [wcs.get_coverage(server, i, [], []) for i in (one, other)]
                    if [a.status_code for a in answers] != [200, 200]:
                        equal = answers[0].status_code == answers[1].status_code
                        report.count(stem, kind, None if equal else "status "
                                     f"{[a.status_code for a in answers]}", answers[1].url)
                        continue
                    here, there = (content_of(a) for a in answers)
                    report.count(stem, kind, difference(here, there), answers[1].url)
                    if one.endswith((".lonlat", ".vectors")):  # values made of those stored
                        continue
                    # Of a Grid beside scalars netCDF-C 4.9 reads what happened to lie in memory.
                    report.count(stem, f"{kind}: netCDF-C", unlike_netcdf_c(
                        f"{dap.base}/{far}.nc", fields_of(path), there, kind == "arrays"),
                        answers[1].url)
        for stem in ("small", "large"):
            path = os.path.join(folder, stem + ".nc")
            for kind in ("arrays", "grids"):
                for field in fields_of(path):
                    for _ in range(count):
                        subsets, wanted = some_box(random, path, field)
                        if field == "unsigned":
                            wanted = wanted.view("u1")
                        answer = wcs.get_coverage(server, f"{stem}_{kind}", subsets, [field])
                        if field == "unsigned" and answer.status_code == 200:
                            found = values_of(answer, field).view("u1").reshape(wanted.shape)
                            problem = None if np.array_equal(found, wanted) else "other values"
                        else:
                            problem = problem_of(answer, field, wanted)
                        report.count(f"{stem}_{kind}", "boxes", problem, answer.url)
        dap.reset()
        dap.patient = "single"  # who asks for one after the other does so however long that takes
        answer = wcs.get_coverage(server, "large_arrays", [], ["single"])
        dap.patient = None
        at_once, asked = dap.most_at_once, dap.reset()
        report.count("large", "in pieces", None if len(asked) >= 2 and at_once > 1 and
                     all(".dods?" in a for a in asked) else f"{at_once} at once of {asked}",
                     answer.url)
        print(f"large: {len(asked)} requests for {np.prod(LARGE) * 4 >> 20} MB, "
              f"{at_once} at once")


def hold_up_nobody(folder, report, random):
    """While a server stops in the middle of its answers, what is local is answered as ever."""
    path, large = (os.path.join(folder, name) for name in ("small.nc", "large.nc"))
    with DapServer({"far.nc": dataset_of(large)}) as dap, Configured(
            folder, [path, f"{dap.base}/far.nc"], store(dap)) as server:
        published(server, {"small", "far"})

        # The netCDF library knows no threads.
        boxes = [("small", "wide", *some_box(random, path, "wide")) for _ in range(80)]
        boxes += [("far", "single", *some_box(random, large, "single")) for _ in range(9)]

        def ask(number):
            coverage, field, subsets, wanted = boxes[number]
            begin = time.time()
            answer = wcs.get_coverage(server, coverage, subsets, [field])
            return answer, wanted, time.time() - begin

        def slowest(kind, first):
            took = []
            for number in range(first, first + 40):
                answer, wanted, seconds = ask(number)
                took.append(seconds)
                report.count("slow", kind, problem_of(answer, "wide", wanted), answer.url)
            return max(took), sum(took) / len(took)

        before = slowest("local values", 0)
        dap.mode = "sleep"
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            far = [pool.submit(ask, 80 + i) for i in range(8)]
            time.sleep(1)
            begin, waiting = time.time(), dap.running
            beside = slowest("local values beside", 40)
            lasted = time.time() - begin
            report.count("slow", "the server was waited for", None if waiting else "nobody waited")
            codes = {one.result()[0].status_code for one in far}
        print(f"local answers: at most {before[0] * 1e3:.0f} ms, {before[1] * 1e3:.0f} ms in the mean; "
              f"beside a server that stopped at most {beside[0] * 1e3:.0f} ms, "
              f"{beside[1] * 1e3:.0f} ms ({waiting} waited for it, for {lasted:.1f} s)")
        report.count("slow", "latency", None if beside[0] < max(1, 10 * before[0])
                     else f"{beside[0]:.1f} s beside a server that stopped")
        report.count("slow", "honest", None if codes <= {503} else f"status {codes}")
        dap.mode = None
        time.sleep(11)  # it is left alone for ten seconds after it failed
        answer, wanted, _ = ask(88)
        report.count("slow", "back again", problem_of(answer, "single", wanted), answer.url)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="a folder that may have the files of a reference collection")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=4, help="of each field of each dataset")
    parser.add_argument("--only", help="some of: compare,slow")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, netCDF-C {netCDF4.__netcdf4libversion__}")
    random = np.random.default_rng(arguments.seed)
    folder, report = tempfile.mkdtemp(), Report()
    wanted = lambda step: not arguments.only or step in arguments.only.split(",")
    try:
        paths = [os.path.join(folder, name + ".nc") for name in ("small", "large")]
        make_file(paths[0], random, (6, 20, 25))
        make_file(paths[1], random, LARGE, large=True)
        for name in REAL if arguments.data else ():
            path = os.path.join(arguments.data, name)
            if os.path.isfile(path):
                paths.append(path)
        if wanted("compare"):
            compare(folder, paths, report, random, arguments.requests)
        if wanted("slow"):
            hold_up_nobody(folder, report, random)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Gyre and MapServer 8 side by side on one generated file of 4320 x 2041 cells.

    tests/bench/side_by_side.py [--rounds 40] [--data FILE]

Needs cgi-mapserver and spawn-fcgi (tests/run --clients) and a release build. Both stand behind nginx
on this machine, are asked the same things in turn by one client, and warmed up before. Prints the
median and the 95th percentile in milliseconds, the bytes of an answer, and the ratio of medians.
No goal and no judgement: figures.
"""
import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import netCDF4
import numpy as np
import requests

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "oracle"))
sys.path.insert(0, HERE)
from gyre_oracle.server import ROOT, Server, free_port  # noqa: E402
from mapserver import MapServer  # noqa: E402

FIELD = "thetao"
EDGE = 20037508.342789244


def tiles(random, count):
    """Web-Mercator boxes of zoom 1 to 7."""
    for _ in range(count):
        zoom = int(random.integers(1, 8))
        size = 2 * EDGE / 2 ** zoom
        x, y = (int(random.integers(2 ** zoom)) for _ in range(2))
        yield [-EDGE + x * size, EDGE - (y + 1) * size, -EDGE + (x + 1) * size, EDGE - y * size]


def windows(random, count):
    """10 x 10 degrees, off the cell edges."""
    for _ in range(count):
        yield float(random.uniform(-175, 165)), float(random.uniform(-70, 75))


def questions(random, rounds, layer, coverage, subset_names, formats, step_axes):
    """(what, [parameters ...]) for one server."""
    lat, lon = subset_names
    common = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": layer,
              "STYLES": "", "CRS": "EPSG:3857", "WIDTH": 256, "HEIGHT": 256,
              "FORMAT": "image/png", "TRANSPARENT": "TRUE"}
    cover = {"SERVICE": "WCS", "VERSION": "2.0.1", "REQUEST": "GetCoverage",
             "COVERAGEID": coverage}
    places = list(windows(random, rounds))
    yield "map tile 256 x 256, EPSG:3857", "wms", [
        {**common, "BBOX": ",".join(map(str, box))} for box in tiles(random, rounds)]
    for name in ("GeoTIFF", "NetCDF"):
        yield f"10 x 10 degrees, {name}", "wcs", [
            {**cover, "FORMAT": formats[name], "SUBSET": [
                f"{lon}({x},{x + 10})", f"{lat}({y},{y + 10})", *step_axes]} for x, y in places]
    yield "WMS capabilities", "wms", [{"SERVICE": "WMS", "VERSION": "1.3.0",
                                       "REQUEST": "GetCapabilities"}] * rounds
    yield "WCS capabilities", "wcs", [{"SERVICE": "WCS", "REQUEST": "GetCapabilities",
                                       "ACCEPTVERSIONS": "2.0.1"}] * rounds


def measure(session, base, asked):
    """Milliseconds of each, and the median size; anything but an answer ends the run."""
    spent, sizes = [], []
    for parameters in asked:
        start = time.perf_counter()
        answer = session.get(base, params=parameters, timeout=120)
        spent.append(1000 * (time.perf_counter() - start))
        body = answer.content
        if answer.status_code != 200 or b"ExceptionReport" in body[:600]:
            raise RuntimeError(f"{answer.url}: {answer.status_code} {body[:400]!r}")
        sizes.append(len(body))
    return spent, statistics.median(sizes)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--data", help="a file made before by tests/data/forecast.py")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="gyre-bench-")
    path = os.path.join(scratch, "global.nc")
    if arguments.data:
        os.symlink(os.path.abspath(arguments.data), path)
    else:
        print("making 4320 x 2041 cells", flush=True)
        subprocess.run(["/usr/bin/python3", os.path.join(ROOT, "tests/data/forecast.py"), path,
                        "--step", repr(1 / 12), "--days", "1", "--depths", "1"], check=True)
    with netCDF4.Dataset(path) as nc:
        lat, lon = nc["latitude"][:].astype("f8"), nc["longitude"][:].astype("f8")
        nc[FIELD].set_auto_maskandscale(False)
        stored = nc[FIELD][0, 0]
        stored = stored[stored != -32767]
    half = (lat[1] - lat[0]) / 2
    extent = [lon[0] - half, lat[0] - half, lon[-1] + half, lat[-1] + half]
    print(f"{lon.size} x {lat.size} cells, {arguments.rounds} requests of each kind, seed "
          f"{arguments.seed}\n")
    peer = MapServer(free_port(), f"NETCDF:{path}:{FIELD}", FIELD, extent, lon.size, lat.size,
                     [float(v) for v in np.percentile(stored, [2, 98])])
    results = {}
    with Server(scratch) as gyre, peer:
        sides = {
            "Gyre": ({"wms": gyre.base + "/wms", "wcs": gyre.base + "/wcs"}, questions(
                np.random.default_rng(arguments.seed), arguments.rounds, f"global/{FIELD}", "global",
                ("latitude", "longitude"),
                {"GeoTIFF": "image/tiff", "NetCDF": "application/netcdf"}, [])),
            "MapServer": ({"wms": peer.base, "wcs": peer.base}, questions(
                np.random.default_rng(arguments.seed), arguments.rounds, FIELD, FIELD,
                ("y", "x"), {"GeoTIFF": "image/tiff", "NetCDF": "application/x-netcdf"}, [])),
        }
        for side, (bases, kinds) in sides.items():
            session = requests.Session()
            for what, service, asked in kinds:
                if what.startswith("10 x 10") and side == "Gyre":
                    # The peer offers one field: so does this.
                    asked = [{**p, "RANGESUBSET": FIELD} for p in asked]
                measure(session, bases[service], asked[:3])
                results.setdefault(what, {})[side] = measure(session, bases[service], asked)
    shutil.rmtree(scratch)
    print(f"{'median / p95 in ms, bytes':34} {'Gyre':>26} {'MapServer 8':>26} {'ratio':>7}")
    for what, by_side in results.items():
        cells = []
        for side in ("Gyre", "MapServer"):
            spent, size = by_side[side]
            cells.append(f"{statistics.median(spent):8.1f} /{percentile(spent, .95):7.1f} {size:9.0f}")
        ratio = statistics.median(by_side["MapServer"][0]) / statistics.median(by_side["Gyre"][0])
        print(f"{what:34} {cells[0]:>26} {cells[1]:>26} {ratio:6.1f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())

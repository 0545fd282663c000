"""How cost grows: with pixels, chunks touched, files, steps."""
import datetime
import os
import statistics
import time

from .. import loader
from ..bench import Question
from ..draw import tile_box
from ..gyre import Gyre


def run(bench):
    pixels(bench)
    chunks(bench)
    files_and_steps(bench)


def _median(side, path, count=15):
    paths = [loader.unseen(path)] * count
    return statistics.median(loader.burst(side.port, paths, 1, 5, once=True)["total_ms"])


def pixels(bench):
    curve = {}
    widths = [256, 512, 1024, 2048] + ([] if bench.settings.quick else [4096])
    for width in widths:
        for side in [bench.gyre, *bench.peers]:
            path = side.globe_map("global", "thetao", 0, 0, width, width // 2)
            if path:
                loader.burst(side.port, [path], 1, 5, once=True)
                curve.setdefault(side.name, {})[width * width // 2] = _median(side, path, 7)
    bench.record("growth pixels", "map of the globe, hot", "linear", curve=curve, x="pixels", y="ms")


def chunks(bench):
    """A series of the first 1 .. 3,652 days, the first request after a start: one chunk a day."""
    curve = {}
    latitude, longitude = bench.truth.regional
    for count in (1, 100, 3652) if bench.settings.quick else (1, 10, 100, 1000, 3652):
        spent = []
        for _ in range(1 if bench.settings.quick else 3):
            bench.gyre.restart()
            start = time.perf_counter()
            bench.gyre.get(bench.gyre.some_days(count, float(longitude[5]), float(latitude[5])))
            spent.append(1000 * (time.perf_counter() - start))
        curve[count] = statistics.median(spent)
    bench.record("growth chunks", "point series, nothing decoded", "linear", curve={"Gyre": curve},
                 x="chunks touched", y="ms")


def files_and_steps(bench):
    counts = bench.scale.growth_counts
    other = Gyre(bench.free_port(), os.path.join(bench.data, "growth"),
                 datasets=[f"files{count}" for count in counts])
    by_files, by_steps = {"Gyre": {}}, {"Gyre": {}}
    box = tile_box(1, 0, 0)
    try:
        other.start()
        for count in counts:
            day = datetime.date(1950, 1, 1) + datetime.timedelta(count // 2)
            path = other._map(f"files{count}", "v", 0, None, "EPSG:3857", box, 256, 256)
            path = path.replace("&TIME=2026-01-01", f"&TIME={day.isoformat()}")
            by_files["Gyre"][count] = _median(other, path)
            question = Question("tile", (f"steps{count}", "thetao", count // 2, None, box))
            by_steps["Gyre"][count] = _median(other, getattr(other, question.kind)(*question.args))
            for peer in bench.peers:
                path = peer.tile(*question.args)
                if path:
                    loader.burst(peer.port, [path], 1, 20, once=True)
                    by_steps.setdefault(peer.name, {})[count] = _median(peer, path, 7)
    finally:
        other.stop()
    bench.record("growth files", "tile of a series of files", "flat", curve=by_files, x="files", y="ms")
    bench.record("growth steps", "tile of a file of steps", "flat", curve=by_steps, x="steps", y="ms")

"""How cost grows: with pixels, chunks touched, files, steps."""
import os
import statistics
import time

from .. import holdings, loader
from ..bench import Question
from ..draw import tile_box
from ..gyre import Gyre


def run(bench):
    pixels(bench)
    chunks(bench)
    files_and_steps(bench)


def _median(bench, work, side, question, count=15):
    """Hot, since an answer is checked before; None where one is wrong."""
    media_type = bench.check(side, question, work)
    if not media_type:
        return None
    path = loader.unseen(getattr(side, question.kind)(*question.args))
    burst = loader.burst(side.port, [loader.request(path, media_type)] * count, 1, 5, once=True)
    if burst["bad"]:
        return bench.blame(f"{work}: {side.name}: {burst['bad']}")
    return statistics.median(burst["total_ms"])


def pixels(bench):
    curve = {}
    widths = [256, 512, 1024, 2048] + ([] if bench.settings.quick else [4096])
    for width in widths:
        for side in [bench.gyre, *bench.peers]:
            question = Question("globe_map", ("global", "thetao", 0, 0, width, width // 2))
            if side.globe_map(*question.args):
                curve.setdefault(side.name, {})[width * width // 2] = _median(
                    bench, "growth pixels", side, question, 7)
    bench.record("growth pixels", "map of the globe, hot", "linear", curve=curve, x="pixels", y="ms")


def chunks(bench):
    """A series of the first 1 .. 3,652 days, the first request after a start: one chunk a day."""
    curve = {}
    latitude, longitude = bench.truth.regional
    for count in (1, 100, 3652) if bench.settings.quick else (1, 10, 100, 1000, 3652):
        spent = []
        question = Question("some_days", (count, float(longitude[5]), float(latitude[5])))
        path = bench.gyre.some_days(*question.args)
        right = True
        for _ in range(1 if bench.settings.quick else 3):
            bench.gyre.restart()
            start = time.perf_counter()
            answer = bench.gyre.get(path)
            spent.append(1000 * (time.perf_counter() - start))
            right = bench.check(bench.gyre, question, "growth chunks", answer) and right
        curve[count] = statistics.median(spent) if right else None
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
            day = (holdings.EPOCH - holdings.FIRST_GLOBAL_DAY).days + count // 2
            by_files["Gyre"][count] = _median(
                bench, "growth files", other, Question("tile", (f"files{count}", "v", day, None, box)))
            question = Question("tile", (f"steps{count}", "thetao", count // 2, None, box))
            by_steps["Gyre"][count] = _median(bench, "growth steps", other, question)
            for peer in bench.peers:
                if peer.tile(*question.args):
                    by_steps.setdefault(peer.name, {})[count] = _median(
                        bench, "growth steps", peer, question, 7)
    finally:
        other.stop()
    bench.record("growth files", "tile of a series of files", "flat", curve=by_files, x="files", y="ms")
    bench.record("growth steps", "tile of a file of steps", "flat", curve=by_steps, x="steps", y="ms")

"""From the start of the program to the first tile."""
import statistics
import time

import requests

from ..bench import Question


def first_tile_ms(side, path):
    side.stop_program()
    start = time.perf_counter()
    side.start_program()
    while time.perf_counter() - start < 60:
        try:
            answer = side.get(path)
            if answer.status_code == 200 and answer.content[:4] == b"\x89PNG":
                return 1000 * (time.perf_counter() - start)
        except requests.RequestException:
            pass
        time.sleep(0.002)
    raise RuntimeError(f"{side.name} gave no tile within a minute")


def run(bench):
    question = Question("tile", ("global", "thetao", 0, 0, bench.draw.tiles[0]))
    figures = {}
    for side in [bench.gyre, *bench.peers]:
        path = getattr(side, question.kind)(*question.args)
        if path:
            figures[side.name] = statistics.median(
                first_tile_ms(side, path) for _ in range(2 if bench.settings.quick else 5))
            side.wait()
    peers = {name: ms for name, ms in figures.items() if name != "Gyre"}
    bench.record("start", "program start to first tile, 3,652 steps known", "<= 100 ms",
                 gyre_ms=figures["Gyre"], peers_ms=peers)

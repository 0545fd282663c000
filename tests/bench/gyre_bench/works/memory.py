"""The most memory: under everything at once at 16 connections, and in one large extraction."""
import datetime
import os
import shutil
import time

import requests

from .. import holdings, loader, processes
from ..bench import Question
from ..gyre import FORMATS, Gyre
from .maps import untouched


def mixed(bench):
    """Tiles, windows, levels, series: as many of each as makes them cost about the same."""
    draw = bench.draw
    paths, types = [], {}
    for k, (field, day, level, place) in enumerate(untouched(bench, ["thetao", "so", "uo", "vo"])[:400]):
        questions = [Question("tile", ("global", field, day, level, place[2])),
                     Question("value", (field, day, level, place[0], place[1]))]
        if k % 4 == 0:
            questions.append(Question("window", ("netcdf", field, day, level,
                                                 round(place[0] % 150, 1) + 0.013, 10.013)))
        if k % 40 == 0:
            questions.append(Question("level_file", (field, day, level)))
            questions.append(Question("column", (field, place[0], place[1])))
        for q in questions:
            if q.kind not in types:
                types[q.kind] = bench.check(bench.gyre, q, "memory")
            paths.append(loader.request(getattr(bench.gyre, q.kind)(*q.args), types[q.kind]))
    return draw.pick(paths, len(paths))


def run(bench):
    seconds = 2 if bench.settings.quick else 40
    paths = mixed(bench)
    bench.gyre.restart()
    before = processes.descriptors(bench.gyre.pids())
    burst, _, _, peak = bench.burst(bench.gyre, paths, 16, seconds)
    if burst["bad"]:
        bench.blame("memory: " + burst["bad"])
    time.sleep(1)
    bench.record("memory", "peak memory, everything at 16 connections", "budget (512 MB) + 10 %",
                 pss_mb=peak.pss_mb, high_water_mb=processes.high_water_mb(bench.gyre.pids()),
                 requests=len(burst["total_ms"]), seconds=seconds, descriptors=peak.descriptors,
                 descriptors_before=before, descriptors_after=processes.descriptors(bench.gyre.pids()))
    extraction(bench)


def extraction(bench):
    """All of a series in one answer, read and thrown away. Its days are the eight of the global files over
    and over, as links whose names tell their dates."""
    raw_day = 4 * 10 * bench.scale.rows * bench.scale.columns * 2
    days = max(2, round(bench.settings.extraction_gb * 1e9 / raw_day))
    folder = os.path.join(bench.data, "extraction")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "long"))
    for day in range(days):
        date = holdings.FIRST_GLOBAL_DAY + datetime.timedelta(day)
        os.symlink(holdings.global_file(bench.data, day % holdings.GLOBAL_DAYS),
                   os.path.join(folder, "long", f"day_{date:%Y%m%d}.nc"))
    server = Gyre(bench.free_port(), folder, datasets={
        "long": '{files: long, join: [time], names: "day_{time:%Y%m%d}.nc"}'})
    try:
        server.start()
        start, got, first = time.perf_counter(), 0, None
        with processes.Peak(server.pids()) as peak:
            with requests.get(server.base + server.everything("long", ["thetao", "so", "uo", "vo"]),
                              stream=True, timeout=3600) as answer:
                for piece in answer.iter_content(1 << 20):
                    first = first or time.perf_counter() - start
                    got += len(piece)
        seconds = time.perf_counter() - start
        media_type = answer.headers["Content-Type"]
        if answer.status_code != 200 or media_type != FORMATS["netcdf"]:
            bench.blame(f"extraction: status {answer.status_code}, {media_type}")
        raw = days * raw_day
        bench.record("extraction", f"peak memory, an extraction of {raw / 1e9:.2f} GB decoded",
                     "budget (512 MB) + 10 %", pss_mb=peak.pss_mb,
                     high_water_mb=processes.high_water_mb(server.pids()), seconds=seconds,
                     first_byte_s=first, sent_mb=got / 1e6, decoded_mb_per_second=raw / 1e6 / seconds)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

#!/usr/bin/env python3
"""Files that come, change, shrink and go while they are served: no answer mixes two generations.

    tests/stress/churn.py FOLDER [--seconds 600] [--rate 50] [--seed N]

FOLDER is made anew. All values of a file are one number that says which version of it this is, so
that an answer shows what it was made of: of each step one version, that was on the disk at some
moment between a little before the request and its end. Files are written in place, replaced by
renaming, cut short, deleted and made again while requests arrive at the rate. Errors must be honest:
that data changed meanwhile, or that a step is not there.
"""
import argparse
import concurrent.futures
import datetime
import os
import random
import sys
import threading
import time

import netCDF4
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402
from many_files import Maker, remade  # noqa: E402

DAYS = 60
LAG_S = 2.5  # a change must be visible by then
NETCDF = threading.Lock()  # the library of the client knows no threads


class Disk:
    """The files, and which versions of each were there when."""

    def __init__(self, folder, chance):
        self.maker = {True: Maker(os.path.join(folder, "series"), "NETCDF3_CLASSIC"),
                      False: Maker(os.path.join(folder, "series"), "NETCDF4")}
        self.folder, self.chance = os.path.join(folder, "series"), chance
        self.lock, self.version = threading.Lock(), 0
        self.history = {day: [] for day in range(DAYS)}  # (version or None, from, to)
        for day in range(DAYS):
            self.change(day, "replace")

    def path(self, day):
        return os.path.join(self.folder, f"d{day:03d}.nc")

    def note(self, day, version):
        """`version` None: no file, or none that can be read."""
        now = time.time()
        with self.lock:
            past = self.history[day]
            if past:
                past[-1] = (past[-1][0], past[-1][1], now)
            past.append((version, now, None))
            del past[:-50]

    def change(self, day, how=None):
        chance = self.chance
        how = how or chance.choice(("replace", "replace", "in place", "slowly", "cut", "delete"))
        with self.lock:
            self.version += 1
            version = self.version
        maker = self.maker[chance.random() < 0.5]
        path = self.path(day)
        if how == "replace":
            beside = os.path.join(self.folder, f".d{day}.part")
            maker.write(beside, day, version)
            self.begin(day)
            os.replace(beside, path)
            self.note(day, version)
        elif how in ("in place", "slowly"):
            content = maker.content(day, version)
            self.begin(day)
            with open(path, "wb") as file:
                for at in range(0, len(content), 1500):
                    file.write(content[at:at + 1500])
                    if how == "slowly":
                        file.flush()
                        time.sleep(0.02)
            self.note(day, version)
        elif how == "cut" and os.path.exists(path):
            self.begin(day)
            os.truncate(path, chance.randrange(max(1, os.path.getsize(path))))
            self.note(day, None)
        elif os.path.exists(path):
            self.begin(day)
            os.remove(path)
            self.note(day, None)
        return how

    def begin(self, day):
        """From now on the old version may be gone at any moment."""

    def versions(self, day, since, until):
        with self.lock:
            return [(v, a, b) for v, a, b in self.history[day]
                    if a <= until and (b is None or b >= since)]


def one_day(day):
    return (datetime.datetime(1950, 1, 1) + datetime.timedelta(days=day)).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def problem_of(answer, disk, first, last, since, until):
    """What is wrong with an answer for these days; empty: nothing."""
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code != 200 or "xml" in kind:
        honest = ("NoSuchCoverage", "InvalidSubsetting", "changed", "replaced", "again",
                  "InvalidDimensionValue", "LayerNotDefined")
        text = answer.text[:600]
        return "" if any(word in text for word in honest) else f"{answer.status_code}: {text}"
    with NETCDF, netCDF4.Dataset("memory", memory=answer.content) as file:
        days, values = np.ma.filled(file["time"][:], -1), file["v"][:]
    for day, step in zip(days, values):
        day = int(round(float(day)))
        filled = np.ma.filled(step, np.nan)
        if np.isnan(filled).all():
            return f"day {day} is missing where it should be absent"
        if (filled != filled.flat[0]).any():
            return f"day {day} mixes versions {sorted(set(filled.ravel().tolist()))[:4]}"
        known = disk.versions(day, since - LAG_S, until)
        if int(filled.flat[0]) not in [v for v, _, _ in known]:
            return f"day {day} has version {filled.flat[0]}, where {known} were"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    report, lock = Report(), threading.Lock()
    folder = remade(arguments.folder)
    disk = Disk(os.path.join(folder, "data"), chance)
    config = os.path.join(folder, "gyre.yaml")
    with open(config, "w") as file:
        file.write("datasets:\n  all: {files: 'series'}\n")
    outcomes = {}
    with Server(os.path.join(folder, "data"), ["--config", config, "--state",
                                               os.path.join(folder, "state")]) as server:
        stop = time.time() + arguments.seconds

        def churn(seed):
            own = random.Random(seed)
            while time.time() < stop:
                disk.change(own.randrange(seed * DAYS // 2, (seed + 1) * DAYS // 2))
                time.sleep(own.random() * 0.3)

        writers = [threading.Thread(target=churn, args=(i,)) for i in range(2)]
        for writer in writers:
            writer.start()

        def ask(kind, first, last):
            since = time.time()
            url = ("/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST=GetCoverage&COVERAGEID=all"
                   "&FORMAT=application/netcdf"
                   f'&SUBSET=time("{one_day(first)}","{one_day(last)}")')
            try:
                answer = server.get(url)
                problem = problem_of(answer, disk, first, last, since, time.time())
                outcome = "values" if "netcdf" in answer.headers.get("Content-Type", "") else \
                    "refused"
            except Exception as error:  # broken off after the first byte
                outcome = problem = f"{type(error).__name__}"
                if "IncompleteRead" in str(error) or "ChunkedEncoding" in outcome or \
                        "ConnectionError" in outcome:
                    outcome, problem = "broken off", ""
            with lock:
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
                report.count("churn", kind, problem, url)

        started = 0
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            while time.time() < stop:
                first = chance.randrange(DAYS)
                last = min(DAYS - 1, first + chance.choice((0, 0, 3, 20)))
                pool.submit(ask, "one step" if first == last else "steps", first, last)
                started += 1
                time.sleep(1 / arguments.rate)
        for writer in writers:
            writer.join()
        time.sleep(LAG_S)
        capabilities = server.get("/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST=DescribeCoverage"
                                  "&COVERAGEID=all").text
        for day in range(DAYS):
            there = disk.history[day][-1][0] is not None
            told = one_day(day)[:10] in capabilities
            report.count("churn", "told at the end", there != told and
                         f"day {day}: there {there}, told {told}")
        alive = server.process.poll() is None
        report.count("churn", "alive", not alive and "the server ended")
    print(f"{started} requests in {arguments.seconds:.0f} s: {outcomes}")
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

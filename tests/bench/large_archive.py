#!/usr/bin/env python3
"""A series of many small files: indexing, restart, memory, requests, and how soon a new file is seen.

    tests/bench/large_archive.py FOLDER [--files 100000] [--few 100] [--strace]

FOLDER is made anew, with two series of NetCDF-4 files: of --files, and of --few to compare requests
with. --strace counts the data files that are opened while new ones arrive (needs strace).
"""
import argparse
import datetime
import os
import re
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "oracle"))
sys.path.insert(0, os.path.join(HERE, "..", "stress"))
from gyre_oracle.server import ROOT, Server  # noqa: E402
from many_files import Maker, remade  # noqa: E402

GYRE = os.path.join(os.environ.get("GYRE_BUILD", os.path.join(ROOT, "build", "release")), "bin", "gyre")
WCS = "/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST="
WMS = "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST="
MAP = (WMS + "GetMap&LAYERS=all/v&STYLES=&CRS=CRS:84&BBOX=-180,-60,180,60&WIDTH=256&HEIGHT=256"
       "&FORMAT=image/png&TIME=1950-0{}-{:02d}")
STEP = (WCS + "GetCoverage&COVERAGEID=all&FORMAT=application/netcdf&SUBSET=lat(0)&SUBSET=lon(-170)"
        "&SUBSET=time(%22{}%22)")
POINT = STEP.format("1950-0{}-{:02d}")


def day_of(number):
    return (datetime.date(1950, 1, 1) + datetime.timedelta(days=number)).isoformat()


def processes(state):
    """The server of that state directory, and its readers."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                words = file.read().split("\0")
            with open(f"/proc/{pid}/stat") as file:
                parent = file.read().rsplit(")", 1)[1].split()[1]
        except OSError:
            continue
        if words[0].endswith("/gyre") and state in words:
            found.insert(0, pid)
        elif words[0].endswith("gyre-reader"):
            found.append((pid, parent))
    server = next(p for p in found if isinstance(p, str))
    return [server] + [p[0] for p in found if isinstance(p, tuple) and p[1] == server]


def resident_mb(state):
    with open(f"/proc/{processes(state)[0]}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


def median_ms(server, template):
    times = []
    for number in range(56):
        start = time.perf_counter()
        answer = server.get(template.format(1 + number // 28, 1 + number % 28))
        times.append(1000 * (time.perf_counter() - start))
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}: {answer.text[-300:]}")
    return statistics.median(times)


class Series:
    def __init__(self, folder, count):
        self.data, self.state = os.path.join(folder, "data"), os.path.join(folder, "state")
        self.config, self.count = os.path.join(folder, "gyre.yaml"), count
        self.maker = Maker(os.path.join(self.data, "s"), "NETCDF4")
        for number in range(count):
            self.maker.write(self.path(number), number, number % 1000)
        with open(self.config, "w") as file:
            file.write("datasets:\n  all: {files: s}\n")

    def path(self, number):
        return os.path.join(self.data, "s", f"d{number:06d}.nc")

    def index(self):
        start = time.perf_counter()
        subprocess.run([GYRE, "index", "--data", self.data, "--config", self.config, "--state",
                        self.state], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    def server(self):
        return Server(self.data, ["--config", self.config, "--state", self.state])


def measure(series):
    seconds = series.index()
    print(f"{series.count} files: looked into in {seconds:.1f} s, {1000 * seconds / series.count:.2f} "
          "ms a file", flush=True)
    start = time.perf_counter()
    with series.server() as server:
        server.get(POINT.format(1, 5))
        first = time.perf_counter() - start
        print(f"  first answer {first:.2f} s after the start (nginx included), "
              f"{resident_mb(series.state):.0f} MB resident")
        print(f"  medians: map {median_ms(server, MAP):.1f} ms, value of one step "
              f"{median_ms(server, POINT):.1f} ms; then {resident_mb(series.state):.0f} MB")


def new_files(series, trace):
    with series.server() as server:
        tracer = None
        if trace:
            time.sleep(5)  # the look at everything after a start, which strace makes ten times as long
            pids = sum((["-p", pid] for pid in processes(series.state)), [])
            tracer = subprocess.Popen(["strace", "-f", "-e", "trace=open,openat,openat2", "-o",
                                       series.state + ".strace", *pids],
                                      stderr=subprocess.DEVNULL)
            time.sleep(1)
        for number in range(series.count, series.count + 3):
            beside = os.path.join(series.data, "s", ".new")
            series.maker.write(beside, number, 7)
            start, seen = time.perf_counter(), {}
            os.rename(beside, series.path(number))
            day = day_of(number)
            while len(seen) < 2 and time.perf_counter() - start < 30:
                if "WCS" not in seen and server.get(STEP.format(day)).status_code == 200:
                    seen["WCS"] = time.perf_counter() - start
                if "WMS" not in seen and \
                        day.encode() in server.get(WMS + "GetCapabilities").content:
                    seen["WMS"] = time.perf_counter() - start
            print("  a new file is seen in " + ", ".join(f"{n} after {s:.2f} s"
                                                         for n, s in sorted(seen.items())))
        if tracer:
            time.sleep(1)
            tracer.terminate()
            tracer.wait()
            with open(series.state + ".strace") as file:
                opened = set(re.findall(r'"(' + re.escape(series.data) + r'/s/[^"]+)"', file.read()))
            print("  data files opened meanwhile: " + ", ".join(
                sorted(os.path.basename(one) for one in opened)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--strace", action="store_true")
    arguments = parser.parse_args()
    folder = remade(arguments.folder)
    for name, count in (("many", arguments.files), ("few", arguments.few)):
        series = Series(os.path.join(folder, name), count)
        measure(series)
        new_files(series, arguments.strace)


if __name__ == "__main__":
    main()

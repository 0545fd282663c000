#!/usr/bin/env python3
"""Mixed load on a server behind nginx: right answers, flat memory, and nothing left running.

    tests/stress/load.py [--minutes 10] [--connections 16] [--aborting 4] [--slow 2] [--seed 1]
                         [--size 0.05] [--budget MB] [--build build/release] [--floor MB]

Patient clients ask for tiles, maps of up to 4096 x 4096, values, series, files of every format,
documents and nonsense, and compare a share of the values with what netCDF-C reads; others go away at
random moments, or read slowly. The data are the benchmark's (tests/bench), made once. At the end:
the most memory against the budget (and ten percent, and what a sanitizer takes: --floor), whether memory and
descriptors stayed flat, and whether all work ended soon after the last client.
"""
import argparse
import os
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
for folder in ("bench", "oracle", "stress"):
    sys.path.insert(0, os.path.join(HERE, "..", folder))

REST_S = 15    # files that nginx sends stay ten seconds
IDLE_CPU = 0.05
REPORTS = ("WARNING: ThreadSanitizer", "ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:")
# What they are to leave out, each with its reason. Programs built without them read none of this.
SANITIZERS = {"TSAN_OPTIONS": f"second_deadlock_stack=1 suppressions={HERE}/tsan.supp",
              "LSAN_OPTIONS": f"print_suppressions=0 suppressions={HERE}/lsan.supp"}
END_S = 120.0  # looking for leaks takes a while
FULL_MINUTES = 5  # caches that still fill are not flat


def parsed():
    parser = argparse.ArgumentParser(description="Mixed load on a server behind nginx.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--connections", type=int, default=16, help="patient clients (16)")
    parser.add_argument("--aborting", type=int, default=4, help="clients that go away (4)")
    parser.add_argument("--slow", type=int, default=2, help="clients that read slowly (2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=float, default=0.05, help="of the data; 1: 3 GB (0.05)")
    parser.add_argument("--budget", type=int, default=512, help="memory.budget_mb (512)")
    parser.add_argument("--floor", type=int, default=0, metavar="MB", help="what a sanitizer takes besides (0)")
    parser.add_argument("--share", type=float, default=0.25, help="of answers whose values are checked (0.25)")
    parser.add_argument("--build", help="whose program (build/release)")
    parser.add_argument("--port", type=int)
    return parser.parse_args()


def at_rest(gyre, before, report, log):
    """All ends soon after the last client; what is left is told."""
    from gyre_load.watch import sample
    from gyre_bench import processes
    begin = time.monotonic()
    time.sleep(REST_S)
    cpu = processes.cpu_ms(gyre.pids())
    time.sleep(2)
    cpu = (processes.cpu_ms(gyre.pids()) - cpu) / 2000
    after = sample(gyre, begin)
    status = gyre.get("/status.json").json()["working_memory"]
    log(f"{REST_S} s after the last client: {cpu:.1%} of a core, {status['bytes'] / 1e6:.1f} MB claimed, "
        f"{status['waiting']} waiting, {after.descriptors} descriptors ({before.descriptors} before), "
        f"{after.threads} threads, {after.spool_files} files in the spool, PSS {after.pss_mb:.0f} MB")
    for what, wrong in (("processor", cpu > IDLE_CPU), ("claims", status["bytes"] > 0 or status["waiting"] > 0),
                        ("spool", after.spool_files > 0),
                        ("descriptors", after.descriptors > before.descriptors + 16)):
        report.count("at rest", what, "not at rest" if wrong else None)


def told_to_end(gyre, report):
    """It ends by itself, and well: sanitizers look for leaks then, and tell of all they found by the return value."""
    child = gyre.children[0]
    child.terminate()
    try:
        status = child.wait(END_S)
        report.count("server", "end", f"it ended with {status}" if status else None)
    except subprocess.TimeoutExpired:
        report.count("server", "end", f"it had not ended after {END_S:.0f} s")


def look_at_log(file, report, log):
    """What sanitizers found, leaks at the end included, and what the server itself complained of."""
    file.seek(0)
    text = file.read()
    found = [line for line in text.splitlines() if any(word in line for word in REPORTS)]
    report.count("log", "sanitizers", "; ".join(found[:5]) or None)
    if text:
        kept = os.path.join(ROOT, "build", "stress", "load.log")
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        with open(kept, "w", encoding="utf-8") as copy:
            copy.write(text)
        log(f"the server said something: {kept}\n{text[-1500:]}")


def main():
    arguments = parsed()
    if arguments.build:
        os.environ["GYRE_BUILD"] = os.path.abspath(arguments.build)
    for name, options in SANITIZERS.items():
        os.environ[name] = " ".join((options, os.environ.get(name, ""))).strip()
    from gyre_bench import gyre as side, holdings
    from gyre_bench.draw import Draw
    from gyre_bench.processes import high_water_mb
    from gyre_bench.scale import Scale
    from gyre_bench.stores import Truth
    from gyre_load import clients
    from gyre_load.asked import Kinds
    from gyre_load.watch import Watch, sample, slope_mb_per_minute
    from gyre_oracle.report import Report
    from gyre_oracle.server import free_port

    def log(text):
        print(text, flush=True)

    scale = Scale(arguments.size)
    name = "bench-data" + ("" if arguments.size == 1 else f"-{arguments.size:g}")
    data = os.path.join(ROOT, "build", name)
    holdings.make(data, scale, log)
    truth = Truth(data, scale)
    side.CONFIG += f"memory: {{{{budget_mb: {arguments.budget}}}}}\n"
    report, over = Report(), threading.Event()
    count, lock = report.count, threading.Lock()

    def counted(*words):
        with lock:
            count(*words)
    report.count = counted

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all servers are stopped
    gyre = side.Gyre(arguments.port or free_port(), os.path.join(data, "sea"))
    gyre_log = open(os.path.join(gyre.folder, "log"), "a+", errors="replace")  # outlives the folder
    try:
        gyre.start()
        kinds = Kinds(gyre, truth, Draw(truth, arguments.seed).points)
        before = sample(gyre, time.monotonic())
        watch = Watch(gyre, 2.0, log)
        watch.start()
        everybody = [how(f"{how.__name__}{n}", arguments.seed, gyre, kinds, report, over, arguments.share)
                     for how, many in ((clients.Patient, arguments.connections),
                                       (clients.Aborting, arguments.aborting), (clients.Slow, arguments.slow))
                     for n in range(many)]
        for client in everybody:
            client.start()
        first = gyre.pids()[0]
        end = time.monotonic() + 60 * arguments.minutes
        while time.monotonic() < end:
            time.sleep(0.5)
            if not os.path.exists(f"/proc/{first}") or gyre.children[0].poll() is not None:
                report.count("server", "alive", "it ended: " + gyre.errors())
                break
        over.set()
        for client in everybody:
            client.join(clients.SLOWEST_S)
            if client.is_alive():
                report.count("clients", "end", "one waits for its answer still")
        samples = watch.stop()
        asked = sum(client.asked for client in everybody)
        # Between two looks too, without what other programs have as well.
        high = high_water_mb(gyre.pids()) - samples[-1].shared_mb
        peak, slope = max(high, *(s.pss_mb for s in samples)), slope_mb_per_minute(samples)
        most = 1.1 * arguments.budget + arguments.floor
        log(f"\n{asked} requests in {arguments.minutes:g} minutes; the most memory {peak:.0f} MB "
            f"({max(s.pss_mb for s in samples):.0f} at any look, {max(s.own_mb for s in samples):.0f} of no file), "
            f"{slope:+.1f} MB a minute over the later half; at most {max(s.descriptors for s in samples)} "
            f"descriptors, {max(s.threads for s in samples)} threads, {max(s.spool_files for s in samples)} files "
            f"({max(s.spool_mb for s in samples):.0f} MB) in the spool")
        report.count("memory", "peak", None if peak <= most else f"{peak:.0f} MB, more than {most:.0f}")
        if arguments.minutes >= FULL_MINUTES:
            flat = 0.1 * arguments.budget / arguments.minutes  # a tenth of it over twice the later half
            report.count("memory", "slope", None if slope <= flat else f"{slope:.1f} MB a minute")
        if gyre.children[0].poll() is None:
            at_rest(gyre, before, report, log)
            told_to_end(gyre, report)
    finally:
        gyre.stop()
        look_at_log(gyre_log, report, log)
    sys.exit(report.table())


if __name__ == "__main__":
    main()

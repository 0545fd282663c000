"""tests/bench/run: see its --help and README.md."""
import argparse
import contextlib
import os
import signal
import sys
import time
import traceback

from gyre_oracle.server import free_port

from . import ROOT, holdings, machine, peers, plots, report
from .bench import Bench, Settings
from .draw import Draw
from .gyre import Gyre
from .peers.nothing import Nothing
from .scale import Scale
from .stores import Truth
from .works import WORKS


def names_of(known):
    """What argparse makes of a list of names."""
    def parse(text):
        names = [name for name in text.split(",") if name]
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"what is {name}? There are {', '.join(known)}")
        return names
    return parse


def parsed():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run", description="Gyre, its peers and the machine's limit side by side.")
    parser.add_argument("--size", type=float, default=1.0,
                        help="1: 3 GB of data, a globe of 1/12 degree (default); 0.05: a smoke test")
    parser.add_argument("--quick", action="store_true", help="short bursts, few requests: a smoke test")
    parser.add_argument("--only", default="", type=names_of(WORKS), help="some of: " + ",".join(WORKS))
    parser.add_argument("--peers", default=",".join(peers.PEERS), type=names_of(peers.PEERS),
                        help="some of: " + ",".join(peers.PEERS) + "; '' for none (default: all)")
    parser.add_argument("--data", help="where the data are made, once (build/bench-data[-SIZE])")
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "bench"),
                        help="results.json, table.md and plots (build/bench)")
    parser.add_argument("--seconds", type=float, help="of one burst (1.5; 0.1 with --quick)")
    parser.add_argument("--rounds", type=int, help="bursts of each side in turn (3; 1 with --quick)")
    parser.add_argument("--profile", action="store_true",
                        help="also where Gyre's time goes, by perf, for each work")
    parser.add_argument("--extraction", type=float, metavar="GB",
                        help="decoded size of the large extraction (5 times --size). Half of that much "
                             "room is wanted below TMPDIR")
    parser.add_argument("--seed", type=int, default=1, help="of the places asked for (1)")
    return parser.parse_args()


def into_page_cache(folder):
    for where, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(where, name), "rb") as file:
                while file.read(1 << 24):
                    pass


def log(text):
    print(text, flush=True)


def main():
    arguments = parsed()
    wanted = arguments.only or list(WORKS)
    scale = Scale(arguments.size)
    data = os.path.abspath(arguments.data or os.path.join(
        ROOT, "build", "bench-data" + ("" if arguments.size == 1 else f"-{arguments.size:g}")))
    os.makedirs(arguments.out, exist_ok=True)
    begin = time.time()
    facts = machine.facts()
    holdings.make(data, scale, log)
    into_page_cache(data)
    truth = Truth(data, scale)
    settings = Settings(quick=arguments.quick, profile=arguments.profile,
                        seconds=arguments.seconds or (0.1 if arguments.quick else 1.5),
                        rounds=arguments.rounds or (1 if arguments.quick else 3),
                        extraction_gb=arguments.extraction or 5 * arguments.size,
                        connections=(1, 16) if arguments.quick else (1, 4, 16))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all servers are stopped
    with contextlib.ExitStack() as stack:
        gyre = Gyre(free_port(), os.path.join(data, "sea"))
        stack.callback(gyre.stop)
        gyre.start()
        nothing = Nothing(free_port())
        stack.callback(nothing.stop)
        nothing.start()
        running, missing = peers.start(arguments.peers, free_port, data, scale, stack, log)
        bench = Bench(data, scale, truth, Draw(truth, arguments.seed), gyre, running, nothing, settings,
                      arguments.out, log)
        bench.free_port = free_port
        for key in wanted:
            try:
                WORKS[key](bench)
            except Exception as error:  # the other works are still worth their time
                bench.wrong.append(f"{key}: {type(error).__name__}: {error}")
                traceback.print_exc()
            results = {"machine": facts, "size": arguments.size, "quick": arguments.quick,
                       "seconds_taken": round(time.time() - begin), "gyre": gyre.version(),
                       "peers": {side.name: side.version() for side in running},
                       "missing_peers": missing, "floor_ms": bench.floor_ms,
                       "limit_steps_ms": bench.steps, "works": bench.works, "wrong": bench.wrong}
            text = report.write(results, arguments.out)
    plots.draw(results, arguments.out)
    log("\n" + text)
    log(f"{arguments.out}/results.json, table.md and plots; {results['seconds_taken']} s")
    sys.exit(1 if bench.wrong else 0)


if __name__ == "__main__":
    main()

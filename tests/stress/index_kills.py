#!/usr/bin/env python3
"""kill -9 of indexing and of readers at random moments: the index is whole, no step is lost or doubled.

    tests/stress/index_kills.py FOLDER [--kills 200] [--files 1500] [--seed N]

FOLDER is made anew. A series is indexed by `gyre index`, which is killed after a random time, again
and again, while single readers are killed too; between the kills files come, change and go. What the
index knew before a kill it must know after it, and at the end all there is.
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
from gyre_oracle.report import Report  # noqa: E402
from many_files import Maker, remade  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GYRE = os.path.join(os.environ.get("GYRE_BUILD", os.path.join(ROOT, "build", "release")), "bin", "gyre")


def readers_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = [int(p) for p in file.read().split()]
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                children += [int(p) for p in file.read().split()]
        return sorted(set(children))
    except OSError:
        return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    report = Report()
    folder = remade(arguments.folder)
    data, state = os.path.join(folder, "data"), os.path.join(folder, "state")
    config = os.path.join(folder, "gyre.yaml")
    with open(config, "w") as file:
        file.write("datasets:\n  series: {files: '*.nc'}\n")
    maker = Maker(data, "NETCDF4")
    truth, version, gone = {}, 0, 0
    for day in range(arguments.files):
        maker.write(os.path.join(data, f"d{day:06d}.nc"), day, 0)
        truth[day] = 0
    command = [GYRE, "index", "--data", data, "--state", state, "--config", config]
    kills = killed_readers = 0
    most, most_known = 0.3, 0

    def status():
        answer = subprocess.run(command + ["--status", "--json"], capture_output=True, text=True)
        if answer.returncode == 1 and "nothing is known" in answer.stdout:
            return {"files": 0, "datasets": []}
        return json.loads(answer.stdout)

    def change():
        """Some files change, go and come, as between two runs of a server."""
        nonlocal version, gone
        version += 1
        for _ in range(chance.randrange(6)):
            day = chance.randrange(arguments.files + 20)
            path = os.path.join(data, f"d{day:06d}.nc")
            kind = chance.random()
            if kind < 0.3 and day in truth:
                os.remove(path)
                del truth[day]
                gone += 1
            else:
                maker.replace(path, day, version)
                truth[day] = version

    def steps():
        found = [d for d in status()["datasets"] if d["id"] == "series"]
        return found[0]["steps"] if found else 0

    while kills < arguments.kills:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.time() + chance.random() * most
        while time.time() < end and process.poll() is None:
            readers = readers_of(process.pid)
            if readers and chance.random() < 0.2:
                try:
                    os.kill(chance.choice(readers), signal.SIGKILL)
                    killed_readers += 1
                except OSError:
                    pass
            time.sleep(0.01)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        else:
            most = max(0.05, most * 0.8)
            change()
        process.wait()
        # Nothing that was known is forgotten but what has gone since.
        known = steps()
        most_known = max(most_known, known)
        least = most_known - gone
        report.count("index", "after a kill",
                     known < least and f"{known} steps, where at least {least} were known")
        if kills % 10 == 0:
            most = chance.choice((0.1, 0.3, 1.0, 2.0))
            change()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    answer = status()
    for what, found in (("steps", steps()), ("files", answer["files"])):
        report.count("index", f"{what} at the end",
                     found != len(truth) and f"{found} {what} of {len(truth)} files")
    fresh = os.path.join(folder, "fresh")
    subprocess.run([c if c != state else fresh for c in command], check=True,
                   stdout=subprocess.DEVNULL)
    again = json.loads(subprocess.run([c if c != state else fresh for c in command]
                                      + ["--status", "--json"], capture_output=True,
                                      text=True).stdout)
    report.count("index", "as one never killed", answer != again and "the status differs")
    print(f"{kills} kills of indexing, {killed_readers} of readers")
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

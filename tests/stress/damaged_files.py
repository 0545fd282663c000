#!/usr/bin/env python3
"""Thousands of damaged files, served: the server stays, and says of each file what is wrong with it.

    tests/stress/damaged_files.py OUT FOLDER... [--count 5000] [--seed N] [--requests 3]

OUT is made anew by tests/fuzz/mutate_files.py. Every file that can be served is asked for (a
description, a box, a map); every answer must be data, or an exception of the service with one of its
codes, and the serving process the one that was started. What is not served must have a reason.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "oracle"))
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

HONEST = (b"ExceptionReport", b"ServiceExceptionReport")
WCS = "/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST="
WMS = "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST="


def serving_process(state):
    """Process ids of the servers with that state directory."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if len(words) > 2 and words[0].endswith(b"/gyre") and words[1] == b"serve" and \
                state.encode() in words:
            found.append(int(pid))
    return found


def judge(answer):
    if answer.status_code == 200 and not any(word in answer.content[:2000] for word in HONEST):
        return ""
    if any(word in answer.content[:2000] for word in HONEST) and answer.status_code < 500:
        return ""
    if answer.status_code in (500, 503) and any(word in answer.content[:2000] for word in HONEST):
        text = answer.text
        return "" if "cannot be decoded" in text or "replaced" in text or "at present" in text \
            or "damaged" in text or "could not read its data" in text else f"{answer.status_code}: {text[-400:]}"
    return f"{answer.status_code}: {answer.content[:300]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=3)
    arguments = parser.parse_args()
    subprocess.run(["chmod", "-R", "u+rwx", arguments.out], stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", arguments.out], check=True)
    os.makedirs(arguments.out)
    data, state = os.path.join(arguments.out, "data"), os.path.join(arguments.out, "state")
    subprocess.run([sys.executable, os.path.join(HERE, "..", "fuzz", "mutate_files.py"), data,
                    *arguments.folders, "--seed", str(arguments.seed), "--count",
                    str(arguments.count)], check=True)
    chance, report = random.Random(arguments.seed), Report()
    config = os.path.join(arguments.out, "gyre.yaml")
    with open(config, "w") as file:  # a file that hangs a library costs seconds, not half a minute
        file.write("readers: {inspect_s: 3, read_s: 3}\n")
    with Server(data, ["--config", config, "--state", state], timeout=1200) as server:
        first = serving_process(state)
        while True:
            status = server.get("/status.json").json()
            looking = status.get("index", {})
            if not looking.get("total") or looking.get("done") == looking.get("total"):
                break
        ids = re.findall(r"<wcs:CoverageId>([^<]+)<", server.get(WCS + "GetCapabilities").text)
        print(f"{len(ids)} coverages are served", flush=True)
        layers = re.findall(r"<Name>([^<]+/[^<]+)</Name>", server.get(WMS + "GetCapabilities").text)
        for name in chance.sample(ids, min(len(ids), arguments.count)):
            name = urllib.parse.quote(name)
            described = server.get(WCS + "DescribeCoverage&COVERAGEID=" + name)
            report.count("damaged", "DescribeCoverage", judge(described), name)
            answer = server.get(WCS + "GetCoverage&FORMAT=application/netcdf&COVERAGEID=" + name)
            report.count("damaged", "GetCoverage", judge(answer), name)
        for layer in chance.sample(layers, min(len(layers), arguments.requests * 400)):
            answer = server.get(WMS + "GetMap&STYLES=&CRS=CRS:84&BBOX=-180,-90,180,90&WIDTH=128"
                                "&HEIGHT=64&FORMAT=image/png&LAYERS=" + urllib.parse.quote(layer))
            report.count("damaged", "GetMap", judge(answer), layer)
        last = serving_process(state)
        report.count("damaged", "the same process", last != first and f"{first} became {last}")
        status = server.get("/status.json").json()
        print("readers:", status.get("readers"))
    known = subprocess.run([os.path.join(os.environ.get("GYRE_BUILD", os.path.join(
        HERE, "..", "..", "build", "release")), "bin", "gyre"), "index", "--status", "--json",
        "--data", data, "--state", state], capture_output=True)
    told = json.loads(known.stdout)
    report.count("damaged", "reasons", any(not one["reason"] for one in told["not_served"])
                 and "a file without a reason")
    print(f"{told['files']} files known, {len(told['datasets'])} datasets, "
          f"{len(told['not_served'])} reasons")
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

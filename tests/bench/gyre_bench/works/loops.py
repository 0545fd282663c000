"""Inner loops alone, by Google Benchmark: programs/inner_loops.cpp."""
import json
import os
import subprocess

from .. import holdings
from ..gyre import BUILD


def run(bench):
    program = os.path.join(BUILD, "bench", "inner_loops")
    if not os.path.exists(program):
        bench.log("loops: left out, libbenchmark-dev is missing")
        return
    done = subprocess.run(
        [program, holdings.global_file(bench.data, 0), "--benchmark_format=json",
         f"--benchmark_min_time={0.02 if bench.settings.quick else 0.5}"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    bench.record("loops", "inner loops alone", loops_ms={
        one["name"]: one["real_time"] for one in json.loads(done.stdout)["benchmarks"]})

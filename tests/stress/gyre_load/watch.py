"""What a server's processes hold, looked at every few seconds, and what is left of it in the end."""
import os
import threading
import time
from dataclasses import dataclass

import numpy as np
from gyre_bench import processes


@dataclass
class Sample:
    second: float
    pss_mb: float
    own_mb: float        # of no file: what Gyre itself asked for
    shared_mb: float     # resident, but counted with other programs
    descriptors: int
    threads: int
    processes: int
    spool_files: int
    spool_mb: float


def sample(gyre, begin):
    pids = gyre.pids()
    spool = []
    for where, _, names in os.walk(os.path.join(gyre.state, "spool")):
        for name in names:
            try:
                spool.append(os.path.getsize(os.path.join(where, name)))
            except OSError:
                continue

    def megabytes(name):
        return sum(processes.field(f"/proc/{pid}/smaps_rollup", name) for pid in pids) / 1024

    pss = megabytes("Pss:")
    return Sample(time.monotonic() - begin, pss, megabytes("Pss_Anon:"), megabytes("Rss:") - pss,
                  processes.descriptors(pids), sum(processes.field(f"/proc/{pid}/status", "Threads:") for pid in pids),
                  len(pids), len(spool), sum(spool) / 1e6)


class Watch(threading.Thread):
    def __init__(self, gyre, every_s, log):
        super().__init__(daemon=True)
        self.gyre, self.every_s, self.log = gyre, every_s, log
        self.begin, self.samples, self.over = time.monotonic(), [], threading.Event()

    def run(self):
        while True:
            self.samples.append(sample(self.gyre, self.begin))
            if len(self.samples) % 15 == 1:
                s = self.samples[-1]
                self.log(f"{s.second:6.0f} s: PSS {s.pss_mb:.0f} MB ({s.own_mb:.0f} of no file), {s.descriptors} "
                         f"descriptors, {s.threads} threads of {s.processes} processes, {s.spool_files} files "
                         f"({s.spool_mb:.0f} MB) in the spool")
            if self.over.wait(self.every_s):
                return

    def stop(self):
        self.over.set()
        self.join()
        return self.samples


def slope_mb_per_minute(samples):
    """Of memory, over the later half, when caches are full; 0 of few samples."""
    later = samples[len(samples) // 2:]
    if len(later) < 10:
        return 0.0
    return float(np.polyfit([s.second for s in later], [s.own_mb for s in later], 1)[0] * 60)

"""What processes cost: processor time to the nanosecond, memory, descriptors. From /proc."""
import os
import threading
import time


def _stat(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rsplit(")", 1)[1].split()


def tree(*roots):
    """The processes and all that descend from them, of those that are alive."""
    children = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            children.setdefault(int(_stat(pid)[1]), []).append(int(pid))
        except OSError:
            continue
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        if os.path.exists(f"/proc/{pid}"):
            found.append(pid)
            todo += children.get(pid, [])
    return found


def cpu_ms(pids):
    """User and system time of living processes, their ended threads included."""
    total = 0.0
    for pid in pids:
        try:
            total += 1000 * time.clock_gettime((~pid << 3) | 2)  # the process' CPU clock: see clock_getcpuclockid
        except OSError:
            continue
    return total


def field(path, name):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith(name):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def pss_mb(pids):
    """Memory, with what is shared counted once."""
    return sum(field(f"/proc/{pid}/smaps_rollup", "Pss:") for pid in pids) / 1024


def high_water_mb(pids):
    return sum(field(f"/proc/{pid}/status", "VmHWM:") for pid in pids) / 1024


def descriptors(pids):
    total = 0
    for pid in pids:
        try:
            total += len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            continue
    return total


class Peak:
    """The most memory (PSS) and descriptors of some processes while the block runs."""

    def __init__(self, pids, every_s=0.25):
        self.pids, self.every_s = pids, every_s
        self.pss_mb, self.descriptors = 0.0, 0
        self._over = threading.Event()

    def _look(self):
        while True:
            self.pss_mb = max(self.pss_mb, pss_mb(self.pids))
            self.descriptors = max(self.descriptors, descriptors(self.pids))
            if self._over.wait(self.every_s):
                return

    def __enter__(self):
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

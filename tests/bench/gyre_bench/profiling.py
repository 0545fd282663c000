"""Where Gyre's time goes: `perf record` during a burst, told by function."""
import os
import re
import shutil
import subprocess
import threading

from . import loader


def profile(bench, paths, connections, key, top=15):
    """[(share of samples in percent, library, function)]; empty without perf."""
    if not shutil.which("perf"):
        return []
    pids = ",".join(map(str, bench.gyre.pids()))
    record = os.path.join(bench.out, f"perf-{re.sub('[^A-Za-z0-9]', '_', key)}.data")
    recorder = subprocess.Popen(["perf", "record", "-q", "-F", "499", "-o", record, "-p", pids,
                                 "--", "sleep", "3"], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    load = threading.Thread(target=loader.burst, args=(bench.gyre.port, paths, connections, 3))
    load.start()
    recorder.wait()
    load.join()
    text = subprocess.run(["perf", "report", "-i", record, "--stdio",
                           "--sort", "dso,symbol"], capture_output=True, text=True).stdout
    found = []
    for line in text.splitlines():
        match = re.match(r"\s+([\d.]+)%\s+(\S+)\s+\[.\]\s+(.*)", line)
        if match and len(found) < top:
            found.append((float(match[1]), match[2], match[3].strip()[:160]))
    os.remove(record) if os.path.exists(record) else None
    for share, library, function in found[:8]:
        bench.log(f"    {share:5.1f} % {library} {function[:90]}")
    return found

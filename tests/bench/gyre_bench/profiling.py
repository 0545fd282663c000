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
    shares = {}
    for line in text.splitlines():
        match = re.match(r"\s+([\d.]+)%\s+(\S+)\s+\[.\]\s+(.*)", line)
        if match:
            at = (match[2], _short(match[3]))
            shares[at] = shares.get(at, 0.0) + float(match[1])
    if os.path.exists(record):
        os.remove(record)
    found = sorted(((round(share, 1), *at) for at, share in shares.items()), reverse=True)[:top]
    for share, library, function in found[:6]:
        bench.log(f"    {share:5.1f} % {library} {function}")
    return found


def _short(symbol):
    """A function's name without its arguments; what stands in std::function by the name of its maker."""
    symbol = symbol.split("  ")[0]
    if symbol.startswith("0x"):
        return "(no symbols)"
    ours = re.findall(r"gyre::(?:\w+::|\(anonymous namespace\)::)*\w+", symbol)
    if symbol.startswith("std::") and ours:
        return ours[-1].replace("(anonymous namespace)::", "") + " (within std::)"
    return symbol.replace("(anonymous namespace)::", "").split("(")[0].strip()[:100]

#!/usr/bin/env python3
"""nginx or Gyre killed: examples/serve must end, and leave nothing running.

    tests/stress/killing.py FOLDER
"""
import os
import signal
import subprocess
import sys
import time

import requests

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402


def processes_below(root):
    """(pid, name) of everything a process started, itself left out."""
    table = subprocess.run(["ps", "-eo", "pid,ppid,comm"], capture_output=True, text=True,
                           check=True).stdout.split("\n")[1:]
    rows = [row.split(None, 2) for row in table if row.strip()]
    below, found, grown = {root}, [], True
    while grown:
        grown = False
        for pid, parent, name in rows:
            if int(parent) in below and int(pid) not in below:
                below.add(int(pid))
                found.append((int(pid), name))
                grown = True
    return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids, seconds=15):
    """Those still there after that time."""
    end = time.time() + seconds
    while time.time() < end and any(alive(pid) for pid in pids):
        time.sleep(0.1)
    return [pid for pid in pids if alive(pid)]


def temporary_files():
    folder = os.environ.get("TMPDIR", "/tmp")
    return {name for name in os.listdir(folder) if "gyre" in name}


def case(report, folder, what, victim, how):
    """Starts, kills the first process of that name (or serve itself), and looks what is left."""
    before = temporary_files()
    with Server(folder) as server:
        children = processes_below(server.process.pid)
        pids = [pid for pid, _ in children]
        if victim is None:
            target = server.process.pid
        else:
            found = [pid for pid, name in children if name.startswith(victim)]
            if not found:
                report.count("killing", what, f"no process {victim!r} among {children}")
                return
            target = found[0]
        assert requests.get(server.base + "/healthz", timeout=10).status_code == 200
        os.kill(target, how)
        clean = victim is None and how != signal.SIGKILL
        # Either all ends, or (serve alive) the killed one is replaced and serves again.
        try:
            code = server.process.wait(20)
        except subprocess.TimeoutExpired:
            code = None
        if code is None:
            answer = requests.get(server.base + "/healthz", timeout=10)
            problem = None if answer.status_code == 200 else f"serves {answer.status_code}"
            report.count("killing", what, problem)
            server.stop()
            pids += [pid for pid, _ in processes_below(server.process.pid)]
        elif clean:
            report.count("killing", what, None if code in (0, 128 + how) else f"exit code {code}")
        elif how != signal.SIGKILL or victim is not None:
            report.count("killing", what, None if code != 0 else "exit code 0")
        else:
            report.count("killing", what)
        left = gone(pids)
        report.count("killing", what + ": orphans", f"still running: {left}" if left else None)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    if how != signal.SIGKILL or victim is not None:
        rest = temporary_files() - before
        report.count("killing", what + ": files", f"left behind: {sorted(rest)}" if rest else None)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__.strip())
        return 2
    report = Report()
    folder = sys.argv[1]
    case(report, folder, "SIGTERM to serve", None, signal.SIGTERM)
    case(report, folder, "SIGINT to serve", None, signal.SIGINT)
    case(report, folder, "kill -9 of Gyre", "gyre", signal.SIGKILL)
    case(report, folder, "kill -9 of nginx", "nginx", signal.SIGKILL)
    case(report, folder, "kill -9 of serve", None, signal.SIGKILL)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

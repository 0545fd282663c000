"""Starting examples/serve for a folder, and talking to it."""
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time

import requests

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """examples/serve on a free port, from `with` to the end of the block."""

    def __init__(self, data, options=(), timeout=120, address=None):
        self.data, self.options, self.timeout = os.path.abspath(data), list(options), timeout
        self.process, self.base, self.log = None, address, None
        self.local = threading.local()

    def __enter__(self):
        if self.base:  # somebody else's server, for development
            return self
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [os.path.join(ROOT, "examples", "serve"), self.data, str(free_port()), *self.options],
            stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True)
        killer = threading.Timer(self.timeout, self.process.kill)
        killer.start()
        for line in self.process.stdout:
            if line.startswith("ready "):
                self.base = line.split()[1].rstrip("/")
                break
        killer.cancel()
        if not self.base:
            raise RuntimeError(f"examples/serve {self.data} did not get ready:\n{self.errors()}")
        threading.Thread(target=self._drain, daemon=True).start()
        return self

    def _drain(self):
        for _ in self.process.stdout:
            pass

    def __exit__(self, *_):
        if self.process:
            self.stop()

    def stop(self, how=signal.SIGTERM):
        """Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise RuntimeError("examples/serve did not stop within 30 s of SIGTERM") from None

    def errors(self):
        if not self.log:
            return ""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-4000:]

    def session(self):
        # A connection belongs to one process: a forked one must not read the other's answers.
        if getattr(self.local, "process", None) != os.getpid():
            self.local.session, self.local.process = requests.Session(), os.getpid()
        return self.local.session

    def get(self, path, parameters=(), **options):
        """Parameters may repeat: a list of pairs."""
        return self.session().get(self.base + path, params=list(parameters), timeout=120, **options)

    def wait_gone(self, seconds=10):
        """True when nothing answers any more within `seconds`."""
        end = time.time() + seconds
        while time.time() < end:
            try:
                requests.get(self.base + "/healthz", timeout=2)
            except requests.RequestException:
                return True
            time.sleep(0.1)
        return False

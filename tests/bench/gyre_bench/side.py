"""A server that is measured: Gyre, a peer, or one that does nothing.

Each tells the path of a request for a question of the works below; None where it does not offer
that. `day` and `level` count from 0, boxes are (west, south, east, north).
"""
import os
import socket
import subprocess
import tempfile
import time

import requests

from . import processes as proc
from .nginx import Nginx


class NotThere(Exception):
    """A peer that cannot be set up here, with the reason."""


class Side:
    name = ""
    processes = 1
    globe = (-180, -90, 180, 90)  # what globe_map shows
    fastcgi_socket = None  # of programs that want a listening socket as standard input

    def __init__(self, port):
        self.port, self.base = port, f"http://127.0.0.1:{port}"
        self._temporary = tempfile.TemporaryDirectory(  # goes with this object, if not by stop()
            prefix=f"bench-{self.name.lower()}-", ignore_cleanup_errors=True)
        self.folder = self._temporary.name
        os.chmod(self.folder, 0o755)  # a worker of nginx may have given up root
        self.nginx, self.children = None, []

    # -- starting and stopping ---------------------------------------------------------------------
    def server_block(self):
        """(what stands in nginx' `server { }`, what stands beside it); None: without nginx."""
        return None

    def command(self):
        """(words, environment) of the program to start."""
        raise NotImplementedError

    def is_ready(self):
        """Asked again and again after a start."""
        raise NotImplementedError

    def version(self):
        return ""

    def start(self):
        block = self.server_block()
        if block and not self.nginx:
            self.nginx = Nginx(self.folder, self.port, block[0], block[1])
            self.nginx.start()
        self.start_program()
        self.wait()

    def start_program(self):
        words, environment = self.command()
        listener = self._listener()
        with open(os.path.join(self.folder, "log"), "ab") as log:
            for _ in range(self.processes):
                self.children.append(subprocess.Popen(
                    ["setpriv", "--pdeathsig", "TERM", *words], env={**os.environ, **environment},
                    stdin=listener or subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder))
        if listener:
            listener.close()

    def _listener(self):
        """The socket on which classic FastCGI programs wait: their standard input."""
        if not self.fastcgi_socket:
            return None
        if os.path.exists(self.fastcgi_socket):
            os.remove(self.fastcgi_socket)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.fastcgi_socket)
        os.chmod(self.fastcgi_socket, 0o666)
        listener.listen(1024)
        return listener

    def wait(self, seconds=90):
        end = time.time() + seconds
        while time.time() < end:
            for child in self.children:
                if child.poll() is not None:
                    raise NotThere(f"{self.name} ended with {child.returncode}: {self.errors()}")
            try:
                if self.is_ready():
                    return
            except requests.RequestException:
                pass
            time.sleep(0.05)
        raise NotThere(f"{self.name} did not get ready: {self.errors()}")

    def stop_program(self):
        for child in self.children:
            pids = proc.tree(child.pid)
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            for pid in pids[1:]:  # what it started itself
                try:
                    os.kill(pid, 15)
                except OSError:
                    pass
        self.children = []

    def restart(self):
        self.stop_program()
        self.start_program()
        self.wait()

    def stop(self):
        try:
            self.stop_program()
        finally:
            if self.nginx:
                self.nginx.stop()
            self._temporary.cleanup()

    def errors(self):
        try:
            with open(os.path.join(self.folder, "log"), "rb") as file:
                return file.read()[-1500:].decode(errors="replace")
        except OSError:
            return ""

    def pids(self):
        """Of the server itself, without nginx."""
        return proc.tree(*(child.pid for child in self.children))

    def nginx_pids(self):
        return [self.nginx.process.pid] if self.nginx else []

    def get(self, path):
        return requests.get(self.base + path, timeout=120)

    # -- questions -------------------------------------------------------------------------------
    def tile(self, store, field, day, level, box, side=256):
        """A map of 256 x 256 in EPSG:3857."""

    def globe_map(self, store, field, day, level, width, height):
        """A map of the globe in longitudes and latitudes."""

    def window(self, form, field, day, level, west, south):
        """10 x 10 degrees as `geotiff` or `netcdf`."""

    def level_file(self, field, day, level):
        """A level of the globe as NetCDF-4; level None: all."""

    def column(self, field, longitude, latitude):
        """All levels of all days at a point."""

    def series(self, store, longitude, latitude):
        """All 3,652 days at a point: of store `regional` (NetCDF) or `regional_series` (Zarr)."""

    def capabilities(self, what):
        """Of a dataset with 3,652 steps (`regional`), or with irregular ones (`irregular`)."""

    def value(self, field, day, level, longitude, latitude):
        """The value at a point."""

    def numbers(self, question, answer):
        """The values in an answer to column, series or value, in the order of days, then levels."""
        raise NotImplementedError

"""Clients: patient ones, ones that go away in the middle, and ones that read slowly."""
import random
import socket
import struct
import threading
import time

import requests
from gyre_bench import checks

SLOW_BYTES, SLOW_PAUSE_S = 64 << 10, 0.25
SLOWEST_S = 120.0


class Client(threading.Thread):
    """Asks one request after the other until `over` is set; counts what it saw in `report`."""

    def __init__(self, number, seed, gyre, kinds, report, over, checked_share):
        super().__init__(daemon=True)
        self.chance = random.Random(f"{seed}/{number}")
        self.gyre, self.kinds, self.report, self.over = gyre, kinds, report, over
        self.checked_share, self.asked = checked_share, 0

    def run(self):
        while not self.over.is_set():
            kind, asked = self.kinds.draw(self.chance)
            try:
                self.ask(kind, asked)
            except Exception as error:  # the client's own failure is one of the test
                if not self.over.is_set():
                    self.report.count(kind, "requests", f"{type(error).__name__}: {error}", asked.path)
            self.asked += 1

    def ask(self, kind, asked):
        raise NotImplementedError


class Patient(Client):
    """Reads all, and looks whether it is right."""

    def ask(self, kind, asked):
        start = time.monotonic()
        answer = requests.request("POST" if asked.body is not None else "GET", self.gyre.base + asked.path,
                                  data=asked.body, timeout=SLOWEST_S + 60)
        took, problem = time.monotonic() - start, None
        if answer.status_code not in asked.statuses:
            problem = f"status {answer.status_code}: {answer.content[:300]!r}"
        elif answer.status_code == 200 and not answer.headers.get("Content-Type", "").startswith(asked.media):
            problem = f"{answer.headers.get('Content-Type')}, not {asked.media}"
        elif took > SLOWEST_S:
            problem = f"took {took:.0f} s"
        self.report.count(kind, "status", problem, asked.path)
        if problem or not asked.check or self.chance.random() > self.checked_share:
            return
        try:
            asked.check(answer)
        except checks.Wrong as wrong:
            problem = str(wrong)
        self.report.count(kind, "values", problem, asked.path)


class Raw(Client):
    """Speaks HTTP by itself, since it does what no library does."""

    def connect(self, asked):
        connection = socket.create_connection(("127.0.0.1", self.gyre.port), timeout=SLOWEST_S)
        body = asked.body or b""
        connection.sendall(f"{'POST' if asked.body is not None else 'GET'} {asked.path} HTTP/1.1\r\nHost: localhost\r\n"
                           f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode("latin-1") + body)
        return connection


class Aborting(Raw):
    """Goes away at a random moment: before, while and after the answer comes; half of them by a reset."""

    def ask(self, kind, asked):
        with self.connect(asked) as connection:
            wait = self.chance.choice((0, 0.001, 0.01, 0.05, 0.2, 1.0)) * self.chance.random()
            connection.settimeout(max(wait, 1e-4))
            try:
                left = self.chance.choice((0, 1, 20_000, 3_000_000))
                while left > 0 and (got := len(connection.recv(min(left, 1 << 16)))):
                    left -= got
            except TimeoutError:
                pass
            if self.chance.random() < 0.5:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.report.count(kind, "aborted")


class Slow(Raw):
    """Reads a large answer in sips, and may lose its patience."""

    KINDS = ("extraction", "level", "large_map", "series")

    def run(self):
        while not self.over.is_set():
            kind, asked = self.kinds.draw(self.chance, self.chance.choice(self.KINDS))
            try:
                self.ask(kind, asked)
            except Exception as error:
                if not self.over.is_set():
                    self.report.count(kind, "requests", f"{type(error).__name__}: {error}", asked.path)
            self.asked += 1

    def ask(self, kind, asked):
        patience, begin = self.chance.choice((5, 20, 60)), time.monotonic()
        first, problem = b"", None
        with self.connect(asked) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BYTES)
            while not self.over.is_set() and time.monotonic() - begin < patience:
                got = connection.recv(SLOW_BYTES)
                if not got:
                    break
                first = first or got
                time.sleep(SLOW_PAUSE_S)
        if first and b" 200 " not in first.split(b"\r\n", 1)[0]:
            problem = f"{first[:300]!r}"
        self.report.count(kind, "slow", problem, asked.path)

"""One run: the sides, asked in turns within the same minute, and what they answered."""
import statistics
from dataclasses import dataclass

from . import checks, limits, loader, processes
from .fields import PACKING
from .profiling import profile


@dataclass(frozen=True)
class Question:
    """A method of Side and its arguments."""
    kind: str
    args: tuple


@dataclass
class Settings:
    seconds: float = 1.5     # of one burst
    rounds: int = 2          # bursts of each side, alternating
    connections: tuple = (1, 4, 16)
    quick: bool = False
    profile: bool = False
    extraction_gb: float = 5


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Pool:
    """The bursts of one side at one number of connections, put together."""

    def __init__(self):
        self.total, self.first = [], []
        self.seconds = self.cpu = self.nginx_cpu = self.loader_cpu = self.bytes = 0.0
        self.failed, self.bad, self.statuses = 0, "", {}
        self.pss_mb = 0.0
        self.descriptors = 0

    def add(self, burst, cpu, nginx_cpu, peak):
        self.total += burst["total_ms"]
        self.first += burst["first_ms"]
        self.seconds += burst["seconds"]
        self.cpu, self.nginx_cpu = self.cpu + cpu, self.nginx_cpu + nginx_cpu
        self.loader_cpu += burst["loader_cpu_ms"]
        self.bytes += burst["bytes"]
        self.failed += burst["failed"]
        self.bad = self.bad or burst["bad"]
        for status, count in burst["statuses"].items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        self.pss_mb = max(self.pss_mb, peak.pss_mb)
        self.descriptors = max(self.descriptors, peak.descriptors)

    def figures(self):
        """None but counts where an answer is bad."""
        n = len(self.total)
        if not n or self.bad:
            return {"requests": n, "statuses": self.statuses, "failed": self.failed, "bad": self.bad}
        return {
            "requests": n, "p50_ms": statistics.median(self.total),
            "p95_ms": percentile(self.total, 0.95), "p99_ms": percentile(self.total, 0.99),
            "first_byte_p50_ms": statistics.median(self.first),
            "per_second": n / self.seconds if self.seconds else 0,
            "cpu_ms": self.cpu / n, "nginx_cpu_ms": self.nginx_cpu / n,
            "loader_cpu_ms": self.loader_cpu / n,
            "bytes": self.bytes / n, "pss_mb": self.pss_mb, "descriptors": self.descriptors,
            "statuses": self.statuses, "failed": self.failed, "bad": self.bad}


class Bench:
    def __init__(self, data, scale, truth, draw, gyre, peers, nothing, settings, out, log=print):
        self.data, self.scale, self.truth, self.draw = data, scale, truth, draw
        self.gyre, self.peers, self.nothing = gyre, peers, nothing
        self.settings, self.out, self.log = settings, out, log
        self.works, self.wrong, self.steps = [], [], {}
        self.floor_ms = 0.0

    def look_at_limits(self, series=False):
        """Measured anew before each group of works: the machine is not the same all day."""
        self.steps.update(limits.measure(self.data, self.scale, self.out, series))

    def limit(self, steps):
        """The floor (nginx and FastCGI) and these steps; a number is a factor of the step before it."""
        total = self.floor_ms
        for step in steps:
            name, factor = step if isinstance(step, tuple) else (step, 1)
            total += factor * self.steps[name]
        return total

    def burst(self, side, paths, connections, seconds, once=False, start=0):
        pids, nginx = side.pids(), side.nginx_pids()
        cpu, nginx_cpu = processes.cpu_ms(pids), processes.cpu_ms(nginx)
        with processes.Peak(pids) as peak:
            result = loader.burst(side.port, paths, connections, seconds, once, start)
        return result, processes.cpu_ms(pids) - cpu, processes.cpu_ms(nginx) - nginx_cpu, peak

    def blame(self, text):
        """Notes what is wrong, once."""
        if text not in self.wrong:
            self.wrong.append(text)
            self.log("  WRONG " + text[:600])

    def check(self, side, question, work, answer=None):
        """Asks, or takes the answer that came. Notes what is wrong with it, and gives the media type of
        what is right, else ""."""
        try:
            if answer is None:
                answer = side.get(getattr(side, question.kind)(*question.args))
            checks.served(answer)
            self._compare_with_truth(side, question, answer)
            return answer.headers["Content-Type"].split(";")[0].strip()
        except checks.Wrong as wrong:
            text = f"{work}: {side.name}: {question.kind}{question.args}: {wrong}"
        except Exception as error:  # an answer that cannot even be read
            text = f"{work}: {side.name}: {question.kind}{question.args}: {type(error).__name__}: {error}"
        self.blame(text)
        return ""

    def _compare_with_truth(self, side, question, answer):
        kind, args = question.kind, question.args
        if kind == "tile":
            checks.picture(answer, 256, 256, self.truth.pixels(*args[:5], 256, 256, mercator=True))
        elif kind == "globe_map":
            checks.picture(answer, args[4], args[5], self.truth.pixels(*args[:4], side.globe, *args[4:],
                                                                       mercator=False))
        elif kind == "window":
            _, field, day, level, west, south = args
            checks.block(answer, self.truth.window(field, day, level, west, south),
                         side is self.gyre, PACKING[field][:2])
        elif kind == "level_file":
            field, day, level = args
            checks.block(answer, self.truth.packed_level(field, day, level), side is self.gyre,
                         PACKING[field][:2])
        elif kind == "column":
            checks.numbers(side.numbers(question, answer), self.truth.column(*args))
        elif kind == "series":
            checks.numbers(side.numbers(question, answer), self.truth.series(*args[1:]))
        elif kind == "some_days":
            checks.numbers(side.numbers(question, answer), self.truth.series(*args[1:])[:args[0]])
        elif kind == "value":
            checks.numbers(side.numbers(question, answer), [self.truth.value(*args)])
        elif kind == "capabilities":
            checks.document(answer, ["Capabilities", "thetao" if args[0] == "regional" else "v9"])

    def compare(self, key, title, questions, limit=(), goal="", connections=None, once=False,
                sides=None, seconds=None, more=None, unseen=False):
        """Asks every side that offers it. `once`: no question twice, nothing warmed up. `unseen`: the
        data were asked for before, the very picture was not."""
        settings = self.settings
        connections = connections or settings.connections
        seconds = seconds or settings.seconds
        self.log(f"{key} {title}")
        asked, later = {}, {}  # what is checked once it was timed, so that its chunks were not decoded before
        for side in sides or [self.gyre, *self.peers]:
            paths = [path for path in (getattr(side, q.kind)(*q.args) for q in questions) if path]
            if 2 * len(paths) < len(questions) or not paths:  # a few of them alone are another work
                continue
            offered = [q for q in questions if getattr(side, q.kind)(*q.args)]
            media_type = self.check(side, offered[-1], f"{key} {title}")
            if not media_type and side is not self.gyre:
                continue
            if unseen:
                change = loader.unseen if unseen is True else unseen
                paths = [change(path) for path in paths]
            paths = [loader.request(path, media_type) for path in paths]
            asked[side] = paths[:-1] if once and len(paths) > 1 else paths
            later[side] = [offered[k] for k in {len(offered) // 3, 2 * len(offered) // 3} - {len(offered) - 1}]
        pools = {side: {c: Pool() for c in connections} for side in asked}
        floor = Pool()
        if not once:
            for side, paths in asked.items():  # each once, but no longer than a few bursts
                loader.burst(side.port, paths, 2, 0.3 if settings.quick else 3 * seconds, once=True)
        for count in connections:
            for round_number in range(settings.rounds):
                floor.add(*self.burst(self.nothing, ["/"], 1, min(0.2, seconds)))
                for side, paths in asked.items():
                    if once:
                        share = -(-len(paths) // settings.rounds)
                        paths = paths[round_number * share:(round_number + 1) * share]
                        if not paths:
                            continue
                    pools[side][count].add(*self.burst(
                        side, paths, count, 10 * seconds if once else seconds, once,
                        start=0 if once else round_number * 97))
        for side, some in later.items():
            if not all([self.check(side, q, f"{key} {title}") for q in some]) and side is not self.gyre:
                del pools[side]
        self.floor_ms = floor.figures()["p50_ms"]
        work = {"key": key, "title": title, "goal": goal, "floor_ms": self.floor_ms,
                "limit_ms": self.limit(limit) if limit is not None else None,
                "limit_of": [str(step) for step in limit or ()],
                "sides": {side.name: {str(c): pool.figures() for c, pool in by.items()}
                          for side, by in pools.items()}, **(more or {})}
        self.works.append(work)
        for side, by in work["sides"].items():
            for count, f in by.items():
                if f["bad"]:
                    self.blame(f"{key} {title}: {side}: {f['bad']}")
                elif f["requests"]:
                    self.log(f"  {side:10} {count:>2} connections: {f['p50_ms']:8.2f} ms "
                             f"(p95 {f['p95_ms']:.2f}, first byte {f['first_byte_p50_ms']:.2f}), "
                             f"{f['per_second']:.1f}/s, CPU {f['cpu_ms']:.2f} ms, "
                             f"PSS {f['pss_mb']:.0f} MB")
        if settings.profile and self.gyre in asked:
            work["profile"] = profile(self, asked[self.gyre], max(connections), key)
        return work

    def record(self, key, title, goal="", **figures):
        """A work that is not a burst of requests."""
        self.works.append({"key": key, "title": title, "goal": goal, **figures})
        self.log(f"{key} {title}: " + ", ".join(f"{k} {v}" for k, v in figures.items()
                                               if not isinstance(v, (list, dict))))

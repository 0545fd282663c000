"""Counting: what was compared, what differed, and the last line every harness ends with."""
import collections
import multiprocessing
import queue as queue_module
import traceback


class Report:
    """Compared and differing requests per subject (file) and kind."""

    def __init__(self, most_shown=60):
        self.compared = collections.Counter()
        self.differing = collections.Counter()
        self.shown, self.most_shown = 0, most_shown

    def count(self, subject, kind, problem=None, request=""):
        """One comparison; `problem` says what differs."""
        self.compared[subject, kind] += 1
        if not problem:
            return
        self.differing[subject, kind] += 1
        self.shown += 1
        if self.shown <= self.most_shown:
            print(f"DIFFERS {subject} {kind}: {problem}\n    {request}", flush=True)

    def add(self, other):
        self.compared.update(other.compared)
        self.differing.update(other.differing)

    def table(self):
        """Requests and differences by kind, then the last line: one test is a subject and kind."""
        kinds = sorted({kind for _, kind in self.compared})
        print(f"\n{'kind':28} {'requests':>9} {'differences':>12}")
        for kind in kinds:
            total = sum(n for (_, k), n in self.compared.items() if k == kind)
            wrong = sum(n for (_, k), n in self.differing.items() if k == kind)
            print(f"{kind:28} {total:9d} {wrong:12d}")
        print(f"{'all':28} {sum(self.compared.values()):9d} {sum(self.differing.values()):12d}")
        failed = len(self.differing)
        print(f"{len(self.compared) - failed} passed, {failed} failed")
        return 1 if failed else 0


def in_processes(report, coverages, work, processes=3):
    """work(report, coverage) for each, in processes of their own: the netCDF library knows no
    threads. What each returns, in any order."""
    def one(queue, share):
        for coverage in share:
            own, result = Report(most_shown=12), None
            try:
                result = work(own, coverage)
            except Exception:  # the harness' own failure is a failed test
                own.count(coverage.subject, "harness", traceback.format_exc())
            queue.put((own, result))
        queue.put(None)

    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    children = [context.Process(target=one, args=(queue, coverages[k::processes]))
                for k in range(processes)]
    for child in children:
        child.start()
    results, running = [], len(children)
    while running:
        try:
            told = queue.get(timeout=5)
        except queue_module.Empty:  # has one of them died?
            dead = [c for c in children if c.exitcode not in (None, 0)]
            if dead:
                report.count("harness", "processes", f"ended with {[c.exitcode for c in dead]}")
                break
            continue
        if told is None:
            running -= 1
        else:
            report.add(told[0])
            results.append(told[1])
    for child in children:
        child.join(10)
    return results

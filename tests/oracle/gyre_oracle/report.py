"""Counting: what was compared, what differed, and the last line every harness ends with."""
import collections
import threading


class Report:
    """Compared and differing requests per subject (file) and kind."""

    def __init__(self, most_shown=60):
        self.compared = collections.Counter()
        self.differing = collections.Counter()
        self.shown, self.most_shown = 0, most_shown
        self.lock = threading.Lock()

    def count(self, subject, kind, problem=None, request=""):
        """One comparison; `problem` says what differs."""
        with self.lock:
            self.compared[subject, kind] += 1
            if not problem:
                return
            self.differing[subject, kind] += 1
            self.shown += 1
            if self.shown <= self.most_shown:
                print(f"DIFFERS {subject} {kind}: {problem}\n    {request}", flush=True)

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

"""Pictures of results.json: how cost grows, throughput, processor time."""
import os

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def _save(figure, out, name):
    figure.tight_layout()
    figure.savefig(os.path.join(out, name + ".png"), dpi=110)
    plt.close(figure)


def curves(results, out):
    for work in results["works"]:
        by_side = {side: sorted((float(x), y) for x, y in curve.items() if y is not None)
                   for side, curve in work.get("curve", {}).items()}
        if not any(by_side.values()):
            continue
        figure, axes = plt.subplots(figsize=(6, 4))
        for side, points in by_side.items():
            axes.plot(*zip(*points), marker="o", label=side)
        axes.set(xlabel=work["x"], ylabel=work["y"], title=work["title"])
        if work["x"] != "zoom":
            axes.set_xscale("log")
        axes.set_yscale("log")
        axes.grid(True, which="both", alpha=0.3)
        axes.legend()
        _save(figure, out, work["key"].replace(" ", "-").replace("/", "_"))


def bars(results, out, connections, figure_name, title, name):
    rows = [(work["key"], {side: by[connections][figure_name] for side, by in work["sides"].items()
                           if by.get(connections, {}).get(figure_name)})
            for work in results["works"] if "sides" in work]
    rows = [row for row in rows if row[1]]
    if not rows:
        return
    sides = sorted({side for _, by in rows for side in by}, key=lambda side: (side != "Gyre", side))
    figure, axes = plt.subplots(figsize=(max(6, 0.9 * len(rows)), 4))
    width = 0.8 / len(sides)
    for k, side in enumerate(sides):
        at = [n + (k - (len(sides) - 1) / 2) * width for n, (_, by) in enumerate(rows) if side in by]
        axes.bar(at, [by[side] for _, by in rows if side in by], width, label=side)
    axes.set_xticks(range(len(rows)), [key for key, _ in rows], rotation=40, ha="right")
    axes.set_yscale("log")
    axes.set_title(title)
    axes.legend()
    _save(figure, out, name)


def draw(results, out):
    curves(results, out)
    bars(results, out, "1", "p50_ms", "median, ms, one connection", "medians")
    bars(results, out, "16", "per_second", "answers a second at 16 connections", "throughput")
    bars(results, out, "1", "cpu_ms", "processor time of the server, ms an answer", "cpu")

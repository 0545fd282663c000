"""results.json, and the table people read."""
import json
import os


def _ms(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(value):
    return "–" if value is None else f"{value:.0f}x" if value >= 10 else f"{value:.1f}x"


def best_peer(by_side, connections, figure="p50_ms", most=False):
    """(its name, its figure) among the peers; (None, None) without one."""
    found = [(by[connections][figure], name) for name, by in by_side.items()
             if name != "Gyre" and by.get(connections, {}).get(figure)]
    if not found:
        return None, None
    value, name = (max if most else min)(found)
    return name, value


def _row(*cells):
    return "| " + " | ".join(cells) + " |"


def _cell(figures):
    """Median, 95th percentile, to the first byte where that is much sooner, processor time."""
    if figures["bad"]:
        return "WRONG"
    p50, first = figures["p50_ms"], figures["first_byte_p50_ms"]
    more = [f"p95 {_ms(figures['p95_ms'])}", f"CPU {_ms(figures['cpu_ms'])}"]
    if p50 > 20 and p50 > 1.2 * first:
        more.append(f"first byte {_ms(first)}")
    return f"{_ms(p50)} ({', '.join(more)})"


def _compared(work):
    """The rows of a work in which sides were asked: latency, and throughput where it was loaded."""
    sides = work["sides"]
    gyre = sides.get("Gyre", {}).get("1", {})
    mine = gyre.get("p50_ms")
    peer, theirs = best_peer(sides, "1")
    limit = work["limit_ms"]
    if mine or gyre.get("bad"):
        yield _row(f"{work['key']}: {work['title']}, ms",
                   f"{peer} {_cell(sides[peer]['1'])}" if peer else "–", _ms(limit),
                   _cell(gyre), _ratio(theirs / mine if peer and mine else None),
                   _ratio(mine / limit if limit and mine else None), work["goal"] or "–")
    loaded = max((int(c) for by in sides.values() for c in by), default=1)
    if loaded == 16 and sides.get("Gyre", {}).get("16", {}).get("per_second"):
        rate = sides["Gyre"]["16"]["per_second"]
        peer, theirs = best_peer(sides, "16", "per_second", most=True)
        cpu = sides["Gyre"]["16"]["cpu_ms"]
        yield _row(f"{work['key']}: the same, answers a second at 16 connections",
                   f"{peer} {theirs:,.0f}" if peer else "–", "–", f"{rate:,.0f} (CPU {_ms(cpu)} ms)",
                   _ratio(rate / theirs if peer else None), "–", "–")


def _recorded(work):
    title, goal = f"{work['key']}: {work['title']}", work["goal"] or "–"
    if "pss_mb" in work:
        yield _row(title + ", MB", "–", "–", _ms(work["pss_mb"]), "–", "–", goal)
    elif "ratio" in work:
        yield _row(title, "–", _ratio(work["machine_ratio"]), _ratio(work["ratio"]), "–", "–", goal)
    elif "gyre_ms" in work:
        peers, limit, mine = work.get("peers_ms") or {}, work.get("limit_ms"), work["gyre_ms"]
        name, theirs = min(peers.items(), key=lambda item: item[1]) if peers else (None, None)
        yield _row(title + ", ms", f"{name} {_ms(theirs)}" if name else "–", _ms(limit), _ms(mine),
                   _ratio(theirs / mine if name and mine else None),
                   _ratio(mine / limit if limit and mine else None), goal)
    elif "loops_ms" in work:
        for name, ms in work["loops_ms"].items():
            yield _row(f"{title}: {name}, ms", "–", "–", _ms(ms), "–", "–", goal)
    elif "curve" in work:
        for name, curve in work["curve"].items():
            told = ", ".join(f"{x}: {_ms(y)}" for x, y in curve.items())
            yield _row(f"{title}, ms by {work['x']}", "–", "–", f"{name}: {told}", "–", "–", goal)


def table(results):
    machine = results["machine"]
    lines = [f"{machine['date']}, {machine['cores']} cores of {machine['cpu']}, {machine['memory_gb']} GB, "
             f"{machine['system']}; size {results['size']}; Gyre {results['gyre']}; "
             + (", ".join(f"{k} {v}" for k, v in results["peers"].items()) or "no peers")
             + f"; nginx alone with a FastCGI server that does nothing: {_ms(results['floor_ms'])} ms.", "",
             _row("work", "best peer", "limit", "Gyre", "ratio to peer", "ratio to limit", "goal"),
             _row(*["---"] * 7)]
    for work in results["works"]:
        lines += _compared(work) if "sides" in work else _recorded(work)
    for name, why in results["missing_peers"].items():
        lines.append(f"\n{name} was left out: {why.splitlines()[0]}")
    for text in results["wrong"]:
        lines.append(f"\nWRONG: {text}")
    return "\n".join(lines) + "\n"


def where_time_goes(results):
    lines = []
    for work in results["works"]:
        if work.get("profile"):
            lines.append(f"\n{work['key']}: " + "; ".join(
                f"{share:.0f} % {function} in {library}"
                for share, library, function in work["profile"][:6]))
    return "\nWhere Gyre's time goes, by function:\n" + "\n".join(lines) + "\n" if lines else ""


def write(results, out):
    with open(os.path.join(out, "results.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    text = table(results) + where_time_goes(results)
    with open(os.path.join(out, "table.md"), "w", encoding="utf-8") as file:
        file.write(text)
    return text

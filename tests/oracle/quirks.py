#!/usr/bin/env python3
"""Our own tiny files, each asked for what its maker says stands in it.

    tests/oracle/quirks.py DIR [--address URL]

DIR is what tests/data/make made. Each expectation is asked as a GetCoverage of one cell; files that
must not be served must be listed by `gyre describe` with a reason in the words expected, and must
not be offered.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import traceback

import netCDF4
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import ROOT, Server  # noqa: E402
from gyre_oracle.truth import Packing, unsigned  # noqa: E402


def described(folder):
    """What `gyre describe` prints for the folder."""
    build = os.environ.get("GYRE_BUILD", os.path.join(ROOT, "build", "release"))
    program = os.path.join(build, "bin", "gyre")
    return subprocess.run([program, "describe", folder], capture_output=True, text=True,
                          timeout=300, check=False).stdout


def value_of(body, field):
    """(raw, missing, unpacked) of the one cell of an answer, read by its own attributes."""
    with netCDF4.Dataset("answer", memory=body) as nc:
        nc.set_auto_maskandscale(False)
        variable = nc[field]
        attributes = {k: variable.getncattr(k) for k in variable.ncattrs()}
        raw = np.asarray(variable[...])
        raw = unsigned(raw.astype(raw.dtype.newbyteorder("="), copy=False), attributes)
    if raw.size != 1:
        raise ValueError(f"{raw.size} cells instead of one")
    packing = Packing(attributes, raw.dtype)
    raw = raw.reshape(1)
    return raw[0], bool(packing.missing(raw)[0]), packing.unpack(raw)[0]


def expected_differs(body, wanted):
    raw, missing, value = value_of(body, wanted["field"])
    if wanted["value"] is None:
        return None if missing else f"{value}, expected missing"
    if missing:
        return f"missing (stored {raw}), expected {wanted['value']}"
    if "type" in wanted and value.dtype != np.dtype(wanted["type"]):
        return f"unpacks to {value.dtype}, expected {wanted['type']}"
    if wanted.get("negative_zero") and not np.signbit(value):
        return "0, expected -0"
    if value.dtype.kind in "iu":
        return None if int(value) == wanted["value"] else f"{value}, expected {wanted['value']}"
    if "near" in wanted:
        off = abs(float(value) - wanted["value"])
        return None if off <= wanted["near"] else f"{value}, expected {wanted['value']}: {off} off"
    goal = value.dtype.type(wanted["value"])
    near = np.nextafter(goal, -np.inf) <= value <= np.nextafter(goal, np.inf)
    return None if near else f"{value!r}, expected {goal!r}"


def candidates(ids, name, wanted):
    """The coverages that may hold the field: of the dataset's id, or of a hashed one."""
    if "id" in wanted:
        return [i for i in ids if i == wanted["id"]]
    if wanted.get("collides"):
        return [i for i in ids if re.fullmatch(wanted["collides"] + "_[0-9a-f]{6}", i)]
    dataset = wcs.dataset_id(name)
    return [i for i in ids if re.fullmatch(re.escape(dataset) + r"(_[0-9a-f]{6})?(\..*)?", i)]


def ask(server, ids, name, wanted):
    """What differs, or None. With colliding ids one of the twins must hold the value."""
    problem = f"not published; ids: {[i for i in ids if i[:3] == name[:3]][:8]}"
    for identifier in candidates(ids, name, wanted):
        offered = wcs.describe(server, identifier)
        fields = {wanted["field"], wcs.xml_name(wanted["field"])} & set(offered.fields)
        if not fields:
            problem = f"{identifier} has no field {wanted['field']!r} but {offered.fields}"
            continue
        labels = {label.lower(): label for label in offered.labels}
        subsets = []
        for axis, at in wanted["where"].items():
            # A scalar coordinate or a member's name may go by the dimension's or variable's name.
            label = labels.get(axis.lower()) or labels.get("name" if axis == "member" else "member")
            if (offered.plane or offered.mesh) and label is None:
                label = axis  # an alias, or an axis of the grid that only counts cells
            if label is None and axis == "air_pressure":
                label = axis  # computed by formula_terms
            if label is None:
                return f"{identifier} has no axis {axis!r} but {offered.labels}"
            subsets.append(f"{label}({at})")
        answer = wcs.get_coverage(server, identifier, subsets, fields, **wanted.get("ask", {}))
        if "refused" in wanted:
            problem = refusal_differs(answer, wanted)
        elif answer.status_code != 200:
            problem = f"{answer.status_code} {wcs.exception_of(answer)} {answer.url}"
        else:
            problem = expected_differs(answer.content, wanted)
        if problem is None:
            return None
    return problem


def refusal_differs(answer, wanted):
    told = wcs.exception_of(answer)
    expected = ("InvalidParameterValue", next(iter(wanted["ask"])))
    if answer.status_code != 400 or not told or told[:2] != expected:
        return f"{answer.status_code} {told}, expected a refusal {expected}"
    lost = [words for words in wanted["refused"] if words not in told[2]]
    return f"{told[2]!r} does not say {lost}" if lost else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--address", help="of a running server for DIR/files")
    arguments = parser.parse_args()
    with open(os.path.join(arguments.folder, "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)
    files = os.path.join(arguments.folder, "files")
    report = Report()
    text = described(files)
    with Server(files, address=arguments.address) as server:
        ids = wcs.coverage_ids(server)
        for name, quirk in expected.items():
            for wanted in quirk["expect"]:
                try:
                    if "unserved" in wanted:
                        problem = unserved_differs(text, ids, name, wanted["unserved"])
                    elif "absent" in wanted:
                        offered = wanted["absent"] in ids
                        problem = f"{wanted['absent']} is offered" if offered else None
                    elif "left_out" in wanted:
                        problem = left_out_differs(text, name, wanted["left_out"],
                                                   wanted["reason"])
                    elif "warned" in wanted:
                        problem = warned_differs(text, name, wanted["warned"])
                    else:
                        problem = ask(server, ids, name, wanted)
                except Exception:
                    problem = traceback.format_exc(limit=2)
                report.count(name, quirk["why"], problem, json.dumps(wanted, ensure_ascii=False))
    return report.table()


def unserved_differs(text, ids, name, words):
    offered = [i for i in ids if i == wcs.dataset_id(name)]
    if offered:
        return f"is served as {offered[0]}"
    lines = [line for line in text.splitlines() if name in line]
    # The reason may stand on the line of the name or on those below it.
    at = text.find(name)
    near = " ".join(lines) + " " + (text[at:at + 400] if at >= 0 else "")
    if at < 0:
        return "`gyre describe` does not mention it"
    if not any(word.lower() in near.lower() for word in words):
        return f"the reason says none of {words}: {near[:200]!r}"
    return None


def left_out_differs(text, name, variable, reason):
    line = f"  {name} ({variable}): "
    told = [t[len(line):] for t in text.splitlines() if t.startswith(line)]
    others = [t for t in text.splitlines() if t.startswith(f"  {name} (") and not t.startswith(line)]
    if others:
        return f"something else is not served: {others}"
    return None if told == [reason] else f"the reason is {told}"


def warned_differs(text, name, warning):
    """Among the warnings below the file's heading."""
    told, here = [], False
    for line in text.splitlines():
        if line and not line.startswith(" "):
            here = f" {name} (" in line
        if here and line.startswith("  warning "):
            told.append(line[len("  warning "):].strip())
    return None if warning in told else f"warnings are {told}"


if __name__ == "__main__":
    sys.exit(main())

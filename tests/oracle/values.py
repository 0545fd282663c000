#!/usr/bin/env python3
"""Truth against xarray: random requests, their answers compared with what the files hold.

    tests/oracle/values.py FOLDER [--seed N] [--requests 20] [--only NAME] [--address URL]

Starts examples/serve for FOLDER and asks, for each coverage found there, for random trims, slices,
strips across the seam, field subsets, times and depths as NetCDF and as GeoTIFF, and GetFeatureInfo.
Of half the NetCDF answers the Zarr archive of the same request must hold the same, bit by bit.
Coordinates and stored values must be equal, unpacked values to 1 ulp. Prints requests and
differences by kind; the last line counts files and kinds.
"""
import argparse
import math
import os
import sys
import traceback
import zlib

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import compare, holdings, info, selection, wcs  # noqa: E402
from gyre_oracle.report import Report, in_processes  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402
from gyre_oracle.truth import File  # noqa: E402

KINDS = ("trim", "slice", "seam", "fields", "time", "depth")
MOST_CELLS = 60_000
TIFF_ROLES = ("lon", "lat", "x", "y", "member", "time", "vertical")


def horizontal(axis):
    return axis.role in ("lon", "lat", "x", "y")


def ask_axis(kind, axis, random, for_tiff):
    """The selection that `kind` makes of this axis; None: not one it asks about."""
    if kind == "slice":
        if horizontal(axis) and for_tiff:
            return None
        return selection.random_slice(axis, random)
    least = 2 if for_tiff and horizontal(axis) else 1
    if kind == "seam":
        found = selection.random_seam(axis, random)
        return found if found and len(found.indices) >= least else None
    wanted = {"trim": horizontal(axis) or axis.role == "vertical", "time": axis.role == "time",
              "depth": axis.role == "vertical", "fields": horizontal(axis)}[kind]
    if not wanted:
        return None
    if kind in ("time", "depth") and random.random() < 0.5:
        return selection.random_slice(axis, random)
    return selection.random_trim(axis, random, least)


def compose(kind, axes, random, for_tiff):
    """One selection per axis, `kind` asked of at least one of them, of bearable size."""
    chosen, asked = [], False
    for axis in axes:
        found = None
        if not (kind == "slice" and asked and random.random() < 0.4):
            found = ask_axis(kind, axis, random, for_tiff)
        asked |= found is not None
        chosen.append(found or selection.whole(axis))
    if not asked:
        return None
    # Too much, or no place among a GeoTIFF's bands: cut the axes that were not asked about.
    for position in sorted(range(len(axes)), key=lambda i: -len(chosen[i].indices)):
        axis = axes[position]
        cells = math.prod(len(s.indices) for s in chosen)
        odd = for_tiff and axis.role not in TIFF_ROLES
        if chosen[position].text or (cells <= MOST_CELLS and not odd):
            continue
        cut = None
        if not (for_tiff and horizontal(axis)):
            cut = selection.random_slice(axis, random)
        if cut is None:
            cut = selection.random_trim(axis, random, 2 if for_tiff and horizontal(axis) else 1)
        if cut is not None:
            chosen[position] = cut
    if math.prod(len(s.indices) for s in chosen) > 20 * MOST_CELLS:
        return None
    return chosen


def tiff_possible(chosen, fields):
    """True: must work. False: must be refused. None: beyond telling."""
    if any(f.packing.dtype.kind in "iu" and f.packing.dtype.itemsize == 8 for f in fields):
        return None  # a GeoTIFF's nodata is a double
    plane = [s for s in chosen if horizontal(s.axis)]
    if any(s.dropped or len(s.indices) < 2 for s in plane):
        return None
    if any(s.axis.role not in TIFF_ROLES and not s.dropped for s in chosen):
        return None
    if any(uneven(s.axis, np.sort(s.coordinates)) for s in plane):
        return False  # a strip across the seam of a region has a gap, however even the axis
    return True if all(s.axis.evenly() for s in plane) else None


def uneven(axis, coordinates):
    """Beyond dispute: off by more than a hundredth of a step and than their type can help."""
    line = np.linspace(coordinates[0], coordinates[-1], coordinates.size)
    precision = 4 * np.finfo("f4" if axis.is_float else "f8").eps * np.abs(line).max()
    return np.abs(coordinates - line).max() > max(precision, 0.01 * (line[1] - line[0]))


def one_request(server, report, coverage, kind, media_type, random):
    """Builds one request, asks, compares. False: this coverage has no such question."""
    for_tiff = media_type == wcs.TIFF
    fields = list(coverage.fields)
    axes = fields[0].axes
    if kind == "fields":
        if len(fields) < 2:
            return False
        fields = list(random.permutation(np.array(fields, object)))[:random.integers(
            1, min(4, len(fields)) + 1)]
        if random.random() < 0.5:
            chosen = [selection.whole(axis) for axis in axes]
            if math.prod(axis.size for axis in axes) > MOST_CELLS:
                chosen = compose("fields", axes, random, for_tiff)
        else:
            chosen = compose("fields", axes, random, for_tiff)
    else:
        fields = [fields[random.integers(len(fields))]] if len(fields) > 1 else fields
        chosen = compose(kind, axes, random, for_tiff)
    if chosen is None:
        return False
    subsets = []
    for asked in chosen:
        if asked.text:
            label = coverage.label(asked.axis)
            if label is None:
                report.count(coverage.subject, kind, f"no axis label for {asked.axis.name!r} among "
                             f"{coverage.offered.labels}")
                return True
            subsets.append(asked.subset(label))
    order = random.permutation(len(subsets))
    possible = tiff_possible(chosen, fields) if for_tiff else True
    if possible is None:
        return False
    names = [coverage.field_names[f.name] for f in fields]
    def ask(form):
        return wcs.get_coverage(server, coverage.offered.id, [subsets[i] for i in order],
                                names if len(coverage.offered.fields) > 1 else None, form)

    answer = ask(media_type)
    label = f"{kind} {'GeoTIFF' if for_tiff else 'NetCDF'}"
    if possible is False:
        refused = wcs.exception_of(answer)
        report.count(coverage.subject, label + " refused", None if answer.status_code == 400
                     and refused and refused[0] == "InvalidParameterValue" else
                     f"uneven axes should be refused, got {answer.status_code}", answer.url)
        return True
    if answer.status_code != 200:
        report.count(coverage.subject, label, f"status {answer.status_code}: "
                     f"{wcs.exception_of(answer) or answer.text[:200]}", answer.url)
        return True
    try:
        if for_tiff:
            problem = compare.tiff_differs(answer.content, fields, chosen)
        else:
            problem = netcdf_problem(answer.content, coverage, fields, chosen)
    except Exception:  # an answer no reader expects is a difference, not the end of the test
        problem = "cannot be compared: " + traceback.format_exc(limit=3)
    report.count(coverage.subject, label, problem, answer.url)
    if not for_tiff and random.random() < 0.5:
        report.count(coverage.subject, f"{kind} Zarr", zarr_problem(ask(wcs.ZARR), answer.content),
                     answer.url)
    return True


def zarr_problem(answer, netcdf):
    if answer.status_code != 200:
        return f"status {answer.status_code}: {wcs.exception_of(answer) or answer.text[:200]}"
    try:
        return compare.zarr_differs(answer.content, netcdf)
    except Exception:
        return "cannot be compared: " + traceback.format_exc(limit=3)


def netcdf_problem(body, coverage, fields, chosen):
    by_dimension = {s.axis.dimension: s for s in chosen}
    everything = {field.name for field in coverage.fields}
    for field in fields:
        ordered = [by_dimension[d] for d in field.dimensions]
        problem = compare.netcdf_differs(body, [field], ordered,
                                         everything - {f.name for f in fields})
        if problem:
            return problem
    return None


def one_coverage(server, report, coverage, count, seed):
    # Each coverage has its own numbers, so that one file alone repeats what the whole run asked.
    for kind in KINDS:
        for media_type in (wcs.NETCDF, wcs.TIFF):
            random = np.random.default_rng([seed, zlib.crc32(
                f"{coverage.offered.id} {kind} {media_type}".encode())])
            done = tries = 0
            while done < count and tries < 4 * count:
                tries += 1
                done += one_request(server, report, coverage, kind, media_type, random)
                if tries == 5 and not done:
                    break  # no such axis here
    random = np.random.default_rng([seed, zlib.crc32(coverage.offered.id.encode())])
    for _ in range(count):
        info.one_request(server, report, coverage, random)


def check_published(report, folder, absent):
    """Every file on 1-D horizontal axes of a kind that is served must be there."""
    for name in absent:
        try:
            fields = File(os.path.join(folder, name)).rectilinear_fields()
        except Exception:  # no reader opens it
            fields = []
        print(f"not published: {name}" + (f" (1-D axes: {', '.join(fields[:3])})" if fields else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=20, help="of each kind and format (20)")
    parser.add_argument("--only", help="a part of the file's name")
    parser.add_argument("--answers", help="folder to keep documents in, for validation")
    parser.add_argument("--address", help="of a running server for that folder")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    report = Report()
    with Server(arguments.folder, address=arguments.address) as server:
        coverages, absent = holdings.published(server, arguments.folder, arguments.answers)
        print(f"{len(coverages)} coverages of {len({c.subject for c in coverages})} files")
        check_published(report, arguments.folder, absent)
        # planes.py and meshes.py ask about the others.
        coverages = [c for c in coverages if not c.offered.plane and not c.offered.mesh]
        if arguments.only:
            coverages = [c for c in coverages if arguments.only in c.subject]
        in_processes(report, coverages, lambda own, coverage: one_coverage(
            server, own, coverage, arguments.requests, arguments.seed))
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

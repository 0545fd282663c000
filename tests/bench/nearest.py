#!/usr/bin/env python3
"""What bench_nearest found against SciPy's cKDTree, and how long that takes.

    tests/bench/nearest.py FOLDER [ROWS_OF_PEER]     the same two as bench_nearest was given
"""
import sys
import time

import numpy as np
from scipy.spatial import cKDTree

ACROSS, DOWN = 12216, 6108


def vectors(longitude, latitude):
    longitude, latitude = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude),
                     np.sin(latitude)], axis=-1)


def main():
    folder, every = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 16
    centres = vectors(np.fromfile(folder + "/longitudes.f8"), np.fromfile(folder + "/latitudes.f8"))
    found = np.fromfile(folder + "/found.u4", np.uint32).reshape(-1, ACROSS)
    start = time.perf_counter()
    tree = cKDTree(centres)
    print(f"cKDTree: built in {time.perf_counter() - start:.1f} s")
    longitude = -180 + 360 * (np.arange(ACROSS) + 0.5) / ACROSS
    wrong, spent = 0, 0.0
    for row, ours in enumerate(found):
        latitude = 90 - 180 * (row * every + 0.5) / DOWN
        places = vectors(longitude, np.full(ACROSS, latitude))
        start = time.perf_counter()
        _, theirs = tree.query(places)
        spent += time.perf_counter() - start
        far = ((places - centres[ours]) ** 2).sum(axis=1)
        near = ((places - centres[theirs]) ** 2).sum(axis=1)
        wrong += int((far > near + 4e-16).sum())
    print(f"cKDTree: {found.size} lookups in {spent:.1f} s on one thread "
          f"(all: {spent * ACROSS * DOWN / found.size:.0f} s); {wrong} of ours farther")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

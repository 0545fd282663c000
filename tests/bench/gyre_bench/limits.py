"""What the machine allows, by programs/limits.cpp, on chunks of the very files that are served."""
import glob
import json
import os
import subprocess

import h5py

from . import holdings
from .gyre import BUILD


def _chunks_of(path, name):
    """(index of its first cell, offset, size, bytes decoded) of a variable's chunks."""
    with h5py.File(path, "r") as file:
        data = file[name]
        raw = int(data.dtype.itemsize)
        for side in data.chunks:
            raw *= side
        for number in range(data.id.get_num_chunks()):
            info = data.id.get_chunk_info(number)
            yield info.chunk_offset, info.byte_offset, info.size, raw


def chunk_list(folder, series):
    lines = []
    path = holdings.global_file(folder, 3)
    for first, offset, size, raw in sorted(_chunks_of(path, "thetao")):
        if first[1] == 0:
            lines.append(f"level {path} {offset} {size} {raw}")
    if series:
        for path in sorted(glob.glob(holdings.sea(folder, "regional", "*.nc"))):
            lines += [f"series {path} {offset} {size} {raw}"
                      for _, offset, size, raw in _chunks_of(path, "thetao")]
        store = holdings.sea(folder, "regional_series.zarr", "thetao")
        with open(os.path.join(store, ".zarray"), encoding="utf-8") as file:
            about = json.load(file)
        raw = 2
        for side in about["chunks"]:
            raw *= side
        for path in glob.glob(os.path.join(store, "*.0.0")):
            lines.append(f"zarr {path} 0 {os.path.getsize(path)} {raw}")
    return "\n".join(lines)


def measure(folder, scale, scratch, series=False):
    """Milliseconds of each step on one core."""
    words = [os.path.join(BUILD, "bench", "limits"), os.path.join(scratch, "limits.nc"),
             str(scale.columns), str(scale.rows), *map(str, scale.chunks)]
    done = subprocess.run(words, input=chunk_list(folder, series).encode(), stdout=subprocess.PIPE,
                          check=True)
    return json.loads(done.stdout)

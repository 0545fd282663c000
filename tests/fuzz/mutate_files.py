#!/usr/bin/env python3
"""Makes damaged copies of data files: what a disk, a copy that was cut short or an enemy leaves.

    tests/fuzz/mutate_files.py OUT FOLDER... [--seed N] [--count N] [--most BYTES]

Mutations: cut short; bits flipped anywhere, in headers, around the signatures of HDF5's structures
(B-trees, heaps, object headers); numbers replaced by large ones; blocks zeroed, doubled, moved; the
names of files hold newlines and bytes that are no UTF-8. Beside them what is no file at all: loops of
links, pipes, devices, folders without permission. The same seed gives the same files.
"""
import argparse
import os
import random
import stat
import struct

SIGNATURES = (b"TREE", b"SNOD", b"HEAP", b"OHDR", b"OCHK", b"FRHP", b"FHDB", b"FSHD", b"BTHD",
              b"BTLF", b"GCOL", b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05", b"PK\x01\x02",
              b"PK\x03\x04", b"GRIB", b"7777")
LARGE = (0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 62,
         (1 << 63) - 1, (1 << 64) - 1)


def places_of_structures(data):
    places = []
    for signature in SIGNATURES:
        at = data.find(signature)
        while at >= 0 and len(places) < 5000:
            places.append(at)
            at = data.find(signature, at + 1)
    return places or [0]


def cut(data, random):
    if random.random() < 0.5:
        return data[:1024 * random.randrange(1 + len(data) // 1024)]
    return data[:random.randrange(len(data))]


def flip(data, random, low, high):
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 64))):
        at = min(random.randrange(low, high), len(data) - 1)
        data[at] ^= 1 << random.randrange(8)
    return bytes(data)


def flip_anywhere(data, random):
    return flip(data, random, 0, len(data))


def flip_header(data, random):
    return flip(data, random, 0, min(len(data), 2048))


def near_structure(data, random):
    data = bytearray(data)
    for _ in range(random.choice((1, 2, 4))):
        at = random.choice(places_of_structures(bytes(data))) + random.randrange(64)
        if at < len(data):
            data[at] = random.randrange(256)
    return bytes(data)


def large_number(data, random):
    data = bytearray(data)
    width, order = random.choice((1, 2, 4, 8)), random.choice("<>")
    code = {1: "B", 2: "H", 4: "I", 8: "Q"}[width]
    value = random.choice(LARGE) & ((1 << (8 * width)) - 1)
    base = random.choice(places_of_structures(bytes(data))) if random.random() < 0.6 else 0
    at = min(base + random.randrange(512), max(0, len(data) - width))
    data[at:at + width] = struct.pack(order + code, value)
    return bytes(data)


def blank(data, random):
    size = random.choice((16, 512, 4096))
    at = random.randrange(len(data))
    filling = bytes([random.choice((0, 0xff, 0x20))])
    return data[:at] + filling * min(size, len(data) - at) + data[at + size:]


def move(data, random):
    size = random.choice((8, 64, 1024))
    here, there = random.randrange(len(data)), random.randrange(len(data))
    block = data[here:here + size]
    return data[:there] + block + data[there + len(block):]


def insert(data, random):
    at = random.randrange(len(data))
    return data[:at] + bytes(random.randrange(256) for _ in range(7)) + data[at:]


MUTATIONS = (cut, flip_anywhere, flip_header, near_structure, large_number, blank, move, insert)
NAMES = ("plain", "with space", "new\nline", "tab\t", "été", "日本", b"latin\xe9", b"\xff\xfe", "a'b\"c",
         "&<>;", "%2F", "-rf", "..nc", "a,b", "{}")


def sources(folders, most):
    for folder in folders:
        for place, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                path = os.path.join(place, name)
                if name.endswith((".nc", ".zip", ".grib", ".grib2", ".tif", ".json", ".h5")) and \
                        0 < os.path.getsize(path) <= most:
                    yield path


def zarr_stores(folders):
    for folder in folders:
        for place, names, _ in os.walk(folder):
            for name in sorted(names):
                if name.endswith(".zarr"):
                    yield os.path.join(place, name)


def mutate_store(source, target, random):
    """A copy of a Zarr store with one or two of its files damaged or missing."""
    files = []
    for place, names, here in os.walk(source):
        names.sort()
        for name in sorted(here):
            files.append(os.path.relpath(os.path.join(place, name), source))
    damaged = set(random.sample(files, min(len(files), random.choice((1, 1, 2)))))
    for name in files:
        path = os.path.join(target, name)
        with open(os.path.join(source, name), "rb") as file:
            data = file.read()
        if name in damaged:
            if random.random() < 0.15:
                continue
            data = random.choice(MUTATIONS)(data, random) if data else b"\0"
            if name.endswith((".zarray", ".json", ".zattrs")) and random.random() < 0.5:
                data = hostile_json(data, random)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def hostile_json(data, random):
    text = data.decode("utf-8", "replace")
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    kind = random.randrange(4)
    if kind == 0 and digits:
        at = random.choice(digits)
        return (text[:at] + random.choice(("-1", "0", "1e999", "18446744073709551616",
                                           "4294967296", "null", '"x"')) + text[at + 1:]).encode()
    if kind == 1:
        return b"[" * 100_000
    if kind == 2:
        return b'{"a":' * 5000 + b"1" + b"}" * 5000
    return text.replace('"', "", 1).encode()


def special(out, random):
    """What is no file, or no file for us."""
    made = os.path.join(out, "special")
    os.makedirs(made)
    path = lambda name: os.path.join(made, name)  # noqa: E731
    os.symlink("loop_b.nc", path("loop_a.nc"))
    os.symlink("loop_a.nc", path("loop_b.nc"))
    os.symlink(".", path("itself"))
    os.symlink("..", path("above"))
    os.symlink("nowhere.nc", path("dangling.nc"))
    os.symlink("/dev/zero", path("zero.nc"))
    os.symlink("/dev/stdin", path("stdin.nc"))
    os.mkfifo(path("pipe.nc"))
    os.mkfifo(path("pipe"))
    for name, numbers in (("null.nc", (1, 3)), ("full.nc", (1, 7))):
        try:
            os.mknod(path(name), stat.S_IFCHR | 0o666, os.makedev(*numbers))
        except PermissionError:
            pass
    os.mkdir(path("closed"), 0o000)
    os.mkdir(path("folder.nc"))
    with open(path("unreadable.nc"), "wb") as file:
        file.write(b"CDF\x01")
    os.chmod(path("unreadable.nc"), 0)
    with open(path("huge.nc"), "wb") as file:  # sparse
        file.write(b"CDF\x02")
        file.truncate(1 << 40)
    with open(path("huge5.nc"), "wb") as file:
        file.write(b"\x89HDF\r\n\x1a\n")
        file.truncate(1 << 40)
    deep = made
    for _ in range(80):
        deep = os.path.join(deep, "d")
        os.mkdir(deep)
    import netCDF4
    import numpy
    with netCDF4.Dataset(path("attribute_10mb.nc"), "w") as file:
        file.createDimension("lat", 2)
        file.createVariable("lat", "f8", ("lat",)).units = "degrees_north"
        file.createDimension("lon", 2)
        file.createVariable("lon", "f8", ("lon",)).units = "degrees_east"
        file["lat"][:], file["lon"][:] = [1, 2], [1, 2]
        file.createVariable("v", "f4", ("lat", "lon"))[:] = 1
        file.history = "x" * 10_000_000
        file["v"].comment = "y" * 10_000_000
        file["v"].valid_range = numpy.arange(1_000_000, dtype="f4")
    for name, steps in (("steps_1e6.nc", 1_000_000), ("steps_backwards.nc", 1000)):
        with netCDF4.Dataset(path(name), "w") as file:
            for axis, size, units in (("time", steps, "seconds since 2000-01-01"),
                                      ("lat", 2, "degrees_north"), ("lon", 2, "degrees_east")):
                file.createDimension(axis, size)
                file.createVariable(axis, "f8", (axis,)).units = units
                file[axis][:] = numpy.arange(size) if name == "steps_1e6.nc" or axis != "time" \
                    else numpy.random.RandomState(1).rand(size)
            file.createVariable("v", "i1", ("time", "lat", "lon"))[:] = 1
    for i in range(3):
        with netCDF4.Dataset(path(f"wide_{i}.nc"), "w", format="NETCDF3_CLASSIC") as file:
            file.createDimension("x", 1)
            for v in range(3000):
                file.createVariable(f"v{v}", "f4", ("x",))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--most", type=int, default=600_000, help="bytes of a file that is damaged")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    files = list(sources(arguments.folders, arguments.most))
    stores = list(zarr_stores(arguments.folders))
    os.makedirs(arguments.out)
    special(arguments.out, chance)
    for number in range(arguments.count):
        folder = os.path.join(arguments.out, f"{number // 200:03d}")
        os.makedirs(folder, exist_ok=True)
        if stores and chance.random() < 0.15:
            store = chance.choice(stores)
            mutate_store(store, os.path.join(folder, f"{number:06d}.zarr"), chance)
            continue
        source = chance.choice(files)
        with open(source, "rb") as file:
            data = file.read()
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            if data:
                data = chance.choice(MUTATIONS)(data, chance)
        name = f"{number:06d}_" + os.path.basename(source)
        if chance.random() < 0.05:
            odd = chance.choice(NAMES)
            odd = odd if isinstance(odd, bytes) else odd.encode()
            name = f"{number:06d}_".encode() + odd.replace(b"/", b"_") + \
                os.path.splitext(source)[1].encode()
        with open(os.path.join(os.fsencode(folder), os.fsencode(name)), "wb") as file:
            file.write(data)
    print(f"{arguments.count} damaged files of {len(files)} files and {len(stores)} stores in "
          f"{arguments.out}")


if __name__ == "__main__":
    main()

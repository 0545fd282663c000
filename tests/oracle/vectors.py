#!/usr/bin/env python3
"""Vectors computed from components, against NumPy and PROJ.

    tests/oracle/vectors.py FOLDER [--seed N] [--requests 20] [--only NAME] [--address URL] [--keep DIR]

For each coverage of vectors: random boxes by WCS and cells by GetFeatureInfo. The pairs are found here
by their own rules; the angle of a grid comes from spherical trigonometry (rotated poles), the
convergence of PROJ's factors (projections), the file's angles, or the azimuths to the neighbours of a
cell; components on faces are averaged here. Then maps with arrows and nothing else: each arrow must
point where the flow goes, within a degree, in EPSG:4326, 3857 and 3995, and tiles must join.
"""
import io
import json
import os
import re
import sys
import tempfile

import numpy as np
import pyproj
import xarray as xr
from PIL import Image
from scipy.spatial import cKDTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import harness, info, wcs  # noqa: E402
from gyre_oracle.mapping import Mapping  # noqa: E402
from gyre_oracle.truth import iso  # noqa: E402

KNOWN = {"vozocrtx": "vomecrty", "uwnd": "vwnd"}
GEOD = pyproj.Geod(ellps="sphere")
SPACING, PHASE_X, PHASE_Y = 25.6, 0.381966, 0.236068
WORLD = 2 * np.pi * 6378137.0


def component(field):
    """(key, is y, is along the grid) of a component."""
    name = str(field.attributes.get("standard_name", "")).strip().lower().replace(" ", "_")
    if not name:
        lower = field.name.lower()
        for x, y in KNOWN.items():
            if lower in (x, y):
                return x, lower == y, x == "vozocrtx"
        return None
    words = name.split("_")
    if {"coordinate", "angle", "latitude", "longitude", "mask"} & set(words):
        return None
    for x, y, grid in (("eastward", "northward", False), ("x", "y", True)):
        for word in (x, y):
            if words.count(word) == 1:
                return "_".join("*" if w == word else w for w in words), word == y, grid
    return None


def pairs_of(file):
    """[(x field, y field, along the grid)], twins by name where there are several."""
    found = {}
    for name, variable in file.dataset.variables.items():
        if variable.ndim < 1 or variable.dtype.kind not in "iuf":
            continue
        field = file.field(name)
        what = component(field)
        if what:
            found.setdefault((what[0], what[2]), ([], []))[what[1]].append(field)
    for (_, grid), (xs, ys) in found.items():
        for x in xs:
            twins = [y for y in ys if len(xs) == 1 or
                     y.name == x.name.replace("u", "v", 1)]
            if len(twins) == 1:
                yield x, twins[0], grid


def values_of(field):
    values = np.asarray(field.values, "f8").copy()
    values[field.missing] = np.nan
    return values


class Truth:
    """A vector of the file at the centres of cells: values over other axes, y, x (or cells)."""

    def __init__(self, coverage, x, y, grid):
        self.file, self.x = coverage.file, x
        self.variables = coverage.file.dataset.variables
        u, v = values_of(x), values_of(y)
        self.dimensions = list(x.dimensions)
        self.faces = x.dimensions != y.dimensions
        if self.faces:
            u, v = self._centred(coverage, u, x, v, y)
        self.shape = u.shape
        self.angle, self.bound = np.zeros(1), 0.0
        self.lon, self.lat = self._places()
        if grid:
            self._turn(coverage)
        c, s = np.cos(self.angle), np.sin(self.angle)
        self.values = {"eastward": u * c - v * s, "northward": u * s + v * c}
        self.values["speed"] = np.where(np.isnan(u) | np.isnan(v), np.nan, np.hypot(u, v))
        to = np.degrees(np.arctan2(self.values["eastward"], self.values["northward"])) % 360
        to[self.values["speed"] == 0] = np.nan
        self.values["direction"] = to
        single = [f.packing.unpack(np.zeros(1, f.packing.dtype)).dtype.itemsize < 8
                  for f in (x, y)]
        self.float32 = all(single)

    def _centred(self, coverage, u, x, v, y):
        labels = set(coverage.offered.labels) | set(coverage.offered.grid_labels)
        for axis, other in ((-1, y), (-2, x)):  # where x lies on faces, y has the cells
            self.dimensions[axis] = next(d for d in self.variables[self._cells()].dims
                                         if d in labels and d == self._named(d, axis))
            del other
        shape = [self.file.dataset.sizes[d] for d in self.dimensions]
        return (self._mean(u, -1, shape, x.dimensions[-1]),
                self._mean(v, -2, shape, y.dimensions[-2]))

    def _cells(self):
        return "lon_rho" if "lon_rho" in self.variables else "T"

    def _named(self, dimension, axis):
        return self.variables[self._cells()].dims[axis] if dimension else None

    def _mean(self, values, axis, shape, dimension):
        cells, faces = shape[axis], values.shape[axis]
        values = np.moveaxis(values, axis, -1)
        result = np.full(values.shape[:-1] + (cells,), np.nan)
        if faces == cells - 1:
            result[..., 1:-1] = (values[..., :-1] + values[..., 1:]) / 2
        else:  # faces before the cells
            result[..., :-1] = (values[..., :-1] + values[..., 1:]) / 2
            if dimension == "XG":
                result[..., -1] = (values[..., -1] + values[..., 0]) / 2
        return np.moveaxis(result, -1, axis)

    def _places(self):
        """Longitudes and latitudes of the centres, where they have two dimensions."""
        plane = tuple(self.dimensions[-2:])
        for lon, lat in (("lon_rho", "lat_rho"), ("nav_lon", "nav_lat")):
            if lon in self.variables and self.variables[lon].dims == plane:
                return self.variables[lon].values.astype("f8"), self.variables[lat].values.astype(
                    "f8")
        return None, None

    def _turn(self, coverage):
        if self.lon is not None:
            angle = self.variables.get("angle")
            if angle is not None:
                self.angle = np.asarray(angle.values, "f8")
                if str(angle.attrs["units"]).startswith("deg"):
                    self.angle = np.radians(self.angle)
                return
            self.angle, self.bound = azimuths(self.lon, self.lat)
            return
        mapping = Mapping(self.file, self.x)
        if mapping.geographic:
            return
        gx, gy = np.meshgrid(mapping.x.centres, mapping.y.centres)
        lon, lat = mapping.to_geographic(gx, gy)
        if mapping.rotated:
            # The angle at the place between the true pole and the grid's pole.
            a, p = np.radians(lon - mapping.rotated[0]), np.radians(mapping.rotated[1])
            phi = np.radians(lat)
            to_grid_pole = np.arctan2(-np.sin(a) * np.cos(p),
                                      np.sin(p) * np.cos(phi) - np.cos(p) * np.sin(phi) * np.cos(a))
            self.angle = -to_grid_pole
            return
        factors = pyproj.Proj(mapping.crs).get_factors(lon, lat)
        # The convergence turns from the axes to the meridian.
        self.angle = -np.radians(factors.meridian_convergence)
        del coverage


def azimuths(lon, lat):
    """Angles from east to x by the azimuths to the cells on either side; how far they differ."""
    lon, lat = np.radians(lon), np.radians(lat)

    def to(a, b):
        dl = lon[:, b] - lon[:, a]
        return np.arctan2(np.sin(dl) * np.cos(lat[:, b]),
                          np.cos(lat[:, a]) * np.sin(lat[:, b]) -
                          np.sin(lat[:, a]) * np.cos(lat[:, b]) * np.cos(dl))
    n = lon.shape[1]
    here = np.arange(n)
    ahead, behind = to(here[:-1], here[1:]), to(here[1:], here[:-1]) + np.pi
    forward = np.concatenate([ahead, behind[:, -1:]], 1)
    backward = np.concatenate([ahead[:, :1], behind], 1)
    turn = np.remainder(backward - forward + np.pi, 2 * np.pi) - np.pi
    angle = np.pi / 2 - (forward + turn / 2)
    # At the ends of a line one azimuth is all there is: half a cell's turn of the line.
    turn[:, 0], turn[:, -1] = turn[:, 1], turn[:, -2]
    return angle, float(np.abs(turn).max())


def kind_of(name):
    if "direction" in name:
        return "direction"
    if name.startswith("magnitude_of") or "speed" in name:
        return "speed"
    return next((kind for kind in ("eastward", "northward") if kind in name), None)


def truths_of(coverage):
    """{offered field: Truth}: of several vectors in a coverage, by the suffix."""
    plane = set(coverage.offered.labels) | set(coverage.offered.grid_labels)
    fitting = []
    for x, y, grid in pairs_of(coverage.file):
        truth = Truth(coverage, x, y, grid)
        axes = set(truth.dimensions[:-1] if coverage.offered.mesh else truth.dimensions)
        others = set(coverage.offered.labels) - {"Lat", "Long"}
        if axes <= plane and (not coverage.offered.mesh or others - {truth.dimensions[-1]} <= axes):
            fitting.append(truth)
    found = {}
    for name in coverage.offered.fields:
        mine = [t for t in fitting if name.endswith("_" + t.x.name)] or fitting
        if mine:
            words = set(re.split("_", name))
            best = max(mine, key=lambda t: len(words & set(re.split(
                "_", str(t.x.attributes.get("standard_name", "")).lower()))))
            found[name] = best
    return found


def subset_of(coverage, truth, random, horizontal):
    """SUBSETs of one step (or a box of x and y), and the index of it."""
    subsets, index = [], []
    for dimension in truth.dimensions:
        size = truth.shape[truth.dimensions.index(dimension)]
        axis = truth.file._axis(dimension, dimension)
        plane = dimension in truth.dimensions[-2:] and not coverage.offered.mesh
        if plane and horizontal:
            low = int(random.integers(size))
            high = int(random.integers(low, min(size, low + 12)))
            ends = sorted((repr(float(axis.centres[low])), repr(float(axis.centres[high]))),
                          key=float)
            subsets.append(f"{dimension}({ends[0]},{ends[1]})")
            index.append(slice(low, high + 1))
        elif dimension == truth.dimensions[-1] and coverage.offered.mesh:
            index.append(slice(None))
        else:
            at = int(random.integers(size))
            counts = truth.file.dataset.variables.get(dimension)
            if counts is None or counts.ndim != 1:  # no coordinates along it: it counts
                subsets.append(f"{dimension}({at})")
                index.append(at)
                continue
            text = f'"{iso(axis.dates[at])}"' if axis.role == "time" and "since 0" not in str(
                axis.attributes.get("units")) else info.shortest(axis, axis.centres[at])
            label = coverage.label(axis) or dimension
            subsets.append(f"{label}({text})")
            index.append(at)
    return subsets, tuple(index)


def differs(kind, got, wanted, speed, truth):
    got = np.asarray(got, "f8").reshape(wanted.shape)
    if (np.isnan(got) != np.isnan(wanted)).any():
        where = np.argwhere(np.isnan(got) != np.isnan(wanted))[0]
        return f"{kind} at {where}: {got[tuple(where)]}, expected {wanted[tuple(where)]}"
    eps = 1.2e-7 if truth.float32 else 1e-12
    # PROJ's iterations and the step of the derivative: 1e-7 radians.
    angle = truth.bound / 2 + (1e-7 if np.size(truth.angle) > 1 else 1e-15)
    if kind == "direction":
        off = np.abs((got - wanted + 180) % 360 - 180)
        most = np.degrees(angle) + 360 * eps
    else:
        off = np.abs(got - wanted)
        most = speed * ((0 if kind == "speed" else angle) + 3 * eps) + 1e-12
    bad = off > most
    if np.nansum(bad) == 0:
        return None
    where = tuple(np.argwhere(bad)[0])
    return f"{kind} at {where}: {got[where]}, expected {wanted[where]}, {off[where]} off"


def boxes(server, report, coverage, truths, random, requests):
    for _ in range(requests):
        name = list(truths)[int(random.integers(len(truths)))]
        truth, kind = truths[name], kind_of(name)
        subsets, index = subset_of(coverage, truth, random, True)
        answer = wcs.get_coverage(server, coverage.offered.id, subsets, [name])
        problem = f"{answer.status_code}: {answer.text[:300]}"
        if answer.status_code == 200:
            with tempfile.NamedTemporaryFile(suffix=".nc") as file:
                file.write(answer.content)
                file.flush()
                with xr.open_dataset(file.name, decode_times=False) as got:
                    units = got[name].attrs.get("units")
                    problem = differs(kind, got[name].values, truth.values[kind][index],
                                      truth.values["speed"][index], truth)
                    if kind == "direction" and units != "degree":
                        problem = f"units {units}"
        report.count(coverage.subject, f"box: {kind}", problem, answer.url)


def cells_of(truth):
    """Where the cells are: longitudes, latitudes."""
    if truth.lon is not None:
        return truth.lon, truth.lat
    mapping = Mapping(truth.file, truth.x)
    gx, gy = np.meshgrid(*(truth.file._axis(d, d).centres for d in truth.dimensions[:-3:-1]))
    return mapping.to_geographic(gx, gy)


def sample_differs(told, to, truth, index):
    speed, direction = truth.values["speed"][index], truth.values["direction"][index]
    if np.isnan(speed):
        return None if told["value"] is None else f"{told['value']}, expected missing"
    problem = differs("speed", told["value"], np.array(speed), speed, truth)
    if problem or np.isnan(direction):
        return problem
    return differs("direction", told[to], np.array(direction), speed, truth)


def info_at(server, report, coverage, truths, random, requests):
    """The speed's layer tells the direction too, of one sample and along an axis."""
    for _ in range(requests):
        name = next((n for n in truths if kind_of(n) == "speed"), None)
        truth = truths[name]
        to = next(n for n in truths if kind_of(n) == "direction" and truths[n] is truth)
        lon, lat = cells_of(truth)
        subsets, index = subset_of(coverage, truth, random, False)
        at = float(lon[index[-2:]]), float(lat[index[-2:]])
        if not np.isfinite(at).all() or abs(at[1]) > 89.9:
            continue
        more = []
        for dimension, i in zip(truth.dimensions[:-2], index):
            axis = truth.file._axis(dimension, dimension)
            more.append(("TIME", iso(axis.dates[i])) if axis.role == "time" else
                        ("ELEVATION", info.elevation(axis, i)) if axis.role == "vertical" else
                        ("DIM_" + dimension, info.shortest(axis, axis.centres[i])))
        long = [d for d in range(len(more)) if truth.shape[d] > 1]
        along = int(random.choice(long)) if long and random.random() < 0.5 else None
        if along is not None:
            more[along] = (more[along][0], "/")
        layer, size = f"{coverage.dataset}/{name}", 1e-6
        box = [at[0] - size, at[1] - size, at[0] + size, at[1] + size]
        answer = server.get("/wms", [
            ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"),
            ("LAYERS", layer), ("QUERY_LAYERS", layer), ("STYLES", "arrows/speed"),
            ("FORMAT", "image/png"), ("CRS", "CRS:84"), ("BBOX", ",".join(map(repr, box))),
            ("WIDTH", "3"), ("HEIGHT", "3"), ("I", "1"), ("J", "1"),
            ("INFO_FORMAT", "application/json"), *more])
        try:
            told = json.loads(answer.content)["features"][0]["properties"]
            problem = None
            if along is None:
                problem = sample_differs(told, to, truth, index)
            elif len(told["series"]) != truth.shape[along]:
                problem = f"{len(told['series'])} samples, expected {truth.shape[along]}"
            else:
                for k, sample in enumerate(told["series"]):
                    place = index[:along] + (k,) + index[along + 1:]
                    problem = problem or sample_differs(sample, to, truth, place)
        except (ValueError, KeyError, IndexError) as error:
            problem = f"{error!r}: {answer.status_code} {answer.text[:300]}"
        report.count(coverage.subject, "GetFeatureInfo" if along is None else "series", problem,
                     answer.url)


# ---- arrows -------------------------------------------------------------------------------------

VIEWS = {"EPSG:4326": None, "EPSG:3857": "EPSG:3857", "EPSG:3995": "EPSG:3995"}


def picture(server, layer, crs, box, size, more):
    asked = [box[1], box[0], box[3], box[2]] if crs == "EPSG:4326" else box
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetMap"), ("LAYERS", layer),
        ("STYLES", "arrows/speed"), ("CRS", crs), ("BBOX", ",".join(map(repr, map(float, asked)))),
        ("WIDTH", str(size)), ("HEIGHT", str(size)), ("FORMAT", "image/png"),
        ("TRANSPARENT", "TRUE"), ("OPACITY", "0"), *more])
    if answer.status_code != 200 or not answer.content.startswith(b"\x89PNG"):
        return None, answer
    image = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"), "f8")
    return image, answer


def ink_of(image):
    """How much of each pixel is dark."""
    return image[..., 3] / 255 * (1 - image[..., :3].mean(-1) / 255)


def places_in(box, size):
    """Where arrows stand: pixels, and positions in the CRS."""
    step = SPACING * (box[2] - box[0]) / size
    unit = 10 ** (np.floor(np.log10(step)) - 8)
    step = np.round(step / unit) * unit
    xs = (np.arange(np.ceil(box[0] / step - PHASE_X), box[2] / step - PHASE_X) + PHASE_X) * step
    ys = (np.arange(np.ceil(box[1] / step - PHASE_Y), box[3] / step - PHASE_Y) + PHASE_Y) * step
    pixel = (box[2] - box[0]) / size
    return [((x - box[0]) / pixel, (box[3] - y) / pixel, x, y) for x in xs for y in ys]


def drawn_heading(ink, column, row):
    """Degrees clockwise from up of the arrow around a place; None where there is none. The head has
    most of the ink: the middle of it lies ahead, and the spread around it along the arrow."""
    half = 11
    c, r = int(round(column)), int(round(row))
    if min(c, r) < half + 1 or max(c, r) > ink.shape[0] - half - 2:
        return None
    part = ink[r - half:r + half + 1, c - half:c + half + 1]
    if part.sum() < 15:
        return None
    y, x = np.mgrid[r - half:r + half + 1, c - half:c + half + 1] + 0.5
    x, y = x - column, y - row
    part = np.where(np.hypot(x, y) < 11, part, 0)
    mx, my = (part * x).sum() / part.sum(), (part * y).sum() / part.sum()
    xx, yy = (part * x * x).sum(), (part * y * y).sum()
    axis = 0.5 * np.arctan2(2 * (part * x * y).sum(), xx - yy)
    along = np.array([np.cos(axis), np.sin(axis)])
    if along @ [mx, my] < 0:
        along = -along
    return np.degrees(np.arctan2(along[0], -along[1])) % 360


def finder(truth, flat, usable):
    """find(longitude, latitude): the cell well within which a place lies, else None."""
    if truth.lon is not None:
        def points(lonlat):
            lam, phi = np.radians(np.asarray(lonlat).T)
            return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], -1)
        numbers = np.flatnonzero(usable)
        tree = cKDTree(points(flat[usable]))

        def nearest(longitude, latitude):
            distance, near = tree.query(points([longitude, latitude]), k=2)
            edge = distance[1] - distance[0] < 0.2 * distance[1]
            return None if near[1] >= len(numbers) or edge else int(numbers[near[0]])
        return nearest
    mapping = Mapping(truth.file, truth.x)
    if truth.faces:  # of the cells, not of the component's own axis
        mapping.y, mapping.x = (truth.file._axis(d, d) for d in truth.dimensions[-2:])

    def within(longitude, latitude):
        cell = []
        for axis, at in zip((mapping.x, mapping.y), mapping.to_native(longitude, latitude)):
            low, high = axis.footprints().T
            turns = (-360, 0, 360) if axis.role == "lon" or mapping.rotated and axis is mapping.x \
                else (0,)
            rim = 0.02 * (high - low)
            found = np.concatenate([np.flatnonzero((low + rim < at + t) & (at + t < high - rim))
                                    for t in turns])
            if found.size == 0:
                return None
            cell.append(int(found[0]))
        return cell[1] * mapping.x.size + cell[0]
    return within


def arrows(server, report, coverage, truths, random, keep):
    name = next((n for n in truths if kind_of(n) == "speed"), None)
    truth = truths[name]
    lon, lat = cells_of(truth)
    flat = np.stack([lon.ravel(), lat.ravel()], 1)
    usable = np.isfinite(flat).all(1) & (np.abs(flat[:, 1]) < 89.99)
    find = finder(truth, flat, usable)
    subsets, index = subset_of(coverage, truth, random, False)
    more = []
    for dimension, i in zip(truth.dimensions[:-2], index):
        axis = truth.file._axis(dimension, dimension)
        more.append(("TIME", iso(axis.dates[i])) if axis.role == "time" else
                    ("ELEVATION", info.elevation(axis, i)) if axis.role == "vertical" else
                    ("DIM_" + dimension, info.shortest(axis, axis.centres[i])))
    to = truth.values["direction"][index[:-2]].ravel()
    layer = f"{coverage.dataset}/{name}"
    for crs, code in VIEWS.items():
        forward = pyproj.Transformer.from_crs("OGC:CRS84", code or "OGC:CRS84", always_xy=True)
        x, y = forward.transform(*flat[usable].T)
        good = np.isfinite(x) & np.isfinite(y)
        if code == "EPSG:3857":
            good &= np.abs(flat[usable][:, 1]) < 80
        if code == "EPSG:3995":
            good &= flat[usable][:, 1] > 20
        if good.sum() < 4:
            continue
        middle = np.median(x[good]), np.median(y[good])
        half = max(np.ptp(x[good]), np.ptp(y[good])) / 2 * float(random.uniform(0.5, 1)) + 1e-3
        size = 512
        box = [middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half]
        image, answer = picture(server, layer, crs, box, size, more)
        if image is None:
            report.count(coverage.subject, f"arrows {crs}", answer.text[:200], answer.url)
            continue
        if keep:
            with open(os.path.join(keep, f"{coverage.dataset}-{crs[5:]}.png"), "wb") as file:
                file.write(answer.content)
        ink, worst, seen = ink_of(image), 0.0, 0
        told = ""
        for column, row, px, py in places_in(box, size):
            plon, plat = forward.transform(px, py, direction="INVERSE")
            if not np.isfinite(plon + plat) or abs(plat) > 90:
                continue
            cell = find(plon, plat)
            if cell is None or not usable[cell]:
                continue
            heading = drawn_heading(ink, column, row)
            if heading is None or np.isnan(to[cell]):
                continue
            wanted = to[cell]
            if code:
                a, b = flat[cell]
                a2, b2, _ = GEOD.fwd(a, b, wanted, 500)
                x1, y1 = forward.transform(a, b)
                x2, y2 = forward.transform(a2, b2)
                dx = x2 - x1
                if code == "EPSG:3857":  # across the dateline
                    dx = np.remainder(dx + WORLD / 2, WORLD) - WORLD / 2
                wanted = np.degrees(np.arctan2(dx, y2 - y1)) % 360
            off = abs((heading - wanted + 180) % 360 - 180)
            seen += 1
            if off > worst:
                worst = off
                told = f"at pixel {column:.1f}, {row:.1f}: {heading:.2f}, expected {wanted:.2f}"
        if seen:
            report.count(coverage.subject, f"arrows {crs}",
                         told if worst > 1.0 else None, answer.url)
        tiles(server, report, coverage, layer, crs, box, size, more, image)


def tiles(server, report, coverage, layer, crs, box, size, more, image):
    """Two halves joined are the whole."""
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, a = picture(server, layer, crs, [box[0], middle[1], middle[0], box[3]], size // 2, more)
    right, _ = picture(server, layer, crs, [middle[0], middle[1], box[2], box[3]], size // 2, more)
    problem = "no picture"
    if left is not None and right is not None:
        joined = np.concatenate([left, right], 1)
        # Rounding of the box moves a smoothed edge by a thirty-second of a pixel at most.
        off = np.abs(joined[..., 3] - image[:size // 2, :, 3]).max()
        problem = None if off <= 16 else f"an edge differs by {off} of 255"
    report.count(coverage.subject, f"tiles {crs}", problem, a.url)


def work(server, report, coverage, arguments):
    random = np.random.default_rng([arguments.seed, len(coverage.subject), sum(
        map(ord, coverage.offered.id))])
    truths = truths_of(coverage)
    missing = set(coverage.offered.fields) - set(truths)
    report.count(coverage.subject, "fields", f"no components for {missing}" if missing else None)
    if not truths:
        return
    boxes(server, report, coverage, truths, random, arguments.requests)
    if not coverage.offered.mesh:
        info_at(server, report, coverage, truths, random, arguments.requests // 2)
        arrows(server, report, coverage, truths, random, arguments.keep)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, work, keep=True, told="coverages of vectors", vectors=True))

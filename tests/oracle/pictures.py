#!/usr/bin/env python3
"""GetMap against the samples: the palette class at each pixel centre, of the nearest sample, or of the
mean of a block of them where two or more lie from one pixel to the next.

    tests/oracle/pictures.py FOLDER [--seed N] [--only NAME] [--address URL] [--keep DIR]

For each coverage, one field at a random step is drawn in EPSG:4326, CRS:84, EPSG:3857, a polar CRS,
across the dateline and across Greenwich, with a colour range and a number of classes of our own.
Which colour is which class is read from GetLegendGraphic and confirmed by GetFeatureInfo; which class
a pixel should have comes from PROJ and the file alone. At most 0.1 % of a picture's pixels may
differ from every sample around.
"""
import argparse
import io
import os
import sys
import zlib

import numpy as np
import pyproj
from PIL import Image

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import blocks, cells, holdings, info  # noqa: E402
from gyre_oracle.report import Report, in_processes  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

SIZE = 200
MOST_WRONG = 0.001


class View:
    """A rectangle of a CRS; the box is x, y, whatever the CRS' axis order."""

    def __init__(self, name, crs, box, swapped=False):
        self.name, self.crs, self.box, self.swapped = name, crs, box, swapped

    def bbox(self):
        west, south, east, north = self.box
        numbers = [south, west, north, east] if self.swapped else [west, south, east, north]
        return ",".join(repr(float(n)) for n in numbers)

    def centres(self):
        west, south, east, north = self.box
        x = west + (np.arange(SIZE) + 0.5) * (east - west) / SIZE
        y = north - (np.arange(SIZE) + 0.5) * (north - south) / SIZE
        return np.meshgrid(x, y)

    def proj(self):
        return pyproj.CRS.from_user_input("OGC:CRS84" if self.crs == "CRS:84" else self.crs)


def mercator(longitude, latitude):
    to = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True)
    return to.transform(longitude, latitude)


def views_of(grid, random):
    """Pictures worth looking at for this grid."""
    longitudes, latitudes = grid.outline()
    good = np.isfinite(longitudes) & np.isfinite(latitudes)
    longitudes, latitudes = longitudes[good], latitudes[good]
    south, north = max(-90.0, latitudes.min()), min(90.0, latitudes.max())
    # Rotated and polar grids turn round the pole: show the whole turn then.
    if grid.geographic:
        west, east = longitudes.min(), longitudes.max()
        turn = np.floor((west + 180) / 360) * 360
        west, east = west - turn, east - turn
        across = east > 180 + 1e-9
    else:
        west, east = longitudes.min(), longitudes.max()
        across = east - west > 180
    if across:
        west, east = -180.0, 180.0
    margin_x, margin_y = max(0.5, 0.05 * (east - west)), max(0.5, 0.05 * (north - south))
    whole = [max(-180, west - margin_x), max(-90, south - margin_y), min(180, east + margin_x),
             min(90, north + margin_y)]
    found = [View("EPSG:4326", "EPSG:4326", whole, swapped=True)]
    pick = random.integers(longitudes.size)
    middle = (longitudes[pick] + 180) % 360 - 180, float(np.clip(latitudes[pick], -85, 85))
    zoom = max(2e-3, 0.05 * (north - south)) * random.uniform(0.5, 2)
    found.append(View("CRS:84", "CRS:84", [middle[0] - zoom, middle[1] - zoom, middle[0] + zoom,
                                           middle[1] + zoom]))
    low, high = max(-85.0, whole[1]), min(85.0, whole[3])
    if low < high:
        found.append(View("EPSG:3857", "EPSG:3857", [*mercator(whole[0], low),
                                                     *mercator(whole[2], high)]))
    for crs, wanted, box in (("EPSG:3413", north > 50, 4.5e6), ("EPSG:3031", south < -50, 4.5e6)):
        if wanted:
            found.append(View(crs, crs, [-box, -box, box, box]))
    if east > 175 or west < -175:
        # The Pacific's own Mercator has the dateline in its middle.
        found.append(View("dateline EPSG:3832", "EPSG:3832", [1.5e6, -4e6, 5.5e6, 4e6]))
        for a, b in ((160, 180), (-180, -160)):
            found.append(View("dateline CRS:84", "CRS:84", [a, south, b, north]))
    if west < 0 < east:
        reach = min(20.0, east, -west)
        found.append(View("Greenwich CRS:84", "CRS:84", [-reach, south, reach, north]))
    return [v for v in found if v.box[0] < v.box[2] and v.box[1] < v.box[3]]


def classes_of(values, missing, low, high, count):
    """The class of each sample; -1 where missing."""
    place = (values.astype("f8") - low) / (high - low) * count
    with np.errstate(invalid="ignore"):
        found = np.clip(np.floor(place), 0, count - 1)
    return np.where(missing, -1, np.nan_to_num(found)).astype(int)


def legend_colours(server, layer, style, low, high, count):
    """Colours by class, from the colour bar: lowest class at the bottom."""
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetLegendGraphic"),
        ("LAYER", layer), ("STYLE", style), ("FORMAT", "image/png"), ("COLORBARONLY", "true"),
        ("COLORSCALERANGE", f"{low!r},{high!r}"), ("NUMCOLORBANDS", str(count)), ("WIDTH", "9"),
        ("HEIGHT", str(4 * count))])
    answer.raise_for_status()
    bar = np.array(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
    if bar.shape[0] != 4 * count:
        raise ValueError(f"a colour bar of {bar.shape[0]} rows, asked for {4 * count}")
    return [tuple(bar[4 * count - 1 - (4 * k + 2), 4]) for k in range(count)]


def number_of_colour(rgba):
    return np.asarray(rgba, np.int64) @ np.array([1 << 24, 1 << 16, 1 << 8, 1])


def first_of_colour(colours):
    """For each class the first one of its colour: fine palettes may round two to one."""
    numbers = [int(number_of_colour(colour)) for colour in colours]
    return np.array([numbers.index(number) for number in numbers])


def picture_classes(body, colours):
    """Each pixel's class, the first of its colour; -1 transparent; -2 a colour of no class."""
    packed = number_of_colour(np.array(Image.open(io.BytesIO(body)).convert("RGBA")))
    table = {}
    for k, colour in enumerate(colours):
        table.setdefault(int(number_of_colour(colour)), k)
    unique, inverse = np.unique(packed, return_inverse=True)
    known = np.array([-1 if not colour & 255 else table.get(int(colour), -2) for colour in unique])
    return known[inverse.reshape(packed.shape)]


def plane_of(field, index):
    """Stored values and missing of one horizontal section, rows = y, columns = x."""
    y, x = field.horizontal()
    key = tuple(index.get(d, slice(None)) for d in field.dimensions)
    raw, missing = field.raw[key], field.missing[key]
    if field.dimensions.index(y.dimension) > field.dimensions.index(x.dimension):
        raw, missing = raw.T, missing.T
    return raw, missing


def wrong_pixels(got, wanted, rows, columns, classes, periodic):
    """Pixels that differ from the nearest sample, and those that differ from all around too."""
    differs = got != wanted
    hopeless = differs.copy()
    height, width = classes.shape
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            r, c = rows + dy, columns + dx
            if periodic:
                c = np.where(columns < 0, -1, c % width)
            inside = (r >= 0) & (r < height) & (c >= 0) & (c < width) & (rows >= 0) & (columns >= 0)
            around = np.where(inside, classes[np.clip(r, 0, height - 1),
                                              np.clip(c, 0, width - 1)], -1)
            hopeless &= got != around
    return int(differs.sum()), int(hopeless.sum())


def one_view(server, report, coverage, field, view, setting, keep):
    grid, plane, low, high, count, colours, parameters, layer = setting
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetMap"), ("LAYERS", layer),
        ("STYLES", "default"), ("CRS", view.crs), ("BBOX", view.bbox()), ("WIDTH", str(SIZE)),
        ("HEIGHT", str(SIZE)), ("FORMAT", "image/png"), ("TRANSPARENT", "TRUE"),
        ("COLORSCALERANGE", f"{low!r},{high!r}"), ("NUMCOLORBANDS", str(count)), *parameters])
    kind = "picture " + view.name
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("image/png"):
        report.count(coverage.subject, kind, f"{answer.status_code} {answer.text[:300]}",
                     answer.url)
        return None
    got = picture_classes(answer.content, colours)
    rows, columns = grid.locate(*grid.native(view.proj(), *view.centres()))
    outside = (rows < 0) | (columns < 0)
    values, missing = blocks.shown(field, *plane, rows, columns)
    classes = classes_of(values, missing, low, high, count)
    classes = np.where(classes < 0, -1, first_of_colour(colours)[classes])
    wanted = np.where(outside, -1, classes[np.clip(rows, 0, None), np.clip(columns, 0, None)])
    footprints = grid.x.footprints()
    periodic = grid.geographic and footprints.max() - footprints.min() > 359.9
    differing, hopeless = wrong_pixels(got, wanted, rows, columns, classes, periodic)
    share = hopeless / got.size
    if keep:
        name = f"{coverage.offered.id}-{view.name.replace(':', '').replace(' ', '-')}"
        with open(os.path.join(keep, name + ".png"), "wb") as file:
            file.write(answer.content)
        if share > MOST_WRONG:
            Image.fromarray(np.uint8(255 * (got != wanted))).save(
                os.path.join(keep, name + "-wrong.png"))
    report.count(coverage.subject, kind, None if share <= MOST_WRONG else
                 f"{100 * share:.2f} % of pixels differ from all samples around "
                 f"({100 * differing / got.size:.2f} % from the nearest; "
                 f"{100 * (wanted >= 0).mean():.0f} % should be drawn, "
                 f"{100 * (got >= 0).mean():.0f} % are)", answer.url)
    return differing, got.size


def colour_of_value(server, report, coverage, field, view, setting, random):
    """GetFeatureInfo's class and colour are the map's."""
    _, _, low, high, count, colours, parameters, layer = setting
    i, j = (int(random.integers(SIZE)) for _ in range(2))
    common = [("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("LAYERS", layer), ("STYLES", "default"),
              ("CRS", view.crs), ("BBOX", view.bbox()), ("WIDTH", str(SIZE)), ("HEIGHT", str(SIZE)),
              ("FORMAT", "image/png"), ("COLORSCALERANGE", f"{low!r},{high!r}"),
              ("NUMCOLORBANDS", str(count)), ("TRANSPARENT", "TRUE"), *parameters]
    told = server.get("/wms", [("REQUEST", "GetFeatureInfo"), ("QUERY_LAYERS", layer),
                               ("INFO_FORMAT", "application/json"), ("I", str(i)), ("J", str(j)),
                               *common])
    drawn = server.get("/wms", [("REQUEST", "GetMap"), *common])
    shown = int(picture_classes(drawn.content, colours)[j, i])
    features = told.json()["features"]
    named = features[0]["properties"]["class"] if features else -1
    named = first_of_colour(colours)[named] if named >= 0 else -1
    report.count(coverage.subject, "colour of the value", None if named == shown else
                 f"GetFeatureInfo says class {named}, the map shows {shown} at {i},{j}", told.url)


def one_coverage(server, report, coverage, seed, keep):
    random = np.random.default_rng([seed, zlib.crc32(coverage.offered.id.encode())])
    # Flags have a colour for each category, not classes of a range.
    fields = [f for f in coverage.fields if "flag_values" not in f.attributes
              and "flag_masks" not in f.attributes and f.horizontal()]
    if not fields:
        return (0, 0)
    field = fields[int(random.integers(len(fields)))]
    grid = cells.Grid(coverage.file, field)
    index, parameters = info.parameters_of(coverage, field, random)
    plane = plane_of(field, index)
    good = field.packing.unpack(plane[0])[~plane[1]].astype("f8")
    low, high = (float(v) for v in np.percentile(good, [2, 98])) if good.size else (0.0, 1.0)
    if not high > low or not np.isfinite([low, high]).all():
        low, high = low - 1.0, low + 1.0
    count = int(random.choice([20, 50, 100, 200, 250]))
    layer = f"{coverage.dataset}/{field.name}"
    colours = legend_colours(server, layer, "default", low, high, count)
    setting = (grid, plane, low, high, count, colours, parameters, layer)
    differing = total = 0
    views = views_of(grid, random)
    for view in views:
        result = one_view(server, report, coverage, field, view, setting, keep)
        if result:
            differing, total = differing + result[0], total + result[1]
    colour_of_value(server, report, coverage, field, views[0], setting, random)
    return differing, total


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="a part of the file's name")
    parser.add_argument("--address", help="of a running server for that folder")
    parser.add_argument("--keep", help="folder for the pictures, to look at")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)
    report = Report()
    differing = total = 0
    with Server(arguments.folder, address=arguments.address) as server:
        coverages, _ = holdings.published(server, arguments.folder)
        # planes.py and meshes.py ask about the others.
        coverages = [c for c in coverages if not c.offered.plane and not c.offered.mesh]
        if arguments.only:
            coverages = [c for c in coverages if arguments.only in c.subject]
        for result in in_processes(report, coverages, lambda own, coverage: one_coverage(
                server, own, coverage, arguments.seed, arguments.keep)):
            if result:
                differing, total = differing + result[0], total + result[1]
    if total:
        print(f"{total} pixels, {differing} ({100 * differing / total:.4f} %) are not of the "
              "nearest sample's class")
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

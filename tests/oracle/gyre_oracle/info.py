"""GetFeatureInfo at random cells."""
import json

import numpy as np
import pyproj

from .compare import within_one_ulp
from .mapping import Mapping
from .truth import iso

METRES = {"m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "km": 1000.0}


def shortest(axis, value):
    return str(np.float32(value)) if axis.is_float else repr(float(value))


def elevation(axis, at):
    """As WMS publishes it: metres upwards for every metric axis, else the axis' own numbers."""
    attributes = axis.attributes
    factor = METRES.get(str(attributes.get("units", "")).strip())
    value = axis.centres[at]
    if factor is None:
        return shortest(axis, value)
    positive = str(attributes.get("positive", "")).lower()
    down = positive == "down" or (not positive and attributes.get("standard_name") == "depth")
    if factor == 1.0:
        text = shortest(axis, value)
        return ("-" + text if not text.startswith("-") else text[1:]) if down else text
    return repr(float(value) * factor * (-1 if down else 1))


def place_of(file, field, random):
    """A random cell (row, column) and a longitude, latitude well inside of it."""
    y, x = field.horizontal()
    row, column = int(random.integers(y.size)), int(random.integers(x.size))
    if x.role == "lon" and abs(abs(x.centres[-1] - x.centres[0]) - 360) < 1e-6:
        column = min(max(column, 1), x.size - 2)  # the first and last cell are one place
    where = []
    for axis, at in ((x, column), (y, row)):
        low, high = axis.footprints()[at]
        inside = random.uniform(0.1, 0.9) if random.random() < 0.7 else 0.5
        # A footprint counts from its ends; 0.5 is not always the centre.
        where.append(low + (high - low) * inside if high > low else axis.centres[at])
    longitude, latitude = Mapping(file, field).to_geographic(*where)
    spans = x.footprints()
    if x.role != "lon" or spans.max() - spans.min() < 360.001:  # else each turn is its own
        longitude = (float(longitude) + 180) % 360 - 180
    return row, column, float(longitude), float(latitude)


def value_in(document):
    """The value of the one feature; None where data are missing; NOTHING outside of them."""
    features = document.get("features", [])
    return features[0]["properties"].get("value") if features else NOTHING


NOTHING = object()


def parameters_of(coverage, field, random):
    """TIME, ELEVATION and DIM_ of a random step of each axis; the index it must read."""
    index, parameters = {}, []
    for axis in field.axes:
        if axis.role in ("lon", "lat", "x", "y"):
            continue
        at = int(random.integers(axis.size))
        index[axis.dimension] = at
        if axis.role == "time":
            parameters.append(("TIME", iso(axis.dates[at])))
        elif axis.role == "vertical":
            parameters.append(("ELEVATION", elevation(axis, at)))
        elif axis.attributes.get("standard_name") == "forecast_reference_time":
            parameters.append(("DIM_REFERENCE_TIME", iso(axis.dates[at])))
        else:
            text = axis.texts[at] if axis.texts else shortest(axis, axis.centres[at])
            parameters.append(("DIM_" + (coverage.label(axis) or axis.name), text))
    return index, parameters


def one_request(server, report, coverage, random):
    fields = coverage.fields
    field = fields[int(random.integers(len(fields)))]
    try:
        row, column, longitude, latitude = place_of(coverage.file, field, random)
    except (ValueError, KeyError, pyproj.exceptions.CRSError) as error:
        report.count(coverage.subject, "GetFeatureInfo place", f"{error!r}")
        return
    if not np.isfinite([longitude, latitude]).all() or abs(latitude) > 89.999:
        return
    index, more = parameters_of(coverage, field, random)
    # The middle one of 5 x 5 pixels, each far smaller than a cell, holds the place.
    size = 2.5e-7
    box = [longitude - size, latitude - size, longitude + size, latitude + size]
    crs = "CRS:84"
    if random.random() < 0.5:
        crs, box = "EPSG:4326", [box[1], box[0], box[3], box[2]]
    layer = f"{coverage.dataset}/{field.name}"
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"),
        ("LAYERS", layer), ("QUERY_LAYERS", layer), ("STYLES", ""), ("FORMAT", "image/png"),
        ("CRS", crs), ("BBOX", ",".join(map(repr, map(float, box)))), ("WIDTH", "5"),
        ("HEIGHT", "5"), ("I", "2"), ("J", "2"), ("INFO_FORMAT", "application/json"), *more])
    report.count(coverage.subject, "GetFeatureInfo", differs(answer, field, index, row, column),
                 answer.url)


def differs(answer, field, index, row, column):
    if answer.status_code != 200:
        return f"status {answer.status_code}: {answer.text[:200]}"
    if b"no forecast so far ahead" in answer.content:  # times of such are missing, and so are values
        y, x = field.horizontal()
        place = tuple({**index, y.dimension: row, x.dimension: column}[d] for d in field.dimensions)
        return None if field.missing[place] else f"refused: {answer.text[:200]}"
    try:
        found = value_in(json.loads(answer.content))
    except json.JSONDecodeError:
        return f"no JSON: {answer.text[:200]}"
    if found is NOTHING:
        return f"no value in {answer.text[:300]}"
    y, x = field.horizontal()
    index = {**index, y.dimension: row, x.dimension: column}
    place = tuple(index[dimension] for dimension in field.dimensions)
    wanted = None if field.missing[place] else field.values[place]
    if isinstance(found, str) and found.lower() in ("nan", "none", "", "null", "no data"):
        found = None
    if wanted is None or found is None:
        return None if wanted is found else f"value {found}, expected {wanted} at {place}"
    if field.values.dtype.kind in "iu":
        return None if int(found) == int(wanted) else f"value {found}, expected {wanted} at {place}"
    got = field.values.dtype.type(found)
    return None if within_one_ulp(np.array(got), np.array(wanted)) else \
        f"value {found}, expected {wanted} at {place}"

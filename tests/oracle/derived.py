#!/usr/bin/env python3
"""Values in other units (UNITS) and masked by their quality (QC), against NumPy and Pint.

    tests/oracle/derived.py FOLDER [--seed N] [--requests N] [--only NAME] [--address URL]

Of every field with units that Pint knows or with quality flags: GetCoverage as NetCDF, GeoTIFF and
GML and GetFeatureInfo, with random units, meanings of flags or both; on even axes sometimes by way
of regridding (SCALEFACTOR=1).
What should come is computed from the stored values and flags as xarray reads them.
"""
import json
import sys
import traceback
import zlib

import netCDF4
import numpy as np
import pint
from lxml import etree

from gyre_oracle import compare, harness, info, selection, wcs
from gyre_oracle.flags import flags_of
from gyre_oracle.truth import Packing, unsigned

MOST_CELLS = 300_000
PINT = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
# CF spellings (in lower case) and those of Pint, by what they measure.
FAMILIES = [
    {"k": "kelvin", "degc": "degC", "celsius": "degC", "degrees_c": "degC", "deg c": "degC",
     "degree_celsius": "degC", "degf": "degF"},
    {"m s-1": "m/s", "m/s": "m/s", "m s**-1": "m/s", "km h-1": "km/hour", "kt": "knot",
     "cm s-1": "cm/s"},
    {"m": "meter", "meters": "meter", "metre": "meter", "km": "km", "cm": "cm", "mm": "mm"},
    {"pa": "pascal", "hpa": "hPa", "mbar": "mbar", "dbar": "decibar"},
    {"%": "percent", "percent": "percent", "1e-3": "permille", "0.001": "permille",
     "psu": "permille"},
    {"degrees": "degree", "degree": "degree", "rad": "radian"},
    {"kg m-2 s-1": "kg/m**2/s", "g m-2 day-1": "g/m**2/day"},
]
ASKED = {"k": "K", "degc": "degC", "degf": "degF", "m s-1": "m s-1", "km h-1": "km h-1",
         "kt": "kt", "cm s-1": "cm s-1", "m": "m", "km": "km", "cm": "cm", "pa": "Pa",
         "hpa": "hPa", "dbar": "dbar", "%": "%", "1e-3": "1e-3", "degrees": "degrees",
         "rad": "rad", "kg m-2 s-1": "kg m-2 s-1", "g m-2 day-1": "g m-2 day-1"}
DIFFERENCES = ("anomaly", "_difference", "difference_of", " standard_error")


def family_of(field):
    units = str(field.attributes.get("units", "")).strip().lower()
    return next((f for f in FAMILIES if units in f), None)


def line_between(field, asked):
    """(scale, offset): y = scale * x + offset, by Pint."""
    family = family_of(field)
    one, other = family[str(field.attributes["units"]).strip().lower()], family[asked.lower()]
    zero = PINT.Quantity(0.0, one).to(other).magnitude
    far = PINT.Quantity(1e6, one).to(other).magnitude
    name = str(field.attributes.get("standard_name", ""))
    noted = str(field.attributes.get("units_metadata", ""))
    methods = str(field.attributes.get("cell_methods", "")).split()
    if noted.endswith("difference") or any(w in name for w in DIFFERENCES) or (
            "standard_deviation" in methods or "range" in methods):
        return (far - zero) / 1e6, 0.0
    return (far - zero) / 1e6, float(zero)


class Question:
    """One field, what is asked of its values, and what must come."""

    def __init__(self, coverage, field, random):
        self.field, self.parameters, self.flags = field, [], flags_of(coverage.file, field)
        self.scale, self.offset, self.units = 1.0, 0.0, field.attributes.get("units", "")
        self.missing, self.quality = field.missing, False
        family = None if "flag_meanings" in field.attributes else family_of(field)
        if self.flags and (family is None or random.random() < 0.7):
            self.ask_quality(random)
        if family is not None and (not self.quality or random.random() < 0.5):
            self.units = str(random.choice([ASKED[u] for u in family if u in ASKED]))
            self.scale, self.offset = line_between(field, self.units)
            self.parameters.append(("UNITS" if random.random() < 0.5 else "units", self.units))
        packing, raw = field.packing, field.raw.astype("f8")
        with np.errstate(invalid="ignore", over="ignore"):
            stored = raw * packing.scale + packing.offset if packing.packed else raw
            self.values = self.scale * stored + self.offset
            # How far sums may be off: rounding errors of each term.
            self.slack = 1e-13 * (abs(self.scale) * (np.abs(raw * packing.scale)
                                                     + abs(packing.offset)) + abs(self.offset))

    def ask_quality(self, random):
        self.quality = True
        if random.random() < 0.3:  # one variable alone
            one = self.flags[random.integers(len(self.flags))]
            words = list(random.choice(one.meanings, random.integers(1, 3)))
            self.parameters.append(("QC", f"{one.name}:{'|'.join(words)}"))
            self.missing = self.missing | ~one.kept(words)
            return
        every = sorted({m for f in self.flags for m in f.meanings})
        words = list(random.choice(every, random.integers(1, 4)))
        self.parameters.append(("QC", ",".join(words)))
        for flags in self.flags:
            if set(words) & set(flags.meanings):
                self.missing = self.missing | ~flags.kept(words)

    @property
    def exact(self):
        return self.scale == 1 and self.offset == 0

    def differ(self, got, absent, values, missing, slack):
        """`got`: what came, unpacked; its type tells how exact it can be."""
        if got.shape != values.shape:
            return f"shape {got.shape}, expected {values.shape}"
        if not np.array_equal(absent, missing):
            return "missing: " + compare.first_difference(absent, missing, ("y", "x"))
        kept = ~missing
        got, values, slack = (a[kept] for a in (got, values, slack))
        with np.errstate(invalid="ignore", over="ignore"):
            if got.dtype == "f4" or self.field.packing.unpacked == "f4":
                slack = slack + np.spacing(np.abs(values).astype("f4")).astype("f8")
            wrong = ~((np.abs(got.astype("f8") - values) <= slack) | (got == values)
                      | (np.isnan(got) & np.isnan(values)))
        return None if not wrong.any() else (
            f"{wrong.sum()} of {wrong.size} values differ: {got[wrong][:3]}, expected "
            f"{values[wrong][:3]}")


def choose(field, coverage, random):
    """A slice of every axis but x and y, which may be trimmed; None: too much, or no such slice."""
    chosen = []
    on_grid = coverage.offered.plane or coverage.offered.mesh
    plane = [axis for axis in field.axes if not on_grid and axis.horizontal]
    if on_grid:
        plane = field.axes[-1:] if coverage.offered.mesh else field.axes[-2:]
    for axis in field.axes:
        if axis not in plane:
            try:
                found = selection.random_slice(axis, random)
            except (TypeError, ValueError):  # dates that cftime does not read
                return None
            if found is None and axis.size > 1:
                return None
        else:
            found = None if on_grid or random.random() < 0.3 else selection.random_trim(axis, random, 2)
        chosen.append(found or selection.whole(axis))
    if np.prod([float(len(s.indices)) for s in chosen]) > MOST_CELLS:
        return None
    return chosen


def netcdf_values(body, question, chosen):
    """(values, missing, units) of the answer in the order of expected_block()."""
    field = question.field
    with netCDF4.Dataset("answer", memory=body) as nc:
        nc.set_auto_maskandscale(False)
        variable = nc[field.name]
        attributes = {k: variable.getncattr(k) for k in variable.ncattrs()}
        raw = np.asarray(variable[...])
        raw = unsigned(raw.astype(raw.dtype.newbyteorder("="), copy=False), attributes)
        kept = [s for s in chosen if not s.dropped]
        raw = raw.transpose([variable.dimensions.index(s.axis.dimension) for s in kept])
        for position, s in enumerate(kept):
            name = s.axis.name
            if s.axis.exists and s.axis.texts is None and name in nc.variables:
                order = np.argsort(np.atleast_1d(nc[name][...]), kind="stable")
                raw = np.take(raw, order, axis=position)
        packing = Packing(attributes, raw.dtype)
        values = packing.unpack(raw)
        if question.quality and "quality_mask" not in attributes:
            raise ValueError("no attribute quality_mask")
        if question.exact and field.raw.dtype == raw.dtype:
            wanted = compare.expected_block(field, chosen, field.raw)[0]
            wanted = wanted[tuple(0 if s.dropped else slice(None) for s in chosen)]
            same = (compare.bits(raw) == compare.bits(wanted)) | packing.missing(raw)
            if not same.all():
                raise ValueError("stored " + compare.first_difference(
                    same, np.ones_like(same), ("y", "x")))
        return values, packing.missing(raw), attributes.get("units", "")


def expected(question, chosen):
    keep = tuple(0 if s.dropped else slice(None) for s in chosen)
    missing = np.broadcast_to(question.missing, question.field.raw.shape)
    return [compare.expected_block(question.field, chosen, a)[0][keep]
            for a in (question.values, missing, question.slack)]


def tiff_values(body, chosen):
    import rasterio
    from rasterio.io import MemoryFile

    with rasterio.Env(), MemoryFile(body) as memory, memory.open() as source:
        band = source.read(1)
        transform, nodata = source.transform, source.nodata
        absent = np.isnan(band) if band.dtype.kind == "f" else np.zeros(band.shape, bool)
        if nodata is not None and not np.isnan(nodata):
            absent |= band == np.array(nodata).astype(band.dtype)
        scale, offset, units = source.scales[0], source.offsets[0], source.units[0]
    values = band.astype("f8") * scale + offset if (scale, offset) != (1, 0) else band
    if transform.e < 0:
        values, absent = values[::-1], absent[::-1]
    kept = [s for s in chosen if not s.dropped]
    if kept[0].axis.role in ("lon", "x"):
        values, absent = values.T, absent.T
    return values, absent, units or ""


def gml_values(body, question, chosen):
    document = etree.fromstring(body)
    tuples = document.findtext(".//gml:tupleList", "", wcs.NS).split()
    nil = document.findtext(".//swe:nilValue", None, wcs.NS)
    axes = document.findtext(".//gml:axisLabels", "", wcs.NS).split()
    vectors = [v.text.split() for v in document.iterfind(".//gml:offsetVector", wcs.NS)]
    if len(axes) != 2 or len(vectors) != 2:
        return None
    packed = "Stored as" in document.findtext(".//swe:description", "", wcs.NS)
    absent = np.array([t == "NaN" or (not packed and nil is not None and t == nil) for t in tuples])
    values = np.array([np.nan if t == "NaN" else float(t) for t in tuples])
    shape = [int(n) + 1 for n in document.findtext(".//gml:high", "", wcs.NS).split()][::-1]
    values, absent = values.reshape(shape), absent.reshape(shape)
    # Rows run southwards.
    values, absent = values[::-1], absent[::-1]
    kept = [s for s in chosen if not s.dropped]
    if kept[0].axis.role in ("lon", "x"):
        values, absent = values.T, absent.T
    return values, absent, None


def refused_for_ambiguity(answer, question):
    told = wcs.exception_of(answer)
    name = (question.field.name + str(question.field.attributes.get("long_name", ""))).lower()
    return told and told[:2] == ("InvalidParameterValue", "UNITS") and (
        "differences of them" in told[2] and not question.field.attributes.get("standard_name")
        and any(w in name for w in ("anomal", "bias", "error", "std", "deviation", "differ")))


def ask_coverage(server, report, coverage, question, chosen, media_type, random):
    labels = [(s, coverage.label(s.axis)) for s in chosen if s.text]
    if any(label is None for _, label in labels):
        return
    name = coverage.field_names[question.field.name]
    parameters = [(k, f"{name}:{v}" if k == "UNITS" and random.random() < 0.5 else v)
                  for k, v in question.parameters]
    plane = [s for s in chosen if s.axis.horizontal]
    grid = {}
    if len(plane) == 2 and all(
            s.axis.evenly() and s.axis.bounds is None and not s.text for s in plane) and (
            not coverage.offered.plane and random.random() < 0.4):
        grid = {"SCALEFACTOR": "1"}
    answer = wcs.get_coverage(server, coverage.offered.id, [s.subset(l) for s, l in labels],
                              [name], media_type, **dict(parameters), **grid)
    kind = ("regridded " if grid else "") + "+".join(sorted(k.upper() for k, _ in parameters)) + " " + media_type.split("/")[1]
    if answer.status_code != 200:
        told = wcs.exception_of(answer)
        if told and told[1] == "FORMAT" and media_type != wcs.NETCDF:
            return  # uneven axes, too many samples
        problem = None if refused_for_ambiguity(answer, question) else \
            f"status {answer.status_code}: {told or answer.text[:200]}"
        report.count(coverage.subject, kind, problem, answer.url)
        return
    try:
        if media_type == wcs.NETCDF:
            got = netcdf_values(answer.content, question, chosen)
        elif media_type == wcs.TIFF:
            got = tiff_values(answer.content, chosen)
        else:
            got = gml_values(answer.content, question, chosen)
        if got is None:
            return
        values, absent, units = got
        problem = question.differ(values, absent, *expected(question, chosen))
        if not problem and units is not None and units != question.units:
            problem = f"units {units!r}, expected {question.units!r}"
    except Exception:
        problem = "cannot be compared: " + traceback.format_exc(limit=3)
    report.count(coverage.subject, kind, problem, answer.url)


def ask_value(server, report, coverage, question, random):
    field, file = question.field, coverage.file
    try:
        row, column, longitude, latitude = info.place_of(file, field, random)
    except Exception:  # places of other grids are asked elsewhere
        return
    if not np.isfinite([longitude, latitude]).all() or abs(latitude) > 89.999:
        return
    index, more = info.parameters_of(coverage, field, random)
    y, x = field.horizontal()
    index = {**index, y.dimension: row, x.dimension: column}
    size = 2.5e-7
    box = [longitude - size, latitude - size, longitude + size, latitude + size]
    layer = f"{coverage.dataset}/{field.name}"
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"),
        ("LAYERS", layer), ("QUERY_LAYERS", layer), ("STYLES", ""), ("FORMAT", "image/png"),
        ("CRS", "CRS:84"), ("BBOX", ",".join(map(repr, map(float, box)))), ("WIDTH", "5"),
        ("HEIGHT", "5"), ("I", "2"), ("J", "2"), ("INFO_FORMAT", "application/json"),
        *more, *question.parameters])
    kind = "+".join(sorted(k.upper() for k, _ in question.parameters)) + " GetFeatureInfo"
    report.count(coverage.subject, kind, value_differs(answer, question, index), answer.url)


def value_differs(answer, question, index):
    try:
        properties = json.loads(answer.content)["features"][0]["properties"]
    except (json.JSONDecodeError, KeyError, IndexError):
        if "differences of them" in answer.text:
            return None
        return f"{answer.status_code} {answer.text[:300]}"
    field = question.field
    place = tuple(index[d] for d in field.dimensions)
    missing = bool(np.broadcast_to(question.missing, field.raw.shape)[place])
    got = properties["value"]
    if (got is None) != missing:
        return f"value {got}, expected {'missing' if missing else question.values[place]}"
    if not missing:
        problem = question.differ(
            np.array([got], field.packing.unpacked if field.packing.unpacked == "f4" else "f8"),
            np.array([False]), question.values[place].reshape(1), np.array([False]),
            np.asarray(question.slack[place]).reshape(1))
        if problem:
            return problem
    if properties["units"] != question.units:
        return f"units {properties['units']!r}, expected {question.units!r}"
    wanted = {f.name: f.of_sample(index) for f in question.flags}
    if properties.get("quality", {}) != wanted:
        return f"quality {properties.get('quality')}, expected {wanted}"
    return None


def one_coverage(server, report, coverage, arguments):
    random = np.random.default_rng([arguments.seed, zlib.crc32(coverage.offered.id.encode())])
    fields = [f for f in coverage.fields if f.raw.dtype.kind in "iuf" and (
        flags_of(coverage.file, f) or
        (family_of(f) is not None and "flag_meanings" not in f.attributes))]
    for _ in range(arguments.requests if fields else 0):
        question = Question(coverage, fields[random.integers(len(fields))], random)
        if not question.parameters:
            continue
        chosen = choose(question.field, coverage, random)
        if chosen is not None:
            ask_coverage(server, report, coverage, question, chosen, wcs.NETCDF, random)
            if not coverage.offered.plane and not coverage.offered.mesh:
                ask_coverage(server, report, coverage, question, chosen, wcs.TIFF, random)
                ask_coverage(server, report, coverage, question, chosen, "application/gml+xml",
                             random)
        if not coverage.offered.plane and not coverage.offered.mesh:
            ask_value(server, report, coverage, question, random)


def main():
    return harness.run(__doc__, one_coverage, told="coverages")


if __name__ == "__main__":
    sys.exit(main())

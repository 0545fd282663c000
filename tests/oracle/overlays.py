#!/usr/bin/env python3
"""Attributes that the configuration corrects, against files that were right from the beginning.

    tests/oracle/overlays.py [--seed N] [--requests 8] [--keep DIR]

Of a file whose attributes are right a copy is made whose attributes are not: units, fill values,
packing, calendars, names, grid mappings are wrong or missing, values are the same. Served with a
configuration that says what they should have been, every answer must be that of the right file:
descriptions, NetCDF, GeoTIFF, other units, maps, values at points.
"""
import argparse
import io
import json
import os
import re
import sys
import tempfile

import netCDF4
import numpy as np
import rasterio

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

POLAR = {"grid_mapping_name": "polar_stereographic", "latitude_of_projection_origin": 90.0,
         "straight_vertical_longitude_from_pole": -45.0, "standard_parallel": 70.0,
         "semi_major_axis": 6378137.0, "inverse_flattening": 298.257223563}
GONE = object()


class Kind:
    """A file as it should be: its axes, and how it can be spoilt."""

    def __init__(self, name, y, x, grid_mapping):
        self.name, self.y, self.x, self.grid_mapping = name, y, x, grid_mapping


KINDS = [
    Kind("globe", ("lat", np.arange(-60, 61, 10.0),
                   {"standard_name": "latitude", "units": "degrees_north"}),
         ("lon", np.arange(0, 360, 15.0), {"standard_name": "longitude", "units": "degrees_east"}),
         None),
    Kind("polar", ("y", np.arange(-5e5, 5.1e5, 1e5),
                   {"standard_name": "projection_y_coordinate", "units": "m"}),
         ("x", np.arange(-6e5, 4.1e5, 1e5),
          {"standard_name": "projection_x_coordinate", "units": "m"}), POLAR),
]


def right_attributes(kind):
    """Of every variable, and of the file (under "")."""
    attributes = {
        kind.y[0]: dict(kind.y[2]), kind.x[0]: dict(kind.x[2]),
        "time": {"standard_name": "time", "units": "days since 2001-02-01",
                 "calendar": "noleap"},
        "t": {"standard_name": "air_temperature", "units": "K", "long_name": "Temperature",
              "scale_factor": 0.01, "add_offset": 273.15, "valid_range": np.int16([-5000, 5000]),
              "ancillary_variables": "q"},
        "q": {"long_name": "Quality", "standard_name": "quality_flag",
              "flag_values": np.uint8([0, 1, 200]), "flag_meanings": "good doubtful bad"},
        "": {"title": "A file", "institution": "The institute", "license": "CC0-1.0"},
    }
    if kind.grid_mapping:
        attributes["crs"] = dict(kind.grid_mapping)
        for field in ("t", "q"):
            attributes[field]["grid_mapping"] = "crs"
    return attributes


def spoilt(kind, right, random):
    """Attributes as a careless hand left them: {variable: {attribute: value or GONE}}."""
    choices = [("t", "units", "degC"), ("t", "units", GONE), ("t", "scale_factor", 0.1),
               ("t", "add_offset", GONE), ("t", "valid_range", np.int16([0, 100])),
               ("t", "standard_name", "sea_water_salinity"), ("t", "long_name", "Tempreature"),
               ("t", "missing_value", np.int16(5)), ("t", "comment", "wrong"),
               ("t", "ancillary_variables", "qc"), ("q", "flag_meanings", "good bad"),
               ("q", "flag_values", GONE), ("time", "calendar", "standard"),
               ("time", "units", "days since 1901-02-01"), ("", "title", "Untitled"),
               ("", "license", GONE), ("", "comment", "Not for you")]
    if kind.grid_mapping:
        choices += [("t", "grid_mapping", GONE), ("q", "grid_mapping", "nothing"),
                    ("crs", "standard_parallel", 60.0), ("crs", None, GONE),
                    ("x", "units", "km"), ("y", "standard_name", GONE)]
    else:
        choices += [("lat", "units", "m"), ("lon", "standard_name", "latitude")]
    wrong = {}
    for at in random.permutation(len(choices))[:int(random.integers(4, 10))]:
        variable, attribute, value = choices[at]
        wrong.setdefault(variable, {})[attribute] = value
    return wrong


def write(path, kind, attributes, values, names, with_crs=True):
    with netCDF4.Dataset(path, "w") as file:
        file.set_auto_maskandscale(False)
        for name, centres in (("time", np.arange(4) * 10.0), kind.y[:2], kind.x[:2]):
            file.createDimension(name, len(centres))
            variable = file.createVariable(name, "f8", (name,))
            variable[:] = centres
            variable.setncatts(attributes[name])
        dimensions = ("time", kind.y[0], kind.x[0])
        for name, stored in (("t", "i2"), ("q", "u1")):
            variable = file.createVariable(names.get(name, name), stored, dimensions,
                                           fill_value=-32767 if name == "t" else None)
            variable[:] = values[name]
            variable.setncatts(attributes[name])
        if kind.grid_mapping and with_crs:
            file.createVariable("crs", "i4")[:] = 0
            file["crs"].setncatts(attributes["crs"])
        file.setncatts(attributes[""])


def as_yaml(value):
    """JSON is YAML. Numbers keep being whole or not, as the type of what they stand for."""
    if value is None:
        return None
    array = np.asarray(value)
    return array.tolist() if array.dtype.kind in "iuf" else value


class Pair:
    """The right file and the spoilt one, and what the configuration says of the latter."""

    def __init__(self, folder, number, random):
        self.kind = KINDS[number % len(KINDS)]
        self.right, self.wrong = f"right{number}", f"wrong{number}"
        self.subject = f"{self.kind.name} {number}"
        right = right_attributes(self.kind)
        wrong = {variable: dict(attributes) for variable, attributes in right.items()}
        overlay = {}
        spoils = spoilt(self.kind, right, random)
        with_crs = True
        for variable, changes in spoils.items():
            for attribute, value in changes.items():
                if attribute is None:  # the whole variable
                    with_crs = False
                    overlay[variable] = right[variable]
                    continue
                if value is GONE:
                    wrong[variable].pop(attribute, None)
                else:
                    wrong[variable][attribute] = value
                overlay.setdefault(variable, {})[attribute] = right[variable].get(attribute)
        if not with_crs:
            overlay["crs"] = right["crs"]
        shape = (4, len(self.kind.y[1]), len(self.kind.x[1]))
        values = {"t": random.integers(-6000, 6000, shape).astype("i2"),
                  "q": random.choice(np.uint8([0, 1, 200]), shape)}
        values["t"][random.random(shape) < 0.1] = -32767
        renamed = {"t": "temp_in_file"} if random.random() < 0.5 else {}
        write(os.path.join(folder, self.right + ".nc"), self.kind, right, values, {})
        write(os.path.join(folder, self.wrong + ".nc"), self.kind, wrong, values, renamed, with_crs)
        said = {"attributes": {renamed.get(v, v): {a: as_yaml(x) for a, x in changes.items()}
                               for v, changes in overlay.items() if v},
                "global_attributes": {a: as_yaml(x) for a, x in overlay.get("", {}).items()}}
        if renamed:
            said["fields"] = {"temp_in_file": {"name": "t"}}
        self.overlay = {self.wrong + ".nc": said}
        self.spoils = {v: sorted(str(a) for a in c) for v, c in spoils.items()}


def plain(text, pair):
    """Without what names the file it is of."""
    text = text.replace(pair.wrong, pair.right)
    text = re.sub(r"(?<![A-Z_])" + pair.right.capitalize(), "ID", text)
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ Gyre[^\"<]*", "HISTORY", text)


def netcdf_of(content):
    with netCDF4.Dataset("answer", memory=content) as file:
        file.set_auto_maskandscale(False)
        found = {"": {k: file.getncattr(k) for k in file.ncattrs() if k not in ("history", "id")}}
        for name, variable in file.variables.items():
            found[name] = (variable.dimensions, str(variable.dtype), variable[...].tobytes(),
                           {k: str(variable.getncattr(k)) for k in variable.ncattrs()})
    return found


def differing(one, other):
    if one == other:
        return None
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            if one.get(key) != other.get(key):
                return f"{key}: {str(one.get(key))[:300]} <> {str(other.get(key))[:300]}"
    one, other = str(one), str(other)
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return f"at {at}: ...{one[max(0, at - 60):at + 80]} <> ...{other[max(0, at - 60):at + 80]}"


class Asker:
    def __init__(self, server, report, pair):
        self.server, self.report, self.pair = server, report, pair

    def both(self, kind, path, parameters, reading):
        """The same request of both; what `reading` makes of the answers must be the same."""
        answers = []
        for name in (self.pair.right, self.pair.wrong):
            answers.append(self.server.get(
                path, [(k, v.replace("@", name)) for k, v in parameters]))
        problem = None
        for answer in answers:
            if answer.status_code != 200:
                problem = f"status {answer.status_code}: {answer.text[:300]}"
        if problem is None:
            problem = differing(*map(reading, answers))
        if problem:
            problem += f" (spoilt: {self.pair.spoils})"
        self.report.count(self.pair.subject, kind, problem, answers[1].url)

    def coverage(self, kind, reading, *more):
        self.both(kind, "/wcs", wcs.key_values("GetCoverage", COVERAGEID="@") + list(more), reading)


def tiff_of(answer):
    with rasterio.open(io.BytesIO(answer.content)) as image:
        return (str(image.crs), tuple(image.transform), image.nodatavals, image.dtypes,
                image.read().tobytes())


def one_pair(server, report, pair, count, random):
    asker = Asker(server, report, pair)
    asker.both("describe", "/wcs", wcs.key_values("DescribeCoverage", COVERAGEID="@"),
               lambda answer: plain(answer.text, pair))
    asker.coverage("netcdf", lambda a: netcdf_of(a.content), ("FORMAT", wcs.NETCDF))
    asker.coverage("units", lambda a: netcdf_of(a.content), ("FORMAT", wcs.NETCDF),
                   ("UNITS", "t:degF"))
    asker.coverage("quality", lambda a: netcdf_of(a.content), ("FORMAT", wcs.NETCDF),
                   ("QC", "good"))
    y, x = pair.kind.y, pair.kind.x
    for _ in range(count):
        step = int(random.integers(4))
        date = ["2001-02-01", "2001-02-11", "2001-02-21", "2001-03-03"][step]
        low, high = sorted(random.choice(len(x[1]), 2, replace=False))
        subset = [("SUBSET", f'time("{date}")'),
                  ("SUBSET", f"{x[0]}({x[1][low]:g},{x[1][high]:g})")]
        asker.coverage("netcdf trimmed", lambda a: netcdf_of(a.content), *subset,
                       ("FORMAT", wcs.NETCDF), ("RANGESUBSET", "t"))
        asker.coverage("geotiff", tiff_of, *subset, ("FORMAT", wcs.TIFF), ("RANGESUBSET", "t"))
        box = (x[1].min(), y[1].min(), x[1].max(), y[1].max())
        crs = "EPSG:3413" if pair.kind.grid_mapping else "CRS:84"
        query = [("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("LAYERS", "@/t"), ("STYLES", ""),
                 ("CRS", crs), ("BBOX", ",".join(f"{v:g}" for v in box)), ("WIDTH", "120"),
                 ("HEIGHT", "80"), ("TIME", date), ("FORMAT", "image/png")]
        asker.both("map", "/wms", [("REQUEST", "GetMap"), *query], lambda a: a.content)
        point = [("QUERY_LAYERS", "@/t"), ("I", str(int(random.integers(120)))),
                 ("J", str(int(random.integers(80)))), ("INFO_FORMAT", "application/geo+json")]
        asker.both("value at a point", "/wms", [("REQUEST", "GetFeatureInfo"), *query, *point],
                   lambda a: plain(a.text, pair))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=8, help="pairs of files, and requests of each")
    parser.add_argument("--keep", help="folder for the files, to look at")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    random = np.random.default_rng(arguments.seed)
    report = Report()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or os.path.join(scratch, "data")
        os.makedirs(folder, exist_ok=True)
        pairs = [Pair(folder, number, random) for number in range(arguments.requests)]
        config = os.path.join(scratch, "gyre.yaml")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"datasets": {k: v for pair in pairs for k, v in pair.overlay.items()}}, file)
        with Server(folder, ["--config", config]) as server:
            for pair in pairs:
                one_pair(server, report, pair, 3, random)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())

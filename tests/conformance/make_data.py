#!/usr/bin/python3
"""The data sets that OGC's suites ask for, and the configuration to serve them with.

    make_data.py wcs20|wms13 DIR [CITE]

DIR/files/ and DIR/gyre.yaml. CITE is the folder of the shapefiles that ets-wms13 ships.
Needs Debian's python3-netcdf4, and gdal-bin for wms13.
"""
import os
import subprocess
import sys
import tempfile

import netCDF4
import numpy as np

IDENTITY = """identity:
  title: Gyre, exam set-up for {suite}
  abstract: Made by tests/conformance for OGC's test suite.
  keywords: [conformance, test]
  provider_name: The Gyre project
  provider_site: http://127.0.0.1/
  contact_name: Nobody
  contact_position: Examinee
  contact_email: nobody@example.org
  contact_phone: "0"
  contact_address: Nowhere 1
  contact_city: Nowhere
  contact_region: Nowhere
  contact_postcode: "0"
  contact_country: Nowhere
"""


class ExamFile:
    """One netCDF file, to which grids and their fields are added."""

    def __init__(self, path):
        self.nc = netCDF4.Dataset(path, "w")
        self.nc.Conventions = "CF-1.8"
        self.nc.title = os.path.basename(path)[:-3]
        self.nc.summary = "Exam data of tests/conformance."
        self.nc.keywords = "conformance, test"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.nc.close()

    def grid(self, lat, lon, suffix=""):
        """The dimensions' names."""
        for name, values, standard, units, axis in (
                ("lat" + suffix, lat, "latitude", "degrees_north", "Y"),
                ("lon" + suffix, lon, "longitude", "degrees_east", "X")):
            self.nc.createDimension(name, len(values))
            variable = self.nc.createVariable(name, "f8", (name,))
            variable.setncatts({"standard_name": standard, "units": units, "axis": axis})
            variable[:] = values
        return ("lat" + suffix, "lon" + suffix)

    def time(self, seconds):
        self.nc.createDimension("time", len(seconds))
        variable = self.nc.createVariable("time", "f8", ("time",))
        variable.setncatts({"standard_name": "time", "axis": "T", "calendar": "standard",
                            "units": "seconds since 2000-01-01T00:00:00Z"})
        variable[:] = seconds
        return "time"

    def field(self, name, dimensions, values, fill=None, **attributes):
        variable = self.nc.createVariable(name, values.dtype, dimensions, zlib=True,
                                          fill_value=fill)
        variable.setncatts(attributes)
        variable[:] = values


def make_wcs20(files):
    """First a small 2-D coverage that is answered in GML, then one of four fields.

    None with time: the suite validates descriptions by wcsAll.xsd alone, which knows no grid by
    vectors (that is GML 3.3), and a time axis is always one.
    """
    lat, lon = np.arange(40.0, 45.0), np.arange(-10.0, -2.0)
    ramp = np.arange(lat.size * lon.size, dtype="f4").reshape(lat.size, lon.size)
    with ExamFile(files + "/plane.nc") as file:
        file.field("temperature", file.grid(lat, lon), ramp, units="degC",
                   standard_name="sea_water_temperature")
    with ExamFile(files + "/three.nc") as file:
        plane = file.grid(lat, lon)
        for k, name in enumerate(("red", "green", "blue", "infrared")):
            file.field(name, plane, ramp + 100 * k, units="1", long_name=name)
    return """datasets:
  plane:
    order: 1
    native_format: application/gml+xml
  three:
    order: 2
    native_format: application/gml+xml
"""


LAYERS = ("BasicPolygons", "Bridges", "Buildings", "DividedRoutes", "Forests", "Lakes",
          "MapNeatline", "NamedPlaces", "Ponds", "RoadSegments", "Streams")


def burn(shapes, west, south, east, north, step, where=None):
    """Cells touched by the shapes are 1; rows from south to north."""
    columns, rows = round((east - west) / step), round((north - south) / step)
    with tempfile.TemporaryDirectory() as scratch:
        target = scratch + "/burnt"
        subprocess.run(
            ["gdal_rasterize", "-q", "-burn", "1", "-at", "-ot", "Byte", "-of", "ENVI", "-te",
             *map(str, (west, south, east, north)), "-ts", str(columns), str(rows),
             *(["-where", where] if where else []), shapes, target], check=True)
        cells = np.fromfile(target, "u1").reshape(rows, columns)[::-1]
    lat = south + step * (np.arange(rows) + 0.5)
    lon = west + step * (np.arange(columns) + 0.5)
    return lat, lon, cells


SMALL = (-0.0050, -0.0030, 0.0050, 0.0030)


def make_wms13(files, cite):
    """The suite's vector layers as rasters of 1e-5 degree, 1 where there is something.

    All are fields of one dataset, cite: on its own endpoint, /wms/cite, layers go by their fields'
    names, which are the names the suite looks for.
    """
    fields = ""
    with ExamFile(files + "/cite.nc") as file:
        small = None
        for name in LAYERS:
            if name == "BasicPolygons":
                lat, lon, cells = burn(f"{cite}/{name}.shp", -2.0, -1.0, 2.0, 6.0, 1e-2)
                plane = file.grid(lat, lon, "_polygons")
            else:
                lat, lon, cells = burn(f"{cite}/{name}.shp", *SMALL, 1e-5)
                small = plane = small or file.grid(lat, lon)
            file.field(name, plane, cells, np.uint8(0), **feature(name))
            fields += described(name)
        steps = []
        for second in range(0, 61, 5):
            minute, rest = divmod(second, 60)
            lat, lon, cells = burn(f"{cite}/Autos.shp", *SMALL, 2e-5,
                                   f"TIME = '2000-01-01T00:{minute:02d}:{rest:02d}Z'")
            steps.append(cells)
        time = file.time(list(range(0, 61, 5)))
        file.field("Autos", (time, *file.grid(lat, lon, "_autos")), np.stack(steps), np.uint8(0),
                   **feature("Autos"))
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(["gdal_translate", "-q", "-of", "ENVI", f"{cite}/terrain.tif",
                            scratch + "/terrain"], check=True)
            height = np.fromfile(scratch + "/terrain", "i2").reshape(600, 600)[::-1]
        edge = -0.5 + (np.arange(600) + 0.5) / 600
        file.field("Terrain", file.grid(edge, edge, "_terrain"), height, long_name="cite:Terrain",
                   units="m", standard_name="height_above_mean_sea_level")
    fields += described("Autos") + described("Terrain")
    return ("datasets:\n  cite:\n    title: cite\n    abstract: Exam data.\n"
            "    keywords: [conformance]\n    fields:\n" + fields)


def feature(name):
    return {"long_name": f"cite:{name}", "flag_values": np.array([1], "u1"),
            "flag_meanings": name}


def described(name):
    return f"      {name}:\n        title: \"cite:{name}\"\n        abstract: Exam data.\n"


def main():
    suite, target = sys.argv[1], sys.argv[2]
    files = target + "/files"
    if os.path.exists(target + "/gyre.yaml"):
        print(f"{suite}: all there in {target}")
        return 0
    os.makedirs(files, exist_ok=True)
    if suite == "wcs20":
        datasets = make_wcs20(files)
    elif len(sys.argv) < 4 or not os.path.exists(sys.argv[3] + "/Lakes.shp"):
        print("wms13 needs the shapefiles of ets-wms13: tests/conformance/serve wms13 PORT "
              "--cite DIR", file=sys.stderr)
        return 2
    else:
        datasets = make_wms13(files, sys.argv[3])
    with open(target + "/gyre.yaml", "w", encoding="utf-8") as file:
        file.write(IDENTITY.format(suite=suite) + datasets)
    print(f"{suite}: made in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

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


def grid_file(path, lat, lon, fields, times=None):
    """fields: {name: (values, attributes)}; values are (lat, lon) or (time, lat, lon)."""
    with netCDF4.Dataset(path, "w") as nc:
        nc.Conventions = "CF-1.8"
        nc.title = os.path.basename(path)[:-3]
        nc.summary = "Exam data of tests/conformance."
        nc.keywords = "conformance, test"
        if times is not None:
            nc.createDimension("time", len(times))
            time = nc.createVariable("time", "f8", ("time",))
            time.setncatts({"standard_name": "time", "axis": "T", "calendar": "standard",
                            "units": "seconds since 2000-01-01T00:00:00Z"})
            time[:] = times
        for name, values, standard, units, axis in (
                ("lat", lat, "latitude", "degrees_north", "Y"),
                ("lon", lon, "longitude", "degrees_east", "X")):
            nc.createDimension(name, len(values))
            variable = nc.createVariable(name, "f8", (name,))
            variable.setncatts({"standard_name": standard, "units": units, "axis": axis})
            variable[:] = values
        for name, (values, attributes) in fields.items():
            dimensions = (("time",) if values.ndim == 3 else ()) + ("lat", "lon")
            fill = attributes.pop("_FillValue", None)
            variable = nc.createVariable(name, values.dtype, dimensions, zlib=True,
                                         fill_value=fill)
            variable.setncatts(attributes)
            variable[:] = values


def make_wcs20(files):
    """First a small 2-D coverage that is answered in GML, one of three fields, one with time."""
    lat, lon = np.arange(40.0, 45.0), np.arange(-10.0, -2.0)
    ramp = np.arange(lat.size * lon.size, dtype="f4").reshape(lat.size, lon.size)
    grid_file(files + "/plane.nc", lat, lon, {
        "temperature": (ramp, {"units": "degC", "standard_name": "sea_water_temperature"})})
    grid_file(files + "/three.nc", lat, lon, {
        name: (ramp + 100 * k, {"units": "1", "long_name": name})
        for k, name in enumerate(("red", "green", "blue", "infrared"))})
    grid_file(files + "/series.nc", lat, lon, {
        "level": (np.stack([ramp, ramp + 1]), {"units": "m", "long_name": "sea level"})},
        times=[0, 86400])
    return """datasets:
  plane:
    order: 1
    native_format: application/gml+xml
  three:
    order: 2
    native_format: application/gml+xml
  series:
    order: 3
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


def make_wms13(files, cite):
    """The suite's vector layers as rasters of 1e-5 degree, 1 where there is something."""
    config = "datasets:\n"
    for name in LAYERS:
        box, step = (-0.0050, -0.0030, 0.0050, 0.0030), 1e-5
        if name == "BasicPolygons":
            box, step = (-2.0, -1.0, 2.0, 6.0), 1e-2
        lat, lon, cells = burn(f"{cite}/{name}.shp", *box, step)
        grid_file(f"{files}/{name}.nc", lat, lon, {"cover": (cells, feature(name))})
        config += described(name, "cover")
    steps = []
    for second in range(0, 61, 5):
        minute, rest = divmod(second, 60)
        lat, lon, cells = burn(f"{cite}/Autos.shp", -0.0050, -0.0030, 0.0050, 0.0030, 2e-5,
                               f"TIME = '2000-01-01T00:{minute:02d}:{rest:02d}Z'")
        steps.append(cells)
    grid_file(f"{files}/Autos.nc", lat, lon, {"cover": (np.stack(steps), feature("Autos"))},
              times=list(range(0, 61, 5)))
    config += described("Autos", "cover")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["gdal_translate", "-q", "-of", "ENVI", f"{cite}/terrain.tif",
                        scratch + "/terrain"], check=True)
        height = np.fromfile(scratch + "/terrain", "i2").reshape(600, 600)[::-1]
    edge = -0.5 + (np.arange(600) + 0.5) / 600
    grid_file(f"{files}/Terrain.nc", edge, edge, {"height": (height, {
        "long_name": "cite:Terrain", "units": "m", "standard_name": "height_above_mean_sea_level"})})
    return config + described("Terrain", "height")


def feature(name):
    return {"long_name": f"cite:{name}", "_FillValue": np.uint8(0),
            "flag_values": np.array([1], "u1"), "flag_meanings": name}


def described(name, field):
    return (f"  {name}:\n    title: \"cite:{name}\"\n    abstract: Exam data.\n"
            f"    keywords: [conformance]\n    fields:\n      {field}:\n"
            f"        title: \"cite:{name}\"\n        abstract: Exam data.\n")


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

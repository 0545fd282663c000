"""What is not served, and must neither be served wrong nor stop the rest."""
import numpy as np

from .tiny import Tiny, quirk, ramp, unserved


@quirk("no_cf.nc", "two dimensions, no coordinates, no attributes")
def _(path):
    with Tiny(path, conventions=None) as f:
        f.nc.createDimension("i", 3)
        f.nc.createDimension("j", 4)
        f.variable("v", ("i", "j"), ramp(3, 4), "f4")
    return unserved(["axis", "axes", "coordinate", "horizontal"])


@quirk("wkt_nonsense.nc", "a projection told by a crs_wkt that is none")
def _(path):
    with Tiny(path) as f:
        f.axis("y", [300.0, 200.0, 100.0], units="m", standard_name="projection_y_coordinate")
        f.axis("x", [100.0, 200.0, 300.0, 400.0], units="m",
               standard_name="projection_x_coordinate")
        f.variable("crs", (), 0, "i4", crs_wkt="LOCAL_CS[\"unknown\"]")
        f.field("v", ramp(3, 4), ("y", "x"), grid_mapping="crs")
    return unserved(["crs_wkt"])


@quirk("dimension_twice.nc", "a covariance: one dimension twice; the rest of the file is served")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.axis("level", [1.0, 2.0], units="m", standard_name="depth", positive="down")
        f.field("v", ramp(2, 3, 4, 2), ("level", "lat", "lon", "level"))
    return unserved(["twice"])


@quirk("latitude_not_monotonic.nc", "latitudes that turn back")
def _(path):
    with Tiny(path) as f:
        f.lat([10.0, 30.0, 20.0])
        f.lon()
        f.field("v", ramp(3, 4))
    return unserved(["monotonic"])


@quirk("curvilinear_crossed.nc", "2-D coordinates that turn back")
def _(path):
    with Tiny(path) as f:
        f.nc.createDimension("j", 3)
        f.nc.createDimension("i", 4)
        rows, columns = np.indices((3, 4))
        f.variable("lat", ("j", "i"), 40 + rows, "f8", units="degrees_north")
        f.variable("lon", ("j", "i"), 5 + np.abs(columns - 2), "f8", units="degrees_east")
        f.field("v", ramp(3, 4), ("j", "i"), coordinates="lat lon")
    return unserved(["cross each other"])


@quirk("curvilinear_moving.nc", "2-D coordinates that change with time")
def _(path):
    with Tiny(path) as f:
        f.time([0, 1], "days since 2000-01-01")
        f.nc.createDimension("j", 3)
        f.nc.createDimension("i", 4)
        times, rows, columns = np.indices((2, 3, 4))
        f.variable("lat", ("time", "j", "i"), 40 + rows + times, "f8", units="degrees_north")
        f.variable("lon", ("time", "j", "i"), 5 + columns, "f8", units="degrees_east")
        f.field("v", ramp(2, 3, 4), ("time", "j", "i"), coordinates="lat lon")
    return unserved(["changes along 'time'"])


@quirk("empty.nc", "a file of no bytes")
def _(path):
    with open(path, "wb"):
        pass
    return unserved(["empty"])


@quirk("text.nc", "a letter, named .nc")
def _(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("Dear operator,\nthis is not a netCDF file.\n")
    return unserved(["not", "recogni", "neither", "no "])


def cut(path, kind, keep):
    with Tiny(path, kind) as f:
        f.lat(np.linspace(-90, 90, 100))
        f.lon(np.linspace(0, 350, 100))
        f.field("v", ramp(100, 100), kind="i4")
    with open(path, "r+b") as file:
        file.seek(0, 2)
        file.truncate(int(file.tell() * keep))


@quirk("truncated_classic.nc", "netCDF classic, its second half missing")
def _(path):
    cut(path, "NETCDF3_CLASSIC", 0.5)
    return unserved(["truncated", "cannot", "short", "incomplete", "damaged"])


@quirk("truncated_netcdf4.nc", "netCDF-4, its second half missing")
def _(path):
    cut(path, "NETCDF4", 0.5)
    return unserved(["truncated", "cannot", "damaged", "not"])


@quirk("only_header.nc", "netCDF with nothing in it")
def _(path):
    with Tiny(path):
        pass
    return unserved(["no ", "nothing", "empty"])

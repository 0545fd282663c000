"""Vertical axes, members and labels (CF 4.3, 4.5, 6.1)."""
import numpy as np

from .tiny import Tiny, expect, quirk, ramp

PLACE = {"lat": 10, "lon": 0}


def levels(path, name, values, kind="f8", **attributes):
    with Tiny(path) as f:
        f.axis(name, values, kind, **attributes)
        f.lat()
        f.lon()
        steps = np.broadcast_to(np.arange(len(values))[:, None, None], (len(values), 3, 4))
        f.field("v", steps, (name, "lat", "lon"))
    return [expect("v", float(step), {name: at, **PLACE}) for step, at in enumerate(values)]


@quirk("depth_down.nc", "depth, positive down: WCS keeps it, WMS publishes -0.494")
def _(path):
    return levels(path, "depth", [0.494, 1.541, 5000.25], units="m", positive="down",
                  standard_name="depth", axis="Z")


@quirk("depth_negative.nc", "heights below zero, positive up, called depth")
def _(path):
    return levels(path, "depth", [-5000.0, -10.0, -1.5], units="m", positive="up", axis="Z")


@quirk("depth_no_positive.nc", "the standard_name alone says depth")
def _(path):
    return levels(path, "lev", [0.0, 10.0, 100.0], units="m", standard_name="depth")


@quirk("height_up.nc", "height above ground")
def _(path):
    return levels(path, "height", [2.0, 10.0], units="m", positive="up", standard_name="height",
                  axis="Z")


@quirk("height_km.nc", "altitude in kilometres")
def _(path):
    return levels(path, "altitude", [1.0, 2.5], units="km", positive="up",
                  standard_name="altitude", axis="Z")


@quirk("pressure.nc", "pressure without `positive`: its unit makes it vertical, down")
def _(path):
    return levels(path, "plev", [100000.0, 85000.0, 50000.0], units="Pa",
                  standard_name="air_pressure")


@quirk("pressure_hpa.nc", "pressure in hPa, known by the unit alone")
def _(path):
    return levels(path, "p", [1000.0, 500.0], units="hPa")


@quirk("model_level.nc", "model levels: numbers without a unit")
def _(path):
    return levels(path, "lev", [1, 2, 3], kind="i4", units="1", positive="down",
                  standard_name="model_level_number", axis="Z")


@quirk("members_numeric.nc", "an ensemble: realization")
def _(path):
    return levels(path, "realization", [0, 1, 2], kind="i4", units="1",
                  standard_name="realization")


@quirk("members_text.nc", "an ensemble whose members have names")
def _(path):
    with Tiny(path) as f:
        f.nc.createDimension("member", 2)
        f.lat()
        f.lon()
        names = f.variable("member", ("member",), None, str, standard_name="realization")
        names[0], names[1] = "r1i1p1f1", "r2i1p1f1"
        f.field("v", ramp(2, 3, 4), ("member", "lat", "lon"))
    return [expect("v", 12.0, {"member": '"r2i1p1f1"', **PLACE})]


@quirk("members_char.nc", "the same as an array of characters, in coordinates")
def _(path):
    with Tiny(path, "NETCDF3_CLASSIC") as f:
        f.nc.createDimension("member", 2)
        f.nc.createDimension("letters", 8)
        f.lat()
        f.lon()
        letters = np.array([list("r1i1p1f1"), list("r2i1p1f1")], "S1")
        f.variable("name", ("member", "letters"), letters, "S1", standard_name="realization")
        f.field("v", ramp(2, 3, 4), ("member", "lat", "lon"), coordinates="name")
    return [{"field": "v", "where": PLACE | {"member": '"r2i1p1f1"'}, "value": 12.0}]


@quirk("other_axis.nc", "an axis CF has no word for: wavelength")
def _(path):
    return levels(path, "wavelength", [412.5, 443.0, 490.0], units="nm",
                  standard_name="radiation_wavelength")


@quirk("dimension_without_variable.nc", "a dimension without coordinate variable counts from 0")
def _(path):
    with Tiny(path) as f:
        f.nc.createDimension("band", 2)
        f.lat()
        f.lon()
        f.field("v", ramp(2, 3, 4), ("band", "lat", "lon"))
    return [expect("v", 12.0, {"band": 1, **PLACE})]

"""What every quirk is written with: a table of quirks, a tiny file, an expectation."""
import netCDF4
import numpy as np

# name -> (function, why); the order is the order of definition.
QUIRKS = {}

LAT = [10.0, 20.0, 30.0]
LON = [0.0, 10.0, 20.0, 30.0]


def quirk(name, why):
    """Marks a function(path) -> list of expectations as the maker of file `name`."""
    def register(function):
        assert name not in QUIRKS, name
        QUIRKS[name] = (function, why)
        return function
    return register


def expect(field, value, where, kind=None, ask=None, near=None):
    """The field's one value at `where`, {axis: position as a client writes it}; None: missing.

    `kind` is the NumPy type of the unpacked value, where the rules of packing decide it. `ask` are
    further parameters of the request; `near`, how far off the value may be where it is computed.
    """
    return {"field": field, "where": {axis: str(at) for axis, at in where.items()},
            "value": value, **({"type": kind} if kind else {}), **({"ask": ask} if ask else {}),
            **({"near": near} if near else {})}


def refused(field, where, ask, words):
    """That request is refused by the first parameter of `ask`, in a text that has all `words`."""
    return {**expect(field, None, where, ask=ask), "refused": words}


def unserved(reason):
    """The file is listed as not served; the reason must mention one of the words."""
    return [{"unserved": reason}]


def left_out(variable, reason):
    """The rest of the file is served, that variable is not, for exactly that reason."""
    return {"left_out": variable, "reason": reason}


def warned(text):
    """`gyre describe` gives exactly that warning of the file."""
    return {"warned": text}


class Tiny:
    """A netCDF file written as it is told: no masking, scaling or filling by the library."""

    def __init__(self, path, kind="NETCDF4", conventions="CF-1.8"):
        self.nc = netCDF4.Dataset(path, "w", format=kind)
        self.nc.set_fill_off()
        if conventions:
            self.nc.Conventions = conventions

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.nc.close()

    def axis(self, name, values, kind="f8", **attributes):
        values = np.asarray(values)
        if name not in self.nc.dimensions:
            self.nc.createDimension(name, values.size)
        return self.variable(name, (name,), values, kind, **attributes)

    def lat(self, values=LAT, name="lat", kind="f8", **attributes):
        return self.axis(name, values, kind, **{"units": "degrees_north",
                                                "standard_name": "latitude", **attributes})

    def lon(self, values=LON, name="lon", kind="f8", **attributes):
        return self.axis(name, values, kind, **{"units": "degrees_east",
                                                "standard_name": "longitude", **attributes})

    def time(self, values, units, calendar=None, kind="f8", name="time", **attributes):
        if calendar:
            attributes["calendar"] = calendar
        return self.axis(name, values, kind, units=units, standard_name="time", axis="T",
                         **attributes)

    def variable(self, name, dimensions, values, kind="f4", fill=None, **attributes):
        options = {} if fill is None else {"fill_value": np.array(fill, kind)}
        variable = self.nc.createVariable(name, kind, dimensions, **options)
        variable.set_auto_maskandscale(False)
        variable.setncatts(attributes)
        if values is not None:
            variable[...] = np.asarray(values, kind)
        return variable

    def field(self, name, values, dimensions=("lat", "lon"), kind="f4", fill=None, **attributes):
        attributes = {"long_name": "quirk " + name, "units": "1", **attributes}
        return self.variable(name, dimensions, values, kind, fill, **attributes)


def ramp(*shape, start=0):
    """0, 1, 2 ... in the file's order: each cell can be told from its neighbours."""
    return np.arange(start, start + int(np.prod(shape))).reshape(shape)

"""What a file really holds: read by xarray without any decoding, then masked and unpacked here.

xarray decodes neither valid ranges nor default fills, so its own masking is not used. The rules are
those of CF 2.5.1 and 8.1 and of the netCDF library's defaults.
"""
import datetime
import functools
import os
import re

import cftime
import numpy as np
import xarray as xr
import zarr

# The netCDF library's default fill values, of types of two bytes and more.
DEFAULT_FILL = {"i2": -32767, "u2": 65535, "i4": -2147483647, "u4": 4294967295,
                "i8": -9223372036854775806, "u8": 18446744073709551614,
                "f4": np.float32(9.9692099683868690e+36), "f8": 9.9692099683868690e+36}
LAT_UNITS = {"degrees_north", "degree_north", "degree_N", "degrees_N", "degreeN", "degreesN"}
LON_UNITS = {"degrees_east", "degree_east", "degree_E", "degrees_E", "degreeE", "degreesE"}
PRESSURE = {"Pa", "hPa", "mbar", "millibar", "bar", "dbar", "decibar", "kPa"}
UDUNITS_YEAR_DAYS = 365.242198781


def unsigned(array, attributes):
    """NUG: _Unsigned on a signed integer means the unsigned one of the same bits."""
    if str(attributes.get("_Unsigned", "")).lower() == "true" and array.dtype.kind == "i":
        return array.view(array.dtype.str.replace("i", "u"))
    return array


def in_type(value, dtype, attributes):
    """Attribute values in the field's type; a fill of an unsigned field may be written signed."""
    values = np.atleast_1d(np.asarray(value))
    if dtype.kind == "u" and values.dtype.kind == "i":
        return values.astype(np.dtype(dtype.str.replace("u", "i"))).view(dtype)
    if dtype.kind in "iu" and values.dtype.kind == "f":
        kept = values[np.isfinite(values) & (values == np.trunc(values))]
        limits = np.iinfo(dtype)
        return kept[(kept >= limits.min) & (kept <= limits.max)].astype(dtype)
    return values.astype(dtype)


class Packing:
    """Masking and unpacking by the attributes of one variable, ours or an answer's."""

    def __init__(self, attributes, dtype):
        self.attributes, self.dtype = attributes, np.dtype(dtype).newbyteorder("=")
        scale, offset = attributes.get("scale_factor"), attributes.get("add_offset")
        self.packed = scale is not None or offset is not None
        types = {np.asarray(v).dtype for v in (scale, offset) if v is not None}
        self.scale = 1.0 if scale is None else float(np.asarray(scale).ravel()[0])
        self.offset = 0.0 if offset is None else float(np.asarray(offset).ravel()[0])
        if not self.packed:
            self.unpacked = self.dtype
        elif types == {np.dtype("f4")}:
            self.unpacked = np.dtype("f4")
        else:
            self.unpacked = np.dtype("f8")

    def missing(self, raw):
        found = np.zeros(raw.shape, bool)
        if raw.dtype.kind == "f":
            found |= np.isnan(raw)
        given = [self.attributes[key] for key in ("_FillValue", "missing_value")
                 if key in self.attributes]
        for values in given:
            if isinstance(values, str):
                continue
            for value in in_type(values, self.dtype, self.attributes):
                found |= raw == value
        if not given and self.dtype.itemsize > 1:
            fill = DEFAULT_FILL.get(self.dtype.str[1:])
            if fill is not None:
                found |= raw == self.dtype.type(fill)
        low, high = self.attributes.get("valid_min"), self.attributes.get("valid_max")
        if "valid_range" in self.attributes:
            low, high = np.asarray(self.attributes["valid_range"]).ravel()
        for limit, outside in ((low, np.less), (high, np.greater)):
            if limit is None or isinstance(limit, str):
                continue
            limit = np.asarray(limit).ravel()[0]
            if self.dtype.kind == "u" and np.asarray(limit).dtype.kind == "i":
                limit = in_type(limit, self.dtype, self.attributes)[0]
            elif self.dtype.kind == "f":
                limit = self.dtype.type(limit)
            with np.errstate(invalid="ignore"):
                found |= outside(raw, limit)
        return found

    def unpack(self, raw):
        """Values in the unpacked type; where missing(), of no meaning."""
        if not self.packed:
            return raw
        with np.errstate(invalid="ignore", over="ignore"):
            return (raw.astype("f8") * self.scale + self.offset).astype(self.unpacked)


# Those of CF: in another one times are plain numbers.
CALENDARS = {"standard", "gregorian", "proleptic_gregorian", "julian", "noleap", "365_day",
             "all_leap", "366_day", "360_day", "utc", "tai"}
# By how their names begin; others are minutes and more.
SMALL_UNITS_US = [("mic", 1), ("mil", 1e3), ("ms", 1e3), ("s", 1e6)]


class Axis:
    """One dimension (or scalar coordinate) of a field: centres, footprints, dates."""

    def __init__(self, dataset, name, dimension):
        self.name, self.dimension = name, dimension
        variable = dataset.variables.get(name)
        self.exists = variable is not None
        size = 1 if dimension is None else dataset.sizes[dimension]
        self.attributes = dict(variable.attrs) if self.exists else {}
        self.texts = None
        raw = np.atleast_1d(variable.values) if self.exists else np.arange(size)
        if raw.dtype.kind in "SUO":
            if raw.dtype.kind == "S" and raw.ndim == 2:
                raw = np.array([b"".join(row).decode() for row in raw])
            self.texts = [(t.decode() if isinstance(t, bytes) else str(t)).strip("\0 ")
                          for t in raw]
            raw = np.arange(len(self.texts))
        self.raw = raw
        self.dtype = raw.dtype
        packing = Packing(self.attributes, raw.dtype)
        self.centres = packing.unpack(raw).astype("f8")
        self.size = len(self.centres)
        self.bounds = self._bounds(dataset)
        self.is_float = self.dtype == np.dtype("f4")

    def _bounds(self, dataset):
        name = self.attributes.get("bounds")
        if name not in dataset.variables:
            return None
        values = dataset.variables[name].values
        if values.shape != (self.size, 2) or not np.isfinite(values).all():
            return None
        values = np.sort(values.astype("f8"), axis=1)
        # Bounds that do not hold their centres are no bounds: somebody forgot a sign or a scale.
        holds = (values[:, 0] <= self.centres) & (self.centres <= values[:, 1])
        return values if holds.all() else None

    @functools.cached_property
    def role(self):
        a = self.attributes
        units, standard = str(a.get("units", "")), a.get("standard_name", "")
        kind = a.get("_CoordinateAxisType", "")
        if kind == "Ensemble":
            return "member"
        if self.dated:
            return "time" if standard != "forecast_reference_time" else "other"
        if units in LON_UNITS or standard == "longitude" or kind == "Lon":
            return "lon"
        if units in LAT_UNITS or standard == "latitude" or kind == "Lat":
            return "lat"
        if standard in ("projection_x_coordinate", "grid_longitude") or a.get("axis") == "X":
            return "x"
        if standard in ("projection_y_coordinate", "grid_latitude") or a.get("axis") == "Y":
            return "y"
        if standard == "realization" or a.get("axis") == "E":
            return "member"
        if (units in PRESSURE or str(a.get("positive", "")).lower() in ("up", "down")
                or a.get("axis") == "Z" or standard in ("depth", "height", "altitude",
                                                        "air_pressure", "model_level_number")):
            return "vertical"
        lower = self.name.lower()
        if not units and lower in ("lon", "longitude"):
            return "lon"
        if not units and lower in ("lat", "latitude"):
            return "lat"
        if lower in ("depth", "deptht", "lev", "level", "z"):
            return "vertical"
        return "other"

    @functools.cached_property
    def dated(self):
        """Its positions are dates: times, and reference times of forecasts. Not where dates to the
        millisecond do not tell them apart."""
        units = str(self.attributes.get("units", ""))
        if " since " not in units or self.calendar not in CALENDARS:
            return False
        unit = next((us for name, us in SMALL_UNITS_US if units.lower().startswith(name)), 60e6)
        if self.size < 2 or not np.abs(np.diff(self.centres)).min() * unit < 1000:
            return True
        return len({(d.timetuple()[:6], d.microsecond) for d in self.dates}) == self.size

    @property
    def horizontal(self):
        return self.role in ("lon", "lat", "x", "y")

    @property
    def calendar(self):
        return str(self.attributes.get("calendar", "standard")).lower()

    @functools.cached_property
    def dates(self):
        return self.to_dates(self.centres)

    def to_dates(self, numbers):
        """cftime dates, rounded to the millisecond as clients see them."""
        unit, reference = re.split(r"\s+since\s+", self.attributes["units"].strip(), maxsplit=1)
        unit = unit.lower().rstrip("s")
        days = {"month": UDUNITS_YEAR_DAYS / 12, "year": UDUNITS_YEAR_DAYS,
                "common_year": 365.0}.get(unit)
        numbers = np.asarray(numbers, "f8")
        text = f"{unit}s since {reference}"
        if days:
            numbers, text = numbers * days * 86400, f"seconds since {reference}"
        dates = cftime.num2date(numbers, text, self.calendar, only_use_cftime_datetimes=True,
                                only_use_python_datetimes=False)
        return [rounded(date) for date in np.atleast_1d(dates)]

    def footprints(self):
        """(n, 2), low <= high: bounds, else half-way; the outer ones mirrored."""
        if self.bounds is not None:
            return self.bounds
        c = self.centres
        if c.size == 1:
            return np.array([[c[0], c[0]]])
        middle = (c[:-1] + c[1:]) / 2
        edges = np.concatenate([[c[0] - (middle[0] - c[0])], middle,
                                [c[-1] + (c[-1] - middle[-1])]])
        result = np.sort(np.stack([edges[:-1], edges[1:]], axis=1), axis=1)
        return np.clip(result, -90, 90) if self.role == "lat" else result

    def regular(self):
        """Evenly spaced within what its type can tell; more than one cell."""
        if self.size < 2:
            return False
        steps = np.diff(self.centres)
        step = (self.centres[-1] - self.centres[0]) / (self.size - 1)
        off = np.abs(self.centres - (self.centres[0] + step * np.arange(self.size))).max()
        return bool((steps * steps[0] > 0).all()) and off <= 1e-3 * abs(step)

    def evenly(self):
        """Stricter than regular(): beyond dispute. Between both, either answer is right."""
        if not self.regular():
            return False
        step = (self.centres[-1] - self.centres[0]) / (self.size - 1)
        line = self.centres[0] + step * np.arange(self.size)
        precision = np.finfo("f4" if self.is_float else "f8").eps * np.abs(self.centres).max()
        return np.abs(self.centres - line).max() <= max(2 * precision, 1e-9 * abs(step))


def rounded(date):
    """To the millisecond, half up, in the date's own calendar."""
    epoch = cftime.datetime(date.year, date.month, date.day, calendar=date.calendar,
                            has_year_zero=date.has_year_zero)
    span = date - epoch
    microseconds = (span.days * 86400 + span.seconds) * 10 ** 6 + span.microseconds
    return epoch + datetime.timedelta(milliseconds=(microseconds + 500) // 1000)


def iso(date):
    text = (f"{date.year:04d}-{date.month:02d}-{date.day:02d}"
            f"T{date.hour:02d}:{date.minute:02d}:{date.second:02d}")
    return text + (f".{date.microsecond // 1000:03d}Z" if date.microsecond else "Z")


class Field:
    """One variable of a file."""

    def __init__(self, file, name):
        variable = file.dataset.variables[name]
        self.name, self.dimensions = name, variable.dims
        self.attributes = dict(variable.attrs)
        self.variable = variable
        self.packing = Packing(self.attributes, unsigned(np.empty(0, self.native_type()),
                                                         self.attributes).dtype)
        self.axes = [file.axis_of(dimension, self) for dimension in variable.dims]
        self.scalars = file.scalars_of(self)

    def native_type(self):
        return self.variable.dtype.newbyteorder("=")

    @functools.cached_property
    def raw(self):
        values = np.asarray(self.variable.values)
        return unsigned(values.astype(values.dtype.newbyteorder("="), copy=False),
                        self.attributes)

    @functools.cached_property
    def missing(self):
        return self.packing.missing(self.raw)

    @functools.cached_property
    def values(self):
        return self.packing.unpack(self.raw)

    def axis(self, role):
        return next((axis for axis in self.axes if axis.role == role), None)

    def horizontal(self):
        """(y, x) or None."""
        y, x = self.axis("lat") or self.axis("y"), self.axis("lon") or self.axis("x")
        return (y, x) if y and x else None


class File:
    """A file or Zarr store as xarray reads it, undecoded."""

    def __init__(self, path):
        archive = path.endswith(".zarr.zip")
        engine = "zarr" if archive or os.path.isdir(path) else "netcdf4"
        options = {"consolidated": False} if engine == "zarr" else {}
        self.path = path
        store = zarr.storage.ZipStore(path, mode="r") if archive else path
        self.dataset = xr.open_dataset(store, engine=engine, decode_cf=False, mask_and_scale=False,
                                       decode_times=False, cache=True, **options)
        self._axes, self._fields = {}, {}

    def field(self, name):
        if name not in self._fields:
            self._fields[name] = Field(self, name)
        return self._fields[name]

    def axis_of(self, dimension, field):
        """The dimension's coordinate variable; else the first text along it that tells all apart."""
        if dimension not in self.dataset.variables:
            for name in str(field.attributes.get("coordinates", "")).split():
                candidate = self.dataset.variables.get(name)
                if candidate is None or candidate.dims[:1] != (dimension,) or (
                        candidate.dtype.kind not in "SUO"):
                    continue
                axis = self._axis(name, dimension)
                if len(set(axis.texts)) == axis.size:
                    return axis
        name = dimension
        variable = self.dataset.variables.get(name)
        if variable is not None and variable.ndim > 1 and " since " in str(
                variable.attrs.get("units", "")):
            name = "forecast_step"  # valid times vary along it and the runs: it counts leads
        return self._axis(name, dimension)

    def scalars_of(self, field):
        found = []
        for name in str(field.attributes.get("coordinates", "")).split():
            variable = self.dataset.variables.get(name)
            if variable is not None and variable.ndim == 0 and variable.dtype.kind in "iuf":
                found.append(self._axis(name, None))
        return found

    def _axis(self, name, dimension):
        if (name, dimension) not in self._axes:
            self._axes[name, dimension] = Axis(self.dataset, name, dimension)
        return self._axes[name, dimension]

    def rectilinear_fields(self):
        """Variables on 1-D horizontal axes: those that must be published."""
        found = []
        helpers = set()
        for variable in self.dataset.variables.values():
            for key in ("bounds", "climatology", "coordinates"):
                helpers.update(str(variable.attrs.get(key, "")).split())
        for name, variable in self.dataset.variables.items():
            if variable.ndim < 2 or name in helpers or variable.dtype.kind not in "iuf":
                continue
            field = self.field(name)
            pair = field.horizontal()
            if pair and all(axis.exists and monotonic(axis.centres) for axis in pair):
                found.append(name)
        return found


def monotonic(values):
    steps = np.diff(values)
    return bool(np.isfinite(values).all() and ((steps > 0).all() or (steps < 0).all()))

"""An answer against what the file holds. Each function returns what differs, or None."""
import tempfile
import zipfile

import netCDF4
import numpy as np

from .truth import Packing, unsigned

BAND_ORDER = {"member": 0, "time": 1, "vertical": 2}


def bits(array):
    """For comparing floats exactly: -0 is not 0, any NaN is NaN."""
    if array.dtype.kind != "f":
        return array
    clean = np.where(np.isnan(array), np.array(np.nan, array.dtype), array)
    return np.ascontiguousarray(clean).view(array.dtype.str.replace("f", "u"))


def expected_block(field, selections, values):
    """The samples asked for, in the file's dimension order, every kept axis sorted ascending by
    the coordinates the answer should have; and those coordinates."""
    orders = [np.argsort(s.coordinates, kind="stable") for s in selections]
    picked = values[np.ix_(*[s.indices[o] for s, o in zip(selections, orders)])]
    return picked, [s.coordinates[o] for s, o in zip(selections, orders)]


def first_difference(got, wanted, names):
    where = np.argwhere(got != wanted)
    place = ", ".join(f"{n}[{i}]" for n, i in zip(names, where[0])) if where.size else "?"
    return f"{len(where)} of {got.size} values differ, first at {place}"


def within_one_ulp(got, wanted):
    """Unpacked values: equal, or neighbours in their type."""
    if got.dtype.kind != "f":
        return got == wanted
    wide = wanted.astype(got.dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        near = (got >= np.nextafter(wide, np.array(-np.inf, got.dtype))) & (
            got <= np.nextafter(wide, np.array(np.inf, got.dtype)))
    return near | (got == wide) | (np.isnan(got) & np.isnan(wide))


def coordinates_differ(name, got, wanted, axis):
    if got.shape != wanted.shape:
        return f"{name}: {got.size} coordinates, expected {wanted.size}"
    if np.array_equal(got, wanted.astype(got.dtype)):
        return None
    precision = np.finfo("f4" if axis.is_float or got.dtype == "f4" else "f8").eps
    if np.allclose(got.astype("f8"), wanted, rtol=2 * precision, atol=360 * precision
                   if axis.role == "lon" else 0):
        return None
    return f"{name}: coordinates {got.ravel()[:4]} … {got.ravel()[-1]}, expected " \
           f"{wanted[:4]} … {wanted[-1]}"


def netcdf_differs(body, fields, selections, all_data_fields):
    """`selections`: one per dimension, in the fields' dimension order."""
    try:
        nc = netCDF4.Dataset("answer", memory=body)
    except OSError as error:
        return f"no netCDF: {error}; begins {body[:200]!r}"
    with nc:
        nc.set_auto_maskandscale(False)
        names = {field.name for field in fields}
        extra = [name for name in nc.variables if name in all_data_fields and name not in names]
        if extra:
            return f"fields not asked for: {extra}"
        for field in fields:
            if field.name not in nc.variables:
                return f"no variable {field.name!r}, there are {list(nc.variables)}"
            problem = variable_differs(nc, nc[field.name], field, selections)
            if problem:
                return f"{field.name}: {problem}"
    return None


def variable_differs(nc, variable, field, selections):
    raw = np.asarray(variable[...])
    attributes = {key: variable.getncattr(key) for key in variable.ncattrs()}
    raw = unsigned(raw.astype(raw.dtype.newbyteorder("="), copy=False), attributes)
    kept = {s.axis.dimension: s for s in selections if not s.dropped}
    for position in reversed(range(raw.ndim)):  # a sliced axis may stay, with one cell
        if variable.dimensions[position] not in kept:
            if raw.shape[position] != 1:
                return f"dimension {variable.dimensions[position]!r} is not one that was kept"
            raw = raw.squeeze(position)
    names = [d for d in variable.dimensions if d in kept]
    if sorted(names) != sorted(kept):
        return f"dimensions {names}, expected {list(kept)}"
    order = [names.index(s.axis.dimension) for s in selections if not s.dropped]
    raw = raw.transpose(order)

    wanted_raw, coordinates = expected_block(field, selections, field.raw)
    wanted_missing, _ = expected_block(field, selections, field.missing)
    wanted_values, _ = expected_block(field, selections, field.values)
    keep = tuple(0 if s.dropped else slice(None) for s in selections)
    wanted_raw, wanted_missing, wanted_values = (a[keep] for a in (wanted_raw, wanted_missing,
                                                                   wanted_values))
    flips = []
    position = 0
    for selection, wanted in zip(selections, coordinates):
        name = selection.axis.name
        if not selection.axis.exists or selection.axis.texts is not None:
            order = np.arange(wanted.size)
        elif name not in nc.variables:
            return f"no coordinate variable {name!r}"
        else:
            got = np.atleast_1d(np.asarray(nc[name][...]))
            order = np.argsort(got, kind="stable")
            packing = Packing({k: nc[name].getncattr(k) for k in nc[name].ncattrs()}, got.dtype)
            problem = coordinates_differ(name, packing.unpack(got)[order], wanted, selection.axis)
            if problem:
                return problem
        if not selection.dropped:
            flips.append((position, order))
            position += 1
    if raw.shape != wanted_raw.shape:
        return f"shape {raw.shape}, expected {wanted_raw.shape}"
    for axis, order in flips:
        raw = np.take(raw, order, axis=axis)
    dims = [s.axis.name for s in selections if not s.dropped]
    if raw.dtype != wanted_raw.dtype:
        return f"type {raw.dtype}, expected {wanted_raw.dtype}"
    if not np.array_equal(bits(raw), bits(wanted_raw)):
        return "stored " + first_difference(bits(raw), bits(wanted_raw), dims)
    return values_differ(raw, attributes, wanted_missing, wanted_values, dims)


def values_differ(raw, attributes, wanted_missing, wanted_values, dims):
    """Masked and unpacked by the answer's own attributes."""
    packing = Packing(attributes, raw.dtype)
    missing = packing.missing(raw)
    if not np.array_equal(missing, wanted_missing):
        return "missing: " + first_difference(missing, wanted_missing, dims)
    values = packing.unpack(raw)
    if values.dtype != wanted_values.dtype:
        return f"unpacks to {values.dtype}, expected {wanted_values.dtype}"
    equal = within_one_ulp(values, wanted_values) | missing
    if not equal.all():
        return "unpacked " + first_difference(equal, np.ones_like(equal), dims)
    return None


def zarr_differs(body, netcdf):
    """A Zarr archive, by zarr-python, against the NetCDF file of the same request."""
    import zarr

    with tempfile.NamedTemporaryFile(suffix=".zarr.zip") as file:
        file.write(body)
        file.flush()
        if error := zipfile.ZipFile(file.name).testzip():
            return f"its member {error} is damaged"
        with netCDF4.Dataset("answer", memory=netcdf) as nc, \
                zarr.storage.ZipStore(file.name, mode="r") as store:
            nc.set_auto_maskandscale(False)
            group = zarr.open_consolidated(store, mode="r", zarr_format=2)
            if sorted(nc.variables) != sorted(group.array_keys()):
                return f"arrays {sorted(group.array_keys())}, expected {sorted(nc.variables)}"
            problem = attributes_differ(dict(group.attrs), nc)
            for name, variable in nc.variables.items():
                problem = problem or array_differs(group[name], variable)
    return problem


def array_differs(array, variable):
    attributes = dict(array.attrs)
    got, wanted = np.asarray(array[...]), np.asarray(variable[...])
    if tuple(attributes.pop("_ARRAY_DIMENSIONS")) != variable.dimensions:
        return f"{variable.name}: dimensions differ"
    if wanted.dtype.kind in "SUO":  # a NUL is no character
        got = np.array([str(t, "utf-8") if isinstance(t, bytes) else str(t) for t in got.ravel()])
        wanted = np.array([str(t, "utf-8").rstrip("\0") if isinstance(t, bytes) else str(t)
                           for t in wanted.ravel()])
    else:
        wanted = wanted.astype(wanted.dtype.newbyteorder("="), copy=False)
        fill, own = array.fill_value, variable.ncattrs()
        expected = variable.getncattr("_FillValue") if "_FillValue" in own else None
        if expected is None and fill is not None:
            expected = wanted.dtype.type(netCDF4.default_fillvals[wanted.dtype.str[1:]])
        if (fill is None) != (expected is None) or fill is not None and not np.array_equal(
                bits(np.array(fill, wanted.dtype)), bits(np.array(expected, wanted.dtype))):
            return f"{variable.name}: fill value {fill}, expected {expected}"
        if got.dtype != wanted.dtype or got.shape != wanted.shape:
            return f"{variable.name}: {got.dtype} {got.shape}, expected {wanted.dtype} {wanted.shape}"
        got, wanted = bits(got), bits(wanted)
    if not np.array_equal(got, wanted):
        return f"{variable.name}: " + first_difference(got, wanted, variable.dimensions)
    return attributes_differ(attributes, variable)


def attributes_differ(got, holder):
    """JSON has texts and numbers, of no type; a NaN of missing_value is left out."""
    wanted = {key: holder.getncattr(key) for key in holder.ncattrs() if key != "_FillValue"}
    missing = np.asarray(wanted.get("missing_value", 0))
    if missing.dtype.kind == "f" and np.isnan(missing).all():
        del wanted["missing_value"]
    if got.keys() != wanted.keys():
        return f"attributes {sorted(got)}, expected {sorted(wanted)}"
    for key, value in wanted.items():
        if isinstance(value, (str, list)) or np.asarray(value).dtype.kind not in "fiu":
            same = got[key] == value
        else:
            same = np.array_equal(np.asarray(got[key], value.dtype), value, equal_nan=True)
        if not same and key != "history":
            return f"attribute {key} is {got[key]!r}, expected {value!r}"
    return None


def tiff_differs(body, fields, selections):
    """Bands in the order field, member, time, level; rows and columns by the geotransform."""
    # Not before: a forked process does not inherit where its PROJ finds its data.
    import rasterio
    from rasterio.io import MemoryFile

    try:
        with rasterio.Env(), MemoryFile(body) as memory, memory.open() as source:
            return bands_of_differ(source, fields, selections)
    except rasterio.errors.RasterioIOError as error:
        return f"no GeoTIFF: {error}; begins {body[:300]!r}"


def bands_of_differ(source, fields, selections):
    bands = source.read()
    transform = source.transform
    columns = transform.c + (np.arange(source.width) + 0.5) * transform.a
    rows = transform.f + (np.arange(source.height) + 0.5) * transform.e
    if transform.b or transform.d:
        return "a rotated geotransform"
    if source.crs is None:
        return "no CRS"
    column_order, row_order = np.argsort(columns), np.argsort(rows)
    at = 0
    for field in fields:
        # Dimension order differs from field to field, the questions do not.
        ordered = [next(s for s in selections if s.axis.dimension == d)
                   for d in field.dimensions]
        blocks = [expected_block(field, ordered, v)[0]
                  for v in (field.raw, field.missing, field.values)]
        coordinates = expected_block(field, ordered, field.raw)[1]
        x = next(i for i, s in enumerate(ordered) if s.axis.role in ("lon", "x"))
        y = next(i for i, s in enumerate(ordered) if s.axis.role in ("lat", "y"))
        for name, got, wanted, axis in (
                ("columns", columns[column_order], coordinates[x], ordered[x].axis),
                ("rows", rows[row_order], coordinates[y], ordered[y].axis)):
            problem = grid_differs(name, got, wanted, axis)
            if problem:
                return problem
        others = sorted((i for i in range(len(ordered)) if i not in (x, y)),
                        key=lambda i: BAND_ORDER.get(ordered[i].axis.role, 3))
        # Bands count in the file's order of steps and levels, not by ascending coordinate.
        file_order = [np.argsort(s.indices[np.argsort(s.coordinates, kind="stable")])
                      for s in ordered]
        stacks = []
        for block in blocks:
            for i in others:
                block = np.take(block, file_order[i], axis=i)
            block = block.transpose([*others, y, x])
            stacks.append(block.reshape(-1, *block.shape[-2:]))
        count = stacks[0].shape[0]
        if at + count > bands.shape[0]:
            return f"{bands.shape[0]} bands, expected more"
        got = bands[at:at + count][:, row_order][:, :, column_order]
        problem = bands_differ(got, source, at, field, *stacks)
        if problem:
            return f"{field.name}: {problem}"
        at += count
    if at != bands.shape[0]:
        return f"{bands.shape[0]} bands, expected {at}"
    return None


def grid_differs(name, got, wanted, axis):
    if got.size != wanted.size:
        return f"{got.size} {name}, expected {wanted.size}"
    step = np.abs(np.diff(wanted)).mean() if wanted.size > 1 else 1.0
    scale = 1000.0 if axis.attributes.get("units") == "km" and np.abs(
        got - wanted).max() > step else 1.0  # a GeoTIFF may count in metres
    if np.abs(got - wanted * scale).max() > 2e-3 * step * scale:
        return f"{name} at {got[:3]}, expected {wanted[:3]}"
    return None


def bands_differ(got, source, at, field, raw, missing, values):
    nodata = source.nodata
    dims = ("band", "row", "column")
    exact = got.dtype == raw.dtype
    if exact:
        absent = np.zeros(got.shape, bool)
        if nodata is not None:
            absent = got == nodata if not np.isnan(nodata) else np.isnan(got)
        # A missing value may be written as the file's nodata.
        same = (bits(got) == bits(raw)) | (missing & absent)
        if not same.all():
            return "stored " + first_difference(same, np.ones_like(same), dims)
    scales = np.array(source.scales[at:at + len(got)])[:, None, None]
    offsets = np.array(source.offsets[at:at + len(got)])[:, None, None]
    packed = (scales != 1).any() or (offsets != 0).any()
    unpacked = got.astype("f8") * scales + offsets if packed else got
    absent = np.isnan(got) if got.dtype.kind == "f" else np.zeros(got.shape, bool)
    if nodata is not None and not np.isnan(nodata):
        absent |= got == np.array(nodata).astype(got.dtype)
    if not np.array_equal(absent, missing):
        return "missing: " + first_difference(absent, missing, dims)
    if packed or not field.packing.packed:
        unpacked = unpacked.astype(values.dtype) if values.dtype.kind == "f" else unpacked
        equal = within_one_ulp(unpacked, values) | missing
        if not equal.all():
            return "unpacked " + first_difference(equal, np.ones_like(equal), dims)
    elif not exact:
        equal = within_one_ulp(got.astype(values.dtype), values) | missing
        if not equal.all():
            return "values " + first_difference(equal, np.ones_like(equal), dims)
    else:
        return "packed, but the bands have no scale and offset"
    return None

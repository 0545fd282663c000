"""Types, missing values and packing (CF 2.5.1, 8.1; NetCDF users' guide for _Unsigned)."""
import numpy as np

from .tiny import Tiny, expect, quirk, ramp

HERE = {"lat": 10, "lon": 0}


def at(column):
    return {"lat": 10, "lon": 10 * column}


def plain(path, rows, **options):
    """One field `v` on the usual grid; `rows` is its first row, the rest is 1 (or ones like it)."""
    kind = options.pop("kind")
    values = np.full((3, 4), options.pop("rest", 1), kind)
    values[0, :len(rows)] = rows
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.field("v", values, kind=kind, **options)


@quirk("int8_signed.nc", "a byte is signed, and has no default fill value")
def _(path):
    plain(path, [-128, -127, -1, 127], kind="i1")
    return [expect("v", -128, at(0)), expect("v", -127, at(1)), expect("v", -1, at(2)),
            expect("v", 127, at(3))]


@quirk("int8_unsigned_attribute.nc", "_Unsigned=true: stored -1 means 255, and the fill value too")
def _(path):
    plain(path, [-1, -128, 0, -2], kind="i1", fill=-2, _Unsigned="true")
    return [expect("v", 255, at(0)), expect("v", 128, at(1)), expect("v", 0, at(2)),
            expect("v", None, at(3))]


@quirk("int16_unsigned_attribute.nc", "_Unsigned=true on a packed short: unsigned before scaling")
def _(path):
    plain(path, [-1, -32768, 5, -2], kind="i2", fill=-1, _Unsigned="true",
          scale_factor=np.float32(0.5), add_offset=np.float32(0))
    return [expect("v", None, at(0)), expect("v", 16384.0, at(1), "f4"),
            expect("v", 2.5, at(2), "f4"), expect("v", 32767.0, at(3), "f4")]


@quirk("uint8.nc", "an unsigned byte without fill: 255 is a value")
def _(path):
    plain(path, [255, 254, 128, 0], kind="u1")
    return [expect("v", 255, at(0)), expect("v", 128, at(2)), expect("v", 0, at(3))]


@quirk("several_missing_values.nc", "_FillValue and every missing_value are missing")
def _(path):
    plain(path, [-1, -2, -3, -4], kind="i2", fill=-1, missing_value=np.array([-2, -3], "i2"))
    return [expect("v", None, at(0)), expect("v", None, at(1)), expect("v", None, at(2)),
            expect("v", -4, at(3))]


@quirk("missing_value_of_other_type.nc", "missing_value written as double for a float field")
def _(path):
    # The float nearest to -999.9 is not the double -999.9: compare in the field's type.
    plain(path, [-999.9, -999, 5, 6], kind="f4", missing_value=np.float64(-999.9))
    return [expect("v", None, at(0)), expect("v", -999.0, at(1)), expect("v", 5.0, at(2))]


@quirk("missing_value_beyond_type.nc", "missing_value no integer of the type can be: nothing is masked")
def _(path):
    plain(path, [100000, 40000, -32768, 5], kind="i4", missing_value=np.float32(1e20))
    return [expect("v", 100000, at(0)), expect("v", 40000, at(1)), expect("v", -32768, at(2))]


@quirk("missing_value_below_unsigned.nc", "missing_value -999 of an unsigned byte: nothing is masked")
def _(path):
    plain(path, [255, 40, 0, 5], kind="u1", missing_value=-999.0)
    return [expect("v", 255, at(0)), expect("v", 40, at(1)), expect("v", 0, at(2))]


@quirk("nan_fill.nc", "_FillValue is NaN; NaN is missing with or without it")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        values = ramp(3, 4).astype("f4")
        values[0, 1] = np.nan
        f.field("v", values, fill=np.nan)
        f.field("w", values)
    return [expect("v", 0.0, at(0)), expect("v", None, at(1)), expect("w", None, at(1)),
            expect("w", 2.0, at(2))]


@quirk("negative_zero.nc", "-0 keeps its sign")
def _(path):
    plain(path, [-0.0, 0.0], kind="f4")
    return [{**expect("v", 0.0, at(0)), "negative_zero": True}, expect("v", 0.0, at(1))]


@quirk("int64_beyond_2_53.nc", "64-bit integers that no double holds")
def _(path):
    big = 2 ** 53 + 1
    plain(path, [big, -big, 2 ** 63 - 1, -(2 ** 63) + 1], kind="i8")
    return [expect("v", big, at(0)), expect("v", -big, at(1)), expect("v", 2 ** 63 - 1, at(2)),
            expect("v", -(2 ** 63) + 1, at(3))]


@quirk("default_fills.nc", "neither _FillValue nor missing_value: the library's default fill is missing")
def _(path):
    fills = {"i2": -32767, "u2": 65535, "i4": -2147483647, "u4": 4294967295,
             "i8": -9223372036854775806, "u8": 18446744073709551614,
             "f4": 9.9692099683868690e+36, "f8": 9.9692099683868690e+36}
    found = []
    with Tiny(path) as f:
        f.lat()
        f.lon()
        for kind, fill in fills.items():
            values = np.full((3, 4), 7, kind)
            values[0, 0] = fill
            f.field("v_" + kind, values, kind=kind)
            found += [expect("v_" + kind, None, at(0)), expect("v_" + kind, 7, at(1))]
    return found


@quirk("default_fill_not_used.nc", "missing_value given: the default fill is an ordinary value")
def _(path):
    plain(path, [-32767, -1, 3, 4], kind="i2", missing_value=np.int16(-1))
    return [expect("v", -32767, at(0)), expect("v", None, at(1))]


@quirk("valid_range_packed.nc", "valid_range is in packed units; limits are valid")
def _(path):
    plain(path, [9, 10, 20, 21], kind="i2", fill=-1, valid_range=np.array([10, 20], "i2"), rest=15,
          scale_factor=0.1, add_offset=100.0)
    return [expect("v", None, at(0)), expect("v", 10 * 0.1 + 100, at(1), "f8"),
            expect("v", 20 * 0.1 + 100, at(2), "f8"), expect("v", None, at(3))]


@quirk("valid_min.nc", "valid_min alone")
def _(path):
    plain(path, [-1, 0, 100, 1], kind="i2", fill=-99, valid_min=np.int16(0))
    return [expect("v", None, at(0)), expect("v", 0, at(1)), expect("v", 100, at(2))]


@quirk("valid_max.nc", "valid_max alone, on floats")
def _(path):
    plain(path, [5.5, 5.25, -1e30, 1], kind="f4", valid_max=np.float32(5.25))
    return [expect("v", None, at(0)), expect("v", 5.25, at(1)),
            expect("v", float(np.float32(-1e30)), at(2))]


@quirk("scale_only_float.nc", "a float scale_factor alone: the result is float")
def _(path):
    plain(path, [100, -3], kind="i2", scale_factor=np.float32(0.01))
    return [expect("v", float(np.float32(100) * np.float32(0.01)), at(0), "f4"),
            expect("v", float(np.float32(-3) * np.float32(0.01)), at(1), "f4")]


@quirk("scale_only_double.nc", "a double scale_factor alone: the result is double")
def _(path):
    plain(path, [100, -3], kind="i2", scale_factor=0.01)
    return [expect("v", 100 * 0.01, at(0), "f8"), expect("v", -3 * 0.01, at(1), "f8")]


@quirk("offset_only.nc", "add_offset alone")
def _(path):
    plain(path, [100, -3], kind="i4", add_offset=273.15)
    return [expect("v", 373.15, at(0), "f8"), expect("v", -3 + 273.15, at(1), "f8")]


@quirk("scale_and_offset_float.nc", "both float")
def _(path):
    plain(path, [1000, -1000, -32767], kind="i2", fill=-32767, scale_factor=np.float32(0.001),
          add_offset=np.float32(20))
    value = np.float32(1000) * np.float32(0.001) + np.float32(20)
    return [expect("v", float(value), at(0), "f4"), expect("v", None, at(2))]


@quirk("scale_and_offset_mixed.nc", "scale_factor float, add_offset double: calculate in double")
def _(path):
    plain(path, [1000, -1000], kind="i2", scale_factor=np.float32(0.001), add_offset=20.0)
    return [expect("v", 1000 * float(np.float32(0.001)) + 20.0, at(0), "f8")]


@quirk("scaled_float.nc", "a float field with a scale: unpacked once, not twice")
def _(path):
    plain(path, [2.0, 4.0], kind="f4", scale_factor=np.float32(10))
    return [expect("v", 20.0, at(0), "f4"), expect("v", 40.0, at(1), "f4")]


@quirk("flag_values.nc", "flag_values: categories")
def _(path):
    plain(path, [1, 2, 4, -1], kind="i1", fill=-1, flag_values=np.array([1, 2, 4], "i1"),
          flag_meanings="sea land ice")
    return [expect("v", 1, at(0)), expect("v", 4, at(2)), expect("v", None, at(3))]


@quirk("flag_masks.nc", "flag_masks: bits")
def _(path):
    plain(path, [1, 3, 5, 0], kind="u1", flag_masks=np.array([1, 2, 4], "u1"),
          flag_meanings="cloud ice night")
    return [expect("v", 3, at(1)), expect("v", 0, at(3))]


@quirk("flag_masks_and_values.nc", "flag_masks and flag_values together")
def _(path):
    plain(path, [1, 4, 8, 13], kind="i2", flag_masks=np.array([1, 12, 12, 12], "i2"),
          flag_values=np.array([1, 4, 8, 12], "i2"), flag_meanings="valid low medium high")
    return [expect("v", 13, at(3))]


@quirk("char_variable.nc", "a char variable beside the field is not a field")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.nc.createDimension("letters", 5)
        f.variable("station", ("lat", "letters"), np.full((3, 5), b"a"), "S1")
        f.field("v", ramp(3, 4))
    return [expect("v", 1.0, at(1))]


def many_cells(path, dimensions, kind, **packing):
    """Neighbours differ by much, a third of them missing: a picture of a few of them looks unlike one of
    all. 1440 x 700 cells."""
    rows, columns = np.indices((700, 1440))
    values = (rows * 7919 + columns * 104729) % 2003 - 1000 + 20 * (rows // 50)
    values = np.where((rows // 3 + columns // 5) % 3 == 0, -32000, values)
    values = values if dimensions == ("lat", "lon") else values.T
    with Tiny(path) as f:
        f.lat(np.linspace(87.375, -87.375, 700))
        f.lon(np.arange(-179.875, 180, 0.25))
        f.field("v", values, dimensions, kind=kind, fill=-32000, **packing)


@quirk("many_cells.nc", "more cells than a picture has pixels, packed, some of them missing")
def _(path):
    many_cells(path, ("lat", "lon"), "i2", scale_factor=0.01, add_offset=5.0)
    return [expect("v", None, {"lat": 87.375, "lon": -179.875})]


@quirk("many_cells_turned.nc", "the same as floats, longitudes first")
def _(path):
    many_cells(path, ("lon", "lat"), "f4")
    return [expect("v", None, {"lat": 87.375, "lon": -179.875})]

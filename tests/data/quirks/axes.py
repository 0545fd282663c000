"""Horizontal axes: directions, conventions of longitude, regularity, bounds, detection (CF 4, 5, 7.1)."""
import itertools

import numpy as np

from .tiny import LAT, LON, Tiny, expect, quirk, ramp


def on_grid(path, lat, lon, lat_options=None, lon_options=None, **field_options):
    """One field `v` = 100 * row + column."""
    with Tiny(path) as f:
        f.lat(lat, **(lat_options or {}))
        f.lon(lon, **(lon_options or {}))
        rows, columns = np.indices((len(lat), len(lon)))
        f.field("v", 100 * rows + columns, **field_options)


@quirk("lat_descending.nc", "north first")
def _(path):
    on_grid(path, LAT[::-1], LON)
    return [expect("v", 1.0, {"lat": 30, "lon": 10}), expect("v", 203.0, {"lat": 10, "lon": 30})]


@quirk("lat_ascending.nc", "south first")
def _(path):
    on_grid(path, LAT, LON)
    return [expect("v", 1.0, {"lat": 10, "lon": 10}), expect("v", 203.0, {"lat": 30, "lon": 30})]


@quirk("lon_descending.nc", "longitudes from east to west")
def _(path):
    on_grid(path, LAT, LON[::-1])
    return [expect("v", 0.0, {"lat": 10, "lon": 30}), expect("v", 3.0, {"lat": 10, "lon": 0})]


@quirk("lon_180.nc", "longitudes -180..170, round the globe")
def _(path):
    on_grid(path, LAT, np.arange(-180, 180, 10))
    return [expect("v", 0.0, {"lat": 10, "lon": -180}), expect("v", 17.0, {"lat": 10, "lon": -10}),
            expect("v", 0.0, {"lat": 10, "lon": 180}), expect("v", 17.0, {"lat": 10, "lon": 350})]


@quirk("lon_360.nc", "longitudes 0..350, round the globe")
def _(path):
    on_grid(path, LAT, np.arange(0, 360, 10))
    return [expect("v", 0.0, {"lat": 10, "lon": 0}), expect("v", 35.0, {"lat": 10, "lon": -10}),
            expect("v", 18.0, {"lat": 10, "lon": -180})]


@quirk("lon_20_380.nc", "longitudes 20..370, round the globe")
def _(path):
    on_grid(path, LAT, np.arange(20, 380, 10))
    return [expect("v", 0.0, {"lat": 10, "lon": 20}), expect("v", 34.0, {"lat": 10, "lon": 0}),
            expect("v", 33.0, {"lat": 10, "lon": -10})]


@quirk("lon_repeated_meridian.nc", "longitudes -180..180: the first meridian stands there twice")
def _(path):
    on_grid(path, LAT, np.arange(-180, 190, 60))
    return [expect("v", 3.0, {"lat": 10, "lon": 0})]


@quirk("lon_twice_round.nc", "longitudes -180..530: meridians stand there twice, with their values")
def _(path):
    on_grid(path, LAT, np.arange(-180, 540, 10))
    return [expect("v", 18.0, {"lat": 10, "lon": 0}), expect("v", 54.0, {"lat": 10, "lon": 360}),
            expect("v", 34.0, {"lat": 10, "lon": -200})]


@quirk("dateline_region.nc", "a region across the dateline, 170..190")
def _(path):
    on_grid(path, LAT, [170, 175, 180, 185, 190])
    return [expect("v", 2.0, {"lat": 10, "lon": 180}), expect("v", 3.0, {"lat": 10, "lon": -175})]


@quirk("greenwich_region.nc", "a region across Greenwich in 0..360 counting, 350..370")
def _(path):
    on_grid(path, LAT, [350, 355, 360, 365, 370])
    return [expect("v", 2.0, {"lat": 10, "lon": 0}), expect("v", 1.0, {"lat": 10, "lon": -5}),
            expect("v", 4.0, {"lat": 10, "lon": 10})]


@quirk("single_cell.nc", "one latitude and one longitude, without bounds")
def _(path):
    on_grid(path, [43.5], [7.25])
    return [expect("v", 0.0, {"lat": 43.5, "lon": 7.25})]


@quirk("single_row.nc", "one latitude, many longitudes")
def _(path):
    on_grid(path, [43.5], LON)
    return [expect("v", 2.0, {"lat": 43.5, "lon": 20})]


@quirk("gaussian.nc", "uneven latitudes, as of a spectral model")
def _(path):
    lat = np.degrees(np.arcsin(np.polynomial.legendre.leggauss(8)[0]))
    on_grid(path, lat, LON)
    return [expect("v", 0.0, {"lat": repr(float(lat[0])), "lon": 0}),
            expect("v", 703.0, {"lat": repr(float(lat[7])), "lon": 30})]


@quirk("poles.nc", "cell centres on the poles: envelopes end at 90")
def _(path):
    on_grid(path, [-90, -45, 0, 45, 90], np.arange(0, 360, 45))
    return [expect("v", 0.0, {"lat": -90, "lon": 0}), expect("v", 407.0, {"lat": 90, "lon": 315})]


@quirk("bounds_off_centre.nc", "bounds that are not half-way: a slice at 14 lies in the second cell")
def _(path):
    with Tiny(path) as f:
        f.lat(bounds="lat_bnds")
        f.lon(bounds="lon_bnds")
        f.nc.createDimension("nv", 2)
        f.variable("lat_bnds", ("lat", "nv"), [[8, 13], [13, 22], [22, 31]], "f8")
        f.variable("lon_bnds", ("lon", "nv"), [[-1, 9], [9, 19], [19, 29], [29, 39]], "f8")
        f.field("v", ramp(3, 4))
    return [expect("v", 4.0, {"lat": 14, "lon": 0}), expect("v", 1.0, {"lat": 12.5, "lon": 9.5}),
            expect("v", 8.0, {"lat": 30.9, "lon": 0})]


@quirk("float_axes.nc", "float coordinates in steps of a tenth: regular within a float's precision")
def _(path):
    lat = np.arange(300, 310, dtype="f4") / np.float32(10)
    on_grid(path, lat, lat, {"kind": "f4"}, {"kind": "f4"})
    return [expect("v", 305.0, {"lat": repr(float(lat[3])), "lon": repr(float(lat[5]))})]


@quirk("integer_axes.nc", "integer coordinates")
def _(path):
    on_grid(path, LAT, LON, {"kind": "i2"}, {"kind": "i4"})
    return [expect("v", 102.0, {"lat": 20, "lon": 20})]


@quirk("dimension_orders.nc", "every order of time, depth, lat and lon")
def _(path):
    sizes = {"time": 2, "depth": 3, "lat": 3, "lon": 4}
    found = []
    with Tiny(path) as f:
        f.time([0, 24], "hours since 2000-01-01")
        f.axis("depth", [0, 10, 50], units="m", positive="down", standard_name="depth", axis="Z")
        f.lat()
        f.lon()
        for order in itertools.permutations(sizes):
            name = "v_" + "".join(dimension[1] for dimension in order)  # i e a o: one letter each
            index = np.indices([sizes[d] for d in order])
            place = dict(zip(order, index))
            values = (1000 * place["time"] + 100 * place["depth"] + 10 * place["lat"]
                      + place["lon"])
            f.field(name, values, order)
            found.append(expect(name, 1213.0, {"time": '"2000-01-02T00:00:00Z"', "depth": 50,
                                               "lat": 20, "lon": 30}))
    return found


@quirk("axes_by_name.nc", "no attribute tells the axes: their names do")
def _(path):
    with Tiny(path, conventions=None) as f:
        f.axis("lat", LAT)
        f.axis("lon", LON)
        f.field("v", ramp(3, 4))
    return [expect("v", 5.0, {"lat": 20, "lon": 10})]


@quirk("axes_by_units.nc", "only the units tell, in an old spelling, and names say nothing")
def _(path):
    with Tiny(path) as f:
        f.axis("a", LAT, units="degreeN")
        f.axis("b", LON, units="degree_E")
        f.field("v", ramp(3, 4), ("a", "b"))
    return [expect("v", 5.0, {"a": 20, "b": 10})]


@quirk("axes_by_axis_attribute.nc", "axis=X and axis=Y, dimensions the other way round")
def _(path):
    with Tiny(path) as f:
        f.axis("b", LON, axis="X", units="degrees_east")
        f.axis("a", LAT, axis="Y", units="degrees_north")
        f.field("v", ramp(4, 3), ("b", "a"))
    return [expect("v", 4.0, {"a": 20, "b": 10})]


@quirk("axes_by_coordinate_axis_type.nc", "_CoordinateAxisType, as the Java tools write it")
def _(path):
    with Tiny(path, conventions="_Coordinates") as f:
        f.axis("a", LAT, _CoordinateAxisType="Lat")
        f.axis("b", LON, _CoordinateAxisType="Lon")
        f.field("v", ramp(3, 4), ("a", "b"))
    return [expect("v", 5.0, {"a": 20, "b": 10})]


@quirk("two_domains.nc", "fields on two grids: two coverages of one dataset")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.lat([0.0, 45.0], name="lat2")
        f.lon([100.0, 110.0], name="lon2")
        f.field("v", ramp(3, 4))
        f.field("w", ramp(2, 2), ("lat2", "lon2"))
    return [expect("v", 5.0, {"lat": 20, "lon": 10}), expect("w", 3.0, {"lat2": 45, "lon2": 110})]


@quirk("coordinate_valid_range.nc", "valid_min on the coordinates, as CMEMS writes them, hides nothing")
def _(path):
    on_grid(path, LAT, LON, {"valid_min": 10.0, "valid_max": 30.0},
            {"valid_min": 0.0, "valid_max": 30.0})
    return [expect("v", 203.0, {"lat": 30, "lon": 30})]

"""Two-dimensional coordinates (CF 5.2): grids whose axes only count cells."""
import numpy as np

from .tiny import Tiny, expect, quirk, ramp


def plane(path, longitudes, latitudes, link=True, kind="f8", fill=None, corners=None,
          units=("degrees_north", "degrees_east"), **attributes):
    """A field `v` over j, i; its numbers count the cells."""
    rows, columns = longitudes.shape
    with Tiny(path) as f:
        f.nc.createDimension("j", rows)
        f.nc.createDimension("i", columns)
        bounds = ({"bounds": "lat_vertices"}, {"bounds": "lon_vertices"}) if corners else ({}, {})
        f.variable("nav_lat", ("j", "i"), latitudes, kind, fill, units=units[0],
                   standard_name="latitude", **bounds[0])
        f.variable("nav_lon", ("j", "i"), longitudes, kind, fill, units=units[1],
                   standard_name="longitude", **bounds[1])
        if corners:
            f.nc.createDimension("vertex", 4)
            f.variable("lon_vertices", ("j", "i", "vertex"), corners[0], "f8")
            f.variable("lat_vertices", ("j", "i", "vertex"), corners[1], "f8")
        if link:
            attributes["coordinates"] = "nav_lat nav_lon"
        f.field("v", ramp(rows, columns), ("j", "i"), **attributes)


def leaning(rows, columns):
    j, i = np.indices((rows, columns))
    return 5 + i - 0.1 * j, 40 + j + 0.1 * i


@quirk("curvilinear.nc", "2-D latitudes and longitudes")
def _(path):
    plane(path, *leaning(3, 4))
    return [expect("v", 6.0, {"Lat": 41.2, "Long": 6.9}), expect("v", 6.0, {"j": 1, "i": 2}),
            expect("v", 0.0, {"lat": 39.7, "lon": 5})]


@quirk("curvilinear_unlisted.nc", "2-D coordinates that no attribute names")
def _(path):
    plane(path, *leaning(3, 4), link=False)
    return [expect("v", 6.0, {"Lat": 41.2, "Long": 6.9})]


@quirk("curvilinear_masked.nc", "2-D coordinates with fill values under land")
def _(path):
    longitudes, latitudes = leaning(6, 8)
    longitudes[2:4, 3:5] = latitudes[2:4, 3:5] = -9999.0
    plane(path, longitudes, latitudes, fill=-9999.0)
    return [expect("v", 18.0, {"Lat": 42.2, "Long": 6.8})]


@quirk("curvilinear_radians.nc", "2-D coordinates in radians")
def _(path):
    longitudes, latitudes = leaning(3, 4)
    plane(path, np.radians(longitudes), np.radians(latitudes), units=("radian", "radian"))
    return [expect("v", 6.0, {"Lat": 41.2, "Long": 6.9})]


@quirk("curvilinear_vertices.nc", "cells whose vertices lie east of their centres")
def _(path):
    j, i = np.indices((4, 5))
    west, east = i - 0.2, i + 0.8
    south, north = j - 0.5, j + 0.5
    plane(path, i.astype(float), j.astype(float),
          corners=(np.stack([west, east, east, west], -1), np.stack([south, south, north, north],
                                                                    -1)))
    return [expect("v", 7.0, {"Lat": 1, "Long": 2.7})]


@quirk("curvilinear_cap.nc", "rings round the north pole, longitudes to 433")
def _(path):
    j, i = np.indices((6, 36))
    plane(path, 73.0 + 10 * i, 62.5 + 5 * j)
    return [expect("v", 180.0, {"Lat": 87.5, "Long": 73}),
            expect("v", 35.0, {"Lat": 62, "Long": 63}),
            expect("v", 188.0, {"Lat": 87.5, "Long": 153})]


@quirk("curvilinear_tripolar.nc", "two poles on land and a fold between them")
def _(path):
    # Confocal ellipses (Murray 1996) in the polar stereographic plane, shrinking from about 60 N to
    # the line between the two poles, over which the last row meets itself.
    j, i = np.indices((20, 72))
    z = np.cosh(2 * (1 - (j + 0.5) / 20) + 2j * np.pi * i / 72) / np.cosh(2)
    latitudes = 90 - 2 * np.degrees(np.arctan(np.abs(z) * np.tan(np.radians(15))))
    longitudes = np.degrees(np.angle(z))
    plane(path, longitudes, latitudes, kind="f4")
    return [expect("v", 0.0, {"i": 0, "j": 0})]


@quirk("nominal_axes.nc", "1-D nominal longitudes and latitudes beside the true 2-D ones")
def _(path):
    longitudes, latitudes = leaning(3, 4)
    with Tiny(path) as f:
        f.lat([50.0, 60.0, 70.0], name="yt")
        f.lon([0.0, 10.0, 20.0, 30.0], name="xt")
        f.variable("geolat", ("yt", "xt"), latitudes, "f8", units="degrees_north")
        f.variable("geolon", ("yt", "xt"), longitudes, "f8", units="degrees_east")
        f.field("v", ramp(3, 4), ("yt", "xt"), coordinates="geolat geolon")
    return [expect("v", 6.0, {"Lat": 41.2, "Long": 6.9})]


@quirk("staggered.nc", "u on an Arakawa C grid: its own coordinates among several")
def _(path):
    with Tiny(path) as f:
        for name, shift in (("rho", 0.0), ("u", 0.5)):
            longitudes, latitudes = leaning(3, 4)
            f.nc.createDimension("eta_" + name, 3)
            f.nc.createDimension("xi_" + name, 4)
            where = ("eta_" + name, "xi_" + name)
            f.variable("lat_" + name, where, latitudes, "f8", units="degree_north")
            f.variable("lon_" + name, where, longitudes + shift, "f8", units="degree_east")
        f.field("u", ramp(3, 4), ("eta_u", "xi_u"), coordinates="lon_u lat_u")
        f.field("h", ramp(3, 4, start=100), ("eta_rho", "xi_rho"), coordinates="lon_rho lat_rho")
    return [expect("u", 6.0, {"Lat": 41.2, "Long": 7.4}),
            expect("h", 106.0, {"Lat": 41.2, "Long": 6.9})]

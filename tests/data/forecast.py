#!/usr/bin/python3
"""Makes an ocean forecast that looks like a CMEMS product, out of formulas.

    forecast.py OUT.nc [--step DEGREES] [--days N] [--depths N] [--seed N]

Variables thetao, so, uo, vo (time, depth, latitude, longitude) and zos (time, latitude, longitude),
packed to int16 as CMEMS packs them, land missing. Latitudes -80..90, longitudes -180..180-STEP.
The default, half a degree, ten days and five depths, is about 30 MB; --step 0.0833333333333
--days 1 --depths 1 is the 4320 x 2041 grid of the benchmarks. Nothing in it is real.
Needs Debian's python3-numpy and python3-netcdf4.
"""
import argparse
import os

import netCDF4
import numpy as np

FILL = np.int16(-32767)
# The levels of the CMEMS global analysis that are nearest to what people ask for.
DEPTHS = [0.494025, 9.572997, 47.37369, 155.8507, 541.0889, 1062.44, 2225.078, 3992.484]

# Continents by a few corners each (longitude, latitude): enough to know the Earth again.
LAND = [
    [(-168, 66), (-156, 71), (-128, 70), (-95, 72), (-82, 68), (-94, 59), (-80, 51), (-78, 62),
     (-65, 59), (-56, 52), (-66, 45), (-75, 38), (-81, 31), (-80, 25), (-84, 30), (-97, 27),
     (-96, 19), (-87, 21), (-83, 10), (-78, 8), (-85, 11), (-105, 20), (-114, 31), (-110, 23),
     (-124, 40), (-124, 48), (-135, 58), (-152, 59), (-164, 55), (-158, 58), (-165, 62)],
    [(-78, 8), (-72, 12), (-60, 9), (-50, 0), (-35, -6), (-39, -15), (-48, -26), (-58, -38),
     (-65, -42), (-68, -54), (-75, -50), (-72, -30), (-70, -18), (-81, -5)],
    [(-17, 15), (-10, 30), (-6, 36), (10, 37), (20, 32), (34, 31), (43, 12), (51, 12), (40, -5),
     (40, -16), (33, -27), (26, -34), (18, -34), (12, -17), (9, 2), (-8, 5)],
    [(-9, 37), (-9, 43), (-2, 44), (-4, 48), (8, 54), (10, 57), (20, 54), (30, 60), (18, 61),
     (24, 66), (5, 60), (14, 68), (28, 71), (42, 67), (70, 73), (105, 77), (140, 73), (179, 69),
     (179, 65), (162, 60), (157, 51), (155, 59), (136, 54), (127, 40), (122, 40), (122, 30),
     (108, 21), (106, 9), (100, 13), (104, 1), (98, 9), (92, 22), (80, 15), (77, 8), (73, 20),
     (57, 26), (59, 22), (44, 12), (35, 30), (36, 37), (27, 37), (28, 41), (40, 41), (31, 46),
     (23, 40), (20, 40), (13, 45), (18, 40), (16, 38), (9, 44), (0, 39), (-5, 36)],
    [(114, -22), (122, -18), (131, -12), (137, -12), (136, -16), (141, -17), (143, -11),
     (146, -19), (153, -27), (150, -37), (140, -38), (135, -34), (129, -32), (115, -34)],
    [(-58, 76), (-30, 83), (-20, 75), (-40, 65), (-46, 60), (-53, 67)],
    [(44, -16), (50, -16), (47, -25), (44, -24)], [(-5, 50), (1, 51), (-2, 56), (-5, 58)],
    [(130, 32), (140, 36), (142, 43), (139, 40), (131, 34)], [(95, 5), (105, -5), (103, 0)],
    [(109, 1), (117, 7), (118, 1), (114, -4)], [(131, -1), (141, -3), (147, -8), (138, -8)],
    [(167, -45), (174, -41), (178, -38), (173, -35), (172, -41)], [(-24, 64), (-15, 65), (-20, 66)],
    [(-180, -90), (-180, -78), (-60, -75), (-58, -63), (-20, -73), (30, -69), (110, -66),
     (170, -71), (180, -78), (180, -90)],
]


def land_mask(lat, lon):
    """True on land: each row is filled between the edges it crosses, even-odd."""
    land = np.zeros((lat.size, lon.size), bool)
    for polygon in LAND:
        corners = np.array(polygon, float)
        x0, y0 = corners.T
        x1, y1 = np.roll(corners, -1, axis=0).T
        for row, y in enumerate(lat):
            crosses = (y0 <= y) != (y1 <= y)
            if not crosses.any():
                continue
            at = np.sort(x0[crosses] + (y - y0[crosses]) / (y1[crosses] - y0[crosses])
                         * (x1[crosses] - x0[crosses]))
            for west, east in zip(at[::2], at[1::2]):
                land[row, np.searchsorted(lon, west):np.searchsorted(lon, east)] = True
    return land


class Eddies:
    """Travelling waves on the sphere: smooth, periodic in longitude, moving with the days."""

    def __init__(self, lat, lon, seed, count=24):
        random = np.random.default_rng(seed)
        self.lat, self.lon = np.radians(lat)[:, None], np.radians(lon)[None, :]
        self.waves = [(random.integers(3, 40), random.uniform(3, 30), random.uniform(0, 6.28),
                       random.uniform(0.05, 0.6)) for _ in range(count)]

    def at(self, day):
        field = np.zeros((self.lat.size, self.lon.size))
        for k, l, phase, speed in self.waves:
            field += np.sin(k * self.lon + phase - speed * day) * np.cos(l * self.lat + phase) / (
                1 + 0.05 * k)
        return field / np.sqrt(len(self.waves)) * np.cos(self.lat)


def pack(values, scale, offset, land):
    packed = np.round((values - offset) / scale)
    packed = np.clip(packed, -32766, 32767).astype(np.int16)
    packed[land] = FILL
    return packed


def write(path, step, days, depth_count, seed):
    lat = -80 + step * np.arange(int(round(170 / step)) + 1)
    lon = -180 + step * np.arange(int(round(360 / step)))
    depths = np.array(DEPTHS[:depth_count], np.float32)
    land = land_mask(lat, lon)
    eddies = Eddies(lat, lon, seed)
    y = np.radians(lat)[:, None]

    nc = netCDF4.Dataset(path, "w", format="NETCDF4")
    nc.setncatts({
        "Conventions": "CF-1.8, ACDD-1.3", "title": "Invented global ocean forecast, daily means",
        "summary": "Temperature, salinity, currents and sea level made by formulas to look like a "
                   "forecast product. Not for any use but trying out software.",
        "institution": "Gyre test data", "source": "formulas", "license": "CC0-1.0",
        "references": "none", "history": "made by tests/data/forecast.py"})
    nc.createDimension("time", days)
    nc.createDimension("depth", len(depths))
    nc.createDimension("latitude", lat.size)
    nc.createDimension("longitude", lon.size)

    def axis(name, values, kind, **attributes):
        variable = nc.createVariable(name, kind, (name,))
        variable.setncatts(attributes)
        variable[:] = values

    hours = 24 * (27759 + np.arange(days)) + 12  # 2026-01-01T12:00 and on, hours since 1950
    axis("time", hours, "f8", standard_name="time", long_name="Time", axis="T",
         units="hours since 1950-01-01", calendar="gregorian")
    axis("depth", depths, "f4", standard_name="depth", long_name="Depth", axis="Z", units="m",
         positive="down", unit_long="Meters", valid_min=depths[0], valid_max=depths[-1])
    axis("latitude", lat.astype("f4"), "f4", standard_name="latitude", long_name="Latitude",
         axis="Y", units="degrees_north", valid_min=np.float32(lat[0]),
         valid_max=np.float32(lat[-1]))
    axis("longitude", lon.astype("f4"), "f4", standard_name="longitude", long_name="Longitude",
         axis="X", units="degrees_east", valid_min=np.float32(lon[0]),
         valid_max=np.float32(lon[-1]))

    def field(name, dimensions, scale, offset, standard_name, units, long_name):
        chunks = (1,) * (len(dimensions) - 2) + (min(lat.size, 512), min(lon.size, 512))
        variable = nc.createVariable(name, "i2", dimensions, zlib=True, complevel=1, shuffle=True,
                                     chunksizes=chunks, fill_value=FILL)
        variable.set_auto_maskandscale(False)
        variable.setncatts({"standard_name": standard_name, "long_name": long_name, "units": units,
                            "scale_factor": np.float64(scale), "add_offset": np.float64(offset),
                            "cell_methods": "time: mean"})
        return variable

    space = ("time", "depth", "latitude", "longitude")
    thetao = field("thetao", space, 0.000732444226741791, 21.0, "sea_water_potential_temperature",
                   "degrees_C", "Temperature")
    so = field("so", space, 0.00152592547237873, 19.99847407452762, "sea_water_salinity",
               "1e-3", "Salinity")
    uo = field("uo", space, 0.000610370188951492, 0.0, "eastward_sea_water_velocity", "m s-1",
               "Eastward velocity")
    vo = field("vo", space, 0.000610370188951492, 0.0, "northward_sea_water_velocity", "m s-1",
               "Northward velocity")
    zos = field("zos", ("time", "latitude", "longitude"), 0.000305185094475746, 0.0,
                "sea_surface_height_above_geoid", "m", "Sea surface height")

    for day in range(days):
        eddy = eddies.at(day)
        height = 0.5 * np.cos(2 * y) + 0.35 * eddy
        # Geostrophic in shape: the current follows the contours of the height.
        d_y, d_x = np.gradient(height, np.radians(step))
        zos[day] = pack(height, 0.000305185094475746, 0.0, land)
        for level, depth in enumerate(depths):
            decay = np.exp(-depth / 600.0)
            surface = 28.5 * np.cos(y) ** 2 * (1 - 0.12 * np.cos(6 * y)) - 1.5
            warm = 2.0 + (np.clip(surface + 1.2 * eddy, -1.9, 32) - 2.0) * decay
            salt = 34.7 + (1.2 * np.cos(2 * (np.abs(y) - 0.45)) - 1.0 + 0.25 * eddy) * decay
            # 1 / sin(latitude), but fading out at the equator where that balance breaks down.
            turn = np.sin(y) / (np.sin(y) ** 2 + 0.03)
            thetao[day, level] = pack(warm, 0.000732444226741791, 21.0, land)
            so[day, level] = pack(salt, 0.00152592547237873, 19.99847407452762, land)
            uo[day, level] = pack(np.clip(-d_y * turn * 0.08 * decay, -2.5, 2.5),
                                  0.000610370188951492, 0.0, land)
            vo[day, level] = pack(np.clip(d_x * turn * 0.08 * decay, -2.5, 2.5),
                                  0.000610370188951492, 0.0, land)
    nc.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out")
    parser.add_argument("--step", type=float, default=0.5, help="degrees between cells (0.5)")
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--depths", type=int, default=5, help="1 .. %d" % len(DEPTHS))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if not 1 <= arguments.depths <= len(DEPTHS):
        parser.error("--depths takes 1 .. %d" % len(DEPTHS))
    # Beside, then renamed: a run that was stopped leaves no half file to serve.
    partial = arguments.out + ".part"
    write(partial, arguments.step, arguments.days, arguments.depths, arguments.seed)
    os.replace(partial, arguments.out)


if __name__ == "__main__":
    main()

"""Vectors: pairs of components, turned grids, staggered grids.

The flow is one that is known everywhere: a solid body's turning about an axis through the Earth. What
a grid's components of it are comes from the grid's own formulae, its truth on the globe from none of
them: `east_north` is the cross product, in three dimensions.
"""
import numpy as np

from .tiny import Tiny, expect, quirk

POLE = (-37.0, 52.0)  # longitude and latitude of the axis
SPEED = 10.0  # at a right angle to it


def place(longitude, latitude):
    lam, phi = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam),
                     np.sin(phi) + 0 * lam], -1)


def local(longitude, latitude):
    """Unit vectors to the east and the north."""
    lam, phi = np.radians(longitude) + 0 * latitude, np.radians(latitude) + 0 * longitude
    east = np.stack([-np.sin(lam), np.cos(lam), 0 * lam], -1)
    north = np.stack([-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)], -1)
    return east, north


def flow(longitude, latitude):
    return SPEED * np.cross(place(*POLE), place(np.asarray(longitude, float),
                                                np.asarray(latitude, float)))


def east_north(longitude, latitude):
    longitude, latitude = np.asarray(longitude, float), np.asarray(latitude, float)
    east, north = local(longitude, latitude)
    v = flow(longitude, latitude)
    return (v * east).sum(-1), (v * north).sum(-1)


def direction(u, v):
    return np.degrees(np.arctan2(u, v)) % 360


def on_axes(u, v, angle):
    """Components along axes turned by `angle` (radians, anticlockwise)."""
    return u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)


def told(speed, to, u, v, cells, where, turned=()):
    """Expectations at some cells: speed, direction, and true components where the grid is turned."""
    found = []
    for cell in cells:
        at = {axis: positions[n] for (axis, positions), n in zip(where.items(), cell)}
        found.append(expect(speed, float(np.float32(np.hypot(u[cell], v[cell]))), at, near=1e-5))
        found.append(expect(to, float(direction(u[cell], v[cell])), at, near=1e-4))
        for name, values in zip(turned, (u, v)):
            found.append(expect(name, float(values[cell]), at, near=2e-5))
    return found


WIND = ("wind_speed", "wind_to_direction")
WATER = ("sea_water_speed", "sea_water_velocity_to_direction")
TRUE_WIND = ("eastward_wind", "northward_wind")
TRUE_WATER = ("eastward_sea_water_velocity", "northward_sea_water_velocity")


@quirk("vectors_lonlat.nc", "eastward and northward, one of them missing at a cell, packed, calm")
def _(path):
    lat, lon = np.array([-60.0, 0.0, 60.0, 89.0]), np.array([0.0, 90.0, 180.0, 270.0])
    u, v = east_north(lon[None, :], lat[:, None])
    u[0, 1] = v[0, 1] = 0
    stored = np.round(u / 0.001).astype("i2")
    u = stored * np.float64(0.001)
    with Tiny(path) as f:
        f.lat(lat)
        f.lon(lon)
        given = v.copy()
        given[1, 2] = np.nan
        f.variable("uwnd", ("lat", "lon"), stored, "i2", -32768, standard_name="eastward_wind",
                   units="m s-1", scale_factor=0.001)
        f.variable("vwnd", ("lat", "lon"), given, "f8", standard_name="northward_wind",
                   units="m s-1")
    where = {"lat": lat, "lon": lon}
    v = v.astype("f8")
    return (told(*WIND, u, v, [(0, 0), (2, 3), (3, 2)], where) +
            [expect("wind_speed", None, {"lat": 0, "lon": 180}),
             expect("wind_speed", 0.0, {"lat": -60, "lon": 90}),
             expect("wind_to_direction", None, {"lat": -60, "lon": 90})])


@quirk("vectors_rotated.nc", "x_wind and y_wind on a rotated pole, over the true pole")
def _(path):
    rlat, rlon = np.linspace(-30.0, 60.0, 7), np.linspace(-40.0, 40.0, 9)
    pole_lon, pole_lat = -162.0, 39.25
    # Directions of the rotated grid's x, y, z axes: z is its pole, and the true north pole lies on
    # the meridian of x.
    z = place(pole_lon, pole_lat)
    x = np.cross([0, 0, 1.0], z)
    x = np.cross(z, x / np.linalg.norm(x))
    frame = np.stack([x, np.cross(z, x), z])
    grid = place(rlon[None, :] + 0 * rlat[:, None], rlat[:, None] + 0 * rlon[None, :])
    true = grid @ frame
    lon, lat = np.degrees(np.arctan2(true[..., 1], true[..., 0])), np.degrees(
        np.arcsin(np.clip(true[..., 2], -1, 1)))
    v = flow(lon, lat) @ frame.T  # in the rotated grid's own axes
    grid_east, grid_north = local(rlon[None, :] + 0 * rlat[:, None], rlat[:, None] + 0 * rlon)
    with Tiny(path) as f:
        f.axis("rlat", rlat, units="degrees", standard_name="grid_latitude", axis="Y")
        f.axis("rlon", rlon, units="degrees", standard_name="grid_longitude", axis="X")
        f.variable("rp", (), 0, "i4", grid_mapping_name="rotated_latitude_longitude",
                   grid_north_pole_latitude=pole_lat, grid_north_pole_longitude=pole_lon)
        for name, standard, axis in (("ua", "x_wind", grid_east), ("va", "y_wind", grid_north)):
            f.variable(name, ("rlat", "rlon"), (v * axis).sum(-1), "f4", standard_name=standard,
                       units="m s-1", grid_mapping="rp")
    return told(*WIND, *east_north(lon, lat), [(0, 0), (2, 4), (6, 8), (5, 1)],
                {"rlat": rlat, "rlon": rlon}, TRUE_WIND)


def stereographic(south):
    """x, y, longitudes, latitudes, angle from east to x: polar stereographic on a sphere."""
    sign, radius = (-1 if south else 1), 6371229.0
    x, y = np.linspace(-3e6, 3e6, 7)[None, :], np.linspace(-2.6e6, 3.1e6, 6)[:, None]
    rho = np.hypot(x, y)
    scale = radius * (1 + np.sin(np.radians(70)))
    latitude = sign * (90 - 2 * np.degrees(np.arctan(rho / scale)))
    around = np.arctan2(x, -sign * y)
    # East runs along (cos, sin) of the meridian's angle, seen from above; mirrored in the south.
    return x[0], y[:, 0], np.degrees(around) - 45 + 0 * y, latitude, -sign * around


def polar(path, south, fields):
    x, y, lon, lat, angle = stereographic(south)
    u, v = east_north(lon, lat)
    given = on_axes(u, v, angle)
    with Tiny(path) as f:
        f.axis("y", y, units="m", standard_name="projection_y_coordinate", axis="Y")
        f.axis("x", x, units="m", standard_name="projection_x_coordinate", axis="X")
        f.variable("crs", (), 0, "i4", grid_mapping_name="polar_stereographic",
                   standard_parallel=-70.0 if south else 70.0,
                   straight_vertical_longitude_from_pole=-45.0,
                   latitude_of_projection_origin=-90.0 if south else 90.0, earth_radius=6371229.0)
        for (name, standard), values in zip(fields, given):
            f.variable(name, ("y", "x"), values, "f4", standard_name=standard, units="m s-1",
                       grid_mapping="crs")
    return x, y, u, v


@quirk("vectors_polar.nc", "drift of ice by x and y on a polar stereographic grid")
def _(path):
    x, y, u, v = polar(path, False, [("xi", "sea_ice_x_velocity"), ("yi", "sea_ice_y_velocity")])
    return told("sea_ice_speed", "direction_of_sea_ice_velocity", u, v, [(0, 0), (5, 3), (3, 6)],
                {"y": y, "x": x}, ("eastward_sea_ice_velocity", "northward_sea_ice_velocity"))


@quirk("vectors_polar_south.nc", "x and y on a southern polar stereographic grid, unlisted name")
def _(path):
    x, y, u, v = polar(path, True, [("tx", "surface_downward_x_stress"),
                                    ("ty", "surface_downward_y_stress")])
    return told("magnitude_of_surface_downward_stress", "surface_downward_stress_to_direction", u,
                v, [(0, 0), (5, 3), (3, 6)], {"y": y, "x": x},
                ("surface_downward_eastward_stress", "surface_downward_northward_stress"))


@quirk("vectors_lambert.nc", "x_wind and y_wind on a Lambert conformal grid in km, y downwards")
def _(path):
    radius, first, second = 6371.229, np.radians(30.0), np.radians(60.0)
    n = np.log(np.cos(first) / np.cos(second)) / np.log(
        np.tan(np.pi / 4 + second / 2) / np.tan(np.pi / 4 + first / 2))
    size = np.cos(first) * np.tan(np.pi / 4 + first / 2) ** n / n
    rho0 = radius * size / np.tan(np.pi / 4 + np.radians(45) / 2) ** n
    x, y = np.linspace(-1500.0, 1500.0, 7), np.linspace(1200.0, -1200.0, 5)
    around = np.arctan2(x[None, :], rho0 - y[:, None])
    rho = np.hypot(x[None, :], rho0 - y[:, None])
    lat = np.degrees(2 * np.arctan((radius * size / rho) ** (1 / n)) - np.pi / 2)
    u, v = east_north(15 + np.degrees(around / n), lat)
    with Tiny(path) as f:
        f.axis("y", y, units="km", standard_name="projection_y_coordinate", axis="Y")
        f.axis("x", x, units="km", standard_name="projection_x_coordinate", axis="X")
        f.variable("crs", (), 0, "i4", grid_mapping_name="lambert_conformal_conic",
                   standard_parallel=[30.0, 60.0], longitude_of_central_meridian=15.0,
                   latitude_of_projection_origin=45.0, earth_radius=6371229.0)
        for name, standard, values in zip(("ua", "va"), ("x_wind", "y_wind"),
                                          on_axes(u, v, -around)):
            f.variable(name, ("y", "x"), values, "f8", standard_name=standard, units="m s-1",
                       grid_mapping="crs")
    return told(*WIND, u, v, [(0, 0), (4, 6), (2, 3), (1, 5)], {"y": y, "x": x}, TRUE_WIND)


def turned_grid(rows, columns, step, first=0.0, second=0.0):
    """A turned and stretched grid: lines of a stereographic plane about 12 W 55 N; its longitudes,
    latitudes and the angle from east to its x. `first`, `second`: shifts along x and y in cells."""
    j, i = np.indices((rows, columns), float)
    i, j = i + first, j + second
    turn = np.radians(25)
    p = (i - columns / 2) * step * (1 + 0.01 * i) + 1j * (j - rows / 2) * step
    # Along i the derivative of p; it is along the real axis, so x points by `turn`.
    p = p * np.exp(1j * turn)
    centre, frame = place(-12.0, 55.0), local(np.array(-12.0), np.array(55.0))
    # Inverse stereographic, from the plane that touches the sphere at the centre.
    r2 = np.abs(p) ** 2 / 4
    at = ((1 - r2)[..., None] * centre + p.real[..., None] * frame[0] +
          p.imag[..., None] * frame[1]) / (1 + r2)[..., None]
    lon, lat = np.degrees(np.arctan2(at[..., 1], at[..., 0])), np.degrees(np.arcsin(at[..., 2]))
    # The map is conformal: x on the globe is the derivative by the real part, turned likewise.
    along = np.exp(1j * turn)
    q = p.conj() * along / 2
    slope = ((-q.real)[..., None] * (centre + at) + along.real * frame[0] + along.imag * frame[1])
    east, north = local(lon, lat)
    return lon, lat, np.arctan2((slope * north).sum(-1), (slope * east).sum(-1))


@quirk("vectors_curvilinear.nc", "x and y along the axes of a turned grid that tells no angle")
def _(path):
    lon, lat, angle = turned_grid(40, 50, 0.002)
    u, v = east_north(lon, lat)
    x, y = on_axes(u, v, angle)
    with Tiny(path) as f:
        f.nc.createDimension("j", 40)
        f.nc.createDimension("i", 50)
        f.variable("nav_lat", ("j", "i"), lat, "f8", units="degrees_north")
        f.variable("nav_lon", ("j", "i"), lon, "f8", units="degrees_east")
        for name, values in (("vozocrtx", x), ("vomecrty", y)):
            f.variable(name, ("j", "i"), values, "f8", units="m/s", coordinates="nav_lat nav_lon")
    # The angle is told by neighbours at some 13 km on lines that hardly bend: 1e-5 radians.
    found = []
    for cell in [(0, 0), (20, 25), (39, 49), (10, 3)]:
        at = {"j": cell[0], "i": cell[1]}
        found.append(expect(WATER[0], float(np.hypot(u[cell], v[cell])), at, near=1e-6))
        found.append(expect(WATER[1], float(direction(u[cell], v[cell])), at, near=2e-3))
        found.append(expect(TRUE_WATER[0], float(u[cell]), at, near=2e-4))
        found.append(expect(TRUE_WATER[1], float(v[cell]), at, near=2e-4))
    return found


@quirk("vectors_staggered.nc", "ROMS: u and v between rho points, angles in degrees, walls missing")
def _(path):
    rows, columns, step = 8, 10, 1e-4
    rho = turned_grid(rows, columns, step)
    with Tiny(path) as f:
        for name, shape, shift in (("rho", (rows, columns), (0, 0)),
                                   ("u", (rows, columns - 1), (0.5, 0)),
                                   ("v", (rows - 1, columns), (0, 0.5))):
            where = ("eta_" + name, "xi_" + name)
            f.nc.createDimension(where[0], shape[0])
            f.nc.createDimension(where[1], shape[1])
            # From the whole grid's shape, so that all three are of one grid.
            j, i = shape
            lon, lat, angle = [a[:j, :i] for a in turned_grid(rows, columns, step, *shift)]
            f.variable("lat_" + name, where, lat, "f8", units="degree_north")
            f.variable("lon_" + name, where, lon, "f8", units="degree_east")
            coordinates = f"lon_{name} lat_{name}"
            if name == "rho":
                f.variable("angle", where, np.degrees(angle), "f8", units="degrees",
                           coordinates=coordinates, long_name="angle between XI-axis and EAST")
            else:
                values = on_axes(*east_north(lon, lat), angle)[0 if name == "u" else 1]
                if name == "u":
                    values[3, 4] = 1e37
                f.variable(name, where, values, "f4", 1e37, units="meter second-1",
                           standard_name=f"sea_water_{'x' if name == 'u' else 'y'}_velocity",
                           coordinates=coordinates)
    u, v = east_north(rho[0], rho[1])
    found = [expect(WATER[0], None, {"eta_rho": 0, "xi_rho": 5}),  # no face on its far side
             expect(WATER[0], None, {"eta_rho": 3, "xi_rho": 9}),
             expect(WATER[0], None, {"eta_rho": 3, "xi_rho": 4}),  # a face that is missing
             expect(WATER[0], None, {"eta_rho": 3, "xi_rho": 5})]
    for cell in [(1, 1), (4, 5), (6, 8)]:
        at = {"eta_rho": cell[0], "xi_rho": cell[1]}
        # Means of faces 600 m apart: of the second order.
        found.append(expect(WATER[0], float(np.hypot(u[cell], v[cell])), at, near=1e-4))
        found.append(expect(TRUE_WATER[0], float(u[cell]), at, near=1e-4))
        found.append(expect(TRUE_WATER[1], float(v[cell]), at, near=1e-4))
    return found


@quirk("vectors_faces.nc", "one-dimensional faces round the globe: XG west of XC, YG south of YC")
def _(path):
    xc, yc = np.arange(5.0, 360, 10), np.arange(-75.0, 80, 10)
    xg, yg = xc - 5, yc - 5
    with Tiny(path) as f:
        f.lon(xc, "XC")
        f.lon(xg, "XG")
        f.lat(yc, "YC")
        f.lat(yg, "YG")
        f.variable("T", ("YC", "XC"), np.zeros((16, 36)), "f4", long_name="a tracer", units="1")
        i, j = np.meshgrid(np.arange(36), np.arange(16))
        f.variable("U", ("YC", "XG"), i, "f4", units="m s-1", standard_name="sea_water_x_velocity")
        f.variable("V", ("YG", "XC"), -2 * j, "f4", units="m s-1",
                   standard_name="sea_water_y_velocity")
    return [expect(WATER[0], float(np.float32(np.hypot(3.5, 9))), {"YC": -35, "XC": 35}, near=1e-6),
            # Between the last face and the first.
            expect(WATER[0], float(np.float32(np.hypot(17.5, 1))), {"YC": -75, "XC": 355},
                   near=1e-6),
            expect(WATER[0], None, {"YC": 75, "XC": 5})]


@quirk("vectors_several.nc", "two winds of one standard_name in one coverage, told apart by names")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        for name, standard, value in (("u10", "eastward_wind", 3.0), ("u100", "eastward_wind", 6.0),
                                      ("v10", "northward_wind", 4.0),
                                      ("v100", "northward_wind", 8.0)):
            f.field(name, np.full((3, 4), value), standard_name=standard, units="m s-1")
    at = {"lat": 10, "lon": 10}
    return [expect("wind_speed", 5.0, at), expect("wind_speed_u100", 10.0, at),
            expect("wind_to_direction_u100", float(np.degrees(np.arctan2(3, 4))), at, near=1e-5)]


@quirk("vectors_none.nc", "what looks like pairs and is none: units, variances, a stray component")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        ones = np.ones((3, 4))
        f.field("a", ones, standard_name="eastward_wind", units="m s-1")
        f.field("b", ones, standard_name="northward_wind", units="cm s-1")
        f.field("c", ones, standard_name="eastward_sea_water_velocity", units="m s-1",
                cell_methods="time: variance")
        f.field("d", ones, standard_name="northward_sea_water_velocity", units="m s-1",
                cell_methods="time: variance")
        f.field("e", ones, standard_name="eastward_sea_ice_velocity", units="m s-1")
        f.field("uo", ones, units="1")
        f.field("vo", ones, units="1")
    return [{"absent": "vectors_none.vectors"}]


@quirk("vectors_left_handed.nc", "x and y on a grid stored from north to south: y may count either way")
def _(path):
    lon, lat, _ = turned_grid(6, 8, 0.01)
    with Tiny(path) as f:
        f.nc.createDimension("j", 6)
        f.nc.createDimension("i", 8)
        f.variable("nav_lat", ("j", "i"), lat[::-1], "f8", units="degrees_north")
        f.variable("nav_lon", ("j", "i"), lon[::-1], "f8", units="degrees_east")
        for name, axis in (("u", "x"), ("v", "y")):
            f.field(name, np.ones((6, 8)), ("j", "i"), units="m s-1",
                    standard_name=f"sea_water_{axis}_velocity", coordinates="nav_lat nav_lon")
    return [{"absent": "vectors_left_handed.vectors"}]


@quirk("vectors_levels.nc", "wind on hybrid levels: directions between levels go round through north")
def _(path):
    with Tiny(path) as f:
        f.axis("lev", [0.2, 0.6], units="1", positive="down",
               standard_name="atmosphere_hybrid_sigma_pressure_coordinate",
               formula_terms="ap: ap b: b ps: ps")
        f.lat()
        f.lon()
        f.variable("ap", ("lev",), [20000.0, 0.0], "f8", units="Pa")
        f.variable("b", ("lev",), [0.0, 0.6], "f8", units="1")
        f.field("ps", np.full((3, 4), 1e5), units="Pa")
        to = np.radians([350.0, 20.0])[:, None, None] + np.zeros((2, 3, 4))
        f.field("ua", 10 * np.sin(to), ("lev", "lat", "lon"), "f8", standard_name="eastward_wind",
                units="m s-1")
        f.field("va", 10 * np.cos(to), ("lev", "lat", "lon"), "f8", standard_name="northward_wind",
                units="m s-1")
    at = {"air_pressure": 40000, "lat": 10, "lon": 10}
    return [expect("wind_to_direction", 5.0, at, near=1e-4),
            expect("wind_speed", 10.0, at, near=1e-5)]

"""Parametric vertical coordinates (CF 1.11, appendix D): a file for each formula, and terms that
cannot be used, whose fields are served by their stored levels."""
import numpy as np

from .tiny import LAT, LON, Tiny, expect, quirk, ramp

TIMES, LEVELS = 2, 5
SIGMA_DOWN = [-0.9, -0.6, -0.35, -0.15, -0.02]  # from the bottom to the surface
ROWS, COLUMNS = len(LAT), len(LON)
SPREAD = ramp(ROWS, COLUMNS)
DEPTH = 100.0 + 30 * SPREAD
ETA = np.stack([0.1 * SPREAD - 0.4, 0.7 - 0.05 * SPREAD])
OROGRAPHY = 10.0 * SPREAD
PRESSURE = np.stack([101325.0 - 500 * SPREAD, 99000.0 + 300 * SPREAD])

TERMS = {
    "p0": ((), 100000.0, "Pa"), "ps": (("time", "lat", "lon"), PRESSURE, "Pa"),
    "ptop": ((), 5000.0, "Pa"), "eta": (("time", "lat", "lon"), ETA, "m"),
    "depth": (("lat", "lon"), DEPTH, "m"), "orog": (("lat", "lon"), OROGRAPHY, "m"),
    "depth_c": ((), 20.0, "m"), "zsurf1": (("lat", "lon"), OROGRAPHY, "m"),
    "zsurf2": (("lat", "lon"), 3.0 * SPREAD[::-1], "m"), "ztop": ((), 20.0, "km"),
}


def column(path, standard_name, terms, levels=None, units="1", values=None, fill=None, names=None,
           kind="f4", attributes=None, describe=None):
    """`v` over time, lev, lat and lon; `terms` maps a term to a name of TERMS, or to (dimensions,
    values, units)."""
    levels = SIGMA_DOWN if levels is None else levels
    with Tiny(path) as f:
        f.time([0.0, 6.0], "hours since 2020-01-01")
        f.lat()
        f.lon()
        text = []
        for term, given in terms.items():
            name = (names or {}).get(term, "term_" + term)
            text.append(f"{term}: {name}")
            if given is None:  # the coordinate itself, or a variable that is not there
                continue
            dimensions, numbers, unit = TERMS[given] if isinstance(given, str) else given
            for dimension, size in zip(dimensions, np.shape(numbers)):
                if dimension not in f.nc.dimensions:
                    f.nc.createDimension(dimension, size)
            more = {} if unit is None else {"units": unit}
            f.variable(name, dimensions, numbers, "f8", **more)
        attributes = {"formula_terms": " ".join(text), **(attributes or {})}
        f.axis("lev", levels, standard_name=standard_name, units=units, axis="Z",
               positive="up", **{k: v for k, v in attributes.items() if v is not None})
        if values is None:
            values = 10 + np.cos(ramp(TIMES, LEVELS, ROWS, COLUMNS)) + np.asarray(
                levels).reshape(1, -1, 1, 1)
        f.field("v", values, ("time", "lev", "lat", "lon"), kind, fill, **(describe or {}))
    values = np.asarray(values).astype(kind)
    return [expect("v", float(values[1, 2, 1, 2]),
                   {"time": '"2020-01-01T06:00:00Z"', "lev": levels[2], "lat": 20, "lon": 20})]


def along(values, units="1"):
    return ("lev",), values, units


@quirk("vertical_ln_pressure.nc", "atmosphere_ln_pressure_coordinate")
def _(path):
    return column(path, "atmosphere_ln_pressure_coordinate", {"p0": "p0", "lev": None},
                  [0.05, 0.2, 0.5, 0.9, 1.5], names={"lev": "lev"})


@quirk("vertical_sigma.nc", "atmosphere_sigma_coordinate, surface pressure in hPa")
def _(path):
    return column(path, "atmosphere_sigma_coordinate", {
        "sigma": None, "ps": (("time", "lat", "lon"), PRESSURE / 100, "hPa"), "ptop": "ptop"},
                  [0.98, 0.8, 0.55, 0.3, 0.1], names={"sigma": "lev"})


@quirk("vertical_hybrid_a.nc", "atmosphere_hybrid_sigma_pressure_coordinate by a and p0")
def _(path):
    return column(path, "atmosphere_hybrid_sigma_pressure_coordinate", {
        "a": along([0.0, 0.05, 0.1, 0.08, 0.02]), "b": along([0.99, 0.75, 0.4, 0.1, 0.0]),
        "ps": "ps", "p0": "p0"}, [0.99, 0.8, 0.5, 0.18, 0.02])


@quirk("vertical_hybrid_ap.nc", "atmosphere_hybrid_sigma_pressure_coordinate by ap")
def _(path):
    return column(path, "atmosphere_hybrid_sigma_pressure_coordinate", {
        "ap": along([0.0, 50.0, 100.0, 80.0, 20.0], "hPa"), "b": along([0.99, 0.75, 0.4, 0.1, 0.0]),
        "ps": "ps"}, [0.99, 0.8, 0.5, 0.18, 0.02])


@quirk("vertical_hybrid_ln.nc", "atmosphere_hybrid_sigma_ln_pressure_coordinate")
def _(path):
    return column(path, "atmosphere_hybrid_sigma_ln_pressure_coordinate", {
        "eta": along([0.99, 0.8, 0.5, 0.2, 0.05]), "b": along([1.0, 0.8, 0.4, 0.1, 0.0]),
        "ps": "ps", "p0": "p0"}, [1, 2, 3, 4, 5])


@quirk("vertical_hybrid_height.nc", "atmosphere_hybrid_height_coordinate, its own a")
def _(path):
    return column(path, "atmosphere_hybrid_height_coordinate", {
        "a": None, "b": along([0.99, 0.9, 0.6, 0.2, 0.0]), "orog": "orog"},
                  [10.0, 200.0, 1000.0, 4000.0, 9000.0], "m", names={"a": "lev"})


@quirk("vertical_sleve.nc", "atmosphere_sleve_coordinate, its top in kilometres")
def _(path):
    return column(path, "atmosphere_sleve_coordinate", {
        "a": along([0.001, 0.02, 0.1, 0.4, 0.9]), "b1": along([0.9, 0.7, 0.3, 0.1, 0.0]),
        "b2": along([0.8, 0.4, 0.1, 0.0, 0.0]), "ztop": "ztop", "zsurf1": "zsurf1",
        "zsurf2": "zsurf2"}, [1, 2, 3, 4, 5],
                  attributes={"computed_standard_name": "height_above_reference_ellipsoid"})


@quirk("vertical_ocean_sigma.nc", "ocean_sigma_coordinate")
def _(path):
    return column(path, "ocean_sigma_coordinate",
                  {"sigma": None, "eta": "eta", "depth": "depth"}, names={"sigma": "lev"})


@quirk("vertical_ocean_s.nc", "ocean_s_coordinate")
def _(path):
    return column(path, "ocean_s_coordinate", {
        "s": None, "eta": "eta", "depth": "depth", "a": ((), 5.0, None), "b": ((), 0.4, None),
        "depth_c": "depth_c"}, names={"s": "lev"})


@quirk("vertical_ocean_s_g1.nc", "ocean_s_coordinate_g1, without eta")
def _(path):
    return column(path, "ocean_s_coordinate_g1", {
        "s": None, "C": along([-0.85, -0.5, -0.25, -0.1, -0.01]), "depth": "depth",
        "depth_c": "depth_c"}, names={"s": "lev"})


@quirk("vertical_ocean_s_g2.nc", "ocean_s_coordinate_g2")
def _(path):
    return column(path, "ocean_s_coordinate_g2", {
        "s": None, "C": along([-0.85, -0.5, -0.25, -0.1, -0.01]), "eta": "eta", "depth": "depth",
        "depth_c": "depth_c"}, names={"s": "lev"})


@quirk("vertical_ocean_sigma_z.nc", "ocean_sigma_z_coordinate: sigma above, heights below")
def _(path):
    nan = np.nan
    return column(path, "ocean_sigma_z_coordinate", {
        "sigma": along([-0.05, -0.4, -0.9, nan, nan]), "eta": "eta", "depth": "depth",
        "depth_c": "depth_c", "zlev": along([nan, nan, nan, -50.0, -90.0], "m")},
                  [1, 2, 3, 4, 5])


@quirk("vertical_ocean_sigma_z_count.nc", "ocean_sigma_z_coordinate by nsigma")
def _(path):
    return column(path, "ocean_sigma_z_coordinate", {
        "sigma": along([-0.05, -0.4, -0.9, 0.0, 0.0]), "eta": "eta", "depth": "depth",
        "depth_c": "depth_c", "nsigma": ((), 3, None), "zlev": along([0, 0, 0, -50.0, -90.0], "m")},
                  [1, 2, 3, 4, 5])


@quirk("vertical_ocean_double_sigma.nc", "ocean_double_sigma_coordinate")
def _(path):
    return column(path, "ocean_double_sigma_coordinate", {
        "sigma": along([-0.1, -0.5, -0.9, 0.0, -0.3]), "depth": "depth",
        "z1": ((), 10.0, "m"), "z2": ((), 50.0, "m"), "a": ((), 0.8, None),
        "href": ((), 150.0, "m"), "k_c": ((), 3, None)}, [1, 2, 3, 4, 5])


@quirk("vertical_in_place.nc", "sigma that differs from place to place, levels without coordinate")
def _(path):
    sigma = np.asarray(SIGMA_DOWN).reshape(-1, 1, 1) * (0.9 + 0.005 * SPREAD)
    values = 10 + np.cos(ramp(TIMES, LEVELS, ROWS, COLUMNS))
    with Tiny(path) as f:
        f.time([0.0, 6.0], "hours since 2020-01-01")
        f.lat()
        f.lon()
        f.nc.createDimension("siglay", LEVELS)
        f.variable("sigma", ("siglay", "lat", "lon"), sigma, "f8",
                   standard_name="ocean_sigma_coordinate",
                   formula_terms="sigma:sigma eta: zeta depth:h")
        f.variable("zeta", ("time", "lat", "lon"), ETA, "f8", units="m",
                   standard_name="sea_surface_height_above_geoid")
        f.variable("h", ("lat", "lon"), DEPTH, "f8", units="m",
                   standard_name="sea_floor_depth_below_geoid")
        f.field("v", values, ("time", "siglay", "lat", "lon"), coordinates="sigma")
    return [expect("v", float(np.float32(values[1, 2, 1, 2])),
                   {"time": '"2020-01-01T06:00:00Z"', "siglay": 2, "lat": 20, "lon": 20})]


@quirk("vertical_masked.nc", "missing samples, land, and columns that turn back")
def _(path):
    depth = DEPTH.copy()
    depth[0, 0] = np.nan      # land
    depth[1, 1] = -0.7        # dried up: levels upside down
    depth[2, 3] = 0.4         # no water at the first time
    sigma = np.repeat(np.asarray(SIGMA_DOWN)[:, None], ROWS, axis=1)
    sigma[2, 2] = -0.7        # the levels of one row cross each other
    values = 10 + np.cos(ramp(TIMES, LEVELS, ROWS, COLUMNS))
    values[:, 0, 2] = -9e9
    values[0, 3, 0, 2] = -9e9
    return column(path, "ocean_sigma_coordinate", {
        "sigma": (("lev", "lat"), sigma, None), "eta": "eta", "depth": (("lat", "lon"), depth, "m")},
                  values=values, fill=-9e9)


@quirk("vertical_packed.nc", "an interpolated field that is packed")
def _(path):
    raw = ramp(TIMES, LEVELS, ROWS, COLUMNS) * 37 % 1000
    raw[0, 1, 1, 1] = -32768
    column(path, "ocean_sigma_coordinate", {"sigma": None, "eta": "eta", "depth": "depth"},
           names={"sigma": "lev"}, values=raw, kind="i2", fill=-32768,
           describe={"scale_factor": 0.25, "add_offset": -4.0})
    return [expect("v", float(raw[1, 2, 1, 2] * 0.25 - 4), {
        "time": '"2020-01-01T06:00:00Z"', "lev": SIGMA_DOWN[2], "lat": 20, "lon": 20})]


@quirk("vertical_flags.nc", "categories, which take the nearer level")
def _(path):
    return column(path, "ocean_sigma_coordinate", {"sigma": None, "eta": "eta", "depth": "depth"},
                  names={"sigma": "lev"}, values=ramp(TIMES, LEVELS, ROWS, COLUMNS) % 4, kind="i1",
                  describe={"flag_values": np.array([0, 1, 2, 3], "i1"),
                            "flag_meanings": "mud sand rock weed"})


# ---- terms that cannot be used: the stored levels are served all the same --------------------------

OCEAN = {"sigma": None, "eta": "eta", "depth": "depth"}


@quirk("vertical_bad_absent.nc", "a term that names no variable")
def _(path):
    return column(path, "ocean_sigma_coordinate", {**OCEAN, "eta": None}, names={
        "sigma": "lev", "eta": "nowhere"})


@quirk("vertical_bad_left_out.nc", "a formula without its depth")
def _(path):
    return column(path, "ocean_sigma_coordinate", {"sigma": None, "eta": "eta"},
                  names={"sigma": "lev"})


@quirk("vertical_bad_none.nc", "a parametric standard_name without formula_terms")
def _(path):
    return column(path, "ocean_sigma_coordinate", OCEAN, names={"sigma": "lev"},
                  attributes={"formula_terms": None})


@quirk("vertical_bad_circle.nc", "a term that needs the heights it is for")
def _(path):
    return column(path, "ocean_sigma_coordinate", {**OCEAN, "eta": None},
                  names={"sigma": "lev", "eta": "lev"})


@quirk("vertical_bad_length.nc", "a term over a dimension of another grid")
def _(path):
    return column(path, "ocean_sigma_coordinate", {
        **OCEAN, "depth": (("lat", "other"), np.ones((ROWS, 7)), "m")}, names={"sigma": "lev"})


@quirk("vertical_bad_levels.nc", "an orography that varies with the level")
def _(path):
    return column(path, "ocean_sigma_coordinate", {
        **OCEAN, "depth": (("lev",), np.ones(LEVELS), "m")}, names={"sigma": "lev"})


@quirk("vertical_bad_constant.nc", "a sigma that is the same on all levels")
def _(path):
    return column(path, "ocean_sigma_coordinate", {**OCEAN, "sigma": ((), 0.5, "1")})


@quirk("vertical_bad_units.nc", "a surface pressure in metres")
def _(path):
    return column(path, "atmosphere_sigma_coordinate", {
        "sigma": None, "ps": (("time", "lat", "lon"), PRESSURE, "m"), "ptop": "ptop"},
                  [0.98, 0.8, 0.55, 0.3, 0.1], names={"sigma": "lev"})


@quirk("vertical_bad_text.nc", "formula_terms that are no pairs")
def _(path):
    return column(path, "ocean_sigma_coordinate", OCEAN, names={"sigma": "lev"},
                  attributes={"formula_terms": "lev term_eta depth: term_depth :"})


@quirk("vertical_bad_unknown.nc", "a term of another formula")
def _(path):
    return column(path, "ocean_sigma_coordinate", {**OCEAN, "ptop": "ptop"}, names={"sigma": "lev"})


@quirk("vertical_bad_missing.nc", "a depth that is missing everywhere")
def _(path):
    return column(path, "ocean_sigma_coordinate", {
        **OCEAN, "depth": (("lat", "lon"), np.full((ROWS, COLUMNS), np.nan), "m")},
                  names={"sigma": "lev"})


def leaning(rows, columns):
    j, i = np.indices((rows, columns))
    return 5 + i - 0.1 * j, 40 + j + 0.1 * i


@quirk("vertical_curvilinear.nc", "ocean_s_coordinate_g2 on two-dimensional coordinates")
def _(path):
    """As ROMS writes it: terms on the grid of the field, scalars for the rest."""
    longitudes, latitudes = leaning(6, 7)
    j, i = np.indices((6, 7))
    depth = 50.0 + 20 * i + 5 * j
    depth[0, 0] = 1e37
    s = np.array(SIGMA_DOWN)
    values = 10 + np.cos(ramp(TIMES, LEVELS, 6, 7))
    values[:, :, 0, 0] = 1e37
    with Tiny(path) as f:
        f.nc.createDimension("eta_rho", 6)
        f.nc.createDimension("xi_rho", 7)
        f.time([0.0, 6.0], "hours since 2020-01-01", name="ocean_time")
        f.variable("lat_rho", ("eta_rho", "xi_rho"), latitudes, "f8", units="degree_north",
                   standard_name="latitude")
        f.variable("lon_rho", ("eta_rho", "xi_rho"), longitudes, "f8", units="degree_east",
                   standard_name="longitude")
        f.axis("s_rho", s, standard_name="ocean_s_coordinate_g2", positive="up",
               formula_terms="s: s_rho C: Cs_r eta: zeta depth: h depth_c: hc")
        f.variable("Cs_r", ("s_rho",), s ** 3, "f8")
        f.variable("hc", (), 20.0, "f8", units="meter")
        f.field("h", depth, ("eta_rho", "xi_rho"), "f8", 1e37, units="meter",
                coordinates="lon_rho lat_rho", standard_name="sea_floor_depth_below_geoid")
        f.field("zeta", np.stack([0.01 * i, 0.5 - 0.02 * j]), ("ocean_time", "eta_rho", "xi_rho"),
                units="meter", coordinates="lon_rho lat_rho ocean_time")
        f.field("temp", values, ("ocean_time", "s_rho", "eta_rho", "xi_rho"), "f4", 1e37,
                units="Celsius", coordinates="lon_rho lat_rho s_rho ocean_time")
    return [expect("temp", float(np.float32(values[1, 2, 1, 2])), {
        "ocean_time": '"2020-01-01T06:00:00Z"', "s_rho": s[2], "Lat": 41.2, "Long": 6.9})]

"""Bad input: what is wrong is said in so many words, the rest of the file is served."""
import numpy as np

from .meshes import places, projected, square, table, topology
from .tiny import LAT, LON, Tiny, expect, left_out, quirk, ramp, warned


def good(f):
    """Something beside what is bad."""
    f.axis("good_lat", LAT, units="degrees_north", standard_name="latitude")
    f.axis("good_lon", LON, units="degrees_east", standard_name="longitude")
    f.field("good", ramp(3, 4), ("good_lat", "good_lon"))


GOOD = expect("good", 5.0, {"good_lat": 20, "good_lon": 10})


def bad(name, why, reason, make, variable="v"):
    """A file whose field `v` is not served for that reason, and nothing else is amiss."""
    @quirk(name, why)
    def _(path):
        with Tiny(path) as f:
            good(f)
            make(f)
        return [GOOD, left_out(variable, reason)]


def odd(name, why, warning, make, *expected):
    """A file that is served, with that warning."""
    @quirk(name, why)
    def _(path):
        with Tiny(path) as f:
            good(f)
            make(f)
        return [GOOD, warned(warning), *expected]


# ---- axes ------------------------------------------------------------------------------------------

def axis_of(**values):
    def make(f):
        f.lat(values.get("lat", LAT))
        f.lon(values.get("lon", LON))
        dimensions = ["lat", "lon"]
        if "time" in values:
            f.time(values["time"], "days since 2000-01-01")
            dimensions.insert(0, "time")
        if "depth" in values:
            f.axis("depth", values["depth"], units="m", standard_name="depth", positive="down")
            dimensions.insert(0, "depth")
        shape = [len(f.nc.dimensions[d]) for d in dimensions]
        f.field("v", ramp(*shape), dimensions)
    return make


bad("bad_axis_nan.nc", "a latitude that is not a number",
    "its coordinate 'lat' has a missing value at index 1", axis_of(lat=[10.0, np.nan, 30.0]))
bad("bad_axis_repeat.nc", "a longitude that stands there twice",
    "its coordinate 'lon' is not strictly monotonic: 10 after 10 at index 2",
    axis_of(lon=[0.0, 10.0, 10.0, 20.0]))
bad("bad_axis_reversal.nc", "a depth that turns back",
    "its coordinate 'depth' is not strictly monotonic: 5 after 10 at index 2",
    axis_of(depth=[0.0, 10.0, 5.0, 20.0]))
bad("bad_axis_time_repeat.nc", "two steps at one time",
    "its coordinate 'time' is not strictly monotonic: 1 after 1 at index 2",
    axis_of(time=[0.0, 1.0, 1.0]))
bad("bad_axis_infinite.nc", "an infinite longitude",
    "its coordinate 'lon' has a missing value at index 3", axis_of(lon=[0.0, 1.0, 2.0, np.inf]))


def fill_in_time(f):
    axis_of()(f)
    f.nc.createDimension("time", 3)
    f.variable("time", ("time",), [0.0, -999.0, 2.0], "f8", -999.0, units="days since 2000-01-01",
               standard_name="time")
    f.field("w", ramp(3, 3, 4), ("time", "lat", "lon"))


bad("bad_axis_fill.nc", "a time that was never written",
    "its coordinate 'time' has a missing value at index 1", fill_in_time, "w")


def beyond_poles(f):
    axis_of(lat=[-95.0, 0.0, 95.0])(f)


bad("bad_axis_beyond_poles.nc", "latitudes beyond the poles",
    "its coordinate 'lat' has latitudes from -95 to 95, beyond the poles", beyond_poles)


# ---- time ------------------------------------------------------------------------------------------

def time_in(units, calendar=None, values=(0.0, 1.0)):
    def make(f):
        f.lat()
        f.lon()
        f.time(values, units, calendar)
        f.field("v", ramp(len(values), 3, 4), ("time", "lat", "lon"))
    return make


def no_time(units, calendar="standard"):
    return (f"its coordinate 'time' has units '{units}', which are no time since a date of the "
            f"calendar '{calendar}'")


for number, units in enumerate(["fortnights since 2000-01-01", "days since yesterday",
                                "days since 2000-13-45", "days since 2000-02-30",
                                "parsecs since 2000-01-01", "days since", "since 2000-01-01",
                                "days after 2000-01-01", "day 2000-01-01"]):
    bad(f"bad_time_{number}.nc", f"time in '{units}'", no_time(units), time_in(units))
bad("bad_time_day360.nc", "a reference date that the calendar does not have",
    no_time("days since 2000-01-31", "360_day"), time_in("days since 2000-01-31", "360_day"))
bad("bad_time_range.nc", "a time beyond all range",
    "its coordinate 'time' has a time out of all range, 1e+30 days since 2000-01-01",
    time_in("days since 2000-01-01", values=(0.0, 1e30)))
odd("odd_time_no_reference.nc", "a time without a reference is a plain number",
    "time: its units 'months' have no reference time, so its values are plain numbers",
    time_in("months"), expect("v", 13.0, {"time": 1, "lat": 10, "lon": 10}))
odd("odd_time_calendar.nc", "a calendar that no one defined: plain numbers",
    "time: its calendar is 'lunar', so its values are plain numbers",
    time_in("days since 2000-01-01", "lunar"), expect("v", 13.0, {"time": 1, "lat": 10, "lon": 10}))

odd("odd_time_close.nc", "steps that no date to the millisecond tells apart: plain numbers",
    "time: its steps are closer than a millisecond, so its values are plain numbers",
    time_in("microseconds since 2000-01-01", values=(0.0, 125.0)),
    expect("v", 13.0, {"time": 125, "lat": 10, "lon": 10}))


# ---- two-dimensional coordinates ------------------------------------------------------------------

def plane(change=lambda lon, lat: None, rows=6, columns=8, kind="f8"):
    j, i = np.indices((rows, columns))
    lon, lat = 5.0 + i - 0.1 * j, 40.0 + j + 0.1 * i
    change(lon, lat)

    def make(f):
        f.nc.createDimension("j", rows)
        f.nc.createDimension("i", columns)
        f.variable("lat", ("j", "i"), lat, kind, units="degrees_north", standard_name="latitude")
        f.variable("lon", ("j", "i"), lon, kind, units="degrees_east", standard_name="longitude")
        f.field("v", ramp(rows, columns), ("j", "i"), coordinates="lat lon")
    return make


def swap_rows(lon, lat):
    lon[[2, 3]], lat[[2, 3]] = lon[[3, 2]], lat[[3, 2]]


def bow_tie(lon, lat):
    for row in range(lon.shape[0]):
        if row % 2:
            lon[row], lat[row] = lon[row, ::-1].copy(), lat[row, ::-1].copy()


def folded(lon, lat):
    half = lon.shape[1] // 2
    lon[:, half:], lat[:, half:] = lon[:, half - 1::-1], lat[:, half - 1::-1]


def nan_block(lon, lat):
    lon[1:3, 2:5], lat[1:3, 2:5] = np.nan, np.nan


def nothing(lon, lat):
    lon[:], lat[:] = np.nan, np.nan


CROSS = "its two-dimensional coordinates 'lon' and 'lat' cross each other, first at index {}"
bad("bad_plane_swapped_rows.nc", "two rows of 2-D coordinates in each other's place",
    CROSS.format("2, 0"), plane(swap_rows))
bad("bad_plane_bow_tie.nc", "every second row the other way round", CROSS.format("1, 0"),
    plane(bow_tie))
bad("bad_plane_folded.nc", "columns that come back over themselves", CROSS.format("0, 4"),
    plane(folded))
bad("bad_plane_nothing.nc", "2-D coordinates without a value",
    "its two-dimensional coordinates 'lon' and 'lat' have no values", plane(nothing))


@quirk("odd_plane_nan_block.nc", "2-D coordinates with a block of NaN: its cells are nowhere")
def _(path):
    with Tiny(path) as f:
        good(f)
        plane(nan_block)(f)
    return [GOOD, expect("v", 0.0, {"Lat": 40.0, "Long": 5.0}),
            expect("v", 47.0, {"Lat": 45.7, "Long": 11.5}), expect("v", 11.0, {"j": 1, "i": 3})]


# ---- grid mappings that contradict the coordinates --------------------------------------------------

def lcc(f, name="crs", **more):
    f.variable(name, (), 0, "i4", grid_mapping_name="lambert_conformal_conic",
               standard_parallel=[45.0, 45.0], longitude_of_central_meridian=10.0,
               latitude_of_projection_origin=45.0, **more)


def degrees_and_lcc(f):
    f.lat()
    f.lon()
    lcc(f)
    f.field("v", ramp(3, 4), grid_mapping="crs")


odd("odd_mapping_of_degrees.nc", "longitudes and latitudes with the grid mapping of a projection",
    "v: its grid mapping 'crs' is lambert_conformal_conic, but 'lon' and 'lat' are longitudes and "
    "latitudes; they are taken as such", degrees_and_lcc,
    expect("v", 5.0, {"lat": 20, "lon": 10}))


def metres_and_degrees(f, two_dimensional=False):
    f.axis("y", [0.0, 1e5, 2e5], units="m", standard_name="projection_y_coordinate")
    f.axis("x", [0.0, 1e5, 2e5, 3e5], units="m", standard_name="projection_x_coordinate")
    f.variable("crs", (), 0, "i4", grid_mapping_name="latitude_longitude")
    more = {}
    if two_dimensional:
        j, i = np.indices((3, 4))
        f.variable("lat", ("y", "x"), 45.0 + j, "f8", units="degrees_north")
        f.variable("lon", ("y", "x"), 10.0 + 1.3 * i, "f8", units="degrees_east")
        more["coordinates"] = "lon lat"
    f.field("v", ramp(3, 4), ("y", "x"), grid_mapping="crs", **more)


METRES = ("'x' and 'y' are coordinates of a map projection, but its grid mapping 'crs' is "
          "latitude_longitude")
bad("bad_mapping_of_metres.nc", "x and y in metres with the grid mapping of degrees", METRES,
    metres_and_degrees)
odd("odd_mapping_of_metres.nc", "the same beside true longitudes and latitudes",
    f"v: {METRES}; its coordinates 'lon' and 'lat' are taken",
    lambda f: metres_and_degrees(f, True), expect("v", 5.0, {"Lat": 46.1, "Long": 11.2}))


def wrong_meridian(f):
    """Coordinates 10 degrees west of where axes and grid mapping lead."""
    f.axis("y", [0.0, 1e5, 2e5], units="m", standard_name="projection_y_coordinate")
    f.axis("x", [0.0, 1e5, 2e5, 3e5], units="m", standard_name="projection_x_coordinate")
    lcc(f)
    j, i = np.indices((3, 4))
    f.variable("lat", ("y", "x"), 45.0 + 0.9 * j, "f8", units="degrees_north")
    f.variable("lon", ("y", "x"), 1.27 * i, "f8", units="degrees_east")
    f.field("v", ramp(3, 4), ("y", "x"), grid_mapping="crs", coordinates="lon lat")


odd("odd_mapping_meridian.nc", "a grid mapping whose meridian is another than the coordinates'",
    "v: its axes and grid mapping lead to other places than its coordinates 'lon' and 'lat'; the "
    "coordinates are taken", wrong_meridian, expect("v", 5.0, {"Lat": 46.0, "Long": 1.3}))


def absent_mapping(f):
    f.lat()
    f.lon()
    f.field("v", ramp(3, 4), grid_mapping="projection")


odd("odd_mapping_absent.nc", "a grid mapping that is not there",
    "v: it names a grid mapping 'projection' that is not there", absent_mapping,
    expect("v", 5.0, {"lat": 20, "lon": 10}))


# ---- meshes ---------------------------------------------------------------------------------------

def mesh(make_table, **more):
    def make(f):
        square(f, **more)
        make_table(f)
        f.field("v", [1, 2], ("face",), mesh="mesh", location="face")
    return make


def rows(*faces, start=None, fill=None, kind="i4"):
    said = {} if start is None else {"start_index": np.int32(start)}
    return lambda f: table(f, "face_nodes", faces, ("face", "corner"), fill=fill, kind=kind, **said)


def out_of_range(index, face, low=0):
    return (f"its mesh's table 'face_nodes' has index {index} at face {face}, and nodes are counted "
            f"{low} to {low + 3}: see its start_index and _FillValue")


bad("bad_mesh_too_large.nc", "an index beyond the last node", out_of_range(4, 1),
    mesh(rows([0, 1, 2], [0, 2, 4])))
bad("bad_mesh_negative.nc", "a negative index that is not said to be fill", out_of_range(-1, 0),
    mesh(rows([0, 1, -1], [0, 2, 3])))
bad("bad_mesh_start_1.nc", "start_index 1 of a table that counts from 0", out_of_range(0, 0, 1),
    mesh(rows([0, 1, 2], [0, 2, 3], start=1)))
bad("bad_mesh_start_0.nc", "start_index 0 of a table that counts from 1", out_of_range(4, 1),
    mesh(rows([1, 2, 3], [1, 3, 4], start=0)))
bad("bad_mesh_start_7.nc", "a start_index that is none",
    "the start_index of its mesh's table 'face_nodes' is 7; it is 0 or 1",
    mesh(rows([0, 1, 2], [0, 2, 3], start=7)))
bad("bad_mesh_two_nodes.nc", "a face of two nodes",
    "its mesh's table 'face_nodes' has 2 nodes at face 1",
    mesh(rows([0, 1, 2], [0, 2], fill=-999)))
bad("bad_mesh_flat_table.nc", "a table of one dimension",
    "the face_node_connectivity 'face_nodes' of its mesh 'mesh' is no table of two dimensions in the "
    "holding", mesh(lambda f: f.variable("face_nodes", ("face",), [0, 1], "i4")))


def deep_table(f):
    f.nc.createDimension("corner", 3)
    f.nc.createDimension("layer", 2)
    f.variable("face_nodes", ("face", "corner", "layer"), np.zeros((2, 3, 2)), "i4")


bad("bad_mesh_deep_table.nc", "a table of three dimensions",
    "the face_node_connectivity 'face_nodes' of its mesh 'mesh' is no table of two dimensions in the "
    "holding", mesh(deep_table))


def text_coordinates(f):
    f.nc.createDimension("node", 4)
    f.nc.createDimension("face", 2)
    topology(f, nodes="here there")
    table(f, "face_nodes", [[0, 1, 2], [0, 2, 3]], ("face", "corner"))
    f.field("v", [1, 2], ("face",), mesh="mesh", location="face")


bad("bad_mesh_no_coordinates.nc", "node_coordinates that name nothing",
    "the node_coordinates 'here there' of its mesh 'mesh' name no longitudes and latitudes, or x and "
    "y of a projection, over one dimension", text_coordinates)


def lost_node(f):
    places(f, "node", [0, 1, np.nan, 0], [0, 0, 1, 1])
    f.nc.createDimension("face", 2)
    topology(f)
    table(f, "face_nodes", [[0, 1, 3], [1, 2, 3]], ("face", "corner"))
    f.field("v", [1, 2], ("face",), mesh="mesh", location="face")


bad("bad_mesh_lost_node.nc", "a face that uses a node without coordinates",
    "its mesh's table 'face_nodes' has no coordinates ('node_lon', 'node_lat') at node 2, which face "
    "1 uses", lost_node)


def one_place(f):
    """FVCOM run on a plane: longitudes and latitudes were never written."""
    places(f, "node", np.zeros(4), np.zeros(4))
    f.nc.createDimension("face", 2)
    topology(f)
    table(f, "face_nodes", [[0, 1, 2], [0, 2, 3]], ("face", "corner"))
    f.field("v", [1, 2], ("face",), mesh="mesh", location="face")


bad("bad_mesh_one_place.nc", "a mesh all of whose nodes are at one place",
    "its mesh's table 'face_nodes' has all its nodes ('node_lon', 'node_lat') at one place",
    one_place)


def in_metres(f):
    nodes, _ = projected(f)
    f.field("v", ramp(2, nodes), ("time", "node"), mesh="mesh", location="node")


bad("bad_mesh_metres.nc", "nodes in metres of no projection",
    "the coordinates 'node_x' and 'node_y' of its mesh are those of a map projection, but no "
    "grid_mapping says of which", in_metres)


def metres_of_degrees(f):
    nodes, _ = projected(f)
    f.variable("crs", (), 0, "i4", grid_mapping_name="latitude_longitude")
    f.field("v", ramp(2, nodes), ("time", "node"), mesh="mesh", location="node",
            grid_mapping="crs")


bad("bad_mesh_mapping.nc", "nodes in metres with the grid mapping of degrees",
    "the coordinates 'node_x' and 'node_y' of its mesh are those of a map projection, but its grid "
    "mapping 'crs' has longitudes and latitudes", metres_of_degrees)


# ---- formula terms: levels are served by their stored values ----------------------------------------

def sigma(terms, **variables):
    def make(f):
        f.lat()
        f.lon()
        for name, (dimensions, values, more) in variables.items():
            for dimension, size in zip(dimensions, np.shape(values)):
                if dimension not in f.nc.dimensions:
                    f.nc.createDimension(dimension, size)
            f.variable(name, dimensions, values, "f8", **more)
        f.axis("lev", [-0.9, -0.5, -0.1], standard_name="ocean_sigma_coordinate", units="1",
               axis="Z", positive="up", formula_terms=terms)
        f.field("v", ramp(3, 3, 4), ("lev", "lat", "lon"))
    return make


def formula(name, why, problem, make):
    odd(name, why, f"lev: its formula_terms cannot be used: {problem}; its levels are chosen by their "
        "stored values alone", make, expect("v", 17.0, {"lev": -0.5, "lat": 20, "lon": 10}))


DEPTH = (("lat", "lon"), np.full((3, 4), 100.0), {"units": "m"})
formula("odd_terms_absent.nc", "a term that names no variable",
        "term 'eta' is variable 'zeta', which the file does not have",
        sigma("sigma: lev eta: zeta depth: depth", depth=DEPTH))
formula("odd_terms_left_out.nc", "a term that is left out", "term 'depth' is left out",
        sigma("sigma: lev"))
formula("odd_terms_self.nc", "a coordinate that is a term of itself, and no sigma",
        "term 'depth', variable 'lev', is itself computed by formula_terms: a circle",
        sigma("sigma: lev depth: lev"))
formula("odd_terms_circle.nc", "a term whose own formula_terms lead back",
        "term 'depth', variable 'depth', is itself computed by formula_terms: a circle",
        sigma("sigma: lev depth: depth", depth=(*DEPTH[:2], {
            "units": "m", "standard_name": "ocean_sigma_coordinate",
            "formula_terms": "sigma: lev depth: depth"})))
formula("odd_terms_shape.nc", "a term over a dimension of another grid",
        "term 'depth', variable 'depth', varies along 'other', which is none of the dimensions lev, "
        "lat, lon of the data",
        sigma("sigma: lev depth: depth", depth=(("lat", "other"), np.ones((3, 7)), {"units": "m"})))
formula("odd_terms_levels.nc", "a depth that varies from level to level",
        "term 'depth', variable 'depth', must not vary along the levels 'lev'",
        sigma("sigma: lev depth: depth", depth=(("lev", "lat"), np.ones((3, 3)), {"units": "m"})))
formula("odd_terms_units.nc", "a depth in pascals",
        "term 'depth' is a length, and its variable 'depth' has units 'Pa'",
        sigma("sigma: lev depth: depth", depth=(*DEPTH[:2], {"units": "Pa"})))
formula("odd_terms_twice.nc", "a term that stands there twice", "term 'depth' is given twice",
        sigma("sigma: lev depth: depth depth: depth", depth=DEPTH))

"""Unstructured meshes: UGRID 1.0 and 0.9, and FVCOM's files."""
import numpy as np

from .tiny import Tiny, expect, quirk, ramp, unserved

FILL = -999


def topology(f, name="mesh", faces="face_nodes", nodes="node_lon node_lat", **more):
    f.variable(name, (), 0, "i4", cf_role="mesh_topology", topology_dimension=np.int32(2),
               node_coordinates=nodes, face_node_connectivity=faces, **more)


def places(f, part, longitudes, latitudes, kind="f8", units=("degrees_east", "degrees_north"),
           names=("{}_lon", "{}_lat")):
    f.nc.createDimension(part, len(longitudes))
    f.variable(names[0].format(part), (part,), longitudes, kind, units=units[0],
               standard_name="longitude")
    f.variable(names[1].format(part), (part,), latitudes, kind, units=units[1],
               standard_name="latitude")


def table(f, name, rows, dimensions, start=0, fill=None, kind="i4", **attributes):
    """Rows of any length, indices from 0."""
    longest = max(len(row) for row in rows)
    values = np.full((len(rows), longest), FILL if fill is None else fill, int)
    for values_row, row in zip(values, rows):
        values_row[:len(row)] = np.asarray(row) + start
    for dimension, size in zip(dimensions, values.shape):
        if dimension not in f.nc.dimensions:
            f.nc.createDimension(dimension, size)
    return f.variable(name, dimensions, values, kind, fill, **attributes)


def square(f, **more):
    """Two triangles of a square, one degree wide."""
    places(f, "node", [0, 1, 1, 0], [0, 0, 1, 1])
    f.nc.createDimension("face", 2)
    topology(f, **more)


@quirk("mesh.nc", "a UGRID mesh of two triangles: data on nodes, edges and faces")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        square(f, edge_node_connectivity="edge_nodes")
        table(f, "face_nodes", [[0, 1, 2], [0, 2, 3]], ("face", "three"),
              cf_role="face_node_connectivity", start_index=np.int32(0))
        table(f, "edge_nodes", [[0, 1], [1, 2], [2, 3], [3, 0], [0, 2]], ("edge", "two"),
              cf_role="edge_node_connectivity", start_index=np.int32(0))
        f.field("v", [1, 2], ("face",), mesh="mesh", location="face")
        f.field("depth", [10, 20, 30, 40], ("node",), mesh="mesh", location="node",
                coordinates="node_lon node_lat")
        f.field("flux", [1, 2, 3, 4, 5], ("edge",), mesh="mesh", location="edge")
    return [expect("v", 1.0, {"Lat": 0.3, "Long": 0.8}), expect("v", 2.0, {"Lat": 0.8, "Long": 0.3}),
            expect("v", 2.0, {"face": 1}), expect("depth", 20.0, {"Lat": 0.2, "Long": 360.9}),
            expect("flux", 4.0, {"Lat": 0.5, "Long": 0.1})]


@quirk("mesh_mixed.nc", "triangles, quadrilaterals and pentagons with fill; indices from 1")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        f.time([0, 6], "hours since 2020-01-01")
        places(f, "node", [10, 11, 12, 10, 11, 12, 11, 10, 13], [40, 40, 40, 41, 41, 41, 42.5, 42, 40.5],
               kind="f4")
        f.nc.createDimension("face", 4)
        topology(f, face_dimension="face", face_face_connectivity="links")
        table(f, "face_nodes", [[0, 1, 4, 3], [1, 2, 5, 4], [3, 4, 5, 6, 7], [2, 8, 5]],
              ("face", "corner"), start=1, fill=FILL, start_index=np.int32(1))
        table(f, "links", [[1, 2], [0, 2, 3], [0, 1], [1]], ("face", "side"), start=1, fill=FILL,
              start_index=np.int32(1))
        f.field("v", ramp(2, 4), ("time", "face"), "i2", -1, mesh="mesh", location="face",
                scale_factor=0.5, ancillary_variables="quality")
        f.variable("quality", ("time", "face"), ramp(2, 4), "i1", mesh="mesh", location="face")
        f.field("h", ramp(9), ("node",), mesh="mesh", location="node")
    first = {"time": '"2020-01-01T00:00:00Z"'}
    return [expect("v", 1.0, {"Lat": 41.6, "Long": 11, **first}, "f8"),
            expect("v", 1.5, {"Lat": 40.5, "Long": 12.5, **first}, "f8"),
            expect("h", 8.0, {"Lat": 40.5, "Long": 12.9})]


@quirk("mesh_transposed.nc", "a table of faces whose first dimension counts corners")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        square(f, face_dimension="face")
        f.nc.createDimension("three", 3)
        f.variable("face_nodes", ("three", "face"), [[1, 1], [2, 3], [3, 4]], "i4",
                   cf_role="face_node_connectivity", start_index=np.int32(1))
        f.field("v", [1, 2], ("face",), mesh="mesh", location="face")
    return [expect("v", 1.0, {"Lat": 0.3, "Long": 0.8}), expect("v", 2.0, {"Lat": 0.8, "Long": 0.3})]


@quirk("mesh_09.nc", "UGRID 0.9: no role of the table, numbers as text")
def _(path):
    with Tiny(path, "NETCDF3_CLASSIC", conventions="UGRID-0.9") as f:
        square(f)
        f.nc.createDimension("three", 3)
        f.variable("face_nodes", ("face", "three"), [[1, 2, 3], [1, 3, 4]], "i4", start_index="1")
        f.field("v", [1, 2], ("face",), mesh="mesh", location="face")
    return [expect("v", 1.0, {"Lat": 0.3, "Long": 0.8})]


def globe(levels):
    """An icosahedron's faces, each parted in four again and again: nodes and triangles."""
    g = (1 + 5 ** 0.5) / 2
    nodes = [np.array(n, float) for n in (
        (-1, g, 0), (1, g, 0), (-1, -g, 0), (1, -g, 0), (0, -1, g), (0, 1, g), (0, -1, -g),
        (0, 1, -g), (g, 0, -1), (g, 0, 1), (-g, 0, -1), (-g, 0, 1))]
    faces = [(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4),
             (11, 10, 2), (10, 7, 6), (7, 1, 8), (3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8),
             (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10), (8, 6, 7), (9, 8, 1)]
    for _ in range(levels):
        halves, parted = {}, []

        def half(a, b):
            key = (min(a, b), max(a, b))
            if key not in halves:
                halves[key] = len(nodes)
                nodes.append(nodes[a] + nodes[b])
            return halves[key]
        for i in range(len(nodes)):
            nodes[i] = nodes[i] / np.linalg.norm(nodes[i])
        for a, b, c in faces:
            ab, bc, ca = half(a, b), half(b, c), half(c, a)
            parted += [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        faces = parted
    turn = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]])  # no node at a pole
    at = np.array([n / np.linalg.norm(n) for n in nodes]) @ turn.T
    return np.degrees(np.arctan2(at[:, 1], at[:, 0])), np.degrees(np.arcsin(at[:, 2])), faces


@quirk("mesh_globe.nc", "the whole globe in triangles: poles, dateline; coordinates in radians")
def _(path):
    longitudes, latitudes, faces = globe(2)
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        places(f, "node", np.radians(longitudes), np.radians(latitudes), units=("radian", "radian"))
        f.nc.createDimension("face", len(faces))
        topology(f)
        table(f, "face_nodes", faces, ("face", "three"), start_index=np.int32(0))
        f.field("v", ramp(len(faces)), ("face",), mesh="mesh", location="face")
        f.field("h", ramp(len(longitudes)), ("node",), mesh="mesh", location="node")
    return [expect("v", 7.0, {"face": 7})]


@quirk("mesh_coarse.nc", "the whole globe in twenty triangles")
def _(path):
    longitudes, latitudes, faces = globe(0)
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        places(f, "node", longitudes % 360, latitudes)
        f.nc.createDimension("face", len(faces))
        topology(f)
        table(f, "face_nodes", faces, ("face", "three"), start_index=np.int32(0))
        f.field("v", ramp(len(faces)), ("face",), mesh="mesh", location="face")
    return [expect("v", 7.0, {"face": 7})]


def shuffled(rows, columns, seed):
    """Triangles of a jittered lattice, nodes and faces in no order: indices from 0."""
    random = np.random.default_rng(seed)
    j, i = np.indices((rows, columns))
    longitudes = (i + random.uniform(-0.3, 0.3, j.shape)).ravel()
    latitudes = (j + random.uniform(-0.3, 0.3, j.shape)).ravel()
    faces = []
    for row in range(rows - 1):
        for column in range(columns - 1):
            a = row * columns + column
            b, c, d = a + 1, a + columns, a + columns + 1
            faces += [(a, b, d), (a, d, c)] if random.random() < 0.5 else [(a, b, c), (b, d, c)]
    order = random.permutation(rows * columns)
    new = np.empty_like(order)
    new[order] = np.arange(order.size)
    faces = [tuple(new[list(face)]) for face in faces]
    random.shuffle(faces)
    return longitudes[order], latitudes[order], faces


@quirk("mesh_shuffled.nc", "numbers of nodes and faces in no order, across the dateline, 0 to 360")
def _(path):
    longitudes, latitudes, faces = shuffled(40, 50, 7)
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        f.time(range(3), "days since 2020-01-01")
        f.axis("depth", [0.5, 10.0, 100.0], units="m", positive="down", standard_name="depth")
        places(f, "node", 160 + longitudes, -20 + latitudes, kind="f4")
        middles = np.array([[np.mean(longitudes[list(face)]), np.mean(latitudes[list(face)])]
                            for face in faces])
        places(f, "face", 160 + middles[:, 0], -20 + middles[:, 1], kind="f4")
        sides = sorted({tuple(sorted((face[k], face[(k + 1) % 3]))) for face in faces
                        for k in range(3)})
        topology(f, face_coordinates="face_lon face_lat", edge_node_connectivity="edge_nodes",
                 face_edge_connectivity="face_edges")
        table(f, "face_nodes", faces, ("face", "three"), start=1, start_index=np.int32(1), kind="i8")
        table(f, "edge_nodes", sides, ("edge", "two"), start=0, kind="u4")
        number = {side: k for k, side in enumerate(sides)}
        table(f, "face_edges", [[number[tuple(sorted((face[k], face[(k + 1) % 3])))]
                                 for k in range(3)] for face in faces], ("face", "three"))
        f.field("v", ramp(3, 3, len(faces)), ("time", "depth", "face"), "i4", mesh="mesh",
                location="face", coordinates="face_lon face_lat area")
        f.variable("area", ("face",), ramp(len(faces)), "f8", units="m2")
        f.field("h", ramp(len(longitudes)), ("node",), "f8", mesh="mesh", location="node")
        f.field("flux", ramp(3, len(sides)), ("time", "edge"), mesh="mesh", location="edge")
    return [expect("h", 7.0, {"node": 7})]


@quirk("mesh_fvcom.nc", "FVCOM: nv, lon, lat, lonc, latc and no mesh topology variable")
def _(path):
    longitudes, latitudes, faces = shuffled(6, 7, 3)
    with Tiny(path, "NETCDF3_64BIT_OFFSET", conventions="CF-1.0") as f:
        f.time([0, 1, 2], "days since 2020-01-01")
        for name, places_of in (("node", [(k,) for k in range(len(longitudes))]), ("nele", faces)):
            at = np.array([[np.mean(longitudes[list(p)]), np.mean(latitudes[list(p)])]
                           for p in places_of])
            end = "c" if name == "nele" else ""
            places(f, name, at[:, 0] - 72, at[:, 1] + 38, kind="f4",
                   names=("lon" + end, "lat" + end))
        f.nc.createDimension("three", 3)
        f.nc.createDimension("siglay", 2)
        f.variable("nv", ("three", "nele"), np.array(faces).T + 1, "i4",
                   long_name="nodes surrounding element")
        f.variable("nbe", ("three", "nele"), np.zeros((3, len(faces))), "i4",
                   long_name="elements surrounding each element")
        f.field("zeta", ramp(3, len(longitudes)), ("time", "node"), coordinates="time lat lon")
        f.field("u", ramp(3, 2, len(faces)), ("time", "siglay", "nele"),
                coordinates="time siglay latc lonc")
        f.field("art1", ramp(len(longitudes)), ("node",), mesh="fvcom_mesh", location="node")
    return [expect("art1", 5.0, {"node": 5}), expect(
        "zeta", 3.0, {"node": 3, "time": '"2020-01-01T00:00:00Z"'})]


def sea(f, rows=6, columns=7, seed=5):
    """A mesh of triangles by UGRID under a sea of several depths: (nodes, faces)."""
    longitudes, latitudes, faces = shuffled(rows, columns, seed)
    f.time([0, 1, 2], "days since 2020-01-01")
    places(f, "node", longitudes - 30, latitudes + 50)
    f.nc.createDimension("face", len(faces))
    topology(f)
    table(f, "face_nodes", faces, ("face", "three"), start_index=np.int32(0))
    return len(longitudes), faces


SIGMA = [-0.1, -0.35, -0.6, -0.9]


@quirk("mesh_sigma_fvcom.nc", "FVCOM: sigma that differs from node to node; velocities on elements")
def _(path):
    longitudes, latitudes, faces = shuffled(6, 7, 11)
    nodes = len(longitudes)
    with Tiny(path, "NETCDF3_64BIT_OFFSET", conventions="CF-1.0") as f:
        f.time([0, 1, 2], "days since 2020-01-01")
        places(f, "node", longitudes - 72, latitudes + 38, names=("lon", "lat"))
        middles = np.array([[np.mean(longitudes[list(p)]), np.mean(latitudes[list(p)])]
                            for p in faces])
        places(f, "nele", middles[:, 0] - 72, middles[:, 1] + 38, names=("lonc", "latc"))
        f.nc.createDimension("three", 3)
        f.nc.createDimension("siglay", len(SIGMA))
        f.variable("nv", ("three", "nele"), np.array(faces).T + 1, "i4",
                   long_name="nodes surrounding element")
        f.variable("siglay", ("siglay", "node"), np.outer(SIGMA, 1 - 0.05 * np.cos(ramp(nodes))),
                   "f4", standard_name="ocean_sigma/general_coordinate", positive="up",
                   formula_terms="sigma: siglay eta: zeta depth: h")
        f.field("h", 20 + 5 * np.sin(ramp(nodes)) * 3, ("node",), units="m",
                coordinates="lat lon")
        f.field("zeta", 0.5 * np.cos(ramp(3, nodes)), ("time", "node"), units="m",
                coordinates="time lat lon")
        temp = 10 + np.cos(ramp(3, len(SIGMA), nodes)) + np.reshape(SIGMA, (1, -1, 1))
        f.field("temp", temp, ("time", "siglay", "node"), coordinates="time siglay lat lon",
                mesh="fvcom_mesh", location="node")
        f.field("u", np.sin(ramp(3, len(SIGMA), len(faces))), ("time", "siglay", "nele"), "f4",
                coordinates="time siglay latc lonc", mesh="fvcom_mesh", location="face")
        f.field("unlisted", np.cos(ramp(3, len(SIGMA), len(faces))), ("time", "siglay", "nele"),
                "f8", mesh="fvcom_mesh", location="face")
    return [expect("u", float(np.float32(np.sin(5))), {
        "time": '"2020-01-01T00:00:00Z"', "siglay": 0, "nele": 5})]


@quirk("mesh_sigma.nc", "UGRID: sigma levels on faces, nodes and edges; terms on nodes and faces")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        nodes, faces = sea(f)
        sides = sorted({tuple(sorted((face[k], face[(k + 1) % 3]))) for face in faces
                        for k in range(3)})
        f.nc.createDimension("edge", len(sides))
        f.nc["mesh"].edge_node_connectivity = "edge_nodes"
        table(f, "edge_nodes", sides, ("edge", "two"), start_index=np.int32(0))
        f.axis("sigma", SIGMA, standard_name="ocean_sigma_coordinate", units="1", positive="up",
               axis="Z", formula_terms="sigma: sigma eta: eta depth: depth")
        on = {"mesh": "mesh"}
        f.field("depth", 50 + 20 * np.cos(ramp(nodes)), ("node",), units="m", location="node", **on)
        f.field("eta", 0.3 * np.sin(ramp(3, nodes)), ("time", "node"), units="cm", location="node",
                **on)
        for element, size in (("node", nodes), ("edge", len(sides)), ("face", len(faces))):
            f.field("on_" + element, np.cos(ramp(3, len(SIGMA), size)), ("time", "sigma", element),
                    "f8", location=element, **on)
        f.field("packed", ramp(size, len(SIGMA), 3) % 1000, ("face", "sigma", "time"), "i2", -1,
                scale_factor=0.01, location="face", **on)
        # Levels of another formula, whose depth is that of faces: of no use to nodes.
        f.axis("s", SIGMA, standard_name="ocean_sigma_coordinate", units="1", positive="up",
               axis="Z", formula_terms="sigma: s depth: face_depth")
        f.field("face_depth", 30 + 3 * np.cos(ramp(len(faces))), ("face",), units="m",
                location="face", **on)
        f.field("of_faces", np.sin(ramp(len(SIGMA), len(faces))), ("s", "face"), location="face",
                **on)
        f.field("of_nodes", np.sin(ramp(len(SIGMA), nodes)), ("s", "node"), location="node", **on)
    return [expect("of_nodes", float(np.float32(np.sin(7))), {"s": SIGMA[0], "node": 7})]


@quirk("mesh_index_out_of_range.nc", "a face with a node that is not there")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        square(f)
        table(f, "face_nodes", [[0, 1, 2], [0, 2, 4]], ("face", "three"))
        f.field("v", [1, 2], ("face",), mesh="mesh", location="face")
    return unserved(["has index 4 at face 1"])


@quirk("mesh_no_table.nc", "a mesh whose table of faces is not there")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        square(f)
        f.field("v", [1, 2], ("face",), mesh="mesh", location="face")
    return unserved(["face_node_connectivity 'face_nodes'"])


@quirk("mesh_lost_node.nc", "a face that uses a node without coordinates")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        places(f, "node", [0, 1, np.nan, 0], [0, 0, 1, 1])
        f.nc.createDimension("face", 2)
        topology(f)
        table(f, "face_nodes", [[0, 1, 3], [1, 2, 3]], ("face", "three"))
        f.field("v", [1, 2], ("face",), mesh="mesh", location="face")
    return unserved(["at node 2, which face 1 uses"])


@quirk("mesh_not_there.nc", "a field whose mesh is not there, beside a grid")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        f.lat()
        f.lon()
        f.nc.createDimension("face", 2)
        f.field("lost", [1, 2], ("face",), mesh="mesh2", location="face")
        f.field("v", ramp(3, 4))
    return [expect("v", 5.0, {"lat": 20, "lon": 10})]


def hexagons(rows, columns):
    """Centres, outlines (longitudes and latitudes, counter-clockwise) of hexagons of a lattice."""
    centres, outlines = [], []
    for row in range(rows):
        for column in range(columns):
            x, y = column * 3 ** 0.5 + (row % 2) * 3 ** 0.5 / 2, row * 1.5
            turns = np.radians(30 + 60 * np.arange(6))
            centres.append((x, y))
            outlines.append(np.stack([x + np.cos(turns), y + np.sin(turns)], axis=1))
    return np.array(centres), np.array(outlines)


@quirk("mesh_icon.nc", "ICON: cells told by the bounds of their coordinates alone, in radians")
def _(path):
    longitudes, latitudes, faces = globe(2)
    nodes = np.array([longitudes, latitudes]).T
    triangles = nodes[np.array(faces)]
    vectors = np.array([[np.cos(np.radians(b)) * np.cos(np.radians(a)),
                         np.cos(np.radians(b)) * np.sin(np.radians(a)), np.sin(np.radians(b))]
                        for a, b in nodes])
    middles = vectors[np.array(faces)].sum(axis=1)
    with Tiny(path) as f:
        f.time([0, 6], "hours since 2020-01-01")
        f.axis("height", [10.0, 50.0], units="m", positive="up", standard_name="height")
        f.nc.createDimension("ncells", len(faces))
        f.nc.createDimension("vertices", 3)
        f.variable("clon", ("ncells",), np.arctan2(middles[:, 1], middles[:, 0]), "f8",
                   standard_name="longitude", units="radian", bounds="clon_vertices")
        f.variable("clat", ("ncells",), np.arcsin(middles[:, 2] / np.linalg.norm(middles, axis=1)),
                   "f8", standard_name="latitude", units="radian", bounds="clat_vertices")
        f.variable("clon_vertices", ("ncells", "vertices"), np.radians(triangles[..., 0]), "f8")
        f.variable("clat_vertices", ("ncells", "vertices"), np.radians(triangles[..., 1]), "f8")
        f.field("ta", ramp(2, 2, len(faces)), ("time", "height", "ncells"), "i4",
                coordinates="clat clon", CDI_grid_type="unstructured")
        f.field("unlisted", ramp(len(faces)), ("ncells",))
    return [expect("unlisted", 7.0, {"ncells": 7}), expect("ta", 9.0, {
        "time": '"2020-01-01T00:00:00Z"', "height": 10, "ncells": 9})]


@quirk("mesh_bounds_hexagons.nc", "cells of five and six vertices by bounds, the last one repeated")
def _(path):
    centres, outlines = hexagons(4, 5)
    outlines[7, 5] = outlines[7, 4]  # a pentagon
    with Tiny(path) as f:
        f.nc.createDimension("cell", len(centres))
        f.nc.createDimension("nv", 6)
        for name, k, unit in (("lon", 0, "degrees_east"), ("lat", 1, "degrees_north")):
            f.variable(name, ("cell",), centres[:, k] + 100 * (k == 0), "f8", units=unit,
                       bounds=name + "_vertices")
            f.variable(name + "_vertices", ("cell", "nv"), outlines[..., k] + 100 * (k == 0), "f8")
        f.field("v", ramp(len(centres)), ("cell",), coordinates="lon lat")
    return [expect("v", 7.0, {"cell": 7}),
            expect("v", 3.0, {"Lat": float(centres[3, 1]) - 0.2, "Long": 100.1 + float(centres[3, 0])})]


@quirk("mesh_bounds_elsewhere.nc", "cells whose bounds lie elsewhere")
def _(path):
    centres, outlines = hexagons(4, 5)
    with Tiny(path) as f:
        f.nc.createDimension("cell", len(centres))
        f.nc.createDimension("nv", 6)
        for name, k, unit in (("lon", 0, "degrees_east"), ("lat", 1, "degrees_north")):
            f.variable(name, ("cell",), centres[:, k], "f8", units=unit, bounds=name + "_vertices")
            f.variable(name + "_vertices", ("cell", "nv"), outlines[::-1, :, k], "f8")
        f.field("v", ramp(len(centres)), ("cell",), coordinates="lon lat")
    return unserved(["do not surround the cells"])


def mpas(path, units):
    """Hexagons and what lies between them, as MPAS has it: counted from 1, filled with 0."""
    centres, outlines = hexagons(5, 6)
    corners, number = [], {}
    cells = []
    for outline in outlines:
        cell = []
        for x, y in outline:
            key = (round(x, 6), round(y, 6))
            if key not in number:
                number[key] = len(corners)
                corners.append((x, y))
            cell.append(number[key])
        cells.append(cell)
    corners = np.array(corners)
    cells[8] = cells[8][:5]  # a pentagon, its sixth corner left out
    sides = sorted({tuple(sorted((c[k], c[(k + 1) % len(c)]))) for c in cells for k in range(len(c))})
    beside = {}
    for n, cell in enumerate(cells):
        for k in range(len(cell)):
            beside.setdefault(frozenset((cell[k], cell[(k + 1) % len(cell)])), []).append(n)
    with Tiny(path, "NETCDF3_64BIT_OFFSET", conventions="MPAS") as f:
        for part, at in (("Cell", centres), ("Vertex", corners),
                         ("Edge", np.array([corners[list(s)].mean(axis=0) for s in sides]))):
            f.nc.createDimension({"Cell": "nCells", "Vertex": "nVertices", "Edge": "nEdges"}[part],
                                 len(at))
            dimension = {"Cell": "nCells", "Vertex": "nVertices", "Edge": "nEdges"}[part]
            f.variable("lon" + part, (dimension,), np.radians(at[:, 0] + 175), "f8", **units)
            f.variable("lat" + part, (dimension,), np.radians(at[:, 1] - 3), "f8", **units)
        f.nc.createDimension("maxEdges", 7)
        f.nc.createDimension("TWO", 2)
        f.nc.createDimension("nVertLevels", 2)
        f.nc.createDimension("Time", 2)
        table_of = np.full((len(cells), 7), 0)
        links = np.full((len(cells), 7), 0)
        for n, cell in enumerate(cells):
            table_of[n, :len(cell)] = np.array(cell) + 1
            table_of[n, len(cell):] = cell[-1] + 1 if n % 2 else 0  # what stands there means nothing
            for k in range(len(cell)):
                other = [m for m in beside[frozenset((cell[k], cell[(k + 1) % len(cell)]))] if m != n]
                links[n, k] = other[0] + 1 if other else 0
        f.variable("nEdgesOnCell", ("nCells",), [len(c) for c in cells], "i4")
        f.variable("verticesOnCell", ("nCells", "maxEdges"), table_of, "i4")
        f.variable("cellsOnCell", ("nCells", "maxEdges"), links, "i4")
        f.variable("verticesOnEdge", ("nEdges", "TWO"), np.array(sides) + 1, "i4")
        f.field("temperature", ramp(2, len(cells), 2), ("Time", "nCells", "nVertLevels"))
        f.field("normalVelocity", ramp(2, len(sides)), ("Time", "nEdges"))
        f.field("vorticity", ramp(2, len(corners)), ("Time", "nVertices"))
        f.field("bottomDepth", ramp(len(cells)), ("nCells",), "f8")
    return [expect("bottomDepth", 7.0, {"nCells": 7}),
            expect("bottomDepth", 3.0, {"Lat": float(centres[3, 1]) - 3.2,
                                        "Long": 175.1 + float(centres[3, 0])})]


@quirk("mesh_mpas.nc", "MPAS: verticesOnCell in radians, counted from 1")
def _(path):
    return mpas(path, {"units": "rad"})


@quirk("mesh_mpas_plain.nc", "MPAS whose coordinates have no units")
def _(path):
    return mpas(path, {})


UTM = {"grid_mapping_name": "transverse_mercator", "longitude_of_central_meridian": 9.0,
       "latitude_of_projection_origin": 0.0, "scale_factor_at_central_meridian": 0.9996,
       "false_easting": 500000.0, "false_northing": 0.0, "semi_major_axis": 6378137.0,
       "inverse_flattening": 298.257223563}


def projected(f, faces_too=False, **units):
    longitudes, latitudes, faces = shuffled(7, 8, 21)
    x, y = 420000 + 9000 * longitudes, 5900000 + 8000 * latitudes
    f.time([0, 1], "days since 2020-01-01")
    f.nc.createDimension("node", len(x))
    for name, values, k in (("node_x", x, "x"), ("node_y", y, "y")):
        f.variable(name, ("node",), values, "f8", standard_name=f"projection_{k}_coordinate",
                   units="m", **units)
    f.nc.createDimension("face", len(faces))
    if faces_too:
        for name, values, k in (("face_x", x, "x"), ("face_y", y, "y")):
            f.variable(name, ("face",), [np.mean(values[list(p)]) for p in faces], "f8",
                       standard_name=f"projection_{k}_coordinate", units="m", **units)
    more = {"face_coordinates": "face_x face_y"} if faces_too else {}
    topology(f, nodes="node_x node_y", **more)
    table(f, "face_nodes", faces, ("face", "three"), start=1, start_index=np.int32(1))
    return len(x), len(faces)


@quirk("mesh_utm.nc", "nodes in metres of UTM, told by the grid mapping of the fields")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        nodes, faces = projected(f, True)
        f.variable("utm", (), 0, "i4", **UTM)
        on = {"mesh": "mesh", "grid_mapping": "utm"}
        f.field("elev", ramp(2, nodes), ("time", "node"), location="node", **on)
        f.field("speed", ramp(2, faces), ("time", "face"), "f8", location="face", **on)
    return [expect("elev", 5.0, {"time": '"2020-01-01T00:00:00Z"', "node": 5})]


@quirk("mesh_delft3d.nc", "nodes in metres; Delft3D's projected_coordinate_system, named by them")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0 Deltares-0.10") as f:
        nodes, faces = projected(f, grid_mapping="projected_coordinate_system")
        f.variable("projected_coordinate_system", (), 0, "i4", epsg=np.int32(32632),
                   grid_mapping_name="Unknown projected", EPSG_code="EPSG:32632", proj4_params="")
        f.field("s1", ramp(2, faces), ("time", "face"), mesh="mesh", location="face")
    return [expect("s1", 5.0, {"time": '"2020-01-01T00:00:00Z"', "face": 5})]


@quirk("mesh_utm_only.nc", "nodes in metres; nothing names the only grid mapping there is")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        nodes, faces = projected(f)
        f.variable("crs", (), 0, "i4", spatial_ref="EPSG:32632")
        f.field("elev", ramp(2, nodes), ("time", "node"), mesh="mesh", location="node")
    return [expect("elev", 5.0, {"time": '"2020-01-01T00:00:00Z"', "node": 5})]


@quirk("mesh_metres_of_nothing.nc", "nodes in metres, and nothing says of which projection")
def _(path):
    with Tiny(path, conventions="CF-1.8 UGRID-1.0") as f:
        nodes, _ = projected(f)
        f.field("elev", ramp(2, nodes), ("time", "node"), mesh="mesh", location="node")
    return unserved(["no grid_mapping says of which"])

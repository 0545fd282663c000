#!/usr/bin/env python3
"""Unstructured meshes against the file, by brute force.

    tests/oracle/meshes.py FOLDER [--seed N] [--requests 20] [--only NAME] [--address URL] [--keep DIR]

For each such coverage: GetFeatureInfo at random places in and out of the mesh, maps of random views
compared pixel by pixel, random boxes of longitude and latitude and index intervals by WCS. Which face
holds a place is told by the angle its corners make around it, tried for every face near; nodes and
edges by SciPy's k-d tree, within faces. A subset must be a mesh again: faces whose centres lie in the
box, their nodes, tables of indices that lead to the same places, and every variable along the mesh.
"""
import json
import os
import sys
import zlib

import netCDF4
import numpy as np
import pyproj
from scipy.spatial import cKDTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pictures  # noqa: E402
import planes  # noqa: E402
from gyre_oracle import compare, harness, info, wcs  # noqa: E402
from gyre_oracle.truth import Packing  # noqa: E402

NONE, UNSURE = -1, -2
NEAR = 1e-8  # chords: PROJ and float arithmetic, at the side of a face or between two nodes


def names_in(variable, key):
    return str(variable.attrs.get(key, "")).replace(",", " ").split()



class Mesh:
    """Places and tables of the mesh that a field lies on."""

    def __init__(self, dataset, field):
        self.variables = variables = dataset.variables
        topologies = [n for n, v in variables.items() if v.attrs.get("cf_role") == "mesh_topology"]
        self.tables = {}  # role -> name
        self.where = {}   # element -> (dimension, longitude, latitude)
        self.bounds = None  # of cells that share no nodes: (dimension, longitudes, latitudes)
        self.mpas = "verticesOnCell" in variables
        self.transformer = None  # of coordinates in metres
        listed = [n for n in names_in(variables[field.name], "coordinates") if n in variables]
        bounded = [n for n in listed or variables
                   if variables[n].ndim == 1 and variables[n].dims[0] in field.dimensions
                   and variables[str(variables[n].attrs.get("bounds", n))].ndim == 2]
        if len(bounded) == 2 and not topologies:
            pair = sorted(bounded, key=lambda n: "lat" in n)
            self.topology = None
            self.where["face"] = (variables[pair[0]].dims[0], *pair)
            self._cells_of_bounds(*pair)
            return
        if topologies and not self.mpas:
            name = field.attributes.get("mesh")
            self.topology = name if name in topologies else topologies[0]
            mesh = variables[self.topology]
            for role in ("face_node", "edge_node", "face_face"):
                table = str(mesh.attrs.get(role + "_connectivity", ""))
                if table in variables:
                    self.tables[role] = table
            for element in ("node", "edge", "face"):
                listed = [n for n in names_in(mesh, element + "_coordinates") if n in variables]
                pair = sorted(listed, key=lambda n: "lat" in n or n.endswith("_y"))
                if len(pair) == 2:
                    self.where[element] = (variables[pair[0]].dims[0], *pair)
            self._find_projection(field)
        elif self.mpas:
            self.topology = topologies[0] if topologies else None
            self.tables = {"face_node": "verticesOnCell", "edge_node": "verticesOnEdge",
                           "face_face": "cellsOnCell"}
            self.where = {"node": ("nVertices", "lonVertex", "latVertex"),
                          "edge": ("nEdges", "lonEdge", "latEdge"),
                          "face": ("nCells", "lonCell", "latCell")}
        else:
            self.topology = None
            self.tables["face_node"] = "nv" if "nv" in variables else "grid1"
            if "nbe" in variables:
                self.tables["face_face"] = "nbe"
            self.where = {"node": ("node", "lon", "lat"), "face": ("nele", "lonc", "latc")}
        for element, role in (("face", "face_node"), ("edge", "edge_node")):
            if element in self.where or role not in self.tables:
                continue
            table = variables[self.tables[role]]
            said = variables[self.topology].attrs.get(element + "_dimension", table.dims[0])
            self.where[element] = (said, None, None)
        self.lon, self.lat = self.degrees(*self.where["node"][1:])
        self.nodes = planes.vectors(self.lon, self.lat)
        self.faces, self.face_start = self._rows("face_node", "face")
        self.edges, self.edge_start = self._rows("edge_node", "edge")
        self.element = next(e for e, (dimension, *_) in self.where.items()
                            if dimension in field.dimensions)
        self.dimension = self.where[self.element][0]
        self.used = np.unique(np.concatenate(self.faces))
        self.centres = self._centres()
        self._points()

    def _find_projection(self, field):
        """Coordinates in metres lead to the globe by the one container there is."""
        x = self.variables[self.where["node"][1]]
        if str(x.attrs.get("units")) != "m":
            return
        container = next(v for v in self.variables.values() if "grid_mapping_name" in v.attrs
                         or "spatial_ref" in v.attrs)
        code = container.attrs.get("EPSG_code", container.attrs.get("spatial_ref"))
        crs = pyproj.CRS(code) if code else pyproj.CRS.from_cf(dict(container.attrs))
        self.transformer = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)

    def degrees(self, x, y):
        variables = [self.variables[name] for name in (x, y)]
        if self.transformer:
            return self.transformer.transform(*(np.asarray(v.values, "f8") for v in variables))
        found = [planes.numbers(v) for v in variables]
        if self.mpas and "units" not in variables[0].attrs:
            found = [np.degrees(values) for values in found]
        return found

    def _cells_of_bounds(self, *pair):
        names = [str(self.variables[n].attrs["bounds"]) for n in pair]
        self.bounds = (self.where["face"][0], *names)
        numbers = []
        for name, parent in zip(names, pair):
            values = np.asarray(self.variables[name].values, "f8")
            radians = str(self.variables[parent].attrs["units"]).startswith("rad")
            numbers.append(np.degrees(values) if radians else values)
        lon, lat = numbers
        self.nodes = planes.vectors(lon.ravel(), lat.ravel())
        self.lon, self.lat = lon.ravel(), lat.ravel()
        self.faces, self.edges = [], []
        for number, (row_lon, row_lat) in enumerate(zip(lon, lat)):
            face = []
            for k, corner in enumerate(zip(row_lon, row_lat)):
                if k == 0 or corner != (row_lon[k - 1], row_lat[k - 1]):
                    face.append(number * lon.shape[1] + k)
            self.faces.append(np.array(face))
        self.element, self.dimension = "face", self.where["face"][0]
        self.used = np.unique(np.concatenate(self.faces))
        self.centres = tuple(planes.numbers(self.variables[n]) for n in pair)

    def rows_of(self, role, element, variables):
        """A table with its rows first, raw."""
        table = variables[self.tables[role]]
        dims = getattr(table, "dims", None) or table.dimensions
        values = np.asarray(table.values if hasattr(table, "values") else table[...])
        return values.T if dims.index(self.where[element][0]) == 1 else values

    def _rows(self, role, element):
        if role not in self.tables:
            return [], 0
        attributes = self.variables[self.tables[role]].attrs
        start = int(float(attributes.get("start_index", 0 if self.topology else 1)))
        fill = attributes.get("_FillValue")
        if self.mpas:
            start = 1
            sizes = self.variables["nEdgesOnCell"].values if element == "face" else None
            return [np.array(row[:sizes[k]] if element == "face" else row, int) - 1
                    for k, row in enumerate(self.rows_of(role, element, self.variables))], start
        return [np.array([int(i) - start for i in row if fill is None or i != fill], int)
                for row in self.rows_of(role, element, self.variables)], start

    def _centres(self):
        """Of faces: longitudes and latitudes."""
        if self.where["face"][1]:
            return tuple(self.degrees(*self.where["face"][1:]))
        sums = np.array([self.nodes[face].sum(axis=0) for face in self.faces])
        return (np.degrees(np.arctan2(sums[:, 1], sums[:, 0])),
                np.degrees(np.arctan2(sums[:, 2], np.hypot(sums[:, 0], sums[:, 1]))))

    def _points(self):
        if self.element == "node":
            self.ids, at = self.used, self.nodes[self.used]
        elif self.element == "edge":
            edges = np.array(self.edges)
            self.ids = np.flatnonzero(np.isin(edges, self.used).all(axis=1))
            at = self.nodes[edges[self.ids]].sum(axis=1)
            at = at / np.linalg.norm(at, axis=1)[:, None]
        else:
            return
        self.tree = cKDTree(at)

    def faces_at(self, places):
        """The lowest face that holds each place; NONE; UNSURE at the side of one."""
        result = np.full(len(places), NONE)
        usable = np.isfinite(places).all(axis=1)
        at = np.flatnonzero(usable)
        if not at.size:
            return result
        tree = cKDTree(places[at])
        for number in range(len(self.faces) - 1, -1, -1):
            corners = self.nodes[self.faces[number]]
            centre = corners.sum(axis=0)
            centre /= np.linalg.norm(centre)
            reach = np.linalg.norm(corners - centre, axis=1).max()
            near = at[np.array(tree.query_ball_point(centre, 1.02 * reach + 1e-6), int)]
            if not near.size:
                continue
            p = places[near]
            # Azimuths of the corners as seen from each place, and the turn they make around it.
            helper = np.array([0.0, 0, 1]) if abs(centre[2]) < 0.9 else np.array([1.0, 0, 0])
            east = np.cross(helper, p)
            north = np.cross(p, east)
            azimuth = np.arctan2(north @ corners.T / np.linalg.norm(north, axis=1)[:, None],
                                 east @ corners.T / np.linalg.norm(east, axis=1)[:, None])
            turn = np.diff(np.concatenate([azimuth, azimuth[:, :1]], axis=1), axis=1)
            turn = (turn + np.pi) % (2 * np.pi) - np.pi
            inside = (np.abs(turn.sum(axis=1)) > np.pi) & (p @ centre > 0)
            following = np.roll(corners, -1, axis=0)
            normal = np.cross(corners, following)
            normal /= np.linalg.norm(normal, axis=1)[:, None]
            away = np.abs(p @ normal.T)
            middle = corners + following
            middle /= np.linalg.norm(middle, axis=1)[:, None]
            half = np.linalg.norm(middle - corners, axis=1)
            beside = np.linalg.norm(p[:, None] - middle, axis=2) < half * 1.01 + NEAR
            unsure = ((away < NEAR) & beside).any(axis=1)
            result[near[inside & (result[near] != UNSURE)]] = number
            result[near[unsure]] = UNSURE
        return result

    def cells_at(self, longitude, latitude):
        places = planes.vectors(np.ravel(longitude), np.ravel(latitude))
        found = self.faces_at(places)
        if self.element != "face":
            held = np.flatnonzero(found != NONE)
            count = min(2, len(self.ids))
            chords, nearest = self.tree.query(places[held], k=count)
            cells = self.ids[nearest[:, 0]]
            if count == 2:
                cells = np.where(chords[:, 1] - chords[:, 0] < NEAR, UNSURE, cells)
            found[held] = np.where(found[held] == UNSURE, UNSURE, cells)
        return found.reshape(np.shape(longitude))

    def kept(self, faces):
        """{element: indices} that belong to faces."""
        nodes = np.unique(np.concatenate([self.faces[k] for k in faces]))
        sides = {frozenset((int(a), int(b))) for k in faces
                 for a, b in zip(self.faces[k], np.roll(self.faces[k], -1))}
        edges = np.array([k for k, edge in enumerate(self.edges)
                          if frozenset(map(int, edge)) in sides], int)
        return {"face": np.asarray(faces), "node": nodes, "edge": edges}

    def whole(self):
        return {"face": np.arange(len(self.faces)), "node": np.arange(len(self.nodes)),
                "edge": np.arange(len(self.edges))}

    def in_box(self, west, south, east, north):
        lon, lat = self.centres
        return np.flatnonzero((lat >= south) & (lat <= north) & ((lon - west) % 360 <= east - west))


def section(mesh, field, index):
    key = tuple(index.get(d, slice(None)) for d in field.dimensions)
    return field.values[key], field.missing[key]


def steps_of(coverage, mesh, field, random, without=None):
    """WMS parameters, WCS subsets and index of a random step of each axis but `without`."""
    index, parameters, subsets = {}, [], []
    for axis in field.axes:
        if axis.dimension in (mesh.dimension, without):
            continue
        label = coverage.label(axis)
        if label is None:  # positions come from an auxiliary coordinate
            index[axis.dimension] = 0
            continue
        length = field.raw.shape[field.dimensions.index(axis.dimension)]
        at = int(random.integers(length))
        index[axis.dimension] = at
        variable = mesh.variables.get(axis.name)
        if variable is None or variable.ndim != 1:  # it counts
            parameters.append(("DIM_" + label, str(at)))
            subsets.append(f"{label}({at})")
            continue
        dated = "since" in str(axis.attributes.get("units")) and not str(
            axis.attributes["units"]).endswith("since 0.0")
        if axis.role == "time" and dated:
            parameters.append(("TIME", info.iso(axis.dates[at])))
            subsets.append(f'{label}("{info.iso(axis.dates[at])}")')
        elif axis.role == "vertical":
            parameters.append(("ELEVATION", info.elevation(axis, at)))
            subsets.append(f"{label}({info.shortest(axis, axis.centres[at])})")
        else:
            text = info.shortest(axis, axis.centres[at])
            parameters.append(("DIM_" + label, text))
            subsets.append(f"{label}({text})")
    return index, parameters, subsets


def some_place(mesh, random):
    """In a face, near a node, at the rim, or anywhere."""
    kind = random.random()
    if kind < 0.5:
        corners = mesh.nodes[mesh.faces[int(random.integers(len(mesh.faces)))]]
        at = random.dirichlet(np.ones(len(corners))) @ corners
    elif kind < 0.9:
        face = mesh.faces[int(random.integers(len(mesh.faces)))]
        size = np.linalg.norm(np.ptp(mesh.nodes[face], axis=0))
        at = mesh.nodes[random.choice(face)] + random.normal(size=3) * size * 0.5
    else:
        at = random.normal(size=3)
    return (float(np.degrees(np.arctan2(at[1], at[0]))),
            float(np.degrees(np.arctan2(at[2], np.hypot(at[0], at[1])))))


def one_place(server, report, coverage, mesh, field, random):
    longitude, latitude = some_place(mesh, random)
    if abs(latitude) > 89.99:
        return
    cell = int(mesh.cells_at(np.array([longitude]), np.array([latitude]))[0])
    if cell == UNSURE:
        return
    index, parameters, _ = steps_of(coverage, mesh, field, random)
    size, turn = 2.5e-7, 360.0 * random.integers(-1, 2)
    west = longitude + turn
    layer = f"{coverage.dataset}/{field.name}"
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetFeatureInfo"), ("LAYERS", layer),
        ("QUERY_LAYERS", layer), ("STYLES", ""), ("FORMAT", "image/png"), ("CRS", "CRS:84"),
        ("BBOX", f"{west - size!r},{latitude - size!r},{west + size!r},{latitude + size!r}"),
        ("WIDTH", "5"), ("HEIGHT", "5"), ("I", "2"), ("J", "2"),
        ("INFO_FORMAT", "application/json"), *parameters])
    kind = f"mesh GetFeatureInfo {mesh.element}"
    if answer.status_code != 200:
        report.count(coverage.subject, kind, answer.text[:300], answer.url)
        return
    got = info.value_in(json.loads(answer.content))
    values, missing = section(mesh, field, index)
    if cell == NONE:
        problem = None if got is info.NOTHING else f"value {got} outside of the mesh"
    elif got is info.NOTHING:
        problem = f"nothing, expected {values[cell]} of cell {cell}"
    else:
        wanted = None if missing[cell] else values[cell]
        same = got is None if wanted is None else got is not None and wanted.dtype.type(got) == wanted
        problem = None if same else f"value {got}, expected {wanted} of cell {cell}"
    report.count(coverage.subject, kind, problem, answer.url)


def kept_index(mesh, dims, kept, index):
    """Which part of a variable of the file an answer has."""
    by_dimension = {mesh.where[e][0]: cells for e, cells in kept.items() if e in mesh.where}
    return [by_dimension.get(d, np.array([index[d]]) if d in index else None) for d in dims]


def answer_differs(body, mesh, field, index, kept):
    """A NetCDF answer against the kept part of the file's mesh."""
    with netCDF4.Dataset("answer", memory=body) as nc:
        nc.set_auto_maskandscale(False)
        variable = nc.variables.get(field.name)
        if variable is None:
            return f"no variable {field.name!r}"
        if mesh.bounds:
            return bounds_differ(nc, variable, mesh, index, kept)
        topology = nc.variables.get(getattr(variable, "mesh", ""))
        if topology is None or getattr(topology, "cf_role", "") != "mesh_topology":
            return "the field names no mesh topology variable"
        if variable.location != mesh.element:
            return f"location is {variable.location!r}"
        if mesh.topology and topology.name != mesh.topology:
            return f"the topology is called {topology.name!r}"
        for name in topology.ncattrs():
            if name.endswith(("_connectivity", "_coordinates")):
                absent = [n for n in getattr(topology, name).split() if n not in nc.variables]
                if absent:
                    return f"{name} names {absent}, which is not there"
        for element in ("node", "face"):
            if mesh.where[element][1] and set(mesh.where[element][1:]) - set(nc.variables):
                return f"no coordinates of {element}s"
        problem = tables_differ(nc, topology, mesh, kept)
        if problem:
            return problem
        tables = {getattr(topology, n) for n in topology.ncattrs() if n.endswith("_connectivity")}
        for name, got in nc.variables.items():
            if name == topology.name or name in tables or name not in mesh.variables:
                continue
            source = mesh.variables[name]
            raw = np.asarray(source.values)
            for d, part in enumerate(kept_index(mesh, source.dims, kept, index)):
                if part is not None:
                    raw = np.take(raw, part, axis=d)
            values = np.asarray(got[...])
            if values.size != raw.size:
                return f"{name} has {values.shape}, expected {raw.shape}"
            if source.dtype.kind in "iuf" and not np.array_equal(
                    compare.bits(values.ravel()), compare.bits(raw.ravel().astype(values.dtype))):
                return f"{name} differs"
    return None


def bounds_differ(nc, variable, mesh, index, kept):
    """Cells without a mesh: an answer of CF, each with its own vertices."""
    listed = str(getattr(variable, "coordinates", "")).split()
    if hasattr(variable, "mesh") or not set(mesh.where["face"][1:]) <= set(listed):
        return f"coordinates are {listed}"
    for name, bounds in zip(mesh.where["face"][1:], mesh.bounds[1:]):
        if name not in nc.variables or nc[name].bounds != bounds or bounds not in nc.variables:
            return f"{name} lost its bounds {bounds}"
    for name, got in nc.variables.items():
        source = mesh.variables[name]
        raw = np.asarray(source.values)
        for d, part in enumerate(kept_index(mesh, source.dims, kept, index)):
            if part is not None:
                raw = np.take(raw, part, axis=d)
        if source.dtype.kind in "iuf" and not np.array_equal(
                compare.bits(np.asarray(got[...]).ravel()),
                compare.bits(raw.ravel().astype(got.dtype))):
            return f"{name} differs"
    return None


def tables_differ(nc, topology, mesh, kept):
    for role, element, to in (("face_node", "face", "node"), ("edge_node", "edge", "node"),
                              ("face_face", "face", "face")):
        name = getattr(topology, role + "_connectivity", None)
        if role not in mesh.tables:
            continue
        if name is None:
            if role == "face_node" or (role == "edge_node" and len(kept["edge"])):
                return f"no {role}_connectivity"
            continue
        table = nc.variables[name]
        rows = np.asarray(table[...])
        said = getattr(topology, element + "_dimension", table.dimensions[0])
        if table.dimensions.index(said) == 1:
            rows = rows.T
        attributes = mesh.variables[mesh.tables[role]].attrs
        start = int(float(attributes.get("start_index", 0 if mesh.topology else 1)))
        if mesh.mpas:
            start = 1
        if int(float(getattr(table, "start_index", 0))) != start:
            return f"{name} has another start_index"
        if attributes.get("_FillValue") is not None and table._FillValue != attributes["_FillValue"]:
            return f"{name} has another _FillValue"
        raw = mesh.rows_of(role, element, mesh.variables)
        if mesh.mpas and element == "face":
            beyond = np.arange(raw.shape[1]) >= mesh.variables["nEdgesOnCell"].values[:, None]
            raw = np.where(beyond, 0, raw)
        raw = raw[kept[element]]
        if rows.shape != raw.shape:
            return f"{name} has shape {rows.shape}, expected {raw.shape}"
        size = {"node": len(mesh.nodes), "face": len(mesh.faces)}[to]
        new = np.full(size, -1)
        new[kept[to]] = np.arange(len(kept[to]))
        old = raw.astype("i8") - start
        index = (old >= 0) & (old < size)
        if attributes.get("_FillValue") is not None:
            index &= raw != attributes["_FillValue"]
        wanted = np.where(index, new[np.clip(old, 0, size - 1)], -1)
        got = rows.astype("i8") - start
        is_index = (got >= 0) & (got < len(kept[to]))
        if hasattr(table, "_FillValue"):
            is_index &= rows != table._FillValue
        if not np.array_equal(np.where(is_index, got, -1), wanted):
            return f"{name} leads elsewhere"
    return None


def one_trim(server, report, coverage, mesh, field, random):
    lon, lat = mesh.centres
    at = int(random.integers(len(lon)))
    width, height = np.ptp(lon) * random.uniform(0.02, 0.8), np.ptp(lat) * random.uniform(0.02, 0.8)
    width = min(max(width, 1e-4), 300)
    west = lon[at] - random.uniform() * width
    south = lat[at] - random.uniform() * max(height, 1e-4)
    box = [west, max(-90.0, south), west + width, min(90.0, south + max(height, 1e-4))]
    turn = 360.0 * random.integers(-1, 2)
    box[0], box[2] = float(box[0] + turn), float(box[2] + turn)
    faces = mesh.in_box(*box)
    if not np.array_equal(faces, mesh.in_box(box[0] - 1e-9, box[1] - 1e-9, box[2] + 1e-9,
                                             box[3] + 1e-9)) or not faces.size:
        return
    index, _, subsets = steps_of(coverage, mesh, field, random)
    answer = wcs.get_coverage(server, coverage.offered.id, subsets + [
        f"Long({box[0]!r},{box[2]!r})", f"Lat({box[1]!r},{box[3]!r})"],
        [coverage.field_names[field.name]])
    report.count(coverage.subject, f"mesh trim {mesh.element}",
                 f"{answer.status_code} {answer.text[:300]}" if answer.status_code != 200 else
                 answer_differs(answer.content, mesh, field, index, mesh.kept(faces)), answer.url)


def one_whole(server, report, coverage, mesh, field, random):
    index, _, subsets = steps_of(coverage, mesh, field, random)
    answer = wcs.get_coverage(server, coverage.offered.id, subsets,
                              [coverage.field_names[field.name]])
    report.count(coverage.subject, f"mesh whole {mesh.element}",
                 f"{answer.status_code} {answer.text[:300]}" if answer.status_code != 200 else
                 answer_differs(answer.content, mesh, field, index, mesh.whole()), answer.url)


def one_index_trim(server, report, coverage, mesh, field, random):
    """Numbers of faces; of nodes and edges with the faces that they make whole."""
    size = field.raw.shape[field.dimensions.index(mesh.dimension)]
    low, high = sorted(int(random.integers(size)) for _ in range(2))
    cells = np.arange(low, high + 1)
    label = next(x for x in coverage.offered.grid_labels if x.lower() == mesh.dimension.lower())
    if mesh.element == "face":
        faces = cells
    elif mesh.element == "node":
        faces = [k for k, face in enumerate(mesh.faces) if np.isin(face, cells).all()]
    else:
        return
    index, _, subsets = steps_of(coverage, mesh, field, random)
    answer = wcs.get_coverage(server, coverage.offered.id, subsets + [f"{label}({low},{high})"],
                              [coverage.field_names[field.name]])
    if answer.status_code != 200:
        problem = f"{answer.status_code} {answer.text[:300]}"
    elif not len(faces):
        with netCDF4.Dataset("answer", memory=answer.content) as nc:
            nc.set_auto_maskandscale(False)
            raw = np.take(field.raw[tuple(index.get(d, slice(None)) for d in field.dimensions)], cells)
            same = np.array_equal(compare.bits(np.asarray(nc[field.name][...]).ravel()),
                                  compare.bits(raw.ravel()))
            problem = None if same else "values differ"
            if hasattr(nc[field.name], "mesh"):
                problem = "a mesh without faces"
    else:
        kept = mesh.whole() if len(cells) == size else mesh.kept(faces)
        kept[mesh.element] = cells
        problem = answer_differs(answer.content, mesh, field, index, kept)
    report.count(coverage.subject, f"mesh index trim {mesh.element}", problem, answer.url)


def one_regrid(server, report, coverage, mesh, field, random):
    """A box on a regular grid in another CRS: each sample is that of the element it lies in."""
    crs = str(random.choice(["EPSG:4326", "EPSG:3857"]))
    lon, lat = mesh.lon[mesh.used], mesh.lat[mesh.used]
    middle = int(random.integers(lon.size))
    size = max(np.ptp(lat), 1e-3) * random.uniform(0.1, 0.5)
    west = (lon[middle] + 180) % 360 - 180 - size
    box = [max(-180.0, west), max(-80.0, lat[middle] - size), min(180.0, west + 2 * size),
           min(80.0, lat[middle] + size)]
    if box[2] - box[0] < 1e-4 or box[3] - box[1] < 1e-4:
        return
    labels = ("Long", "Lat")
    if crs == "EPSG:3857":
        box = [*pictures.mercator(*box[:2]), *pictures.mercator(*box[2:])]
        labels = ("X", "Y")
    columns, rows = int(random.integers(3, 40)), int(random.integers(3, 40))
    index, _, subsets = steps_of(coverage, mesh, field, random)
    subsets += [f"{labels[0]}({box[0]!r},{box[2]!r})", f"{labels[1]}({box[1]!r},{box[3]!r})"]
    answer = server.get("/wcs", [*wcs.key_values(
        "GetCoverage", COVERAGEID=coverage.offered.id, FORMAT=wcs.NETCDF,
        RANGESUBSET=coverage.field_names[field.name],
        SUBSETTINGCRS="http://www.opengis.net/def/crs/EPSG/0/" + crs[5:],
        SCALESIZE=f"{labels[0]}({columns}),{labels[1]}({rows})"), *[("SUBSET", s) for s in subsets]])
    kind = f"mesh regridded {mesh.element} {crs}"
    code = (wcs.exception_of(answer) or [""])[0] if answer.status_code != 200 else ""
    if answer.status_code != 200:
        report.count(coverage.subject, kind, f"{answer.status_code} {code} {answer.text[:300]}",
                     answer.url)
        return
    report.count(coverage.subject, kind,
                 regridded_differs(answer.content, mesh, field, index, crs), answer.url)


def regridded_differs(body, mesh, field, index, crs):
    with netCDF4.Dataset("answer", memory=body) as nc:
        nc.set_auto_maskandscale(False)
        variable = nc[field.name]
        y, x = (np.asarray(nc[d][...]) for d in variable.dimensions[-2:])
        raw = np.asarray(variable[...]).reshape(y.size, x.size)
        packing = Packing({k: variable.getncattr(k) for k in variable.ncattrs()}, raw.dtype)
    longitude, latitude = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform(
        *np.meshgrid(x, y))
    cells = mesh.cells_at(longitude, latitude)
    values, missing = section(mesh, field, index)
    at = np.clip(cells, 0, None)
    wanted_missing = (cells == NONE) | missing[at]
    sure = cells != UNSURE
    if (packing.missing(raw) != wanted_missing)[sure].any():
        return f"{(packing.missing(raw) != wanted_missing)[sure].sum()} samples missing or not"
    wrong = (packing.unpack(raw).astype("f8") != values[at].astype("f8")) & sure & ~wanted_missing
    return f"{wrong.sum()} of {wrong.size} samples differ" if wrong.any() else None


def views_of(mesh, random):
    lon, lat = mesh.lon[mesh.used], mesh.lat[mesh.used]
    lon = (lon + 180) % 360 - 180
    margin = 0.05 * max(np.ptp(lat), 0.01)
    whole = [max(-180, lon.min() - margin), max(-90, lat.min() - margin),
             min(180, lon.max() + margin), min(90, lat.max() + margin)]
    found = [pictures.View("EPSG:4326", "EPSG:4326", whole, swapped=True)]
    for _ in range(2):
        pick = int(random.integers(lon.size))
        zoom = max(np.ptp(lat), 1e-3) * random.uniform(0.02, 0.4)
        found.append(pictures.View("zoom CRS:84", "CRS:84", [
            lon[pick] - zoom, max(-89.9, lat[pick] - zoom), lon[pick] + zoom,
            min(89.9, lat[pick] + zoom)]))
    low, high = max(-85.0, whole[1]), min(85.0, whole[3])
    found.append(pictures.View("EPSG:3857", "EPSG:3857", [
        *pictures.mercator(whole[0], low), *pictures.mercator(whole[2], high)]))
    if lat.max() > 60:
        found.append(pictures.View("EPSG:3995", "EPSG:3995", [-4e6, -4e6, 4e6, 4e6]))
        found.append(pictures.View("EPSG:32661", "EPSG:32661", [-1e6, -1e6, 5e6, 5e6], swapped=True))
    if np.ptp(lon) > 350:
        found.append(pictures.View("dateline EPSG:3832", "EPSG:3832", [1.5e6, -4e6, 5.5e6, 4e6]))
        found.append(pictures.View("dateline CRS:84", "CRS:84", [150.0, whole[1], 210.0, whole[3]]))
    return found


def one_view(server, report, coverage, mesh, field, view, setting, keep):
    values, missing, low, high, count, colours, parameters, layer = setting
    answer = server.get("/wms", [
        ("SERVICE", "WMS"), ("VERSION", "1.3.0"), ("REQUEST", "GetMap"), ("LAYERS", layer),
        ("STYLES", "default"), ("CRS", view.crs), ("BBOX", view.bbox()),
        ("WIDTH", str(pictures.SIZE)), ("HEIGHT", str(pictures.SIZE)), ("FORMAT", "image/png"),
        ("TRANSPARENT", "TRUE"), ("COLORSCALERANGE", f"{low!r},{high!r}"),
        ("NUMCOLORBANDS", str(count)), *parameters])
    kind = f"mesh picture {mesh.element} {view.name}"
    if answer.status_code != 200:
        report.count(coverage.subject, kind, f"{answer.status_code} {answer.text[:300]}", answer.url)
        return
    if keep:
        name = f"{coverage.offered.id}-{field.name}-{kind}.png".replace(":", "").replace(" ", "-")
        with open(os.path.join(keep, name), "wb") as file:
            file.write(answer.content)
    got = pictures.picture_classes(answer.content, colours)
    longitude, latitude = pyproj.Transformer.from_crs(
        view.proj(), "OGC:CRS84", always_xy=True).transform(*view.centres())
    longitude, latitude = np.where(np.abs(latitude) <= 90, [longitude, latitude], np.nan)
    cells = mesh.cells_at(longitude, latitude)
    classes = pictures.classes_of(values, missing, low, high, count)
    classes = np.where(classes < 0, -1, pictures.first_of_colour(colours)[classes]).ravel()
    wanted = np.where(cells >= 0, classes[np.clip(cells, 0, None)], -1)
    wrong = (got != wanted) & (cells != UNSURE)
    report.count(coverage.subject, kind, f"{wrong.sum()} of {wrong.size} pixels differ"
                 if wrong.any() else None, answer.url)


def one_coverage(server, report, coverage, count, seed, keep):
    random = np.random.default_rng([seed, zlib.crc32(coverage.offered.id.encode())])
    for number, field in enumerate(coverage.fields[:3]):
        mesh = Mesh(coverage.file.dataset, field)
        one_whole(server, report, coverage, mesh, field, random)
        for _ in range(count):
            one_trim(server, report, coverage, mesh, field, random)
            one_index_trim(server, report, coverage, mesh, field, random)
            one_regrid(server, report, coverage, mesh, field, random)
            for _ in range(3):
                one_place(server, report, coverage, mesh, field, random)
        if number > 0:
            continue
        index, parameters, _ = steps_of(coverage, mesh, field, random)
        values, missing = section(mesh, field, index)
        good = values[~missing].astype("f8")
        low, high = (float(v) for v in np.percentile(good, [2, 98])) if good.size else (0.0, 1.0)
        if not high > low:
            low, high = low - 1.0, low + 1.0
        layer = f"{coverage.dataset}/{field.name}"
        colours = pictures.legend_colours(server, layer, "default", low, high, 50)
        setting = (values, missing, low, high, 50, colours, parameters, layer)
        for view in views_of(mesh, random):
            one_view(server, report, coverage, mesh, field, view, setting, keep)


def asked(server, report, coverage, arguments):
    one_coverage(server, report, coverage, arguments.requests, arguments.seed, arguments.keep)


def main():
    return harness.run(__doc__, asked, chosen=lambda c: c.offered.mesh, keep=True,
                       told="coverages on meshes")


if __name__ == "__main__":
    sys.exit(main())

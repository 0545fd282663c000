"""titiler-xarray (PyPI): two uvicorn workers. It opens a file for each request."""
import math

from .. import holdings
from ..draw import EDGE
from ..fields import DEPTHS
from ..side import Side
from ..stores import date_of
from .python import program, version_of

RANGE = {"thetao": "-2,30", "so": "33,37"}


class Titiler(Side):
    name = "titiler"
    globe = (-180, -80, 180, 90)

    def __init__(self, port, data, scale):
        super().__init__(port)
        self.data = data
        self.words = program("titiler.xarray", "titiler_app", port, workers=2)

    def version(self):
        return version_of("titiler-xarray")

    def command(self):
        return self.words, {}

    def is_ready(self):
        return self.get("/healthz").status_code == 200

    # -- questions -------------------------------------------------------------------------------
    def _source(self, store, field, day, level):
        """(prefix, query)"""
        if store == "global":
            prefix, path = "/nc", holdings.global_file(self.data, day)
        elif store == "fine":
            prefix, path, level = "/nc", holdings.sea(self.data, "fine.nc"), None
        elif store == "global_zstd":
            prefix, path = "/zarr", holdings.sea(self.data, "global_zstd.zarr")
        else:
            return None, None
        query = f"url={path}&variable={field}&sel=time={date_of(store, day)}T12:00:00"
        if level is not None:
            query += f"&sel=depth=nearest::{DEPTHS[level]}"
        return prefix, query

    @staticmethod
    def _colours(field):
        return f"&rescale={RANGE.get(field, '-1,1')}&colormap_name=viridis"

    def tile(self, store, field, day, level, box, side=256):
        prefix, query = self._source(store, field, day, level)
        if not prefix:
            return None
        zoom = round(math.log2(2 * EDGE / (box[2] - box[0])))
        x, y = round((box[0] + EDGE) / (box[2] - box[0])), round((EDGE - box[3]) / (box[2] - box[0]))
        return (f"{prefix}/tiles/WebMercatorQuad/{zoom}/{x}/{y}.png?tilesize=256&{query}"
                + self._colours(field))

    def globe_map(self, store, field, day, level, width, height):
        prefix, query = self._source(store, field, day, level)
        return prefix and f"{prefix}/bbox/{','.join(map(str, self.globe))}/{width}x{height}.png?{query}" + \
            self._colours(field)

    def window(self, form, field, day, level, west, south):
        if form != "geotiff":
            return None
        prefix, query = self._source("global", field, day, level)
        return f"{prefix}/bbox/{west},{south},{west + 10},{south + 10}.tif?{query}"

    def value(self, field, day, level, longitude, latitude):
        prefix, query = self._source("global", field, day, level)
        return f"{prefix}/point/{longitude},{latitude}?{query}"

    def numbers(self, question, answer):
        return [float(v) for v in answer.json()["values"]]

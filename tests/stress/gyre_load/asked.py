"""What is asked for: each kind draws a request, and knows which answer is right."""
import threading
from dataclasses import dataclass
from typing import Callable, Optional
from urllib.parse import quote

from gyre_bench import checks
from gyre_bench.draw import EDGE, tile_box
from gyre_bench.fields import DEPTHS, PACKING
from gyre_bench.gyre import WCS, WMS
from gyre_bench.stores import date_of

READER = threading.Lock()  # the independent reader (netCDF-C) knows no threads
ZARR = "application/vnd.zarr+zip"
COG = "image/tiff;application=geotiff;profile=cloud-optimized"
FORMATS = ("application/netcdf", "application/x-netcdf3", "image/tiff", "application/gml+xml", ZARR, COG)


@dataclass
class Asked:
    path: str
    statuses: tuple = (200,)
    media: str = ""                            # what the answer's type begins with
    check: Optional[Callable] = None           # answer -> raises checks.Wrong
    body: Optional[bytes] = None               # sent by POST


class Kinds:
    """Draws requests with a seeded random.Random of the client's own."""

    # how often of a thousand; what is large is rare
    WEIGHTS = {"tile": 330, "value": 200, "other_tile": 80, "window": 60, "any_format": 40,
               "globe": 30, "large_map": 6, "series": 20, "column": 20, "capabilities": 50,
               "description": 30, "page": 20, "level": 10, "extraction": 4, "legend": 20, "bad": 80}

    def __init__(self, gyre, truth, points):
        self.gyre, self.truth, self.points = gyre, truth, points
        self.names, self.weights = list(self.WEIGHTS), list(self.WEIGHTS.values())

    def draw(self, chance, kind=None):
        kind = kind or chance.choices(self.names, self.weights)[0]
        return kind, getattr(self, kind)(chance)

    def _where(self, chance):
        return chance.choice(("thetao", "so", "uo", "vo")), chance.randrange(8), chance.randrange(len(DEPTHS))

    # -- maps ------------------------------------------------------------------------------------
    def tile(self, chance):
        zoom = chance.randrange(8)
        box = tile_box(zoom, chance.randrange(2 ** zoom), chance.randrange(2 ** zoom))
        return self._picture(self.gyre.tile("global", *self._where(chance), box), 256, 256)

    def other_tile(self, chance):
        """Of Zarr, of a curvilinear grid, of currents as arrows; in any CRS and format."""
        layer = chance.choice(("global_zstd/thetao", "global_zlib/thetao", "orca/thetao", "fine/thetao",
                               "global/sea_water_speed"))
        style = "arrows/speed" if layer.endswith("speed") and chance.random() < 0.5 else ""
        crs, box = chance.choice((("EPSG:3857", (-EDGE, -EDGE / 2, 0, EDGE / 2)),
                                  ("EPSG:4326", (-60, -90, 60, 30)), ("CRS:84", (-30, 0, 60, 90)),
                                  ("EPSG:3413", (-3e6, -3e6, 3e6, 3e6)), ("EPSG:3031", (-3e6, -3e6, 3e6, 3e6))))
        side = chance.choice((64, 256, 300))
        media = chance.choice(("image/png", "image/jpeg"))
        return Asked(f"{WMS}GetMap&LAYERS={layer}&STYLES={style}&CRS={crs}"
                     f"&BBOX={','.join(map(str, box))}&WIDTH={side}&HEIGHT={side}&FORMAT={media}", media=media)

    def globe(self, chance):
        field, day, level = self._where(chance)
        width = chance.choice((512, 1024, 1024, 2048))
        return self._picture(self.gyre.globe_map("global", field, day, level, width, width // 2), width, width // 2)

    def large_map(self, chance):
        return self._picture(self.gyre.globe_map("global", *self._where(chance), 4096, 4096), 4096, 4096)

    def _picture(self, path, width, height):
        def check(answer):
            from io import BytesIO
            from PIL import Image
            size = Image.open(BytesIO(answer.content)).size
            if size != (width, height):
                raise checks.Wrong(f"the picture is {size}")
        return Asked(path, media="image/png", check=check)

    def legend(self, chance):
        layer = chance.choice(("global/thetao", "orca/thetao", "regional/thetao"))
        return Asked(f"{WMS}GetLegendGraphic&LAYER={layer}&FORMAT=image/png", media="image/png")

    # -- values ----------------------------------------------------------------------------------
    def value(self, chance):
        field, day, level = self._where(chance)
        place = chance.choice(self.points)
        return self._numbers("value", lambda: [self.truth.value(field, day, level, *place)],
                             self.gyre.value(field, day, level, *place))

    def column(self, chance):
        field, place = self._where(chance)[0], chance.choice(self.points)
        return self._numbers("column", lambda: self.truth.column(field, *place), self.gyre.column(field, *place))

    def series(self, chance):
        latitude, longitude = self.truth.regional
        place = float(chance.choice(longitude)), float(chance.choice(latitude))
        store = chance.choice(("regional", "regional_series"))
        return self._numbers("series", lambda: self.truth.series(*place), self.gyre.series(store, *place))

    def _numbers(self, _kind, expected, path):
        def check(answer):
            with READER:
                right = expected()
            checks.numbers(self.gyre.numbers(None, answer), right)
        return Asked(path, media="text/csv", check=check)

    # -- files -----------------------------------------------------------------------------------
    def window(self, chance):
        field, day, level = self._where(chance)
        west, south = chance.randrange(-170, 160), chance.randrange(-70, 70)
        form = chance.choice(("netcdf", "geotiff"))

        def check(answer):
            with READER:
                checks.block(answer, self.truth.window(field, day, level, west, south), True, PACKING[field][:2])
        return Asked(self.gyre.window(form, field, day, level, west, south), check=check)

    def any_format(self, chance):
        field, day, level = self._where(chance)
        west, south = chance.randrange(-170, 160), chance.randrange(-70, 70)
        media = chance.choice(FORMATS)
        scaled = chance.choice(("", "&SCALEFACTOR=0.5", "&OUTPUTCRS=http://www.opengis.net/def/crs/EPSG/0/3857"))
        return Asked(f"{WCS}&COVERAGEID=global&RANGESUBSET={field}&FORMAT={quote(media)}{scaled}"
                     f"&SUBSET=time(%22{date_of('global', day).isoformat()}%22)&SUBSET=depth({DEPTHS[level]})"
                     f"&SUBSET=longitude({west},{west + 8})&SUBSET=latitude({south},{south + 8})", media=media)

    def level(self, chance):
        field, day, level = self._where(chance)

        def check(answer):
            with READER:
                checks.block(answer, self.truth.packed_level(field, day, level), True, PACKING[field][:2])
        path = self.gyre.level_file(field, day, level)
        if chance.random() < 0.3:
            return Asked(path.replace("application/netcdf", quote(COG)), media=COG)
        return Asked(path, media="application/netcdf", check=check)

    def extraction(self, chance):
        media = chance.choice(("application/netcdf", ZARR))
        path = self.gyre.level_file(*self._where(chance)[:2], None)
        return Asked(path.replace("application/netcdf", quote(media)), media=media)

    # -- documents -------------------------------------------------------------------------------
    def capabilities(self, chance):
        service, version = chance.choice((("wms", "1.3.0"), ("wms", "1.1.1"), ("wcs", "2.0.1")))
        scope = chance.choice(("", "/regional", "/orca"))
        return Asked(f"/{service}{scope}?SERVICE={service.upper()}&VERSION={version}&REQUEST=GetCapabilities")

    def description(self, chance):
        names = chance.choice(("global", "regional", "orca", "global,regional"))
        return Asked(f"/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST=DescribeCoverage&COVERAGEID={names}")

    def page(self, chance):
        return Asked(chance.choice(("/", "/status", "/status.json", "/healthz", "/datasets/global")),
                     statuses=(200, 404))

    # -- what nobody should ask ------------------------------------------------------------------
    def bad(self, chance):
        """Some right request with something wrong in it: refused, in words, and nothing else."""
        how = chance.randrange(7)
        path = self.draw(chance, chance.choice(("tile", "value", "window")))[1].path
        base, query = path.split("?", 1)
        words = query.split("&")
        refused = (*range(400, 500), 501)
        if how == 0:
            victim = chance.choice([w for w in words if w.split("=")[0] in ("LAYERS", "CRS", "COVERAGEID", "REQUEST",
                                                                           "WIDTH", "BBOX", "QUERY_LAYERS")])
            return Asked(base + "?" + "&".join(w for w in words if w is not victim), refused)
        if how == 1:
            return Asked(path.replace("global", "nothing"), refused)
        if how == 2:
            return Asked(path + "&SUBSET=height(1)&WIDTH=100000&STYLES=none", refused + (200,))
        if how == 3:
            junk = quote(bytes(chance.randrange(1, 256) for _ in range(chance.randrange(1, 300))))
            return Asked(f"{base}?{junk}", refused)
        if how == 4:
            at = chance.randrange(len(query))  # a byte of it changed: may still be right
            return Asked(f"{base}?{query[:at]}{chance.choice('0x,-%27(')}{query[at + 1:]}", refused + (200, 204))
        if how == 5:
            return Asked("/wcs", refused, body=bytes(chance.randrange(256) for _ in range(chance.randrange(2000))))
        return Asked("/" + quote(bytes(chance.randrange(1, 256) for _ in range(20))), refused + (200,))

"""xpublish with xpublish-wms and xpublish-edr (PyPI): one process, data through xarray and dask."""
from ..fields import DEPTHS
from ..side import Side
from ..stores import date_of
from .python import program, version_of
from .titiler import RANGE


class Xpublish(Side):
    name = "xpublish"
    globe = (-180, -80, 180, 90)

    def __init__(self, port, data, scale):
        super().__init__(port)
        self.data = data
        self.words = program("xpublish_wms, xpublish_edr", "xpublish_app", port)

    def version(self):
        return version_of("xpublish")

    def command(self):
        return self.words, {"BENCH_DATA": self.data}

    def is_ready(self):
        return self.get("/datasets").status_code == 200

    # -- questions -------------------------------------------------------------------------------
    def _map(self, field, day, level, crs, box, width, height):
        return (f"/datasets/global/wms/?service=WMS&version=1.3.0&request=GetMap&layers={field}"
                f"&styles=raster/default&crs={crs}&bbox={','.join(f'{v:.6f}' for v in box)}&width={width}"
                f"&height={height}&format=image/png&colorscalerange={RANGE.get(field, '-1,1')}"
                f"&time={date_of('global', day)}T12:00:00Z&elevation={DEPTHS[level]}")

    def tile(self, store, field, day, level, box, side=256):
        if store != "global":
            return None
        return self._map(field, day, level, "EPSG:3857", box, side, side)

    def globe_map(self, store, field, day, level, width, height):
        if store != "global":
            return None
        return self._map(field, day, level, "EPSG:4326", self.globe, width, height)

    def column(self, field, longitude, latitude):
        return (f"/datasets/global/edr/position?coords=POINT({longitude}%20{latitude})"
                f"&parameter-name={field}")

    def series(self, store, longitude, latitude):
        if store != "regional_series":
            return None
        return (f"/datasets/regional_series/edr/position?coords=POINT({longitude}%20{latitude})"
                "&parameter-name=thetao")

    def capabilities(self, what):
        if what != "regional":
            return None
        return "/datasets/regional_series/wms/?service=WMS&version=1.3.0&request=GetCapabilities"

    def numbers(self, question, answer):
        (values,) = answer.json()["ranges"].values()
        return [float(v) if v is not None else float("nan") for v in values["values"]]

"""Gyre as users have it: behind nginx with conf/nginx-gyre.conf."""
import csv
import io
import os
import subprocess
from urllib.parse import quote

from . import ROOT
from .fields import DEPTHS
from .holdings import FIRST_GLOBAL_DAY
from .nginx import for_gyre
from .side import Side
from .stores import date_of

BUILD = os.environ.get("GYRE_BUILD", os.path.join(ROOT, "build", "release"))
WMS = "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST="
WCS = "/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST=GetCoverage"
FORMATS = {"geotiff": "image/tiff", "netcdf": "application/netcdf"}

CONFIG = """datasets:
{datasets}
limits: {{info_samples: 1000000, cells: 100000000000, request_timeout_s: 3600}}
wms: {{exception_status: 0}}
log: {{level: warning}}
"""


class Gyre(Side):
    name = "Gyre"

    def __init__(self, port, data, datasets=("global", "regional")):
        """`datasets`: the folders below `data` whose files are joined, or names with what the
        configuration says of each."""
        super().__init__(port)
        if not isinstance(datasets, dict):
            datasets = {name: f"{{files: {name}}}" for name in datasets}
        self.data = data
        self.config = os.path.join(self.folder, "gyre.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(datasets="\n".join(
                f"  {name}: {how}" for name, how in datasets.items())))
        self.state = os.path.join(self.folder, "state")
        subprocess.run([self.program(), "index", *self.where()], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @staticmethod
    def program():
        return os.path.join(BUILD, "bin", "gyre")

    def where(self):
        return ["--data", self.data, "--config", self.config, "--state", self.state]

    def version(self):
        commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"],
                                capture_output=True, text=True).stdout.strip()
        return "0.1 " + commit

    def server_block(self):
        return for_gyre(), f"upstream gyre {{ server unix:{self.folder}/gyre.socket; }}"

    def command(self):
        return [self.program(), "serve", *self.where(), "--socket", self.folder + "/gyre.socket",
                "--die-with", str(os.getpid())], {}

    def is_ready(self):
        return self.get("/healthz").status_code == 200

    # -- questions -------------------------------------------------------------------------------
    def _step(self, store, day, level):
        text = f"&TIME={date_of(store, day).isoformat()}"
        if level is not None and store.startswith("global"):
            text += f"&ELEVATION={-DEPTHS[level]}"
        return text

    def _map(self, store, field, day, level, crs, box, width, height):
        return (f"{WMS}GetMap&LAYERS={store}/{field}&STYLES=&CRS={crs}"
                f"&BBOX={','.join(f'{v:.6f}' for v in box)}&WIDTH={width}&HEIGHT={height}"
                f"&FORMAT=image/png&TRANSPARENT=TRUE{self._step(store, day, level)}")

    def tile(self, store, field, day, level, box, side=256):
        return self._map(store, field, day, level, "EPSG:3857", box, side, side)

    def globe_map(self, store, field, day, level, width, height):
        return self._map(store, field, day, level, "CRS:84", self.globe, width, height)

    def _cover(self, form, field, day, level):
        path = (f"{WCS}&COVERAGEID=global&RANGESUBSET={field}&FORMAT={FORMATS[form]}"
                f"&SUBSET=time(%22{date_of('global', day).isoformat()}%22)")
        return path + ("" if level is None else f"&SUBSET=depth({DEPTHS[level]})")

    def window(self, form, field, day, level, west, south):
        return (self._cover(form, field, day, level) + f"&SUBSET=longitude({west},{west + 10})"
                f"&SUBSET=latitude({south},{south + 10})")

    def level_file(self, field, day, level):
        return self._cover("netcdf", field, day, level)

    def everything(self, dataset, fields):
        """All days and levels of some fields: a large extraction."""
        return f"{WCS}&COVERAGEID={dataset}&RANGESUBSET={','.join(fields)}&FORMAT=application/netcdf"

    def _info(self, store, field, longitude, latitude, rest):
        box = (longitude - 4, latitude - 3, longitude + 4, latitude + 3)
        return (f"{WMS}GetFeatureInfo&LAYERS={store}/{field}&QUERY_LAYERS={store}/{field}&STYLES="
                f"&CRS=CRS:84&BBOX={','.join(f'{v:.6f}' for v in box)}&WIDTH=401&HEIGHT=301&I=200"
                f"&J=150&INFO_FORMAT=text/csv{rest}")

    def column(self, field, longitude, latitude):
        days = f"{FIRST_GLOBAL_DAY}/{date_of('global', 7)}"
        return self._info("global", field, longitude, latitude, f"&TIME={days}&ELEVATION=-9000/0")

    def series(self, store, longitude, latitude):
        days = f"{date_of(store, 0)}/{date_of(store, 3651)}"
        return self._info(store, "thetao", longitude, latitude, f"&TIME={quote(days)}")

    def some_days(self, count, longitude, latitude):
        days = f"{date_of('regional', 0)}/{date_of('regional', count - 1)}"
        return self._info("regional", "thetao", longitude, latitude, f"&TIME={quote(days)}")

    def capabilities(self, what):
        where = "/wms/regional" if what == "regional" else "/wms"
        return where + "?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities"

    def value(self, field, day, level, longitude, latitude):
        return self._info("global", field, longitude, latitude, self._step("global", day, level))

    def numbers(self, question, answer):
        return [float(row["value"]) for row in csv.DictReader(io.StringIO(answer.text))]

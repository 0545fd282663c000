"""QGIS Server (Debian): two FastCGI processes, a colour ramp, PNG of 8 bits; one field of one file."""
import os
import subprocess

from .. import holdings
from ..nginx import fastcgi
from ..side import NotThere, Side
from .python import PROGRAMS

# GDAL would write its statistics into the folder of data.
BESIDE_NOTHING = {"GDAL_PAM_ENABLED": "NO"}
PROGRAM = "/usr/lib/cgi-bin/qgis_mapserv.fcgi"


class QgisServer(Side):
    name = "QGIS"
    processes = 2

    def __init__(self, port, data, scale):
        if not os.path.exists(PROGRAM):
            raise NotThere("needs the package qgis-server")
        super().__init__(port)
        self.fastcgi_socket = self.folder + "/qgis.socket"
        self.project = self.folder + "/peer.qgs"
        done = subprocess.run(
            ["/usr/bin/python3", os.path.join(PROGRAMS, "qgis_project.py"), self.project,
             holdings.global_file(data, 0), "-2", "30"],
            capture_output=True, text=True, env=dict(os.environ, **BESIDE_NOTHING))
        if not os.path.exists(self.project):
            raise NotThere(f"no project could be made: {done.stderr[-300:]}")

    def version(self):
        return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "qgis-server-bin"],
                              capture_output=True, text=True).stdout or "3"

    def server_block(self):
        return fastcgi(self.fastcgi_socket), ""

    def command(self):
        return [PROGRAM], {**BESIDE_NOTHING, "QGIS_PROJECT_FILE": self.project, "QT_QPA_PLATFORM": "offscreen",
                           "QGIS_SERVER_LOG_LEVEL": "2", "HOME": self.folder}

    def is_ready(self):
        answer = self.get("/?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities")
        return answer.status_code == 200 and b"thetao" in answer.content

    # -- questions -------------------------------------------------------------------------------
    @staticmethod
    def _has(store, field, day, level):
        return (store, field, day, level) == ("global", "thetao", 0, 0)

    def _map(self, crs, box, width, height, request="GetMap"):
        return (f"/?SERVICE=WMS&VERSION=1.3.0&REQUEST={request}&LAYERS=thetao&STYLES=&CRS={crs}"
                f"&BBOX={','.join(f'{v:.6f}' for v in box)}&WIDTH={width}&HEIGHT={height}"
                "&FORMAT=image/png;%20mode=8bit&TRANSPARENT=TRUE")

    def tile(self, store, field, day, level, box, side=256):
        return self._map("EPSG:3857", box, side, side) if self._has(store, field, day, level) else None

    def globe_map(self, store, field, day, level, width, height):
        if self._has(store, field, day, level):
            return self._map("CRS:84", self.globe, width, height)
        return None

    def value(self, field, day, level, longitude, latitude):
        if not self._has("global", field, day, level):
            return None
        box = (longitude - 4, latitude - 3, longitude + 4, latitude + 3)
        return (self._map("CRS:84", box, 401, 301, "GetFeatureInfo")
                + "&QUERY_LAYERS=thetao&I=200&J=150&INFO_FORMAT=text/xml")

    def numbers(self, question, answer):
        import re
        found = re.search(r'value="(-?[\d.]+)"', answer.text)
        return [float(found[1])] if found else []

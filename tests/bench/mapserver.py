"""MapServer 8 behind nginx and spawn-fcgi, serving one field of one file: the peer of the figures."""
import os
import shutil
import subprocess
import tempfile
import time

import requests

MAPSERV = "/usr/lib/cgi-bin/mapserv"

MAP = """MAP
  NAME "peer"
  SIZE 256 256
  MAXSIZE 8192
  EXTENT {extent}
  UNITS DD
  IMAGECOLOR 255 255 255
  PROJECTION "init=epsg:4326" END
  WEB METADATA
    "ows_enable_request" "*"
    "ows_title" "peer"
    "ows_onlineresource" "{base}"
    "wms_srs" "EPSG:4326 EPSG:3857 CRS:84"
    "wcs_label" "peer"
  END END
  OUTPUTFORMAT NAME "png" DRIVER "AGG/PNG" MIMETYPE "image/png" IMAGEMODE RGBA
    TRANSPARENT TRUE FORMATOPTION "QUANTIZE_FORCE=ON" FORMATOPTION "QUANTIZE_COLORS=256" END
  OUTPUTFORMAT NAME "GTiff" DRIVER "GDAL/GTiff" MIMETYPE "image/tiff" IMAGEMODE INT16 EXTENSION "tif" END
  OUTPUTFORMAT NAME "netCDF" DRIVER "GDAL/netCDF" MIMETYPE "application/x-netcdf" IMAGEMODE INT16
    EXTENSION "nc" END
  LAYER
    NAME "{field}"
    TYPE RASTER
    STATUS ON
    DATA "{data}"
    PROJECTION "init=epsg:4326" END
    PROCESSING "BANDS=1"
    PROCESSING "NODATA=-32767"
    METADATA
      "ows_title" "{field}"
      "wcs_srs" "EPSG:4326"
      "wcs_native_format" "GTiff"
      "wcs_formats" "GTiff netCDF"
      "wcs_extent" "{extent}"
      "wcs_size" "{columns} {rows}"
      "wcs_imagemode" "INT16"
      "wcs_bandcount" "1"
    END
{classes}
  END
END
"""

NGINX = """daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  fastcgi_buffers 64 64k;
  fastcgi_buffer_size 64k;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      fastcgi_pass unix:{folder}/mapserv.socket;
      fastcgi_param MAPSERVER_CONFIG_FILE {folder}/mapserver.conf;
      fastcgi_param MS_MAPFILE {folder}/peer.map;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param SERVER_NAME $server_name;
      fastcgi_param SERVER_PORT $server_port;
      fastcgi_param SCRIPT_NAME /;
    }}
  }}
}}
"""


def classes(low, high, count=100):
    """As many classes as Gyre's palette would have, over stored values."""
    text = ""
    for k in range(count):
        a, b = (low + (high - low) * n / count for n in (k, k + 1))
        colour = f"{int(255 * k / count)} {int(120 + 100 * k / count)} {int(255 - 255 * k / count)}"
        text += (f"    CLASS EXPRESSION ([pixel] >= {a:.3f} AND [pixel] < {b:.3f}) "
                 f"STYLE COLOR {colour} END END\n")
    return text


class MapServer:
    """One FastCGI process, which is enough for one client that asks in turn."""

    def __init__(self, port, path, field, extent, columns, rows, stored_range):
        self.base = f"http://127.0.0.1:{port}/"
        self.folder = tempfile.mkdtemp(prefix="peer-")
        os.chmod(self.folder, 0o755)  # nginx' workers give up root
        self.children = []
        settings = {
            "mapserver.conf": 'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n',
            "nginx.conf": NGINX.format(folder=self.folder, port=port),
            "peer.map": MAP.format(base=self.base, data=path, field=field, columns=columns, rows=rows,
                                   extent=" ".join(map(str, extent)),
                                   classes=classes(*stored_range)),
        }
        for name, text in settings.items():
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)

    def __enter__(self):
        environment = dict(os.environ, MAPSERVER_CONFIG_FILE=self.folder + "/mapserver.conf",
                           MS_MAPFILE=self.folder + "/peer.map")
        self.children.append(subprocess.Popen(
            ["spawn-fcgi", "-n", "-M", "666", "-s", self.folder + "/mapserv.socket", "--", MAPSERV],
            env=environment))
        self.children.append(subprocess.Popen(
            ["/usr/sbin/nginx", "-e", "stderr", "-p", self.folder, "-c",
             self.folder + "/nginx.conf"], stderr=subprocess.DEVNULL))
        for _ in range(100):
            try:
                answer = requests.get(self.base, params={"SERVICE": "WMS", "VERSION": "1.3.0",
                                                         "REQUEST": "GetCapabilities"}, timeout=5)
                if answer.status_code == 200:
                    return self
            except requests.RequestException:
                pass
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError("MapServer did not get ready")

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.kill() if "mapserv" in child.args[-1] else child.terminate()
            child.wait(10)
        shutil.rmtree(self.folder)

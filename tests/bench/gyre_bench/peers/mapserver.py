"""MapServer 8 (Debian's cgi-mapserver): two FastCGI processes, 32 flat classes, nearest, PNG of 8 bits.

It has no time axis over files and no levels: each step and level is a map file with one layer, chosen by
the request, and opened by GDAL's netCDF driver; files stay open between requests, without which each WCS
answer would decode anew. Map files are written when they are first asked for.
"""
import os
import subprocess

from .. import holdings
from ..fields import PACKING
from ..nginx import fastcgi
from ..side import NotThere, Side
from ..stores import Truth, date_of

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
    "ows_onlineresource" "{base}/?m={name}&"
    "wms_srs" "EPSG:4326 EPSG:3857 CRS:84"
    "wms_feature_info_mime_type" "text/plain"
    "wcs_label" "peer"
  END END
  OUTPUTFORMAT NAME "png" DRIVER "AGG/PNG" MIMETYPE "image/png" IMAGEMODE RGBA
    TRANSPARENT TRUE FORMATOPTION "QUANTIZE_FORCE=ON" FORMATOPTION "QUANTIZE_COLORS=256" END
  OUTPUTFORMAT NAME "GTiff" DRIVER "GDAL/GTiff" MIMETYPE "image/tiff" IMAGEMODE INT16 EXTENSION "tif" END
  OUTPUTFORMAT NAME "netCDF" DRIVER "GDAL/netCDF" MIMETYPE "application/x-netcdf" IMAGEMODE INT16
    EXTENSION "nc" FORMATOPTION "FORMAT=NC4" FORMATOPTION "COMPRESS=DEFLATE" FORMATOPTION "ZLEVEL=1" END
  LAYER
    NAME "{field}"
    TYPE RASTER
    STATUS ON
    TEMPLATE "ttt"
    DATA "{data}"
    PROJECTION "init=epsg:4326" END
    PROCESSING "BANDS={bands}"
    PROCESSING "NODATA=-32767"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    METADATA
      "ows_title" "{field}"
      "wms_enable_request" "*"
      {times}
      "ows_include_items" "all"
      "wcs_srs" "EPSG:4326"
      "wcs_native_format" "GTiff"
      "wcs_formats" "GTiff netCDF"
      "wcs_extent" "{extent}"
      "wcs_size" "{columns} {rows}"
      "wcs_imagemode" "INT16"
      "wcs_bandcount" "{band_count}"
    END
{classes}
  END
END
"""


def classes(low, high, count=32):
    """Flat colours over stored values."""
    text = ""
    for k in range(count):
        a, b = (low + (high - low) * n / count for n in (k, k + 1))
        a, b = (-32766 if k == 0 else a), (32768 if k == count - 1 else b)
        colour = f"{int(255 * k / count)} {int(120 + 100 * k / count)} {int(255 - 255 * k / count)}"
        text += (f"    CLASS EXPRESSION ([pixel] >= {a:.3f} AND [pixel] < {b:.3f}) "
                 f"STYLE COLOR {colour} END END\n")
    return text


class MapServer(Side):
    name = "MapServer"
    processes = 2

    def __init__(self, port, data, scale):
        if not os.path.exists(MAPSERV):
            raise NotThere("needs the package cgi-mapserver")
        super().__init__(port)
        self.fastcgi_socket = self.folder + "/mapserv.socket"
        self.data, self.scale, self.truth, self.made = data, scale, Truth(data, scale), set()
        with open(os.path.join(self.folder, "mapserver.conf"), "w", encoding="utf-8") as file:
            file.write('CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n')
        self.map("thetao", 0, 0)

    def version(self):
        words = subprocess.run([MAPSERV, "-v"], capture_output=True, text=True).stdout.split()
        return words[2] if len(words) > 2 else ""

    def server_block(self):
        return fastcgi(self.fastcgi_socket,
                       f"      fastcgi_param MAPSERVER_CONFIG_FILE {self.folder}/mapserver.conf;\n"
                       f"      fastcgi_param MS_MAPFILE {self.folder}/$arg_m.map;"), ""

    def command(self):
        return [MAPSERV], {"MAPSERVER_CONFIG_FILE": self.folder + "/mapserver.conf"}

    def is_ready(self):
        answer = self.get("/?m=thetao_0_0&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities")
        return answer.status_code == 200 and b"<WMS_Capabilities" in answer.content

    # -- map files -------------------------------------------------------------------------------
    def _write(self, name, path, field, latitude, longitude, bands, times="", stored=None):
        if name not in self.made:
            half_x, half_y = (longitude[1] - longitude[0]) / 2, (latitude[1] - latitude[0]) / 2
            extent = (longitude[0] - half_x, latitude[0] - half_y, longitude[-1] + half_x,
                      latitude[-1] + half_y)
            scale, offset = PACKING[field][:2]
            low, high = {"thetao": (-2, 30), "so": (33, 37)}.get(field, (-1, 1))
            with open(os.path.join(self.folder, name + ".map"), "w", encoding="utf-8") as file:
                file.write(MAP.format(
                    base=self.base, name=name, data=f"NETCDF:{path}:{field}", field=field, times=times,
                    extent=" ".join(map(str, extent)), columns=longitude.size, rows=latitude.size,
                    bands=",".join(map(str, bands)), band_count=len(bands),
                    classes=classes(*(stored or ((low - offset) / scale, (high - offset) / scale)))))
            self.made.add(name)
        return name

    def map(self, field, day, level):
        """Level None: all of them, as bands."""
        bands = range(1, holdings.LEVELS + 1) if level is None else [level + 1]
        return self._write(f"{field}_{day}_{'all' if level is None else level}",
                           holdings.global_file(self.data, day), field, self.truth.latitude,
                           self.truth.longitude, bands)

    def _fine(self):
        return self._write("fine", holdings.sea(self.data, "fine.nc"), "thetao",
                           *holdings.global_axes(self.scale, 3), [1])

    def steps(self, count):
        """A map file over a file of many steps, showing the one in the middle."""
        import numpy as np
        return self._write(f"steps{count}", os.path.join(self.data, "growth", f"steps{count}.nc"),
                           "thetao", -80 + 10.0 * np.arange(18), -180 + 10.0 * np.arange(36),
                           [count // 2], stored=(0, 20000))

    # -- questions -------------------------------------------------------------------------------
    def _map_of(self, store, field, day, level):
        if store == "fine":
            return self._fine()
        if store.startswith("steps"):
            return self.steps(int(store[5:]))
        return self.map(field, day, level) if store == "global" else None

    def _get_map(self, name, field, crs, box, width, height):
        return name and (
            f"/?m={name}&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS={field}&STYLES=&CRS={crs}"
            f"&BBOX={','.join(f'{v:.6f}' for v in box)}&WIDTH={width}&HEIGHT={height}&FORMAT=image/png"
            "&TRANSPARENT=TRUE")

    def tile(self, store, field, day, level, box, side=256):
        return self._get_map(self._map_of(store, field, day, level), field, "EPSG:3857", box, side, side)

    def globe_map(self, store, field, day, level, width, height):
        return self._get_map(self._map_of(store, field, day, level), field, "CRS:84",
                             self.globe, width, height)

    def _cover(self, form, field, day, level, rest=""):
        return (f"/?m={self.map(field, day, level)}&SERVICE=WCS&VERSION=2.0.1&REQUEST=GetCoverage"
                f"&COVERAGEID={field}&FORMAT="
                + {"geotiff": "image/tiff", "netcdf": "application/x-netcdf"}[form] + rest)

    # Its WCS 2.0 gives the first band whatever the layer says: the first level, or all of them.
    def window(self, form, field, day, level, west, south):
        if level != 0:
            return None
        return self._cover(form, field, day, level,
                           f"&SUBSET=x({west},{west + 10})&SUBSET=y({south},{south + 10})")

    def level_file(self, field, day, level):
        if level not in (0, None):
            return None
        return self._cover("netcdf", field, day, level)

    def capabilities(self, what):
        if what != "regional":
            return None
        times = ",".join(f"{date_of('regional', day)}T12:00:00Z" for day in range(3652))
        name = self._write("regional", holdings.sea(self.data, "regional", "regional_201001.nc"), "thetao",
                           *holdings.regional_axes(self.scale), [1],
                           times=f'"wms_timeextent" "{times}"\n      "wms_timedefault" "2010-01-01"')
        return f"/?m={name}&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities"

    def value(self, field, day, level, longitude, latitude):
        box = (longitude - 4, latitude - 3, longitude + 4, latitude + 3)
        return (f"/?m={self.map(field, day, level)}&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetFeatureInfo"
                f"&LAYERS={field}&QUERY_LAYERS={field}&STYLES=&CRS=CRS:84"
                f"&BBOX={','.join(f'{v:.6f}' for v in box)}&WIDTH=401&HEIGHT=301&I=200&J=150"
                "&INFO_FORMAT=text/plain")

    def numbers(self, question, answer):
        import re
        scale, offset = PACKING[question.args[0]][:2]
        stored = re.findall(r"value_0 = '(-?[\d.]+)'", answer.text)
        return [float(v) * scale + offset for v in stored]

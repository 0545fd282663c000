#!/usr/bin/python3
"""GDAL's WCS driver and QGIS, which has WCS 2 through it, read a curvilinear grid on its regular grid.

usage: grid_check.py BASE_URL COVERAGE

The coverage holds tests/oracle/analytic.py's field: what both read must be that field within the
distance that the answer states, without holes.
"""
import math
import os
import sys
import tempfile
import urllib.request

import netCDF4
import numpy
from osgeo import gdal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
gdal.UseExceptions()
gdal.SetConfigOption("GDAL_HTTP_TIMEOUT", "60")


def analytic(longitude, latitude):
    lon, lat = numpy.radians(longitude), numpy.radians(latitude)
    return 6371.0088 * (0.36 * numpy.cos(lat) * numpy.cos(lon)
                        + 0.48 * numpy.cos(lat) * numpy.sin(lon) + 0.8 * numpy.sin(lat))


def stated_km(base, coverage):
    """The largest distance of the whole grid's answer, and where it has values."""
    address = (f"{base}/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST=GetCoverage&COVERAGEID={coverage}"
               "&FORMAT=application/netcdf")
    with tempfile.NamedTemporaryFile(suffix=".nc") as file:
        with urllib.request.urlopen(address) as answer:
            file.write(answer.read())
        file.flush()
        with netCDF4.Dataset(file.name) as nc:
            return float(nc["f"].largest_sample_distance_m) / 1000, nc["f"][:].filled(math.nan)


def differs(values, longitude, latitude, bound):
    error = numpy.abs(values - analytic(longitude, latitude))
    return float(numpy.nanmax(error)), bool(numpy.nanmax(error) <= bound * (1 + 1e-9) + 1e-6)


def by_gdal(base, coverage, bound, expected):
    with tempfile.TemporaryDirectory() as cache:
        dataset = gdal.OpenEx(f"WCS:{base}/wcs?version=2.0.1&coverage={coverage}",
                              open_options=[f"CACHE={cache}"])
        t = dataset.GetGeoTransform()
        values = dataset.GetRasterBand(1).ReadAsArray()
        fill = dataset.GetRasterBand(1).GetNoDataValue()
        values = numpy.where(values == fill, math.nan, values) if fill is not None else values
        values = numpy.where(numpy.abs(values) > 1e30, math.nan, values)
        x, y = numpy.meshgrid(t[0] + (numpy.arange(dataset.RasterXSize) + 0.5) * t[1],
                              t[3] + (numpy.arange(dataset.RasterYSize) + 0.5) * t[5])
        worst, good = differs(values, x, y, bound)
        same = numpy.array_equal(numpy.isnan(values), numpy.isnan(expected.reshape(values.shape)))
        print(f"GDAL: {values.shape[1]} x {values.shape[0]}, off by {worst:.3f} km at most, "
              f"stated {bound:.3f} km; the same cells are missing: {same}")
        dataset = None
        return good and same


def by_qgis(base, coverage, bound):
    from qgis.core import QgsApplication, QgsRasterLayer
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsRasterLayer(f"WCS:{base}/wcs?version=2.0.1&coverage={coverage}", coverage, "gdal")
    if not layer.isValid():
        print(f"QGIS: {layer.error().message()}")
        return False
    provider, extent = layer.dataProvider(), layer.extent()
    width, height = 180, 90
    block = provider.block(1, extent, width, height)
    values = numpy.array([[math.nan if block.isNoData(j, i) else block.value(j, i)
                           for i in range(width)] for j in range(height)])
    values[numpy.abs(values) > 1e30] = math.nan
    x = extent.xMinimum() + (numpy.arange(width) + 0.5) * extent.width() / width
    y = extent.yMaximum() - (numpy.arange(height) + 0.5) * extent.height() / height
    # QGIS asks for a picture of that size; each pixel's sample lies within its own distance.
    half = 111.2 * math.hypot(extent.width() / width, extent.height() / height) / 2
    worst, good = differs(values, *numpy.meshgrid(x, y), bound + half)
    print(f"QGIS: {provider.xSize()} x {provider.ySize()}, off by {worst:.3f} km at most in "
          f"{width} x {height}, {int(numpy.isnan(values).sum())} missing")
    del block, provider, layer
    application.exitQgis()
    return good and numpy.isfinite(values).mean() > 0.9


if __name__ == "__main__":
    base_url, coverage_id = sys.argv[1:3]
    stated, whole = stated_km(base_url, coverage_id + ".lonlat")
    results = [by_gdal(base_url, coverage_id + ".lonlat", stated, whole),
               by_qgis(base_url, coverage_id + ".lonlat", stated)]
    sys.exit(0 if all(results) else 1)

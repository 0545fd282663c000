#!/usr/bin/python3
"""GDAL's own WCS and WMS drivers against Gyre: opens, reads, and compares values with the file.

usage: gdal_check.py BASE_URL COVERAGE LAYER FILE VARIABLE
"""
import sys
import tempfile

import numpy
from osgeo import gdal

gdal.UseExceptions()
gdal.SetConfigOption("GDAL_HTTP_TIMEOUT", "60")


def source_level(path, variable):
    """First two-dimensional slice of the variable, as stored, and its latitude direction."""
    dataset = gdal.OpenEx(path, gdal.OF_MULTIDIM_RASTER)
    array = dataset.GetRootGroup().OpenMDArray(variable)
    view = "[" + ",".join(["0"] * (array.GetDimensionCount() - 2) + [":", ":"]) + "]"
    values = array.GetView(view).ReadAsArray()
    latitude = array.GetDimensions()[-2].GetIndexingVariable().ReadAsArray()
    return values if latitude[0] > latitude[-1] else values[::-1]


def check_wcs(base, coverage, path, variable):
    with tempfile.TemporaryDirectory() as cache:
        name = f"WCS:{base}/wcs?version=2.0.1&coverage={coverage}"
        dataset = gdal.OpenEx(name, open_options=[f"CACHE={cache}"])
        # GDAL wants one position on every axis beyond x and y: the first, as it read them.
        facts = dataset.GetMetadata()
        first = [f'{facts[f"DIMENSION_{k}_AXIS"]}({facts[f"DIMENSION_{k}_INTERVAL"].split(",")[0]})'
                 for k in range(2, 9) if f"DIMENSION_{k}_AXIS" in facts]
        dataset = gdal.OpenEx(name, open_options=[
            f"CACHE={cache}", "CLEAR_CACHE=1", f"RangeSubsetting={variable}",
            "Subset=" + ";".join(first)])
        expected = source_level(path, variable)
        assert (dataset.RasterYSize, dataset.RasterXSize) == expected.shape, (
            dataset.RasterYSize, dataset.RasterXSize, expected.shape)
        rows, columns = slice(10, 30), slice(20, 60)
        band = dataset.GetRasterBand(1)
        window = band.ReadAsArray(20, 10, 40, 20)
        assert numpy.array_equal(window, expected[rows, columns]), "values differ from the file's"
        print(f"WCS: {dataset.RasterXSize}x{dataset.RasterYSize}, {dataset.RasterCount} bands, "
              f"window equal, CRS {dataset.GetSpatialRef().GetName()}")
        del band, dataset  # before the cache it writes to


def check_wms(base, layer):
    capabilities = gdal.Open(f"WMS:{base}/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities")
    listed = [name for name, _ in capabilities.GetSubDatasets()]
    assert listed, "no sub-datasets"
    chosen = next(text for text in listed if layer.replace("/", "%2F") in text or layer in text)
    dataset = gdal.Open(chosen)
    picture = gdal.Translate("", dataset, format="MEM", width=360, height=180)
    pixels = numpy.stack([picture.GetRasterBand(b + 1).ReadAsArray() for b in range(3)])
    assert len(numpy.unique(pixels.reshape(3, -1), axis=1).T) > 10, "the map is blank"
    print(f"WMS: {len(listed)} layers, map with "
          f"{len(numpy.unique(pixels.reshape(3, -1), axis=1).T)} colours")


if __name__ == "__main__":
    base_url, coverage_id, layer_name, file_path, variable_name = sys.argv[1:6]
    check_wcs(base_url, coverage_id, file_path, variable_name)
    check_wms(base_url, layer_name)

"""OWSLib's WCS 2.0.1 and WMS clients against Gyre.

usage: owslib_check.py BASE_URL COVERAGE LAYER FILE VARIABLE
"""
import io
import sys

import numpy
import xarray
from owslib.wcs import WebCoverageService
from owslib.wms import WebMapService
from PIL import Image


def check_wcs(base, coverage, path, variable):
    wcs = WebCoverageService(f"{base}/wcs", version="2.0.1")
    assert coverage in wcs.contents, sorted(wcs.contents)
    described = wcs.contents[coverage]
    labels = described.grid.axislabels
    source = xarray.open_dataset(path, mask_and_scale=False, decode_times=False)[variable]
    latitude, longitude = source.dims[-2], source.dims[-1]
    south, north = sorted([float(source[latitude][3]), float(source[latitude][9])])
    west, east = float(source[longitude][5]), float(source[longitude][17])
    answer = wcs.getCoverage(identifier=[coverage], format="application/netcdf",
                             subsets=[(latitude, south, north), (longitude, west, east)])
    subset = xarray.open_dataset(io.BytesIO(answer.read()), engine="h5netcdf",
                                 mask_and_scale=False, decode_times=False)[variable]
    expected = source.isel({latitude: slice(3, 10), longitude: slice(5, 18)})
    assert numpy.array_equal(subset.values, expected.values), "values differ from the file's"
    assert numpy.array_equal(subset[longitude].values, expected[longitude].values)
    print(f"WCS: axes {labels}, {len(described.supportedFormats)} formats, "
          f"{subset.size} values equal; time positions {len(described.timepositions or [])}")


def check_wms(base, layer):
    for version in ("1.3.0", "1.1.1"):
        wms = WebMapService(f"{base}/wms", version=version)
        entry = wms[layer]
        assert entry.queryable, layer
        picture = wms.getmap(layers=[layer], styles=[""], srs="EPSG:4326",
                             bbox=(-180, -90, 180, 90), size=(360, 180), format="image/png",
                             transparent=True)
        colours = Image.open(io.BytesIO(picture.read())).convert("RGBA").getcolors(100000)
        assert len(colours) > 10, "the map is blank"
        point = wms.getfeatureinfo(layers=[layer], query_layers=[layer], styles=[""],
                                   srs="EPSG:4326", bbox=(-180, -90, 180, 90), size=(360, 180),
                                   info_format="application/json", xy=(140, 100))
        print(f"WMS {version}: {len(wms.contents)} layers, map with {len(colours)} colours, "
              f"times {len(entry.timepositions or [])}, point {point.read()[:60]!r}...")


if __name__ == "__main__":
    base_url, coverage_id, layer_name, file_path, variable_name = sys.argv[1:6]
    check_wcs(base_url, coverage_id, file_path, variable_name)
    check_wms(base_url, layer_name)

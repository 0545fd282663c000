#!/usr/bin/python3
"""QGIS (offscreen) draws a WMS layer of Gyre at two times; the pictures must not be blank.

usage: qgis_check.py BASE_URL LAYER PICTURE_DIRECTORY
"""
import os
import sys
import urllib.request
from xml.etree import ElementTree

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (QgsApplication, QgsDateTimeRange, QgsMapRendererParallelJob,  # noqa: E402
                       QgsMapSettings, QgsRasterLayer)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402


def draw(layer, moment, path):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setBackgroundColor(QColor(255, 255, 255))
    settings.setOutputSize(QSize(720, 360))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    if moment is not None:
        settings.setIsTemporal(True)
        settings.setTemporalRange(QgsDateTimeRange(moment, moment))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    for error in job.errors():
        sys.exit(f"QGIS: {error.message}")
    picture = job.renderedImage()
    picture.save(path)
    return len({picture.pixel(x, y) for x in range(0, 720, 5) for y in range(0, 360, 5)})


def time_extent(base, layer_name):
    """The layer's time dimension as QGIS's browser puts it into a connection."""
    with urllib.request.urlopen(f"{base}/wms?SERVICE=WMS&REQUEST=GetCapabilities") as answer:
        root = ElementTree.parse(answer).getroot()
    wms = "{http://www.opengis.net/wms}"
    for layer in root.iter(wms + "Layer"):
        if layer.findtext(wms + "Name") == layer_name:
            for dimension in layer.findall(wms + "Dimension"):
                if dimension.get("name") == "time":
                    return dimension.text.strip()
    return ""


def main(base, layer_name, directory):
    application = QgsApplication([], False)
    application.initQgis()
    uri = f"crs=EPSG:4326&dpiMode=7&format=image/png&layers={layer_name}&styles=&url={base}/wms"
    times = time_extent(base, layer_name)
    if times:
        uri += ("&allowTemporalUpdates=true&temporalSource=provider&type=wmst"
                f"&timeDimensionExtent={times}")
    layer = QgsRasterLayer(uri, layer_name, "wms")
    if not layer.isValid():
        sys.exit(f"QGIS: {layer.error().message()}")
    extent = layer.dataProvider().temporalCapabilities().availableTemporalRange()
    begin, end = extent.begin(), extent.end()
    counts = [draw(layer, begin if begin.isValid() else None, os.path.join(directory, "qgis-first.png"))]
    if end.isValid():
        layer.temporalProperties().setIsActive(True)
        counts.append(draw(layer, end, os.path.join(directory, "qgis-last.png")))
    print(f"QGIS: valid, time {begin.toString('yyyy-MM-ddThh:mm')} .. {end.toString('yyyy-MM-ddThh:mm')}, "
          f"colours {counts}")
    if min(counts) < 10:
        sys.exit("QGIS: a picture is blank")
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:4])

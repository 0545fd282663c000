#!/usr/bin/python3
"""Writes a QGIS project with one raster layer, `thetao`: qgis_project.py OUT.qgs FILE LOW HIGH.

Run by Debian's Python, whose python3-qgis goes with its QGIS Server. LOW and HIGH are physical values: QGIS unpacks.
"""
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import (QgsApplication, QgsColorRampShader, QgsCoordinateReferenceSystem,  # noqa: E402
                       QgsProject, QgsRasterLayer, QgsRasterShader,
                       QgsSingleBandPseudoColorRenderer)
from qgis.PyQt.QtGui import QColor  # noqa: E402


def main():
    out, path, low, high = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsRasterLayer(f"NETCDF:{path}:thetao", "thetao", "gdal")
    if not layer.isValid():
        sys.exit(f"QGIS cannot read {path}")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    ramp = QgsColorRampShader(low, high)
    ramp.setColorRampType(QgsColorRampShader.Interpolated)
    ramp.setColorRampItemList([
        QgsColorRampShader.ColorRampItem(low + (high - low) * k / 8,
                                         QColor.fromHsv(240 - 30 * k, 200, 220)) for k in range(9)])
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(ramp)
    layer.setRenderer(QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader))
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    project.addMapLayer(layer)
    project.writeEntry("WMSCrsList", "/", ["EPSG:4326", "EPSG:3857", "CRS:84"])
    project.writeEntry("WCSLayers", "/", [layer.id()])
    if not project.write(out):
        sys.exit("the project could not be written")
    project.clear()
    application.exitQgis()


main()

#!/usr/bin/env python3
"""OpenLayers in headless Chromium shows a WMS layer of Gyre; the screenshot must have colours.

usage: check.py BASE_URL LAYER PICTURE   (ol/dist/ol.js below ./node_modules: npm install)
"""
import functools
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading

from PIL import Image

PAGE = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="/node_modules/ol/ol.css">
<style>html,body,#map{margin:0;width:800px;height:500px;background:#fff}</style>
<div id="map"></div><script src="/node_modules/ol/dist/ol.js"></script><script>
const source = new ol.source.TileWMS({url: '%(base)s/wms', params: {LAYERS: '%(layer)s', TILED: true},
                                      crossOrigin: 'anonymous'});
new ol.Map({target: 'map', layers: [new ol.layer.Tile({source})],
            view: new ol.View({center: [0, 2000000], zoom: 1.4})});
</script>"""


class Handler(http.server.SimpleHTTPRequestHandler):
    page = ""

    def do_GET(self):
        if self.path == "/":
            body = self.page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().do_GET()

    def log_message(self, *args):
        pass


def main(base, layer, picture):
    Handler.page = PAGE % {"base": base, "layer": layer}
    here = pathlib.Path(__file__).resolve().parent
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=here))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", f"--user-data-dir={profile}", "--window-size=800,500",
             "--virtual-time-budget=15000", f"--screenshot={picture}",
             f"http://127.0.0.1:{server.server_address[1]}/"],
            check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120)
    colours = Image.open(picture).convert("RGB").getcolors(1000000)
    print(f"OpenLayers: {len(colours)} colours in the screenshot")
    if len(colours) < 20:
        sys.exit("OpenLayers: the map is blank")


if __name__ == "__main__":
    main(*sys.argv[1:4])

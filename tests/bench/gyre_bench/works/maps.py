"""W1: tiles of 256 x 256 in EPSG:3857. W2: maps of the globe."""
from .. import loader
from ..bench import Question
from ..draw import tile_box

HOT = ("tile_render", "tile_png")
CHUNK = ("chunk_pread", "chunk_inflate", "chunk_unshuffle")


def untouched(bench, fields):
    """(field, day, level, place): each in a chunk of its own. Spread over the days."""
    places = bench.draw.chunk_places()
    every = [(field, day, level, place) for field in fields for level in (0, 5)
             for place in places for day in range(8)]
    return bench.draw.pick(every, len(every))


def tiles(bench):
    bench.look_at_limits()
    count = 60 if bench.settings.quick else 400
    some = bench.draw.pick(bench.draw.tiles, count)
    bench.compare("W1", "tile, decoded data hot",
                  [Question("tile", ("global", "thetao", 0, 0, box)) for box in some], HOT,
                  "p50 <= 0.6 ms; >= 15x the peer's throughput at 16 connections", unseen=True)
    bench.compare("W1 again", "tile, asked for before",
                  [Question("tile", ("global", "thetao", 0, 0, box)) for box in some], (),
                  sides=[bench.gyre])
    days = bench.draw.random.integers(0, 8, count)
    bench.compare("W1 days", "tile, one of 8 days at random",
                  [Question("tile", ("global", "thetao", int(day), 0, box))
                   for day, box in zip(days, some)], HOT,
                  unseen=True)
    cold = untouched(bench, ["so"])[:12 if bench.settings.quick else 80]
    bench.compare("W1 undecoded", "tile, its chunk not decoded",
                  [Question("tile", ("global", field, day, level, place[2]))
                   for field, day, level, place in cold], (*CHUNK, *HOT), "<= 1.3x the limit",
                  connections=(1,), once=True)
    bench.compare("W1 Zarr", "tile, Zarr with Blosc and Zstandard",
                  [Question("tile", ("global_zstd", "thetao", 0, 0, box)) for box in some], HOT,
                  connections=(1, 4), unseen=True)
    bench.compare("W1 curvilinear", "tile of a curvilinear grid, hot",
                  [Question("tile", ("orca", "thetao", 0, None, box))
                   for box in some[:count // 4]], HOT, connections=(1, 4),
                  unseen=loader.unseen_but_places)


def zooms(bench):
    """Zoom 0 to 7 of a 1/12 and a 1/36 degree field, hot: one curve each."""
    bench.look_at_limits()
    for store, what in (("global", "1/12"), ("fine", "1/36")):
        curve = {}
        for zoom in (0, 3, 7) if bench.settings.quick else range(8):
            boxes = ([tile_box(0, 0, 0)] if zoom == 0 else bench.draw.tiles_of(zoom, 16))
            work = bench.compare(
                f"zoom {zoom}", f"tile, zoom {zoom} of a {what} degree field, hot",
                [Question("tile", (store, "thetao", 0, 0, box)) for box in boxes], HOT,
                connections=(1,), seconds=bench.settings.seconds / 3, unseen=True)
            bench.works.pop()  # the curve is the result
            for name, by in work["sides"].items():
                curve.setdefault(name, {})[zoom] = by["1"].get("p50_ms")
        mine = curve["Gyre"]
        bench.record(f"W1 zooms {what}", f"zoom 0-3 against zoom 7 of a {what} degree field, hot",
                     "<= 1.5x zoom 7", curve=curve, limit_ms=mine[7], x="zoom", y="ms",
                     gyre_ms=None if None in mine.values() else max(
                         ms for zoom, ms in mine.items() if zoom < 4))


def globes(bench):
    bench.look_at_limits()
    bench.compare("W2", "map of the globe, 1024 x 768, hot",
                  [Question("globe_map", ("global", "thetao", 0, 0, 1024, 768))],
                  ("map_render", "map_png"), "<= 6 ms", unseen=True)
    places = [(field, day, level) for field in ("uo",) for day in range(4) for level in (0, 5)]
    bench.compare("W2 undecoded", "map of the globe, nothing decoded",
                  [Question("globe_map", ("global", *one, 1024, 768))
                   for one in bench.draw.pick(places, 4 if bench.settings.quick else 8)],
                  ("globe_decode", "map_render", "map_png"), connections=(1,), once=True)

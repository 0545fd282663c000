"""The places that are asked for: drawn once from a seed, the same for every side."""
import math

import numpy as np

EDGE = 20037508.342789244


def tile_box(zoom, x, y):
    """Web-Mercator box of a tile, row 0 in the north."""
    size = 2 * EDGE / 2 ** zoom
    return (-EDGE + x * size, EDGE - (y + 1) * size, -EDGE + (x + 1) * size, EDGE - y * size)


def tile_at(zoom, longitude, latitude):
    n = 2 ** zoom
    x = int((longitude + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * n)
    return x, y


def degrees(x, y):
    """Longitude and latitude of Web-Mercator metres."""
    return x / EDGE * 180, math.degrees(math.atan(math.sinh(y / EDGE * math.pi)))


class Draw:
    """400 points at sea, on the centres of cells; 1,200 tiles of zoom 2 to 7, each around such a point."""

    def __init__(self, truth, seed=1):
        self.truth, self.random = truth, np.random.default_rng(seed)
        self.points = [self.sea_point() for _ in range(400)]
        self.tiles = [self.tile(2 + k % 6) for k in range(1200)]

    def sea_point(self, south=-70, north=80, west=-180, east=180):
        for _ in range(1000):
            row = int(self.random.integers(self.truth.latitude.size))
            column = int(self.random.integers(self.truth.longitude.size))
            longitude, latitude = float(self.truth.longitude[column]), float(self.truth.latitude[row])
            if (south <= latitude <= north and west <= longitude <= east
                    and self.truth.is_sea(longitude, latitude)):
                return longitude, latitude
        raise RuntimeError("no sea found there")

    def tile(self, zoom):
        longitude, latitude = self.sea_point()
        return tile_box(zoom, *tile_at(zoom, longitude, latitude))

    def tiles_of(self, zoom, count):
        """Different ones, as far as there are."""
        found = {self.tile(zoom) for _ in range(4 * count)} if zoom > 2 else {
            tile_box(zoom, x, y) for x in range(2 ** zoom) for y in range(2 ** zoom)}
        return sorted(found)[:count]

    def pick(self, values, count):
        return [values[k] for k in self.random.permutation(len(values))[:count]]

    def chunk_places(self):
        """A sea point and a tile well inside of each ninth of the globe: what one chunk answers.

        (longitude, latitude, tile box); ninths without room for one are left out."""
        rows, columns = self.truth.scale.chunks
        latitude, longitude = self.truth.latitude, self.truth.longitude
        places = []
        for row in range(0, latitude.size, rows):
            for column in range(0, longitude.size, columns):
                south, north = latitude[row], latitude[min(row + rows, latitude.size) - 1]
                west, east = longitude[column], longitude[min(column + columns, longitude.size) - 1]
                for _ in range(60):
                    try:
                        place = self.sea_point(south, min(north, 80), west, east)
                    except RuntimeError:
                        break
                    box = tile_box(5, *tile_at(5, *place))
                    corners = degrees(*box[:2]), degrees(*box[2:])
                    if (corners[0][0] > west and corners[1][0] < east
                            and corners[0][1] > south and corners[1][1] < north):
                        places.append((*place, box))
                        break
        return places

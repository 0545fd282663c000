"""What the stores hold, read by netCDF-C: the truth that answers are compared with."""
import datetime
import functools
import math

import netCDF4
import numpy as np

from . import holdings
from .draw import degrees
from .fields import FILL, PACKING


def date_of(store, day):
    first = holdings.FIRST_REGIONAL_DAY if store.startswith("regional") else holdings.FIRST_GLOBAL_DAY
    return first + datetime.timedelta(day)


class Truth:
    def __init__(self, folder, scale):
        self.folder, self.scale = folder, scale
        self.latitude, self.longitude = holdings.global_axes(scale)
        self.regional = holdings.regional_axes(scale)

    @functools.lru_cache(None)
    def file(self, day):
        nc = netCDF4.Dataset(holdings.global_file(self.folder, day))
        nc.set_auto_maskandscale(False)
        return nc

    def cell(self, longitude, latitude):
        return (int(np.abs(self.latitude - latitude).argmin()),
                int(np.abs(self.longitude - longitude).argmin()))

    @functools.lru_cache(64)
    def packed_level(self, field, day, level):
        """Level None: all of them."""
        return self.file(day)[field][0, slice(None) if level is None else level]

    @functools.lru_cache(1)
    def fine(self):
        """The packed level of sea/fine.nc."""
        with netCDF4.Dataset(holdings.sea(self.folder, "fine.nc")) as nc:
            nc.set_auto_maskandscale(False)
            return nc["thetao"][0]

    def pixels(self, store, field, day, level, box, width, height, mercator):
        """(row, column, is there a value) of some pixels of a map, those whose cells are alike (all valid
        or all missing) two pixels and a cell around. None of stores without land, and none within 10 degrees of
        the date line, where QGIS draws nothing."""
        if store not in ("global", "global_zstd", "fine"):
            return
        packed = self.fine() if store == "fine" else self.packed_level(field, day, level)
        step = 360 / packed.shape[1]
        reach = 2.5  # pixels

        def place(row, column):
            x = box[0] + column / width * (box[2] - box[0])
            y = box[3] - row / height * (box[3] - box[1])
            return degrees(x, y) if mercator else (x, y)

        for row in range(8, height, 16):
            for column in range(8, width, 16):
                west, north = place(row + 0.5 - reach, column + 0.5 - reach)
                east, south = place(row + 0.5 + reach, column + 0.5 + reach)
                rows = math.floor((south + 80) / step) - 1, math.ceil((north + 80) / step) + 2
                columns = math.floor((west + 180) / step) - 1, math.ceil((east + 180) / step) + 2
                if rows[0] < 0 or rows[1] > packed.shape[0] or west < -170 or east > 170:
                    continue
                valid = packed[slice(*rows), slice(*columns)] != FILL
                if valid.all() or not valid.any():
                    yield row, column, bool(valid[0, 0])

    def is_sea(self, longitude, latitude):
        return self.packed_level("thetao", 0, 0)[self.cell(longitude, latitude)] != -32767

    def value(self, field, day, level, longitude, latitude):
        scale, offset = PACKING[field][:2]
        row, column = self.cell(longitude, latitude)
        return float(self.file(day)[field][0, level, row, column]) * scale + offset

    def column(self, field, longitude, latitude):
        scale, offset = PACKING[field][:2]
        row, column = self.cell(longitude, latitude)
        return [float(v) * scale + offset for day in range(holdings.GLOBAL_DAYS)
                for v in self.file(day)[field][0, :, row, column]]

    def series(self, longitude, latitude, months=12):
        """The first `months` of the regional series at a point."""
        import glob
        scale, offset = PACKING["thetao"][:2]
        row = int(np.abs(self.regional[0] - latitude).argmin())
        column = int(np.abs(self.regional[1] - longitude).argmin())
        values = []
        for path in sorted(glob.glob(holdings.sea(self.folder, "regional", "*.nc")))[:months]:
            with netCDF4.Dataset(path) as nc:
                nc.set_auto_maskandscale(False)
                values += [float(v) * scale + offset for v in nc["thetao"][:, row, column]]
        return values

    def window(self, field, day, level, west, south):
        """Packed samples whose centres lie in 10 x 10 degrees; row 0 is the southernmost."""
        rows = (self.latitude >= south - 1e-6) & (self.latitude <= south + 10 + 1e-6)
        columns = (self.longitude >= west - 1e-6) & (self.longitude <= west + 10 + 1e-6)
        return self.packed_level(field, day, level)[np.ix_(rows, columns)]

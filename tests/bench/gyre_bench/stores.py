"""What the stores hold, read by netCDF-C: the truth that answers are compared with."""
import datetime
import functools

import netCDF4
import numpy as np

from . import holdings
from .fields import PACKING


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

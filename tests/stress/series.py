"""Makes files of a series, quickly: a template once, then copies with their own time and values."""
import os
import shutil

import netCDF4
import numpy as np

LAT, LON = np.linspace(-60, 60, 9), np.linspace(-170, 170, 12)


def template(path, kind="NETCDF3_CLASSIC", compressed=False):
    with netCDF4.Dataset(path, "w", format=kind) as file:
        for name, size in (("time", 1), ("lat", LAT.size), ("lon", LON.size)):
            file.createDimension(name, size)
        time = file.createVariable("time", "f8", ("time",))
        time.units, time.standard_name = "days since 1950-01-01", "time"
        for name, values, units in (("lat", LAT, "degrees_north"), ("lon", LON, "degrees_east")):
            variable = file.createVariable(name, "f4", (name,))
            variable.units = units
            variable[:] = values
        v = file.createVariable("v", "f4", ("time", "lat", "lon"), zlib=compressed)
        v.long_name, v.units = "a quantity", "K"
        time[:] = 0
        v[:] = 0
        file.title = "a series"


class Maker:
    """write(path, day, value): a file of one day whose values are all `value`."""

    def __init__(self, folder, kind="NETCDF3_CLASSIC"):
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, ".template")
        template(path, kind)
        with open(path, "rb") as file:
            self.bytes = file.read()
        self.classic = kind.startswith("NETCDF3")
        number = ">f8" if self.classic else "<f8"
        value = ">f4" if self.classic else "<f4"
        self.number, self.value = np.dtype(number), np.dtype(value)
        marks = (12345.625, np.float32(98765.5))
        with netCDF4.Dataset(path, "a") as file:
            file["time"][:] = marks[0]
            file["v"][:] = marks[1]
        with open(path, "rb") as file:
            self.bytes = file.read()
        os.remove(path)
        cells = LAT.size * LON.size
        self.time_at = self.bytes.index(np.array([marks[0]], self.number).tobytes())
        self.v_at = self.bytes.index(np.full(cells, marks[1], self.value).tobytes())
        self.cells = cells

    def content(self, day, value):
        data = bytearray(self.bytes)
        time = np.array([day], self.number).tobytes()
        values = np.full(self.cells, value, self.value).tobytes()
        data[self.time_at:self.time_at + len(time)] = time
        data[self.v_at:self.v_at + len(values)] = values
        return bytes(data)

    def write(self, path, day, value):
        with open(path, "wb") as file:
            file.write(self.content(day, value))

    def replace(self, path, day, value):
        """Beside, then renamed over it: as careful writers do."""
        beside = os.path.join(os.path.dirname(path), "." + os.path.basename(path) + ".part")
        self.write(beside, day, value)
        os.replace(beside, path)


def remade(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder

"""The nearest sample of places given in any CRS: by footprints, as NumPy and PROJ see it."""
import numpy as np
import pyproj

from .mapping import LON_LAT, Mapping


class Grid:
    """The cells of one field in its own CRS."""

    def __init__(self, file, field):
        self.y, self.x = field.horizontal()
        self.mapping = Mapping(file, field)
        self.geographic = self.mapping.geographic

    def native(self, view_crs, x, y):
        """x, y of the view (x first) in the field's own coordinates."""
        longitude, latitude = pyproj.Transformer.from_crs(
            view_crs, LON_LAT, always_xy=True).transform(x, y)
        return self.mapping.to_native(longitude, latitude)

    def locate(self, x, y):
        """(rows, columns) of the cells that hold the places; -1: none."""
        return cell_of(self.y, y), cell_of(self.x, x)

    def outline(self):
        """Longitudes and latitudes of a net over the grid."""
        edges = [np.linspace(a.footprints().min(), a.footprints().max(), 25)
                 for a in (self.x, self.y)]
        return self.mapping.to_geographic(*np.meshgrid(*edges))


def cell_of(axis, at):
    """Index of the cell whose footprint holds each position; longitudes in any turn; -1: none."""
    footprints = axis.footprints()
    order = np.argsort(footprints[:, 0], kind="stable")
    low, high = footprints[order, 0], footprints[order, 1]
    result = np.full(at.shape, -1)
    turns = (0, 360, -360, 720, -720) if axis.role == "lon" or is_grid_longitude(axis) else (0,)
    for turn in turns:
        with np.errstate(invalid="ignore"):
            index = np.searchsorted(low, at + turn, side="right") - 1
            inside = (index >= 0) & np.isfinite(at)
            held = np.where(inside, high[np.clip(index, 0, None)] >= at + turn, False)
        result = np.where((result < 0) & held, order[np.clip(index, 0, None)], result)
    return result


def is_grid_longitude(axis):
    return axis.attributes.get("standard_name") == "grid_longitude"

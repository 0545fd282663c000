"""From a field's own x, y to longitude, latitude and back: PROJ's reading of CF, and the rotated
pole by spherical trigonometry (PROJ's derived CRS for it has its axes in an order of its own)."""
import numpy as np
import pyproj

KILOMETRES = ("km", "kilometer", "kilometers", "kilometre", "kilometres")
LON_LAT = "OGC:CRS84"


class Mapping:
    """x and y are the coordinates as the file has them; kilometres stay kilometres."""

    def __init__(self, file, field):
        self.y, self.x = field.horizontal()
        self.geographic = self.x.role == "lon" and self.y.role == "lat"
        name = str(field.attributes.get("grid_mapping", "")).split()
        name = name[0].rstrip(":") if name else ""
        variable = file.dataset.variables.get(name)
        attributes = {} if variable is None else {
            k: v.tolist() if isinstance(v, (np.ndarray, np.generic)) else v
            for k, v in variable.attrs.items()}
        self.rotated = None
        if self.geographic:
            self.crs = None
        elif attributes.get("grid_mapping_name") == "rotated_latitude_longitude":
            self.rotated = [float(attributes[key]) for key in (
                "grid_north_pole_longitude", "grid_north_pole_latitude")] + [
                    float(attributes.get("north_pole_grid_longitude", 0.0))]
        elif "grid_mapping_name" in attributes:
            self.crs = pyproj.CRS.from_cf(attributes)
        else:
            raise ValueError(f"projected, but without a grid mapping (grid_mapping={name!r})")
        self.metres = 1000.0 if str(self.x.attributes.get("units", "")) in KILOMETRES else 1.0

    def to_geographic(self, x, y):
        if self.geographic:
            return x, y
        if self.rotated:
            return self._rotate(x, y, back=True)
        return pyproj.Transformer.from_crs(self.crs, LON_LAT, always_xy=True).transform(
            np.asarray(x) * self.metres, np.asarray(y) * self.metres)

    def to_native(self, longitude, latitude):
        if self.geographic:
            return longitude, latitude
        if self.rotated:
            return self._rotate(longitude, latitude, back=False)
        x, y = pyproj.Transformer.from_crs(LON_LAT, self.crs, always_xy=True).transform(
            longitude, latitude)
        return np.asarray(x) / self.metres, np.asarray(y) / self.metres

    def _rotate(self, longitude, latitude, back):
        """Rows of `frame`: the rotated grid's x, y, z directions, as seen from the pole's meridian.
        Grid longitude 0 is the meridian on which the true north pole lies."""
        pole_longitude, pole_latitude, grid_longitude_of_north = self.rotated
        s, c = np.sin(np.radians(pole_latitude)), np.cos(np.radians(pole_latitude))
        frame = np.array([[-s, 0, c], [0, -1, 0], [c, 0, s]])
        shift_in, shift_out = -pole_longitude, grid_longitude_of_north
        if back:
            frame, shift_in, shift_out = frame.T, -grid_longitude_of_north, pole_longitude
        longitude, latitude = np.radians(np.asarray(longitude) + shift_in), np.radians(latitude)
        direction = np.stack([np.cos(latitude) * np.cos(longitude),
                              np.cos(latitude) * np.sin(longitude), np.sin(latitude)])
        x, y, z = np.tensordot(frame, direction, axes=1)
        return (np.degrees(np.arctan2(y, x)) + shift_out,
                np.degrees(np.arctan2(z, np.hypot(x, y))))

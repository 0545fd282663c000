"""From a field's own x, y to longitude, latitude and back: PROJ's reading of CF, and the rotated
pole by spherical trigonometry (PROJ's derived CRS for it has its axes in an order of its own)."""
import numpy as np
import pyproj

KILOMETRES = ("km", "kilometer", "kilometers", "kilometre", "kilometres")
RADIANS = {"rad": 1.0, "radian": 1.0, "radians": 1.0, "mrad": 1e-3, "urad": 1e-6}
TEXTS = ("crs_wkt", "spatial_ref", "proj4", "proj4_params", "crs")
LON_LAT = "OGC:CRS84"


def container_of(dataset, field):
    """Attributes of the grid mapping that the field names; else its own, if they tell a CRS; else
    those of the one container there is."""
    def plain(attributes):
        return {k: v.tolist() if isinstance(v, (np.ndarray, np.generic)) else v
                for k, v in attributes.items()}
    name = str(field.attributes.get("grid_mapping", "")).split()
    if name:
        variable = dataset.variables.get(name[0].rstrip(":"))
        return {} if variable is None else plain(variable.attrs)
    if any(key in field.attributes for key in TEXTS):
        return plain(field.attributes)
    containers = [variable for variable in dataset.variables.values()
                  if {"grid_mapping_name", "crs_wkt", "spatial_ref"} & set(variable.attrs)]
    return plain(containers[0].attrs) if len(containers) == 1 else {}


class Mapping:
    """x and y are the coordinates as the file has them; kilometres stay kilometres."""

    def __init__(self, file, field):
        self.y, self.x = field.horizontal()
        self.geographic = self.x.role == "lon" and self.y.role == "lat"
        attributes = container_of(file.dataset, field)
        text = next((str(attributes[key]) for key in TEXTS if key in attributes), None)
        units = str(self.x.attributes.get("units", ""))
        self.rotated = None
        # Units of the file in one of the CRS.
        self.scale = 1000.0 if units in KILOMETRES else 1.0
        if self.geographic:
            self.crs = None
        elif attributes.get("grid_mapping_name") == "rotated_latitude_longitude":
            self.rotated = [float(attributes[key]) for key in (
                "grid_north_pole_longitude", "grid_north_pole_latitude")] + [
                    float(attributes.get("north_pole_grid_longitude", 0.0))]
        elif "grid_mapping_name" in attributes:
            self.crs = pyproj.CRS.from_cf(attributes)
            if units in RADIANS:
                self.scale = RADIANS[units] * float(attributes["perspective_point_height"])
        elif text and "+proj=ob_tran" in text:
            words = dict(word.lstrip("+").partition("=")[::2] for word in text.split())
            self.rotated = [float(words.get("lon_0", 0)) - 180, float(words["o_lat_p"]),
                            float(words.get("o_lon_p", 0))]
        elif text:
            self.crs = pyproj.CRS.from_user_input(text)
            self.scale /= self.crs.axis_info[0].unit_conversion_factor
        else:
            raise ValueError(f"{field.name}: projected, but nothing tells how")

    def to_geographic(self, x, y):
        if self.geographic:
            return x, y
        if self.rotated:
            return self._rotate(x, y, back=True)
        return pyproj.Transformer.from_crs(self.crs, LON_LAT, always_xy=True).transform(
            np.asarray(x) * self.scale, np.asarray(y) * self.scale)

    def to_native(self, longitude, latitude):
        if self.geographic:
            return longitude, latitude
        if self.rotated:
            return self._rotate(longitude, latitude, back=False)
        x, y = pyproj.Transformer.from_crs(LON_LAT, self.crs, always_xy=True).transform(
            longitude, latitude)
        return np.asarray(x) / self.scale, np.asarray(y) / self.scale

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

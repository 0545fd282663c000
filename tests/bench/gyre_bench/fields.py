"""What the invented sea looks like: smooth travelling eddies, a little white noise, continents.

The noise is what makes deflate work as hard as on real products: the ratio is about 2.3 (land
included), 1.6 where there is no land.
"""
import numpy as np

from forecast import land_mask

FILL = np.int16(-32767)
DEPTHS = np.array([0.494025, 9.572997, 18.495560, 47.37369, 92.32607, 155.8507, 318.1274, 541.0889,
                   1062.44, 2225.078], np.float32)
# name: (scale_factor, add_offset, standard_name, units), as CMEMS packs them
PACKING = {
    "thetao": (0.000732444226741791, 21.0, "sea_water_potential_temperature", "degrees_C"),
    "so": (0.00152592547237873, 19.99847407452762, "sea_water_salinity", "1e-3"),
    "uo": (0.000610370188951492, 0.0, "eastward_sea_water_velocity", "m s-1"),
    "vo": (0.000610370188951492, 0.0, "northward_sea_water_velocity", "m s-1"),
    "zos": (0.000305185094475746, 0.0, "sea_surface_height_above_geoid", "m"),
}
DEEP = ("thetao", "so", "uo", "vo")
NOISE = 100  # white noise of at most so many packed steps


class Eddies:
    """Waves that travel with the days. A field is one product of two thin matrices."""

    def __init__(self, latitude, longitude, seed, waves=24):
        random = np.random.default_rng(seed)
        self.x, self.y = np.radians(longitude), np.radians(latitude)
        self.across = random.integers(3, 60, waves)
        self.along = random.uniform(3, 50, waves)
        self.phase = random.uniform(0, 2 * np.pi, waves)
        self.speed = random.uniform(0.05, 0.6, waves)

    def at(self, day):
        """Rows x columns, float32, about -1 to 1; periodic in longitude."""
        weight = 1 / (1 + 0.05 * self.across) / np.sqrt(self.across.size) * 2
        rows = np.cos(np.outer(self.y, self.along) + self.phase) * weight
        rows *= np.cos(self.y)[:, None]
        columns = np.sin(np.outer(self.x, self.across) + self.phase - self.speed * day)
        return rows.astype(np.float32) @ columns.T.astype(np.float32)


class Sea:
    """Packed levels of one grid."""

    def __init__(self, latitude, longitude, seed=1, land=True):
        self.latitude, self.longitude, self.seed = latitude, longitude, seed
        y = np.radians(latitude)[:, None].astype(np.float32)
        self.land = land_mask(latitude, longitude) if land else np.zeros(
            (latitude.size, longitude.size), bool)
        self.eddies = {name: Eddies(latitude, longitude, [seed, number])
                       for number, name in enumerate(PACKING)}
        self.surface = {"thetao": 28 * np.cos(y) ** 2 - 1.0, "so": 34.7 + 0.8 * np.cos(2 * y),
                        "uo": 0.0 * y, "vo": 0.0 * y, "zos": 0.5 * np.cos(2 * y)}
        self.swing = {"thetao": 1.5, "so": 0.4, "uo": 0.5, "vo": 0.5, "zos": 0.4}

    def day(self, name, day):
        """A function of depth (metres) that gives that day's packed level, int16, land missing."""
        scale, offset, _, _ = PACKING[name]
        eddy = self.eddies[name].at(day)
        number = list(PACKING).index(name)

        def level(depth):
            random = np.random.default_rng([self.seed, number, int(day * 1000), int(depth * 1000)])
            decay = np.float32(np.exp(-depth / 800))
            base = ((self.surface[name] - 2 * (name == "thetao")) * decay + 2 * (name == "thetao")
                    - offset) / scale
            if name == "so":
                base = (self.surface[name] - offset) / scale
            packed = eddy * np.float32(self.swing[name] * decay / scale) + base.astype(np.float32)
            packed += random.integers(-NOISE, NOISE, packed.shape, np.int8)
            np.clip(packed, -32766, 32767, out=packed)
            packed = packed.astype(np.int16)
            packed[self.land] = FILL
            return packed

        return level

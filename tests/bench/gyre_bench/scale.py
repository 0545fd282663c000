"""The size parameter: 1 is the data of the published figures, 0.05 a smoke test."""
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    size: float = 1.0

    def _side(self, full, least):
        return max(least, round(full * math.sqrt(self.size)))

    @property
    def columns(self):
        """Of the global grid: 4320 is 1/12 degree. A multiple of 12, so that chunks are whole."""
        return 12 * max(8, round(360 * math.sqrt(self.size)))

    @property
    def step(self):
        return 360 / self.columns

    @property
    def rows(self):
        return round(170 / self.step) + 1

    @property
    def chunks(self):
        """Rows and columns of a chunk: the grid's thirds, (681, 1440) at full size."""
        return -(-self.rows // 3), self.columns // 3

    @property
    def regional_side(self):
        return self._side(200, 24)

    @property
    def irregular_steps(self):
        return max(2000, round(134_000 * self.size))

    @property
    def orca_shape(self):
        return self._side(1020, 102), self._side(1440, 144)

    @property
    def growth_counts(self):
        """Numbers of files, and of steps in one file."""
        return [10, 100, 1000, 10_000] if self.size >= 0.5 else [10, 100, 1000]


GLOBAL_DAYS = 8
LEVELS = 10
MONTHS = 120
DAYS = 3652  # of the regional series: 2010 to 2019

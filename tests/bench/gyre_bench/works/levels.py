"""W4: a level of the globe, and all levels, as NetCDF-4."""
from ..bench import Question


def run(bench):
    bench.look_at_limits()
    bench.compare("W4", "globe, one level to NetCDF-4, hot",
                  [Question("level_file", ("thetao", 0, 0))], ("globe_write_raw",),
                  "first byte <= 20 ms, total <= 80 ms", connections=(1, 4))
    cold = [("uo", day, level) for day in range(4, 8) for level in (0, 5)]
    bench.compare("W4 undecoded", "globe, one level to NetCDF-4, nothing decoded",
                  [Question("level_file", one)
                   for one in bench.draw.pick(cold, 4 if bench.settings.quick else 8)],
                  ("globe_decode", "globe_write_raw"), "<= 150 ms", connections=(1,), once=True)
    # The limits are of one level: of all of them there is none to compare with.
    bench.compare("W4 aligned", "globe, all levels to NetCDF-4: chunks could pass through",
                  [Question("level_file", ("thetao", day, None)) for day in (2, 5)], None,
                  ">= 20x the peer", connections=(1,))

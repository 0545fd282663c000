"""W7: the value at a point."""
from ..bench import Question


def run(bench):
    bench.look_at_limits()
    points = bench.draw.points[:60 if bench.settings.quick else 400]
    bench.compare("W7", "value at a point, hot",
                  [Question("value", ("thetao", 0, 0, *point)) for point in points], (),
                  "p50 <= 0.3 ms")
    days = bench.draw.random.integers(0, 8, len(points))
    levels = bench.draw.random.integers(0, 10, len(points))
    bench.compare("W7 any", "value at a point, any day and level",
                  [Question("value", ("thetao", int(day), int(level), *point))
                   for point, day, level in zip(points, days, levels)], (), "p95 <= one chunk",
                  connections=(1,))

"""W5: series at a point. a: 8 days x 10 depths; b: 3,652 days, from NetCDF and from Zarr."""
import statistics
import time

from ..bench import Question


def run(bench):
    bench.look_at_limits(series=True)
    places = bench.draw.chunk_places()
    questions = [Question("column", (field, place[0], place[1])) for field in ("thetao", "so", "uo", "vo")
                 for place in places]
    bench.compare("W5a", "point, 8 days x 10 depths, chunks not decoded",
                  bench.draw.pick(questions, 6 if bench.settings.quick else 30),
                  (("chunk_pread", 16), ("chunk_inflate", 16), ("chunk_unshuffle", 16)), "<= 110 ms",
                  connections=(1,), once=True)
    latitude, longitude = bench.truth.regional
    side = bench.scale.regional_side
    points = [(float(longitude[(7 * k) % side]), float(latitude[(11 * k) % side])) for k in range(40)]
    for store, form, goal in (("regional", "netcdf", "<= 2 ms with a time-major copy"),
                              ("regional_series", "zarr", "<= 20 ms")):
        bench.compare(f"W5b {form}", f"point, 3,652 days, {form}, asked again",
                      [Question("series", (store, *point)) for point in points], (f"series_{form}",),
                      goal, connections=(1, 4))
    cold(bench, points)


def cold(bench, points):
    """The first series after a start: nothing is decoded. A restart each."""
    spent = []
    question = Question("series", ("regional", *points[3]))
    for _ in range(2 if bench.settings.quick else 4):
        bench.gyre.restart()
        path = getattr(bench.gyre, question.kind)(*question.args)
        start = time.perf_counter()
        answer = bench.gyre.get(path)
        spent.append(1000 * (time.perf_counter() - start))
        bench.check(bench.gyre, question, "W5b first", answer)
    bench.record("W5b first", "point, 3,652 days, netcdf, the first after a start", "<= 400 ms",
                 gyre_ms=statistics.median(spent), all_ms=spent, limit_ms=bench.steps["series_netcdf"])

"""W3: windows of 10 x 10 degrees as GeoTIFF and NetCDF."""
from ..bench import Question
from .maps import CHUNK, untouched


def run(bench):
    bench.look_at_limits()
    count = 40 if bench.settings.quick else 200
    corners = []
    for longitude, latitude in bench.draw.pick(bench.draw.points, count):
        # Off the edges of cells, so that no two servers count differently.
        corners.append((round(min(max(longitude - 5, -178), 168), 1) + 0.013,
                        round(min(max(latitude - 5, -78), 78), 1) + 0.013))
    for form, goal in (("geotiff", "<= 0.6 ms"), ("netcdf", "<= 1.3 ms")):
        bench.compare(f"W3 {form}", f"10 x 10 degrees, {form}, hot",
                      [Question("window", (form, "thetao", 0, 0, *corner)) for corner in corners],
                      ("window_copy",), goal)
    cold = untouched(bench, ["vo"])
    questions = []
    for field, day, level, (longitude, latitude, _) in cold:
        rows, columns = bench.scale.chunks
        # A window within the chunk, around the middle of it.
        step = bench.scale.step
        west = -180 + (round((longitude + 180) / step) // columns + 0.5) * columns * step - 5
        south = -80 + (round((latitude + 80) / step) // rows + 0.5) * rows * step - 5
        questions.append(Question("window", ("netcdf", field, day, level, round(west, 1) + 0.013,
                                             round(south, 1) + 0.013)))
    bench.compare("W3 undecoded", "10 x 10 degrees, netcdf, its chunk not decoded",
                  questions[:10 if bench.settings.quick else 60], (*CHUNK, "window_copy"), "<= 16 ms",
                  connections=(1,), once=True)

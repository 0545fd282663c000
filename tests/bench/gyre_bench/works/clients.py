"""Two clients on one file: what the second one gains."""
from .. import loader
from ..bench import Pool, Question


def run(bench):
    bench.look_at_limits()
    places = bench.draw.chunk_places()
    questions = [Question("tile", ("global", field, 7, level, place[2]))
                 for field in ("thetao", "so", "uo", "vo") for level in (0, 5) for place in places]
    media_type = bench.check(bench.gyre, questions[0], "clients")
    paths = [loader.request(bench.gyre.tile(*q.args), media_type) for q in questions]
    rates = {1: 0.0, 2: 0.0}
    pools = {1: Pool(), 2: Pool()}
    for _ in range(4 * bench.settings.rounds):  # a round lasts less than a second
        for count in (1, 2):
            bench.gyre.restart()  # nothing decoded
            pools[count].add(*bench.burst(bench.gyre, paths, count, 60, once=True))
    for question in (questions[len(questions) // 2], questions[-1]):
        bench.check(bench.gyre, question, "clients")
    for count in (1, 2):
        if pools[count].bad:
            return bench.blame(f"clients: {pools[count].bad}")
        rates[count] = pools[count].figures()["per_second"]
    steps = bench.steps
    bench.record("clients", "two clients on one file, nothing decoded: times the rate of one",
                 ">= 1.8x", ratio=rates[2] / rates[1], per_second=rates,
                 machine_ratio=2 * steps["decode_of_1"] / steps["decode_of_2"])

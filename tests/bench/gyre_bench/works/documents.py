"""W6: capabilities, of a dataset of 3,652 steps, and of 200 layers of irregular ones."""
import os

from .. import processes
from ..bench import Question
from ..gyre import Gyre


def run(bench):
    bench.look_at_limits()
    bench.compare("W6", "WMS capabilities, 3,652 steps",
                  [Question("capabilities", ("regional",))], (), "<= 0.3 ms")
    usual = bench.gyre
    other = Gyre(bench.free_port(), os.path.join(bench.data, "capabilities"), datasets=())
    usual.stop_program()  # each would hide half of its libraries' memory in the other's
    try:
        other.start()
        before = processes.pss_mb(other.pids())
        bench.gyre = other
        steps = bench.scale.irregular_steps
        bench.compare("W6 irregular", f"WMS capabilities, 200 layers x {steps:,} irregular steps",
                      [Question("capabilities", ("irregular",))], (), "p99 <= 20 ms, < 64 MB",
                      sides=[other], connections=(1,))
        bench.works[-1]["pss_before_mb"] = before
    finally:
        bench.gyre = usual
        other.stop()
        usual.start_program()
        usual.wait()

"""Running the C++ loader for one burst of requests."""
import json
import os
import subprocess

from .gyre import BUILD


def burst(port, paths, connections, seconds, once=False, start=0, timeout=600):
    """What the loader printed; see programs/loader.cpp."""
    words = [os.path.join(BUILD, "bench", "loader"), str(port), str(connections), str(seconds),
             "--from", str(start), "--timeout", str(timeout)] + (["--once"] if once else [])
    done = subprocess.run(words, input="\n".join(paths).encode(), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)

"""Running the C++ loader for one burst of requests."""
import json
import os
import re
import subprocess

from .gyre import BUILD


_number = 0  # of the next request of a kind that no server was asked before


def unseen(path):
    """The path, of a picture that moves by less than a thousandth of a pixel with each request: what is
    kept of pictures is of no use then, what is kept of data is."""
    return re.sub(r"([?&]BBOX=-?\d+\.\d)\d*", r"\1{n}", path, flags=re.IGNORECASE)


def unseen_but_places(path):
    """The same picture, asked for with a dimension that the layer has not and that differs with each
    request: what is kept of where pixels lie is of use, the picture is not."""
    return path + "&DIM_UNSEEN={n}"


def request(path, media_type):
    """A path for `burst` whose answers are bad unless they are of that type."""
    return f"{path}\t{media_type}"


def burst(port, paths, connections, seconds, once=False, start=0, timeout=600):
    """What the loader printed; see programs/loader.cpp."""
    global _number
    words = [os.path.join(BUILD, "bench", "loader"), str(port), str(connections), str(seconds),
             "--from", str(start), "--number", str(_number), "--timeout", str(timeout)] + (["--once"] if once else [])
    done = subprocess.run(words, input="\n".join(paths).encode(), stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    _number += len(result["total_ms"]) + result["failed"] + connections
    return result

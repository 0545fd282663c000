"""The peers, each optional: one that cannot be set up here is left out with a note."""
import contextlib

from ..side import NotThere
from .mapserver import MapServer
from .qgis import QgisServer
from .titiler import Titiler
from .xpublish import Xpublish

PEERS = {"mapserver": MapServer, "qgis": QgisServer, "titiler": Titiler, "xpublish": Xpublish}


def start(names, free_port, data, scale, stack, log):
    """(those that run, {name: why not}). The end of `stack` stops them."""
    running, missing = [], {}
    for name in names:
        try:
            peer = PEERS[name](free_port(), data, scale)
            with contextlib.ExitStack() as own:
                own.callback(peer.stop)
                peer.start()
                stack.push(own.pop_all())
            running.append(peer)
            log(f"{peer.name} {peer.version()} is ready")
        except (NotThere, OSError) as why:
            missing[name] = str(why)
            log(f"{name} is left out: {why}")
    return running, missing

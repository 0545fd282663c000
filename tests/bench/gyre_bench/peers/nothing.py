"""A FastCGI server that does nothing: the floor under every figure."""
import os

from ..gyre import BUILD
from ..nginx import fastcgi
from ..side import Side


class Nothing(Side):
    name = "nothing"

    def server_block(self):
        return fastcgi(self.folder + "/nothing.socket"), ""

    def command(self):
        return [os.path.join(BUILD, "bench", "do_nothing"), self.folder + "/nothing.socket", "16384",
                "4"], {}

    def is_ready(self):
        return self.get("/").status_code == 200

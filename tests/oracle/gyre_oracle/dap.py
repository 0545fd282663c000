"""A server of OPeNDAP for tests: pydap, which offers what NetCDF files hold."""
import logging
import threading
import urllib.parse

import netCDF4
import numpy as np
from pydap.handlers.lib import BaseHandler
from pydap.model import BaseType, DatasetType, GridType
from werkzeug.serving import make_server


def plain(value):
    """An attribute as pydap writes it right: its DAS escapes nothing."""
    if isinstance(value, str):
        return value.replace('"', "'").replace("\\", "/")
    return value


def dataset_of(path, grids=False):
    """The file as a dataset of DAP2, stored values. `grids`: fields whose dimensions all have
    coordinates are Grids with these as maps, and the coordinates stand nowhere else."""
    with netCDF4.Dataset(path) as file:
        file.set_auto_maskandscale(False)
        attributes = {k: plain(file.getncattr(k)) for k in file.ncattrs()}
        dataset = DatasetType("data", attributes={"NC_GLOBAL": attributes})
        arrays = {}
        for name, variable in file.variables.items():
            values, dims = variable[...], list(variable.dimensions)
            if variable.dtype == "S1" and dims:
                values, dims = netCDF4.chartostring(values), dims[:-1]
            values = np.asarray(values)
            if values.dtype.kind == "U" or values.dtype == object:
                values = np.asarray(values, dtype="S")
            if values.dtype.kind == "S":  # pydap sends an empty text with a byte too many
                values = np.where(values == b"", b" ", values)
            own = {k: plain(variable.getncattr(k)) for k in variable.ncattrs()}
            if values.dtype == "i1":  # to pydap a Byte is unsigned: the same bits
                values = values.view("u1")
                own = {k: v.view("u1") if getattr(v, "dtype", None) == "i1" else v
                       for k, v in own.items()}
            arrays[name] = (values, dims, own)
        for name, (values, dims, own) in arrays.items():
            array = lambda n: BaseType(n, arrays[n][0], dims=arrays[n][1], attributes=arrays[n][2])
            as_grid = lambda n: n not in arrays[n][1] and arrays[n][1] and all(
                d in arrays for d in arrays[n][1])
            if grids and as_grid(name):
                dataset[name] = GridType(name, attributes=own)
                dataset[name][name] = BaseType(name, values, dims=dims)
                for dim in dims:
                    dataset[name][dim] = array(dim)
            elif not grids or not any(name in arrays[n][1] for n in arrays if as_grid(n)):
                dataset[name] = array(name)
        for name, (_, _, own) in arrays.items():
            if name not in dataset:  # a DAS knows maps by their names
                dataset.attributes[name] = own
    return dataset


class DapServer:
    """Serves datasets by name; `mode` "sleep": values stop in the middle, and never go on;
    those of the variable `patient` wait a while for others to be asked for beside them."""

    def __init__(self, datasets):
        self.handlers = {name: BaseHandler(dataset) for name, dataset in datasets.items()}
        self.mode, self.patient, self.stopped = None, None, threading.Event()
        self.lock, self.asked = threading.Condition(), []
        self.running = self.most_at_once = 0

    def __enter__(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.httpd = make_server("127.0.0.1", 0, self.answer, threaded=True)
        self.httpd.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.httpd.shutdown()

    def reset(self):
        with self.lock:
            asked, self.asked, self.most_at_once = self.asked, [], 0
        return asked

    def answer(self, environ, start_response):
        path = environ["PATH_INFO"]
        query = urllib.parse.unquote(environ.get("QUERY_STRING", ""))
        with self.lock:
            self.asked.append(path + "?" + query)
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
            self.lock.notify_all()
            if self.patient is not None and query.startswith(self.patient + "["):
                self.lock.wait_for(lambda: self.most_at_once > 1, timeout=3)
        try:
            handler = self.handlers.get(path[1:].rsplit(".", 1)[0])
            if handler is None:
                start_response("404 Not Found", [("Content-Length", "0")])
                return
            body = b"".join(handler(environ, start_response))
            if self.mode != "sleep" or not path.endswith(".dods"):
                yield body
                return
            yield body[:len(body) // 2]
            self.stopped.wait(120)
        finally:
            with self.lock:
                self.running -= 1

"""Servers of data for tests: HTTP with ranges that counts, and S3 (moto)."""
import hashlib
import http.server
import logging
import os
import re
import threading
import time
import urllib.parse
from email.utils import formatdate


class RangeServer:
    """Serves a folder by HTTP with ranges, ETags and Last-Modified; records what was asked.

    `delay` seconds pass before each answer; `mode`: None, "sleep" (never answers), "fail" (503),
    "flaky" (503 to each request when it comes first), "plain" (ignores ranges), "cut" (ends in the
    middle of an answer).
    """

    def __init__(self, folder):
        self.folder, self.delay, self.mode = os.path.abspath(folder), 0.0, None
        self.asked, self.lock, self.stopped = [], threading.Lock(), threading.Event()
        self.known = set()
        self.running = self.most_at_once = 0

    def __enter__(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_HEAD(self):
                outer.answer(self, False)

            def do_GET(self):
                outer.answer(self, True)

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.httpd.server_address[1]}"
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.httpd.shutdown()
        self.httpd.server_close()

    def reset(self):
        with self.lock:
            asked, self.asked, self.most_at_once = self.asked, [], self.running
        return asked

    def answer(self, handler, with_body):
        path = urllib.parse.unquote(handler.path.split("?")[0]).lstrip("/")
        part = (path, handler.headers.get("Range"))
        with self.lock:
            first = part not in self.known
            self.known.add(part)
            self.asked.append((handler.command, path, handler.headers.get("Range")))
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
        try:
            self._answer(handler, path, with_body, first)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with self.lock:
                self.running -= 1

    def _answer(self, handler, path, with_body, first):
        if self.mode == "sleep":
            self.stopped.wait(120)
            handler.close_connection = True
            return
        time.sleep(self.delay)
        file = os.path.join(self.folder, path)
        if self.mode == "fail" or (self.mode == "flaky" and first):
            return self._head(handler, 503, 0)
        if not os.path.isfile(file):
            return self._head(handler, 404, 0)
        with open(file, "rb") as opened:
            content = opened.read()
        version = hashlib.md5(content).hexdigest()
        extra = {"ETag": f'"{version}"', "Accept-Ranges": "bytes",
                 "Last-Modified": formatdate(os.stat(file).st_mtime, usegmt=True)}
        status, part = 200, content
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", handler.headers.get("Range") or "")
        if wanted and self.mode != "plain":
            low, high = wanted.groups()
            begin = int(low) if low else max(0, len(content) - int(high))
            end = min(int(high) + 1 if low and high else len(content), len(content))
            if begin >= len(content):
                return self._head(handler, 416, 0, {"Content-Range": f"bytes */{len(content)}"})
            status, part = 206, content[begin:end]
            extra["Content-Range"] = f"bytes {begin}-{end - 1}/{len(content)}"
        self._head(handler, status, len(part), extra)
        if not with_body:
            return
        if self.mode == "cut":
            handler.wfile.write(part[:len(part) // 2])
            handler.close_connection = True
            return
        handler.wfile.write(part)

    @staticmethod
    def _head(handler, status, length, extra=None):
        handler.send_response(status)
        for name, value in (extra or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(length))
        handler.end_headers()


class S3:
    """moto's server with a bucket `data`, which wants signed requests; and files put into it."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        import boto3
        from moto.server import ThreadedMotoServer
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.endpoint = "http://%s:%d" % self.server.get_host_and_port()
        self.key, self.secret = "AKIAORACLE", "secret of the oracle/+="
        client = boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1",
                              aws_access_key_id=self.key, aws_secret_access_key=self.secret)
        client.create_bucket(Bucket="data")
        for place, _, files in os.walk(self.folder):
            for name in files:
                path = os.path.join(place, name)
                client.upload_file(path, "data", os.path.relpath(path, self.folder))
        self.client = client
        return self

    def __exit__(self, *_):
        self.server.stop()

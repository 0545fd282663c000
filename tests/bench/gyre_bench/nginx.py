"""nginx in front of one FastCGI or HTTP server, the same for all sides."""
import os
import subprocess

from . import ROOT

CONF = """daemon off;
master_process off;
pid {folder}/nginx.pid;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  {upstream}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
{server}
  }}
}}
"""

FASTCGI = """    location / {{
      fastcgi_pass unix:{socket};
      fastcgi_keep_conn off;
      fastcgi_buffer_size 32k;
      fastcgi_buffers 32 32k;
      fastcgi_max_temp_file_size 0;
      fastcgi_read_timeout 600s;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param SERVER_NAME $server_name;
      fastcgi_param SERVER_PORT $server_port;
      fastcgi_param SCRIPT_NAME /;
{more}
    }}"""


def fastcgi(socket, more=""):
    """A location for any FastCGI program."""
    return FASTCGI.format(socket=socket, more=more)


def for_gyre():
    """What operators include: conf/nginx-gyre.conf as it is."""
    return f'    include "{ROOT}/conf/nginx-gyre.conf";'


class Nginx:
    def __init__(self, folder, port, server, upstream=""):
        self.folder, self.process = folder, None
        with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(CONF.format(folder=folder, port=port, server=server, upstream=upstream))

    def start(self):
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        self.log = open(os.path.join(self.folder, "nginx.log"), "wb")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "nginx", "-e", "stderr", "-p", self.folder, "-c",
             os.path.join(self.folder, "nginx.conf")], env=dict(os.environ, PATH=path),
            stderr=self.log)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.log.close()
            self.process = None

"""How gunicorn serves Saring; it reads this file by itself. The settings are those of README.md."""

import os

from app.assets import ROOT
from app.compression import pack_files
from app.settings import Settings

settings = Settings.from_env(os.environ)

bind = f"{settings.bind}:{settings.port}"
workers = settings.web_workers
worker_class = "gthread"
threads = settings.web_threads
# Each worker builds its own database pool and encoder; only imported code is shared with the parent.
preload_app = False
# Seconds. A worker that blocks this long is replaced; one that is told to stop may finish what it has in hand.
timeout = 60
graceful_timeout = 10
keepalive = 5
# Heartbeat files in memory: on a busy disk they would make living workers look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - no file of ours is at stake
# All servers of one user would share one default socket.
control_socket_disable = True
loglevel = "warning"
# No access log is written by default. Whoever turns one on gets no addresses of people and nothing behind a question
# mark, where searches stand.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


def on_starting(server):
    """Pack the static files before any worker looks which ones there are."""
    try:
        pack_files(ROOT)
    except OSError as error:
        server.log.warning("static files go out unpacked: %s", error)


def post_worker_init(worker):
    """Warm the model up in each worker, after the fork and before its first visitor."""
    worker.wsgi.extensions["saring"].search.start()

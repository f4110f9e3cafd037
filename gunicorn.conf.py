"""How gunicorn serves the site: two processes of four threads, loaded once and then forked."""

import gc
import os

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

wsgi_app = "app:create_app()"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
loglevel = "warning"
proc_name = "community-book"
control_socket_disable = True


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """What was loaded stays for good: looking through it for rubbish costs every request, and unshares its memory."""
    gc.collect()
    gc.freeze()


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Database connections must not be shared across a fork: each process opens its own."""
    app = server.app.wsgi()
    database = app.extensions.get("sqlalchemy")
    if database is None:
        return
    with app.app_context():
        for engine in database.engines.values():
            engine.dispose(close=False)

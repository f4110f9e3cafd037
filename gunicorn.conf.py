"""How gunicorn serves the site: two processes of four threads, loaded once and then forked."""

import gc
import os
import sys

gc.disable()  # as in app.py, which turns it on again

from gunicorn.arbiter import Arbiter  # noqa: E402 - the line above comes first
from gunicorn.workers.base import Worker  # noqa: E402

from community_book.search.texts import warm  # noqa: E402
from community_book.web import logs, start  # noqa: E402

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
if os.environ.get("APP_ENV") == "production":
    logconfig_dict = logs.configuration()


def on_starting(server: Arbiter) -> None:
    """In production a site that is not as it must be does not start: a line for each reason, and exit code 1.

    The model of what texts mean is read here, once, so that all processes share its memory.
    """
    server.app.wsgi()
    reasons = start.reasons()
    if reasons:
        sys.stderr.write("\n".join(reasons) + "\n")
        sys.exit(1)
    warm()


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

"""The site as a browser sees it: a real server in a thread, and a dispatcher that hands on what was told."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from community_book.base import dispatcher, work
from community_book.base import settings as chosen
from community_book.base.tables import OutboxDelivery

HOST = "127.0.0.1"
SETTLE_SECONDS = 15


class Quiet(WSGIRequestHandler):
    """Does not write a line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - named so by Werkzeug
        return


class Faults(logging.Handler):
    """Keeps what the site logged as an error: a page that shows 500, a subscriber that failed."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@dataclass
class Site:
    """A running site. `faults` are the errors it logged so far."""

    app: Flask
    url: str
    faults: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Waits until every event has been handed to its subscribers (suggestions, notices, mail)."""
        give_up_at = time.monotonic() + SETTLE_SECONDS
        while True:
            with work.reading() as reading:
                waiting = reading.execute(
                    select(OutboxDelivery.subscriber, OutboxDelivery.last_error)
                    .where(OutboxDelivery.done_at_utc.is_(None))
                    .order_by(OutboxDelivery.id)
                ).all()
            failed = [f"{subscriber}: {error}" for subscriber, error in waiting if error]
            assert not failed, failed
            if not waiting:
                return
            assert time.monotonic() < give_up_at, f"still waiting: {[name for name, _ in waiting]}"
            time.sleep(0.05)


@contextmanager
def running(app: Flask) -> Iterator[Site]:
    """Serves an application whose acts really commit, until the end of the block."""
    faults = Faults()
    stop = threading.Event()
    server = make_server(HOST, 0, app, threaded=True, request_handler=Quiet)
    url = f"http://{HOST}:{server.server_port}"
    before = chosen.settings()
    chosen.use(replace(before, public_url=url))
    was_testing, app.testing = app.testing, False  # a fault must show its page, as it would to people
    logging.getLogger().addHandler(faults)
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="server"),
        threading.Thread(
            target=dispatcher.run_dispatcher, args=(stop,), kwargs={"pause_seconds": 0.1}, name="dispatcher"
        ),
        threading.Thread(target=dispatcher.run_pulse, args=(stop,), name="pulse"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield Site(app, url, faults.lines)
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join(timeout=10)
        server.server_close()
        logging.getLogger().removeHandler(faults)
        app.testing = was_testing
        chosen.use(before)

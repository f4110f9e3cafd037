"""Long and nightly jobs: huey, touched here only, with two worker threads inside `flask worker run`.

The queue lies in a file of its own beside the data, or in a schema of its own where the site uses PostgreSQL.
Jobs take names and ids, never rows, and are safe to run twice; huey may lose one that is running when the
process is killed, so nothing that must happen hangs on a job alone (events do: `base.outbox`).
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
from huey import crontab
from huey.api import Huey, PostgresHuey, SqliteHuey
from huey.consumer import Consumer
from sqlalchemy.engine import make_url

from community_book.base import housekeeping, registers, schedule
from community_book.base.settings import Settings, settings

WORKERS = 2
SCHEMA = "jobs"
STOP_SECONDS = 10
NIGHTLY = crontab(minute="30", hour="2")
EVERY_MINUTE = crontab(minute="*")
log = logging.getLogger(__name__)


class Jobs:
    """The queue of one installation, and its jobs."""

    def __init__(self, queue: Huey) -> None:
        self.queue = queue
        self._clock = queue.task(name="clock")(run_clock)
        self._housekeeping = queue.task(name="housekeeping")(run_housekeeping)
        queue.periodic_task(NIGHTLY, name="nightly")(run_housekeeping)
        queue.periodic_task(EVERY_MINUTE, name="clocks")(schedule.run_due_clocks)

    def ask_clock(self, name: str) -> None:
        """Puts one clock in the queue. Raises KeyError for a name no clock has."""
        registers.clocks()[name]
        self._clock(name)

    def ask_housekeeping(self) -> None:
        self._housekeeping()

    def waiting(self) -> int:
        return int(self.queue.pending_count())

    def start(self) -> Callable[[], None]:
        """Starts the worker threads and the scheduler; returns what stops them. From the main thread only.

        huey takes over the process's signals when it starts; whoever starts it says what they do, so they are
        put back as they were.
        """
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        consumer = Consumer(
            self.queue,
            workers=WORKERS,
            max_delay=2.0,
            check_worker_health=False,
            shutdown_timeout=STOP_SECONDS,
        )
        consumer.start()
        for number, handler in before.items():
            signal.signal(number, handler)

        def stop() -> None:
            consumer.stop(graceful=True)
            self.close()

        return stop

    def close(self) -> None:
        """Closes the store of the queue; it opens again when it is next used."""
        self.queue.storage.close()


def run_clock(name: str) -> int:
    """One act of the system that time brings; returns how many things it changed, 0 when it failed (it is logged)."""
    return schedule.run_and_note(name) or 0


def run_housekeeping() -> dict[str, int]:
    """Everything that is thrown away at night, by the floor and by each room; one fault does not stop the rest."""
    gone: dict[str, int] = {}
    for name, clean in {**housekeeping.of_the_floor(), **registers.housekeeping()}.items():
        try:
            gone[name] = clean()
        except Exception:  # as in the dispatcher
            log.exception("housekeeping of %s failed", name)
    log.info("housekeeping threw away %s", gone)
    return gone


def _queue(chosen: Settings) -> Huey:
    url = make_url(chosen.database_url)
    if url.get_backend_name() == "sqlite":
        chosen.data_dir.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("jobs", filename=str(Path(chosen.data_dir) / "jobs.sqlite3"), fsync=True, results=False)
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def connect() -> psycopg.Connection:
        connection = psycopg.connect(dsn, autocommit=True)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.execute(f"SET search_path TO {SCHEMA}")
        return connection

    return PostgresHuey("jobs", connection=connect, blocking=False, results=False)


def jobs() -> Jobs:
    """The queue of the settings in force; opens its store."""
    return Jobs(_queue(settings()))

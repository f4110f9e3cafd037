"""Jobs and housekeeping: what runs in the worker beside events and mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from community_book.base import clock, files, housekeeping, jobs, registers, throttle, work
from community_book.base.actor import anybody, system
from community_book.base.errors import TooMany
from community_book.base.settings import ROOT, settings
from community_book.base.tables import Attempt, FormKey, OutboxDelivery, OutboxEvent


@pytest.fixture
def ran(committed: Flask) -> Iterator[list[str]]:
    """What the clock "test.clock" did."""
    done: list[str] = []

    def tick() -> int:
        done.append("tick")
        return 4

    registers.add_clock("test.clock", tick, at=None)
    with closing(jobs.jobs()) as queue:
        queue.queue.flush()  # when a minute is over, a worker puts a job of its own into the queue
    yield done
    registers.held().clocks.pop("test.clock")


def waited(condition: object, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def clocks_asked(queue: jobs.Jobs) -> int:
    """How many single clocks wait: not what comes by itself each minute."""
    return sum(1 for task in queue.queue.pending() if task.name.endswith("clock"))


@pytest.mark.committed
def test_a_clock_that_was_asked_for_is_run_by_the_worker_threads(committed: Flask, ran: list[str]) -> None:
    queue = jobs.jobs()
    queue.ask_clock("test.clock")
    queue.ask_clock("test.clock")
    with pytest.raises(KeyError):
        queue.ask_clock("no.such")
    assert queue.waiting() == 2
    before = signal.getsignal(signal.SIGTERM)
    stop = queue.start()
    try:
        assert signal.getsignal(signal.SIGTERM) is before
        assert waited(lambda: ran == ["tick", "tick"])
    finally:
        started = time.monotonic()
        stop()
    assert time.monotonic() - started < 5
    with closing(jobs.jobs()) as after:
        assert clocks_asked(after) == 0


@pytest.mark.committed
def test_what_waits_survives_the_process_that_asked(committed: Flask, ran: list[str]) -> None:
    with closing(jobs.jobs()) as first:
        first.ask_clock("test.clock")
    later = jobs.jobs()
    assert clocks_asked(later) == 1
    stop = later.start()
    try:
        assert waited(lambda: ran == ["tick"])
    finally:
        stop()


@pytest.mark.committed
def test_the_queue_leaves_the_tables_of_the_site_alone(committed: Flask) -> None:
    from sqlalchemy import inspect

    with closing(jobs.jobs()) as queue:
        queue.waiting()
    engine = work.engine()
    assert not [name for name in inspect(engine).get_table_names() if name.startswith("huey")]
    if engine.dialect.name == "sqlite":
        assert (settings().data_dir / "jobs.sqlite3").exists()


@pytest.mark.committed
def test_the_commands_run_clocks_and_refuse_unknown_ones(committed: Flask, ran: list[str]) -> None:
    runner = committed.test_cli_runner()
    assert "test.clock: 4" in runner.invoke(args=["clocks", "run", "test.clock"]).output
    assert "test.clock: 4" in runner.invoke(args=["clocks", "run"]).output
    assert ran == ["tick", "tick"]
    assert "the worker will run it" in runner.invoke(args=["clocks", "ask", "test.clock"]).output
    with closing(jobs.jobs()) as queue:
        assert clocks_asked(queue) == 1
        queue.queue.flush()
    for command in ("run", "ask"):
        refused = runner.invoke(args=["clocks", command, "no.such"])
        assert refused.exit_code != 0
        assert "There is no clock no.such" in refused.output
    assert "form keys: " in runner.invoke(args=["worker", "housekeeping"]).output


def test_the_floor_throws_away_what_is_over_and_keeps_the_rest(app: Flask, reading: work.Reading) -> None:
    now = clock.now_utc()
    with work.bookkeeping(system("test")) as session:
        for days in (1, 29, 31):
            session.add(FormKey(key=f"k{days}", subject_kind="x", subject_reference="y", used_at_utc=ago(days)))
        for days in (0, 2):
            session.add(Attempt(purpose="x", who=str(days), at_utc=ago(days)))
        for days, is_done in ((200, True), (199, False), (100, True), (10, True), (0, True)):
            event = OutboxEvent(name="x", payload={"days": days, "done": is_done}, at_utc=ago(days))
            session.add(event)
            session.flush()
            session.add(OutboxDelivery(event_id=event.id, subscriber="x", done_at_utc=ago(days) if is_done else None))
    for name, clean in housekeeping.of_the_floor().items():
        assert clean() >= 0, name
    assert {row.key for row in reading.query(FormKey)} == {"k1", "k29"}
    assert {row.who for row in reading.query(Attempt)} == {"0"}
    assert [row.payload["days"] for row in reading.query(OutboxEvent).order_by(OutboxEvent.id)] == [199, 10, 0]
    assert reading.query(OutboxDelivery).count() == 3
    with clock.held_at(now + timedelta(days=1000)):
        for clean in housekeeping.of_the_floor().values():
            clean()
    assert [row.payload["days"] for row in reading.query(OutboxEvent).order_by(OutboxEvent.id)] == [199, 0]


def ago(days: int) -> datetime:
    return clock.now_utc() - timedelta(days=days)


def test_files_whose_writing_was_broken_off_are_swept_up_after_a_day(tmp_path: Path) -> None:
    store = files.FolderStore(tmp_path / "store")
    kept = store.put(b"evidence")
    for name, hours in (("incoming-old", 25), ("incoming-new", 1)):
        path = tmp_path / "store" / name
        path.write_bytes(b"half")
        os.utime(path, (time.time() - hours * 3600,) * 2)
    assert store.sweep_incoming(timedelta(hours=24)) == 1
    assert (tmp_path / "store" / "incoming-new").exists()
    assert store.has(kept)
    assert files.FolderStore(tmp_path / "nowhere").sweep_incoming(timedelta(hours=24)) == 0


def test_one_fault_does_not_stop_the_rest_of_the_housekeeping(app: Flask) -> None:
    def broken() -> int:
        raise RuntimeError("cannot")

    registers.add_housekeeping("a test broken", broken)
    registers.add_housekeeping("z test works", lambda: 7)
    try:
        gone = jobs.run_housekeeping()
    finally:
        for name in ("a test broken", "z test works"):
            registers.held().housekeeping.pop(name)
    assert gone["z test works"] == 7
    assert "a test broken" not in gone
    assert {"people", "notices", "form keys", "outbox"} <= set(gone)


@pytest.mark.committed
def test_tries_are_counted_exactly_however_many_come_at_once(committed: Flask) -> None:
    import threading

    together, ended = threading.Barrier(8), list[bool]()

    def attempt() -> None:
        together.wait()
        for _ in range(4):
            try:
                throttle.count_try(anybody(), "test", "one address", at_most=10, within_minutes=5)
            except TooMany:
                ended.append(False)
            else:
                ended.append(True)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (ended.count(True), ended.count(False)) == (10, 22)


@pytest.mark.committed
def test_the_worker_starts_does_what_waits_and_stops_cleanly_when_told(committed: Flask) -> None:
    """The real process, as `make run` starts it."""
    environment = {
        **os.environ,
        "DATA_DIR": str(settings().data_dir),
        "DATABASE_URL": settings().database_url,
        "SECRET_KEY": "t" * 64,
        "APP_ENV": "test",
        "FLASK_APP": "app",
    }
    from tests.makers_people import with_password

    person = with_password()
    with work.bookkeeping(system("test")) as session:
        session.tell("PasswordChanged", person_id=person.id)
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "worker", "run"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        wanted = settings().mail_dir
        assert waited(lambda: any((person.email or "") in path.read_text() for path in wanted.glob("*.eml")), 60)
    finally:
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert time.monotonic() - started < 10
    assert "Traceback" not in said

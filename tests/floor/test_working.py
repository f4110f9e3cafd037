"""Reading and writing on a real database: pragmas, waiting for others, one record for a form sent twice."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.errors import AlreadyDone, Busy, WrongState
from community_book.base.settings import ROOT
from community_book.base.tables import FormKey
from community_book.organisations.tables import Organisation
from community_book.people.tables import Invitation
from tests.conftest import Template
from tests.makers import actor_for, client_of, make_organisation
from tests.makers_people import lead
from tests.support.databases import ON_SQLITE

pytestmark = pytest.mark.committed
KEY = "k" * 32
ON_POSTGRESQL = pytest.mark.parametrize("template", ["postgresql"], indirect=True, scope="session")


@pytest.fixture
def actor(committed: Flask) -> Actor:
    return actor_for(make_organisation(), Role.GROUP_LEAD)


@ON_SQLITE
def test_every_connection_to_sqlite_is_set_up_to_lose_nothing(template: Template, tmp_path: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    set_up = """
import sys
from sqlalchemy import text
from community_book.base import work
engine = work.make_engine(sys.argv[1])
with engine.connect() as one, engine.connect() as two:
    for connection in (one, two):
        print(*(connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in sys.argv[2:]))
"""  # in a process of its own: those of the tests do not wait for the disk
    with template.copy() as url:
        asked = [sys.executable, "-c", set_up, url, *wanted]
        said = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert said.splitlines() == [" ".join(str(value) for value in wanted.values())] * 2


@ON_POSTGRESQL
def test_postgresql_gives_up_on_a_lock_after_five_seconds_and_speaks_utc(committed: Flask) -> None:
    with work.reading() as reading:
        for name, value in (("lock_timeout", "5s"), ("statement_timeout", "30s"), ("TimeZone", "utc")):
            assert reading.execute(text(f"SHOW {name}")).scalar_one().lower() == value


def test_a_form_sent_twice_makes_one_record(actor: Actor) -> None:
    def act() -> None:
        with work.work(actor.for_form(KEY + "twice")) as session:
            session.record("test.act", "need:N-234567")

    act()
    with pytest.raises(AlreadyDone) as done:
        act()
    assert (done.value.subject_kind, done.value.subject_reference) == ("need", "N-234567")


def test_a_form_that_was_refused_may_be_sent_again(actor: Actor) -> None:
    with suppress(ZeroDivisionError), work.work(actor.for_form(KEY + "again")) as session:
        session.record("test.act", "need:N-234567")
        raise ZeroDivisionError
    with work.work(actor.for_form(KEY + "again")) as session:
        session.record("test.act", "need:N-234567")


def test_a_form_sent_eight_times_at_once_makes_one_record(committed: Flask) -> None:
    group = make_organisation()
    person = lead(group)
    url = f"/organisations/{group.reference}/people/invite"
    first = client_of(committed, person.id, group.id)
    shown = first.get(url).get_data(as_text=True)
    data = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("_token", "_key")}  # type: ignore[index]
    data |= {"email": "eight@test.example", "role": "group_member"}
    with first.session_transaction() as cookie:
        kept = dict(cookie)
    together, answers = threading.Barrier(8), list[int]()

    def send_it() -> None:
        browser = committed.test_client()
        with browser.session_transaction() as cookie:
            cookie.update(kept)
        together.wait()
        answers.append(browser.post(url, data=data).status_code)

    threads = [threading.Thread(target=send_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 8
    with work.reading() as reading:
        assert reading.query(Invitation).filter_by(email="eight@test.example").count() == 1
        assert reading.query(FormKey).filter_by(key=data["_key"]).count() == 1


def test_who_waits_too_long_is_told_so_and_keeps_what_was_typed(
    committed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the row, or on SQLite the whole database, for longer than anybody waits."""
    group = make_organisation()
    person = lead(group)
    browser = client_of(committed, person.id, group.id)
    url = f"/organisations/{group.reference}/edit"
    shown = browser.get(url).get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', shown)
    holds, release = threading.Event(), threading.Event()

    def hold() -> None:
        with work.bookkeeping(system("somebody else")) as session:
            session.execute(update(Organisation).where(Organisation.id == group.id).values(website=""))
            holds.set()
            release.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    assert holds.wait(10)
    started = time.monotonic()
    try:
        answer = browser.post(
            url, data={"_token": token[1] if token else "", "description": "Kept & “typed” <words>", "version": "1"}
        )
        read = browser.get(f"/organisations/{group.reference}")
    finally:
        release.set()
        other.join()
    assert 4 <= time.monotonic() - started <= 15
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    page = answer.get_data(as_text=True)
    assert "The site is busy" in page
    assert 'value="Kept &amp; “typed” &lt;words&gt;"' in page
    assert read.status_code == 200, "reading goes on meanwhile"
    again = browser.post(
        url, data={"_token": token[1] if token else "", "description": "Kept & “typed” <words>", "version": "1"}
    )
    assert again.status_code == 303


def test_waiting_too_long_below_the_pages_is_busy_too(actor: Actor) -> None:
    holds, release, ended = threading.Event(), threading.Event(), list[Any]()
    group = make_organisation()

    def hold() -> None:
        with work.bookkeeping(system("somebody else")) as session:
            session.execute(update(Organisation).where(Organisation.id == group.id).values(website=""))
            holds.set()
            release.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    assert holds.wait(10)
    try:
        with pytest.raises(Busy), work.work(actor) as session:
            session.execute(update(Organisation).where(Organisation.id == group.id).values(website="x"))
    finally:
        release.set()
        other.join()
    assert ended == []


def test_reading_before_writing_never_fails_for_being_too_early(committed: Flask) -> None:
    """The fault that read-then-write in one transaction has on SQLite: here the Work is a transaction of its own."""
    group, faults = make_organisation(), list[BaseException]()
    actor = actor_for(group, Role.GROUP_LEAD)

    def act() -> None:
        try:
            for _ in range(5):
                with work.reading() as reading:
                    reading.query(Organisation).count()
                with work.work(actor) as session:
                    row = session.get_one(Organisation, group.id)
                    work.lock_row(session, row)
                    work.require_version(row, None)
                    session.record("test.act", "need:N-234567")
        except BaseException as fault:  # noqa: BLE001 - a thread's fault must reach the test
            faults.append(fault)

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with work.reading() as reading:
        assert reading.get_one(Organisation, group.id).version == 41


def test_a_stale_version_is_refused(committed: Flask) -> None:
    group = make_organisation()
    with work.bookkeeping(system("test")) as session:
        row = session.get_one(Organisation, group.id)
        with pytest.raises(WrongState, match="Somebody changed this"):
            work.require_version(row, 7)
        work.require_version(row, 1)
        assert row.version == 2

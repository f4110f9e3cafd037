"""A disk that is full or read-only: who sends something is told so, nothing is half saved, and it goes on after."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from community_book.base import files, work
from community_book.base.actor import Role
from community_book.base.errors import NoRoom
from community_book.web.database import db
from tests.makers import client_of, make_organisation, make_person, send
from tests.makers_commitments import make_commitment, make_pair
from tests.makers_deliveries import a_file, new_report

pytestmark = pytest.mark.committed


@contextmanager
def every_connection(engine: Engine, during: str, *, after: str) -> Iterator[None]:
    """Says something to each connection that is given out, and something else once the block is over."""
    said = during

    @event.listens_for(engine, "checkout")
    def tell(connection: Any, _record: Any, _proxy: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(said)
        cursor.close()
        if engine.dialect.name == "postgresql":
            connection.commit()

    try:
        yield
    finally:
        said = after


def full(engine: Engine) -> Any:
    """No page more than there are: SQLite says so itself, as it does on a full disk."""
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    return every_connection(engine, f"PRAGMA max_page_count={pages}", after="PRAGMA max_page_count=4294967294")


def read_only(engine: Engine) -> Any:
    if engine.dialect.name == "sqlite":
        return every_connection(engine, "PRAGMA query_only=ON", after="PRAGMA query_only=OFF")
    setting = "default_transaction_read_only"
    return every_connection(engine, f"SET {setting} = on", after=f"SET {setting} = off")


@pytest.mark.parametrize("disk", [full, read_only])
def test_who_sends_something_is_told_and_sends_it_again_later(committed: Flask, disk: Callable[[Engine], Any]) -> None:
    with committed.app_context():
        engine = db.engine
    if disk is full and engine.dialect.name != "sqlite":
        return  # PostgreSQL has no such switch: `make torture` fills a disk
    group = make_organisation()
    browser = client_of(committed, make_person(belongs_to=group, role=Role.GROUP_LEAD).id, group.id)
    url, words = f"/organisations/{group.reference}/edit", "We cook and eat together. " * 60
    shown = browser.get(url)
    assert shown.status_code == 200
    with committed.test_request_context(), disk(engine):
        for version in range(1, 100):  # the first may still find room within the pages there are
            answer = send(browser, url, description=f"{words}{version}", version=str(version))
            if answer.status_code != 303:
                break
        read = browser.get(f"/organisations/{group.reference}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "full or cannot be written to" in page
    assert "We cook and eat together." in page, "what was typed is kept"
    assert read.status_code == 200
    assert f"{words}{version}" not in read.get_data(as_text=True)
    assert send(browser, url, description=f"{words}{version}", version=str(version)).status_code == 303


def test_a_file_that_finds_no_room_leaves_neither_report_nor_file(
    committed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cwb.deliveries import actions

    pair = make_pair()
    commitment = make_commitment(pair)
    store = files.store()
    before = set(store.hashes())

    def no_room(_source: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "put_from", no_room)
    monkeypatch.setattr(store, "put", no_room)
    with pytest.raises((NoRoom, OSError)) as told:
        actions.report(pair.offering, commitment, new_report(), [a_file()])
    assert work.is_without_room(told.value) if isinstance(told.value, OSError) else True
    with work.reading() as reading:
        assert reading.execute(text("SELECT count(*) FROM deliveries")).scalar_one() == 0
    assert set(store.hashes()) == before

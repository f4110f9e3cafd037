"""Browsers, and counting what a page asks of the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from community_book.base import work
from community_book.base.actor import Actor

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def browser(signed_in: Callable[..., FlaskClient]) -> Browser:
    """A browser signed in as an actor: browser(actor)."""
    return lambda actor: signed_in(actor.person_id, actor.organisation_id)


def text(answer: Any) -> str:
    """What an answer's page says, its white space squeezed."""
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements run inside."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")):
            statements.append(statement)

    engine = work.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""Counts what is asked of the database: a page asks at most 15 times, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


class Counted(list[str]):
    """The statements sent, in order; transaction words are not counted."""


@contextmanager
def statements() -> Iterator[Counted]:
    """with statements() as asked: ...; len(asked)"""
    found = Counted()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)

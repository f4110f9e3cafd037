"""Which of the rules that must always be true a test can have broken: those that read a table it wrote to.

Before the first test each rule is asked of the empty database, and the tables it reads are written down. A rule
whose tables a test left alone takes the same way through them as then and finds the same, so it need not be asked
again. Asking all of them after each of some thousand tests took a seventh of the time.

A test that is rolled back runs on SQLite too and does the same there: on PostgreSQL only tests that commit are asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event

from community_book.base import registers, work
from community_book.base.tables import Base

_WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
_WORDS = re.compile(r"\w+")


class Touched:
    """Listens to what is said to a database, from its making on."""

    def __init__(self, engine: Engine) -> None:
        self._tables = frozenset(Base.metadata.tables)
        self._is_asked = engine.dialect.name == "sqlite"
        self._read: set[str] = set()
        self._written: set[str] = set()
        self._is_first_time = True
        self.was_spoken_to = False
        self.listen_to(engine)
        self.reads_of = {name: self._tables_read_by(check) for name, check in registers.invariants().items()}
        self._is_first_time = False

    def listen_to(self, engine: Engine) -> None:
        """Another database a test may work on, as empty of breaches as the first."""
        event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        self.was_spoken_to = True
        if not statement.startswith("SELECT"):
            self._written.update(_WRITES.findall(statement))
        if self._is_first_time:
            self._read |= self._tables.intersection(_WORDS.findall(statement))

    def _tables_read_by(self, check: Callable[[Any], Any]) -> frozenset[str]:
        self._read = set()
        with work.reading() as reading:
            assert list(check(reading)) == []
        return frozenset(self._read)

    def forget(self) -> None:
        """A test begins."""
        self._written.clear()
        self.was_spoken_to = False

    def breaches(self) -> list[str]:
        """What the acts of a test broke, of the rules that read a table it wrote to."""
        if not self._is_asked or "audit_entries" not in self._written:
            return []
        held = registers.invariants()  # a test may leave only some of them
        names = [name for name, reads in self.reads_of.items() if reads & self._written and name in held]
        with work.reading() as reading:
            return [str(breach) for name in names for breach in registers.invariants()[name](reading)]

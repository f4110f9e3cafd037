"""Where the crowd's rows and acts are gathered before they are written, many at a time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from community_book.base.actor import Actor
from community_book.base.audit import Entry
from community_book.base.clock import quarter_of
from community_book.base.references import ALPHABET
from community_book.base.tables import Base, insert_rows
from community_book.base.work import Work
from cwb.demo.borough import Borough

FIRST_ID = 20_001
"""Rows of the crowd are numbered from here, so that those of the small borough keep their own numbers."""
AT_ONCE = 5_000
FOR_COPIES = ALPHABET[:4]
"""References of copies of the crowd begin with these, and end as those of the crowd do (crowd/copying.py)."""
EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Player:
    """Somebody of the crowd and the organisation they act as."""

    person_id: int
    organisation_id: int
    actor: Actor
    name: str


class Chronicle:
    """Rows by table, acts with the moment of each, and one source of chance for all of it."""

    def __init__(self, borough: Borough, seed: int) -> None:
        self.borough = borough
        self.chance = random.Random(f"crowd {seed}")
        self.rows: dict[type[Base], list[dict[str, Any]]] = {}
        self.acts: list[Entry] = []
        self.officer = borough.person("officer")
        self.verifiers = (borough.person("verifier"), borough.person("verifier.two"))
        self.password_hash = ""
        self._ids: dict[type[Base], int] = {}
        self.references: set[str] = set()
        self._tails: set[tuple[str, str]] = set()

    def day(self, week: float) -> date:
        """A working day about so many weeks from the borough's Monday."""
        found = self.borough.monday + timedelta(days=round(week * 7))
        return found - timedelta(days=max(0, found.weekday() - 4))

    def lately(self, days: int) -> date:
        """A working day within so many days before the borough's own day."""
        found = self.borough.as_of - timedelta(days=self.chance.randrange(1, days + 1))
        return found - timedelta(days=max(0, found.weekday() - 4))

    def moment(self, day: date) -> datetime:
        """Some time in office hours of a day."""
        return self.borough.moment(day, self.chance.randrange(9, 17), self.chance.randrange(60))

    def add(self, table: type[Base], **values: Any) -> int:
        """Gathers one row with a number of its own; returns the number."""
        number = self._ids.get(table, FIRST_ID)
        self._ids[table] = number + 1
        self.rows.setdefault(table, []).append({"id": number, **values})
        return number

    def join(self, table: type[Base], **values: Any) -> None:
        """Gathers a row of a table that joins two others."""
        self.rows.setdefault(table, []).append(values)

    def public(self, prefix: str, made: datetime) -> dict[str, Any]:
        """UUID, reference and version of a row people name."""
        letters = "".join(self.chance.choices(ALPHABET, k=6))
        while letters[0] in FOR_COPIES or (prefix, letters[2:]) in self._tails:
            letters = "".join(self.chance.choices(ALPHABET, k=6))
        self._tails.add((prefix, letters[2:]))
        reference = f"{prefix}-{letters}"
        self.references.add(reference)
        uuid = UUID(bytes=self.own_bytes(16), version=4)
        return {"uuid": uuid, "reference": reference, "version": 1, "created_at_utc": made}

    def own_bytes(self, count: int) -> bytes:
        """Bytes of chance of which the first is never 0: those of copies begin so (crowd/copying.py)."""
        return bytes([self.chance.randrange(1, 256)]) + self.chance.randbytes(count - 1)

    def record(
        self,
        at: datetime,
        actor: Actor,
        act: str,
        *subjects: str,
        facts: Mapping[str, Any] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Notes an act as it would stand in the audit chain."""
        words = {name: value for name, value in (texts or {}).items() if value}
        self.acts.append(Entry(act, subjects, dict(facts or {}), words, actor, at))

    def shuffled(self, things: Iterable[Any]) -> list[Any]:
        found = list(things)
        self.chance.shuffle(found)
        return found

    @property
    def tables(self) -> list[str]:
        """The names of the tables that hold somebody or something of the crowd."""
        return [table.__tablename__ for table in self.rows]

    def in_order_of_time(self) -> list[Entry]:
        """The acts, oldest first; those of one moment as they were noted."""
        return sorted(self.acts, key=lambda entry: entry.at_utc or EARLIEST)

    def write(self, work: Work) -> int:
        """Writes every row that was gathered; returns how many. Tables in the order of their foreign keys."""
        connection, written = work.connection(), 0
        order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
        for table in sorted(self.rows, key=lambda one: order[one.__tablename__]):
            rows = self.rows[table]
            written += len(rows)
            for start in range(0, len(rows), AT_ONCE):
                insert_rows(connection, table, rows[start : start + AT_ONCE])
            rows.clear()  # given back table by table; the names of the tables stay
            if connection.dialect.name == "postgresql" and table in self._ids:
                highest = connection.execute(select(func.max(Base.metadata.tables[table.__tablename__].c.id))).scalar()
                sequence = "SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)"
                connection.execute(text(sequence), {"table": table.__tablename__, "highest": highest})
        return written


def stamp(entry: Mapping[str, Any], *, figure: str, amount: int, day: date, at: datetime, act: str) -> dict[str, Any]:
    """A ledger entry with the stamps of its pledge, commitment or delivery."""
    return {
        **entry,
        "figure": figure,
        "amount": amount,
        "happened_on": day,
        "booked_at_utc": at,
        "period": quarter_of(day),
        "how": "checked" if figure == "verified" else "",
        "reverses_id": None,
        "act": act,
    }

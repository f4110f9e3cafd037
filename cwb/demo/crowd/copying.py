"""A region: the crowd of one borough written many times over, its rows by the database itself, its acts one by one.

A copy differs from the crowd in what must be its own: numbers, references, UUIDs, names, addresses, registered
numbers. It keeps days, amounts, words and states, so that what is true of the crowd is true of every copy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from community_book.base.actor import Actor
from community_book.base.audit import Entry
from community_book.base.references import ALPHABET
from community_book.base.tables import Base
from cwb.demo.crowd.chronicle import FIRST_ID

STRIDE = 100_000
"""How far the numbers of one copy lie from those of the next; no table of the crowd has so many rows."""
TAIL = 4
"""The last letters of a reference are the crowd's own; the two before them tell the copy."""
NUMBERS_APART = 1_000
"""How far the registered numbers of one copy lie below those of the one before, all below the small borough's."""


def code_of(copy: int) -> str:
    """Two letters that tell a copy in its references."""
    return ALPHABET[copy // len(ALPHABET)] + ALPHABET[copy % len(ALPHABET)]


def copied_reference(reference: str, copy: int) -> str:
    """The same thing's reference in a copy: N-7K2M9Q becomes N-352M9Q in the second."""
    return reference[: -TAIL - 2] + code_of(copy) + reference[-TAIL:]


JOINING: Mapping[str, tuple[str, str]] = {"suggestions": ("pledge_id", "part_id")}
"""Tables the crowd did not number itself: a row is copied where both of what it joins belong to the crowd."""


@dataclass(frozen=True)
class Copies:
    """So many copies beside the crowd itself, which is number 0; `references` are those the crowd gave out."""

    count: int
    references: Collection[str]

    def of_entry(self, entry: Entry) -> Iterator[Entry]:
        """The same act in every copy, at the same moment."""
        for copy in range(1, self.count + 1):
            yield replace(
                entry,
                subjects=tuple(self._subject(subject, copy) for subject in entry.subjects),
                facts=self._facts(entry.facts, copy),
                actor=self._actor(entry.actor, copy),
            )

    def _subject(self, subject: str, copy: int) -> str:
        kind, _, reference = subject.partition(":")
        return f"{kind}:{copied_reference(reference, copy)}" if reference in self.references else subject

    def _facts(self, facts: dict[str, Any], copy: int) -> dict[str, Any]:
        """The numbers of sessions are the only ones an act of the crowd tells."""
        told = facts.get("sessions")
        return {**facts, "sessions": [one + copy * STRIDE for one in told]} if told else facts

    def _actor(self, actor: Actor, copy: int) -> Actor:
        if actor.person_id is None or actor.person_id < FIRST_ID:
            return actor
        return replace(
            actor,
            pseudonym=f"{copy:04x}{actor.pseudonym[4:]}",
            organisation_reference=copied_reference(actor.organisation_reference, copy),
        )


# --- rows -----------------------------------------------------------------------------------------------

_LOWER_NUMBER = "CAST(CAST({name} AS INTEGER) - (:copy + 20) * :apart AS TEXT)"
_OWN: Mapping[tuple[str, str], str] = {
    ("organisations", "name"): "name || ' ' || :number",
    ("group_entries", "asked_name"): "asked_name || ' ' || :number",
    ("organisation_identifiers", "value"): _LOWER_NUMBER.format(name="value"),
    ("group_entries", "asked_identifier"): "CASE WHEN asked_identifier = '' THEN '' ELSE "
    + _LOWER_NUMBER.format(name="asked_identifier")
    + " END",
    ("people", "email"): "replace(email, '@', :address)",
    ("group_entries", "contact_email"): "replace(contact_email, '@', :address)",
    ("group_entries", "asked_by_email"): "replace(asked_by_email, '@', :address)",
    ("people", "pseudonym"): ":hex || substr(pseudonym, 5)",
}
_UUID = {
    "sqlite": ":hex || substr(uuid, 5)",
    "postgresql": "CAST(:hex || substr(CAST(uuid AS TEXT), 5) AS uuid)",
}


def _in_a_copy(table: str, column: str, dialect: str) -> str:
    """What a column holds in a copy, as SQL over the crowd's own row."""
    if (table, column) in _OWN:
        return _OWN[table, column]
    if column == "uuid":
        return _UUID[dialect]
    if column == "reference":
        before, after = f"length(reference) - {TAIL + 2}", f"length(reference) - {TAIL - 1}"
        return f"substr(reference, 1, {before}) || :code || substr(reference, {after})"
    if column == "id" or column.endswith("_id"):
        return f"CASE WHEN {column} >= {FIRST_ID} THEN {column} + :shift ELSE {column} END"
    return column


def _statement(table: str, dialect: str) -> str:
    """Copies the rows of the crowd; of a table the crowd did not number, those that join two of its things."""
    columns = [column.name for column in Base.metadata.tables[table].columns]
    keys = ["id"] if "id" in columns else [name for name in columns if name.endswith("_id")][:1]
    if table in JOINING:
        columns.remove("id")
        keys = list(JOINING[table])
    copied = ", ".join(_in_a_copy(table, column, dialect) for column in columns)
    of_the_crowd = " AND ".join(f"{key} BETWEEN {FIRST_ID} AND {FIRST_ID + STRIDE - 1}" for key in keys)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {copied} FROM {table} "  # noqa: S608 - our own tables
        f"WHERE {of_the_crowd} ORDER BY {keys[0]}"
    )


def copy_rows(
    connection: Connection, tables: Sequence[str], count: int, said: Callable[[float], None] = lambda _share: None
) -> int:
    """Writes the crowd's rows of these tables so many times again, in the order of their foreign keys.

    `said` hears the share that is done. Returns how many rows were written.
    """
    wanted_tables = {*tables, *JOINING}
    ordered = [table.name for table in Base.metadata.sorted_tables if table.name in wanted_tables]
    written = 0
    for place, table in enumerate(ordered):
        statement = text(_statement(table, connection.dialect.name))
        asked = statement.compile().params
        for copy in range(1, count + 1):
            known = {
                "shift": copy * STRIDE,
                "copy": copy,
                "apart": NUMBERS_APART,
                "number": str(copy + 1),
                "code": code_of(copy),
                "hex": f"{copy:04x}",
                "address": f".{copy}@",
            }
            done = connection.execute(statement, {name: known[name] for name in asked})
            written += done.rowcount
            said((place + copy / count) / len(ordered))
        if table not in JOINING:
            _go_on_counting(connection, table)
    return written


def _go_on_counting(connection: Connection, table: str) -> None:
    """On PostgreSQL the next number of a table comes after the copies."""
    if connection.dialect.name == "postgresql" and "id" in Base.metadata.tables[table].columns:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
            {"table": table, "last": FIRST_ID + (STRIDE * 1_000)},
        )

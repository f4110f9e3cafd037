"""No table is forgotten when somebody is erased: read from the tables, so that one added later is asked about too."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Text, select

from community_book.base import registers, work
from community_book.base.actor import system
from community_book.base.scrubbing import NOT_WORDS, REMOVED, STAYS, columns_of_words, columns_with, scrub, what_names
from community_book.base.tables import Base
from community_book.concerns.tables import Concern
from tests.makers_concerns import make_concern
from tests.makers_people import with_password

ROOM_OF: dict[str, str] = {"people": "account"}
"""Rooms whose part of erasure has another name."""

KEPT: dict[str, str] = {
    "checking.batches": "who opened and decided: an id, whose account has no name any more",
    "concerns.concern_notes": "the safeguarding record stays; the words lose the name",
    "continuity.undertakings": "who did and undid it: an id, whose account has no name any more",
    "matching.rounds": "who began and ended a round: an id, whose account has no name any more",
    "matching.round_marks": "who struck out a pair: an id, whose account has no name any more",
}
"""Tables with a person's id whose room has no eraser of its own, each with the reason."""


def tables_with_people() -> dict[str, str]:
    """Every table that points to a person, and the room it is in."""
    rooms = {}
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if any(key.column.table.name == "people" for key in table.foreign_keys):
            rooms[str(table.name)] = mapper.class_.__module__.split(".")[1]  # type: ignore[attr-defined]
    return rooms


def test_every_room_that_knows_people_has_its_part_in_erasing_or_says_why_not(app: Flask) -> None:
    erased = set(registers.persons_data())
    found = tables_with_people()
    assert len(found) > 20
    missing = {
        f"{room}.{table}"
        for table, room in found.items()
        if ROOM_OF.get(room, room) not in erased and f"{room}.{table}" not in KEPT
    }
    assert missing == set(), "say what erasing does there: registers.add_persons_data, or KEPT with a reason"
    assert {name.partition(".")[2] for name in KEPT} <= set(found), "KEPT names a table that knows nobody"


def test_what_stays_names_only_tables_there_are() -> None:
    assert set(STAYS) <= set(Base.metadata.tables)
    assert all(STAYS.values())


def test_every_column_of_words_is_emptied_of_a_name_or_its_table_says_why_it_stays() -> None:
    covered = {(column.table.name, column.name) for column in columns_of_words()}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Text) and not column.name.endswith(NOT_WORDS):
                assert (table.name, column.name) in covered or table.name in STAYS, (table.name, column.name)
    assert {("needs", "story"), ("deliveries", "what_happened"), ("pay_attestations", "why")} <= covered


def test_a_name_in_anybodys_words_goes_and_everything_else_stays(app: Flask, reading: work.Reading) -> None:
    person = with_password("Wilhelmina Quagmire")
    make_concern(what=f"Ask Wilhelmina Quagmire, 01632 960777 or {person.email}: 100% of us know Wilhelmina")
    make_concern(what="A stranger comes")
    names = what_names(person.name, {person.email or "", "01632 960777"})
    with work.reading() as before:
        columns = columns_with(before, names)
    assert [(column.table.name, column.name) for column in columns] == [("concerns", "what")]
    with work.bookkeeping(system("test")) as session:
        assert scrub(session, names, columns) == 1
    assert set(reading.execute(select(Concern.what)).scalars()) == {
        f"Ask {REMOVED}, {REMOVED} or {REMOVED}: 100% of us know Wilhelmina",
        "A stranger comes",
    }


def test_what_like_means_is_not_meant_in_a_name(app: Flask, reading: work.Reading) -> None:
    make_concern(what="Ann%Other is no name; Ann xx Other is one")
    names = ["Ann%% Other", "Ann _x Other"]
    assert columns_with(reading, names) == []
    with work.bookkeeping(system("test")) as session:
        assert scrub(session, names, list(columns_of_words())) == 0


def test_a_name_of_one_word_is_not_taken_out_of_everybodys_sentences() -> None:
    assert what_names("May", {"may@test.example", "999", ""}) == ["may@test.example"]
    assert what_names("May Fly", set()) == ["May Fly"]

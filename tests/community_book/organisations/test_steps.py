"""What other rooms build on: making organisations, their numbers, finding them."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import system
from community_book.base.errors import NotThere, Refused
from community_book.organisations import actions, queries
from tests.makers import make_organisation


def made(name: str, *numbers: tuple[str, str]) -> int:
    with work.bookkeeping(system("test")) as session:
        return actions.make_organisation(session, name, identifiers=numbers)


def test_an_organisation_is_found_by_any_of_its_numbers_however_typed(app: Flask, reading: work.Reading) -> None:
    club = made("  Lunch   club ", ("GB-COH", "234567"), ("GB-CHC", "1090095"))
    for scheme, typed in (("GB-COH", "00234567"), ("GB-COH", " 234 567 "), ("UK-CHTY", "1090095")):
        found = queries.find_by_identifier(reading, scheme, typed)
        assert found is not None
        assert (found.id, found.name) == (club, "Lunch club")
        assert [(n.org_id, n.is_primary) for n in found.identifiers] == [
            ("GB-COH-00234567", True),
            ("GB-CHC-1090095", False),
        ]
    for scheme, typed in (("GB-COH", "1"), ("GB-XYZ", "234567"), ("GB-CHC", "nonsense"), ("", "")):
        assert queries.find_by_identifier(reading, scheme, typed) is None


def test_the_first_number_is_shown_first_until_another_is_made_so(app: Flask, reading: work.Reading) -> None:
    club = made("Lunch club")
    with work.bookkeeping(system("test")) as session:
        actions.add_identifier(session, club, "GB-CHC", "1090095")
        actions.add_identifier(session, club, "GB-COH", "234567")
        actions.add_identifier(session, club, "GB-COH", "00234567")
    shown = queries.organisations(reading, [club])[club].identifiers
    assert [(n.scheme, n.is_primary) for n in shown] == [("GB-CHC", True), ("GB-COH", False)]
    with work.bookkeeping(system("test")) as session:
        actions.add_identifier(session, club, "GB-SC", "SC042386", primary=True)
    reading.expire_all()
    shown = queries.organisations(reading, [club])[club].identifiers
    assert [(n.scheme, n.is_primary) for n in shown] == [("GB-SC", True), ("GB-CHC", False), ("GB-COH", False)]


def test_a_number_of_another_is_refused_by_name(app: Flask) -> None:
    made("Lunch club", ("GB-CHC", "1090095"))
    with pytest.raises(Refused, match="belongs to Lunch club already") as refused:
        made("Tool shed", ("GB-CHC", "1090095"))
    assert refused.value.problems[0].field == "identifier"


@pytest.mark.parametrize("name", ["", "   ", "x" * 161])
def test_a_name_is_neither_empty_nor_endless(app: Flask, name: str) -> None:
    with pytest.raises(Refused):
        made(name)


def test_organisations_are_found_by_words_of_their_name(app: Flask, reading: work.Reading) -> None:
    made("Riverside lunch club")
    shed, closed = made("Tool shed at the River"), made("River watch")
    with work.bookkeeping(system("test")) as session:
        actions.close_organisation(session, closed)
        actions.rename(session, shed, "Tool shed")
    assert [o.name for o in queries.find_by_name(reading, "RIVER")] == ["Riverside lunch club"]
    assert [o.name for o in queries.find_by_name(reading, "tool   shed")] == ["Tool shed"]
    for words in ("", "   ", "%", "_"):
        assert queries.find_by_name(reading, words) == []
    assert queries.names_of(reading, [shed, 10**9]) == {shed: "Tool shed"}


def test_what_is_not_there_cannot_be_changed(app: Flask) -> None:
    with work.bookkeeping(system("test")) as session:
        with pytest.raises(NotThere):
            actions.rename(session, 10**9, "Nobody")
        with pytest.raises(NotThere):
            actions.drop_identifier(session, 10**9, "GB-CHC", "1090095")


@pytest.mark.committed
def test_of_several_who_claim_a_number_at_once_one_gets_it(committed: Flask) -> None:
    rivals = [make_organisation(f"Rival {number}").id for number in range(6)]
    together, refusals = threading.Barrier(len(rivals)), list[str]()

    def claim(organisation_id: int) -> None:
        together.wait()
        try:
            with work.bookkeeping(system("test")) as session:
                actions.add_identifier(session, organisation_id, "GB-CHC", "279417")
        except Refused as refused:
            refusals.append(str(refused))

    threads = [threading.Thread(target=claim, args=(one,)) for one in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == len(rivals) - 1
    with work.reading() as reading:
        holder = queries.find_by_identifier(reading, "GB-CHC", "279417")
    assert holder is not None
    assert all(f"belongs to {holder.name} already" in said for said in refusals)

"""Narrowing down: each answer says how many it would leave, and each can be taken off."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from community_book.base import work
from community_book.base.amounts import Kind
from community_book.places.queries import zone_choices
from community_book.search.whoosh_engine import WhooshEngine
from tests.community_book.search.test_finding import Rebuild, page
from tests.makers import client_of
from tests.makers_needs import make_listed_group, make_need, make_zones


def numbered(client: FlaskClient, words: str, name: str, **narrowed: str) -> list[str]:
    """The answers one can narrow down by, as the page offers them."""
    found = re.search(rf'<select[^>]*name="{name}">(.*?)</select>', page(client, words, **narrowed), re.DOTALL)
    return re.findall(r"<option[^>]*>([^<]*)</option>", found.group(1))[1:] if found else []


def test_each_answer_says_how_many_it_would_leave(client: FlaskClient, rebuild: Rebuild) -> None:
    north, south = make_zones("North", "South").values()
    upper, lower = make_listed_group("Upper", zones=[north]), make_listed_group("Lower", zones=[south])
    for number in range(3):
        make_need(upper.lead, title=f"Helpful hands {number}", kind=Kind.HANDS)
    make_need(lower.lead, title="Helpful advice", kind=Kind.ADVICE, subject="accounts")
    rebuild()
    kinds = numbered(client, "helpful", "kind")
    assert [words[-3:] for words in kinds] == ["(1)", "(3)"]
    assert len(numbered(client, "helpful", "subject")) == 1
    assert numbered(client, "helpful", "kind", kind="hands") == kinds  # one may change one's mind
    with work.reading() as reading:
        upper_zone = next(value for value, words, _ in zone_choices(reading) if "North" in words)
    assert [words[-3:] for words in numbered(client, "helpful", "kind", zone=upper_zone)] == ["(3)"]
    shown = page(client, "helpful", kind="hands")
    assert ">Needs (3)<" in shown
    assert ">Groups (0)<" in shown
    assert "Only what is open now (3)" in shown


def test_what_is_chosen_is_taken_off_one_by_one(client: FlaskClient, rebuild: Rebuild) -> None:
    make_need(make_listed_group().lead, title="Helpful hands", kind=Kind.HANDS)
    rebuild()
    shown = page(client, "helpful", kind="hands", open="yes", of="need", near="ZZ1 1ZZ")
    links = [unescape(link) for link in re.findall(r'cb-search__off" href="([^"]*)"', shown)]
    assert len(links) == 3
    for link, name in zip(links, ("kind", "open", "near"), strict=True):
        assert f"{name}=" not in link
        assert all(f"{other}=" in link for other in {"kind", "open", "near", "of", "q"} - {name})
        assert "Helpful hands" in re.sub("<[^>]+>", "", client.get(link).get_data(as_text=True))


def test_an_empty_answer_says_what_is_found_without_what_was_chosen(client: FlaskClient, rebuild: Rebuild) -> None:
    lead = make_listed_group().lead
    make_need(lead, title="Helpful hands", kind=Kind.HANDS)
    rebuild()
    shown = page(client, "helpful", kind="vehicle")
    assert "Nothing fits just now" in shown
    assert re.search(r"Without “Kind of help: [^”]*”</a>: 1 found", shown)
    assert "Post a need" not in shown
    assert "Post a need" in page(client_of(client.application, lead.person_id or 0, lead.organisation_id), "zeppelin")


def test_so_many_that_not_all_are_counted_says_so(
    client: FlaskClient, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_listed_group(f"Choir number {number}")
    rebuild()
    monkeypatch.setattr("community_book.search.queries.HITS_AT_MOST", 3)
    shown = page(client, "choir")
    assert "More than 3 found" in shown
    assert ">Groups (3+)<" in shown


def test_however_much_is_chosen_the_index_is_asked_twice(
    client: FlaskClient, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = make_listed_group().lead
    make_need(lead, title="Helpful hands", kind=Kind.HANDS)
    rebuild()
    asked: list[object] = []
    find = WhooshEngine.find

    def counted(engine: WhooshEngine, *given: object, **more: object) -> object:
        asked.append(given)
        return find(engine, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(WhooshEngine, "find", counted)
    page(client, "helpful", kind="hands", open="yes", of="need", subject="accounts")
    assert len(asked) == 2
    asked.clear()
    page(client, "helpful")
    assert len(asked) == 1

"""Registers: what a higher room knows and a lower room shows or runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from community_book.base import registers
from community_book.base.actor import SIGNED_IN, Actor, Permission, Role, anybody
from community_book.base.messages import Message
from community_book.base.registered import Breach, DeskItem, NavigationItem

OFFICER = Actor(kind="person", pseudonym="p", person_id=1, roles=frozenset({Role.OFFICER}))
NOTHING: Any = None


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    before = registers.held()
    registers.clear()
    yield
    registers.hold(before)


def test_panels_come_in_their_order_and_none_for_a_slot_nobody_fills() -> None:
    registers.add_panel("need.page", lambda reading, actor, subject: ("b", {}))
    registers.add_panel("need.page", lambda reading, actor, subject: ("a", {}), order=10)
    registers.add_panel("need.page", lambda reading, actor, subject: ("c", {}))
    shown = [panel(NOTHING, OFFICER, {}) for panel in registers.panels_of("need.page")]
    assert [view[0] for view in shown if view] == ["a", "b", "c"]
    assert registers.panels_of("pledge.page") == []


def test_the_navigation_shows_to_each_what_they_may_open() -> None:
    only_officers = Permission("x", Role.OFFICER)
    for label, permission, order in (("All", None, 30), ("In", SIGNED_IN, 20), ("Officers", only_officers, 10)):
        registers.add_navigation(NavigationItem(Message(label), "x", permission, order=order))

    def labels(actor: Actor) -> list[str]:
        return [str(item.label) for item in registers.navigation_for(actor)]

    assert labels(anybody()) == ["All"]
    assert labels(OFFICER) == ["Officers", "In", "All"]
    assert labels(Actor(kind="person", pseudonym="q", roles=frozenset({Role.AUDITOR}))) == ["In", "All"]
    assert labels(Actor(kind="link", pseudonym="q")) == ["All"]


def test_a_desk_gathers_from_every_room_the_most_urgent_first() -> None:
    registers.add_desk(lambda r, a: [DeskItem(Message("later"), "/b", urgency=9)])
    registers.add_desk(lambda r, a: [DeskItem(Message("now"), "/a", urgency=0)] if a.is_council else [])
    assert [str(item.title) for item in registers.desk_items(NOTHING, OFFICER)] == ["now", "later"]
    assert [str(item.title) for item in registers.desk_items(NOTHING, anybody())] == ["later"]


def test_a_subject_has_the_address_its_room_gave_it() -> None:
    registers.add_address("need", lambda reference: f"/needs/{reference}")
    assert registers.address_of("need:N-7K2M9Q") == "/needs/N-7K2M9Q"
    assert registers.address_of("nothing:X") == "/"
    assert registers.address_of("") == "/"


def test_a_subscriber_is_named_once_for_an_event_and_the_letter_writer_hears_of_every_letter() -> None:
    for _ in range(2):
        registers.subscribe("NeedPosted", "matching.store", lambda w, e: None)
    registers.subscribe_to_messages("notices.write", lambda w, e: None)
    assert registers.subscribers_of("NeedPosted") == ["matching.store"]
    registers.add_message("NeedPosted", lambda r, e: [])
    registers.add_message("GroupListed", lambda r, e: [])
    assert registers.subscribers_of("NeedPosted") == ["matching.store", "notices.write"]
    assert registers.subscribers_of("GroupListed") == ["notices.write"]
    assert registers.subscribers_of("Nothing") == []
    assert registers.message_events() == ["GroupListed", "NeedPosted"]
    assert len(registers.messages_of("NeedPosted")) == 1


def test_an_organisation_is_what_the_rooms_say_it_is() -> None:
    registers.add_body("group", lambda r, organisation_id: organisation_id < 3)
    registers.add_body("provider", lambda r, organisation_id: organisation_id > 1)
    assert [registers.bodies_of(NOTHING, number) for number in (1, 2, 3)] == [
        {"group"},
        {"group", "provider"},
        {"provider"},
    ]


def test_clocks_invariants_housekeeping_and_errands_are_kept_by_name() -> None:
    registers.add_clock("lapse", lambda: 3)
    registers.add_invariant("ledger", lambda r: [Breach("sum", "pledge:P-1", "3 is not 4")])
    registers.add_housekeeping("people", lambda: 1)
    registers.add_errand("mail", lambda: 2)
    assert registers.clocks()["lapse"]() == 3
    assert registers.invariants()["ledger"](NOTHING)[0].rule == "sum"
    assert registers.housekeeping()["people"]() == 1
    assert registers.errands()["mail"]() == 2


def test_clearing_leaves_nothing_and_holding_brings_it_back() -> None:
    registers.add_clock("lapse", lambda: 3)
    kept = registers.held()
    registers.clear()
    assert dict(registers.clocks()) == {}
    registers.hold(kept)
    assert list(registers.clocks()) == ["lapse"]

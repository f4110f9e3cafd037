"""States of a group's entry, what an ask must say, when an entry is old."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from community_book.base.actor import Role
from community_book.base.errors import Refused, WrongState
from community_book.groups.rules import (
    EDIT_GROUP,
    ENTRY,
    INFORMAL,
    MODERATE_GROUPS,
    SEE_GROUP_CONTACTS,
    GroupState,
    NewGroup,
    check_ask,
    is_due,
    is_out_of_date,
    register_of,
)

G = GroupState
LEGAL = {
    ("want_more", G.ASKED_FOR): G.MORE_WANTED,
    ("answer", G.MORE_WANTED): G.ASKED_FOR,
    ("list", G.ASKED_FOR): G.LISTED,
    ("list", G.MORE_WANTED): G.LISTED,
    ("decline", G.ASKED_FOR): G.DECLINED,
    ("decline", G.MORE_WANTED): G.DECLINED,
    ("pause", G.LISTED): G.PAUSED,
    ("resume", G.PAUSED): G.LISTED,
    ("close", G.LISTED): G.CLOSED,
    ("close", G.PAUSED): G.CLOSED,
    ("suspend", G.LISTED): G.SUSPENDED,
    ("lift", G.SUSPENDED): G.LISTED,
    **{
        (act, state): state
        for act in ("edit", "confirm", "hand_over", "hand_on", "trust")
        for state in (G.LISTED, G.PAUSED)
    },
}


@pytest.mark.parametrize("state", GroupState)
@pytest.mark.parametrize("act", ENTRY.moves)
def test_every_act_from_every_state(act: str, state: GroupState) -> None:
    if (act, state) == ("reopen", G.CLOSED):  # it stands as it stood before it was closed
        assert [ENTRY.go(act, state, target) for target in (G.LISTED, G.PAUSED)] == [G.LISTED, G.PAUSED]
    elif (act, state) in LEGAL:
        assert ENTRY.go(act, state) is LEGAL[act, state]
    else:
        with pytest.raises(WrongState, match=r"What can be done now|Nothing more can be done"):
            ENTRY.check(act, state)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (MODERATE_GROUPS, {Role.OFFICER}),
        (EDIT_GROUP, {Role.GROUP_LEAD}),
        (SEE_GROUP_CONTACTS, {Role.OFFICER, Role.SAFEGUARDING}),
    ],
)
def test_who_may(permission, roles) -> None:
    assert permission.roles == roles


def new(**changes: object) -> NewGroup:
    given = {
        "name": "A",
        "what_we_do": "B",
        "who_for": "C",
        "size_band": "small",
        "register": INFORMAL,
        "contact_name": "D",
        "contact_email": "d@example.com",
        **changes,
    }
    return NewGroup(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "proof"),
        ({"proof": "  "}, "proof"),
        ({"register": "GB-CHC"}, "identifier"),
        ({"register": "GB-CHC", "identifier": "12"}, "identifier"),
    ],
)
def test_a_group_brings_a_number_or_a_proof(changes, field) -> None:
    with pytest.raises(Refused) as refused:
        check_ask(new(**changes))
    assert refused.value.problems[0].field == field


def test_a_number_is_tidied_and_an_informal_group_has_none() -> None:
    assert register_of(new(register="GB-COH", identifier=" 234567 ")) == ("GB-COH", "00234567")
    assert register_of(new(proof="We meet.")) == ("", "")
    check_ask(new(proof="We meet."))


DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "asked_after", "due", "old"),
    [
        (179, None, False, False),
        (180, None, True, False),
        (181, 180, False, False),
        (239, 180, False, False),
        (240, 180, False, True),
    ],
)
def test_an_entry_is_asked_about_after_180_days_and_old_60_days_later(days, asked_after, due, old) -> None:
    on = DAY + timedelta(days=days)
    asked = DAY + timedelta(days=asked_after) if asked_after else None
    assert is_due(DAY, asked, on, 180) is due
    assert is_out_of_date(DAY, asked, on, 60) is old


def test_an_entry_confirmed_since_it_was_asked_about_is_asked_again_in_its_time() -> None:
    asked_before = DAY - timedelta(days=1)
    assert is_due(DAY, asked_before, DAY + timedelta(days=180), 180)
    assert not is_out_of_date(DAY, asked_before, DAY + timedelta(days=400), 60)

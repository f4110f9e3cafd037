"""What a concern may be about, and its states."""

from __future__ import annotations

import pytest

from community_book.base.actor import Role
from community_book.base.errors import WrongState
from community_book.concerns.rules import CONCERN, SEE_CONCERNS, ConcernState, can_stop, subject_of

C = ConcernState
LEGAL = {
    ("hold", C.RAISED): C.HELD,
    ("release", C.HELD): C.RAISED,
    ("close", C.RAISED): C.CLOSED,
    **{("note", state): state for state in C},
}


@pytest.mark.parametrize("state", ConcernState)
@pytest.mark.parametrize("act", CONCERN.moves)
def test_every_act_from_every_state(act: str, state: ConcernState) -> None:
    if (act, state) in LEGAL:
        assert CONCERN.go(act, state) is LEGAL[act, state]
    else:
        with pytest.raises(WrongState):
            CONCERN.check(act, state)


def test_only_safeguarding_officers_see_concerns() -> None:
    assert SEE_CONCERNS.roles == {Role.SAFEGUARDING}


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ("need:N-7K2M9Q", "need:N-7K2M9Q"),
        ("need: n 7k2m9q ", "need:N-7K2M9Q"),
        ("commitment:C-7K2M9Q", "commitment:C-7K2M9Q"),
        ("person:PE-7K2M9Q", ""),
        ("need:", ""),
        ("need:N-" + "7" * 300, ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_what_a_page_hands_over_is_a_subject_we_know_or_none(about: str, subject: str) -> None:
    assert subject_of(about) == subject


def test_a_group_cannot_be_put_on_hold_by_a_tick() -> None:
    assert can_stop("need:N-7K2M9Q")
    assert not can_stop("group:G-7K2M9Q")
    assert not can_stop("")

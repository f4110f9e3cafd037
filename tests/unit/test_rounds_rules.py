"""Every act on a round in every state; what is proposed first; why a round has nothing to plan."""

from __future__ import annotations

import pytest

from community_book.base.amounts import Kind
from community_book.base.errors import WrongState
from cwb.matching.rules.rounds import (
    KINDS_OF_A_ROUND,
    ROUND_COLOURS,
    ROUND_LABELS,
    ROUNDS,
    NewRound,
    RoundState,
    Wanted,
    choose_lines,
    why_empty,
)

S = RoundState
ALLOWED = {
    "begin": {S.STARTED, S.COMPUTING},
    "finish": {S.COMPUTING},
    "stop": {S.STARTED, S.COMPUTING},
    "mark": {S.READY},
    "rerun": {S.READY},
    "publish": {S.READY},
    "publish_rest": {S.PUBLISHED},
    "drop": {S.READY},
}


def test_every_act_of_a_round_is_in_the_table() -> None:
    assert set(ALLOWED) == set(ROUNDS.moves)
    assert set(ROUND_LABELS) == set(ROUND_COLOURS) == set(RoundState)


@pytest.mark.parametrize("act", ALLOWED)
@pytest.mark.parametrize("state", RoundState)
def test_an_act_is_allowed_from_its_states_only(act: str, state: RoundState) -> None:
    if state in ALLOWED[act]:
        ROUNDS.check(act, state)
        return
    with pytest.raises(WrongState, match=str(ROUND_LABELS[state])):
        ROUNDS.check(act, state)


def test_a_round_without_kinds_is_over_all_that_can_be_matched() -> None:
    assert NewRound(1).all_kinds == KINDS_OF_A_ROUND
    assert Kind.CONDUCT not in KINDS_OF_A_ROUND
    assert NewRound(1, (Kind.ROOM, Kind.ADVICE)).all_kinds == (Kind.ADVICE, Kind.ROOM)


def wanted(line: int, *, group: int = 1, provider: int = 2, first: bool = False, score: int = 500) -> Wanted:
    return Wanted(line, provider, group, first, score)


def test_nobody_gets_more_to_answer_than_may_be() -> None:
    lines = [wanted(1, group=1, provider=10), wanted(2, group=1, provider=11), wanted(3, group=1, provider=12)]
    assert choose_lines(lines, {1: 1}, 3) == ((1, 2), {3: 1})
    assert choose_lines(lines, {10: 3}, 3) == ((2, 3), {1: 10})


def test_groups_that_were_never_helped_come_first_then_the_better_score() -> None:
    lines = [wanted(1, score=900), wanted(2, score=800), wanted(3, score=100, first=True)]
    assert choose_lines(lines, {}, 1) == ((3,), {1: 1, 2: 1})
    assert choose_lines(lines, {}, 2) == ((3, 1), {2: 1})


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ((0, 0, 0, 0, 0), "nothing is asked for"),
        ((0, 3, 5, 0, 0), "paused"),
        ((0, 0, 5, 0, 0), "Nobody has anything"),
        ((4, 0, 0, 0, 0), "No open need"),
        ((4, 0, 2, 2, 0), "not sure"),
        ((4, 0, 2, 1, 0), "fits"),
    ],
)
def test_a_round_over_nothing_says_why(numbers: tuple[int, int, int, int, int], says: str) -> None:
    pledges, paused, parts, unsure, pairs = numbers
    why = why_empty(pledges=pledges, paused=paused, parts=parts, unsure=unsure, pairs=pairs)
    assert why is not None
    assert says in str(why)


def test_a_round_with_pairs_says_nothing() -> None:
    assert why_empty(pledges=1, paused=0, parts=1, unsure=0, pairs=1) is None

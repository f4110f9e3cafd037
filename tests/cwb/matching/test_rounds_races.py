"""Rounds with several people and workers at once, on a database that really commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from community_book.base import registers, work
from community_book.base.errors import Busy, HouseError, WrongState
from cwb.commitments import actions as promises
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.matching.actions import rounds as acts
from cwb.matching.memory import process
from cwb.matching.rules.rounds import NewRound, RoundState
from tests.makers_commitments import make_officer
from tests.makers_rounds import Borough, compute, lines_of, make_borough, make_round, view_of

pytestmark = pytest.mark.committed


def at_once(deeds: Sequence[Callable[[], object]]) -> list[object]:
    """Does everything on threads of its own; a refusal counts as an answer, anything else is a fault."""

    def one(deed: Callable[[], object]) -> object:
        for _ in range(20):
            try:
                return deed()
            except Busy:
                continue
            except HouseError as refusal:
                return refusal
        raise AssertionError("busy twenty times")

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def nothing_is_wrong() -> None:
    with work.reading() as reading:
        assert [breach for check in registers.invariants().values() for breach in check(reading)] == []


@pytest.fixture
def borough(committed: Flask) -> Borough:
    process.forget()
    with work.reading() as reading:
        open_now = acts.needs_computing(reading)
    assert not open_now
    return make_borough(groups=3)


def test_two_officers_start_at_once_and_one_round_is_open(borough: Borough) -> None:
    new = NewRound(borough.scheme_id)
    answers = at_once([lambda: acts.start_round(make_officer(), new)] * 4)
    started = [one for one in answers if isinstance(one, str)]
    assert len(started) == 1
    assert all(isinstance(one, WrongState) for one in answers if not isinstance(one, str))
    acts.stop_round(borough.officer, started[0])


def test_two_workers_compute_a_round_once(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id))
    assert sum(int(str(one)) for one in at_once([compute] * 3)) == 1
    assert view_of(borough, reference).times == 1
    acts.drop_round(borough.officer, reference)


def test_two_officers_publish_at_once_and_each_pair_is_proposed_once(borough: Borough) -> None:
    borough.pledge()
    borough.need(0)
    borough.need(1)
    reference = make_round(borough)
    answers = at_once([lambda: acts.publish_round(make_officer(), reference)] * 4)
    assert [one for one in answers if isinstance(one, str)] == [reference]
    found = view_of(borough, reference)
    assert found.state is RoundState.PUBLISHED
    with work.reading() as reading:
        counted = reading.execute(select(func.count()).where(Commitment.brokered_by_person_id.is_not(None)))
        assert counted.scalar_one() == found.proposed > 0
    nothing_is_wrong()


def test_publishing_while_others_offer_the_same_promises_nothing_twice(borough: Borough) -> None:
    made = borough.pledge(amount=12 * 60)
    needed = [borough.need(place) for place in range(3)]
    reference = make_round(borough)

    def offer(place: int) -> Callable[[], object]:
        new = promises.NewCommitment(made.id, needed[place].part_id, amount=4 * 60)
        return lambda: promises.offer(borough.provider.actor, new)

    at_once([lambda: acts.publish_round(borough.officer, reference), *(offer(place) for place in range(3))])
    nothing_is_wrong()
    with work.reading() as reading:
        open_now = reading.execute(select(Commitment).where(Commitment.pledge_id == made.id)).scalars().all()
    assert len({one.part_id for one in open_now}) == len(open_now)

    def accept(one: Commitment, side: object) -> Callable[[], object]:
        return lambda: promises.accept(side, one.reference)  # type: ignore[arg-type]

    leads = {group.organisation.id: group.lead for group in borough.groups}
    at_once([accept(one, borough.provider.actor) for one in open_now])
    # The round may have planned it for a need that an earlier test left open as well.
    at_once([accept(one, leads[one.group_id]) for one in open_now if one.group_id in leads])
    nothing_is_wrong()
    with work.reading() as reading:
        agreed = reading.execute(
            select(func.sum(Commitment.amount)).where(
                Commitment.pledge_id == made.id, Commitment.state == CommitmentState.AGREED
            )
        ).scalar_one()
    assert (agreed or 0) <= 12 * 60
    assert all(str(one.says) for one in lines_of(borough, reference) if one.outcome == "gone")

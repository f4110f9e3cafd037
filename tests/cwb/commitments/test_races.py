"""Many at once, on a database that really commits: nobody gets what another has (domain.md 5.1)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from community_book.base import registers, work
from community_book.base.errors import Busy, HouseError, NotAllowed, Refused, WrongState
from cwb.commitments import actions
from cwb.commitments.actions import NewChange
from cwb.commitments.rules import CommitmentState
from tests.makers_commitments import (
    Pair,
    make_commitment,
    make_minibus_pair,
    make_pair,
    new_commitment,
    report,
    row_of,
    terms_of,
)
from tests.makers_needs import make_listed_group
from tests.makers_pledges import make_admitted_provider, pledge_row

pytestmark = pytest.mark.committed
S = CommitmentState


def at_once(deeds: Sequence[Callable[[], object]], threads: int = 8) -> list[object]:
    """Does everything on so many threads; a refusal counts as an answer, anything else is a fault."""

    def one(deed: Callable[[], object]) -> object:
        for _ in range(20):  # a page would say "busy, send it again": here it is sent again
            try:
                return deed()
            except Busy:
                continue
            except HouseError as refusal:
                return refusal
        raise AssertionError("busy twenty times")

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, deeds))


def nothing_is_wrong() -> None:
    with work.reading() as reading:
        breaches = [breach for check in registers.invariants().values() for breach in check(reading)]
    assert breaches == []


def test_two_people_answer_at_once_and_one_is_told_what_it_is_now(committed):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    answers = at_once(
        [
            lambda: actions.accept(pair.asking, reference),
            lambda: actions.decline(pair.asking, reference, reason_code="dates"),
        ]
        * 4
    )
    won = [answer for answer in answers if answer == reference]
    lost = [answer for answer in answers if answer != reference]
    assert len(won) == 1
    assert all(isinstance(answer, WrongState) for answer in lost)
    state = "agreed" if row_of(reference).state == S.AGREED else "declined"
    assert all(state in str(answer) for answer in lost)
    nothing_is_wrong()


def test_a_proposal_both_accept_at_the_same_moment_is_agreed_once(committed):
    pair = make_pair()
    reference = make_commitment(pair, S.PROPOSED)
    answers = at_once(
        [lambda: actions.accept(pair.asking, reference), lambda: actions.accept(pair.offering, reference)]
    )
    assert answers == [reference, reference]
    assert row_of(reference).state == S.AGREED
    assert pledge_row(pair.pledge.reference).committed == 720
    nothing_is_wrong()


def test_thirty_two_requests_for_the_last_hours_take_exactly_what_there_is(committed):
    provider = make_admitted_provider()
    first = make_pair(provider=provider, pledged={"amount": 7 * 60})
    references = []
    for _ in range(32):
        group = make_listed_group(zones=provider.framework.zone_ids[:1])
        other = make_pair(provider=provider, group=group, amount=60)
        pair = Pair(provider, first.pledge, group, other.need, first.officer)
        references.append(make_commitment(pair, S.ASKED, amount=60))
    answers = at_once([lambda ref=ref: actions.accept(provider.actor, ref) for ref in references], threads=32)
    assert sum(answer in references for answer in answers) == 7
    assert all(isinstance(answer, Refused) for answer in answers if answer not in references)
    assert pledge_row(first.pledge.reference).committed == 7 * 60
    nothing_is_wrong()


def test_sixteen_providers_and_one_need_promise_no_more_than_is_needed(committed):
    first = make_pair(amount=5 * 60)
    pairs = [first]
    for _ in range(15):
        rival = make_admitted_provider(framework=first.provider.framework)
        other = make_pair(provider=rival, group=make_listed_group(zones=rival.framework.zone_ids[:1]))
        pairs.append(Pair(rival, other.pledge, first.group, first.need, first.officer))
    references = [make_commitment(pair, S.ASKED, amount=60) for pair in pairs]
    answers = at_once(
        [
            lambda pair=pair, ref=ref: actions.accept(pair.offering, ref)
            for pair, ref in zip(pairs, references, strict=True)
        ],
        threads=16,
    )
    assert sum(answer in references for answer in answers) == 5
    nothing_is_wrong()


def test_the_same_date_is_never_booked_twice(committed):
    provider = make_admitted_provider()
    first = make_minibus_pair(3, provider=provider, group=make_listed_group(zones=provider.framework.zone_ids[:1]))
    pairs = [first]
    for number in range(7):
        group = make_listed_group(zones=provider.framework.zone_ids[:1])
        other = make_minibus_pair(3, provider=provider, group=group, pledged={"thing": f"bus {number}"})
        pairs.append(Pair(provider, first.pledge, group, other.need, first.officer))
    offers = [new_commitment(pair) for pair in pairs[4:]]
    references = [make_commitment(pair, S.ASKED) for pair in pairs[:4]]
    answers = at_once(
        [lambda ref=ref: actions.accept(provider.actor, ref) for ref in references]
        + [lambda new=new: actions.offer(provider.actor, new) for new in offers]
    )
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert all(isinstance(answer, str | Refused | WrongState) for answer in answers)
    nothing_is_wrong()


def test_at_most_three_offers_wait_for_one_group_however_many_arrive(committed):
    group = make_listed_group()
    providers = [make_admitted_provider() for _ in range(6)]
    pairs = []
    for number, provider in enumerate(providers):
        if number < 3:
            pairs.append(make_pair(provider=provider, group=group))
        else:
            other = make_pair(provider=provider)
            pairs.append(Pair(provider, other.pledge, group, pairs[number - 3].need, other.officer))
    news = [(pair, new_commitment(pair, amount=60)) for pair in pairs]
    answers = at_once([lambda pair=pair, new=new: actions.offer(pair.offering, new) for pair, new in news])
    assert sum(isinstance(answer, str) for answer in answers) == 3
    assert all("3 offers to answer" in str(answer) for answer in answers if not isinstance(answer, str))
    nothing_is_wrong()


def test_one_provider_pressing_twice_makes_one_offer(committed):
    pair = make_pair()
    new = new_commitment(pair, amount=60)
    answers = at_once([lambda: actions.offer(pair.offering, new)] * 6)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    nothing_is_wrong()


def test_sixty_four_mixed_acts_leave_everything_in_order(committed):
    chance = random.Random(7)
    provider = make_admitted_provider()
    first = make_pair(provider=provider, pledged={"amount": 80 * 60}, amount=300)
    bus = make_minibus_pair(6, provider=provider)
    deeds: list[Callable[[], object]] = []
    for number in range(14):
        group = make_listed_group(zones=provider.framework.zone_ids[:1])
        other = make_pair(provider=provider, group=group, amount=300)
        pair = Pair(provider, first.pledge, group, other.need, first.officer)
        reference = make_commitment(pair, [S.OFFERED, S.ASKED, S.PROPOSED, S.AGREED, S.CONDITIONAL][number % 5])
        deeds += mixed(pair, reference)
    dates = make_commitment(bus)
    sessions = terms_of(dates).sessions
    deeds += [
        lambda: actions.end_short(bus.asking, dates, reason_code="enough"),
        lambda: report(dates, 120, [sessions[0].id]),
        lambda: report(dates, 120, [sessions[0].id]),
        lambda: actions.propose_change(bus.asking, dates, NewChange("drop", session_id=sessions[1].id)),
        lambda: actions.hold(bus.officer, dates, reason="A question"),
    ]
    chance.shuffle(deeds)
    assert len(deeds) >= 64
    answers = at_once(deeds, threads=16)
    kinds = Counter(type(answer).__name__ for answer in answers)
    assert kinds.keys() <= {"str", "NoneType", "Refused", "WrongState", "NotAllowed"}, kinds
    assert kinds["str"] > 10
    nothing_is_wrong()


def mixed(pair: Pair, reference: str) -> list[Callable[[], object]]:
    return [
        lambda: actions.accept(pair.asking, reference),
        lambda: actions.accept(pair.offering, reference),
        lambda: actions.cancel(pair.asking, reference, reason="No"),
        lambda: actions.take_back(pair.offering, reference),
        lambda: report(reference, 60),
    ]


def test_a_refusal_by_role_is_no_fault(committed):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    assert isinstance(at_once([lambda: actions.accept(pair.officer, reference)])[0], NotAllowed)

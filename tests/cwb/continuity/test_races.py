"""Undoing while others act, on a database that really commits: nothing is put back twice, or beyond what is left."""

from __future__ import annotations

import pytest

from community_book.base.amounts import Kind
from community_book.base.errors import HouseError, WrongState
from cwb.commitments import actions as promises
from cwb.commitments.rules import CommitmentState
from cwb.continuity import actions
from tests.cwb.commitments.test_races import at_once
from tests.makers_commitments import Pair, make_commitment, make_officer, make_pair, new_commitment, row_of
from tests.makers_continuity import (
    close_group_of,
    pledge_of,
    reference_of,
    suspend_provider_of,
    undertaking_of,
)
from tests.makers_needs import make_listed_group, make_need

pytestmark = pytest.mark.committed
S = CommitmentState


def test_two_officers_undo_at_once_and_it_is_undone_once(committed):
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    officers = [make_officer() for _ in range(4)]
    answers = at_once([lambda officer=officer: actions.undo(officer, undertaking) for officer in officers])
    assert sorted(map(str, (one for one in answers if isinstance(one, tuple)))) == ["(3, 0)"]
    assert sum(isinstance(one, WrongState) for one in answers) == 3
    assert row_of(reference).state == S.AGREED
    assert pledge_of(pair).committed == 12 * 60


def test_undoing_and_a_new_promise_never_take_the_same_hours(committed):
    pair = make_pair(amount=30 * 60)
    reference = make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    other = make_listed_group(zones=pair.provider.framework.zone_ids[:1])
    need = make_need(other.lead, kind=Kind.ADVICE, amount=30 * 60)
    rival = Pair(pair.provider, pair.pledge, other, need, pair.officer)
    asked = promises.ask(rival.asking, new_commitment(rival))
    officer = make_officer()
    at_once(
        [
            lambda: actions.undo(officer, undertaking),
            lambda: promises.accept(rival.offering, asked),
        ]
    )
    agreed = {row_of(reference).state, row_of(asked).state} - {S.ENDED_SHORT, S.ASKED}
    assert agreed == {S.AGREED}
    assert pledge_of(pair).committed == 30 * 60
    assert undertaking_of(undertaking).state == "undone"


def test_lifting_and_undoing_at_once_end_the_suspension_once(committed):
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    undertaking = suspend_provider_of(pair)
    provider, one, other = reference_of(pair.offering.organisation_id), make_officer(), make_officer()
    answers = at_once([lambda: actions.undo(one, undertaking), lambda: actions.lift_provider(other, provider)])
    assert not all(isinstance(answer, HouseError) for answer in answers)
    assert row_of(reference).state == S.AGREED
    assert pledge_of(pair).state == "offered"


def test_two_entries_merged_crosswise_at_once_are_merged_one_way(committed):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    other = make_listed_group(zones=pair.provider.framework.zone_ids[:1])
    one, two = reference_of(pair.asking.organisation_id), other.organisation.reference
    officers = [make_officer() for _ in range(2)]
    answers = at_once(
        [
            lambda: actions.merge_groups(officers[0], one, two),
            lambda: actions.merge_groups(officers[1], two, one),
            lambda: promises.accept(pair.asking, reference),
        ]
    )
    merged = [answer for answer in answers[:2] if not isinstance(answer, HouseError)]
    assert len(merged) == 1
    actions.undo(make_officer(), str(merged[0]))
    assert row_of(reference).group_id == pair.asking.organisation_id

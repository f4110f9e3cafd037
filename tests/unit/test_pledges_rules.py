"""What a pledge may be, without a database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from community_book.base.amounts import KIND_UNITS, Kind, Unit
from community_book.base.errors import Refused, WrongState
from cwb.ledger.rules import BOROUGH_WIDE, ZONES_NAMED
from cwb.pledges.rules import (
    ENDED,
    MACHINE,
    RUNNING,
    UNPUBLISHED,
    Basis,
    NewPledge,
    PledgeState,
    PledgeTerms,
    Scope,
    above_baseline,
    amount_of,
    as_offer,
    asked_for,
    check,
    check_ready,
    has_counterpart,
    planned_sessions,
    waits_for_the_council,
)

DAY = date(2026, 10, 1)
S = PledgeState


@dataclass(frozen=True)
class OneMeasure:
    kind: Kind = Kind.ADVICE
    nature: str = "amount"
    brokered: str = "yes"
    id: int = 1
    title: str = "Expert help"
    own_unit: Unit = Unit.PENCE

    @property
    def unit(self) -> Unit:
        return KIND_UNITS[self.kind] or (Unit.WHOLE_NUMBERS if self.nature == "level" else self.own_unit)


SCOPE = Scope(
    framework_id=1, lot_ids=frozenset({7}), zone_scheme_id=1, zone_ids=frozenset({1, 2}), is_whole_borough=True
)
MINIBUS = OneMeasure(kind=Kind.VEHICLE, title="Minibus")
HANDS = OneMeasure(kind=Kind.HANDS, title="Staff time")
SPEND = OneMeasure(kind=Kind.CONDUCT, brokered="no", title="Local spend")
LEVEL = OneMeasure(kind=Kind.CONDUCT, nature="level", brokered="no", title="Real Living Wage")
MAY = OneMeasure(kind=Kind.JOBS, brokered="may", title="Apprenticeships")


def new(**fields: Any) -> NewPledge:
    usual: dict[str, Any] = {
        "measure_id": 1,
        "title": "Forty hours",
        "story": "",
        "basis": Basis.EXTRA,
        "first_day": DAY,
        "last_day": DAY + timedelta(days=180),
        "amount": 2400,
        "subject": "accounts",
        "owner_name": "Priya",
        "not_charged_to_rate": True,
        "visits_covered": True,
    }
    return NewPledge(**(usual | fields))


def minibus(**fields: Any) -> NewPledge:
    usual: dict[str, Any] = {
        "amount": None,
        "subject": "",
        "thing": "the blue one",
        "weekdays": frozenset({1}),
        "starts_minute": 600,
        "ends_minute": 840,
        "last_day": DAY + timedelta(days=27),
    }
    return new(**(usual | fields))


def wrong(what: NewPledge, measure: OneMeasure, scope: Scope = SCOPE) -> dict[str, str]:
    return {problem.field: str(problem.message) for problem in check(what, measure, scope)}


# --- states -------------------------------------------------------------------------------------

LEADS_TO: dict[str, dict[PledgeState, set[PledgeState]]] = {
    "change": {S.DRAFT: {S.DRAFT}, S.RETURNED: {S.DRAFT}},
    "reword": {S.WAITING: {S.WAITING}, S.OFFERED: {S.OFFERED}, S.PAUSED: {S.PAUSED}},
    "post": {S.DRAFT: {S.WAITING, S.OFFERED}},
    "return": {S.WAITING: {S.RETURNED}},
    "offer": {S.WAITING: {S.OFFERED}},
    "add": {S.OFFERED: {S.OFFERED}, S.PAUSED: {S.PAUSED}},
    "cut": {S.OFFERED: {S.OFFERED}, S.PAUSED: {S.PAUSED}},
    "add_sessions": {S.OFFERED: {S.OFFERED}, S.PAUSED: {S.PAUSED}},
    "drop_session": {S.OFFERED: {S.OFFERED}, S.PAUSED: {S.PAUSED}},
    "still_on_offer": {S.OFFERED: {S.OFFERED}, S.PAUSED: {S.PAUSED}},
    "pause": {S.OFFERED: {S.PAUSED}},
    "resume": {S.PAUSED: {S.OFFERED}},
    "withdraw": {state: {S.WITHDRAWN} for state in (*UNPUBLISHED, *RUNNING)},
    "expire": {S.OFFERED: {S.EXPIRED}, S.PAUSED: {S.EXPIRED}},
    "fulfil": {S.OFFERED: {S.FULFILLED}, S.PAUSED: {S.FULFILLED}, S.EXPIRED: {S.FULFILLED}},
}


@pytest.mark.parametrize("state", PledgeState)
@pytest.mark.parametrize("act", MACHINE.moves)
def test_each_act_leads_from_its_states_only_to_where_it_may(act: str, state: PledgeState) -> None:
    allowed = LEADS_TO[act].get(state)
    if allowed is None:
        with pytest.raises(WrongState, match="This pledge is"):
            MACHINE.check(act, state)
        return
    for target in PledgeState:
        if target in allowed:
            assert MACHINE.go(act, state, target if MACHINE.moves[act].targets else None) in allowed
        elif MACHINE.moves[act].targets:
            with pytest.raises(ValueError, match="does not lead to"):
                MACHINE.go(act, state, target)


def test_what_has_ended_can_only_still_be_fulfilled() -> None:
    assert {act for state in ENDED for act in MACHINE.acts_from(state)} == {"fulfil"}


def test_a_first_pledge_waits_and_any_that_meets_people_at_risk() -> None:
    assert waits_for_the_council(is_first_of_provider=True, meets_people_at_risk=False)
    assert waits_for_the_council(is_first_of_provider=False, meets_people_at_risk=True)
    assert not waits_for_the_council(is_first_of_provider=False, meets_people_at_risk=False)


# --- what is asked and checked ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "asked", "not_asked"),
    [
        (OneMeasure(), {"subject", "online", "visits_covered", "where"}, {"share", "thing", "baseline", "item_type"}),
        (MINIBUS, {"thing", "weekdays", "feature_seats", "needs_licence", "terms"}, {"amount", "visits_covered"}),
        (HANDS, {"team_smallest", "visit_minutes", "hosting_pence_at_most"}, {"thing", "subject", "terms"}),
        (SPEND, {"baseline", "baseline_on", "amount"}, {"where", "zones", "smallest_useful", "meets_people_at_risk"}),
        (LEVEL, {"share"}, {"amount", "baseline", "where"}),
        (MAY, {"with_counterpart", "where"}, {"share", "weekdays"}),
    ],
)
def test_a_measure_asks_only_what_makes_sense_for_it(measure: OneMeasure, asked: set[str], not_asked: set[str]) -> None:
    assert asked <= asked_for(measure)
    assert not_asked.isdisjoint(asked_for(measure))


def test_a_sound_pledge_has_nothing_wrong() -> None:
    assert wrong(new(), OneMeasure()) == {}
    assert wrong(minibus(), MINIBUS) == {}
    assert wrong(new(amount=None, subject="", share_basis_points=9000), LEVEL) == {}
    assert check_ready(new(), OneMeasure(), DAY) == []


@pytest.mark.parametrize(
    ("what", "measure", "field"),
    [
        (new(amount=None), OneMeasure(), "amount"),
        (new(amount=0), OneMeasure(), "amount"),
        (new(subject=""), OneMeasure(), "subject"),
        (new(subject="", item_type=""), OneMeasure(kind=Kind.GOODS), "item_type"),
        (new(subject="", amount=None), LEVEL, "share"),
        (new(subject="", amount=None, share_basis_points=0), LEVEL, "share"),
        (new(share_basis_points=9000), OneMeasure(), "share"),
        (new(baseline=100, baseline_on=DAY), OneMeasure(), "baseline"),
        (new(smallest_useful=2401), OneMeasure(), "smallest_useful"),
        (new(last_day=DAY - timedelta(days=1)), OneMeasure(), "last_day"),
        (new(last_day=DAY + timedelta(days=3654)), OneMeasure(), "last_day"),
        (new(lot_id=8), OneMeasure(), "lot"),
        (new(borough_wide=False), OneMeasure(), "zones"),
        (new(borough_wide=False, zone_ids=frozenset({1, 9})), OneMeasure(), "zones"),
        (new(borough_wide=True, zone_ids=frozenset({1})), OneMeasure(), "zones"),
        (new(team_smallest=2), OneMeasure(), "team_smallest"),
        (new(subject="", team_smallest=5, team_largest=4), HANDS, "team_largest"),
        (minibus(thing=""), MINIBUS, "thing"),
        (minibus(weekdays=frozenset(), starts_minute=None, ends_minute=None), MINIBUS, "weekdays"),
        (minibus(weekdays=frozenset()), MINIBUS, "weekdays"),
        (minibus(starts_minute=None), MINIBUS, "starts"),
        (minibus(ends_minute=600), MINIBUS, "ends"),
        (minibus(last_day=DAY), MINIBUS, "weekdays"),
        (minibus(amount=60), MINIBUS, "amount"),
        (minibus(), OneMeasure(kind=Kind.MONEY), "weekdays"),
        (new(subject="", hosting_pence_at_most=5), OneMeasure(kind=Kind.MONEY), "hosting_pence_at_most"),
        (new(subject=""), MAY, "with_counterpart"),
        (new(with_counterpart=True), OneMeasure(), "with_counterpart"),
        (new(subject="", amount=48_000, baseline=48_000, baseline_on=DAY), SPEND, "amount"),
        (new(subject="", amount=60_000, baseline=48_000), SPEND, "baseline_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(what: NewPledge, measure: OneMeasure, field: str) -> None:
    assert field in wrong(what, measure)


def test_an_admission_for_certain_zones_does_not_reach_the_whole_borough() -> None:
    narrow = replace(SCOPE, is_whole_borough=False)
    assert "where" in wrong(new(), OneMeasure(), narrow)
    assert wrong(new(borough_wide=False, zone_ids=frozenset({1})), OneMeasure(), narrow) == {}
    assert wrong(new(subject="", amount=60_000), SPEND, narrow) == {}, "own conduct has no area"


def test_what_is_given_to_a_group_has_no_usual_amount() -> None:
    conduct = OneMeasure(kind=Kind.CONDUCT, brokered="may")
    given = new(subject="", amount=600, baseline=10, baseline_on=DAY, with_counterpart=True)
    assert "baseline" in wrong(given, conduct)
    assert "baseline" not in wrong(replace(given, with_counterpart=False), conduct)


@pytest.mark.parametrize(
    ("what", "measure", "field"),
    [
        (new(owner_name=""), OneMeasure(), "owner_name"),
        (new(basis=Basis.TERM), OneMeasure(), "call_off"),
        (new(not_charged_to_rate=False), OneMeasure(), "not_charged_to_rate"),
        (new(visits_covered=False), OneMeasure(), "visits_covered"),
        (new(last_day=DAY), OneMeasure(), None),
    ],
)
def test_some_things_a_draft_may_leave_open(what: NewPledge, measure: OneMeasure, field: str | None) -> None:
    assert wrong(what, measure) == {}
    found = [problem.field for problem in check_ready(what, measure, DAY)]
    assert found == ([field] if field else [])


def test_a_pledge_is_not_posted_after_its_last_day() -> None:
    [problem] = check_ready(new(), OneMeasure(), DAY + timedelta(days=181))
    assert str(problem.message) == "The last day, 30 March 2027, is over. Choose a later one"


def test_what_is_paid_for_in_the_rate_need_not_be_confirmed_as_not_charged() -> None:
    assert check_ready(new(basis=Basis.RATE, not_charged_to_rate=False), OneMeasure(), DAY) == []


# --- arithmetic ---------------------------------------------------------------------------------


def test_amounts_are_added_up_from_sessions() -> None:
    sessions = planned_sessions(minibus(at_once=2))
    assert len(sessions) == 4
    assert amount_of(minibus(at_once=2), MINIBUS, sessions) == 4 * 240 * 2
    seats = OneMeasure(kind=Kind.SEATS)
    assert amount_of(minibus(at_once=6), seats, planned_sessions(minibus(at_once=6))) == 24
    assert amount_of(new(), OneMeasure(), ()) == 2400
    assert amount_of(new(), LEVEL, ()) is None


@pytest.mark.parametrize(
    ("amount", "baseline", "days", "pledged"),
    [
        (60_000, 48_000, 364, 12_000),
        (60_000, 48_000, 365, 0),
        (110_000, 48_000, 731, 0),
        (110_000, 48_000, 730, 14_000),
        (500, 0, 3000, 500),
    ],
)
def test_pledged_means_above_the_baseline_of_each_year_of_the_window(
    amount: int, baseline: int, days: int, pledged: int
) -> None:
    assert above_baseline(amount, baseline, DAY, DAY + timedelta(days=days)) == pledged


@pytest.mark.parametrize(
    ("brokered", "answered", "counterpart"),
    [("yes", None, True), ("yes", False, True), ("no", True, False), ("may", True, True), ("may", False, False)],
)
def test_only_where_the_measure_leaves_it_open_the_provider_says_whether_a_group_takes_part(
    brokered: str, answered: bool | None, counterpart: bool
) -> None:
    assert has_counterpart(OneMeasure(brokered=brokered), answered) is counterpart


def test_a_draft_can_be_looked_at_as_if_it_were_on_offer() -> None:
    named = {"provider_id": 1, "provider_name": "Linden", "zone_scheme_id": 5, "on": DAY}
    offer = as_offer(minibus(borough_wide=False, zone_ids=frozenset({1})), MINIBUS, **named)  # type: ignore[arg-type]
    assert offer is not None
    assert (offer.left, len(offer.sessions), offer.zone_scheme_id) == (960, 4, 5)
    assert as_offer(new(subject=""), SPEND, **named) is None  # type: ignore[arg-type]
    assert as_offer(new(amount=None), OneMeasure(), **named) is None  # type: ignore[arg-type]
    with pytest.raises(Refused):
        as_offer(minibus(ends_minute=1), MINIBUS, **named)  # type: ignore[arg-type]


def test_the_stamp_says_borough_wide_or_zones_named() -> None:
    terms = PledgeTerms(
        pledge_id=1, reference="P-1", title="", state=S.OFFERED, provider_id=1, framework_id=1, lot_id=None,
        measure_id=1, measure_code="", measure_title="", pillar_number=1, kind=Kind.MONEY, unit=Unit.PENCE,
        nature="amount", brokered="yes", with_counterpart=True, confirmed_by="group", disclosive=False,
        counts_after_days=0, two_verifiers_above=None, basis=Basis.EXTRA, amount=100, share_basis_points=None,
        held=10, committed=20, baseline=0, baseline_on=None, first_day=DAY, last_day=DAY, borough_wide=True,
        zone_scheme_id=None,
    )  # fmt: skip
    assert (terms.zone_note, replace(terms, borough_wide=False).zone_note) == (BOROUGH_WIDE, ZONES_NAMED)
    assert (terms.left, terms.pledged) == (70, 100)

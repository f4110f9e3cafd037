"""What providers and officers do with pledges, and what the ledger, the history and others hear of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community_book.base import audit, work
from community_book.base.actor import Actor, Role, anybody, system
from community_book.base.clock import held_at, today
from community_book.base.errors import AlreadyDone, NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import OutboxEvent
from cwb.frameworks.actions import end_admission, lift_suspension, suspend_admission
from cwb.ledger.queries import sum_of
from cwb.ledger.tables import LedgerEntry
from cwb.pledges import actions, queries
from cwb.pledges.rules import Basis, PledgeState, Reworded
from tests.makers import actor_for, join, make_organisation, make_person
from tests.makers_pledges import (
    MadePledge,
    Provider,
    made_pledge,
    make_admitted_provider,
    make_framework,
    make_pledge,
    measure,
    new_pledge,
    pledge_row,
)

S = PledgeState


@pytest.fixture
def provider(alone: Flask) -> Provider:
    return make_admitted_provider("Linden Homecare")


@pytest.fixture
def officer(alone: Flask) -> Actor:
    return actor_for(make_organisation("The council", is_council=True), Role.OFFICER)


def pledged(pledge: MadePledge) -> int:
    with work.reading() as reading:
        return sum_of(reading, "pledged", pledge_id=pledge.id)


def acts_on(reference: str) -> list[str]:
    with work.reading() as reading:
        return [past.act for past in reversed(audit.history(reading, f"pledge:{reference}"))]


def told(name: str) -> list[dict[str, Any]]:
    with work.reading() as reading:
        rows = reading.execute(select(OutboxEvent).where(OutboxEvent.name == name).order_by(OutboxEvent.id)).scalars()
        return [row.payload for row in rows]


# --- logging ------------------------------------------------------------------------------------


def test_a_providers_first_pledge_waits_and_the_second_is_on_offer_at_once(provider: Provider, officer: Actor) -> None:
    first = actions.log_pledge(provider.actor, new_pledge("PO7"))
    assert pledge_row(first).state == S.WAITING
    assert pledged(made_pledge(first)) == 0
    second_while_first_waits = actions.log_pledge(provider.actor, new_pledge("FP1"))
    assert pledge_row(second_while_first_waits).state == S.WAITING
    actions.offer_pledge(officer, first)
    assert pledge_row(first).state == S.OFFERED
    assert pledged(made_pledge(first)) == 2400
    third = actions.log_pledge(provider.actor, new_pledge("FP1"))
    assert pledge_row(third).state == S.OFFERED
    assert acts_on(first) == ["pledge.log", "pledge.post", "pledge.offer"]
    assert [one["waiting"] for one in told("PledgeLogged")] == [True, True, False]
    assert [one["reference"] for one in told("PledgeOffered")] == [first, third]


def test_a_pledge_that_meets_people_at_risk_always_waits(provider: Provider) -> None:
    make_pledge(provider.actor, "PO7")
    reference = actions.log_pledge(provider.actor, new_pledge("PO5", meets_people_at_risk=True))
    assert pledge_row(reference).state == S.WAITING


def test_the_ledger_is_stamped_when_it_goes_on_offer(provider: Provider) -> None:
    zone_ids = frozenset(provider.framework.zone_ids[:2])
    pledge = make_pledge(
        provider.actor, "FP1", amount=500_00, zone_ids=zone_ids, lot_id=provider.framework.lot_ids[0], basis=Basis.TERM,
        call_off="Homecare 2026",
    )  # fmt: skip
    with work.reading() as reading:
        [entry] = reading.execute(select(LedgerEntry).where(LedgerEntry.pledge_id == pledge.id)).scalars()
    assert (entry.figure, entry.amount, entry.unit, entry.pillar_number) == ("pledged", 500_00, "pence", 4)
    assert (entry.basis, entry.zone_id, entry.zone_note) == ("term", None, "zones_named")
    assert (entry.lot_id, entry.group_id, entry.happened_on) == (provider.framework.lot_ids[0], None, today())
    assert entry.provider_id == provider.id


def test_a_draft_is_changed_and_posted(provider: Provider) -> None:
    draft = make_pledge(provider.actor, "PO7", state=S.DRAFT, owner_name="")
    with pytest.raises(Refused, match="Name the person"):
        actions.post_pledge(provider.actor, draft.reference)
    row = pledge_row(draft.reference)
    actions.change_pledge(provider.actor, draft.reference, new_pledge("PO7", title="Thirty hours", version=row.version))
    with pytest.raises(WrongState, match="Somebody changed this"):
        actions.change_pledge(provider.actor, draft.reference, new_pledge("PO7", version=row.version))
    assert pledge_row(draft.reference).title == "Thirty hours"
    actions.post_pledge(provider.actor, draft.reference)
    assert pledge_row(draft.reference).state == S.WAITING
    assert acts_on(draft.reference) == ["pledge.log", "pledge.change", "pledge.post"]


def test_a_draft_of_days_is_changed_to_other_days(provider: Provider) -> None:
    draft = make_pledge(provider.actor, "LA3", state=S.DRAFT)
    before = pledge_row(draft.reference).amount
    actions.change_pledge(provider.actor, draft.reference, new_pledge("LA3", weekdays=frozenset({0, 3})), post=True)
    row = pledge_row(draft.reference)
    assert row.amount != before
    assert row.schedule["weekdays"] == [0, 3]
    assert row.state == S.WAITING


def test_sending_the_form_twice_makes_one_pledge(provider: Provider) -> None:
    actor = provider.actor.for_form("k" * 30)
    first = actions.log_pledge(actor, new_pledge("PO7"))
    with pytest.raises(AlreadyDone) as again:
        actions.log_pledge(actor, new_pledge("PO7"))
    assert again.value.subject_reference == first


def test_who_is_not_admitted_cannot_pledge(alone: Flask) -> None:
    provider = make_admitted_provider()
    draft = make_pledge(provider.actor, "PO7", state=S.DRAFT)
    with work.bookkeeping(system("test")) as session:
        suspend_admission(session, provider.admission_id, "other", "")
    with pytest.raises(WrongState, match="not admitted"):
        actions.log_pledge(provider.actor, new_pledge("PO7"))
    with pytest.raises(WrongState, match="not admitted"):
        actions.post_pledge(provider.actor, draft.reference)
    with work.bookkeeping(system("test")) as session:
        lift_suspension(session, provider.admission_id)
        end_admission(session, provider.admission_id)
    with pytest.raises(WrongState, match="not admitted"):
        actions.log_pledge(provider.actor, new_pledge("PO7"))


def test_an_admission_limits_zones_and_lots(alone: Flask) -> None:
    framework = make_framework()
    provider = make_admitted_provider(framework=framework, zone_ids=framework.zone_ids[:2])
    for fields, field in (
        ({}, "where"),
        ({"zone_ids": frozenset(framework.zone_ids)}, "zones"),
        ({"zone_ids": frozenset(framework.zone_ids[:1]), "lot_id": 999_999}, "lot"),
    ):
        with pytest.raises(Refused) as refused:
            actions.log_pledge(provider.actor, new_pledge("PO7", **fields))
        assert refused.value.problems[0].field == field
    made = make_pledge(provider.actor, "PO7", zone_ids=frozenset(framework.zone_ids[:1]))
    with work.reading() as reading:
        offer = queries.pledge_offer(reading, made.id)
    assert offer is not None
    assert (offer.zone_scheme_id, offer.zone_ids) == (framework.scheme_id, frozenset(framework.zone_ids[:1]))


def test_one_minibus_is_not_offered_twice_for_the_same_tuesday(provider: Provider) -> None:
    first = make_pledge(provider.actor, "LA3", thing="The blue minibus")
    with pytest.raises(Refused, match=f"offered already for .* in {first.reference}"):
        actions.log_pledge(
            provider.actor, new_pledge("LA3", thing="the BLUE minibus", starts_minute=780, ends_minute=900)
        )
    make_pledge(provider.actor, "LA3", thing="the blue minibus", starts_minute=840, ends_minute=900)
    make_pledge(provider.actor, "LA3", thing="the red minibus")
    make_pledge(make_admitted_provider().actor, "LA3", thing="the blue minibus")


def test_who_records_for_a_provider_is_kept_and_does_not_decide_it(provider: Provider, officer: Actor) -> None:
    spoken_for = replace(
        officer,
        organisation_id=provider.id,
        roles=frozenset({Role.PROVIDER_LEAD}),
        on_behalf_of_organisation_id=provider.id,
    )
    reference = actions.log_pledge(spoken_for, new_pledge("PO7"))
    assert pledge_row(reference).logged_by_person_id == officer.person_id
    with pytest.raises(NotAllowed, match="A colleague decides it"):
        actions.offer_pledge(officer, reference)


# --- moderation ---------------------------------------------------------------------------------


def test_a_returned_pledge_is_a_draft_again_once_it_is_changed(provider: Provider, officer: Actor) -> None:
    waiting = make_pledge(provider.actor, "PO7", state=S.WAITING)
    with pytest.raises(Refused, match="Say what the provider should change"):
        actions.return_pledge(officer, waiting.reference, " ")
    actions.return_pledge(officer, waiting.reference, "Who would come?")
    assert (pledge_row(waiting.reference).state, pledge_row(waiting.reference).reason) == (
        S.RETURNED,
        "Who would come?",
    )
    with pytest.raises(WrongState, match="returned with a question"):
        actions.post_pledge(provider.actor, waiting.reference)
    actions.change_pledge(provider.actor, waiting.reference, new_pledge("PO7", story="Nasreen would."))
    assert pledge_row(waiting.reference).state == S.DRAFT
    actions.post_pledge(provider.actor, waiting.reference)
    assert pledge_row(waiting.reference).state == S.WAITING
    assert [one["reference"] for one in told("PledgeReturned")] == [waiting.reference]


def test_an_officer_does_not_decide_for_an_organisation_they_belong_to(provider: Provider) -> None:
    council = make_organisation(is_council=True)
    person = make_person(belongs_to=council, role=Role.OFFICER)
    join(person, provider.organisation, Role.PROVIDER_MEMBER)
    officer = replace(actor_for(council, Role.OFFICER), person_id=person.id)
    waiting = make_pledge(provider.actor, "PO7", state=S.WAITING)
    with pytest.raises(NotAllowed):
        actions.offer_pledge(officer, waiting.reference)


def test_an_old_or_suspended_promise_is_not_put_on_offer(provider: Provider, officer: Actor) -> None:
    waiting = make_pledge(provider.actor, "PO7", state=S.WAITING)
    with held_at(today() + timedelta(days=400)), pytest.raises(WrongState, match="last day of this pledge is over"):
        actions.offer_pledge(officer, waiting.reference)
    with work.bookkeeping(system("test")) as session:
        suspend_admission(session, provider.admission_id, "other", "")
    with pytest.raises(WrongState, match="not admitted just now"):
        actions.offer_pledge(officer, waiting.reference)


# --- who may do what, from which state ----------------------------------------------------------

WORDS = Reworded(title="New words", story="", last_day=today() + timedelta(days=300), owner_name="Priya")
BY_PROVIDER: dict[str, Callable[[Actor, str], Any]] = {
    "change": lambda actor, reference: actions.change_pledge(actor, reference, new_pledge("PO7")),
    "post": actions.post_pledge,
    "reword": lambda actor, reference: actions.reword_pledge(actor, reference, WORDS),
    "add": lambda actor, reference: actions.add_to_pledge(actor, reference, 60),
    "cut": lambda actor, reference: actions.cut_pledge(actor, reference, 60, ""),
    "pause": lambda actor, reference: actions.pause_pledge(actor, reference, ""),
    "resume": actions.resume_pledge,
    "withdraw": lambda actor, reference: actions.withdraw_pledge(actor, reference, ""),
    "still_on_offer": lambda actor, reference: actions.answer_still_on_offer(actor, reference, still=True),
}
BY_OFFICER: dict[str, Callable[[Actor, str], Any]] = {
    "offer": actions.offer_pledge,
    "return": lambda actor, reference: actions.return_pledge(actor, reference, "Why?"),
}
POSSIBLE: dict[str, set[PledgeState]] = {
    "change": {S.DRAFT, S.RETURNED},
    "post": {S.DRAFT},
    "reword": {S.WAITING, S.OFFERED, S.PAUSED},
    "add": {S.OFFERED, S.PAUSED},
    "cut": {S.OFFERED, S.PAUSED},
    "pause": {S.OFFERED},
    "resume": {S.PAUSED},
    "withdraw": {S.DRAFT, S.WAITING, S.RETURNED, S.OFFERED, S.PAUSED},
    "still_on_offer": {S.OFFERED, S.PAUSED},
    "offer": {S.WAITING},
    "return": {S.WAITING},
}


def in_state(provider: Provider, officer: Actor, state: PledgeState) -> MadePledge:
    """A pledge of forty hours in any state, by the acts that lead there."""
    if state is S.RETURNED:
        pledge = make_pledge(provider.actor, "PO7", state=S.WAITING)
        actions.return_pledge(officer, pledge.reference, "Why?")
        return pledge
    if state is S.EXPIRED:
        pledge = make_pledge(provider.actor, "PO7", last_day=today())
        with held_at(today() + timedelta(days=1)):
            assert actions.expire_pledges(system("clocks")) == 1
        return pledge
    if state is S.FULFILLED:
        pledge = make_pledge(provider.actor, "PO7", amount=60)
        with work.bookkeeping(system("test")) as session:
            actions.draw_from_pledge(session, pledge.id, 60, {}, from_hold=False)
            actions.settle_pledge(session, pledge.id, 60)
        return pledge
    return make_pledge(provider.actor, "PO7", state=state)


@pytest.mark.parametrize("state", PledgeState)
def test_each_act_is_possible_from_its_states_and_for_its_people_only(
    provider: Provider, officer: Actor, state: PledgeState
) -> None:
    pledge = in_state(provider, officer, state)
    assert pledge_row(pledge.reference).state == state
    strangers = {
        "anybody": anybody(),
        "another provider": make_admitted_provider(framework=provider.framework).actor,
        "a group": actor_for(make_organisation(), Role.GROUP_LEAD),
        "an auditor": actor_for(make_organisation(is_council=True), Role.AUDITOR),
        "a verifier": actor_for(make_organisation(is_council=True), Role.VERIFIER),
    }
    published = pledge_row(pledge.reference).offered_at_utc is not None
    for act, do in (BY_PROVIDER | BY_OFFICER).items():
        wrong_side = officer if act in BY_PROVIDER else provider.actor
        for who, stranger in {**strangers, "the other side": wrong_side}.items():
            sees = published or who in {"an auditor", "a verifier", "the other side"}
            with pytest.raises(NotAllowed if sees else NotThere):
                do(stranger, pledge.reference)
        own_side = provider.actor if act in BY_PROVIDER else officer
        if state not in POSSIBLE[act]:
            with pytest.raises(WrongState):
                do(own_side, pledge.reference)
    assert pledge_row(pledge.reference).state == state, "nothing that was refused changed anything"
    entries = len(acts_on(pledge.reference))
    possible = [act for act, states in POSSIBLE.items() if state in states]
    for act in possible[:1]:
        do = (BY_PROVIDER | BY_OFFICER)[act]
        do(provider.actor if act in BY_PROVIDER else officer, pledge.reference)
        assert len(acts_on(pledge.reference)) == entries + 1


@pytest.mark.parametrize(
    ("act", "state"), [(act, state) for act, states in POSSIBLE.items() for state in sorted(states)]
)
def test_each_possible_act_leaves_one_entry(provider: Provider, officer: Actor, act: str, state: PledgeState) -> None:
    pledge = in_state(provider, officer, state)
    entries = len(acts_on(pledge.reference))
    (BY_PROVIDER | BY_OFFICER)[act](provider.actor if act in BY_PROVIDER else officer, pledge.reference)
    assert acts_on(pledge.reference)[entries:] == [f"pledge.{act}"]


# --- amounts ------------------------------------------------------------------------------------


def test_adding_and_cutting_move_what_is_pledged(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", amount=600)
    actions.add_to_pledge(provider.actor, pledge.reference, 300)
    assert (pledge_row(pledge.reference).amount, pledged(pledge)) == (900, 900)
    actions.cut_pledge(provider.actor, pledge.reference, 500, "a colleague leaves")
    assert (pledge_row(pledge.reference).amount, pledged(pledge)) == (500, 500)
    for amount, said in ((500, "less than the 8 h 20 min"), (0, "withdraw it instead")):
        with pytest.raises(Refused, match=said):
            actions.cut_pledge(provider.actor, pledge.reference, amount, "")
    with pytest.raises(Refused, match="more than can be entered"):
        actions.add_to_pledge(provider.actor, pledge.reference, 10**12)


def test_a_pledge_is_not_cut_below_what_is_promised(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", amount=600)
    with work.bookkeeping(system("test")) as session:
        actions.draw_from_pledge(session, pledge.id, 300, {}, from_hold=False)
        actions.hold_on_pledge(session, pledge.id, 60, {})
    with pytest.raises(Refused, match="6 h is promised or on offer to groups"):
        actions.cut_pledge(provider.actor, pledge.reference, 359, "")
    actions.cut_pledge(provider.actor, pledge.reference, 360, "")
    assert (pledge_row(pledge.reference).amount, pledged(pledge)) == (360, 360)


def test_what_lies_under_the_baseline_is_never_pledged(provider: Provider) -> None:
    pledge = make_pledge(
        provider.actor, "PP1", amount=60_000_00, baseline=48_000_00, baseline_on=date(2026, 3, 31),
        last_day=today() + timedelta(days=364),
    )  # fmt: skip
    assert pledged(pledge) == 12_000_00
    actions.add_to_pledge(provider.actor, pledge.reference, 1_000_00)
    assert pledged(pledge) == 13_000_00
    actions.cut_pledge(provider.actor, pledge.reference, 50_000_00, "")
    assert pledged(pledge) == 2_000_00
    with pytest.raises(Refused, match="add a year whose usual amount"):
        actions.reword_pledge(provider.actor, pledge.reference, replace(WORDS, last_day=today() + timedelta(days=365)))
    actions.add_to_pledge(provider.actor, pledge.reference, 50_000_00)
    actions.reword_pledge(provider.actor, pledge.reference, replace(WORDS, last_day=today() + timedelta(days=365)))
    assert pledged(pledge) == 4_000_00, "a second year takes its own usual amount off"
    actions.reword_pledge(provider.actor, pledge.reference, replace(WORDS, last_day=today() + timedelta(days=364)))
    assert pledged(pledge) == 52_000_00
    actions.withdraw_pledge(provider.actor, pledge.reference, "")
    assert pledged(pledge) == 0


def test_a_level_has_no_amount_to_change_and_nothing_in_the_ledger(provider: Provider) -> None:
    level = make_pledge(provider.actor, "FE1", basis=Basis.CONDITION)
    assert pledged(level) == 0
    with pytest.raises(Refused, match="a share, not an amount"):
        actions.add_to_pledge(provider.actor, level.reference, 1)
    with pytest.raises(Refused, match="a share, not an amount"):
        actions.cut_pledge(provider.actor, level.reference, 1, "")
    actions.withdraw_pledge(provider.actor, level.reference, "")
    assert pledged(level) == 0


def test_an_amount_of_days_is_changed_by_its_days(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "LA3", last_day=today() + timedelta(days=27))
    with pytest.raises(Refused, match="Add days or take some out"):
        actions.cut_pledge(provider.actor, pledge.reference, 60, "")
    thursdays = new_pledge("LA3", weekdays=frozenset({3}), last_day=today() + timedelta(days=27))
    actions.add_days(provider.actor, pledge.reference, thursdays)
    assert (pledge_row(pledge.reference).amount, pledged(pledge)) == (8 * 240, 8 * 240)
    with pytest.raises(Refused, match="overlaps a time"):
        actions.add_days(provider.actor, pledge.reference, thursdays)
    for fields, said in (
        ({"weekdays": frozenset()}, "Choose at least one day"),
        ({"first_day": today() - timedelta(days=30), "weekdays": frozenset(range(7))}, "from today on"),
        ({"last_day": today() + timedelta(days=60), "weekdays": frozenset({5})}, "outside the pledge"),
    ):
        wrong: dict[str, Any] = {"last_day": today() + timedelta(days=27), **fields}
        if not wrong.get("weekdays", True):
            wrong |= {"starts_minute": None, "ends_minute": None}
        with pytest.raises(Refused, match=said):
            actions.add_days(provider.actor, pledge.reference, new_pledge("LA3", **wrong))


def test_days_nobody_has_booked_are_taken_out(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "LA3", last_day=today() + timedelta(days=27))
    one, two, *others = pledge.session_ids
    with work.bookkeeping(system("test")) as session:
        actions.draw_from_pledge(session, pledge.id, 240, {one: 1}, from_hold=False)
    for chosen, said in (([], "Choose the days"), ([one], "promised or on offer"), ([999_999], "taken out meanwhile")):
        with pytest.raises(Refused, match=said):
            actions.drop_days(provider.actor, pledge.reference, chosen, "", None)
    actions.drop_days(provider.actor, pledge.reference, [two], "the garage", None)
    assert (pledge_row(pledge.reference).amount, pledged(pledge)) == (3 * 240, 3 * 240)
    with work.bookkeeping(system("test")) as session:
        actions.give_back_to_pledge(session, pledge.id, 240, {one: 1})
    with pytest.raises(Refused, match="Withdraw the pledge instead"):
        actions.drop_days(provider.actor, pledge.reference, [one, *others], "", None)


# --- rewording, pausing, ending -----------------------------------------------------------------


def test_words_and_zones_of_a_posted_pledge_can_change(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7")
    zones = frozenset(provider.framework.zone_ids[:1])
    actions.reword_pledge(
        provider.actor,
        pledge.reference,
        replace(WORDS, borough_wide=False, zone_ids=zones, place_label="the office", picked_zones=tuple(zones)),
    )
    row = pledge_row(pledge.reference)
    assert (row.title, row.borough_wide, row.zone_scheme_id) == ("New words", False, provider.framework.scheme_id)
    assert row.place_id is not None
    for wrong, field in (
        (replace(WORDS, place_label="the office"), "postcode"),
        (replace(WORDS, last_day=today() - timedelta(days=1)), "last_day"),
        (replace(WORDS, owner_name=""), "owner_name"),
        (replace(WORDS, smallest_useful=10**6), "smallest_useful"),
        (replace(WORDS, team_smallest=5, team_largest=4), "team_largest"),
        (replace(WORDS, borough_wide=False), "zones"),
        (replace(WORDS, borough_wide=False, zone_ids=frozenset({999_999})), "zones"),
    ):
        with pytest.raises(Refused) as refused:
            actions.reword_pledge(provider.actor, pledge.reference, wrong)
        assert refused.value.problems[0].field == field


def test_the_last_day_is_not_moved_before_days_that_stand(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "LA3", last_day=today() + timedelta(days=27))
    with pytest.raises(Refused, match="Take them out first"):
        actions.reword_pledge(provider.actor, pledge.reference, replace(WORDS, last_day=today() + timedelta(days=1)))


def test_a_paused_pledge_goes_back_on_offer_while_admitted(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", state=S.PAUSED)
    assert pledge_row(pledge.reference).reason == "short of drivers"
    assert pledged(pledge) == 2400, "pausing takes nothing back"
    with held_at(today() + timedelta(days=400)), pytest.raises(WrongState, match="Change it first"):
        actions.resume_pledge(provider.actor, pledge.reference)
    with work.bookkeeping(system("test")) as session:
        suspend_admission(session, provider.admission_id, "other", "")
    with pytest.raises(WrongState, match="not admitted"):
        actions.resume_pledge(provider.actor, pledge.reference)
    with work.bookkeeping(system("test")) as session:
        lift_suspension(session, provider.admission_id)
    actions.resume_pledge(provider.actor, pledge.reference)
    assert pledge_row(pledge.reference).state == S.OFFERED


def test_withdrawing_frees_only_what_is_neither_held_nor_committed(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "LA3", last_day=today() + timedelta(days=27))
    with work.bookkeeping(system("test")) as session:
        actions.draw_from_pledge(session, pledge.id, 240, {pledge.session_ids[0]: 1}, from_hold=False)
        actions.hold_on_pledge(session, pledge.id, 240, {pledge.session_ids[1]: 1})
    actions.withdraw_pledge(provider.actor, pledge.reference, "sold")
    row = pledge_row(pledge.reference)
    assert (row.state, row.amount, row.held, row.committed, pledged(pledge)) == (S.WITHDRAWN, 480, 240, 240, 480)
    with work.reading() as reading:
        assert [one.id for one in queries.sessions_of_pledge(reading, pledge.id)] == list(pledge.session_ids[:2])
    assert [one["how"] for one in told("PledgeEnded")] == ["withdrawn"]


def test_time_ends_what_nobody_took_and_leaves_what_is_all_promised(provider: Provider) -> None:
    free = make_pledge(provider.actor, "PO7", amount=600)
    taken = make_pledge(provider.actor, "FP1", amount=500_00)
    with work.bookkeeping(system("test")) as session:
        actions.draw_from_pledge(session, taken.id, 500_00, {}, from_hold=False)
    with held_at(today() + timedelta(days=180)):
        assert actions.expire_pledges(system("clocks")) == 0, "the last day itself counts"
    with held_at(today() + timedelta(days=181)):
        assert actions.expire_pledges(system("clocks")) == 1
        assert actions.expire_pledges(system("clocks")) == 0, "again changes nothing"
    assert (pledge_row(free.reference).state, pledged(free)) == (S.EXPIRED, 0)
    assert (pledge_row(taken.reference).state, pledged(taken)) == (S.OFFERED, 500_00)
    assert acts_on(free.reference)[-1] == "pledge.expire"


def test_a_provider_is_asked_30_and_7_days_before_the_end_and_each_once(provider: Provider) -> None:
    pledge = make_pledge(provider.actor, "PO7", last_day=today() + timedelta(days=60))
    make_pledge(provider.actor, "PP7", last_day=today() + timedelta(days=60))
    asked = []
    for days in range(20, 62):
        with held_at(today() + timedelta(days=days)):
            asked += [days] * actions.remind_of_ends(system("clocks"))
    assert asked == [30, 53]
    assert [one["days"] for one in told("PledgeEnding")] == [30, 7]
    actions.answer_still_on_offer(provider.actor, pledge.reference, still=True)
    assert pledge_row(pledge.reference).still_offered_on == today()
    actions.answer_still_on_offer(provider.actor, pledge.reference, still=False)
    assert pledge_row(pledge.reference).state == S.WITHDRAWN


def test_the_holder_of_a_link_answers_for_that_pledge_only(provider: Provider) -> None:
    pledge, other = make_pledge(provider.actor, "PO7"), make_pledge(provider.actor, "FP1")
    holder = Actor(kind="link", pseudonym="link:1", link_act="pledge.still_on_offer",
                   link_subject=f"pledge:{pledge.reference}")  # fmt: skip
    with pytest.raises(NotAllowed, match="another pledge"):
        actions.answer_still_on_offer(holder, other.reference, still=False)
    actions.answer_still_on_offer(holder, pledge.reference, still=False)
    assert pledge_row(pledge.reference).state == S.WITHDRAWN
    with pytest.raises(WrongState):
        actions.answer_still_on_offer(holder, pledge.reference, still=True)


def test_what_the_council_pauses_only_the_council_puts_back(provider: Provider) -> None:
    running, paused = make_pledge(provider.actor, "PO7"), make_pledge(provider.actor, "FP1", state=S.PAUSED)
    draft = make_pledge(provider.actor, "PO7", state=S.DRAFT)
    with work.work(system("test")) as session:
        assert actions.pause_pledges_of(session, provider.id, "") == [running.id]
    assert pledge_row(running.reference).paused_by_council
    with work.work(system("test")) as session:
        assert actions.resume_pledges_of(session, provider.id) == [running.id]
    assert pledge_row(paused.reference).state == S.PAUSED
    with work.work(system("test")) as session:
        assert actions.withdraw_pledges_of(session, provider.id, "left the framework") == [
            running.id,
            paused.id,
            draft.id,
        ]
    assert {pledge_row(one.reference).state for one in (running, paused, draft)} == {S.WITHDRAWN}


def test_a_measure_that_is_retired_takes_no_new_pledge(provider: Provider) -> None:
    from community_book.base.clock import now_utc
    from cwb.pillars.tables import Measure

    new = new_pledge("FP2")
    with work.bookkeeping(system("test")) as session:
        session.get_one(Measure, measure("FP2").id).retired_at_utc = now_utc()
    with pytest.raises(WrongState, match="not used any more"):
        actions.log_pledge(provider.actor, new)


def test_an_erased_persons_name_goes_and_every_total_stays(provider: Provider) -> None:
    somebody = actor_for(provider.organisation, Role.PROVIDER_MEMBER, name="Priya Desai")
    namesake = make_pledge(make_admitted_provider().actor, "PO7")
    pledge = make_pledge(provider.actor, "PO7")
    with work.reading() as reading:
        assert queries.held_of_person(reading, somebody.person_id or 0) == {
            "pledges you look after": [pledge.reference]
        }
    with work.bookkeeping(system("test")) as session:
        actions.erase_name(session, somebody.person_id or 0)
    assert (pledge_row(pledge.reference).owner_name, pledged(pledge)) == ("", 2400)
    assert pledge_row(namesake.reference).owner_name == "Priya Desai", "somebody else's of that name"
    with work.reading() as reading:
        history = audit.history(reading, f"pledge:{pledge.reference}")
        assert all("owner" not in past.texts for past in history)

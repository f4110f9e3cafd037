"""A quarter's reports as a batch: frozen, drawn, checked, accepted or given up."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from community_book.base import audit, clock, dispatcher, work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import quarter_dates, quarter_of, today
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.base.past_acts import words_of_act
from community_book.people.tables import Person
from cwb.checking import actions, queries, rules
from cwb.checking.tables import Batch, BatchItem
from cwb.deliveries import actions as deliveries
from cwb.deliveries.queries import found_wrong
from cwb.deliveries.rules import Answer, DeliveryState
from cwb.deliveries.tables import Delivery
from cwb.ledger.rules import next_quarter
from cwb.ledger.tables import LedgerEntry
from tests.makers import actor_for, join
from tests.makers_checking import (
    after_the_quarter,
    batch_row,
    items_of,
    let_the_site_work,
    make_checked,
    make_drawn,
    make_field,
    open_for,
    sample_of,
)
from tests.makers_deliveries import a_file, booked, decide, decision, decisions_of, make_delivery, row_of
from tests.support.databases import ON_SQLITE

S = DeliveryState


def entries(subject: str) -> list[str]:
    with work.reading() as reading:
        return [past.act for past in reversed(audit.history(reading, subject))]


# --- opening and freezing -----------------------------------------------------------------------


def test_opening_publishes_the_hash_of_a_seed_nobody_can_read(app):
    field = make_field(2)
    reference = open_for(field)
    with work.reading() as reading:
        seen = queries.public_batch(reading, reference)
    assert seen.seed is None
    assert seen.seed_hash == rules.seed_hash_of(batch_row(reference).seed)
    assert entries(f"batch:{reference}") == ["batch.open"]


def test_a_quarter_has_one_batch_at_a_time(app):
    field = make_field(2)
    reference = open_for(field)
    with pytest.raises(WrongState, match="already"):
        open_for(field, by=field.council.second)
    actions.drop_batch(field.council.verifier, reference, "Opened by mistake")
    assert open_for(field) != reference


@pytest.mark.parametrize("quarter", ["2031-Q1", "x", "2026-Q9", ""])
def test_a_quarter_far_off_or_no_quarter_is_refused(app, quarter):
    with pytest.raises(Refused):
        actions.open_batch(make_field(1).council.verifier, quarter)


def test_only_verifiers_run_batches(app):
    field = make_field(1)
    for who in (field.council.officer, field.council.auditor, field.council.outside, field.pair.offering):
        with pytest.raises(NotAllowed):
            open_for(field, by=who)


def test_reports_are_frozen_when_the_quarter_is_over_and_the_hash_was_public_for_a_day(app):
    field = make_field(3)
    reference = open_for(field)
    with pytest.raises(WrongState, match="still running"):
        actions.freeze_batch(field.council.verifier, reference)
    actions.drop_batch(field.council.verifier, reference, "Again")
    with after_the_quarter(field.quarter):
        late = open_for(field)
        with pytest.raises(WrongState, match="from tomorrow"):
            actions.freeze_batch(field.council.verifier, late)
    with after_the_quarter(field.quarter, 2):
        assert actions.freeze_batch(field.council.verifier, late) == 3


def test_a_batch_holds_what_is_left_when_the_rest_is_checked_one_by_one(app):
    field = make_field(3)
    silent = make_delivery(
        S.UNANSWERED, pair=field.pair, commitment=field.first.commitment, council=field.council, amount=50
    )
    flagged = make_delivery(
        S.CONFIRMED, pair=field.pair, commitment=field.first.commitment, council=field.council, amount=3
    )
    reference = open_for(field)
    with after_the_quarter(field.quarter):
        actions.freeze_batch(field.council.verifier, reference)
    held = {name for name, _, _ in items_of(reference)}
    assert silent.reference not in held
    assert flagged.reference not in held, "it has the group, day and amount of another"
    assert held == set(field.references)
    assert row_of(flagged.reference).held_for == ""


def test_a_report_amended_between_opening_and_freezing_is_not_taken(app):
    field = make_field(3)
    one = field.made[0]
    late = make_delivery(pair=field.pair, commitment=one.commitment, council=field.council, amount=77)
    reference = open_for(field)
    deliveries.query(late.asking, late.reference, Answer(reason="It was less"))
    with after_the_quarter(field.quarter):
        actions.freeze_batch(field.council.verifier, reference)
    assert late.reference not in {name for name, _, _ in items_of(reference)}
    assert row_of(late.reference).held_for == ""


def test_nobody_changes_a_frozen_report_and_the_sentence_says_until_when(app):
    field = make_field(3)
    one = field.made[0]
    reference = open_for(field)
    with after_the_quarter(field.quarter):
        actions.freeze_batch(field.council.verifier, reference)
        for deed in (
            lambda: deliveries.withdraw(one.providing, one.reference, reason="A mistake"),
            lambda: deliveries.query(one.asking, one.reference, Answer(reason="No")),
            lambda: deliveries.add_evidence(one.providing, one.reference, [a_file()]),
            lambda: decide(one),
        ):
            with pytest.raises(WrongState, match=r"stays as it is until .* at the latest on 2\d{3}"):
                deed()
        actions.drop_batch(field.council.verifier, reference, "Not now")
        deliveries.withdraw(one.providing, one.reference, reason="A mistake")
    assert row_of(one.reference).state == S.WITHDRAWN


def test_where_no_report_fits_nothing_is_frozen(app):
    made = make_delivery(S.CONFIRMED)  # the first of its provider
    reference = actions.open_batch(made.council.verifier, quarter_of(today()))
    with after_the_quarter(quarter_of(today())), pytest.raises(WrongState, match="no report"):
        actions.freeze_batch(made.council.verifier, reference)
    assert row_of(made.reference).held_for == ""


# --- drawing and checking -----------------------------------------------------------------------


def test_the_sample_is_what_the_published_seed_draws(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
    with work.reading() as reading:
        seen = queries.public_batch(reading, reference)
    assert seen.seed is not None
    assert rules.seed_hash_of(seen.seed) == seen.seed_hash
    assert sample_of(reference) == set(rules.draw(seen.seed, field.references, 3))


def test_only_what_was_drawn_is_decided_meanwhile(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
        for one in field.made:
            if one.reference in sample_of(reference):
                decide(one)
            else:
                with pytest.raises(WrongState, match="together with others"):
                    decide(one)
    assert {row_of(one).verified_how for one in sample_of(reference)} == {"checked"}


def test_of_fewer_than_59_all_are_checked_and_nothing_is_accepted_unseen(app):
    field = make_field(4)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
        assert sample_of(reference) == set(field.references)
        for one in field.made[:3]:
            decide(one)
        with pytest.raises(WrongState, match="3 of the 4"):
            actions.accept_batch(field.council.verifier, reference)
        decide(field.made[3])
        actions.accept_batch(field.council.verifier, reference)
        assert let_the_site_work() == 1
    assert batch_row(reference).state == "accepted"
    assert {row_of(one).verified_how for one in field.references} == {"checked"}


# --- accepting ----------------------------------------------------------------------------------


def test_accepting_verifies_the_rest_and_says_how(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        actions.accept_batch(field.council.verifier, reference)
        let_the_site_work()
    drawn = sample_of(reference)
    for minutes, one in enumerate(field.made, start=1):
        row = row_of(one.reference)
        assert (row.state, row.held_for, row.held_until) == (S.VERIFIED, "", None)
        assert booked(one.reference) == (minutes, minutes, minutes)
        assert row.verified_how == ("checked" if one.reference in drawn else "sampled")
        with work.reading() as reading:
            how = reading.execute(
                select(LedgerEntry.how).where(LedgerEntry.delivery_id == row.id, LedgerEntry.figure == "verified")
            ).scalars()
            assert set(how) == {row.verified_how}
        assert entries(f"delivery:{one.reference}")[-1] == "delivery.verify"
        said = decisions_of(one.reference)[-1]
        assert said.person_id == field.council.verifier.person_id
        assert said.basis == ("word" if one.reference in drawn else "sample")
    assert {outcome for _, in_sample, outcome in items_of(reference) if not in_sample} == {"accepted"}


def test_accepting_can_be_killed_after_any_report_and_goes_on_where_it_was(three_are_enough, app):
    field = make_field(6)
    site = system("checking")
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        actions.accept_batch(field.council.verifier, reference)
        assert actions.finish_accepting(site, 1) == 1
        assert sum(row_of(one).verified_how == "sampled" for one in field.references) == 1
        assert batch_row(reference).state == "accepting"
        assert let_the_site_work(lot=2) == 3
        assert actions.finish_accepting(site) == 0
    assert batch_row(reference).state == "accepted"
    for minutes, one in enumerate(field.references, start=1):
        assert booked(one) == (minutes, minutes, minutes)


def test_a_report_found_wrong_stops_the_batch_where_nothing_is_tolerated(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
        drawn = [one for one in field.made if one.reference in sample_of(reference)]
        decide(drawn[0], "reject")
        for one in drawn[1:]:
            decide(one)
        with pytest.raises(WrongState, match="1 of 3 checked reports claimed too much"):
            actions.accept_batch(field.council.verifier, reference)
        actions.drop_batch(field.council.verifier, reference, "Too much was wrong")
    rest = [one for one in field.made if one not in drawn]
    assert {row_of(one.reference).state for one in rest} == {S.CONFIRMED}
    with after_the_quarter(field.quarter, 3):
        decide(rest[0])
        again = make_again(field)
        with pytest.raises(WrongState, match="no report"):
            actions.freeze_batch(field.council.verifier, again)


def make_again(field) -> str:
    with clock.held_at(quarter_dates(field.quarter)[1]):
        return open_for(field)


def tolerate(reference: str, basis_points: int) -> None:
    with work.bookkeeping(system("test")) as session:
        session.execute(update(Batch).where(Batch.reference == reference).values(tolerance_basis_points=basis_points))


def test_within_the_tolerance_the_rest_of_a_provider_found_wrong_is_checked_one_by_one(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
        drawn = [one for one in field.made if one.reference in sample_of(reference)]
        decide(drawn[0], "reject")
        for one in drawn[1:]:
            decide(one)
        tolerate(reference, 10_000)
        actions.accept_batch(field.council.verifier, reference)
        let_the_site_work()
        assert batch_row(reference).state == "accepted"
        assert {outcome for _, in_sample, outcome in items_of(reference) if not in_sample} == {"released"}
        rest = [one for one in field.made if one not in drawn]
        assert {row_of(one.reference).state for one in rest} == {S.CONFIRMED}
        decide(rest[0])


def test_a_provider_found_wrong_in_a_sample_is_fully_checked_until_the_next_quarter_is_over(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_drawn(field)
        one = next(one for one in field.made if one.reference in sample_of(reference))
        decide(one, "reject")
        now = quarter_of(today())
        with work.reading() as reading:
            found = found_wrong(reading)
        assert [(each.delivery_reference, each.until_quarter) for each in found] == [(one.reference, next_quarter(now))]
        deliveries.appeal(one.providing, one.reference, reason="There is a list")
        deliveries.decide_appeal(field.council.second, one.reference, decision("verify"))
        with work.reading() as reading:
            assert found_wrong(reading) == [], "the appeal said it was right"


def test_what_is_found_when_nothing_was_drawn_moves_nobody(app):
    make_delivery(S.REJECTED)
    with work.reading() as reading:
        assert found_wrong(reading) == []


def person_of(actor: Actor) -> Person:
    with work.reading() as reading:
        return reading.get_one(Person, actor.person_id)


# --- who may ------------------------------------------------------------------------------------


def test_nobody_accepts_a_batch_with_reports_of_their_own(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        tied = actor_for(field.council.organisation, Role.VERIFIER)
        join(person_of(tied), field.pair.group.organisation, Role.GROUP_MEMBER)
        with pytest.raises(NotAllowed, match="Somebody else accepts"):
            actions.accept_batch(tied, reference)
        with pytest.raises(NotAllowed):
            actions.accept_batch(field.council.officer, reference)
        actions.accept_batch(field.council.second, reference)


def test_a_report_accepted_with_its_batch_is_reversed_like_any_other(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        actions.accept_batch(field.council.verifier, reference)
        let_the_site_work()
        one = next(one for one in field.made if one.reference not in sample_of(reference))
        deliveries.reverse(field.council.second, one.reference, reason="It was another group")
    assert booked(one.reference) == (0, 0, 0)
    assert row_of(one.reference).state == S.REVERSED


# --- the clock ----------------------------------------------------------------------------------


def test_a_batch_nobody_decides_is_given_up_so_that_nothing_stays_frozen(app):
    field = make_field(3)
    reference = open_for(field)
    with after_the_quarter(field.quarter):
        actions.freeze_batch(field.council.verifier, reference)
        until = batch_row(reference).frozen_until
        assert until is not None
    with clock.held_at(until):
        assert actions.give_up_frozen(system("clocks")) == 0
    with after_the_quarter(field.quarter, 60):
        assert actions.give_up_frozen(system("clocks")) == 1
        assert actions.give_up_frozen(system("clocks")) == 0
    assert batch_row(reference).state == "dropped"
    assert row_of(field.references[0]).held_for == ""


@ON_SQLITE
def test_a_real_batch_of_more_than_59_leaves_the_rest_to_the_sample(app):
    field = make_field(62)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        assert len(sample_of(reference)) == 59
        actions.accept_batch(field.council.verifier, reference)
        let_the_site_work()
    assert sum(row_of(one).verified_how == "sampled" for one in field.references) == 3


# --- what must hold -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["sample", "seed", "accepted", "frozen", "too few"])
def test_a_batch_that_was_tampered_with_is_a_breach(three_are_enough, app, fault):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        actions.accept_batch(field.council.verifier, reference)
        let_the_site_work()
    row = batch_row(reference)
    with work.reading() as reading:
        assert queries.batch_breaches(reading) == []
    one = next(iter(sample_of(reference)))
    changes = {
        "sample": update(BatchItem).where(BatchItem.batch_id == row.id).values(in_sample=True),
        "seed": update(Batch).where(Batch.id == row.id).values(seed="0" * 64),
        "accepted": update(BatchItem)
        .where(BatchItem.batch_id == row.id, BatchItem.in_sample.is_(False))
        .values(outcome="released"),
        "frozen": update(Delivery).where(Delivery.reference == one).values(held_for=reference),
        "too few": update(BatchItem)
        .where(BatchItem.batch_id == row.id, BatchItem.delivery_id == row_of(one).id)
        .values(outcome=""),
    }
    session = work.Work(work.engine(), system("test"), join_transaction_mode="create_savepoint")
    try:
        session.execute(changes[fault])
        assert queries.batch_breaches(session)
    finally:
        session.rollback()
        session.close()


def test_the_worker_finishes_what_was_accepted(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        actions.accept_batch(field.council.verifier, reference)
        while dispatcher.run_errands():
            pass
    assert batch_row(reference).state == "accepted"


def test_every_act_on_a_batch_has_words_in_the_record(three_are_enough, app):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        actions.accept_batch(field.council.verifier, reference)
        let_the_site_work()
    found = entries(f"batch:{reference}")
    assert found == ["batch.open", "batch.freeze", "batch.draw", "batch.accept", "batch.finish"]
    assert all(words_of_act(act) for act in [*found, "batch.drop", "batch.release"])

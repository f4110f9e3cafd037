"""Saying what happened: on a promise by either side, and by a provider about its own house."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from community_book.base import clock, work
from community_book.base.actor import Role
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.needs.tables import NeedPart
from cwb.commitments import actions as commitments
from cwb.commitments.rules import CommitmentState, SessionState
from cwb.deliveries import actions
from cwb.deliveries.rules import Answer, DeliveryState, Flag, NewOwnReport, NewReport
from cwb.ledger.queries import sum_of
from cwb.ledger.rules import Figure
from cwb.pledges.rules import PledgeState
from tests.makers import actor_for, join, make_organisation
from tests.makers_commitments import make_commitment, make_minibus_pair, make_pair, terms_of
from tests.makers_deliveries import (
    a_file,
    a_photograph,
    booked,
    decide,
    make_delivery,
    make_own_delivery,
    new_report,
    on_behalf,
    row_of,
)
from tests.makers_needs import make_need
from tests.makers_pledges import make_admitted_provider, make_pledge, pledge_row

S = DeliveryState


def fields_of(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.field for problem in refused.value.problems]


def met(part_id: int) -> int:
    with work.reading() as reading:
        return reading.get_one(NeedPart, part_id).met


def test_a_providers_report_waits_for_the_groups_word(app):
    made = make_delivery()
    row = row_of(made.reference)
    assert row.state == S.REPORTED
    assert row.answer_by == clock.add_working_days(today(), 10)
    assert booked(made.reference) == (120, 0, 0)
    assert terms_of(made.commitment).state is CommitmentState.UNDER_WAY
    assert met(made.pair.need.part_id) == 0


def test_a_groups_own_report_is_confirmed_by_it_at_once(app):
    made = make_delivery(S.CONFIRMED, by="group")
    assert booked(made.reference) == (120, 120, 0)
    assert met(made.pair.need.part_id) == 120


def test_a_group_member_who_belongs_to_the_provider_does_not_confirm_by_reporting(app):
    pair = make_pair()
    from community_book.people.tables import Person

    with work.reading() as reading:
        person = reading.get_one(Person, pair.asking.person_id)
    join(person, pair.provider.organisation, Role.PROVIDER_MEMBER)
    made = make_delivery(pair=pair, by="group")
    assert row_of(made.reference).state == S.REPORTED
    assert booked(made.reference) == (120, 0, 0)


def test_nobody_else_reports_on_a_promise(app):
    pair = make_pair()
    commitment = make_commitment(pair)
    stranger = actor_for(make_organisation(), Role.PROVIDER_LEAD)
    with pytest.raises(NotThere):
        actions.report(stranger, commitment, new_report())
    with pytest.raises(NotAllowed):
        actions.report(pair.officer, commitment, new_report())
    with pytest.raises(NotThere):
        actions.report(pair.offering, "C-222222", new_report())


@pytest.mark.parametrize("state", [CommitmentState.OFFERED, CommitmentState.CANCELLED, CommitmentState.DECLINED])
def test_nothing_is_reported_on_what_is_not_agreed(app, state):
    pair = make_pair()
    commitment = make_commitment(pair, state)
    with pytest.raises(WrongState, match="nothing more can be reported"):
        actions.report(pair.offering, commitment, new_report())


def test_what_happened_before_a_hold_can_be_reported(app):
    made = make_delivery(
        commitment=(reference := make_commitment(pair := make_pair(), CommitmentState.ON_HOLD)), pair=pair
    )
    assert terms_of(reference).reported == 120
    assert booked(made.reference) == (120, 0, 0)


# --- more than was agreed -----------------------------------------------------------------------


def test_up_to_the_promise_counts_and_the_rest_is_a_note(app):
    made = make_delivery(amount=13 * 60)
    row = row_of(made.reference)
    assert (row.stated, row.amount, row.surplus) == (780, 720, 60)
    assert Flag.MORE_THAN_AGREED in row.flags
    assert booked(made.reference) == (720, 0, 0)


def test_the_other_side_adds_the_rest_with_one_tap(app):
    pair = make_pair(amount=20 * 60)
    made = make_delivery(pair=pair, commitment=make_commitment(pair, amount=600), amount=660)
    with pytest.raises(NotAllowed):
        actions.add_surplus(made.providing, made.reference)
    actions.add_surplus(made.asking, made.reference)
    row = row_of(made.reference)
    assert (row.amount, row.surplus, row.flags) == (660, 0, [])
    terms = terms_of(made.commitment)
    assert (terms.amount, terms.reported) == (660, 660)
    assert booked(made.reference) == (660, 0, 0)
    with pytest.raises(WrongState):
        actions.add_surplus(made.asking, made.reference)


def test_what_is_added_to_a_groups_own_report_is_confirmed_too(app):
    pair = make_pair(amount=20 * 60)
    made = make_delivery(S.CONFIRMED, by="group", pair=pair, commitment=make_commitment(pair, amount=600), amount=660)
    actions.add_surplus(made.providing, made.reference)
    assert booked(made.reference) == (660, 660, 0)


def test_the_rest_stays_a_note_where_the_need_asks_for_no_more(app):
    made = make_delivery(amount=13 * 60)
    with pytest.raises(Refused):
        actions.add_surplus(made.asking, made.reference)
    assert row_of(made.reference).surplus == 60


def test_a_report_of_what_was_all_reported_already_is_a_note_only(app):
    made = make_delivery(amount=720)
    again = actions.report(made.asking, made.commitment, new_report(amount=60))
    assert booked(again) == (0, 0, 0)
    assert row_of(again).surplus == 60


# --- dates --------------------------------------------------------------------------------------


@pytest.fixture
def minibus(app):
    """Four Tuesdays agreed; the month after, with all four past."""
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(4)
        reference = make_commitment(pair)
    with clock.held_at(date(2026, 11, 2)):
        yield pair, reference, [session.id for session in terms_of(reference).sessions]


def test_a_month_of_regular_sessions_is_one_report_with_exceptions_only(minibus):
    pair, commitment, sessions = minibus
    made = make_delivery(pair=pair, commitment=commitment, used=tuple(sessions[:3]), not_used=(sessions[3],))
    row = row_of(made.reference)
    assert (row.amount, row.first_day, row.happened_on) == (360, date(2026, 10, 6), date(2026, 10, 20))
    assert row.visits == 3
    states = [session.state for session in terms_of(commitment).sessions]
    assert states == [SessionState.REPORTED] * 3 + [SessionState.PLANNED]

    actions.confirm(made.asking, made.reference)
    terms = terms_of(commitment)
    assert [session.state for session in terms.sessions] == [SessionState.REPORTED] * 3 + [SessionState.NOT_USED]
    assert (terms.amount, terms.reported, terms.confirmed) == (360, 360, 360)
    assert terms.state is CommitmentState.COMPLETED
    with work.reading() as reading:
        assert sum_of(reading, Figure.COMMITTED, pledge_id=pair.pledge.id) == 360


def test_a_date_counts_once(minibus):
    pair, commitment, sessions = minibus
    make_delivery(pair=pair, commitment=commitment, used=tuple(sessions[:2]))
    with pytest.raises(WrongState, match="not planned any more"):
        actions.report(pair.asking, commitment, new_report(used=tuple(sessions[1:3])))


def test_what_the_group_leaves_out_of_a_month_is_free_again(minibus):
    pair, commitment, sessions = minibus
    with clock.held_at(date(2026, 10, 27)):
        made = make_delivery(pair=pair, commitment=commitment, used=tuple(sessions))
        actions.confirm_in_part(made.asking, made.reference, Answer(used=tuple(sessions[:3])))
    assert booked(made.reference) == (360, 360, 0)
    assert [session.state for session in terms_of(commitment).sessions][-1] is SessionState.PLANNED
    again = make_delivery(pair=pair, commitment=commitment, used=(sessions[3],))
    assert booked(again.reference) == (120, 0, 0)


def test_what_is_left_out_of_a_finished_promise_returns_to_pledge_and_need(minibus):
    pair, commitment, sessions = minibus
    made = make_delivery(pair=pair, commitment=commitment, used=tuple(sessions))
    assert terms_of(commitment).state is CommitmentState.COMPLETED
    actions.confirm_in_part(made.asking, made.reference, Answer(used=tuple(sessions[:3])))
    terms = terms_of(commitment)
    assert [session.state for session in terms.sessions][-1] is SessionState.RETURNED
    assert (terms.amount, terms.reported, terms.confirmed) == (360, 360, 360)
    assert pledge_row(pair.pledge.reference).committed == 360


def test_dates_must_be_of_this_promise_and_over(minibus):
    pair, commitment, sessions = minibus
    with pytest.raises(Refused, match="Choose from the dates"):
        actions.report(pair.offering, commitment, new_report(used=(max(sessions) + 999,)))
    with pytest.raises(Refused, match="Tick the dates"):
        actions.report(pair.offering, commitment, new_report(used=()))
    with clock.held_at(date(2026, 10, 7)), pytest.raises(Refused, match="still to come"):
        actions.report(pair.offering, commitment, new_report(used=tuple(sessions)))


def test_dates_of_two_quarters_make_two_reports(app):
    with clock.held_at(date(2026, 9, 20)):
        pair = make_minibus_pair(4)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 10, 30)):
        ids = {session.day: session.id for session in terms_of(commitment).sessions}
        with pytest.raises(Refused, match="one quarter"):
            actions.report(pair.offering, commitment, new_report(used=tuple(ids.values())))
        by_quarter: dict[str, list[int]] = {}
        for day, key in ids.items():
            by_quarter.setdefault(clock.quarter_of(day), []).append(key)
        for used in by_quarter.values():
            make_delivery(pair=pair, commitment=commitment, used=tuple(used))
    assert terms_of(commitment).left == 0


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"amount": None}, ["amount"]),
        ({"amount": 0}, ["amount"]),
        ({"happened_on": None}, ["happened_on"]),
        ({"happened_on": None, "amount": None}, ["happened_on", "amount"]),
    ],
)
def test_a_report_says_when_and_how_much(app, typed, fields):
    pair = make_pair()
    commitment = make_commitment(pair)
    with pytest.raises(Refused) as refused:
        actions.report(pair.offering, commitment, NewReport(**({"happened_on": today(), "amount": 60} | typed)))
    assert fields_of(refused) == fields


def test_a_report_of_tomorrow_is_refused(app):
    pair = make_pair()
    with pytest.raises(Refused) as refused:
        actions.report(pair.offering, make_commitment(pair), new_report(happened_on=today() + timedelta(days=1)))
    assert "happened_on" in fields_of(refused)


# --- recorded by an officer ---------------------------------------------------------------------


def test_what_an_officer_records_for_a_group_waits_for_its_objection(app):
    pair = make_pair()
    made = make_delivery(pair=pair)
    officer = on_behalf(made, pair.group.organisation, [Role.GROUP_LEAD])
    reference = actions.report(officer, made.commitment, new_report(amount=60))
    row = row_of(reference)
    assert (row.state, row.reported_on_behalf, row.confirmed_on_behalf) == (S.RECORDED_FOR, True, True)
    assert row.reported_by_person_id == made.council.officer.person_id
    assert Flag.ON_BEHALF in row.flags
    assert booked(reference) == (60, 0, 0)


# --- in one's own house -------------------------------------------------------------------------


def test_own_conduct_has_no_group_and_may_pass_what_was_pledged(app):
    made = make_own_delivery(amount=25)
    row = row_of(made.reference)
    assert (row.group_id, row.commitment_id, row.state) == (None, None, S.REPORTED)
    assert booked(made.reference) == (25, 0, 0)
    assert Flag.NO_EVIDENCE in row.flags


def test_own_conduct_is_booked_borough_wide_and_for_no_group(app):
    made = make_own_delivery()
    from sqlalchemy import select

    from cwb.ledger.tables import LedgerEntry

    with work.reading() as reading:
        entry = reading.execute(
            select(LedgerEntry).where(LedgerEntry.delivery_id == row_of(made.reference).id)
        ).scalar_one()
        assert (entry.group_id, entry.zone_id, entry.zone_note) == (None, None, "borough_wide")


def test_a_share_of_a_thing_reported_elsewhere_too_counts_by_its_share(app):
    made = make_own_delivery(amount=7, share_basis_points=5000)
    row = row_of(made.reference)
    assert (row.stated, row.amount, row.share_basis_points) == (7, 4, 5000)
    with pytest.raises(Refused, match="comes to nothing"):
        make_own_delivery(amount=1, share_basis_points=100)


def test_only_what_passes_the_baseline_is_booked_by_the_day_it_happened(app):
    with clock.held_at(date(2026, 4, 1)):
        provider = make_admitted_provider()
        pledge = make_pledge(
            provider.actor,
            "PP1",
            amount=60_000_00,
            baseline=48_000_00,
            baseline_on=date(2026, 3, 1),
            last_day=date(2027, 3, 31),
            with_counterpart=None,
        )
    spent = {}
    with clock.held_at(date(2026, 9, 30)):
        for day, amount in ((date(2026, 5, 31), 30_000_00), (date(2026, 8, 31), 30_000_00)):
            spent[day] = actions.report_own(provider.actor, pledge.reference, NewOwnReport(day, amount=amount))
        first, second = spent.values()
        assert (row_of(first).usual, row_of(first).amount) == (30_000_00, 0)
        assert (row_of(second).usual, row_of(second).amount) == (18_000_00, 12_000_00)
        council_made = make_own_delivery(
            provider=provider, pledge=pledge, happened_on=date(2026, 9, 1), amount=5_000_00
        )
        decide(council_made)
        assert booked(council_made.reference) == (5_000_00, 0, 5_000_00)

        late = actions.report_own(provider.actor, pledge.reference, NewOwnReport(date(2026, 4, 30), amount=20_000_00))
        assert [row_of(ref).amount for ref in (late, first, second)] == [0, 2_000_00, 30_000_00]
        with work.reading() as reading:
            assert sum_of(reading, Figure.REPORTED, pledge_id=pledge.id) == 37_000_00

        actions.withdraw(provider.actor, first)
        assert [row_of(ref).amount for ref in (late, second)] == [0, 2_000_00]
        assert booked(council_made.reference) == (5_000_00, 0, 5_000_00)

        actions.withdraw(provider.actor, second)
        assert booked(council_made.reference) == (0, 0, 0)
        assert row_of(council_made.reference).usual == 5_000_00


def test_a_level_is_two_whole_numbers_on_a_day(app):
    made = make_own_delivery(measure="FE1", level_part=43, level_whole=50)
    row = row_of(made.reference)
    assert (row.level_part, row.level_whole, row.amount) == (43, 50, 0)
    assert booked(made.reference) == (0, 0, 0)
    with pytest.raises(Refused, match="cannot be more than the whole"):
        make_own_delivery(measure="FE1", level_part=51, level_whole=50)


def test_a_pledge_given_to_groups_is_reported_on_the_promise(app):
    pair = make_pair()
    with pytest.raises(WrongState, match="given to groups"):
        actions.report_own(pair.offering, pair.pledge.reference, NewOwnReport(today(), amount=5))


@pytest.mark.parametrize("state", [PledgeState.DRAFT, PledgeState.WITHDRAWN])
def test_nothing_is_reported_on_a_pledge_that_is_not_given(app, state):
    provider = make_admitted_provider()
    pledge = make_pledge(provider.actor, "PP7", state=state)
    with pytest.raises(WrongState, match="nothing can be reported"):
        actions.report_own(provider.actor, pledge.reference, NewOwnReport(today(), amount=5))


def test_another_provider_does_not_report_on_a_pledge(app):
    provider, other = make_admitted_provider(), make_admitted_provider()
    pledge = make_pledge(provider.actor, "PP7")
    draft = make_pledge(provider.actor, "PP7", state=PledgeState.DRAFT)
    with pytest.raises(NotAllowed):
        actions.report_own(other.actor, pledge.reference, NewOwnReport(today(), amount=5))
    with pytest.raises(NotThere):
        actions.report_own(other.actor, draft.reference, NewOwnReport(today(), amount=5))


def test_a_pledge_is_fulfilled_when_all_of_it_is_verified(app):
    made = make_own_delivery(S.VERIFIED, amount=20)
    assert pledge_row(made.pledge.reference).state == PledgeState.FULFILLED


# --- files --------------------------------------------------------------------------------------


def files_of(reference: str):
    from sqlalchemy import select

    from community_book.base.tables import StoredFile
    from cwb.deliveries.tables import Evidence

    with work.reading() as reading:
        return list(
            reading.execute(
                select(StoredFile)
                .join(Evidence, Evidence.file_id == StoredFile.id)
                .where(Evidence.delivery_id == row_of(reference).id)
                .order_by(Evidence.id)
            ).scalars()
        )


def test_files_are_kept_under_their_hash_and_photographs_without_metadata(app):
    from community_book.base.files import store

    made = make_delivery(files=[a_file(), a_photograph()], people_agreed=True)
    listed, photograph = files_of(made.reference)
    assert store().get(listed.sha256) == b"day,people\n1,2\n"
    kept = store().get(photograph.sha256)
    assert b"A telephone" not in kept
    assert photograph.sha256 != photograph.sha256_original
    assert listed.owner_kind == "delivery"


def test_a_photograph_needs_the_word_that_everybody_agreed(app):
    pair = make_pair()
    with pytest.raises(Refused) as refused:
        actions.report(pair.offering, make_commitment(pair), new_report(), [a_photograph()])
    assert fields_of(refused) == ["people_agreed"]


def test_a_bad_file_is_named_and_nothing_is_saved(app):
    pair = make_pair()
    commitment = make_commitment(pair)
    with pytest.raises(Refused) as refused:
        actions.report(
            pair.offering, commitment, new_report(), [a_file(), a_file("virus.exe", b"MZ"), a_file("e.csv", b"")]
        )
    assert fields_of(refused) == ["files", "files"]
    assert "virus.exe" in str(refused.value.problems[0].message)
    assert terms_of(commitment).reported == 0


def test_twenty_files_are_the_most(app):
    pair = make_pair()
    with pytest.raises(Refused, match="20 files"):
        actions.report(
            pair.offering, make_commitment(pair), new_report(), [a_file(content=b"a\n%d" % n) for n in range(21)]
        )
    made = make_delivery(files=[a_file(content=b"a,b\n%d,1\n" % n) for n in range(20)])
    with pytest.raises(Refused, match="20 files at most"):
        actions.add_evidence(made.providing, made.reference, [a_file(content=b"more,1\n")])


def test_the_same_file_or_the_same_day_and_amount_is_flagged(app):
    pair = make_pair()
    first = make_delivery(pair=pair, files=[a_file()])
    second = make_delivery(pair=pair, commitment=first.commitment, files=[a_file(name="other.csv")], amount=60)
    assert row_of(first.reference).flags == []
    assert row_of(second.reference).flags == [Flag.SAME_FILE]
    third = make_delivery(pair=pair, commitment=first.commitment, amount=60)
    assert row_of(third.reference).flags == [Flag.SAME_DAY_AND_AMOUNT]


def test_files_added_later_take_the_flag_away(app):
    made = make_own_delivery()
    assert row_of(made.reference).flags == [Flag.NO_EVIDENCE]
    actions.add_evidence(made.providing, made.reference, [a_file()])
    assert row_of(made.reference).flags == []


def test_a_late_report_and_one_outside_the_dates_are_flagged(app):
    made = make_own_delivery(happened_on=today() - timedelta(days=100))
    assert set(row_of(made.reference).flags) >= {Flag.LATE, Flag.OUTSIDE_DATES}


# --- the room -----------------------------------------------------------------------------------


def test_a_promise_ended_short_takes_no_report_and_gives_back_what_is_withdrawn(app):
    pair = make_pair()
    made = make_delivery(pair=pair, amount=300)
    commitments.end_short(pair.asking, made.commitment, reason_code="enough")
    with pytest.raises(WrongState):
        actions.report(pair.offering, made.commitment, new_report())
    actions.withdraw(made.providing, made.reference)
    terms = terms_of(made.commitment)
    assert (terms.amount, terms.reported) == (0, 0)
    assert pledge_row(pair.pledge.reference).committed == 0
    with work.reading() as reading:
        assert sum_of(reading, Figure.COMMITTED, pledge_id=pair.pledge.id) == 0


def test_two_needs_share_a_pledge_and_each_has_its_own_deliveries(app):
    pair = make_pair()
    other = make_pair(provider=pair.provider, amount=600)
    assert make_need(pair.asking, kind=Kind.ADVICE, amount=60).part_id
    one, two = make_delivery(pair=pair), make_delivery(pair=other, amount=60)
    assert booked(one.reference) == (120, 0, 0)
    assert booked(two.reference) == (60, 0, 0)

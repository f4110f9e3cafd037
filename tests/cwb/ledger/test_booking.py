"""Booking, taking back, adding up: on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from community_book.base import work
from community_book.base.actor import system
from community_book.base.clock import held_at
from cwb.ledger import actions, queries
from cwb.ledger.rules import CHECKED, SAMPLED, Figure, NotThatMuch
from cwb.ledger.tables import LedgerEntry
from cwb.ledger.views import Slice
from tests.makers_ledger import book, booking


def entries(reading: work.Reading) -> list[LedgerEntry]:
    return list(reading.execute(select(LedgerEntry).order_by(LedgerEntry.id)).scalars())


def take_back(**what: object) -> None:
    with work.bookkeeping(system("test")) as session:
        actions.reverse(session, act="test", **what)  # type: ignore[arg-type]


def test_an_entry_is_stamped_with_its_moment_and_period(app, reading) -> None:
    with held_at(date(2026, 11, 22)):
        first, second = book(
            booking(Figure.PLEDGED, 600, happened_on=date(2026, 1, 5)),
            booking(Figure.REPORTED, 90, happened_on=date(2026, 9, 30), delivery_id=7),
        )
    pledged, reported = entries(reading)
    assert [pledged.id, reported.id] == [first, second]
    assert (pledged.period, pledged.happened_on) == ("2026-Q4", date(2026, 11, 22))
    assert (reported.period, reported.happened_on) == ("2026-Q3", date(2026, 9, 30))
    assert reported.booked_at_utc.date() == date(2026, 11, 22)


@pytest.mark.parametrize("amount", [0, -5, 10**12 + 1])
def test_only_amounts_of_one_or_more_are_booked(app, reading, amount: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        book(booking(Figure.REPORTED, amount))
    assert entries(reading) == []


def test_taking_back_copies_the_stamps_newest_first_and_the_sum_follows(app, reading) -> None:
    with held_at(date(2026, 10, 10)):
        book(booking(Figure.REPORTED, 100, delivery_id=7, zone_id=3, lot_id=5, happened_on=date(2026, 10, 1)))
        book(booking(Figure.REPORTED, 40, delivery_id=7, zone_id=4, lot_id=5, happened_on=date(2026, 7, 1)))
    take_back(figure=Figure.REPORTED, delivery_id=7, amount=60)
    take_back(figure=Figure.REPORTED, delivery_id=7, amount=30)
    first, second, *back = entries(reading)
    assert [(row.amount, row.reverses_id, row.zone_id, row.lot_id, row.period) for row in back] == [
        (-40, second.id, 4, 5, "2026-Q3"),
        (-20, first.id, 3, 5, "2026-Q4"),
        (-30, first.id, 3, 5, "2026-Q4"),
    ]
    assert queries.sum_of(reading, Figure.REPORTED, delivery_id=7) == 50
    assert queries.ledger_breaches(reading) == []


def test_no_more_is_taken_back_than_stands(app, reading) -> None:
    book(booking(Figure.REPORTED, 100, delivery_id=7), booking(Figure.CONFIRMED, 100, delivery_id=7))
    take_back(figure="reported", delivery_id=7, amount=80)
    with pytest.raises(NotThatMuch):
        take_back(figure="reported", delivery_id=7, amount=21)
    with pytest.raises(ValueError, match="which"):
        take_back(figure="reported", amount=1)
    assert queries.sum_of(reading, "reported", delivery_id=7) == 20
    assert queries.sum_of(reading, "confirmed", delivery_id=7) == 100


def test_cutting_what_was_pledged_counts_in_the_quarter_of_the_cut(app, reading) -> None:
    with held_at(date(2026, 5, 1)):
        book(booking(Figure.PLEDGED, 600))
    with held_at(date(2026, 11, 22)):
        take_back(figure=Figure.PLEDGED, pledge_id=1, amount=100)
    made, cut = entries(reading)
    assert (made.period, cut.period, cut.happened_on) == ("2026-Q2", "2026-Q4", date(2026, 11, 22))


def test_totals_are_the_sums_of_the_entries_whatever_part_is_asked_for(app, reading) -> None:
    with held_at(date(2026, 11, 22)):
        book(
            booking(Figure.PLEDGED, 600, zone_note="zones_named", group_id=None),
            booking(Figure.COMMITTED, 300, commitment_id=4, zone_id=9),
            booking(Figure.VERIFIED, 120, delivery_id=7, commitment_id=4, zone_id=9, how=CHECKED),
            booking(Figure.VERIFIED, 60, delivery_id=8, commitment_id=4, zone_id=9, how=SAMPLED),
            booking(Figure.VERIFIED, 30, delivery_id=9, how=CHECKED, basis="condition", pledge_id=2, framework_id=2),
            booking(Figure.VERIFIED, 10, delivery_id=10, how=CHECKED, happened_on=date(2026, 2, 1), lot_id=5),
        )
    found = {(total.basis, total.figure, total.how): total.amount for total in queries.totals(reading)}
    assert found == {
        ("extra", Figure.PLEDGED, ""): 600,
        ("extra", Figure.COMMITTED, ""): 300,
        ("extra", Figure.VERIFIED, CHECKED): 130,
        ("extra", Figure.VERIFIED, SAMPLED): 60,
        ("condition", Figure.VERIFIED, CHECKED): 30,
    }
    for part in (
        Slice(),
        Slice(zone_id=9),
        Slice(framework_id=2),
        Slice(lot_id=5),
        Slice(first_quarter="2026-Q4", last_quarter="2026-Q4"),
        Slice(last_quarter="2026-Q3"),
        Slice(basis="extra"),
        Slice(measure_ids=frozenset({1})),
        Slice(measure_ids=frozenset()),
    ):
        for figure in Figure:
            total = sum(row.amount for row in queries.totals(reading, part) if row.figure is figure)
            assert total == sum(row.amount for row in queries.entries_behind(reading, figure, part)), (part, figure)


def test_what_is_behind_a_figure_is_named_by_delivery_commitment_or_pledge(app, reading) -> None:
    book(
        booking(Figure.PLEDGED, 600),
        booking(Figure.COMMITTED, 300, commitment_id=4),
        booking(Figure.REPORTED, 120, delivery_id=7, commitment_id=4),
        booking(Figure.REPORTED, 60, delivery_id=8, commitment_id=4),
    )
    take_back(figure=Figure.REPORTED, delivery_id=8, amount=60)
    behind = {figure: queries.entries_behind(reading, figure) for figure in Figure}
    assert [(row.pledge_id, row.commitment_id, row.delivery_id) for row in behind[Figure.PLEDGED]] == [(1, None, None)]
    assert [(row.commitment_id, row.delivery_id) for row in behind[Figure.COMMITTED]] == [(4, None)]
    assert [(row.delivery_id, row.amount) for row in behind[Figure.REPORTED]] == [(7, 120)]


def test_pledges_are_counted_while_something_of_them_is_left_in_a_figure(app, reading) -> None:
    with held_at(date(2025, 12, 1)):
        book(booking(Figure.PLEDGED, 600))
    with held_at(date(2026, 11, 22)):
        book(
            booking(Figure.PLEDGED, 600, pledge_id=2),
            booking(Figure.COMMITTED, 300, commitment_id=4),
            booking(Figure.COMMITTED, 300, commitment_id=5, pledge_id=2),
            booking(Figure.VERIFIED, 500, delivery_id=7, how=CHECKED),
            booking(Figure.VERIFIED, 100, delivery_id=8, how=SAMPLED),
            booking(Figure.PLEDGED, 50, pledge_id=3, basis="condition"),
        )
    take_back(figure=Figure.COMMITTED, commitment_id=5, amount=300)
    found = {(row.basis, row.year): row for row in queries.roll_up(reading) if row.pledge_id is None}
    assert sorted(found) == [
        ("condition", ""),
        ("condition", "2026"),
        ("extra", ""),
        ("extra", "2025"),
        ("extra", "2026"),
    ]
    whole = found["extra", ""]
    assert dict(whole.amounts) == {
        Figure.PLEDGED: 1200,
        Figure.COMMITTED: 300,
        Figure.REPORTED: 0,
        Figure.CONFIRMED: 0,
        Figure.VERIFIED: 600,
    }
    assert (whole.sampled, whole.pledges[Figure.PLEDGED], whole.pledges[Figure.COMMITTED]) == (100, 2, 1)
    assert whole.pledges[Figure.VERIFIED] == 1
    assert (whole.ever_pledged, whole.ever_verified) == (1200, 600)
    assert found["extra", "2025"].amounts[Figure.PLEDGED] == 600
    assert found["extra", "2026"].amounts[Figure.PLEDGED] == 600
    [alone] = [row for row in queries.roll_up(reading) if row.pledge_id is not None]
    assert (alone.pledge_id, alone.ever_pledged, alone.ever_verified) == (3, 50, 0)


def test_what_was_ever_pledged_is_asked_of_whole_lives_whatever_quarter_is_shown(app, reading) -> None:
    with held_at(date(2025, 12, 1)):
        book(booking(Figure.PLEDGED, 600))
    with held_at(date(2026, 11, 22)):
        book(booking(Figure.VERIFIED, 600, delivery_id=7, happened_on=date(2026, 9, 1), zone_id=3))
    for part in (
        Slice(first_quarter="2026-Q3", last_quarter="2026-Q3"),
        Slice(first_quarter="2026-Q4", last_quarter="2026-Q4"),
        Slice(zone_id=3),
        Slice(zone_id=4),
    ):
        [row] = [row for row in queries.roll_up(reading, part) if row.year == ""]
        assert (row.ever_pledged, row.ever_verified) == (600, 600)
        for figure in Figure:
            expected = sum(total.amount for total in queries.totals(reading, part) if total.figure is figure)
            assert row.amounts[figure] == expected


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET amount = 1",
        "DELETE FROM ledger_entries",
        "UPDATE audit_entries SET act = 'x'",
        "DELETE FROM audit_entries",
        "UPDATE audit_texts SET text = 'other'",
        "UPDATE audit_texts SET text = NULL",
        "UPDATE audit_texts SET text = NULL, salt = NULL, field = 'x'",
        "DELETE FROM audit_texts",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_booked_or_written_down(app, reading, statement: str) -> None:
    book(booking(Figure.PLEDGED, 600))
    with work.work(system("test")) as session:
        session.record("test.act", "need:N-234567", texts={"why": "because"})
    with pytest.raises(DBAPIError, match="append-only"), work.bookkeeping(system("test")) as session:
        session.execute(text(statement))


def test_a_text_of_the_chain_may_lose_its_words(app, reading) -> None:
    with work.work(system("test")) as session:
        session.record("test.act", "need:N-234567", texts={"why": "because"})
    with work.bookkeeping(system("test")) as session:
        session.execute(text("UPDATE audit_texts SET text = NULL, salt = NULL"))
    assert reading.execute(text("SELECT count(*) FROM audit_texts WHERE text IS NULL")).scalar_one() == 1


def test_an_entry_is_not_replaced_either(app, reading) -> None:
    [key] = book(booking(Figure.PLEDGED, 600))
    if reading.get_bind().dialect.name != "sqlite":
        return  # only SQLite knows INSERT OR REPLACE
    with pytest.raises(DBAPIError, match="append-only"), work.bookkeeping(system("test")) as session:
        session.execute(
            text("INSERT OR REPLACE INTO ledger_entries SELECT * FROM ledger_entries WHERE id = :key"),
            {"key": key},
        )


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("no figure is below nothing", {"amount": -5}),
        ("what is taken back points to its entry", {"amount": -5}),
        ("what is taken back points to its entry", {"amount": 5, "reverses": True}),
        ("a delivery counts once", {"amount": 5, "measure_id": 2, "delivery_id": 7}),
        ("shares of one delivery come to one whole at most", {"amount": 5, "delivery_id": 7, "framework_id": 2}),
        ("verified shows its parts", {"amount": 5, "figure": "verified"}),
    ],
)
def test_a_planted_breach_is_found(committed, rule: str, wrong: dict[str, object]) -> None:
    """Planted past the steps, in a transaction that is undone."""
    from community_book.base.clock import now_utc

    with work.reading() as session:
        stamps = {
            "figure": "reported",
            "measure_id": 1,
            "unit": "minutes",
            "pillar_number": 3,
            "basis": "extra",
            "provider_id": 1,
            "framework_id": 1,
            "pledge_id": 1,
            "happened_on": date(2026, 10, 1),
            "booked_at_utc": now_utc(),
            "period": "2026-Q4",
        }
        first = LedgerEntry(**{**stamps, "amount": 1, "delivery_id": 7, "pledge_id": 9})
        session.add(first)
        session.flush()
        pledge = 9 if wrong.get("delivery_id") else 1
        values = {**stamps, "pledge_id": pledge, **{k: v for k, v in wrong.items() if k != "reverses"}}
        session.add(LedgerEntry(**values, reverses_id=first.id if wrong.get("reverses") else None))
        session.flush()
        assert rule in {breach.rule for breach in queries.ledger_breaches(session)}
        session.rollback()


def test_the_booking_of_a_step_is_undone_with_its_act(app, reading) -> None:
    with pytest.raises(ValueError, match="amount"):
        book(booking(Figure.PLEDGED, 5), booking(Figure.PLEDGED, 0))
    with pytest.raises(AssertionError, match="audit"), work.work(system("test")) as session:
        actions.book(session, booking(Figure.PLEDGED, 5))
    assert entries(reading) == []

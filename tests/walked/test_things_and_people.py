"""Walked from form to figure: laptops, a staff day, a treasurer's role."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from community_book.base.clock import held_at
from tests.walked.walking import Walk

HOUR = 60
BEGINS = date(2027, 1, 11)
WINDOW = {"first_day": BEGINS, "last_day": date(2027, 12, 31)}
WHERE = {"where": "borough", "meets_people_at_risk": "no"}


def test_five_laptops_of_eight_wanted_are_given_and_four_work(app: Flask) -> None:
    with held_at(BEGINS):
        walk = Walk(app)
        pledge = walk.pledge("FP6", title="Five laptops, wiped", item_type="laptops", amount=5, **WINDOW, **WHERE)
        need = walk.need("goods", title="Eight laptops for our class", item_type="laptops", amount=8, **WINDOW)
        promise = walk.offer(pledge, need)
        walk.press(walk.group, promise, "accept")
        assert walk.pledge_columns(pledge) == (5, 0, 5)
        assert walk.need_columns(need) == (8, 5, 3)
        assert walk.figures("FP6") == [5, 5, 0, 0, 0]
    with held_at(date(2027, 1, 25)):
        delivery = walk.report(promise, what_happened="Five, with chargers.")
        assert walk.figures("FP6") == [5, 5, 5, 0, 0]
    with held_at(date(2027, 1, 27)):
        part = f"/deliveries/{delivery}/a-part-happened"
        walk.send(walk.group, part, amount=4, reason="One will not charge. The others are lovely.")
        assert walk.figures("FP6") == [5, 5, 4, 4, 0]
        walk.verify(delivery)
        assert walk.figures("FP6") == [5, 5, 4, 4, 4]
        assert walk.pledge_columns(pledge) == (5, 0, 5)
    with held_at(date(2027, 2, 3)):
        walk.send(walk.provider, f"/promises/{promise}/stop", reason_code="provider", reason="We have no other.")
        assert walk.promise_row(promise).state == "ended_short"
        assert walk.pledge_columns(pledge) == (5, 0, 4)
        assert walk.need_columns(need) == (8, 4, 4)
        assert walk.need_row(need)[0].state == "open"
        assert walk.figures("FP6") == [5, 4, 4, 4, 4]


def test_a_staff_day_of_twelve_comes_four_at_a_time_for_three_hours_and_pays_60_pounds_a_visit(app: Flask) -> None:
    with held_at(BEGINS):
        walk = Walk(app)
        pledge = walk.pledge(
            "PO5",
            title="A day of twelve of us",
            amount="36 h",
            team_smallest=2,
            team_largest=12,
            visit_minutes="3 h",
            hosting_pence_at_most="60",
            visits_covered="yes",
            **WINDOW,
            **WHERE,
        )
        need = walk.need(
            "hands",
            title="People to paint our quiet room",
            amount="36 h",
            team_largest=4,
            visit_minutes="3 h",
            hosting_cost_pence="60",
            **WINDOW,
        )
        promise = walk.offer(pledge, need)
        row = walk.promise_row(promise)
        assert (row.amount, row.people, row.hosting, row.hosting_pence_a_visit) == (36 * HOUR, 4, "paid", 60_00)
        walk.press(walk.group, promise, "accept")
        assert walk.pledge_columns(pledge) == (36 * HOUR, 0, 36 * HOUR)
        assert walk.need_columns(need) == (36 * HOUR, 36 * HOUR, 0)
    for visit in (1, 2, 3):
        with held_at(BEGINS + timedelta(weeks=visit)):
            delivery = walk.report(promise, amount="12 h", visits=1, hosting_paid_pence="60")
            assert "£60" in walk.read(walk.group, f"/deliveries/{delivery}")
            walk.confirm(delivery)
            walk.verify(delivery)
            told = visit * 12 * HOUR
            assert walk.figures("PO5") == [36 * HOUR, 36 * HOUR, told, told, told]
    assert walk.need_row(need)[0].state == "met"
    assert [row["measure"] for row in walk.table("/figures.csv") if row["row"] == "amount"] == ["PO5"]


def test_a_treasurer_elected_at_the_annual_meeting_counts_after_six_months(app: Flask) -> None:
    meeting = date(2027, 2, 10)
    with held_at(BEGINS):
        walk = Walk(app)
        pledge = walk.pledge("PO6", title="A treasurer for a group", amount=1, visits_covered="yes", **WINDOW, **WHERE)
        need = walk.need("role", title="A treasurer from our annual meeting", amount=1, **WINDOW)
        promise = walk.offer(pledge, need)
        walk.press(walk.group, promise, "accept")
        assert walk.figures("PO6") == [1, 1, 0, 0, 0]
    with held_at(meeting):
        delivery = walk.report(promise, what_happened="Elected at the annual meeting.")
        assert walk.figures("PO6") == [1, 1, 1, 0, 0]
    with held_at(date(2027, 5, 12)):
        assert "counts only from" in walk.refused(walk.verifier, f"/deliveries/{delivery}/verify")
        assert "it-happened" not in walk.read(walk.group, f"/deliveries/{delivery}")
    with held_at(date(2027, 8, 16)):
        walk.confirm(delivery)
        assert walk.figures("PO6") == [1, 1, 1, 1, 0]
        walk.verify(delivery, basis="documents")
        assert walk.figures("PO6") == [1, 1, 1, 1, 1]
        assert walk.need_row(need)[0].state == "met"
        assert walk.pledge_columns(pledge) == (1, 0, 1)
        quarter = [one for one in walk.table("/figures.csv?period=2027-Q3") if one["measure"] == "PO6"]
        assert [(one["reported"], one["confirmed"], one["verified"]) for one in quarter] == [("0", "1", "1")]

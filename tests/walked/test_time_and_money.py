"""Walked from form to figure: expert help by the hour, a grant in two parts, a match on a condition."""

from __future__ import annotations

from datetime import date

from flask import Flask

from community_book.base.clock import held_at
from tests.makers_pledges import make_admitted_provider
from tests.walked.walking import Walk

POUND = 100
HOUR = 60


def test_forty_hours_of_bookkeeping_online_meet_a_need_of_about_twelve(app: Flask) -> None:
    with held_at(date(2027, 1, 11)):
        walk = Walk(app)
        pledge = walk.pledge(
            "PO7",
            title="Forty hours of our bookkeeper",
            subject="accounts",
            amount="40 h",
            first_day=date(2027, 1, 11),
            last_day=date(2027, 12, 31),
            online="yes",
            where="borough",
            meets_people_at_risk="no",
            visits_covered="yes",
        )
        need = walk.need(
            "advice",
            title="Our books before the annual meeting",
            subject="accounts",
            amount="about 12 h",
            where="online",
            first_day=date(2027, 1, 18),
            last_day=date(2027, 6, 30),
        )
        assert walk.need_row(need)[1].is_about
        assert "about 12 h" in walk.read(None, f"/needs/{need}")
        promise = walk.ask(pledge, need, words="Could she look at our books?")
        assert walk.pledge_columns(pledge) == (40 * HOUR, 0, 0)
        walk.press(walk.provider, promise, "accept")
        assert walk.pledge_columns(pledge) == (40 * HOUR, 0, 12 * HOUR)
        assert walk.need_columns(need) == (12 * HOUR, 12 * HOUR, 0)
        assert walk.figures("PO7") == [2400, 720, 0, 0, 0]
    with held_at(date(2027, 2, 10)):
        first = walk.report(promise, amount="7 h 30", happened_on=date(2027, 2, 9), first_day=date(2027, 2, 2))
    with held_at(date(2027, 2, 12)):
        walk.confirm(first)
        walk.verify(first)
        assert walk.figures("PO7") == [2400, 720, 450, 450, 450]
    with held_at(date(2027, 4, 7)):
        second = walk.report(promise, by=walk.group, amount="4 h 30", happened_on=date(2027, 4, 6))
        walk.verify(second)
        assert walk.figures("PO7") == [2400, 720, 720, 720, 720]
        assert walk.row_of("PO7")["checked_one_by_one"] == "720"
    with held_at(date(2027, 7, 1)):
        walk.press(walk.group, promise, "complete")
        assert walk.promise_row(promise).state == "completed"
        assert walk.need_row(need)[0].state == "met"
        assert walk.pledge_columns(pledge) == (40 * HOUR, 0, 12 * HOUR)
        assert walk.figures("PO7") == [2400, 720, 720, 720, 720]


def test_a_grant_of_500_pounds_leaves_150_of_650_for_another_though_some_helps_from_300(app: Flask) -> None:
    with held_at(date(2027, 1, 11)):
        walk = Walk(app)
        common = {"first_day": date(2027, 1, 11), "last_day": date(2027, 12, 31), "where": "borough"}
        pledge = walk.pledge("FP1", title="A grant from our fund", amount="500", meets_people_at_risk="no", **common)
        need = walk.need(
            "money",
            title="A gazebo for the brass band",
            amount="650",
            smallest_useful="300",
            first_day=date(2027, 1, 18),
            last_day=date(2027, 6, 30),
        )
        promise = walk.offer(pledge, need)
        assert walk.pledge_columns(pledge) == (500 * POUND, 500 * POUND, 0)
        assert walk.need_columns(need) == (650 * POUND, 0, 650 * POUND)
        walk.press(walk.group, promise, "accept")
        assert walk.pledge_columns(pledge) == (500 * POUND, 0, 500 * POUND)
        assert walk.need_columns(need) == (650 * POUND, 500 * POUND, 150 * POUND)
        assert walk.need_row(need)[0].state == "open"
    with held_at(date(2027, 1, 25)):
        first, another = walk.provider, make_admitted_provider("Linden Homecare", framework=walk.made.framework).actor
        walk.provider = another
        rest = walk.pledge("FP1", title="A smaller grant", amount="200", meets_people_at_risk="no", **common)
        second = walk.offer(rest, need)
        assert walk.promise_row(second).amount == 150 * POUND
        walk.press(walk.group, second, "accept")
        assert walk.need_columns(need) == (650 * POUND, 650 * POUND, 0)
        assert walk.need_row(need)[0].state == "promised"
        assert walk.pledge_columns(rest) == (200 * POUND, 0, 150 * POUND)
        assert walk.figures("FP1") == [70000, 65000, 0, 0, 0]
    with held_at(date(2027, 2, 8)):
        for giver, one in ((first, promise), (another, second)):
            delivery = walk.report(one, by=giver, what_happened="Paid to the band.")
            walk.confirm(delivery)
            walk.verify(delivery, basis="documents")
        assert walk.need_row(need)[0].state == "met"
        assert walk.figures("FP1") == [70000, 65000, 65000, 65000, 65000]


def test_a_match_of_1000_pounds_waits_for_its_condition_until_its_date(app: Flask) -> None:
    with held_at(date(2027, 1, 11)):
        walk = Walk(app)
        pledge = walk.pledge(
            "FP1",
            title="£1,000 to match money from elsewhere",
            amount="1,000",
            smallest_useful="250",
            first_day=date(2027, 1, 11),
            last_day=date(2027, 12, 31),
            where="borough",
            meets_people_at_risk="no",
        )
        need = walk.need(
            "money",
            title="Half of a walk-in fridge",
            amount="1,000",
            first_day=date(2027, 1, 18),
            last_day=date(2027, 6, 30),
        )
        promise = walk.ask(pledge, need)
        walk.send(
            walk.provider,
            f"/promises/{promise}/condition",
            condition="The fund confirms its half in writing",
            by_day=date(2027, 3, 1),
        )
        assert walk.promise_row(promise).state == "conditional"
        assert walk.pledge_columns(pledge) == (1000 * POUND, 1000 * POUND, 0)
        assert walk.need_columns(need) == (1000 * POUND, 0, 1000 * POUND)
        assert walk.figures("FP1") == [100000, 0, 0, 0, 0]
    with held_at(date(2027, 2, 22)):
        walk.press(walk.provider, promise, "yes-for-good")
        assert walk.promise_row(promise).state == "agreed"
        assert walk.pledge_columns(pledge) == (1000 * POUND, 0, 1000 * POUND)
        assert walk.need_columns(need) == (1000 * POUND, 1000 * POUND, 0)
    with held_at(date(2027, 3, 15)):
        delivery = walk.report(promise, what_happened="The match is paid.")
        walk.confirm(delivery)
        walk.verify(delivery, basis="documents")
        assert walk.figures("FP1") == [100000] * 5
        assert walk.need_row(need)[0].state == "met"

"""Walked from form to figure: a minibus and a room with their days, a garden plot with its weeks."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from community_book.base import work
from community_book.base.clock import held_at
from cwb.commitments.tables import CommitmentSession
from tests.walked.walking import Walk

HOUR = 60


def sessions(walk: Walk, promise: str, state: str = "planned") -> dict[date, int]:
    """The dates of a promise in a state, with their ids."""
    with work.reading() as reading:
        rows = reading.execute(
            select(CommitmentSession.day, CommitmentSession.id)
            .where(CommitmentSession.commitment_id == walk.promise_row(promise).id, CommitmentSession.state == state)
            .order_by(CommitmentSession.day)
        )
        return {row.day: row.id for row in rows}


def test_a_minibus_on_tuesdays_serves_a_fortnightly_need_and_the_snowed_off_day_is_moved(app: Flask) -> None:
    with held_at(date(2027, 1, 4)):
        walk = Walk(app)
        pledge = walk.pledge(
            "LA3",
            title="Our minibus on Tuesdays, with a driver",
            thing="the blue minibus",
            weekdays=[1],
            starts="10:00",
            ends="14:00",
            first_day=date(2027, 1, 5),
            last_day=date(2027, 3, 30),
            feature_seats=16,
            feature_driver="yes",
            where="borough",
            meets_people_at_risk="no",
        )
        need = walk.need(
            "vehicle",
            title="Outings every other Tuesday",
            how="weekly",
            weekdays=[1],
            every_weeks=2,
            starts="10:00",
            ends="13:00",
            first_day=date(2027, 1, 12),
            last_day=date(2027, 3, 30),
            feature_seats=12,
            feature_driver="yes",
        )
        assert walk.pledge_columns(pledge) == (13 * 4 * HOUR, 0, 0)
        assert walk.need_columns(need) == (6 * 3 * HOUR, 0, 6 * 3 * HOUR)
        promise = walk.offer(pledge, need)
        walk.press(walk.group, promise, "accept")
        fortnightly = [date(2027, 1, 12) + timedelta(weeks=2 * n) for n in range(6)]
        assert list(sessions(walk, promise)) == fortnightly
        assert walk.need_columns(need) == (18 * HOUR, 18 * HOUR, 0)
        assert walk.figures("LA3") == [52 * HOUR, 18 * HOUR, 0, 0, 0]
    with held_at(date(2027, 2, 8)):
        snowed_off = sessions(walk, promise)[date(2027, 2, 9)]
        change = f"/promises/{promise}/change/move?session={snowed_off}"
        walk.send(walk.provider, change, day=date(2027, 2, 11), why="Snow. The ramp is a sledge.")
        proposed = walk.change_of(promise)
        walk.press(walk.group, promise, f"changes/{proposed}/agree")
        assert date(2027, 2, 11) in sessions(walk, promise)
        assert date(2027, 2, 9) not in sessions(walk, promise)
        assert walk.need_columns(need) == (18 * HOUR, 18 * HOUR, 0)
        assert walk.figures("LA3") == [52 * HOUR, 18 * HOUR, 0, 0, 0]
    told = 0
    for end, hours in [(date(2027, 1, 31), 6), (date(2027, 2, 28), 6), (date(2027, 3, 24), 6)]:
        with held_at(end):
            delivery = walk.report(promise, what_happened="The market, the coast, and the Thursday after the snow.")
            walk.confirm(delivery)
            walk.verify(delivery)
            told += hours * HOUR
            assert walk.figures("LA3") == [52 * HOUR, 18 * HOUR, told, told, told]
            assert walk.need_columns(need) == (18 * HOUR, 18 * HOUR, 0)
    assert date(2027, 2, 11) in sessions(walk, promise, "reported")
    assert sessions(walk, promise) == {}
    assert walk.promise_row(promise).state == "completed"
    assert walk.need_row(need)[0].state == "met"


def test_a_room_for_a_lunch_club_is_told_month_by_month_and_37_of_40_wednesdays_were_used(app: Flask) -> None:
    first, last = date(2027, 1, 6), date(2027, 10, 6)
    with held_at(date(2027, 1, 4)):
        walk = Walk(app)
        days = {"weekdays": [2], "first_day": first, "last_day": last}
        pledge = walk.pledge(
            "LA1",
            title="The big room on Wednesdays",
            thing="the big room",
            starts="10:30",
            ends="14:30",
            where="borough",
            meets_people_at_risk="no",
            feature_capacity=40,
            feature_kitchen="yes",
            **days,
        )
        need = walk.need(
            "room",
            title="A room for our lunch club",
            how="weekly",
            starts="11:00",
            ends="14:00",
            feature_capacity=30,
            feature_kitchen="yes",
            **days,
        )
        promise = walk.offer(pledge, need)
        walk.press(walk.group, promise, "accept")
        assert len(sessions(walk, promise)) == 40
        assert walk.need_columns(need) == (120 * HOUR, 120 * HOUR, 0)
        assert walk.figures("LA1") == [160 * HOUR, 120 * HOUR, 0, 0, 0]
    missed = {date(2027, 3, 31), date(2027, 5, 5), date(2027, 8, 11)}
    used = 0
    ends = [date(2027, month, 1) - timedelta(days=1) for month in range(2, 11)] + [last]
    for end in ends:
        with held_at(end):
            due = {day: one for day, one in sessions(walk, promise).items() if day <= end}
            came = [one for day, one in due.items() if day not in missed]
            used += len(came)
            delivery = walk.report(promise, by=walk.group, used=came, what_happened="Our monthly statement.")
        with held_at(end + timedelta(days=1)):
            walk.verify(delivery)
    assert used == 37
    with held_at(last + timedelta(days=1)):
        assert walk.promise_row(promise).state == "completed"
        assert len(sessions(walk, promise, "not_used")) == 3
        hours = 37 * 3 * HOUR
        assert walk.figures("LA1") == [160 * HOUR - 9 * HOUR, hours, hours, hours, hours]
        assert walk.need_row(need)[0].state == "met"
        assert walk.need_columns(need) == (hours, hours, 0)


def test_one_garden_plot_is_open_for_26_weeks(app: Flask) -> None:
    first, last = date(2027, 1, 4), date(2027, 7, 4)
    with held_at(first):
        walk = Walk(app)
        pledge = walk.pledge(
            "LA2",
            title="One raised bed by the workshop",
            amount=26,
            first_day=first,
            last_day=last,
            where="borough",
            meets_people_at_risk="no",
        )
        need = walk.need("land", title="A plot to grow salad", amount=26, first_day=first, last_day=last)
        promise = walk.offer(pledge, need)
        walk.press(walk.group, promise, "accept")
        assert walk.pledge_columns(pledge) == (26, 0, 26)
        assert walk.need_columns(need) == (26, 26, 0)
        assert walk.figures("LA2") == [26, 26, 0, 0, 0]
    with held_at(date(2027, 3, 31)):
        quarter = walk.report(promise, amount=12, happened_on=date(2027, 3, 28), first_day=first)
        walk.confirm(quarter)
        walk.verify(quarter)
        assert walk.figures("LA2") == [26, 26, 12, 12, 12]
    with held_at(last):
        rest = walk.report(promise, amount=14, happened_on=date(2027, 6, 30), first_day=date(2027, 4, 1))
        walk.confirm(rest)
        walk.verify(rest)
        assert walk.figures("LA2") == [26] * 5
        assert walk.need_row(need)[0].state == "met"

"""Clocks run in the worker: each once a day at its time of England, with any number of workers, also after downtime."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from community_book.base import clock, registers, schedule, work
from community_book.base.actor import system
from community_book.base.clock import LONDON, add_working_days, due_day, is_working_day, moment_of, next_moment
from community_book.base.tables import ClockRun

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=LONDON)


@pytest.fixture
def ticks(app: Flask) -> Iterator[list[datetime]]:
    """The only clock of the site, at six in the morning, and when it ticked."""
    yield from only_clock()


def only_clock() -> Iterator[list[datetime]]:
    held = registers.held()
    before = held.clocks, held.clock_times
    held.clocks, held.clock_times = {}, {}
    done: list[datetime] = []

    def tick() -> int:
        done.append(clock.now_utc())
        return 1

    registers.add_clock("test.tick", tick)
    yield done
    held.clocks, held.clock_times = before


def look(at: datetime) -> list[str]:
    with clock.held_at(at):
        return schedule.run_due_clocks()


def test_a_clock_runs_once_a_day_at_its_time(ticks: list[datetime]) -> None:
    look(NOON)
    for minutes in range(0, 24 * 60, 30):
        look(NOON + timedelta(minutes=minutes))
    assert ticks == [NOON, datetime(2026, 6, 4, 6, 0, tzinfo=LONDON)]


def test_after_days_of_downtime_a_clock_runs_once_and_not_once_for_each_day(ticks: list[datetime]) -> None:
    look(NOON)
    back = NOON + timedelta(days=9, hours=3)
    look(back)
    look(back + timedelta(minutes=1))
    assert ticks == [NOON, back]


def test_a_clock_whose_worker_was_killed_is_taken_up_again_after_half_an_hour(ticks: list[datetime]) -> None:
    with work.bookkeeping(system("test")) as session:
        session.add(ClockRun(name="test.tick", due_on=NOON.date(), started_at_utc=NOON))
    look(NOON + timedelta(minutes=29))
    assert ticks == []
    look(NOON + timedelta(minutes=31))
    look(NOON + timedelta(minutes=90))
    assert len(ticks) == 1


def test_a_clock_that_fails_stops_no_other_and_is_tried_again(ticks: list[datetime], app: Flask) -> None:
    tries: list[int] = []

    def broken() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("cannot just now")
        return 7

    registers.add_clock("a.broken", broken)
    assert look(NOON) == ["a.broken", "test.tick"]
    with clock.held_at(NOON):
        seen = {one.name: one for one in schedule.clocks_seen()}
    assert seen["a.broken"].failed == "RuntimeError: cannot just now"
    look(NOON + timedelta(minutes=5))
    assert len(tries) == 1
    look(NOON + timedelta(minutes=31))
    assert len(tries) == 2
    assert len(ticks) == 1


def test_a_clock_run_by_hand_still_runs_at_its_time(ticks: list[datetime]) -> None:
    look(NOON)
    with clock.held_at(NOON + timedelta(hours=1)):
        schedule.run_and_note("test.tick")
    look(NOON + timedelta(days=1))
    assert len(ticks) == 3


def test_the_list_says_when_each_ran_and_runs_next(ticks: list[datetime], app: Flask) -> None:
    registers.add_clock("test.asked", lambda: 0, at=None)
    runner = app.test_cli_runner()
    with clock.held_at(NOON):
        before = runner.invoke(args=["clocks", "list"]).output
        schedule.run_due_clocks()
        after = runner.invoke(args=["clocks", "list"]).output
    assert "test.tick" in before
    assert "last never" in before
    assert "next when asked" in after
    assert "last 2026-06-03 12:00  next 2026-06-04 06:00  changed 1" in after


WHEN_ASKED = {"matching.rounds", "checking.accept"}
"""What the worker does when somebody waits for it, and not by the time of day."""


def test_every_clock_of_the_site_has_a_time(app: Flask) -> None:
    assert set(registers.clock_times()) == set(registers.clocks()) - WHEN_ASKED


@pytest.mark.committed
def test_four_workers_that_look_at_once_run_it_once(committed: Flask) -> None:
    ticking = only_clock()
    ticks = next(ticking)
    together = threading.Barrier(4)

    def worker() -> None:
        together.wait()
        schedule.run_due_clocks()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ticks) == 1
    assert list(ticking) == []


@pytest.mark.parametrize(
    ("day", "hour_utc"),
    [
        (date(2026, 3, 28), 6),  # the last day of winter time
        (date(2026, 3, 29), 5),
        (date(2026, 3, 30), 5),
        (date(2026, 10, 24), 5),
        (date(2026, 10, 25), 6),  # the first day of winter time
        (date(2026, 10, 26), 6),
    ],
)
def test_six_in_the_morning_is_six_in_england_across_both_clock_changes(day: date, hour_utc: int) -> None:
    six = datetime(day.year, day.month, day.day, hour_utc, tzinfo=UTC)
    assert moment_of(day, time(6)) == six
    assert due_day(time(6), six) == day
    assert due_day(time(6), six - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert next_moment(time(6), six - timedelta(microseconds=1)) == six
    assert next_moment(time(6), six).astimezone(LONDON).date() == day + timedelta(days=1)


@pytest.mark.parametrize("at", [time(0), time(1, 30), time(2), time(6), time(23, 59)])
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_no_time_of_day_is_skipped_or_comes_twice_when_the_clocks_change(change: date, at: time) -> None:
    moment = moment_of(change - timedelta(days=2), at)
    days = []
    for _ in range(5):
        days.append(due_day(at, moment))
        moment = next_moment(at, moment)
    assert days == [change + timedelta(days=offset) for offset in (-2, -1, 0, 1, 2)]


@pytest.mark.parametrize(
    ("first", "count", "last"),
    [
        (date(2026, 4, 1), 1, date(2026, 4, 2)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 3, 27), 10, date(2026, 4, 14)),  # over the clock change and Easter
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Boxing Day on a Saturday is kept on Monday
        (date(2026, 12, 23), 5, date(2027, 1, 4)),
        (date(2027, 12, 24), 1, date(2027, 12, 29)),
        (date(2026, 10, 23), 1, date(2026, 10, 26)),
        (date(2026, 5, 1), 1, date(2026, 5, 5)),
    ],
)
def test_working_days_are_those_of_england(first: date, count: int, last: date) -> None:
    assert add_working_days(first, count) == last
    assert is_working_day(last)


def test_bank_holidays_come_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("no network is asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    clock._bank_holidays.cache_clear()
    assert not is_working_day(date(2026, 4, 3))
    assert is_working_day(date(2026, 4, 2))

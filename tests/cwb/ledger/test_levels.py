"""Readings of levels replace one another and are never added."""

from __future__ import annotations

from datetime import date

import pytest

from community_book.base import work
from community_book.base.actor import system
from community_book.base.errors import Refused
from cwb.ledger import actions, queries
from cwb.ledger.rules import EXTRA
from cwb.ledger.views import NewReading


def record(part: int, whole: int, read_on: date, **changed: object) -> int:
    given = {"pledge_id": 1, "measure_id": 2, "provider_id": 3, "basis": EXTRA, "verified": True, **changed}
    with work.bookkeeping(system("test")) as session:
        return actions.record_reading(session, NewReading(part=part, whole=whole, read_on=read_on, **given))  # type: ignore[arg-type]


def test_the_latest_verified_reading_is_the_one_that_counts(app, reading) -> None:
    record(43, 50, date(2026, 10, 1))
    record(38, 50, date(2026, 4, 1))
    record(50, 50, date(2026, 11, 1), verified=False)
    record(0, 0, date(2026, 11, 2))
    record(20, 40, date(2026, 5, 1), pledge_id=9)
    latest = queries.latest_readings(reading)
    assert {pledge: (found.part, found.whole) for pledge, found in latest.items()} == {1: (43, 50), 9: (20, 40)}
    assert queries.latest_readings(reading, [1], verified_only=False)[1].part == 50
    assert [found.part for found in queries.readings_of(reading, 1)] == [0, 50, 43, 38]


def test_a_later_word_on_the_same_day_counts(app, reading) -> None:
    record(43, 50, date(2026, 10, 1))
    record(41, 50, date(2026, 10, 1))
    assert queries.latest_readings(reading)[1].part == 41


def test_a_reading_counts_once_it_is_verified_and_no_more_once_it_is_withdrawn(app, reading) -> None:
    first = record(38, 50, date(2026, 4, 1))
    record(43, 50, date(2026, 10, 1), verified=False, delivery_id=7)
    assert queries.latest_readings(reading)[1].part == 38
    with work.bookkeeping(system("test")) as session:
        actions.verify_reading(session, delivery_id=7)
    with work.reading() as after:
        assert queries.latest_readings(after)[1].part == 43
    with work.bookkeeping(system("test")) as session:
        actions.withdraw_reading(session, delivery_id=7)
        actions.withdraw_reading(session, reading_id=first)
    with work.reading() as after:
        assert queries.latest_readings(after) == {}
        assert queries.readings_of(after, 1) == []


@pytest.mark.parametrize(("part", "whole"), [(51, 50), (-1, 50), (1, 0)])
def test_a_part_is_no_more_than_its_whole(app, part: int, whole: int) -> None:
    with pytest.raises(Refused, match="cannot be more than the whole"):
        record(part, whole, date(2026, 10, 1))

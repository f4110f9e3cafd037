"""Walked from form to figure without a group: apprenticeships, a level of pay, spend above what is usual."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from community_book.base.clock import held_at
from tests.walked.walking import NA, Walk

POUND = 100
BEGINS = date(2027, 1, 11)


def test_of_two_apprenticeships_without_a_group_one_leaves_in_week_nine_and_one_counts(app: Flask) -> None:
    with held_at(BEGINS):
        walk = Walk(app)
        pledge = walk.pledge(
            "FE5",
            title="Two apprenticeships in care",
            amount=2,
            with_counterpart="no",
            first_day=BEGINS,
            last_day=date(2027, 12, 31),
            where="borough",
            meets_people_at_risk="no",
        )
        delivery = walk.report_own(pledge, amount=2, happened_on=BEGINS, what_happened="Two began on Monday.")
        assert walk.figures("FE5") == [2, NA, 2, NA, 0]
    with held_at(BEGINS + timedelta(weeks=9)):
        assert "counts only from" in walk.refused(walk.verifier, f"/deliveries/{delivery}/verify")
        walk.send(walk.provider, f"/deliveries/{delivery}/left-early", amount=1, reason="Found other work.")
        assert walk.figures("FE5") == [2, NA, 1, NA, 0]
    with held_at(BEGINS + timedelta(weeks=13)):
        walk.verify(delivery, basis="documents")
        assert walk.figures("FE5") == [2, NA, 1, NA, 1]
        assert walk.pledge_columns(pledge) == (2, 0, 0)
        quarter = [one for one in walk.table("/figures.csv?period=2027-Q2") if one["measure"] == "FE5"]
        assert [(one["reported"], one["verified"]) for one in quarter] == [("0", "1")]


def test_a_real_living_wage_level_of_43_of_50_does_not_keep_the_framework_condition(app: Flask) -> None:
    with held_at(BEGINS):
        walk = Walk(app)
        pledge = walk.pledge(
            "FE1",
            title="The Real Living Wage for nine in ten of us",
            share="90",
            basis="condition",
            first_day=BEGINS,
            last_day=date(2027, 12, 31),
        )
        assert walk.row_of("FE1", "kept its terms")["no_reading"] == "1"
    for day, part in ((date(2027, 3, 31), 38), (date(2027, 9, 30), 43)):
        with held_at(day):
            reading = walk.report_own(pledge, happened_on=day, level_part=part, level_whole=50)
            walk.verify(reading, basis="documents")
            row = walk.row_of("FE1", "kept its terms")
            told = [row[name] for name in ("pledges", "met", "not_met", "still_running", "no_reading")]
            assert told == ["1", "0", "1", "0", "0"]
            listed = walk.words(None, "/figures/kept?measure=FE1")
            assert "kept its terms: not met" in listed
            assert f"{part} of 50" in listed
    with held_at(date(2027, 10, 1)):
        assert "38 of 50" not in walk.words(None, "/figures/kept?measure=FE1")
        page = walk.words(None, "/figures/kept")
        assert "0 of 1 met" in page
        assert "1 not met" in page
        assert "/figures/kept?measure=FE1" in walk.read(None, "/figures/kept")
        rows = {one["row"] for one in walk.table("/figures.csv") if one["measure"] == "FE1"}
        assert rows == {"kept its terms"}
        assert walk.pledge_columns(pledge) == (None, 0, 0)


def test_local_spend_counts_only_above_the_baseline_of_its_year(app: Flask) -> None:
    with held_at(BEGINS):
        walk = Walk(app)
        pledge = walk.pledge(
            "PP1",
            title="Buy £12,000 more a year from suppliers here",
            amount="60,000",
            baseline="48,000",
            baseline_on=date(2026, 12, 31),
            first_day=BEGINS,
            last_day=date(2028, 1, 10),
        )
        more = 12_000 * POUND
        assert walk.figures("PP1") == [more, NA, 0, NA, 0]
    for day, pounds, usual, counted in (
        (date(2027, 3, 31), 20_000, 20_000, 0),
        (date(2027, 6, 30), 20_000, 40_000, 0),
        (date(2027, 9, 30), 15_000, 48_000, 7_000),
    ):
        with held_at(day):
            delivery = walk.report_own(pledge, happened_on=day, amount=f"{pounds:,}")
            assert walk.figures("PP1")[2] == counted * POUND
            walk.verify(delivery, basis="documents")
            assert walk.figures("PP1") == [more, NA, counted * POUND, NA, counted * POUND]
            assert walk.row_of("PP1")["usual"] == str(usual * POUND)
            assert f"£{usual:,} was usual" in walk.words(None, "/figures?pillar=1")
    assert walk.pledge_columns(pledge) == (60_000 * POUND, 0, 0)

"""The big made-up borough: as many as it says, every one of them in order, with the small one inside."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community_book.base import audit, clock, registers, work
from community_book.base.clock import quarter_of
from community_book.base.settings import ROOT
from community_book.base.tables import AuditEntry
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need
from cwb.commitments.tables import Commitment
from cwb.deliveries.tables import Delivery
from cwb.demo.loading import load
from cwb.frameworks.tables import Admission
from cwb.pillars.tables import Measure
from cwb.pledges.tables import Pledge
from tests.support.databases import ON_SQLITE

pytestmark = ON_SQLITE
DAY = date(2026, 11, 22)
CHANGED_BY_THE_FIRST_CLOCKS = 45


@pytest.fixture(scope="module")
def borough(committed: Flask) -> Flask:
    load("borough", 1, DAY)
    return committed


def test_no_report_covers_days_of_two_quarters(borough: Flask) -> None:
    with work.reading() as reading:
        spans = reading.execute(select(Delivery.reference, Delivery.first_day, Delivery.happened_on)).all()
    assert [name for name, first, last in spans if quarter_of(first) != quarter_of(last)] == []


def test_there_are_as_many_as_the_borough_has(borough: Flask) -> None:
    with work.reading() as reading:
        found = [
            reading.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Admission, GroupEntry, Need, Pledge)
        ]
        assert found == [71, 300, 600, 900]
        assert reading.execute(select(func.count()).select_from(Commitment)).scalar_one() > 350
        assert reading.execute(select(func.count()).select_from(Delivery)).scalar_one() > 900


def test_a_hundred_and_fifty_needs_and_offers_are_told_differently(borough: Flask) -> None:
    with work.reading() as reading:
        told = {*reading.execute(select(Need.story)).scalars(), *reading.execute(select(Pledge.story)).scalars()}
        pillars = select(Measure.pillar_number).join(Pledge, Pledge.measure_id == Measure.id).distinct()
        assert len(told) >= 150
        assert len(reading.execute(pillars).all()) == 5


def test_everything_that_must_always_be_true_is_true_in_the_big_borough(borough: Flask) -> None:
    with work.reading() as reading:
        assert [breach for check in registers.invariants().values() for breach in check(reading)] == []


def test_the_acts_of_all_stand_in_one_whole_chain(borough: Flask, tmp_path: Path) -> None:
    file = tmp_path / "chain.jsonl"
    with work.reading() as reading:
        file.write_text("".join(f"{line}\n" for line in audit.export_lines(reading)), encoding="utf-8")
        count = reading.execute(select(func.count()).select_from(AuditEntry)).scalar_one()
    assert count > 5_000
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "check_audit.py", file], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "the chain is whole\n")


def test_the_first_morning_changes_little(borough: Flask) -> None:
    with clock.held_at(datetime.combine(DAY, time(13), tzinfo=clock.LONDON)):
        changed = {name: run() for name, run in registers.clocks().items() if name != "matching.rebuild"}
    assert sum(changed.values()) <= CHANGED_BY_THE_FIRST_CLOCKS, changed

"""The made-up borough on days that are like no other, and a region: some of its crowd, copied."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base import audit, registers, work
from community_book.base.clock import quarter_of
from community_book.base.registered import Breach
from community_book.base.settings import ROOT
from community_book.base.tables import AuditEntry, Base
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need
from community_book.organisations.tables import Organisation
from cwb.deliveries.tables import Delivery
from cwb.demo import loading
from cwb.demo.crowd.gathering import Size
from cwb.demo.needs import NEEDS
from cwb.demo.organisations import GROUPS, PROVIDERS
from cwb.demo.pledges import PLEDGES
from cwb.frameworks.tables import Admission
from cwb.matching.tables import Suggestion
from cwb.pledges.tables import Pledge
from tests.conftest import Template, site_on
from tests.support.databases import ON_SQLITE

FEW = Size(providers=20, groups=70, needs=110, pledges=150)
TIMES = 3
LEAP_DAY = date(2028, 2, 29)
DIFFER = {("people", "password_hash"), ("signed_links", "token_hash"), ("invitations", "token_hash")}
"""Secrets are drawn anew each time."""


def breaches() -> list[Breach]:
    with work.reading() as reading:
        return [breach for check in registers.invariants().values() for breach in check(reading)]


def digests(reading: Session) -> dict[str, str]:
    """A digest of each table, without what has to differ."""
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if (table.name, column.name) not in DIFFER]
        digest = hashlib.sha256()
        for row in reading.execute(select(*columns).order_by(*table.primary_key.columns)):
            digest.update(repr(tuple(row)).encode())
        found[table.name] = digest.hexdigest()
    return found


def not_as_told(day: date) -> list[str]:
    """What is wrong with a borough as of a day: reports of two quarters, days to come, whatever a rule finds."""
    with work.reading() as reading:
        spans = reading.execute(select(Delivery.reference, Delivery.first_day, Delivery.happened_on)).all()
    wrong = [name for name, first, last in spans if quarter_of(first) != quarter_of(last) or last > day]
    return wrong + [str(breach) for breach in breaches()]


@ON_SQLITE
def test_the_crowd_loads_on_29_february_and_is_the_same_each_time(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(loading.SIZES, "borough", FEW)
    found = []
    for name in ("one", "two"):
        with template.copy() as url, site_on(url, tmp_path / name):
            loading.load("borough", 1, LEAP_DAY)
            with work.reading() as reading:
                found.append(digests(reading))
            if name == "one":
                assert not_as_told(LEAP_DAY) == []
    assert [name for name in found[0] if found[0][name] != found[1][name]] == []


@ON_SQLITE
def test_the_borough_loads_on_a_bank_holiday_after_the_clocks_changed(template: Template, tmp_path: Path) -> None:
    day = date(2027, 3, 29)
    with template.copy() as url, site_on(url, tmp_path):
        loading.load_small(1, day)
        assert not_as_told(day) == []


@ON_SQLITE
def test_a_region_holds_the_crowd_many_times_over(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Size(len(PROVIDERS) + 8, len(GROUPS) + 30, len(NEEDS) + 50, len(PLEDGES) + 60, times=TIMES)
    monkeypatch.setitem(loading.SIZES, "region", crowd)
    with template.copy() as url, site_on(url, tmp_path):
        loading.load("region", 1, date(2026, 11, 22))
        with work.reading() as reading:
            found = [
                reading.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (Admission, GroupEntry, Need, Pledge)
            ]
            own = [len(PROVIDERS), len(GROUPS), len(NEEDS), len(PLEDGES)]
            assert [all_of - few for all_of, few in zip(found, own, strict=True)] == [
                8 * TIMES, 30 * TIMES, 50 * TIMES, 60 * TIMES,
            ]  # fmt: skip
            names = select(func.count(Organisation.id) - func.count(Organisation.name.distinct()))
            assert reading.execute(names).scalar_one() == 0
            assert reading.execute(select(func.count()).where(Suggestion.pledge_id > 200_000)).scalar_one() > 0
            lines = list(audit.export_lines(reading))
            played = select(AuditEntry.at_utc).where(AuditEntry.at_utc > datetime(2024, 12, 1, tzinfo=UTC))
            moments = list(reading.execute(played.order_by(AuditEntry.sequence)).scalars())
        assert moments == sorted(moments)
        assert breaches() == []
    file = tmp_path / "chain.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "check_audit.py", file], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "the chain is whole\n")

"""The ledger: append-only entries every total is added up from, level readings, periods. Plain ids."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class LedgerEntry(Row, Base):
    """One amount under one of the five figures. Never changed; put right by a further entry."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("figure IN ('pledged', 'committed', 'reported', 'confirmed', 'verified')", name="figure"),
        CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name="share"),
        Index("ix_ledger_entries_rollup", "basis", "measure_id", "figure", "period"),
    )
    figure: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(BIG)
    measure_id: Mapped[int] = mapped_column(BIG)
    unit: Mapped[str] = mapped_column(String(16))
    pillar_number: Mapped[int]
    basis: Mapped[str] = mapped_column(String(12))
    provider_id: Mapped[int] = mapped_column(BIG, index=True)
    group_id: Mapped[int | None] = mapped_column(BIG, index=True)
    zone_id: Mapped[int | None] = mapped_column(BIG)
    zone_note: Mapped[str] = mapped_column(String(16), default="")
    lot_id: Mapped[int | None] = mapped_column(BIG)
    framework_id: Mapped[int] = mapped_column(BIG)
    pledge_id: Mapped[int] = mapped_column(BIG, index=True)
    commitment_id: Mapped[int | None] = mapped_column(BIG, index=True)
    delivery_id: Mapped[int | None] = mapped_column(BIG, index=True)
    happened_on: Mapped[date]
    booked_at_utc: Mapped[datetime]
    period: Mapped[str] = mapped_column(String(7))
    share_basis_points: Mapped[int] = mapped_column(default=10000)
    how: Mapped[str] = mapped_column(String(10), default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"))
    act: Mapped[str] = mapped_column(String(40), default="")


class LevelReading(PublicRow, Base):
    """A rate on a date as two whole numbers; readings replace one another and are never added."""

    __tablename__ = "level_readings"
    __table_args__ = (CheckConstraint("part >= 0 AND whole >= 0 AND part <= whole", name="part_of_whole"),)
    pledge_id: Mapped[int] = mapped_column(BIG, index=True)
    measure_id: Mapped[int] = mapped_column(BIG, index=True)
    provider_id: Mapped[int] = mapped_column(BIG)
    delivery_id: Mapped[int | None] = mapped_column(BIG)
    basis: Mapped[str] = mapped_column(String(12))
    part: Mapped[int] = mapped_column(BIG)
    whole: Mapped[int] = mapped_column(BIG)
    read_on: Mapped[date]
    verified_at_utc: Mapped[datetime | None]
    withdrawn_at_utc: Mapped[datetime | None]


class Period(Base):
    """A quarter that was closed; later corrections are booked in the open one."""

    __tablename__ = "closed_periods"
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    closed_at_utc: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(60))


class ClosedFigure(Row, Base):
    """A sum of a quarter as it stood when it was closed. Never changed: what was put right since stands beside it."""

    __tablename__ = "closed_figures"
    __table_args__ = (UniqueConstraint("quarter", "measure_id", "basis", "figure", "how"),)
    quarter: Mapped[str] = mapped_column(ForeignKey("closed_periods.quarter"))
    pillar_number: Mapped[int]
    measure_id: Mapped[int] = mapped_column(BIG)
    unit: Mapped[str] = mapped_column(String(16))
    basis: Mapped[str] = mapped_column(String(12))
    figure: Mapped[str] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(10), default="")
    amount: Mapped[int] = mapped_column(BIG)

"""Frameworks, lots, admissions; what was imported and what still has to be matched by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Framework(PublicRow, Base):
    """An agreement with lots and dates."""

    __tablename__ = "frameworks"
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    buyer: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ocid: Mapped[str | None] = mapped_column(String(60), unique=True)
    buyer_keys: Mapped[list[Any]] = mapped_column(default=list)
    zone_scheme_id: Mapped[int | None] = mapped_column(ForeignKey("zone_schemes.id"))


class FrameworkFact(Row, Base):
    """A published fact of a framework's history: its funnel, its rate, with when and the source.

    A fact without a value is a note in words.
    """

    __tablename__ = "framework_facts"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(160))
    value: Mapped[int | None] = mapped_column(BIG)
    unit: Mapped[str] = mapped_column(String(20), default="")
    as_of: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300), default="")


class Lot(PublicRow, Base):
    """A class of service in a framework."""

    __tablename__ = "lots"
    __table_args__ = (UniqueConstraint("framework_id", "number"),)
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"), index=True)
    number: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class Admission(PublicRow, Base):
    """A provider's place on a framework. It has one that has not ended; ended ones stay as history."""

    __tablename__ = "admissions"
    __table_args__ = (
        CheckConstraint("state IN ('admitted', 'suspended', 'ended')", name="state"),
        CheckConstraint("suspension_class IN ('', 'safety', 'other')", name="suspension_class"),
        Index(
            "uq_admissions_one_not_ended",
            "framework_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("state <> 'ended'"),
            postgresql_where=text("state <> 'ended'"),
        ),
    )
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    admitted_on: Mapped[date]
    ends_on: Mapped[date | None]
    suspension_class: Mapped[str] = mapped_column(String(8), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class AdmissionLot(Row, Base):
    """A lot an admission covers, with dates."""

    __tablename__ = "admission_lots"
    __table_args__ = (UniqueConstraint("admission_id", "lot_id"),)
    admission_id: Mapped[int] = mapped_column(ForeignKey("admissions.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    from_day: Mapped[date | None]
    until_day: Mapped[date | None]


class AdmissionZone(Row, Base):
    """A zone an admission serves."""

    __tablename__ = "admission_zones"
    __table_args__ = (UniqueConstraint("admission_id", "zone_id"),)
    admission_id: Mapped[int] = mapped_column(ForeignKey("admissions.id"))
    zone_id: Mapped[int] = mapped_column(ForeignKey("zones.id"), index=True)


class FrameworkImport(Row, Base):
    """A release or file that was taken in: the same again changes nothing."""

    __tablename__ = "framework_imports"
    __table_args__ = (UniqueConstraint("source", "release"),)
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    source: Mapped[str] = mapped_column(String(80))
    release: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at_utc: Mapped[datetime]


class FrameworkUpload(PublicRow, Base):
    """A file somebody looked at in a dry run, kept until it is taken in or a day has passed."""

    __tablename__ = "framework_uploads"
    name: Mapped[str] = mapped_column(String(120))
    framework_name: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[bytes]
    added_by: Mapped[str] = mapped_column(String(60), index=True)


class UnmatchedSupplier(PublicRow, Base):
    """A supplier without an identifier we can use: an officer says which organisation it is."""

    __tablename__ = "unmatched_suppliers"
    __table_args__ = (UniqueConstraint("framework_id", "name"),)
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    name: Mapped[str] = mapped_column(String(200))
    lots: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))

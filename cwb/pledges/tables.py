"""Pledges, the zones they serve, and their sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Pledge(PublicRow, Base):
    """What a provider promises. `held` and `committed` move by conditional update only.

    `schedule` keeps the days and times as typed, to fill the form again; the sessions are the truth.
    `reminded_at_days` is the last reminder sent before the window's end (30 or 7).
    """

    __tablename__ = "pledges"
    __table_args__ = (
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("committed >= 0", name="committed_not_negative"),
        CheckConstraint("amount IS NULL OR held + committed <= amount", name="drawn_within_pledged"),
        CheckConstraint("amount IS NULL OR (amount >= 0 AND amount <= 1000000000000)", name="amount_in_range"),
        CheckConstraint("basis IN ('extra', 'condition', 'term', 'rate')", name="basis"),
        CheckConstraint(
            "(nature = 'amount' AND amount IS NOT NULL AND share_basis_points IS NULL) OR "
            "(nature = 'level' AND amount IS NULL AND share_basis_points IS NOT NULL)",
            name="amount_or_level",
        ),
        Index("ix_pledges_state_offered", "state", "offered_at_utc", "id"),
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12), index=True)
    unit: Mapped[str] = mapped_column(String(16))
    nature: Mapped[str] = mapped_column(String(8))
    item_type: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(100))
    story: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(12))
    call_off: Mapped[str] = mapped_column(String(120), default="")
    amount: Mapped[int | None] = mapped_column(BIG)
    share_basis_points: Mapped[int | None]
    baseline: Mapped[int] = mapped_column(BIG, default=0)
    baseline_on: Mapped[date | None]
    held: Mapped[int] = mapped_column(BIG, default=0)
    committed: Mapped[int] = mapped_column(BIG, default=0)
    smallest_useful: Mapped[int] = mapped_column(BIG, default=1)
    first_day: Mapped[date]
    last_day: Mapped[date]
    borough_wide: Mapped[bool] = mapped_column(default=False)
    online: Mapped[bool] = mapped_column(default=False)
    zone_scheme_id: Mapped[int | None] = mapped_column(ForeignKey("zone_schemes.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    thing: Mapped[str] = mapped_column(String(80), default="")
    schedule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    features: Mapped[dict[str, Any]] = mapped_column(default=dict)
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    team_smallest: Mapped[int | None]
    team_largest: Mapped[int | None]
    visit_minutes: Mapped[int | None]
    hosting_pence_at_most: Mapped[int | None] = mapped_column(BIG)
    with_counterpart: Mapped[bool] = mapped_column(default=True)
    meets_people_at_risk: Mapped[bool] = mapped_column(default=False)
    not_charged_to_rate: Mapped[bool] = mapped_column(default=False)
    visits_covered: Mapped[bool] = mapped_column(default=False)
    owner_name: Mapped[str] = mapped_column(String(120), default="")
    logged_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    moderated_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    paused_by_council: Mapped[bool] = mapped_column(default=False)
    posted_at_utc: Mapped[datetime | None]
    offered_at_utc: Mapped[datetime | None]
    still_offered_on: Mapped[date | None]
    reminded_at_days: Mapped[int | None]
    ended_at_utc: Mapped[datetime | None]


class PledgeZone(Base):
    """A zone a pledge serves."""

    __tablename__ = "pledge_zones"
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("zones.id"), primary_key=True, index=True)


class PledgeSession(Row, Base):
    """A day and time the thing or people are there; booked by conditional update up to `at_once`."""

    __tablename__ = "pledge_sessions"
    __table_args__ = (
        UniqueConstraint("pledge_id", "day", "starts_minute"),
        CheckConstraint("held >= 0 AND committed >= 0 AND held + committed <= at_once", name="booked_within_at_once"),
        CheckConstraint("starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="times"),
    )
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), index=True)
    day: Mapped[date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    at_once: Mapped[int] = mapped_column(default=1)
    held: Mapped[int] = mapped_column(default=0)
    committed: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[bool] = mapped_column(default=False)

"""Deliveries, their evidence, and every decision about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Delivery(PublicRow, Base):
    """A report of what happened. `stated` is what was typed; `amount` what counts; `surplus` a note that does not.

    `usual` lies under the baseline. `group_word` is how much the group confirmed (or had written down for it),
    `before_decision` what counted before the council left something out. `answer_by` is the last day for the
    other side's word: the group's answer, the provider's query, or the group's objection to what was written
    down for it. Levels carry `level_part` of `level_whole` and no amount. `held_for` is the batch it is frozen in,
    until `held_until` at the latest; `in_sample`: it is one of those drawn from it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND amount <= 1000000000000", name="amount_in_range"),
        CheckConstraint("confirmed >= 0 AND confirmed <= amount", name="confirmed_within_reported"),
        CheckConstraint("verified >= 0 AND verified <= amount", name="verified_within_reported"),
        CheckConstraint("usual >= 0 AND surplus >= 0", name="notes_not_negative"),
        CheckConstraint("share_basis_points BETWEEN 1 AND 10000", name="share"),
        CheckConstraint("level_part IS NULL OR (level_part >= 0 AND level_part <= level_whole)", name="part_of_whole"),
        Index("ix_deliveries_provider_state", "provider_id", "state"),
        Index("ix_deliveries_group_state", "group_id", "state"),
        Index("ix_deliveries_reported_at", "reported_at_utc", "id"),
    )
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("need_parts.id"))
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    unit: Mapped[str] = mapped_column(String(16))
    stated: Mapped[int] = mapped_column(BIG)
    amount: Mapped[int] = mapped_column(BIG)
    surplus: Mapped[int] = mapped_column(BIG, default=0)
    usual: Mapped[int] = mapped_column(BIG, default=0)
    confirmed: Mapped[int] = mapped_column(BIG, default=0)
    verified: Mapped[int] = mapped_column(BIG, default=0)
    group_word: Mapped[int | None] = mapped_column(BIG)
    before_decision: Mapped[int | None] = mapped_column(BIG)
    level_part: Mapped[int | None] = mapped_column(BIG)
    level_whole: Mapped[int | None] = mapped_column(BIG)
    share_basis_points: Mapped[int] = mapped_column(default=10000)
    state: Mapped[str] = mapped_column(String(20), index=True)
    state_before_decision: Mapped[str | None] = mapped_column(String(20))
    state_before_appeal: Mapped[str | None] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(8))
    reported_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reported_on_behalf: Mapped[bool] = mapped_column(default=False)
    reported_at_utc: Mapped[datetime]
    first_day: Mapped[date]
    happened_on: Mapped[date]
    counts_on: Mapped[date]
    what_happened: Mapped[str] = mapped_column(Text, default="")
    what_changed: Mapped[str] = mapped_column(Text, default="")
    visits: Mapped[int] = mapped_column(default=0)
    hosting_paid_pence: Mapped[int] = mapped_column(BIG, default=0)
    answer_by: Mapped[date | None]
    nudges: Mapped[int] = mapped_column(default=0)
    nudged_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    flags: Mapped[list[Any]] = mapped_column(default=list)
    appealed: Mapped[bool] = mapped_column(default=False)
    verified_how: Mapped[str] = mapped_column(String(10), default="")
    confirmed_on_behalf: Mapped[bool] = mapped_column(default=False)
    held_for: Mapped[str] = mapped_column(String(12), default="")
    held_until: Mapped[date | None]
    in_sample: Mapped[bool] = mapped_column(default=False)


class DeliverySession(Base):
    """A session a delivery reports: used (`stands` until it is left out), or an exception with amount 0."""

    __tablename__ = "delivery_sessions"
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    commitment_session_id: Mapped[int] = mapped_column(ForeignKey("commitment_sessions.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(BIG)
    stands: Mapped[bool] = mapped_column(default=True)


class DeliveryDecision(Row, Base):
    """One word on a delivery: who said what, how much (or which sessions), why, on what basis. Never changed.

    `stage` is "first", "second" (the two agree), "differ" or "outside" where it takes more than one verifier; of
    a decided appeal it is what was decided.
    """

    __tablename__ = "delivery_decisions"
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    act: Mapped[str] = mapped_column(String(30))
    stage: Mapped[str] = mapped_column(String(16), default="")
    amount: Mapped[int | None] = mapped_column(BIG)
    sessions: Mapped[list[Any] | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(40), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    on_behalf_of_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    at_utc: Mapped[datetime]


class Evidence(Row, Base):
    """A stored file that belongs to one delivery."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("file_id"),)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    caption: Mapped[str] = mapped_column(String(200), default="")
    people_agreed: Mapped[bool] = mapped_column(default=False)


class FullChecking(Row, Base):
    """A provider whose reports are all checked one by one until a quarter ends, for one found wrong in a sample."""

    __tablename__ = "full_checking"
    __table_args__ = (UniqueConstraint("delivery_id"),)
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    until_quarter: Mapped[str] = mapped_column(String(7))
    since_utc: Mapped[datetime]

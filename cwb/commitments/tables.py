"""Commitments: an amount of one pledge promised to one part of a need, from offer to end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Commitment(PublicRow, Base):
    """What two sides discuss, then agree, then do. The amounts move by conditional update only.

    `amount` is what stands agreed (or is on offer); `unused` is what left it again; the three figures
    of deliveries are kept beside it so that the database holds their order.
    """

    __tablename__ = "commitments"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND amount <= 1000000000000", name="amount_in_range"),
        CheckConstraint("reported >= 0 AND reported <= amount", name="reported_within_committed"),
        CheckConstraint("confirmed >= 0 AND confirmed <= reported", name="confirmed_within_reported"),
        CheckConstraint("verified >= 0 AND verified <= reported", name="verified_within_reported"),
        Index("ix_commitments_provider_state", "provider_id", "state"),
        Index("ix_commitments_group_state", "group_id", "state"),
    )
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("need_parts.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    unit: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(BIG)
    amount_agreed: Mapped[int | None] = mapped_column(BIG)
    unused: Mapped[int] = mapped_column(BIG, default=0)
    reported: Mapped[int] = mapped_column(BIG, default=0)
    confirmed: Mapped[int] = mapped_column(BIG, default=0)
    verified: Mapped[int] = mapped_column(BIG, default=0)
    state: Mapped[str] = mapped_column(String(20), index=True)
    state_before_hold: Mapped[str | None] = mapped_column(String(20))
    opened_by: Mapped[str] = mapped_column(String(8))
    opened_at_utc: Mapped[datetime]
    brokered_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    provider_said_yes: Mapped[bool] = mapped_column(default=False)
    group_said_yes: Mapped[bool] = mapped_column(default=False)
    holds_pledge: Mapped[bool] = mapped_column(default=False)
    answer_by: Mapped[date]
    nudged_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text, default="")
    condition: Mapped[str] = mapped_column(Text, default="")
    condition_by_day: Mapped[date | None]
    agreed_at_utc: Mapped[datetime | None]
    first_day: Mapped[date]
    last_day: Mapped[date]
    people: Mapped[int | None]
    visits: Mapped[int] = mapped_column(default=0)
    hosting: Mapped[str] = mapped_column(String(6), default="none")
    hosting_pence_a_visit: Mapped[int] = mapped_column(BIG, default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    ended_at_utc: Mapped[datetime | None]


class CommitmentSession(Row, Base):
    """One named session a commitment draws on both sides. `amount` is its length times how many at once."""

    __tablename__ = "commitment_sessions"
    __table_args__ = (
        CheckConstraint("starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="times"),
    )
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    pledge_session_id: Mapped[int] = mapped_column(ForeignKey("pledge_sessions.id"))
    need_session_id: Mapped[int | None] = mapped_column(ForeignKey("need_sessions.id"))
    day: Mapped[date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    at_once: Mapped[int] = mapped_column(default=1)
    amount: Mapped[int] = mapped_column(BIG)
    state: Mapped[str] = mapped_column(String(10), default="planned")


class CommitmentMessage(Row, Base):
    """A message in the thread both sides read."""

    __tablename__ = "commitment_messages"
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    at_utc: Mapped[datetime]


class CommitmentChange(PublicRow, Base):
    """A change one side proposed and the other agrees or declines: amount, dates, a session swapped."""

    __tablename__ = "commitment_changes"
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    proposed_by: Mapped[str] = mapped_column(String(8))
    what: Mapped[dict[str, Any]]
    why: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10))
    proposed_at_utc: Mapped[datetime]
    answered_at_utc: Mapped[datetime | None]


class CommitmentNote(Row, Base):
    """A side said a session did not happen although nothing was reported; the provider answers in time."""

    __tablename__ = "commitment_notes"
    __table_args__ = (UniqueConstraint("session_id"),)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("commitment_sessions.id"))
    said_by: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text, default="")
    noted_on: Mapped[date]
    answer_by: Mapped[date]
    settled_at_utc: Mapped[datetime | None]

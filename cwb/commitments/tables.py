"""Commitments: an amount of one pledge promised to one part of a need, from offer to end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row

STILL_OPEN = (
    "(state IN ('offered', 'asked', 'proposed', 'conditional', 'committee') OR (state = 'on_hold' "
    "AND state_before_hold IN ('offered', 'asked', 'proposed', 'conditional', 'committee')))"
)
"""Not agreed and not over: one open offer of a provider on a part, one of any sort between a pledge and a part."""


class Commitment(PublicRow, Base):
    """What two sides discuss, then agree, then do. The amounts move by conditional update only.

    `amount` is what stands agreed (or is on offer); `unused` is what left it again; the three figures
    of deliveries are kept beside it so that the database holds their order. `due_on` is when it should next
    be said what happened; `waiting_side` set the condition or asks its committee.
    """

    __tablename__ = "commitments"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND amount <= 1000000000000", name="amount_in_range"),
        CheckConstraint("reported >= 0 AND reported <= amount", name="reported_within_committed"),
        CheckConstraint("confirmed >= 0 AND confirmed <= reported", name="confirmed_within_reported"),
        CheckConstraint("verified >= 0 AND verified <= reported", name="verified_within_reported"),
        Index("ix_commitments_provider_state", "provider_id", "state"),
        Index("ix_commitments_group_state", "group_id", "state"),
        Index(
            "uq_commitments_open_offer",
            "provider_id",
            "part_id",
            unique=True,
            sqlite_where=text(f"opened_by = 'provider' AND {STILL_OPEN}"),
            postgresql_where=text(f"opened_by = 'provider' AND {STILL_OPEN}"),
        ),
        Index(
            "uq_commitments_open_pair",
            "pledge_id",
            "part_id",
            unique=True,
            sqlite_where=text(STILL_OPEN),
            postgresql_where=text(STILL_OPEN),
        ),
    )
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("need_parts.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(12))
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
    waiting_side: Mapped[str | None] = mapped_column(String(8))
    holds_pledge: Mapped[bool] = mapped_column(default=False)
    answer_by: Mapped[date]
    nudged_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text, default="")
    condition: Mapped[str] = mapped_column(Text, default="")
    condition_by_day: Mapped[date | None]
    agreed_at_utc: Mapped[datetime | None]
    provider_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    group_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    zone_id: Mapped[int | None] = mapped_column(BIG)
    zone_note: Mapped[str] = mapped_column(String(16), default="")
    first_day: Mapped[date]
    last_day: Mapped[date]
    people: Mapped[int | None]
    visits: Mapped[int] = mapped_column(default=0)
    hosting: Mapped[str] = mapped_column(String(6), default="none")
    hosting_pence_a_visit: Mapped[int] = mapped_column(BIG, default=0)
    due_on: Mapped[date | None] = mapped_column(index=True)
    due_asked_on: Mapped[date | None]
    reason_code: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    ended_at_utc: Mapped[datetime | None]


class CommitmentSession(Row, Base):
    """One named session a commitment draws on the sides that name sessions. `amount` is what it counts."""

    __tablename__ = "commitment_sessions"
    __table_args__ = (
        CheckConstraint("starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="times"),
        Index("ix_commitment_sessions_state_day", "state", "day", "starts_minute", "id"),
    )
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    pledge_session_id: Mapped[int | None] = mapped_column(ForeignKey("pledge_sessions.id"), index=True)
    need_session_id: Mapped[int | None] = mapped_column(ForeignKey("need_sessions.id"), index=True)
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
    session_id: Mapped[int | None] = mapped_column(ForeignKey("commitment_sessions.id"))
    proposed_by: Mapped[str] = mapped_column(String(8))
    what: Mapped[dict[str, Any]]
    why: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10))
    proposed_at_utc: Mapped[datetime]
    answered_at_utc: Mapped[datetime | None]


class CommitmentHold(Row, Base):
    """One reason a commitment is on hold; it goes on when the last is released. Shown to nobody but the council."""

    __tablename__ = "commitment_holds"
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    why: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    held_at_utc: Mapped[datetime]
    released_at_utc: Mapped[datetime | None]


class CommitmentNote(Row, Base):
    """A side said a session did not happen although nothing was reported; the provider answers in time."""

    __tablename__ = "commitment_notes"
    __table_args__ = (
        Index(
            "uq_commitment_notes_open",
            "session_id",
            unique=True,
            sqlite_where=text("settled_at_utc IS NULL"),
            postgresql_where=text("settled_at_utc IS NULL"),
        ),
    )
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("commitment_sessions.id"))
    said_by: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text, default="")
    noted_on: Mapped[date]
    answer_by: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    settled_at_utc: Mapped[datetime | None]

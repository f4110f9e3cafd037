"""Needs: a card with one to three parts; parts carry amount, window, place and sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Need(PublicRow, Base):
    """What a group asks for, in its own words.

    `asked_which_at_utc` is set while the group has to say whether what is promised of one thing is enough.
    """

    __tablename__ = "needs"
    __table_args__ = (Index("ix_needs_state_opened", "state", "opened_at_utc", "id"),)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    story: Mapped[str] = mapped_column(Text, default="")
    combine: Mapped[str] = mapped_column(String(3), default="all")
    state: Mapped[str] = mapped_column(String(20), index=True)
    hidden: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("needs.id"))
    posted_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    moderated_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    posted_at_utc: Mapped[datetime | None]
    opened_at_utc: Mapped[datetime | None]
    first_answer_at_utc: Mapped[datetime | None]
    ended_at_utc: Mapped[datetime | None]
    asked_at_days: Mapped[int | None]
    still_needed_on: Mapped[date | None]
    asked_which_at_utc: Mapped[datetime | None]


class NeedPart(Row, Base):
    """One part of a need. `amount` None means "not sure" until an agreed commitment sets it.

    `unsure` keeps that the group said so; `lost` is time that passed unused and left `amount`; `pattern` is
    how the times were said (rules.pattern_of). Days may be missing in a draft only. `closed`: not asked for any
    more, because another was promised in full ("any of these") or, where it is `stopped`, because the group says so.
    """

    __tablename__ = "need_parts"
    __table_args__ = (
        UniqueConstraint("need_id", "position"),
        CheckConstraint("committed >= 0", name="committed_not_negative"),
        CheckConstraint("met >= 0", name="met_not_negative"),
        CheckConstraint("lost >= 0", name="lost_not_negative"),
        CheckConstraint("amount IS NULL OR committed <= amount", name="committed_within_needed"),
        CheckConstraint("amount IS NULL OR (amount >= 0 AND amount <= 1000000000000)", name="amount_in_range"),
    )
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(12), index=True)
    unit: Mapped[str] = mapped_column(String(12))
    item_type: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(40), default="")
    amount: Mapped[int | None] = mapped_column(BIG)
    is_about: Mapped[bool] = mapped_column(default=False)
    unsure: Mapped[bool] = mapped_column(default=False)
    committed: Mapped[int] = mapped_column(BIG, default=0)
    met: Mapped[int] = mapped_column(BIG, default=0)
    lost: Mapped[int] = mapped_column(BIG, default=0)
    smallest_useful: Mapped[int] = mapped_column(BIG, default=1)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    pattern: Mapped[dict[str, Any]] = mapped_column(default=dict)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    online: Mapped[bool] = mapped_column(default=False)
    features: Mapped[dict[str, Any]] = mapped_column(default=dict)
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    team_smallest: Mapped[int | None]
    team_largest: Mapped[int | None]
    visit_minutes: Mapped[int | None]
    hosting_cost_pence: Mapped[int | None] = mapped_column(BIG)
    closed: Mapped[bool] = mapped_column(default=False)
    stopped: Mapped[bool] = mapped_column(default=False)


class NeedSession(Row, Base):
    """A day and time a part asks for; drawn by conditional update up to `at_once`."""

    __tablename__ = "need_sessions"
    __table_args__ = (
        UniqueConstraint("part_id", "day", "starts_minute"),
        CheckConstraint("committed >= 0 AND committed <= at_once", name="committed_within_at_once"),
        CheckConstraint("starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="times"),
    )
    part_id: Mapped[int] = mapped_column(ForeignKey("need_parts.id"), index=True)
    day: Mapped[date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    at_once: Mapped[int] = mapped_column(default=1)
    committed: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[bool] = mapped_column(default=False)

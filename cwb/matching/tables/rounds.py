"""Rounds: what an officer started, the plan as it was computed, and what the officer locked or struck out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Round(PublicRow, Base):
    """One round. `is_open` is true or empty, so that the database holds one open round at a time.

    `runner` names the job that computes it and `seen_at_utc` is when that job last said so; a job that is silent
    was killed, and another takes over. `figures` are those of the plan, the greedy plan and today; the two hashes
    say of what input the plan was made, and what it came to.
    """

    __tablename__ = "rounds"
    __table_args__ = (CheckConstraint("done >= 0 AND done <= steps", name="done"),)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("zone_schemes.id"))
    kinds: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(12), index=True)
    is_open: Mapped[bool | None] = mapped_column(unique=True)
    runner: Mapped[str] = mapped_column(String(32), default="")
    seen_at_utc: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    times: Mapped[int] = mapped_column(default=0)
    started_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    started_at_utc: Mapped[datetime]
    computed_at_utc: Mapped[datetime | None]
    ended_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at_utc: Mapped[datetime | None]
    why: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    input_hash: Mapped[str] = mapped_column(String(64), default="")
    plan_hash: Mapped[str] = mapped_column(String(64), default="")


class RoundLine(Row, Base):
    """One line of a plan: so much of a pledge for a part, on which sessions, and what became of it."""

    __tablename__ = "round_lines"
    __table_args__ = (UniqueConstraint("round_id", "pledge_id", "part_id"),)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("need_parts.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zones.id"))
    score: Mapped[int]
    amount: Mapped[int] = mapped_column(BIG)
    sessions: Mapped[list[Any]]
    is_first: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(String(10), default="")
    says: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"))


class RoundMark(Row, Base):
    """A pair an officer locked (with what it had then) or struck out, kept while the round is computed again."""

    __tablename__ = "round_marks"
    __table_args__ = (
        UniqueConstraint("round_id", "pledge_id", "part_id"),
        CheckConstraint("mark IN ('locked', 'struck')", name="mark"),
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("need_parts.id"))
    mark: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int] = mapped_column(BIG, default=0)
    sessions: Mapped[list[Any]]
    says: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at_utc: Mapped[datetime]

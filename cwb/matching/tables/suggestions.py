"""Suggestions as the worker stored them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, Row


class Suggestion(Row, Base):
    """A pledge and a part that fit, with a score and the numbers its reasons are said from. Binds nobody.

    It is among the best of its part (`for_part`), of its pledge, or of both.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("pledge_id", "part_id"),
        CheckConstraint("score BETWEEN 0 AND 1000", name="score"),
    )
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("need_parts.id"), index=True)
    score: Mapped[int]
    amount: Mapped[int] = mapped_column(BIG)
    reasons: Mapped[dict[str, Any]]
    for_part: Mapped[bool]
    for_pledge: Mapped[bool]
    made_at_utc: Mapped[datetime]

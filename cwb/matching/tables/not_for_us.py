"""What one side says is not for it: the suggestion is shown to it no more until it takes that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, Row


class NotForUs(Row, Base):
    """An organisation says that a pledge and a part, suggested to it, are not for it, and why."""

    __tablename__ = "not_for_us"
    __table_args__ = (
        UniqueConstraint("pledge_id", "part_id", "organisation_id"),
        CheckConstraint("side IN ('provider', 'group')", name="side"),
    )
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("need_parts.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    side: Mapped[str] = mapped_column(String(8))
    reason_code: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    said_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    said_at_utc: Mapped[datetime]
    undone_at_utc: Mapped[datetime | None]

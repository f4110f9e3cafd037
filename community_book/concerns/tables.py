"""Concerns: for safeguarding officers only. The subject is a plain reference."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, PublicRow, Row


class Concern(PublicRow, Base):
    """Something somebody said is wrong. The site is not the safeguarding record."""

    __tablename__ = "concerns"
    subject: Mapped[str] = mapped_column(String(60), index=True)
    what: Mapped[str] = mapped_column(Text)
    said_by: Mapped[str] = mapped_column(String(200), default="")
    stop_asked: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12), index=True)
    raised_at_utc: Mapped[datetime]
    closed_at_utc: Mapped[datetime | None]


class ConcernNote(Row, Base):
    """What a safeguarding officer noted or did."""

    __tablename__ = "concern_notes"
    concern_id: Mapped[int] = mapped_column(ForeignKey("concerns.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    act: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    at_utc: Mapped[datetime]

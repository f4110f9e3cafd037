"""The head of the audit chain as it was published, day by day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, Row


class PublishedHead(Row, Base):
    """How far the chain had come on a day, and the hash it ended with. Never changed or removed."""

    __tablename__ = "published_heads"
    __table_args__ = (CheckConstraint("sequence > 0", name="of_an_act"),)
    day: Mapped[date] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(BIG, unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    published_at_utc: Mapped[datetime]

"""Letters of the council to providers about needs that nothing on offer can meet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class ProviderLetter(PublicRow, Base):
    """A letter as it was sent: what is short where, by how much in a quarter, and the officer's words."""

    __tablename__ = "provider_letters"
    kind: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(40), default="")
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zones.id"))
    quarter: Mapped[str] = mapped_column(String(7))
    short: Mapped[int] = mapped_column(BIG)
    subject: Mapped[str] = mapped_column(String(160))
    words: Mapped[str] = mapped_column(Text)
    sent_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sent_at_utc: Mapped[datetime]


class ProviderLetterTo(Row, Base):
    """A provider a letter was sent to."""

    __tablename__ = "provider_letters_to"
    __table_args__ = (UniqueConstraint("letter_id", "organisation_id"),)
    letter_id: Mapped[int] = mapped_column(ForeignKey("provider_letters.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)

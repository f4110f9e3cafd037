"""What people are told: notices on the site, and the mail that goes with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, Row


class Notice(Row, Base):
    """One message to one person, as Messages (template and values), shown in their language."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("event_id", "person_id", "position"),)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("outbox_events.id"))
    position: Mapped[int]
    subject: Mapped[dict[str, Any]]
    body: Mapped[list[Any]]
    about: Mapped[str] = mapped_column(String(60))
    link_act: Mapped[str | None] = mapped_column(String(40))
    link_subject: Mapped[str | None] = mapped_column(String(60))
    link_label: Mapped[dict[str, Any] | None]
    written_at_utc: Mapped[datetime]
    read_at_utc: Mapped[datetime | None]


class OutgoingMail(Row, Base):
    """A mail to send and what became of it. `text` is emptied when sent: it may hold a signed link."""

    __tablename__ = "outgoing_mails"
    key: Mapped[str] = mapped_column(String(60), unique=True)
    to_email: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    written_at_utc: Mapped[datetime]
    sent_at_utc: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))

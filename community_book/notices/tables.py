"""What people are told: notices on the site, and the mail that goes with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Notice(Row, Base):
    """One message to one person, as Messages (template and values), shown in their language.

    `event_id` is a plain number: events are thrown away long before notices.
    """

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("event_id", "person_id", "position"),)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    event_id: Mapped[int] = mapped_column(BIG)
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
    """A mail to send and what became of it. `text` is emptied when sent: it may hold a signed link.

    `next_try_at_utc` is empty once it is sent or given up.
    """

    __tablename__ = "outgoing_mails"
    key: Mapped[str] = mapped_column(String(60), unique=True)
    event_id: Mapped[int] = mapped_column(BIG, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    to_email: Mapped[str] = mapped_column(String(254))
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    written_at_utc: Mapped[datetime]
    next_try_at_utc: Mapped[datetime | None] = mapped_column(index=True)
    sent_at_utc: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))


class HeldLetter(Row, Base):
    """A letter that waits for the mail of the day or the week. `due_at_utc` is empty once it went into `mail_key`,
    or was left out because it had been read on the site; its words are emptied then.
    """

    __tablename__ = "held_letters"
    key: Mapped[str] = mapped_column(String(60), unique=True)
    event_id: Mapped[int] = mapped_column(BIG, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    position: Mapped[int]
    to_email: Mapped[str] = mapped_column(String(254))
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[dict[str, Any]]
    body: Mapped[list[Any]]
    about: Mapped[str] = mapped_column(String(60))
    link_act: Mapped[str | None] = mapped_column(String(40))
    link_subject: Mapped[str | None] = mapped_column(String(60))
    link_label: Mapped[dict[str, Any] | None]
    written_at_utc: Mapped[datetime]
    due_at_utc: Mapped[datetime | None] = mapped_column(index=True)
    mail_key: Mapped[str] = mapped_column(String(60), default="")


class LetterToPrint(PublicRow, Base):
    """A letter to somebody who has no mail: an officer prints it and says that it is posted.

    Where it can be answered, `link_act` names what its code opens. Code and signed link are worked out from `uuid`
    and the key of the site, so that they can be printed again and a copy of the database alone opens nothing.
    """

    __tablename__ = "letters_to_print"
    __table_args__ = (Index("uq_letters_to_print_code_hash", "code_hash", unique=True),)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    event_id: Mapped[int] = mapped_column(BIG, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    subject: Mapped[dict[str, Any]]
    body: Mapped[list[Any]]
    about: Mapped[str] = mapped_column(String(60))
    link_act: Mapped[str | None] = mapped_column(String(40))
    code_hash: Mapped[str | None] = mapped_column(String(64))
    written_at_utc: Mapped[datetime]
    posted_at_utc: Mapped[datetime | None] = mapped_column(index=True)
    posted_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class CalendarFeed(Row, Base):
    """The secret address under which somebody's calendar reads their dates: made anew, it opens nothing under the old.

    The address is worked out from `nonce` and the key of the site, so that it can be shown again and a copy of the
    database alone opens nothing.
    """

    __tablename__ = "calendar_feeds"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at_utc: Mapped[datetime]

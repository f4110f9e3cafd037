"""What is shown of notices, and a mail as it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from community_book.base.messages import Message


@dataclass(frozen=True)
class NoticeView:
    """One message to the person: `organisation` is whom it concerns them for, empty for themselves."""

    id: int
    subject: Message
    body: tuple[Message, ...]
    about: str
    organisation: str
    organisation_reference: str
    written_at_utc: datetime
    is_read: bool


@dataclass(frozen=True)
class MailView:
    """A mail that waits to be sent."""

    id: int
    key: str
    to_email: str
    reply_to: str
    subject: str
    text: str
    written_at_utc: datetime
    tries: int


@dataclass(frozen=True)
class PrintView:
    """A letter to print: to whom, as lines of an address, what it says, and the code it is answered with, if any."""

    reference: str
    to: str
    lines: tuple[str, ...]
    subject: Message
    body: tuple[Message, ...]
    about: str
    written_at_utc: datetime
    posted_at_utc: datetime | None
    code: str = ""

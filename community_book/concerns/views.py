"""What safeguarding officers are shown of a concern. Nobody else is shown any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from community_book.concerns.rules import ConcernState


@dataclass(frozen=True)
class NoteView:
    """What an officer did or noted, and when."""

    by: str
    act: str
    words: str
    at_utc: datetime


@dataclass(frozen=True)
class ConcernRow:
    """A line of the list: that there is one, not what it says."""

    reference: str
    subject: str
    state: ConcernState
    stop_asked: bool
    raised_at_utc: datetime


@dataclass(frozen=True)
class ConcernView:
    """One concern with its notes, oldest first."""

    reference: str
    subject: str
    state: ConcernState
    what: str
    said_by: str
    stop_asked: bool
    raised_at_utc: datetime
    closed_at_utc: datetime | None
    version: int
    notes: tuple[NoteView, ...]

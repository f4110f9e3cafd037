"""What anybody recomputes the public figures of a closed quarter from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ClosedQuarter:
    """A closed quarter, and how many public entries its figures are added up from."""

    quarter: str
    closed_at_utc: datetime
    entries: int


@dataclass(frozen=True)
class ClosingAct:
    """The act that closed a quarter, and the first published head that vouches for it; None until there is one."""

    sequence: int
    hash: str
    head_day: date | None = None
    head_sequence: int | None = None
    head_hash: str | None = None


ENTRY_COLUMNS = (
    "entry", "what", "figure", "amount", "unit", "measure", "pillar", "basis", "how", "period", "day", "booked_on",
    "pledge", "provider", "group", "delivery", "zone", "zone_note", "lot", "framework", "share_basis_points",
    "reverses",
)  # fmt: skip
PLEDGE_COLUMNS = (
    "pledge", "measure", "nature", "basis", "share_basis_points", "first_day", "last_day",
    "reading_part", "reading_whole", "read_on", "was_reported", "under_old_rate",
)  # fmt: skip
MEASURE_COLUMNS = ("measure", "pillar", "title", "unit", "nature", "agreed_with_groups", "confirmed_by_groups")

"""What people ask of commitments: an offer, a request or a proposal, and a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cwb.commitments.rules.reasons import Hosting


@dataclass(frozen=True)
class NewCommitment:
    """What an offer, a request or a proposal says. `session_keys` name common sessions (rules.key_of).

    Without sessions `amount` is in the pledge's unit; with sessions it is added up from them. `hosting` None
    takes what the two sides have said about its cost. `keeps_terms` says that whoever sends it has read the
    other side's own words, and what would not help, and keeps to them.
    """

    pledge_id: int
    part_id: int
    amount: int | None = None
    session_keys: tuple[str, ...] = ()
    words: str = ""
    hosting: Hosting | None = None
    hosting_pence_a_visit: int | None = None
    people: int | None = None
    keeps_terms: bool = False


@dataclass(frozen=True)
class NewChange:
    """What should change. `what` is "amount", "dates", "move" (a session to another time) or "drop" (a session)."""

    what: str
    why: str = ""
    amount: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    session_id: int | None = None
    day: date | None = None
    starts_minute: int | None = None
    version: int | None = None

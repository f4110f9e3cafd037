"""What forms begin with, what lists are narrowed to, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from community_book.base.amounts import Unit
from cwb.commitments.rules import CommitmentState, Hosting, SessionState
from cwb.deliveries.rules import Who
from cwb.ledger.rules import Figure
from cwb.ledger.views import EVERYTHING, Slice


@dataclass(frozen=True)
class SessionChoice:
    """A date of a promise that can be reported."""

    id: int
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    amount: int
    state: SessionState


@dataclass(frozen=True)
class ToReport:
    """A promise somebody reports on, with what the form begins with."""

    commitment_id: int
    commitment_reference: str
    state: CommitmentState
    is_live: bool
    who: Who
    unit: Unit
    measure_title: str
    evidence_asked: str
    counts_after_days: int
    confirmed_by: str
    provider_name: str
    group_name: str
    pledge_title: str
    need_title: str
    amount: int
    left: int
    first_day: date
    last_day: date
    hosting: Hosting
    hosting_pence_a_visit: int
    today: date
    all_sessions: tuple[SessionChoice, ...]
    sessions: tuple[SessionChoice, ...]

    @property
    def has_sessions(self) -> bool:
        """Whether it goes by dates. `sessions` are those a statement is drafted from."""
        return bool(self.all_sessions)

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Every month with dates that are over and nobody reported, earliest first."""
        over = (one.day for one in self.all_sessions if one.state is SessionState.PLANNED and one.day <= self.today)
        return tuple(sorted({(day.year, day.month) for day in over}))

    @property
    def drafted(self) -> int:
        """What the drafted statement comes to with every date ticked."""
        return sum(session.amount for session in self.sessions)


@dataclass(frozen=True)
class ToReportOwn:
    """A pledge without a counterpart that its provider reports on."""

    pledge_id: int
    pledge_reference: str
    pledge_title: str
    unit: Unit
    measure_title: str
    evidence_asked: str
    what_counts: str
    counts_after_days: int
    is_level: bool
    share_basis_points: int | None
    pledged: int
    baseline: int
    reported: int
    first_day: date
    last_day: date
    takes_reports: bool


@dataclass(frozen=True)
class Wanted:
    """What a list of deliveries is narrowed to; empty sides are open."""

    state: str = ""
    words: str = ""
    quarter: str = ""
    flagged: bool = False
    measure_id: int | None = None
    provider_id: int | None = None
    group_id: int | None = None
    commitment_id: int | None = None
    pledge_id: int | None = None


@dataclass(frozen=True)
class Behind:
    """Which figure is followed down, and which part of it. `how` tells the parts of verified."""

    figure: Figure
    part: Slice = EVERYTHING
    how: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a delivery stands in the queue a verifier works through."""

    number: int
    count: int
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Waiting:
    """How many deliveries wait for an organisation, or for a verifier."""

    to_answer: int = 0
    to_amend: int = 0
    to_object: int = 0
    to_verify: int = 0
    flagged: int = 0
    disputes: int = 0
    seconds: int = 0
    appeals: int = 0
    late: int = 0


@dataclass(frozen=True)
class Running:
    """A promise that runs, as a side's desk shows it: with whom, and how far it is. Amounts are in `unit`."""

    reference: str
    title: str
    other_side: str
    unit: Unit
    amount: int
    reported: int
    last_day: date

    @property
    def percent(self) -> int:
        """How much of it was reported, as whole hundredths."""
        return min(100, self.reported * 100 // self.amount) if self.amount else 0


@dataclass(frozen=True)
class Glance:
    """The place at a glance, for the council."""

    open_needs: int
    oldest_need: date | None
    running: int
    to_verify: int
    verified_this_quarter: int


@dataclass(frozen=True)
class FoundWrong:
    """A provider whose reports are all checked one by one until a quarter ends, and the report it is for."""

    provider_id: int
    provider_name: str
    provider_reference: str
    delivery_reference: str
    until_quarter: str
    since_utc: datetime

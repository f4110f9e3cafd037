"""What is told of pledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from community_book.base.amounts import Kind, Unit
from community_book.base.messages import Message
from cwb.pledges.rules import (
    BASIS_LABELS,
    BASIS_SHORT,
    MACHINE,
    STATE_LABELS,
    Basis,
    PledgeOffer,
    PledgeState,
    PledgeTerms,
    SessionOffered,
    above_baseline,
)

__all__ = [
    "DueReminder",
    "Figures",
    "PledgeCard",
    "PledgeOffer",
    "PledgeTerms",
    "PledgeView",
    "Progress",
    "SessionOffered",
    "SessionView",
    "ZoneName",
]


@dataclass(frozen=True)
class Progress:
    """How far a pledge is: parts of its amount that add up to it, in its unit."""

    amount: int
    committed: int
    held: int
    left: int

    def share_percent(self, part: int) -> int:
        """A part as whole per cent of the amount, for drawing a bar; 0 of nothing."""
        return round(100 * part / self.amount) if self.amount else 0


@dataclass(frozen=True)
class ZoneName:
    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Done:
    """What was done of a pledge, as its ledger says."""

    reported: int = 0
    verified: int = 0


@dataclass(frozen=True)
class PledgeCard:
    """A pledge as a list shows it. `amount` is the whole amount; `pledged` what lies above the baseline."""

    id: int
    reference: str
    title: str
    story: str
    state: PledgeState
    reason: str
    provider_id: int
    provider_reference: str
    provider_name: str
    measure_id: int
    measure_code: str
    measure_title: str
    pillar_number: int
    pillar_name: str
    kind: Kind
    unit: Unit
    nature: str
    basis: Basis
    amount: int | None
    share_basis_points: int | None
    baseline: int
    held: int
    committed: int
    first_day: date
    last_day: date
    borough_wide: bool
    online: bool
    with_counterpart: bool
    disclosive: bool
    meets_people_at_risk: bool
    owner_name: str
    version: int
    posted_at_utc: datetime | None
    offered_at_utc: datetime | None
    zones: tuple[ZoneName, ...] = ()

    @property
    def is_level(self) -> bool:
        return self.nature == "level"

    @property
    def pledged(self) -> int:
        return above_baseline(self.amount or 0, self.baseline, self.first_day, self.last_day)

    @property
    def left(self) -> int:
        return max(0, (self.amount or 0) - self.held - self.committed) if self.with_counterpart else 0

    @property
    def progress(self) -> Progress | None:
        """None where nothing is drawn: levels, and promises about the provider's own house."""
        if self.is_level or not self.with_counterpart or not self.amount:
            return None
        return Progress(self.amount, self.committed, self.held, self.left)

    @property
    def state_label(self) -> Message:
        return STATE_LABELS[self.state]

    @property
    def basis_label(self) -> Message:
        return BASIS_LABELS[self.basis]

    @property
    def basis_short(self) -> Message:
        return BASIS_SHORT[self.basis]

    @property
    def subject_string(self) -> str:
        return f"pledge:{self.reference}"

    def allows(self, act: str) -> bool:
        """Whether the state allows an act; who may do it is asked separately."""
        return MACHINE.allows(act, self.state)


@dataclass(frozen=True)
class SessionView:
    """A session of a pledge with what is booked of it."""

    id: int
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    held: int
    committed: int

    @property
    def left(self) -> int:
        return self.at_once - self.held - self.committed

    @property
    def is_booked(self) -> bool:
        return self.held + self.committed > 0


@dataclass(frozen=True)
class Figures:
    """The five figures of one pledge; None reads "not applicable"."""

    pledged: int
    committed: int | None
    reported: int
    confirmed: int | None
    verified: int


@dataclass(frozen=True)
class PledgeView(PledgeCard):
    """A pledge as its own page shows it. `place_id` leads to where it is; show its zones to everybody else."""

    framework_id: int = 0
    framework_name: str = ""
    lot_id: int | None = None
    lot_title: str = ""
    item_type: str = ""
    subject: str = ""
    call_off: str = ""
    baseline_on: date | None = None
    smallest_useful: int = 1
    zone_scheme_id: int | None = None
    place_id: int | None = None
    thing: str = ""
    schedule: Mapping[str, Any] = field(default_factory=dict)
    features: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    team_smallest: int | None = None
    team_largest: int | None = None
    visit_minutes: int | None = None
    hosting_pence_at_most: int | None = None
    brokered: str = "yes"
    confirmed_by: str = "group"
    counts_after_days: int = 0
    evidence_asked: str = ""
    what_counts: str = ""
    why_this_pillar: str = ""
    not_charged_to_rate: bool = False
    visits_covered: bool = False
    paused_by_council: bool = False
    logged_by_person_id: int | None = None
    ended_at_utc: datetime | None = None
    still_offered_on: date | None = None
    sessions: tuple[SessionView, ...] = ()
    is_own: bool = False
    sees_figures: bool = False


@dataclass(frozen=True)
class DueReminder:
    """A pledge whose window ends soon; `days` is the reminder that is due, 30 or 7."""

    pledge_id: int
    reference: str
    organisation_id: int
    days: int

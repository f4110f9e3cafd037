"""Frozen shapes of a pledge that other rooms read: what fits and matching compare, what the ledger stamps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from community_book.base.amounts import Kind, Unit
from cwb.ledger.rules import BOROUGH_WIDE, ZONES_NAMED
from cwb.pledges.rules.new_pledge import above_baseline
from cwb.pledges.rules.states import Basis, PledgeState


@dataclass(frozen=True)
class SessionOffered:
    """A day and time that can be booked; `left` of `at_once` are free. Minutes after midnight."""

    id: int
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    left: int


@dataclass(frozen=True)
class PledgeOffer:
    """A pledge on offer, as fits() and matching read it. `left` is what is neither held nor committed."""

    pledge_id: int
    reference: str
    title: str
    story: str
    provider_id: int
    provider_name: str
    framework_id: int
    lot_id: int | None
    measure_id: int
    measure_code: str
    measure_title: str
    pillar_number: int
    kind: Kind
    unit: Unit
    item_type: str
    subject: str
    amount: int
    held: int
    committed: int
    left: int
    smallest_useful: int
    first_day: date
    last_day: date
    borough_wide: bool
    online: bool
    zone_scheme_id: int | None
    zone_ids: frozenset[int]
    easting: int | None = None
    northing: int | None = None
    features: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    team_smallest: int | None = None
    team_largest: int | None = None
    visit_minutes: int | None = None
    hosting_pence_at_most: int | None = None
    sessions: tuple[SessionOffered, ...] = ()
    offered_on: date | None = None


@dataclass(frozen=True)
class PledgeTerms:
    """Everything a ledger entry is stamped with, and what decides how a delivery on it is confirmed."""

    pledge_id: int
    reference: str
    title: str
    state: PledgeState
    provider_id: int
    framework_id: int
    lot_id: int | None
    measure_id: int
    measure_code: str
    measure_title: str
    pillar_number: int
    kind: Kind
    unit: Unit
    nature: str
    brokered: str
    with_counterpart: bool
    confirmed_by: str
    disclosive: bool
    counts_after_days: int
    two_verifiers_above: int | None
    basis: Basis
    amount: int | None
    share_basis_points: int | None
    held: int
    committed: int
    baseline: int
    baseline_on: date | None
    first_day: date
    last_day: date
    borough_wide: bool
    zone_scheme_id: int | None

    @property
    def zone_note(self) -> str:
        """How the pledged figure reads by zone: never split (domain.md 5.2)."""
        return BOROUGH_WIDE if self.borough_wide else ZONES_NAMED

    @property
    def pledged(self) -> int:
        """What the pledged figure holds: the amount above the baseline; 0 for a level."""
        return above_baseline(self.amount or 0, self.baseline, self.first_day, self.last_day)

    @property
    def left(self) -> int:
        """What is neither held nor committed."""
        return (self.amount or 0) - self.held - self.committed

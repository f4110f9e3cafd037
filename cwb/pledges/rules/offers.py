"""Frozen shapes of a pledge that other rooms read: what fits and matching compare, what the ledger stamps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from community_book.base.amounts import Kind, Unit
from cwb.ledger.rules import BOROUGH_WIDE, ZONES_NAMED
from cwb.pledges.rules.new_pledge import (
    MeasureAsked,
    NewPledge,
    above_baseline,
    amount_of,
    has_counterpart,
    planned_sessions,
)
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


def as_offer(
    new: NewPledge, measure: MeasureAsked, *, provider_id: int, provider_name: str, zone_scheme_id: int | None, on: date
) -> PledgeOffer | None:
    """An unsaved draft as if it were on offer, so that matching can look at it; None where no group takes part.

    Sessions get numbers below nothing, since they have no ids yet. Raises Refused for days that cannot be.
    """
    sessions = planned_sessions(new)
    amount = amount_of(new, measure, sessions)
    if amount is None or not has_counterpart(measure, new.with_counterpart):
        return None
    return PledgeOffer(
        pledge_id=0,
        reference="",
        title=new.title,
        story=new.story,
        provider_id=provider_id,
        provider_name=provider_name,
        framework_id=0,
        lot_id=None,
        measure_id=measure.id,
        measure_code="",
        measure_title=measure.title,
        pillar_number=0,
        kind=measure.kind,
        unit=measure.unit,
        item_type=new.item_type,
        subject=new.subject,
        amount=amount,
        held=0,
        committed=0,
        left=amount,
        smallest_useful=new.smallest_useful or 1,
        first_day=new.first_day,
        last_day=new.last_day,
        borough_wide=new.borough_wide,
        online=new.online,
        zone_scheme_id=None if new.borough_wide else zone_scheme_id,
        zone_ids=new.zone_ids,
        features=new.features,
        conditions=new.conditions,
        team_smallest=new.team_smallest,
        team_largest=new.team_largest,
        visit_minutes=new.visit_minutes,
        hosting_pence_at_most=new.hosting_pence_at_most,
        sessions=tuple(
            SessionOffered(-place, one.day, one.starts_minute, one.ends_minute, one.at_once, one.at_once)
            for place, one in enumerate(sessions, start=1)
        ),
        offered_on=on,
    )

"""What a provider fills in for a pledge, which of it each measure asks for, and what is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from community_book.base.amounts import KINDS_WITH_SESSIONS, Kind, Unit
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.sessions import (
    Schedule,
    ScheduleProblem,
    Session,
    sessions_of,
    total_minutes,
)
from community_book.base.terms import FEATURES, KINDS_ONLINE
from cwb.ledger.rules import pledge_year
from cwb.pledges.rules.states import Basis

STAFF_TIME = frozenset({Kind.HANDS, Kind.ADVICE, Kind.ROLE, Kind.SEATS})
"""Kinds that take people off the rota: the provider confirms that visits are covered that day."""
KINDS_THAT_MAY_HAVE_SESSIONS = KINDS_WITH_SESSIONS | {Kind.HANDS, Kind.ADVICE, Kind.SEATS}
KINDS_AT_A_PLACE = KINDS_WITH_SESSIONS | {Kind.LAND, Kind.SEATS, Kind.GOODS, Kind.JOBS}
KINDS_WITH_HELPERS = STAFF_TIME | {Kind.VEHICLE}
LONGEST_WINDOW_DAYS = 3653
"""Ten years, the longest framework in the seeds."""


class MeasureAsked(Protocol):
    """What the checks must know of a measure."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def nature(self) -> str: ...
    @property
    def brokered(self) -> str: ...


@dataclass(frozen=True)
class Scope:
    """What a provider's admission covers. No zones named means every zone of the scheme."""

    framework_id: int
    lot_ids: frozenset[int]
    zone_scheme_id: int | None
    zone_ids: frozenset[int]
    is_whole_borough: bool


@dataclass(frozen=True)
class NewPledge:
    """A pledge as typed. Amounts in the measure's unit, times in minutes after midnight, money in pence."""

    measure_id: int
    title: str
    story: str
    basis: Basis
    first_day: date
    last_day: date
    amount: int | None = None
    share_basis_points: int | None = None
    item_type: str = ""
    subject: str = ""
    call_off: str = ""
    baseline: int = 0
    baseline_on: date | None = None
    smallest_useful: int | None = None
    framework_id: int | None = None
    lot_id: int | None = None
    borough_wide: bool = True
    zone_ids: frozenset[int] = frozenset()
    online: bool = False
    postcode: str = ""
    picked_zones: tuple[int, ...] = ()
    place_label: str = ""
    thing: str = ""
    weekdays: frozenset[int] = frozenset()
    every_weeks: int = 1
    starts_minute: int | None = None
    ends_minute: int | None = None
    at_once: int = 1
    left_out: frozenset[date] = frozenset()
    features: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    team_smallest: int | None = None
    team_largest: int | None = None
    visit_minutes: int | None = None
    hosting_pence_at_most: int | None = None
    with_counterpart: bool | None = None
    meets_people_at_risk: bool = False
    not_charged_to_rate: bool = False
    visits_covered: bool = False
    owner_name: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Reworded:
    """What may be changed of a pledge that was posted: never its measure, amount, basis or first day."""

    title: str
    story: str
    last_day: date
    owner_name: str
    borough_wide: bool = True
    zone_ids: frozenset[int] = frozenset()
    postcode: str = ""
    place_label: str = ""
    picked_zones: tuple[int, ...] = ()
    online: bool | None = None
    smallest_useful: int | None = None
    features: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    team_smallest: int | None = None
    team_largest: int | None = None
    visit_minutes: int | None = None
    hosting_pence_at_most: int | None = None
    version: int | None = None


ALWAYS_ASKED = frozenset(
    {"title", "story", "basis", "call_off", "first_day", "last_day", "lot", "owner_name", "not_charged_to_rate"}
)
WITH_A_GROUP = frozenset({"where", "zones", "meets_people_at_risk"})


def asked_for(measure: MeasureAsked) -> frozenset[str]:
    """The names of the form's fields that make sense for a measure."""
    kind, asked = measure.kind, set(ALWAYS_ASKED)
    if measure.nature == "level":
        return frozenset(asked | {"share"})
    if kind not in KINDS_WITH_SESSIONS:
        asked.add("amount")
    if kind is Kind.CONDUCT:
        asked |= {"baseline", "baseline_on"}
    if measure.brokered == "no":
        return frozenset(asked)
    asked |= WITH_A_GROUP
    if measure.brokered == "may":
        asked.add("with_counterpart")
    if kind not in KINDS_WITH_SESSIONS:
        asked.add("smallest_useful")
    if kind in KINDS_THAT_MAY_HAVE_SESSIONS:
        asked |= {"weekdays", "every_weeks", "starts", "ends", "at_once", "left_out"}
    if kind in KINDS_WITH_SESSIONS:
        asked.add("thing")
    if kind in KINDS_AT_A_PLACE:
        asked |= {"place_label", "postcode", "zone"}
    if kind in KINDS_ONLINE:
        asked.add("online")
    if kind is Kind.GOODS:
        asked.add("item_type")
    if kind is Kind.ADVICE:
        asked.add("subject")
    if kind is Kind.HANDS:
        asked |= {"team_smallest", "team_largest", "visit_minutes"}
    if kind in STAFF_TIME:
        asked |= {"hosting_pence_at_most", "visits_covered"}
    if kind in KINDS_WITH_HELPERS:
        asked |= {"dbs", "insured"}
    if kind is Kind.VEHICLE:
        asked |= {"needs_licence", "needs_permit"}
    if kind in KINDS_WITH_SESSIONS | {Kind.LAND, Kind.SEATS}:
        asked.add("terms")
    return frozenset(asked | {f"feature_{feature.key}" for feature in FEATURES.get(kind, ())})


def has_counterpart(measure: MeasureAsked, answered: bool | None) -> bool:
    """Whether a group is on the other side: as the measure says, and as the provider says only where it may."""
    if measure.brokered == "may":
        return bool(answered)
    return measure.brokered == "yes"


def planned_sessions(new: NewPledge) -> tuple[Session, ...]:
    """The sessions of the days and times typed, none where none were. Raises Refused on the field it is about."""
    if not new.weekdays:
        if new.starts_minute is not None or new.ends_minute is not None:
            raise Refused(Problem("weekdays", Message(N_("Choose at least one day of the week"))))
        return ()
    missing = [
        Problem(name, Message(N_("Enter a time, like 9:30 or 2pm")))
        for name, value in (("starts", new.starts_minute), ("ends", new.ends_minute))
        if value is None
    ]
    if missing or new.starts_minute is None or new.ends_minute is None:
        raise Refused(*missing)
    if new.ends_minute <= new.starts_minute:
        raise Refused(Problem("ends", Message(N_("The end time must be later than the start time"))))
    try:
        return sessions_of(
            Schedule(
                weekdays=new.weekdays,
                starts_minute=new.starts_minute,
                ends_minute=new.ends_minute,
                first=new.first_day,
                last=new.last_day,
                every_weeks=new.every_weeks,
                left_out=new.left_out,
                at_once=new.at_once,
            )
        )
    except ScheduleProblem as problem:
        raise Refused(Problem("weekdays", problem.message)) from problem


def amount_of(new: NewPledge, measure: MeasureAsked, sessions: tuple[Session, ...]) -> int | None:
    """What is pledged: added up from the sessions where there are any, else as typed; None for a level."""
    if measure.nature == "level":
        return None
    return amount_of_sessions(measure.unit, sessions) if sessions else new.amount


def amount_of_sessions(unit: Unit, sessions: Iterable[Session]) -> int:
    """What sessions add up to: minutes times how many at once, or how many at once where people are counted."""
    if unit is Unit.MINUTES:
        return total_minutes(sessions)
    return sum(session.at_once for session in sessions)


def pledge_years(first_day: date, last_day: date) -> int:
    """How many years of a pledge, counted from its first day, its window touches."""
    begins, _ = pledge_year(first_day, last_day)
    return begins.year - first_day.year + 1


def above_baseline(amount: int, baseline: int, first_day: date, last_day: date) -> int:
    """What of a pledge's whole amount is pledged: what passes the baseline of each of its years (domain.md 2)."""
    return max(0, amount - baseline * pledge_years(first_day, last_day))

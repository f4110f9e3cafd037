"""What a provider fills in for a pledge, which of it each measure asks for, and what is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from community_book.base.amounts import KINDS_WITH_SESSIONS, Kind, Unit, say_amount
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.sessions import (
    Schedule,
    ScheduleProblem,
    Session,
    clashes,
    say_date,
    say_session,
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


def check(new: NewPledge, measure: MeasureAsked, scope: Scope) -> list[Problem]:
    """What is wrong with a pledge even as a draft, field by field."""
    found = [*_what(new, measure), *_window(new), *_where(new, measure, scope)]
    if new.team_smallest and new.team_largest and new.team_smallest > new.team_largest:
        found.append(Problem("team_largest", Message(N_("The largest team cannot be smaller than the smallest"))))
    return found


def _what(new: NewPledge, measure: MeasureAsked) -> list[Problem]:
    if measure.nature == "level":
        if not new.share_basis_points:
            return [Problem("share", Message(N_("Enter the share you promise to reach, like 90%%")))]
        return []
    found = []
    try:
        sessions = planned_sessions(new)
    except Refused as refused:
        return list(refused.problems)
    if sessions and (clash := clashes(sessions)):
        found.append(
            Problem(
                "weekdays",
                Message(
                    N_("These overlap: %(one)s and %(two)s"), one=say_session(clash[0][0]), two=say_session(clash[0][1])
                ),
            )
        )
    if measure.kind in KINDS_WITH_SESSIONS and not sessions:
        found.append(Problem("weekdays", Message(N_("Choose the days it can be used, so that nobody books it twice"))))
    if measure.kind in KINDS_WITH_SESSIONS and not new.thing:
        found.append(Problem("thing", Message(N_("Say which one it is, like “the blue minibus”"))))
    amount = amount_of(new, measure, sessions)
    if not amount and measure.kind not in KINDS_WITH_SESSIONS:
        found.append(Problem("amount", Message(N_("Enter how much you pledge"))))
    elif sessions and new.amount and new.amount != amount:
        found.append(
            Problem(
                "amount",
                Message(
                    N_("Your days add up to %(total)s. Leave this empty, or change the days"),
                    total=say_amount(measure.unit, amount or 0),
                ),
            )
        )
    if amount and new.smallest_useful and new.smallest_useful > amount:
        found.append(Problem("smallest_useful", Message(N_("This is more than the whole pledge. Enter less"))))
    if amount and new.baseline and new.last_day >= new.first_day:
        usual = new.baseline * pledge_years(new.first_day, new.last_day)
        if amount <= usual:
            found.append(
                Problem(
                    "amount",
                    Message(
                        N_("Enter the whole amount, more than the %(usual)s that is usual from %(first)s to %(last)s"),
                        usual=say_amount(measure.unit, usual),
                        first=say_date(new.first_day),
                        last=say_date(new.last_day),
                    ),
                )
            )
    if new.baseline and has_counterpart(measure, new.with_counterpart):
        found.append(Problem("baseline", Message(N_("What is given to a group has no usual amount. Leave it empty"))))
    if new.baseline and not new.baseline_on:
        found.append(Problem("baseline_on", Message(N_("Enter the date the usual amount was worked out"))))
    return found + _only_where_asked(new, measure)


def _only_where_asked(new: NewPledge, measure: MeasureAsked) -> list[Problem]:
    """Values a measure does not ask for are refused, never dropped in silence."""
    asked = asked_for(measure)
    given = {
        "baseline": bool(new.baseline),
        "share": new.share_basis_points is not None,
        "item_type": bool(new.item_type),
        "subject": bool(new.subject),
        "weekdays": bool(new.weekdays),
        "team_smallest": new.team_smallest is not None,
        "hosting_pence_at_most": new.hosting_pence_at_most is not None,
        "with_counterpart": new.with_counterpart is not None,
    }
    found = [
        Problem(name, Message(N_("This is not asked for with “%(measure)s”. Leave it empty"), measure=measure.title))
        for name, is_given in given.items()
        if is_given and name not in asked
    ]
    if "item_type" in asked and not new.item_type:
        found.append(Problem("item_type", Message(N_("Choose what kind of thing you give"))))
    if "subject" in asked and not new.subject:
        found.append(Problem("subject", Message(N_("Choose what you can help with"))))
    if "with_counterpart" in asked and new.with_counterpart is None:
        found.append(Problem("with_counterpart", Message(N_("Choose whether a group takes part"))))
    return found


def _window(new: NewPledge) -> list[Problem]:
    if new.last_day < new.first_day:
        return [Problem("last_day", Message(N_("The last day must be the same as or after the first day")))]
    if new.last_day - new.first_day > timedelta(days=LONGEST_WINDOW_DAYS):
        return [Problem("last_day", Message(N_("A pledge runs for ten years at most. Choose an earlier last day")))]
    return []


def _where(new: NewPledge, measure: MeasureAsked, scope: Scope) -> list[Problem]:
    found = []
    if new.lot_id is not None and new.lot_id not in scope.lot_ids:
        found.append(Problem("lot", Message(N_("Your admission does not cover this lot. Choose one of yours"))))
    if measure.brokered == "no":
        return found  # own conduct has no area: its figures read "borough-wide" (domain.md 5.1)
    if new.borough_wide and new.zone_ids:
        found.append(Problem("zones", Message(N_("Choose zones, or the whole borough, not both"))))
    elif new.borough_wide and not scope.is_whole_borough:
        found.append(
            Problem("where", Message(N_("Your admission covers certain zones only. Choose which of them this serves")))
        )
    elif not new.borough_wide and not new.zone_ids:
        found.append(Problem("zones", Message(N_("Choose at least one zone, or the whole borough"))))
    elif not new.zone_ids <= scope.zone_ids:
        found.append(Problem("zones", Message(N_("Choose only zones that your admission covers"))))
    return found


def check_ready(new: NewPledge, measure: MeasureAsked, today: date) -> list[Problem]:
    """What still stands in the way of posting a pledge that is fine as a draft."""
    found = []
    if new.last_day < today:
        found.append(
            Problem(
                "last_day",
                Message(N_("The last day, %(day)s, is over. Choose a later one"), day=say_date(new.last_day)),
            )
        )
    if not new.owner_name:
        found.append(Problem("owner_name", Message(N_("Name the person who looks after this pledge"))))
    if new.basis is Basis.TERM and not new.call_off:
        found.append(Problem("call_off", Message(N_("Say which call-off it is a term of"))))
    if new.basis is not Basis.RATE and not new.not_charged_to_rate:
        found.append(
            Problem("not_charged_to_rate", Message(N_("Confirm that the cost is not charged to the hourly rate")))
        )
    if "visits_covered" in asked_for(measure) and not new.visits_covered:
        found.append(Problem("visits_covered", Message(N_("Confirm that care visits are covered that day"))))
    return found

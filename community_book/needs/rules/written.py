"""What a group asks for, as it is written down: a card with one to three parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, TypeVar

from community_book.base.amounts import KIND_UNITS, KINDS_WITH_SESSIONS, Kind, Unit
from community_book.base.messages import N_, Message
from community_book.base.sessions import Schedule, ScheduleProblem, Session, sessions_of, total_minutes

KINDS_ASKED = tuple(kind for kind in Kind if kind is not Kind.CONDUCT)
"""What a group can ask for; own conduct is done in a provider's own house."""

KINDS_WITH_TIMES = KINDS_WITH_SESSIONS | {Kind.HANDS, Kind.ADVICE}
"""Kinds that may be asked for on named days; a room, a vehicle and equipment always are."""

KINDS_WITH_TEAM = frozenset({Kind.HANDS})
KINDS_WITH_SMALLEST = frozenset({Kind.ADVICE, Kind.HANDS, Kind.MONEY, Kind.GOODS, Kind.LAND, Kind.SEATS, Kind.TRADE})
KINDS_WITH_CHECK = frozenset({Kind.ADVICE, Kind.HANDS, Kind.ROLE})
KINDS_WITH_INSURANCE = frozenset({Kind.HANDS, Kind.VEHICLE, Kind.EQUIPMENT})
KINDS_WITH_TERMS = frozenset({Kind.ADVICE, Kind.HANDS, Kind.ROLE, Kind.ROOM, Kind.VEHICLE, Kind.EQUIPMENT})
KINDS_WITH_HOSTING = frozenset({Kind.HANDS})
"""What each question is asked about."""

PARTS_AT_MOST = 3
"""How many things one need may ask for (domain.md 2)."""

ANY, ALL = "any", "all"
COMBINE_LABELS: dict[str, Message] = {
    ANY: Message(N_("Any of these helps")),
    ALL: Message(N_("All of these are needed")),
}
"""How the parts of a need go together."""


@dataclass(frozen=True, kw_only=True)
class NewPart:
    """One part of a need as a group writes it. `how` is "" (any time), "weekly" or "dates".

    Times are minutes after midnight. `where` is "ours" (the group's own place), "other" or "online".
    `amount` is added up from the sessions where there are any.
    """

    kind: Kind
    amount: int | None = None
    not_sure: bool = False
    is_about: bool = False
    smallest_useful: int | None = None
    item_type: str = ""
    subject: str = ""
    first_day: date | None = None
    last_day: date | None = None
    how: str = ""
    weekdays: frozenset[int] = frozenset()
    every_weeks: int | None = None
    starts: int | None = None
    ends: int | None = None
    left_out: frozenset[date] = frozenset()
    single_days: frozenset[date] = frozenset()
    at_once: int | None = None
    where: str = "ours"
    postcode: str = ""
    zone: tuple[int, ...] = ()
    confidential: bool = False
    features: Mapping[str, Any] = field(default_factory=dict)
    dbs: str = ""
    insurance: bool = False
    has_licence: bool = False
    has_permit: bool = False
    not_wanted: frozenset[str] = frozenset()
    terms: str = ""
    team_smallest: int | None = None
    team_largest: int | None = None
    visit_minutes: int | None = None
    hosting_cost_pence: int | None = None

    @property
    def unit(self) -> Unit:
        unit = KIND_UNITS[self.kind]
        if unit is None:
            raise ValueError(f"a group does not ask for {self.kind}")
        return unit

    @property
    def online(self) -> bool:
        return self.where == "online"

    @property
    def conditions(self) -> dict[str, Any]:
        """What is asked of helpers and what the group has itself; only what was said (base.terms)."""
        said: dict[str, Any] = {}
        if self.dbs and self.dbs != "none":
            said["dbs"] = self.dbs
        for key in ("insurance", "has_licence", "has_permit"):
            if getattr(self, key):
                said[key] = True
        if self.not_wanted:
            said["not_wanted"] = sorted(self.not_wanted)
        if self.terms:
            said["terms"] = self.terms
        return said


@dataclass(frozen=True, kw_only=True)
class NewNeed(NewPart):
    """One need as a group writes it, with its first part; `others` are the further ones.

    Without `others` those that are there already stay as they are, and so does how they go together.
    """

    title: str
    story: str = ""
    combine: str = ALL
    others: tuple[NewPart, ...] = ()
    none_of_these: bool = False
    version: int | None = None

    @property
    def first_part(self) -> NewPart:
        return NewPart(**{each.name: getattr(self, each.name) for each in fields(NewPart)})


@dataclass(frozen=True, kw_only=True)
class NewCard:
    """What stands above the parts of a need: its words, and how they go together."""

    title: str
    story: str = ""
    combine: str = ALL
    none_of_these: bool = False
    version: int | None = None


@dataclass(frozen=True)
class Asked:
    """What a part is stored with: amount (None when not sure), window, sessions, least useful slice."""

    amount: int | None
    smallest_useful: int
    first_day: date | None
    last_day: date | None
    sessions: tuple[Session, ...]


Wrote = TypeVar("Wrote", bound=NewPart)


def pattern_of(new: NewPart) -> dict[str, Any]:
    """How the times were said, for showing and for changing them later; plain values for a JSON column."""
    if not new.how:
        return {}
    said: dict[str, Any] = {"how": new.how, "starts": new.starts, "ends": new.ends, "at_once": new.at_once or 1}
    if new.how == "weekly":
        said |= {
            "weekdays": sorted(new.weekdays),
            "every_weeks": new.every_weeks or 1,
            "left_out": [day.isoformat() for day in sorted(new.left_out)],
        }
    else:
        said["days"] = [day.isoformat() for day in sorted(new.single_days)]
    return said


def without_past_days(new: Wrote, today: date) -> Wrote:
    """The same for another time: days that are past have to be said anew."""
    is_past = new.first_day is not None and new.first_day < today
    return replace(
        new,
        first_day=None if is_past else new.first_day,
        last_day=None if is_past else new.last_day,
        single_days=frozenset(day for day in new.single_days if day >= today),
    )


def window_of(new: NewPart) -> tuple[date | None, date | None]:
    """First and last day; for single dates those themselves say it."""
    if new.how == "dates" and new.single_days:
        return min(new.single_days), max(new.single_days)
    return new.first_day, new.last_day


def sessions_of_new(new: NewPart) -> tuple[Session, ...]:
    """The sessions asked for, earliest first; none where the help may come at any time.

    Raises ScheduleProblem for times that cannot be, ValueError where some were not said.
    """
    if not new.how:
        return ()
    if new.starts is None or new.ends is None:
        raise ValueError("a session needs its times")
    at_once = new.at_once or 1
    if new.how == "dates":
        return tuple(Session(day, new.starts, new.ends, at_once) for day in sorted(new.single_days))
    if new.first_day is None or new.last_day is None:
        raise ValueError("a schedule needs its dates")
    return sessions_of(
        Schedule(
            weekdays=new.weekdays,
            starts_minute=new.starts,
            ends_minute=new.ends,
            first=new.first_day,
            last=new.last_day,
            every_weeks=new.every_weeks or 1,
            left_out=new.left_out,
            at_once=at_once,
        )
    )


def asked_of(new: NewPart) -> Asked:
    """What a part is stored with. A draft may have gaps: what cannot be worked out yet stays empty."""
    first, last = window_of(new)
    try:
        sessions = sessions_of_new(new)
    except (ScheduleProblem, ValueError):
        sessions = ()
    amount = total_minutes(sessions) if new.how else None if new.not_sure else new.amount
    return Asked(amount, new.smallest_useful or 1, first, last, sessions)

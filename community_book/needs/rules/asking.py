"""What a group asks for, as it is written down, and the checks before it is posted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from community_book.base.amounts import KIND_UNITS, KINDS_WITH_SESSIONS, LARGEST, Kind, Unit
from community_book.base.messages import N_, Message, Problem
from community_book.base.sessions import Schedule, ScheduleProblem, Session, sessions_of, total_minutes
from community_book.base.terms import DBS_LEVELS, DRIVER, FEATURES, ITEM_TYPES, KINDS_ONLINE, NOT_WANTED_OF, SUBJECTS

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

LONGEST_WINDOW = timedelta(days=731)
"""Two years, one of them a leap year."""

MOST_PEOPLE = 1_000
SINGLE_DAYS_AT_MOST = 200


@dataclass(frozen=True)
class NewNeed:
    """One need as a group writes it, with its one part. `how` is "" (any time), "weekly" or "dates".

    Times are minutes after midnight. `where` is "ours" (the group's own place), "other" or "online".
    `amount` is added up from the sessions where there are any.
    """

    kind: Kind
    title: str
    story: str = ""
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
    none_of_these: bool = False
    version: int | None = None

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


@dataclass(frozen=True)
class Asked:
    """What a part is stored with: amount (None when not sure), window, sessions, least useful slice."""

    amount: int | None
    smallest_useful: int
    first_day: date | None
    last_day: date | None
    sessions: tuple[Session, ...]


def pattern_of(new: NewNeed) -> dict[str, Any]:
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


def window_of(new: NewNeed) -> tuple[date | None, date | None]:
    """First and last day; for single dates those themselves say it."""
    if new.how == "dates" and new.single_days:
        return min(new.single_days), max(new.single_days)
    return new.first_day, new.last_day


def sessions_of_new(new: NewNeed) -> tuple[Session, ...]:
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


def asked_of(new: NewNeed) -> Asked:
    """What a part is stored with. A draft may have gaps: what cannot be worked out yet stays empty."""
    first, last = window_of(new)
    try:
        sessions = sessions_of_new(new)
    except (ScheduleProblem, ValueError):
        sessions = ()
    amount = total_minutes(sessions) if new.how else None if new.not_sure else new.amount
    return Asked(amount, new.smallest_useful or 1, first, last, sessions)


def check_new(new: NewNeed, today: date, *, changing: bool = False) -> list[Problem]:
    """What stands in the way of posting, each with its field. `changing` lets days past stay as they are."""
    found = [*_about_the_thing(new), *_about_how_much(new), *_about_when(new, today, changing=changing)]
    found += [*_about_where(new), *_about_the_helpers(new)]
    if not new.none_of_these and not changing:
        found.append(Problem("none_of_these", Message(N_("Read the list and tick that your need is none of these"))))
    return found


def _about_the_thing(new: NewNeed) -> Iterator[Problem]:
    if new.kind not in KINDS_ASKED:
        yield Problem("kind", Message(N_("Choose what you need from the list")))
        return
    if len(new.title) < 5:
        yield Problem("title", Message(N_("Say in a few words what you need, like “Minibus for our lunch club”")))
    if new.kind is Kind.GOODS and new.item_type not in ITEM_TYPES:
        yield Problem("item_type", Message(N_("Choose what kind of thing you need")))
    if new.kind is Kind.ADVICE and new.subject not in SUBJECTS:
        yield Problem("subject", Message(N_("Choose what the advice is about")))
    known = {feature.key: feature for feature in FEATURES.get(new.kind, ())}
    for key, value in new.features.items():
        if key not in known:
            yield Problem("", Message(N_("“%(name)s” is not asked about for this kind of help"), name=key[:40]))
        elif known[key].is_count and not (type(value) is int and 1 <= value <= 100_000):
            yield Problem(f"feature_{key}", Message(N_("Enter how many as a whole number, 1 or more")))


def _about_how_much(new: NewNeed) -> Iterator[Problem]:
    if new.how:
        return
    if new.kind in KINDS_WITH_SESSIONS:
        yield Problem("how", Message(N_("Choose whether you need it every week or on certain dates")))
        return
    if new.amount is None and not new.not_sure:
        yield Problem("amount", Message(N_("Say how much, or tick that you are not sure")))
    if new.amount is not None and new.not_sure:
        yield Problem("amount", Message(N_("Either say how much, or tick that you are not sure, not both")))
    if new.amount is not None and not 1 <= new.amount <= LARGEST:
        yield Problem("amount", Message(N_("Enter more than nothing")))
    if new.smallest_useful is not None and new.amount is not None and new.smallest_useful > new.amount:
        yield Problem("smallest_useful", Message(N_("The smallest amount that helps cannot be more than all of it")))


def _about_when(new: NewNeed, today: date, *, changing: bool) -> Iterator[Problem]:
    if new.how and new.kind not in KINDS_WITH_TIMES:
        yield Problem("how", Message(N_("This kind of help is not asked for by days and times")))
        return
    times_said = True
    if new.how:
        for name, value in (("starts", new.starts), ("ends", new.ends)):
            if value is None:
                times_said = False
                yield Problem(name, Message(N_("Enter a time, like 9:30 or 2pm")))
        if new.how == "weekly" and not new.weekdays:
            times_said = False
            yield Problem("weekdays", Message(N_("Choose at least one day of the week")))
    if new.how == "dates":
        if not new.single_days:
            yield Problem("single_days", Message(N_("Enter the dates, with commas between them")))
            return
        if len(new.single_days) > SINGLE_DAYS_AT_MOST:
            most = Message(N_("Enter at most %(most)s dates"), most=SINGLE_DAYS_AT_MOST)
            yield Problem("single_days", most)
            return
    first, last = window_of(new)
    first_field, last_field = ("single_days",) * 2 if new.how == "dates" else ("first_day", "last_day")
    if first is None:
        yield Problem(first_field, Message(N_("Enter the first day you need it, like 27 10 2026")))
    if last is None:
        yield Problem(last_field, Message(N_("Enter the last day you need it, like 27 10 2026")))
    if first is None or last is None:
        return
    if last < first:
        yield Problem(last_field, Message(N_("The last day must be the same as or after the first day")))
        return
    if last < today:
        yield Problem(last_field, Message(N_("The last day must be today or later")))
    elif first < today and not changing:
        yield Problem(first_field, Message(N_("The first day must be today or later")))
    if last - first > LONGEST_WINDOW or last - today > LONGEST_WINDOW:
        yield Problem(last_field, Message(N_("The last day can be at most two years away")))
        return
    if new.how and times_said:
        yield from _about_sessions(new)


def _about_sessions(new: NewNeed) -> Iterator[Problem]:
    try:
        sessions = sessions_of_new(new)
    except ScheduleProblem as problem:
        starts_before_end = new.starts is not None and new.ends is not None and new.starts < new.ends
        yield Problem("how" if starts_before_end else "ends", problem.message)
        return
    if total_minutes(sessions) > LARGEST:
        yield Problem("at_once", Message(N_("That is more than can be entered here")))


def _about_where(new: NewNeed) -> Iterator[Problem]:
    if new.where not in {"ours", "other", "online"}:
        yield Problem("where", Message(N_("Choose where the help is needed")))
    if new.online and new.kind not in KINDS_ONLINE:
        yield Problem("where", Message(N_("This kind of help needs a place; it cannot be done online")))
    if new.where == "other" and not new.postcode and not new.zone:
        yield Problem("postcode", Message(N_("Enter a postcode, or choose an area from the list")))
    if new.where == "other" and new.confidential and not new.zone:
        yield Problem("zone", Message(N_("Choose an area: for a place kept secret we store nothing closer")))


def _about_the_helpers(new: NewNeed) -> Iterator[Problem]:
    smallest, largest = new.team_smallest, new.team_largest
    if new.kind in KINDS_WITH_TEAM:
        if smallest is not None and largest is not None and smallest > largest:
            yield Problem("team_largest", Message(N_("The largest team cannot be smaller than the smallest")))
        if new.how and largest is not None and (new.at_once or 1) > largest:
            yield Problem("at_once", Message(N_("That is more people at a time than your largest team")))
        if new.visit_minutes is not None and not 15 <= new.visit_minutes <= 1440:
            yield Problem("visit_minutes", Message(N_("One visit lasts from 15 minutes to a day")))
    if not new.not_wanted <= frozenset(NOT_WANTED_OF.get(new.kind, ())):
        yield Problem("not_wanted", Message(N_("Choose from the answers shown")))
    if new.dbs and new.dbs not in DBS_LEVELS:
        yield Problem("dbs", Message(N_("Choose the check the task allows")))
    if (new.has_licence or new.has_permit) and (new.kind is not Kind.VEHICLE or new.features.get(DRIVER.key)):
        yield Problem("has_licence", Message(N_("Say this only of a vehicle that comes without a driver")))

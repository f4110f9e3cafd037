"""A need in plain words: how much, when, with whom, on what terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from community_book.base.amounts import Kind, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.sessions import Schedule, ScheduleProblem, say_date, say_schedule, say_time
from community_book.base.terms import DBS_LEVELS, FEATURES, NOT_WANTED

KIND_EXAMPLES: dict[Kind, Message] = {
    Kind.ADVICE: Message(N_("Help with our accounts, a funding bid, a policy or our website")),
    Kind.HANDS: Message(N_("People to paint, dig, sort, cook or help on the day")),
    Kind.ROLE: Message(N_("A treasurer, a trustee or a committee member")),
    Kind.MONEY: Message(N_("£650 for a new cooker, or part of it")),
    Kind.GOODS: Message(N_("Eight laptops, a shed, tools, furniture")),
    Kind.ROOM: Message(N_("A hall for our lunch club on Wednesdays")),
    Kind.VEHICLE: Message(N_("A minibus every other Tuesday")),
    Kind.EQUIPMENT: Message(N_("To borrow a projector, a hoist or a marquee")),
    Kind.LAND: Message(N_("A plot or a corner of a garden to grow on")),
    Kind.SEATS: Message(N_("Places on a course, such as food hygiene or first aid")),
    Kind.TRADE: Message(N_("Paid work for our group: meals, gardening, repairs")),
    Kind.JOBS: Message(N_("A job or apprenticeship for people we work with")),
}
"""One line for each kind that a group can ask for."""

_DAYS_NAMED_AT_MOST = 6


def say_how_much(
    unit: Unit, amount: int | None, *, is_about: bool = False, smallest_useful: int = 1, sessions: int = 0
) -> Message:
    """Like "about 12 h", "£650, and £300 would already help", "120 h in 40 sessions", "not sure yet how much"."""
    if amount is None:
        if smallest_useful > 1:
            least = say_amount(unit, smallest_useful)
            return Message(N_("not sure yet how much; %(least)s would already help"), least=least)
        return Message(N_("not sure yet how much"))
    said = say_amount(unit, amount)
    if is_about:
        said = Message(N_("about %(amount)s"), amount=said)
    if sessions == 1:
        return said
    if sessions:
        times = Message(N_("%(count)s times"), count=sessions)
        return Message(N_("%(amount)s in all, %(times)s"), amount=said, times=times)
    if 1 < smallest_useful < amount:
        least = say_amount(unit, smallest_useful)
        return Message(N_("%(amount)s, and %(least)s would already help"), amount=said, least=least)
    return said


def times_of(amount: int | None, pattern: Mapping[str, Any], sessions: int) -> int:
    """How many times help is still asked for. What was not used has left the amount, but its session stays known."""
    starts, ends = pattern.get("starts"), pattern.get("ends")
    if amount is None or not isinstance(starts, int) or not isinstance(ends, int) or ends <= starts:
        return sessions
    each = (ends - starts) * int(pattern.get("at_once") or 1)
    return min(sessions, amount // each) if amount % each == 0 else sessions


def say_left(unit: Unit, amount: int | None, committed: int, left: int | None) -> Message | None:
    """What is promised and what is still looked for; nothing where no help was promised yet."""
    if amount is None or committed == 0 or left is None:
        return None
    promised = say_amount(unit, committed)
    if left == 0:
        return Message(N_("%(promised)s promised, nothing more is looked for"), promised=promised)
    return Message(
        N_("%(promised)s promised, %(left)s still looked for"), promised=promised, left=say_amount(unit, left)
    )


def say_when(first_day: date | None, last_day: date | None, pattern: Mapping[str, Any]) -> Message:
    """Like "Tuesdays 9:00 to 12:00, 6 October to 15 December 2026" or "6 October to 15 December 2026"."""
    if first_day is None or last_day is None:
        return Message(N_("dates not said yet"))
    try:
        if pattern.get("how") == "weekly":
            return say_schedule(_schedule(first_day, last_day, pattern))
        if pattern.get("how") == "dates" and pattern["days"]:
            return _say_single_days(pattern)
    except (ScheduleProblem, KeyError, TypeError):
        pass  # a draft may have said its times in part only
    if first_day == last_day:
        return say_date(first_day)
    first = say_date(first_day, with_year=first_day.year != last_day.year)
    return Message(N_("%(first)s to %(last)s"), first=first, last=say_date(last_day))


def _schedule(first_day: date, last_day: date, pattern: Mapping[str, Any]) -> Schedule:
    return Schedule(
        weekdays=frozenset(pattern["weekdays"]),
        starts_minute=pattern["starts"],
        ends_minute=pattern["ends"],
        first=first_day,
        last=last_day,
        every_weeks=pattern.get("every_weeks", 1),
        left_out=frozenset(date.fromisoformat(day) for day in pattern.get("left_out", ())),
        at_once=pattern.get("at_once", 1),
    )


def _say_single_days(pattern: Mapping[str, Any]) -> Message:
    days = [date.fromisoformat(day) for day in pattern["days"]]
    said = say_date(days[0])
    for day in days[1:_DAYS_NAMED_AT_MOST]:
        said = Message(N_("%(first)s, %(next)s"), first=said, next=say_date(day))
    if more := len(days[_DAYS_NAMED_AT_MOST:]):
        said = Message(N_("%(days)s and %(count)s more"), days=said, count=more)
    return Message(
        N_("%(days)s, %(start)s to %(end)s"),
        days=said,
        start=say_time(pattern["starts"]),
        end=say_time(pattern["ends"]),
    )


def say_features(kind: Kind, features: Mapping[str, Any]) -> list[Message]:
    """Each thing it must have: "Seats: at least 12", "Step-free"."""
    said = []
    for feature in FEATURES.get(kind, ()):
        value = features.get(feature.key)
        if feature.is_count and value:
            said.append(Message(N_("%(what)s: at least %(count)s"), what=feature.label, count=value))
        elif value:
            said.append(feature.label)
    return said


def say_conditions(conditions: Mapping[str, Any]) -> list[Message]:
    """What helpers need, and what the group has itself. The group's own words on terms come apart."""
    said = []
    if level := DBS_LEVELS.get(str(conditions.get("dbs", ""))):
        said.append(Message(N_("Helpers' background check (DBS): %(level)s"), level=level))
    if conditions.get("insurance"):
        said.append(Message(N_("Helpers bring their own insurance")))
    if conditions.get("has_licence"):
        said.append(Message(N_("The group has a driver with the right licence")))
    if conditions.get("has_permit"):
        said.append(Message(N_("The group has a permit to carry passengers")))
    not_wanted = [NOT_WANTED[key] for key in conditions.get("not_wanted") or () if key in NOT_WANTED]
    said += [Message(N_("Would not help: %(what)s"), what=what) for what in not_wanted]
    return said


def say_team(smallest: int | None, largest: int | None, visit_minutes: int | None) -> Message | None:
    """Like "2 to 4 people at a time, 3 h a visit"; None when nothing was said."""
    people: Message | None = None
    if smallest and largest and smallest != largest:
        people = Message(N_("%(least)s to %(most)s people at a time"), least=smallest, most=largest)
    elif largest and not smallest:
        people = Message(N_("at most %(most)s people at a time"), most=largest)
    elif smallest and not largest:
        people = Message(N_("at least %(least)s people at a time"), least=smallest)
    elif smallest:
        people = Message(N_("%(count)s people at a time"), count=smallest)
    if visit_minutes is None:
        return people
    visit = Message(N_("%(length)s a visit"), length=say_amount(Unit.MINUTES, visit_minutes))
    return Message(N_("%(people)s, %(visit)s"), people=people, visit=visit) if people else visit

"""The checks of what a group asks for, before it is posted or changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from community_book.base.amounts import KIND_LABELS, KINDS_WITH_SESSIONS, LARGEST, Kind
from community_book.base.messages import N_, Message, Problem
from community_book.base.sessions import ScheduleProblem, total_minutes
from community_book.base.terms import DBS_LEVELS, DRIVER, FEATURES, ITEM_TYPES, KINDS_ONLINE, NOT_WANTED_OF, SUBJECTS
from community_book.needs.rules.written import (
    COMBINE_LABELS,
    KINDS_ASKED,
    KINDS_WITH_TEAM,
    KINDS_WITH_TIMES,
    PARTS_AT_MOST,
    NewCard,
    NewNeed,
    NewPart,
    sessions_of_new,
    window_of,
)

LONGEST_WINDOW = timedelta(days=731)
"""Two years, one of them a leap year."""

MOST_PEOPLE = 1_000
SINGLE_DAYS_AT_MOST = 200


def check_new(new: NewNeed, today: date, *, changing: bool = False) -> list[Problem]:
    """What stands in the way of posting, each with its field. `changing` lets days past stay as they are.

    What is wrong with a further part names the part; its fields stand on a page of their own.
    """
    found = [*_about_the_words(new), *check_part(new, today, changing=changing)]
    for number, part in enumerate(new.others, start=2):
        found += [_of_part(number, part, problem) for problem in check_part(part, today, changing=changing)]
    found += [*_about_the_parts(new), *_about_the_check(new, changing=changing)]
    return found


def check_card(card: NewCard, *, changing: bool = False) -> list[Problem]:
    """What is wrong with the words above the parts of a need."""
    found = [*_about_the_words(card), *_about_the_check(card, changing=changing)]
    if card.combine not in COMBINE_LABELS:
        found.append(Problem("combine", Message(N_("Say whether any of these helps, or all are needed"))))
    return found


def check_part(new: NewPart, today: date, *, changing: bool = False) -> list[Problem]:
    """What is wrong with one part, each with its field."""
    found = [*_about_the_thing(new), *_about_how_much(new), *_about_when(new, today, changing=changing)]
    return [*found, *_about_where(new), *_about_the_helpers(new)]


def _of_part(number: int, part: NewPart, problem: Problem) -> Problem:
    said = Message(
        N_("Number %(number)s, %(kind)s: %(problem)s"),
        number=number,
        kind=KIND_LABELS[part.kind],
        problem=problem.message,
    )
    return Problem("", said)


def _about_the_words(new: NewNeed | NewCard) -> Iterator[Problem]:
    if len(new.title) < 5:
        yield Problem("title", Message(N_("Say in a few words what you need, like “Minibus for our lunch club”")))


def _about_the_check(new: NewNeed | NewCard, *, changing: bool) -> Iterator[Problem]:
    if not new.none_of_these and not changing:
        yield Problem("none_of_these", Message(N_("Read the list and tick that your need is none of these")))


def _about_the_parts(new: NewNeed) -> Iterator[Problem]:
    if len(new.others) >= PARTS_AT_MOST:
        most = Message(N_("One need can ask for %(most)s things at most"), most=PARTS_AT_MOST)
        yield Problem("", most)
    if new.others and new.combine not in COMBINE_LABELS:
        yield Problem("combine", Message(N_("Say whether any of these helps, or all are needed")))


def _about_the_thing(new: NewPart) -> Iterator[Problem]:
    if new.kind not in KINDS_ASKED:
        yield Problem("kind", Message(N_("Choose what you need from the list")))
        return
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


def _about_how_much(new: NewPart) -> Iterator[Problem]:
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


def _about_when(new: NewPart, today: date, *, changing: bool) -> Iterator[Problem]:
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


def _about_sessions(new: NewPart) -> Iterator[Problem]:
    try:
        sessions = sessions_of_new(new)
    except ScheduleProblem as problem:
        starts_before_end = new.starts is not None and new.ends is not None and new.starts < new.ends
        yield Problem("how" if starts_before_end else "ends", problem.message)
        return
    if total_minutes(sessions) > LARGEST:
        yield Problem("at_once", Message(N_("That is more than can be entered here")))


def _about_where(new: NewPart) -> Iterator[Problem]:
    if new.where not in {"ours", "other", "online"}:
        yield Problem("where", Message(N_("Choose where the help is needed")))
    if new.online and new.kind not in KINDS_ONLINE:
        yield Problem("where", Message(N_("This kind of help needs a place; it cannot be done online")))
    if new.where == "other" and not new.postcode and not new.zone:
        yield Problem("postcode", Message(N_("Enter a postcode, or choose an area from the list")))
    if new.where == "other" and new.confidential and not new.zone:
        yield Problem("zone", Message(N_("Choose an area: for a place kept secret we store nothing closer")))


def _about_the_helpers(new: NewPart) -> Iterator[Problem]:
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

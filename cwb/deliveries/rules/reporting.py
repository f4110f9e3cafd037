"""What the forms of this room make, and what must hold of a report before it is taken. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from community_book.base.clock import quarter_of
from community_book.base.messages import N_, Message, Problem
from cwb.deliveries.rules.deciding import BASES, IN_FULL_BECAUSE
from cwb.deliveries.rules.states import OUTCOMES


@dataclass(frozen=True)
class SentFile:
    """A file somebody sent: its name, and how to read it (at most the given number of bytes)."""

    name: str
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class NewReport:
    """What somebody says happened on an agreed promise.

    `amount` in the promise's unit, or where it has sessions `used` and, of those that were on the form,
    `not_used` (ids of the promise's sessions). `first_day` None means one day.
    """

    happened_on: date | None = None
    first_day: date | None = None
    amount: int | None = None
    used: tuple[int, ...] = ()
    not_used: tuple[int, ...] = ()
    what_happened: str = ""
    what_changed: str = ""
    visits: int | None = None
    hosting_paid_pence: int | None = None
    people_agreed: bool = False


@dataclass(frozen=True)
class NewOwnReport:
    """What a provider says it did in its own house: an amount, or a level as two whole numbers on a day.

    `share_basis_points` is the part that belongs to this contract where the same thing is reported under others.
    """

    happened_on: date
    first_day: date | None = None
    amount: int | None = None
    level_part: int | None = None
    level_whole: int | None = None
    share_basis_points: int | None = None
    what_happened: str = ""
    what_changed: str = ""
    people_agreed: bool = False


@dataclass(frozen=True)
class Answer:
    """A side's word on a report. For a part: `amount`, or the ids of the sessions that did happen."""

    amount: int | None = None
    used: tuple[int, ...] | None = None
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Decision:
    """The council's: `act` is verify, verify_in_part or reject; for a part as in `Answer`."""

    act: str
    amount: int | None = None
    used: tuple[int, ...] | None = None
    reason: str = ""
    basis: str = ""
    version: int | None = None


def check_span(first_day: date, happened_on: date, *, today: date) -> list[Problem]:
    """A report is of a day or of a span inside one quarter, and not of the future."""
    problems = []
    if happened_on > today:
        problems.append(Problem("happened_on", Message(N_("Choose a day that is not in the future"))))
    if first_day > happened_on:
        problems.append(Problem("first_day", Message(N_("The first day must not be after the last"))))
    elif quarter_of(first_day) != quarter_of(happened_on):
        problems.append(
            Problem(
                "first_day",
                Message(
                    N_("A report covers days of one quarter. Make one for each quarter: January to March and so on")
                ),
            )
        )
    return problems


def check_level(part: int | None, whole: int | None) -> list[Problem]:
    """A level is two whole numbers, the part no more than the whole."""
    problems = []
    if part is None:
        problems.append(Problem("level_part", Message(N_("Enter how many it is true of, like 43"))))
    if not whole:
        problems.append(Problem("level_whole", Message(N_("Enter how many there are in all, like 50"))))
    elif part is not None and part > whole:
        problems.append(
            Problem("level_part", Message(N_("The part cannot be more than the whole, %(whole)s"), whole=whole))
        )
    return problems


def with_reason(decision: Decision) -> Decision:
    """In full and without words, a decision says what it rests on as its reason: two hundred of them take an hour."""
    if decision.act != "verify" or decision.reason or decision.basis not in IN_FULL_BECAUSE:
        return decision
    return replace(decision, reason=str(IN_FULL_BECAUSE[decision.basis]))


def check_decision(decision: Decision) -> list[Problem]:
    """A decision says what, on what basis and why."""
    problems = []
    if decision.act not in OUTCOMES:
        problems.append(Problem("act", Message(N_("Choose what you decide"))))
    if decision.basis not in BASES:
        problems.append(Problem("basis", Message(N_("Choose what your decision rests on"))))
    if not decision.reason and not (decision.act == "verify" and problems):
        problems.append(Problem("reason", Message(N_("Write why you decide so, in a sentence both sides will read"))))
    return problems

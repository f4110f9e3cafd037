"""Rates of pay: the two living wages, how a table of them is read, what a provider says about one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from community_book.base.actor import COUNCIL_ROLES, Permission, Role
from community_book.base.amounts import AmountProblem, Unit, read_amount
from community_book.base.messages import N_, Message, Problem
from community_book.base.table_files import BadRow, NoTable, read_table

LOAD_RATES = Permission("load_rates", Role.ADMINISTRATOR)
SEE_RATES = Permission("see_rates", *COUNCIL_ROLES)
"""See the rates, and which provider has said what about them."""

ATTEST_PAY = Permission("attest_pay", Role.PROVIDER_LEAD)
ATTEST_PAY_LINK = "attest_pay"

PENCE_AT_MOST = 10_000
"""A rate above £100 an hour is a slip of the pen."""

MONTHS_TO_PAY_REAL = 6
"""By when the Real Living Wage is paid where the table does not say: so many months after it is in force."""


class Wage(StrEnum):
    """Two different rates. Neither is ever inferred from the other."""

    NATIONAL = "national"
    REAL = "real"


WAGE_LABELS: dict[Wage, Message] = {
    Wage.NATIONAL: Message(N_("National Living Wage")),
    Wage.REAL: Message(N_("Real Living Wage")),
}


class Said(StrEnum):
    """What a provider has said about a rate."""

    ASKED = "asked"
    PAYS = "pays"
    NOT_YET = "not_yet"


ACT_WORDS: dict[str, Message] = {
    "rates.load": Message(N_("Rates of pay loaded")),
    "rate.ask": Message(N_("Providers asked whether they pay a rate")),
    "pay.attest": Message(N_("Answered whether a rate is paid")),
}

SAID_LABELS: dict[Said, Message] = {
    Said.ASKED: Message(N_("no answer yet")),
    Said.PAYS: Message(N_("pays it")),
    Said.NOT_YET: Message(N_("not yet")),
}


@dataclass(frozen=True)
class RateRow:
    """One rate as a table says it: pence an hour, in force from a day, to be paid by a day at the latest."""

    wage: Wage
    label: str
    in_force_from: date
    pay_by: date
    uk_pence: int
    london_pence: int | None
    minimum_age: int | None
    status: str


@dataclass(frozen=True)
class Since:
    """The days of a rate: in force from, and to be paid by."""

    in_force_from: date
    pay_by: date


def old_before(rates: Sequence[Since], on: date) -> date | None:
    """The day before which a reading is of an old rate, as things stand on a day; None where none is.

    It is the day from which the newest rate whose time to be paid has come was in force.
    """
    return max((rate.in_force_from for rate in rates if rate.pay_by <= on), default=None)


@dataclass(frozen=True)
class RatesRead:
    """What a file holds, and a line for each row that cannot be taken in."""

    rows: tuple[RateRow, ...]
    bad: tuple[BadRow, ...]


@dataclass(frozen=True)
class Attestation:
    """What a provider says: that it pays the rate, from a day; or not yet, and why."""

    pays: str
    paid_from: date | None = None
    why: str = ""
    version: int | None = None


REAL_COLUMNS = ("rate_year", "announced", "uk_gbp_per_hour", "london_gbp_per_hour")
NATIONAL_COLUMNS = ("effective_from", "minimum_age", "gbp_per_hour")
OPTIONAL_COLUMNS = ("status", "in_force_from", "pay_by")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def read_rates(content: bytes) -> RatesRead:
    """Reads a table of one living wage, told apart by its columns. What is wrong comes back as lines.

    The Real Living Wage has rate_year, announced, uk_gbp_per_hour and london_gbp_per_hour; the National
    Living Wage effective_from, minimum_age and gbp_per_hour. `in_force_from` and `pay_by` may stand beside them.
    """
    first = content[:2000].decode("utf-8", errors="replace").lower().splitlines()
    is_real = "uk_gbp_per_hour" in (first[0] if first else "")
    try:
        table, bad = read_table(
            content, headings=REAL_COLUMNS if is_real else NATIONAL_COLUMNS, optional=OPTIONAL_COLUMNS
        )
    except NoTable as no_table:
        return RatesRead((), (BadRow(0, no_table.message),))
    rows: dict[date, RateRow] = {}
    for row in table:
        wrong: list[Message] = []
        rate = (_real if is_real else _national)(row.cells, wrong)
        bad += [BadRow(row.line, message) for message in wrong]
        if rate is None or wrong:
            continue
        if rate.in_force_from in rows:
            bad.append(
                BadRow(row.line, Message(N_("two rates are in force from %(day)s"), day=rate.in_force_from.isoformat()))
            )
        rows[rate.in_force_from] = rate
    if not table and not bad:
        bad.append(BadRow(0, Message(N_("The file names columns but holds no rates."))))
    ordered = tuple(rows[day] for day in sorted(rows))
    return RatesRead(ordered, tuple(sorted(bad, key=lambda row: row.line)))


def _real(cells: Mapping[str, str], wrong: list[Message]) -> RateRow | None:
    """A rate of the Real Living Wage.

    Where only the month of its announcement is known it is in force from the first of the next: a reading taken in
    between may be of either rate, and is not taken for one of the new.
    """
    announced = _day(cells, "announced", wrong)
    given = _day(cells, "in_force_from", wrong) if cells["in_force_from"] else None
    uk, london = _pence(cells, "uk_gbp_per_hour", wrong), _pence(cells, "london_gbp_per_hour", wrong)
    if announced is None or uk is None or london is None:
        return None
    day, whole_month = announced
    in_force = given[0] if given else months_after(day, 1) if whole_month else day
    label = cells["rate_year"][:20]
    if not label:
        wrong.append(Message(N_("rate_year is empty")))
    return _dated(cells, wrong, RateRow(Wage.REAL, label, in_force, in_force, uk, london, None, cells["status"][:80]))


def _national(cells: Mapping[str, str], wrong: list[Message]) -> RateRow | None:
    """A rate of the National Living Wage, to be paid from the day it is in force."""
    since = _day(cells, "in_force_from" if cells["in_force_from"] else "effective_from", wrong)
    pence = _pence(cells, "gbp_per_hour", wrong)
    age = cells["minimum_age"]
    if not (age.isascii() and age.isdigit() and 15 <= int(age[:4]) <= 99):
        wrong.append(Message(N_("minimum_age is “%(given)s”; it must be a number of years, like 21"), given=age[:20]))
        return None
    if since is None or pence is None:
        return None
    rate = RateRow(Wage.NATIONAL, str(since[0].year), since[0], since[0], pence, None, int(age), cells["status"][:80])
    return _dated(cells, wrong, rate)


def _dated(cells: Mapping[str, str], wrong: list[Message], rate: RateRow) -> RateRow:
    months = MONTHS_TO_PAY_REAL if rate.wage is Wage.REAL else 0
    given = _day(cells, "pay_by", wrong) if cells["pay_by"] else None
    pay_by = given[0] if given else months_after(rate.in_force_from, months)
    if pay_by < rate.in_force_from:
        wrong.append(Message(N_("pay_by lies before the day the rate is in force")))
    return RateRow(**{**vars(rate), "pay_by": pay_by})


def _day(cells: Mapping[str, str], name: str, wrong: list[Message]) -> tuple[date, bool] | None:
    """A day written 2026-04-01, or the first of a month written 2026-04 and True."""
    found = _DAY.fullmatch(cells[name])
    try:
        if found and 2000 <= int(found[1]) <= 2100:
            return date(int(found[1]), int(found[2]), int(found[3] or 1)), found[3] is None
    except ValueError:
        pass
    wrong.append(Message(N_("%(name)s is “%(given)s”; write it like 2026-04-01"), name=name, given=cells[name][:20]))
    return None


def _pence(cells: Mapping[str, str], name: str, wrong: list[Message]) -> int | None:
    try:
        pence = read_amount(Unit.PENCE, cells[name])
        if 0 < pence <= PENCE_AT_MOST:
            return pence
    except AmountProblem:
        pass
    wrong.append(Message(N_("%(name)s is “%(given)s”; write pounds like 13.45"), name=name, given=cells[name][:20]))
    return None


def what_is_missing(said: Attestation, *, on: date) -> Sequence[Problem]:
    """What an answer about a rate lacks, so that it can be kept."""
    if said.pays == "yes":
        if said.paid_from is None:
            return [Problem("paid_from", Message(N_("Enter the day from which you pay it")))]
        if said.paid_from > on:
            words = N_("This day is still to come. Choose “Not yet” and say from when you will pay it.")
            return [Problem("paid_from", Message(words))]
    elif not said.why:
        return [Problem("why", Message(N_("Say why not yet, and when you expect to pay it")))]
    return []

"""What an entry of the ledger is, and its arithmetic: quarters, taking back, baselines, levels. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS, Unit
from community_book.base.messages import N_, Message


class Figure(StrEnum):
    """The five figures, never added to one another. Only VERIFIED is ever called delivered."""

    PLEDGED = "pledged"
    COMMITTED = "committed"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"


FIGURE_LABELS: dict[Figure, Message] = {
    Figure.PLEDGED: Message(N_("Pledged")),
    Figure.COMMITTED: Message(N_("Committed")),
    Figure.REPORTED: Message(N_("Reported")),
    Figure.CONFIRMED: Message(N_("Group-confirmed")),
    Figure.VERIFIED: Message(N_("Council-verified")),
}

BY_DAY_OF_ACT = frozenset({Figure.PLEDGED, Figure.COMMITTED})
"""Figures that count in the quarter of the act; the others in that of the day they happened on."""

EXTRA = "extra"
"""The one basis that enters the pillar figures."""

CHECKED = "checked"
SAMPLED = "sampled"
HOW_VERIFIED: dict[str, Message] = {
    CHECKED: Message(N_("checked one by one")),
    SAMPLED: Message(N_("accepted in a sampled batch")),
}
"""The parts of the verified figure, stamped in `how`."""

BOROUGH_WIDE = "borough_wide"
ZONES_NAMED = "zones_named"
NOT_PLACED = "not_placed"
ZONE_NOTES: dict[str, Message] = {
    BOROUGH_WIDE: Message(N_("Borough-wide")),
    ZONES_NAMED: Message(N_("Zones named")),
    NOT_PLACED: Message(N_("Not placed")),
}
"""What stands in `zone_note` where an entry has no zone: pledged amounts are never split by zone."""

CLOSE_PERIODS = Permission("close_periods", Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Booking:
    """An amount to be booked under one figure, with everything stamped on its entry but the moment and period.

    `amount` is a whole number of `unit` and is more than 0; taking back is `reverse`, never a negative booking.
    `happened_on` is the day the quarter follows: for pledged and committed the day of the act is taken
    instead; for confirmed and verified the caller gives the day from which it counts.
    `zone_note` says why there is no zone. `how` is CHECKED or SAMPLED on verified entries.
    """

    figure: Figure
    amount: int
    measure_id: int
    unit: Unit
    pillar_number: int
    basis: str
    provider_id: int
    group_id: int | None
    zone_id: int | None
    zone_note: str
    lot_id: int | None
    framework_id: int
    pledge_id: int
    commitment_id: int | None
    delivery_id: int | None
    happened_on: date
    share_basis_points: int = WHOLE_SHARE_BASIS_POINTS
    how: str = ""
    reverses_id: int | None = None
    act: str = ""


# --- quarters -----------------------------------------------------------------------------------

_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")


def is_quarter(text: str) -> bool:
    """Whether a text names a quarter the way they are written, 2026-Q4."""
    return bool(_QUARTER.fullmatch(text)) and text[:4] != "0000"


def next_quarter(quarter: str) -> str:
    """2026-Q4 is followed by 2027-Q1."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year + 1:04}-Q1" if number == 4 else f"{year:04}-Q{number + 1}"


def open_quarter(quarter: str, closed: Collection[str]) -> str:
    """The quarter itself, or the first after it that is not closed: corrections are booked there."""
    while quarter in closed:
        quarter = next_quarter(quarter)
    return quarter


def say_quarter(quarter: str) -> Message:
    """ "October to December 2026"."""
    months = {
        "1": Message(N_("January to March %(year)s"), year=quarter[:4]),
        "2": Message(N_("April to June %(year)s"), year=quarter[:4]),
        "3": Message(N_("July to September %(year)s"), year=quarter[:4]),
        "4": Message(N_("October to December %(year)s"), year=quarter[:4]),
    }
    return months[quarter[-1]]


# --- taking back --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """An entry and what is left of it after what was taken back from it already."""

    entry_id: int
    left: int


class NotThatMuch(ValueError):
    """More was to be taken back than stands: a fault of the caller, never of a person."""


def taken_back(standing: Sequence[Standing], amount: int) -> list[tuple[int, int]]:
    """From which entries an amount is taken back and how much of each, newest first.

    `standing` is in the order of booking. Raises NotThatMuch when they do not hold the amount.
    """
    if amount < 0:
        raise NotThatMuch(f"{amount} cannot be taken back")
    parts = []
    for entry in reversed(standing):
        part = min(entry.left, amount)
        if part > 0:
            parts.append((entry.entry_id, part))
            amount -= part
    if amount:
        raise NotThatMuch(f"{amount} more was to be taken back than stands")
    return parts


# --- baseline -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """A report's whole amount in two: what is usual and enters no figure, and what is booked."""

    usual: int
    booked: int


def pledge_year(first_day: date, day: date) -> tuple[date, date]:
    """First and last day of the year of a pledge that a day lies in, counted from the pledge's first day.

    A day before the pledge lies in its first year. A pledge that begins on 29 February has its years
    begin on 1 March where there is no such day.
    """
    years = max(0, day.year - first_day.year)
    if years and day < _anniversary(first_day, years):
        years -= 1
    return _anniversary(first_day, years), _anniversary(first_day, years + 1) - timedelta(days=1)


def _anniversary(first_day: date, years: int) -> date:
    try:
        return first_day.replace(year=first_day.year + years)
    except ValueError:
        return date(first_day.year + years, 3, 1)


def split_usual(baseline: int, stated_before: int, stated: int) -> Split:
    """What of a new report is usual: the part that still lies under the baseline of its pledge year.

    `baseline` is what a provider does anyway in twelve months; `stated_before` is the sum of the whole amounts
    of the reports that stand in the same pledge year. Pledged means above the baseline, so only what
    passes it is booked (domain.md 2, Basis).
    """
    usual = min(stated, max(0, baseline - stated_before))
    return Split(usual, stated - usual)


def split_year(baseline: int, stated: Sequence[int]) -> list[Split]:
    """The same for all reports of one pledge year, in the order of the days they happened on.

    For reports that come late, are changed or fall away: the difference from what stands is booked or
    taken back.
    """
    splits, before = [], 0
    for amount in stated:
        splits.append(split_usual(baseline, before, amount))
        before += amount
    return splits


# --- levels -------------------------------------------------------------------------------------

READING_GOOD_FOR_DAYS = 366
"""After this many days a reading is out of date."""


class LevelResult(StrEnum):
    """What a level's latest verified reading says."""

    MET = "met"
    NOT_MET = "not_met"
    NO_READING = "no_reading"
    OUT_OF_DATE = "out_of_date"


LEVEL_LABELS: dict[LevelResult, Message] = {
    LevelResult.MET: Message(N_("met")),
    LevelResult.NOT_MET: Message(N_("not met")),
    LevelResult.NO_READING: Message(N_("no reading")),
    LevelResult.OUT_OF_DATE: Message(N_("out of date")),
}


def is_met(part: int, whole: int, share_basis_points: int) -> bool:
    """Whether a reading reaches the share that was pledged. A whole of 0 is no reading: never met."""
    return whole > 0 and part * WHOLE_SHARE_BASIS_POINTS >= share_basis_points * whole


def level_result(
    latest: tuple[int, int, date] | None, share_basis_points: int, *, on: date, old_before: date | None = None
) -> LevelResult:
    """What the latest verified reading (part, whole, day) says on a day.

    A reading from before `old_before` was taken under a rate of pay that another has replaced since.
    """
    if latest is None or latest[1] == 0:
        return LevelResult.NO_READING
    part, whole, read_on = latest
    if (on - read_on).days > READING_GOOD_FOR_DAYS or (old_before is not None and read_on < old_before):
        return LevelResult.OUT_OF_DATE
    return LevelResult.MET if is_met(part, whole, share_basis_points) else LevelResult.NOT_MET

"""How figures are shown: what is not applicable, what is hidden, how long a bar is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from community_book.base.clock import quarter_dates
from community_book.base.messages import N_, Message
from cwb.ledger.rules import Figure, LevelResult, is_quarter, say_quarter

HIDE_BELOW = 5
"""Counts of disclosive measures under this are hidden."""


class Shown(StrEnum):
    """What stands in a cell: an amount, or why there is none."""

    AMOUNT = "amount"
    NOT_APPLICABLE = "not_applicable"
    NOT_SPLIT = "not_split"
    HIDDEN = "hidden"


COUNTED_LABELS: dict[Figure, Message] = {
    Figure.PLEDGED: Message(N_("pledges made")),
    Figure.COMMITTED: Message(N_("agreed with a group")),
    Figure.REPORTED: Message(N_("with a report")),
    Figure.CONFIRMED: Message(N_("confirmed by a group")),
    Figure.VERIFIED: Message(N_("verified by the council")),
}
"""A pillar's counts of pledges."""
SHOWN_LABELS: dict[Shown, Message] = {
    Shown.NOT_APPLICABLE: Message(N_("not applicable")),
    Shown.NOT_SPLIT: Message(N_("not split by zone")),
    Shown.HIDDEN: Message(N_("fewer than 5")),
}


@dataclass(frozen=True)
class Cell:
    """One figure of one measure (or a count of pledges). `amount` is None unless `shown` is AMOUNT."""

    shown: Shown
    amount: int | None = None

    @property
    def is_amount(self) -> bool:
        return self.shown is Shown.AMOUNT


NOT_APPLICABLE = Cell(Shown.NOT_APPLICABLE)
NOT_SPLIT = Cell(Shown.NOT_SPLIT)
HIDDEN = Cell(Shown.HIDDEN)


@dataclass(frozen=True)
class FiveFigures:
    """The five cells in their order, never added together, and the two parts of the last."""

    cells: Mapping[Figure, Cell]
    checked: Cell
    sampled: Cell


def five_figures(
    amounts: Mapping[Figure, int], sampled: int, *, agreed_applies: bool, confirmed_applies: bool, by_zone: bool
) -> FiveFigures:
    """The cells of a row. Where nobody agrees or confirms, "not applicable" stands there, never 0.

    Pledged is borough-wide or names zones, so that it is never split by zone.
    """
    cells = {figure: Cell(Shown.AMOUNT, amounts[figure]) for figure in Figure}
    if by_zone:
        cells[Figure.PLEDGED] = NOT_SPLIT
    if not agreed_applies:
        cells[Figure.COMMITTED] = NOT_APPLICABLE
    if not confirmed_applies:
        cells[Figure.CONFIRMED] = NOT_APPLICABLE
    checked = Cell(Shown.AMOUNT, amounts[Figure.VERIFIED] - sampled)
    return FiveFigures(cells, checked, Cell(Shown.AMOUNT, sampled))


def hide_small(figures: FiveFigures) -> FiveFigures:
    """The same with every count under 5 hidden, and with it whatever would tell it by subtraction.

    Of verified and its two parts one hidden part hides the other: verified less one part is the other.
    """
    cells = {figure: _hidden(cell) for figure, cell in figures.cells.items()}
    parts = (figures.checked, figures.sampled)
    small = any(0 < (part.amount or 0) < HIDE_BELOW for part in parts)
    if small or not cells[Figure.VERIFIED].is_amount:
        return FiveFigures(cells, HIDDEN, HIDDEN)
    return replace(figures, cells=cells)


def _hidden(cell: Cell) -> Cell:
    return HIDDEN if cell.is_amount and (cell.amount or 0) < HIDE_BELOW else cell


WIDEST = 1000
"""Length of the longest bar of a row."""


@dataclass(frozen=True)
class Bar:
    """A bar of a row's picture: 0 (none is drawn) to WIDEST. Rows have scales of their own."""

    figure: Figure
    width: int


def bars_of(cells: Mapping[Figure, Cell], longest: int | None = None) -> tuple[Bar, ...]:
    """The bars of a row, in the order of the columns; what has no amount has none.

    Rows of one measure share a scale: `longest` is the largest amount of them all.
    """
    amounts = {figure: cell.amount or 0 for figure, cell in cells.items() if cell.is_amount}
    longest = max(amounts.values(), default=0) if longest is None else longest
    return tuple(
        Bar(
            figure,
            0 if amounts.get(figure, 0) <= 0 else max(4, amounts[figure] * WIDEST // longest),
        )
        for figure in Figure
    )


# --- which time is asked for --------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A year or a quarter, as the quarters it begins and ends with."""

    first_quarter: str
    last_quarter: str

    @property
    def is_year(self) -> bool:
        return self.first_quarter != self.last_quarter

    @property
    def last_day(self) -> date:
        return quarter_dates(self.last_quarter)[1]

    @property
    def first_day(self) -> date:
        return quarter_dates(self.first_quarter)[0]


def read_span(text: str) -> Span | None:
    """A year written 2026 or a quarter written 2026-Q4; None for anything else."""
    if is_quarter(text):
        return Span(text, text)
    if len(text) == 4 and text.isascii() and text.isdigit() and "1900" <= text <= "2200":
        return Span(f"{text}-Q1", f"{text}-Q4")
    return None


def say_span(text: str) -> Message:
    """The words of a year or a quarter."""
    return say_quarter(text) if is_quarter(text) else Message(N_("the year %(year)s"), year=text)


def spans_between(first_quarter: str, last_quarter: str) -> list[str]:
    """Every year and its quarters with entries, newest first: 2026, 2026-Q4, 2026-Q3 ..."""
    spans: list[str] = []
    for year in range(int(last_quarter[:4]), int(first_quarter[:4]) - 1, -1):
        quarters = [f"{year}-Q{number}" for number in (4, 3, 2, 1)]
        spans += [str(year), *(quarter for quarter in quarters if first_quarter <= quarter <= last_quarter)]
    return spans


# --- levels, and pledges on other terms than extra ------------------------------------------------------


@dataclass(frozen=True)
class LevelCount:
    """Of `total` pledges of a level: how many met it, did not, have no reading, or one that is out of date."""

    total: int
    met: int
    not_met: int
    no_reading: int
    out_of_date: int


def count_levels(results: Sequence[LevelResult]) -> LevelCount:
    """Counts results; levels are never added up in any other way."""
    return LevelCount(
        len(results),
        results.count(LevelResult.MET),
        results.count(LevelResult.NOT_MET),
        results.count(LevelResult.NO_READING),
        results.count(LevelResult.OUT_OF_DATE),
    )


class Kept(StrEnum):
    """Whether a pledge that is a condition, a term or paid for was kept."""

    MET = "met"
    NOT_MET = "not_met"
    RUNNING = "running"
    NO_READING = "no_reading"


KEPT_LABELS: dict[Kept, Message] = {
    Kept.MET: Message(N_("kept its terms: met")),
    Kept.NOT_MET: Message(N_("kept its terms: not met")),
    Kept.RUNNING: Message(N_("still running")),
    Kept.NO_READING: Message(N_("no reading")),
}


def kept_amount(pledged: int, verified: int, last_day: date, *, on: date) -> Kept:
    """An amount is met when all of it is verified, and not met only once its window has ended."""
    if verified >= pledged:
        return Kept.MET
    return Kept.RUNNING if on <= last_day else Kept.NOT_MET


def kept_level(result: LevelResult) -> Kept:
    """A level is what its latest verified reading says; one that is out of date says nothing."""
    return {LevelResult.MET: Kept.MET, LevelResult.NOT_MET: Kept.NOT_MET}.get(result, Kept.NO_READING)

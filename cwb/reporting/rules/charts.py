"""Lines and small pictures as the numbers of an SVG: scales in whole numbers of a unit, points, marks. Pure.

Every picture is drawn of the very numbers of the table beside it; a value that is not there leaves a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from community_book.base.amounts import Unit, say_amount
from community_book.base.messages import N_, Message

STEPS_ABOUT = 4


@dataclass(frozen=True)
class Scale:
    """From `bottom` (0 unless something was taken back) to `top` in equal whole steps."""

    bottom: int
    top: int
    step: int

    @property
    def ticks(self) -> tuple[int, ...]:
        return tuple(range(self.bottom, self.top + 1, self.step))


def scale_for(values: Sequence[int], unit: Unit | None = None) -> Scale:
    """A scale people can read: whole hours and whole pounds where there are enough of them, 1, 2 or 5 times ten."""
    largest, smallest = max([0, *values]), min([0, *values])
    whole = {Unit.MINUTES: 60, Unit.PENCE: 100}.get(unit, 1) if unit else 1
    reach = max(largest - smallest, 1)
    if reach < whole * STEPS_ABOUT:
        whole = 1
    step = whole * _round_step(-(-reach // (whole * STEPS_ABOUT)))
    return Scale(-(-smallest // -step) * -step if smallest < 0 else 0, max(-(-largest // step), 1) * step, step)


def _round_step(least: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … that is no less."""
    ten = 1
    while True:
        for times in (1, 2, 5):
            if times * ten >= least:
                return times * ten
        ten *= 10


def short_amount(amount: int, unit: Unit | None) -> Message:
    """An amount in the few letters a picture has room for, rounded to whole hours and pounds; a count is itself."""
    if unit is Unit.MINUTES and amount:
        hours = (amount + 30) // 60 if amount >= 60 else 0
        return Message(N_("%(hours)s h"), hours=_thousands(hours)) if hours else say_amount(unit, amount)
    if unit is Unit.PENCE and amount:
        return Message(N_("£%(pounds)s"), pounds=_thousands((amount + 50) // 100))
    return Message(N_("%(count)s"), count=_thousands(amount))


def _thousands(number: int) -> str:
    if abs(number) >= 10_000_000:
        return f"{(number + 500_000) // 1_000_000:,}m"
    return f"{(number + 500) // 1000:,}k" if abs(number) >= 10_000 else f"{number:,}"


@dataclass(frozen=True)
class Paper:
    """Size of a picture in its own whole units, and the space left at its edges."""

    width: int = 640
    height: int = 340
    left: int = 112
    right: int = 20
    top: int = 16
    bottom: int = 76


LARGE = Paper()
SMALL = Paper(width=300, height=110, left=6, right=10, top=12, bottom=8)


@dataclass(frozen=True)
class Tick:
    """A level line across the picture, and the amount it stands for."""

    y: int
    amount: int


@dataclass(frozen=True)
class Column:
    """Where a quarter stands, and what is written under it."""

    x: int
    quarter: str
    year: str


@dataclass(frozen=True)
class Line:
    """A line through the values that are there, and a mark at each: SVG path data."""

    key: str
    path: str
    marks: str


@dataclass(frozen=True)
class LineChart:
    """A drawn chart. `baseline` is the height of nothing."""

    paper: Paper
    baseline: int
    ticks: tuple[Tick, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


MARKS = {
    "pledged": "m-7 0h14m-7-7v14",
    "committed": "m-6-6h12v12h-12z",
    "reported": "m0-8l8 8-8 8-8-8z",
    "confirmed": "m0-8l8 14h-16z",
    "verified": "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
}
"""A cross, a square, a diamond, a triangle and a dot: lines are told apart without colour."""


def draw_lines(
    series: Mapping[str, Sequence[int | None]], quarters: Sequence[str], unit: Unit | None = None, paper: Paper = LARGE
) -> LineChart:
    """One line for each series, a value for each quarter; all of one unit, on one scale."""
    scale = scale_for([value for values in series.values() for value in values if value is not None], unit)
    across = paper.width - paper.left - paper.right
    down = paper.height - paper.top - paper.bottom

    def x_of(place: int) -> int:
        return paper.left + (across * (2 * place + 1)) // (2 * max(len(quarters), 1))

    def y_of(value: int) -> int:
        return paper.top + (scale.top - value) * down // (scale.top - scale.bottom)

    every = -(-len(quarters) // 10)
    columns = tuple(
        Column(x_of(place), f"Q{quarter[-1]}", quarter[:4] if _begins_year(quarters, place, every) else "")
        for place, quarter in enumerate(quarters)
        if place % every == 0
    )
    lines = tuple(
        _line(key, [(x_of(place), y_of(value)) if value is not None else None for place, value in enumerate(values)])
        for key, values in series.items()
        if any(value is not None for value in values)
    )
    return LineChart(paper, y_of(0), tuple(Tick(y_of(tick), tick) for tick in scale.ticks), columns, lines)


def _begins_year(quarters: Sequence[str], place: int, every: int) -> bool:
    return place < every or quarters[place][:4] != quarters[place - every][:4]


def _line(key: str, points: Sequence[tuple[int, int] | None]) -> Line:
    path, open_now = [], False
    for point in points:
        if point is not None:
            path.append(f"{'L' if open_now else 'M'}{point[0]} {point[1]}")
        open_now = point is not None
    mark = MARKS.get(key, MARKS["verified"])
    return Line(key, "".join(path), "".join(f"M{point[0]} {point[1]}{mark}" for point in points if point is not None))


# --- maps -----------------------------------------------------------------------------------------------

SHADES = 4
"""How many shades a map has beside the one of nothing."""


def shade_of(amount: int, largest: int) -> int:
    """0 for nothing (or less), then 1 to SHADES in equal steps up to the largest amount."""
    if amount <= 0 or largest <= 0:
        return 0
    return min(SHADES, -(-amount * SHADES // largest))


@dataclass(frozen=True)
class Shade:
    """A shade of the map and the amounts it stands for, both ends included."""

    number: int
    first: int
    last: int


def shades_up_to(largest: int) -> tuple[Shade, ...]:
    """The key of a map whose largest amount this is; shades no whole amount falls in are left out."""
    found = []
    for number in range(1, SHADES + 1):
        first, last = largest * (number - 1) // SHADES + 1, largest * number // SHADES
        if first <= last:
            found.append(Shade(number, first, last))
    return tuple(found)


# --- quarters -------------------------------------------------------------------------------------------

QUARTERS_AT_MOST = 16


def quarters_between(first: str, last: str) -> tuple[str, ...]:
    """Every quarter from the first to the last, those without entries too."""
    start, end = int(first[:4]) * 4 + int(first[-1]) - 1, int(last[:4]) * 4 + int(last[-1]) - 1
    return tuple(f"{place // 4:04}-Q{place % 4 + 1}" for place in range(start, end + 1))


def added_up(values: Sequence[int]) -> list[int]:
    """Each value with all before it."""
    found, so_far = [], 0
    for value in values:
        so_far += value
        found.append(so_far)
    return found

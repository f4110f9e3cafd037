"""Figures set out by zone, lot or quarter, with their map and their charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from community_book.base.amounts import Unit
from community_book.base.messages import Message
from community_book.places.rules import MapShape, ZoneMap
from cwb.ledger.rules import Figure
from cwb.pillars.views import MeasureView
from cwb.reporting.rules import Bar, FiveFigures, LineChart, Shade


@dataclass(frozen=True)
class AcrossRow:
    """A zone, a lot or a quarter. `asked` are the address's values that choose it, empty where nothing can.

    `label` is what stands on the map; `can_be_followed` says whether its figures open what is behind them.
    """

    words: str | Message
    figures: FiveFigures
    bars: tuple[Bar, ...]
    asked: Mapping[str, str]
    label: str = ""


@dataclass(frozen=True)
class Across:
    """One measure in its unit or, without a measure, counts of things; never sums of different measures."""

    rows: tuple[AcrossRow, ...]
    measure: MeasureView | None
    measures: tuple[MeasureView, ...]
    """What can be chosen."""

    @property
    def unit(self) -> Unit | None:
        return self.measure.unit if self.measure else None

    @property
    def is_empty(self) -> bool:
        return not any(cell.amount for row in self.rows for cell in row.figures.cells.values())


@dataclass(frozen=True)
class ShadedZone:
    """A zone on the map: its outline, how deep its shade, what it has, and its row."""

    shape: MapShape
    shade: int
    amount: int
    row: AcrossRow


@dataclass(frozen=True)
class ShadedMap:
    """The map of one figure, and the key of its shades."""

    drawn: ZoneMap
    figure: Figure
    zones: tuple[ShadedZone, ...]
    key: tuple[Shade, ...]


@dataclass(frozen=True)
class QuarterChart:
    """One measure over the quarters: its row of amounts by figure, and its small picture."""

    measure: MeasureView
    amounts: Mapping[Figure, tuple[int, ...]]
    chart: LineChart

    @property
    def verified(self) -> int:
        return sum(self.amounts[Figure.VERIFIED])


@dataclass(frozen=True)
class NeedsRow:
    """Needs of one group size or zone; None stands for a count that is hidden. The median is in half days."""

    words: str | Message
    asked: int | None
    met: int | None
    met_in_part: int | None
    answered: int | None
    median_halves: int | None


@dataclass(frozen=True)
class NeedsMet:
    """Needs opened in a year (or ever): by size, by zone, and all of them."""

    together: NeedsRow
    by_size: tuple[NeedsRow, ...]
    by_zone: tuple[NeedsRow, ...]
    years: tuple[str, ...]
    year: str


@dataclass(frozen=True)
class ProviderStanding:
    """An admitted provider: how many pledges it made, and when something of it was last verified."""

    reference: str
    name: str
    admitted_on: date
    is_suspended: bool
    pledges: int
    offered: int
    last_verified_on: date | None
    verified_in_a_year: int


@dataclass(frozen=True)
class ProviderContact:
    """Whom the council speaks to at a provider."""

    name: str
    email: str


@dataclass(frozen=True)
class ProvidersStanding:
    """The list as asked for, and how many there are of each sort whatever is asked for."""

    providers: tuple[ProviderStanding, ...]
    admitted: int
    no_pledge: int
    nothing_verified: int

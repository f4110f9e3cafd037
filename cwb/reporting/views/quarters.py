"""A closed quarter as it was and as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cwb.deliveries.rules import DeliveryState
from cwb.ledger.rules import Figure
from cwb.pillars.views import MeasureView
from cwb.reporting.views.figures import Behind


@dataclass(frozen=True)
class RestatedRow:
    """The five figures of a measure as they were closed, and what was booked for the same days since."""

    measure: MeasureView
    closed: Mapping[Figure, int]
    later: Mapping[Figure, int]

    def as_closed(self, figure: Figure) -> int:
        return self.closed.get(figure, 0)

    def since(self, figure: Figure) -> int:
        return self.later.get(figure, 0)

    def now(self, figure: Figure) -> int:
        return self.as_closed(figure) + self.since(figure)


@dataclass(frozen=True)
class RestatedQuarter:
    """A closed quarter by measure; `left_out` counts the measures that are told by the year alone."""

    quarter: str
    closed_at_utc: datetime
    rows: tuple[RestatedRow, ...]
    left_out: int


@dataclass(frozen=True)
class PutRight:
    """One delivery behind a difference: under which figure, booked from which quarter on, and what it is."""

    figure: Figure
    booked_in: str
    measure: MeasureView
    thing: Behind


@dataclass(frozen=True)
class BeforeClosing:
    """What closing would fix, and how many reports of that quarter still wait for a word, by their state."""

    rows: tuple[RestatedRow, ...]
    waiting: Mapping[DeliveryState, int]

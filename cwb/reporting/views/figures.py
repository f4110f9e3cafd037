"""What the pages, tables and pictures of figures are made of: one roll-up for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from community_book.base.amounts import Unit
from community_book.base.messages import Message
from cwb.ledger.rules import Figure, LevelResult
from cwb.ledger.views import Slice
from cwb.pillars.views import MeasureView, PillarView
from cwb.reporting.rules import Bar, Cell, FiveFigures, Kept, LevelCount, Span


@dataclass(frozen=True)
class Choices:
    """What can be chosen: values and words."""

    frameworks: tuple[tuple[str, str], ...]
    lots: tuple[tuple[str, str], ...]
    zones: tuple[tuple[str, str | Message], ...]
    spans: tuple[tuple[str, Message], ...]


@dataclass(frozen=True)
class Chosen:
    """What is chosen. `asked` are the address's own values, to link with; `words` say it."""

    framework_id: int | None = None
    lot_id: int | None = None
    zone_id: int | None = None
    zone_note: str | None = None
    span: Span | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    words: tuple[Message | str, ...] = ()

    @property
    def by_zone(self) -> bool:
        return self.zone_id is not None or self.zone_note is not None

    @property
    def is_part_of_borough(self) -> bool:
        """Whether it is less than the whole borough, or less than a year: disclosive measures are not shown then."""
        part = self.by_zone or self.framework_id is not None or self.lot_id is not None
        return part or (self.span is not None and not self.span.is_year)

    @property
    def slice(self) -> Slice:
        return Slice(
            framework_id=self.framework_id,
            lot_id=self.lot_id,
            zone_id=self.zone_id,
            zone_note=self.zone_note,
            first_quarter=self.span.first_quarter if self.span else None,
            last_quarter=self.span.last_quarter if self.span else None,
        )


@dataclass(frozen=True)
class MeasureRow:
    """One measure's five figures in its unit; `usual` lies under a baseline and enters no figure."""

    measure: MeasureView
    figures: FiveFigures
    bars: tuple[Bar, ...]
    usual: int = 0
    year: str = ""


@dataclass(frozen=True)
class LevelRow:
    """A level: n of N met it, n did not, n no reading."""

    measure: MeasureView
    count: LevelCount


@dataclass(frozen=True)
class KeptRow:
    """Pledges of a measure on other terms than extra. Hidden where it would tell of few people."""

    measure: MeasureView
    counts: Mapping[Kept, int]
    is_hidden: bool = False

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class PillarFigures:
    """A pillar: counts of pledges, a row for each measure, levels, and what is shown apart."""

    pillar: PillarView
    counts: Mapping[Figure, Cell]
    parts: tuple[tuple[str, tuple[MeasureRow, ...]], ...]
    levels: tuple[LevelRow, ...]
    by_year: tuple[MeasureRow, ...]
    kept: tuple[KeptRow, ...]
    nothing_yet: tuple[MeasureView, ...]
    left_out: tuple[MeasureView, ...]

    @property
    def is_empty(self) -> bool:
        return not (any(rows for _, rows in self.parts) or self.levels or self.by_year or self.kept)


@dataclass(frozen=True)
class Reached:
    """Needs met (and met in part), groups helped and by how many providers, their partnerships, zones reached."""

    needs_met: int
    needs_met_in_part: int
    groups: int
    providers: int
    partnerships: int
    zones: int
    zones_in_all: int


@dataclass(frozen=True)
class Figures:
    """All five pillars."""

    pillars: tuple[PillarFigures, ...]
    chosen: Chosen
    choices: Choices


@dataclass(frozen=True)
class Behind:
    """One thing a figure is made of. Where the reader may not see it, `subject` is empty and names are left out."""

    day: date
    amount: int
    title: str | Message
    subject: str
    provider_name: str
    provider_reference: str
    group_name: str
    group_reference: str
    zone: str | Message
    state: Message | None = None
    measure_id: int = 0
    unit: Unit = Unit.WHOLE_NUMBERS


@dataclass(frozen=True)
class PledgeCounted:
    """A pledge that a pillar's count is made of; `amount` says what it has under the figure counted."""

    reference: str
    title: str
    provider_name: str
    provider_reference: str
    measure: str
    code: str
    amount: str | Message


@dataclass(frozen=True)
class PledgeBehind:
    """A pledge of a level, or on other terms than extra, with what became of it."""

    reference: str
    title: str
    provider_name: str
    provider_reference: str
    basis: Message
    promised: Message
    reached: Message | None
    day: date | None
    result: LevelResult | Kept
    label: Message

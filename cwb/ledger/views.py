"""What the ledger hands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cwb.ledger.rules import Figure


@dataclass(frozen=True)
class Slice:
    """Which entries are meant; None leaves a side open. Quarters are written 2026-Q4, both ends included."""

    framework_id: int | None = None
    lot_id: int | None = None
    zone_id: int | None = None
    zone_note: str | None = None
    first_quarter: str | None = None
    last_quarter: str | None = None
    measure_id: int | None = None
    measure_ids: frozenset[int] | None = None
    provider_id: int | None = None
    group_id: int | None = None
    basis: str | None = None


EVERYTHING = Slice()


@dataclass(frozen=True)
class Total:
    """A sum of entries; `how` tells the parts of verified."""

    measure_id: int
    pillar_number: int
    unit: str
    basis: str
    figure: Figure
    how: str
    amount: int


@dataclass(frozen=True)
class RolledUp:
    """All figures of one measure and basis: of the whole slice, of one year, or of one pledge.

    `year` and `pledge_id` say which: both empty is the whole slice. `sampled` is the part of verified that was
    accepted in a sampled batch. `pledges` counts the pledges with something left under each figure.
    `ever_pledged` and `ever_verified` are of whole lives, whatever zone and quarters are asked for.
    """

    measure_id: int
    pillar_number: int
    unit: str
    basis: str
    year: str
    pledge_id: int | None
    amounts: Mapping[Figure, int]
    sampled: int
    pledges: Mapping[Figure, int]
    ever_pledged: int
    ever_verified: int

    @property
    def is_whole(self) -> bool:
        return not self.year and self.pledge_id is None


@dataclass(frozen=True)
class EntrySum:
    """What one pledge, commitment or delivery adds to a figure. The last of the three ids that is set names it."""

    pledge_id: int
    commitment_id: int | None
    delivery_id: int | None
    happened_on: date
    amount: int
    zone_id: int | None = None
    zone_note: str = ""
    measure_id: int = 0
    unit: str = ""


@dataclass(frozen=True)
class Adjustment:
    """What was booked since for one delivery of a closed quarter under one figure, and the first quarter it is in."""

    figure: Figure
    booked_in: str
    entry: EntrySum


@dataclass(frozen=True)
class Share:
    """What one zone, lot or quarter has of a figure: a sum of one measure, or how many things under any.

    `key` is the zone's or lot's id or the quarter; without a zone `zone_note` says why. `measure_id` is None
    where things were counted. `sampled` is the part of verified that was accepted in a sampled batch.
    """

    key: int | str | None
    zone_note: str
    measure_id: int | None
    figure: Figure
    amount: int
    sampled: int = 0


@dataclass(frozen=True)
class ReadingView:
    """A level reading: `part` of `whole` on a day."""

    id: int
    reference: str
    pledge_id: int
    measure_id: int
    provider_id: int
    delivery_id: int | None
    basis: str
    part: int
    whole: int
    read_on: date
    is_verified: bool


@dataclass(frozen=True)
class PeriodView:
    """A quarter with entries: closed when, or still open."""

    quarter: str
    entries: int
    closed_at_utc: datetime | None
    may_close: bool


@dataclass(frozen=True)
class NewReading:
    """A level as it was read on a day: `part` of `whole`, two whole numbers."""

    pledge_id: int
    measure_id: int
    provider_id: int
    basis: str
    part: int
    whole: int
    read_on: date
    delivery_id: int | None = None
    verified: bool = False

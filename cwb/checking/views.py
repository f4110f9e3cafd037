"""The shapes batches hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from community_book.base.amounts import Unit, say_share
from community_book.base.messages import Message
from cwb.checking.rules import SEED_IS_SECRET, BatchState, Interval, interval, wrong_share
from cwb.ledger.rules import say_quarter


@dataclass(frozen=True)
class MeasureFound:
    """What the checked reports of one measure claimed and how much of that was not found, in its unit."""

    code: str
    title: str
    unit: Unit
    reports: int
    claimed: int
    over_claimed: int
    basis_points: int


@dataclass(frozen=True)
class BatchRow:
    """A batch as everybody may see it. `seed` is there once the sample was drawn, or the batch given up."""

    id: int
    reference: str
    version: int
    quarter: str
    state: BatchState
    seed_hash: str
    seed: str | None
    tolerance: int
    size: int
    sample_size: int
    opened_at_utc: datetime
    frozen_at_utc: datetime | None
    frozen_until: date | None
    drawn_at_utc: datetime | None
    decided_at_utc: datetime | None
    checked: int = 0
    wrong: int = 0
    accepted: int = 0
    released: int = 0

    @property
    def quarter_name(self) -> Message:
        return say_quarter(self.quarter)

    @property
    def seed_is_secret(self) -> bool:
        return self.state in SEED_IS_SECRET

    @property
    def rest(self) -> int:
        """How many reports stand or fall with the sample."""
        return self.size - self.sample_size

    @property
    def left(self) -> int:
        """How many of the sample are not checked yet."""
        return self.sample_size - self.checked

    @property
    def percent(self) -> int:
        """How much of the sample is checked."""
        return self.checked * 100 // self.sample_size if self.sample_size else 0

    @property
    def estimate(self) -> Interval | None:
        return interval(self.wrong, self.checked)

    @property
    def wrong_share(self) -> Message:
        return say_share(wrong_share(self.wrong, self.checked))


@dataclass(frozen=True)
class BatchView(BatchRow):
    """A batch as verifiers see it. `why_not`: why it may not be accepted by whoever reads it now."""

    measures: tuple[MeasureFound, ...] = ()
    why_not: Message | None = None
    reason: str = ""
    opened_by: str = ""
    decided_by: str = ""


@dataclass(frozen=True)
class Item:
    """A report in a batch, by the reference everybody can draw the sample from again."""

    reference: str
    in_sample: bool


@dataclass(frozen=True)
class Strata:
    """What waits for the council's decision: by reason those checked one by one, and the rest."""

    always: tuple[tuple[str, int], ...]
    total_always: int
    rest: int


@dataclass(frozen=True)
class QuarterToOpen:
    """A quarter a batch could be opened for, with how many reports would be in it if it froze today."""

    quarter: str
    reports: int
    is_over: bool

    @property
    def name(self) -> Message:
        return say_quarter(self.quarter)

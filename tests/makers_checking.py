"""Makers of reports that a batch can hold, and of batches in any state, through the real acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from community_book.base import clock, work
from community_book.base.actor import Actor, system
from community_book.base.clock import quarter_dates, quarter_of, today
from cwb.checking import actions
from cwb.checking.tables import Batch, BatchItem
from cwb.deliveries.rules import DeliveryState
from cwb.deliveries.tables import Delivery
from tests.makers_commitments import Pair, make_commitment, make_pair
from tests.makers_deliveries import Council, Made, decide, make_council, make_delivery
from tests.support.grounds import kept

S = DeliveryState


@dataclass(frozen=True)
class Field:
    """Reports of a quarter that a batch can hold: confirmed by a group, without any reason to check them by itself."""

    pair: Pair
    council: Council
    made: tuple[Made, ...]
    first: Made
    quarter: str

    @property
    def references(self) -> list[str]:
        return [one.reference for one in self.made]


@kept
def make_field(count: int = 5, *, council: Council | None = None) -> Field:
    """So many confirmed reports of 1, 2, 3 … minutes, after a first one of the provider that was checked by itself.

    200 minutes of what was promised are left.
    """
    council = council or make_council()
    amount = sum(range(1, count + 1)) + 1000 + 200
    pair = make_pair(amount=amount, pledged={"amount": amount})
    commitment = make_commitment(pair)
    first = make_delivery(S.CONFIRMED, pair=pair, commitment=commitment, council=council, amount=1000)
    decide(first, basis="word")
    made = tuple(
        make_delivery(S.CONFIRMED, pair=pair, commitment=commitment, council=council, amount=minutes)
        for minutes in range(1, count + 1)
    )
    return Field(pair, council, made, first, quarter_of(today()))


@contextmanager
def after_the_quarter(quarter: str, days: int = 1) -> Iterator[date]:
    """The same place when a quarter is over."""
    day = quarter_dates(quarter)[1] + timedelta(days=days)
    with clock.held_at(day):
        yield day


def open_for(field: Field, *, by: Actor | None = None) -> str:
    return actions.open_batch(by or field.council.verifier, field.quarter)


def make_drawn(field: Field) -> str:
    """A batch of a field whose sample is drawn. Call it `after_the_quarter`; it was opened before that ended."""
    with clock.held_at(quarter_dates(field.quarter)[1]):
        reference = open_for(field)
    actions.freeze_batch(field.council.verifier, reference)
    actions.draw_batch(field.council.verifier, reference)
    return reference


def make_checked(field: Field, **acts: str) -> str:
    """The same with its whole sample checked in full, save those named: reference with "-" as "_" and the act."""
    reference = make_drawn(field)
    for one in field.made:
        if one.reference in sample_of(reference):
            decide(one, acts.get(one.reference.replace("-", "_"), "verify"), basis="word")
    return reference


def batch_row(reference: str) -> Batch:
    with work.reading() as reading:
        return reading.execute(select(Batch).where(Batch.reference == reference)).scalar_one()


def sample_of(reference: str) -> set[str]:
    """References of what was drawn."""
    return {name for name, in_sample, _ in items_of(reference) if in_sample}


def items_of(reference: str) -> list[tuple[str, bool, str]]:
    """Reference, whether it was drawn, and what became of it, for each report of a batch."""
    with work.reading() as reading:
        rows = reading.execute(
            select(Delivery.reference, BatchItem.in_sample, BatchItem.outcome)
            .join(BatchItem, BatchItem.delivery_id == Delivery.id)
            .join(Batch, Batch.id == BatchItem.batch_id)
            .where(Batch.reference == reference)
            .order_by(Delivery.id)
        ).all()
    return [(name, drawn, outcome) for name, drawn, outcome in rows]


def let_the_site_work(lot: int = 40) -> int:
    """What the worker does until nothing is left; how many reports it saw to."""
    done = 0
    while some := actions.finish_accepting(system("checking"), lot):
        done += some
    return done

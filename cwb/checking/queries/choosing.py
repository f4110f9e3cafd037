"""Which reports a batch can hold, how many there are, and of which quarters."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from community_book.base.clock import LONDON, quarter_dates, quarter_of, today
from community_book.base.remembering import at_most_a_minute_old
from cwb.checking.tables import Batch, BatchItem
from cwb.checking.views import QuarterToOpen, Strata
from cwb.deliveries.queries import facts_of, joined, risk_columns, to_decide
from cwb.deliveries.rules import DeliveryState, Risk, Who, risks_of
from cwb.deliveries.tables import Delivery
from cwb.ledger.rules import next_quarter

D = DeliveryState


def strata(reading: Session) -> Strata:
    """How many reports wait for the council, by the heaviest reason to check them one by one, and the rest."""
    return at_most_a_minute_old(reading, "checking.strata", lambda: _strata(reading))


def _strata(reading: Session) -> Strata:
    statement = joined().with_only_columns(*risk_columns()).where(to_decide("verify"))
    heaviest = Counter(next(iter(risks_of(facts_of(row))), None) for row in reading.execute(statement).all())
    always = tuple((str(risk), heaviest[risk]) for risk in Risk if heaviest[risk])
    return Strata(always, sum(count for _, count in always), heaviest[None])


def _could_be_in_one() -> list[ColumnElement[bool]]:
    """Reports a group has confirmed, that nobody may question any more and that no sample was drawn beside."""
    drawn_before = exists().where(
        BatchItem.delivery_id == Delivery.id, BatchItem.batch_id == Batch.id, Batch.drawn_at_utc.is_not(None)
    )
    may_query = and_(Delivery.side == Who.GROUP, Delivery.answer_by.is_not(None), Delivery.answer_by >= today())
    return [Delivery.state.in_((D.CONFIRMED, D.CONFIRMED_IN_PART)), ~drawn_before, ~may_query]


def fit_for_batch(reading: Session, held_for: str) -> dict[int, tuple[str, int]]:
    """Of the reports held for a batch those that belong into it: reference and claim, by id."""
    statement = (
        joined()
        .with_only_columns(*risk_columns())
        .where(Delivery.held_for == held_for, Delivery.counts_on <= today(), *_could_be_in_one())
        .order_by(Delivery.id)
    )
    rows = reading.execute(statement).all()
    return {row.id: (row.reference, int(row.whole)) for row in rows if not risks_of(facts_of(row))}


def quarters_to_open(reading: Session) -> list[QuarterToOpen]:
    """Quarters a batch can be opened for: the present one, and those before it with reports that would be in it."""
    counts = at_most_a_minute_old(reading, "checking.quarters", lambda: _by_quarter(reading))
    now = quarter_of(today())
    taken = set(reading.execute(select(Batch.live_quarter).where(Batch.live_quarter.is_not(None))).scalars())
    return [
        QuarterToOpen(quarter, counts[quarter], quarter < now)
        for quarter in sorted({*counts, now}, reverse=True)
        if quarter not in taken
    ]


def _by_quarter(reading: Session) -> Counter[str]:
    statement = (
        joined()
        .with_only_columns(*risk_columns(), Delivery.counts_on.label("counts_on"))
        .where(to_decide("verify"), *_could_be_in_one())
    )
    return Counter(quarter_of(row.counts_on) for row in reading.execute(statement).all() if not risks_of(facts_of(row)))


def may_open(quarter: str) -> bool:
    """Whether a quarter is near enough for a batch: it has begun, or is the next."""
    return quarter <= next_quarter(quarter_of(today()))


def freezes_from(quarter: str, opened_at_utc: datetime) -> date:
    """The first day on which a batch can take its reports: the quarter is over, and its hash has been public a day."""
    opened = opened_at_utc.astimezone(LONDON).date()
    return max(quarter_dates(quarter)[1], opened) + timedelta(days=1)


def has_ended(quarter: str) -> bool:
    return quarter_dates(quarter)[1] < today()

"""What must always be true of batches, recomputed from rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.registered import Breach
from cwb.checking import rules
from cwb.checking.rules import HOLDS, BatchState
from cwb.checking.tables import Batch, BatchItem
from cwb.checking.views import Item
from cwb.deliveries.rules import COUNTED_AS_VERIFIED
from cwb.deliveries.tables import Delivery
from cwb.ledger.rules import SAMPLED


def batch_breaches(reading: Session) -> Sequence[Breach]:
    """Everything wrong with batches: what was accepted with too little checked, a sample nobody can draw again."""
    return [*_accepted_without(reading), *_checked_enough(reading), *_samples(reading), *_frozen(reading)]


def _accepted_without(reading: Session) -> Iterator[Breach]:
    """Every report that counts as verified with its batch was accepted in one."""
    accepted = (
        select(BatchItem.delivery_id)
        .join(Batch, Batch.id == BatchItem.batch_id)
        .where(
            BatchItem.outcome == "accepted",
            BatchItem.in_sample.is_(False),
            Batch.state.in_((BatchState.ACCEPTING, BatchState.ACCEPTED)),
        )
    )
    rows = reading.execute(
        select(Delivery.reference)
        .where(
            Delivery.verified_how == SAMPLED,
            Delivery.state.in_(COUNTED_AS_VERIFIED),
            Delivery.id.not_in(accepted),
        )
        .order_by(Delivery.id)
    ).scalars()
    for reference in rows:
        yield Breach("what a sample verified is in an accepted batch", f"delivery {reference}", "is in none")


def _checked_enough(reading: Session) -> Iterator[Breach]:
    """A batch was accepted only with enough of its sample checked."""
    rows = reading.execute(
        select(Batch.reference, Batch.size, func.count(BatchItem.delivery_id))
        .outerjoin(BatchItem, and_(BatchItem.batch_id == Batch.id, BatchItem.in_sample, BatchItem.outcome == "checked"))
        .where(Batch.state.in_((BatchState.ACCEPTING, BatchState.ACCEPTED)))
        .group_by(Batch.id)
        .order_by(Batch.id)
    ).all()
    for reference, size, checked in rows:
        if checked < rules.needed_sample(size):
            yield Breach("enough of an accepted batch was checked", f"batch {reference}", f"{checked} of {size}")


def _samples(reading: Session) -> Iterator[Breach]:
    """The seed is the one whose hash was published, and the sample is what it draws."""
    lists: dict[int, list[Item]] = defaultdict(list)
    listed = (
        select(BatchItem.batch_id, Delivery.reference, BatchItem.in_sample)
        .join(Delivery, Delivery.id == BatchItem.delivery_id)
        .order_by(BatchItem.batch_id, Delivery.reference)
    )
    for batch_id, reference, in_sample in reading.execute(listed).all():
        lists[batch_id].append(Item(reference, in_sample))
    for row in reading.execute(select(Batch).order_by(Batch.id)).scalars():
        subject = f"batch {row.reference}"
        if rules.seed_hash_of(row.seed) != row.seed_hash:
            yield Breach("a seed fits the hash that was published", subject, "it does not")
        items = lists[row.id]
        if len(items) != row.size:
            yield Breach("a batch holds what was frozen", subject, f"{len(items)}, not {row.size}")
        drawn = {item.reference for item in items if item.in_sample}
        should = set()
        if row.drawn_at_utc is not None:
            should = set(rules.draw(row.seed, [item.reference for item in items], rules.needed_sample(row.size)))
        if drawn != should:
            yield Breach("a sample is what its seed draws", subject, f"{len(drawn ^ should)} differ")


def _frozen(reading: Session) -> Iterator[Breach]:
    """What is frozen belongs to a batch that is not decided, and each report of a batch before it is drawn is."""
    rows = reading.execute(
        select(Delivery.reference, Delivery.held_for)
        .outerjoin(Batch, Batch.reference == Delivery.held_for)
        .outerjoin(BatchItem, and_(BatchItem.batch_id == Batch.id, BatchItem.delivery_id == Delivery.id))
        .where(
            Delivery.held_for != "",
            or_(Batch.id.is_(None), Batch.state.not_in(HOLDS), BatchItem.delivery_id.is_(None)),
        )
        .order_by(Delivery.id)
    ).all()
    for reference, batch in rows:
        yield Breach("what is frozen belongs to a batch under way", f"delivery {reference}", f"held for {batch}")

"""Publishing the head of the chain, once a day."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.tables import AuditHead
from community_book.records.tables import PublishedHead


def publish_head(actor: Actor) -> int:
    """A clock: writes down where the chain ends, once a day. Returns 1, or 0 where today's is there already.

    The act that writes it is the next of the chain and holds the head as well, so that a published head that was
    left out afterwards shows in the chain itself.
    """
    day = today()
    with transactions.reading() as reading:
        head = reading.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
        there = reading.execute(select(PublishedHead.id).where(PublishedHead.day == day)).first()
    if head is None or not head.sequence or there is not None:
        return 0
    told = {"sequence": head.sequence, "hash": head.hash}
    try:
        with transactions.work(actor) as work:
            work.execute(insert(PublishedHead).values(day=day, published_at_utc=now_utc(), **told))
            work.record("record.publish_head", f"published_head:{day.isoformat()}", facts=told)
    except IntegrityError:  # another worker was first
        return 0
    return 1

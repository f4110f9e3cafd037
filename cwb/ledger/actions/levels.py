"""Steps of level readings. A reading is replaced by the next one, never added to it."""

from __future__ import annotations

from sqlalchemy import update

from community_book.base.clock import now_utc
from community_book.base.messages import N_
from community_book.base.references import new_reference
from community_book.base.work import Work, changed, refuse
from cwb.ledger.tables import LevelReading
from cwb.ledger.views import NewReading


def record_reading(work: Work, new: NewReading) -> int:
    """Keeps a reading; returns its id. Raises Refused on "level_part" when the part passes the whole."""
    if not 0 <= new.part <= new.whole:
        raise refuse("level_part", N_("The part cannot be more than the whole, %(whole)s"), whole=new.whole)
    row = LevelReading(
        reference=new_reference("LR"),
        pledge_id=new.pledge_id,
        measure_id=new.measure_id,
        provider_id=new.provider_id,
        delivery_id=new.delivery_id,
        basis=str(new.basis),
        part=new.part,
        whole=new.whole,
        read_on=new.read_on,
        verified_at_utc=now_utc() if new.verified else None,
    )
    work.add(row)
    work.flush()
    return row.id


def verify_reading(work: Work, *, delivery_id: int) -> None:
    """Marks the reading of a delivery as verified: from now it may be the one that counts."""
    changed(
        work,
        update(LevelReading)
        .where(LevelReading.delivery_id == delivery_id, LevelReading.withdrawn_at_utc.is_(None))
        .values(verified_at_utc=now_utc(), version=LevelReading.version + 1),
    )


def withdraw_reading(work: Work, *, reading_id: int | None = None, delivery_id: int | None = None) -> None:
    """Takes a reading out of the count, by its id or its delivery's; the row stays for the record."""
    mine = LevelReading.id == reading_id if reading_id is not None else LevelReading.delivery_id == delivery_id
    changed(
        work,
        update(LevelReading)
        .where(mine, LevelReading.withdrawn_at_utc.is_(None))
        .values(withdrawn_at_utc=now_utc(), version=LevelReading.version + 1),
    )

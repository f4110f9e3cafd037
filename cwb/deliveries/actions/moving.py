"""A step for a group that was listed twice: reports about it are about the entry that stays."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from community_book.base.work import Work, changed
from cwb.deliveries.tables import Delivery


def move_reports(work: Work, from_group: int, to_group: int, ids: Collection[int]) -> list[int]:
    """Step: these reports are about another group from now on; returns the ids of those that were about the first.

    Ledger entries are never changed: they keep the group they were booked with.
    """
    wanted = (Delivery.id.in_(ids), Delivery.group_id == from_group)
    found = list(work.execute(select(Delivery.id).where(*wanted).order_by(Delivery.id)).scalars())
    changed(
        work,
        update(Delivery).where(Delivery.id.in_(found), *wanted).values(group_id=to_group, version=Delivery.version + 1),
    )
    return found

"""What acts have touched since matching last looked: from the chain of audit entries and the events of the outbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from community_book.base.clock import today
from community_book.base.tables import AuditEntry, AuditHead, OutboxEvent
from community_book.needs.tables import Need, NeedPart
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge

LATE_EVENTS = 500
"""An event may be seen after one with a higher number, while its act still runs: so far back is looked again."""


@dataclass(frozen=True)
class Touched:
    """Ids of what events tell has changed, and which events were read. `everything` means: places changed too."""

    pledge_ids: frozenset[int]
    need_ids: frozenset[int]
    part_ids: frozenset[int]
    organisation_ids: frozenset[int]
    everything: bool
    last_event_id: int
    seen: frozenset[int]


def chain_end(reading: Session) -> tuple[int, str]:
    """(sequence, hash) of the last audit entry; (0, "") where there is none."""
    row = reading.execute(select(AuditHead.sequence, AuditHead.hash)).first()
    return (row.sequence, row.hash) if row else (0, "")


def chain_holds(reading: Session, sequence: int, hash_: str) -> bool:
    """Whether the entry is in this site's history: false after another database was put in its place."""
    if not sequence:
        return True
    return reading.execute(select(AuditEntry.hash).where(AuditEntry.sequence == sequence)).scalar() == hash_


def last_event_id(reading: Session) -> int:
    return int(reading.execute(select(func.max(OutboxEvent.id))).scalar_one() or 0)


def touched_since(reading: Session, event_id: int, seen: Collection[int]) -> Touched:
    """What events after one have touched, and late ones that were not seen yet."""
    rows = reading.execute(
        select(OutboxEvent.id, OutboxEvent.name, OutboxEvent.payload)
        .where(OutboxEvent.id > event_id - LATE_EVENTS)
        .order_by(OutboxEvent.id)
    ).all()
    fresh = [row for row in rows if row.id not in seen and (seen or row.id > event_id)]
    ids: dict[str, set[int]] = {"pledge_id": set(), "need_id": set(), "part_id": set(), "organisation_id": set()}
    for row in fresh:
        for name, found in ids.items():
            if isinstance(row.payload.get(name), int) and (name != "organisation_id" or row.name == "GroupChanged"):
                found.add(row.payload[name])
    last = max((row.id for row in rows), default=event_id)
    return Touched(
        pledge_ids=frozenset(ids["pledge_id"]),
        need_ids=frozenset(ids["need_id"]),
        part_ids=frozenset(ids["part_id"]),
        organisation_ids=frozenset(ids["organisation_id"]),
        everything=any(row.name.startswith("ZoneScheme") for row in fresh),
        last_event_id=max(last, event_id),
        seen=frozenset(row.id for row in rows if row.id > last - LATE_EVENTS),
    )


def parts_of_groups_touched(reading: Session, touched: Touched) -> frozenset[int]:
    """Every part of the groups whose needs were touched: what one was promised counts for the others."""
    if not (touched.need_ids or touched.part_ids or touched.organisation_ids):
        return frozenset()
    groups = (
        select(Need.organisation_id)
        .join(NeedPart, NeedPart.need_id == Need.id)
        .where(
            or_(
                Need.id.in_(touched.need_ids),
                NeedPart.id.in_(touched.part_ids),
                Need.organisation_id.in_(touched.organisation_ids),
            )
        )
    )
    rows = reading.execute(
        select(NeedPart.id)
        .join(Need, Need.id == NeedPart.need_id)
        .where(or_(Need.organisation_id.in_(groups), NeedPart.id.in_(touched.part_ids)))
    )
    return frozenset(rows.scalars())


def parts_of_group_of(reading: Session, part_id: int) -> frozenset[int]:
    """Every part of the group a part belongs to, that one among them."""
    touched = Touched(frozenset(), frozenset(), frozenset({part_id}), frozenset(), False, 0, frozenset())
    return parts_of_groups_touched(reading, touched)


def rows_at_most(reading: Session) -> int:
    """How many pledges and parts there are to compare, roughly: for seeing whether it takes seconds or minutes."""
    pledges = select(func.count()).select_from(Pledge).where(Pledge.state == PledgeState.OFFERED)
    parts = select(func.count()).select_from(NeedPart).where(NeedPart.last_day >= today())
    return int(reading.execute(pledges).scalar_one()) + int(reading.execute(parts).scalar_one())

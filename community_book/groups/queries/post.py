"""Groups as officers write to them by post, and asks that have waited long."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.clock import LONDON, today, working_days_between
from community_book.base.tables import AuditEntry, AuditSubject
from community_book.groups.rules import GroupState
from community_book.groups.tables import GroupEntry
from community_book.places.queries import places

REMINDED = "group.remind_officers"


def postal_addresses(reading: Session, organisation_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For each group its contact's name, its place and its postcode, as far as they are known; for officers only."""
    rows = reading.execute(
        select(GroupEntry.organisation_id, GroupEntry.contact_name, GroupEntry.place_id)
        .where(GroupEntry.organisation_id.in_(organisation_ids))
        .order_by(GroupEntry.state == GroupState.CLOSED, GroupEntry.id)
    ).all()
    known = places(reading, {row.place_id for row in rows})
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        place = known.get(row.place_id)
        lines = (row.contact_name, place.label if place else "", place.postcode if place else "")
        found.setdefault(row.organisation_id, tuple(line for line in lines if line))
    return found


def asks_waiting_too_long(reading: Session, working_days: int) -> list[tuple[int, str]]:
    """Asks nobody answered within so many working days and officers were not reminded of: id and reference, by id."""
    reminded = (
        select(AuditEntry.sequence)
        .join(AuditSubject, AuditSubject.sequence == AuditEntry.sequence)
        .where(
            AuditEntry.act == REMINDED,
            AuditSubject.subject == "group:" + GroupEntry.reference,
            AuditEntry.at_utc >= GroupEntry.waiting_since_utc,
        )
    )
    rows = reading.execute(
        select(GroupEntry.id, GroupEntry.reference, GroupEntry.waiting_since_utc)
        .where(GroupEntry.state == GroupState.ASKED_FOR, ~reminded.correlate(GroupEntry).exists())
        .order_by(GroupEntry.id)
    )
    return [
        (row.id, row.reference)
        for row in rows
        if working_days_between(row.waiting_since_utc.astimezone(LONDON).date(), today()) >= working_days
    ]

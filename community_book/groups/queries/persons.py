"""What groups hold about a person, for their own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from community_book.groups.tables import EntryReport, GroupEntry, GroupMessage
from community_book.organisations.tables import Organisation
from community_book.people.queries import addresses_of


def shown_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """The entries that name a person by their address, and what they wrote to groups through the site."""
    person = addresses_of(reading, [person_id]).get(person_id)
    email = person.email.lower() if person is not None else ""
    if not email:
        return {}
    entries = reading.execute(
        select(func.coalesce(Organisation.name, GroupEntry.asked_name))
        .select_from(GroupEntry)
        .outerjoin(Organisation, Organisation.id == GroupEntry.organisation_id)
        .where(
            or_(
                func.lower(GroupEntry.contact_email) == email,
                func.lower(GroupEntry.deputy_email) == email,
                func.lower(GroupEntry.asked_by_email) == email,
            )
        )
        .order_by(GroupEntry.id)
    ).scalars()
    messages = reading.execute(
        select(GroupMessage.words).where(func.lower(GroupMessage.from_email) == email).order_by(GroupMessage.id)
    ).scalars()
    reports = reading.execute(
        select(EntryReport.words)
        .where(
            or_(func.lower(EntryReport.email) == email, EntryReport.asked_by_person_id == person_id),
            EntryReport.words != "",
        )
        .order_by(EntryReport.id)
    ).scalars()
    found: dict[str, Any] = {
        "groups that name you": list(entries),
        "messages you wrote": list(messages),
        "what you said about entries": list(reports),
    }
    return {name: value for name, value in found.items() if value}

"""What groups hold about a person, removed when that person is erased."""

from __future__ import annotations

from sqlalchemy import delete, func, update

from community_book.base.work import Work, changed
from community_book.groups.tables import EntryReport, GroupEntry, GroupMessage
from community_book.people.queries import addresses_of


def erase_contact(work: Work, person_id: int) -> None:
    """Step: takes a person's name, address and number out of every entry, and what they wrote to groups."""
    changed(
        work,
        update(EntryReport)
        .where(EntryReport.asked_by_person_id == person_id)
        .values(name="", email="", words="", asked_by_person_id=None),
    )
    person = addresses_of(work, [person_id]).get(person_id)
    email = person.email.lower() if person is not None else ""
    if not email:
        return
    changed(
        work,
        update(GroupEntry)
        .where(func.lower(GroupEntry.contact_email) == email)
        .values(contact_name="", contact_email="", contact_telephone="", contacts_public=False),
    )
    changed(
        work,
        update(GroupEntry).where(func.lower(GroupEntry.deputy_email) == email).values(deputy_name="", deputy_email=""),
    )
    changed(work, update(GroupEntry).where(func.lower(GroupEntry.asked_by_email) == email).values(asked_by_email=""))
    changed(work, delete(GroupMessage).where(func.lower(GroupMessage.from_email) == email))
    changed(work, update(EntryReport).where(func.lower(EntryReport.email) == email).values(name="", email="", words=""))

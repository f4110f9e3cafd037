"""What letters about groups need: read by the worker after the act, so that events carry no personal text."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.groups.tables import EntryReport, GroupEntry, GroupMessage
from community_book.organisations.tables import Organisation


@dataclass(frozen=True)
class EntryFacts:
    """An entry as the writer of a letter needs it."""

    reference: str
    name: str
    state: str
    organisation_id: int | None
    contact_email: str
    question: str
    reason: str


@dataclass(frozen=True)
class MessageFacts:
    """A message to a group as it goes out."""

    entry: EntryFacts
    from_name: str
    from_email: str
    text: str


@dataclass(frozen=True)
class ReportFacts:
    """A claim or report as the writer of a letter needs it."""

    entry: EntryFacts
    reference: str
    kind: str
    state: str
    email: str
    answer: str


def entry_facts(reading: Session, entry_id: int) -> EntryFacts | None:
    """An entry by its id; None when it is gone."""
    row = reading.execute(
        select(GroupEntry, func.coalesce(Organisation.name, GroupEntry.asked_name).label("name"))
        .outerjoin(Organisation, Organisation.id == GroupEntry.organisation_id)
        .where(GroupEntry.id == entry_id)
    ).one_or_none()
    if row is None:
        return None
    entry = row.GroupEntry
    return EntryFacts(
        entry.reference,
        row.name,
        entry.state,
        entry.organisation_id,
        entry.contact_email,
        entry.question,
        entry.reason,
    )


def message_facts(reading: Session, message_id: int) -> MessageFacts | None:
    """A message by its id; None when it was forgotten."""
    message = reading.get(GroupMessage, message_id)
    entry = entry_facts(reading, message.entry_id) if message is not None else None
    if message is None or entry is None:
        return None
    return MessageFacts(entry, message.from_name, message.from_email, message.words)


def report_facts(reading: Session, report_id: int) -> ReportFacts | None:
    """A claim or report by its id; None when it was forgotten."""
    report = reading.get(EntryReport, report_id)
    entry = entry_facts(reading, report.entry_id) if report is not None else None
    if report is None or entry is None:
        return None
    return ReportFacts(entry, report.reference, report.kind, report.state, report.email, report.answer)

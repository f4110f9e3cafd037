"""Reads of claims and reports: what waits for officers, oldest first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, Role
from community_book.base.clock import LONDON, now_utc, today, working_days_between
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.groups.rules import SEE_GROUP_CONTACTS, SEE_WAITING_GROUPS, ReportKind, ReportState
from community_book.groups.tables import EntryReport, GroupEntry
from community_book.groups.views import ReportView
from community_book.organisations.tables import Organisation
from community_book.people.tables import MembershipRow


def said_it(actor: Actor, report: EntryReport) -> bool:
    """Whether a signed-in person is the one who said it, by account or by the address given."""
    if actor.person_id is None:
        return False
    return report.asked_by_person_id == actor.person_id or (
        bool(actor.email) and actor.email.lower() == report.email.lower()
    )


def _views(reading: Session, actor: Actor, condition: ColumnElement[bool], *, limit: int = 1) -> list[ReportView]:
    if not actor.may(SEE_WAITING_GROUPS):
        raise NotAllowed(Message(N_("Only officers of the council read what is said about entries.")))
    rows = reading.execute(
        select(EntryReport, GroupEntry, Organisation.name.label("group_name"))
        .join(GroupEntry, GroupEntry.id == EntryReport.entry_id)
        .join(Organisation, Organisation.id == GroupEntry.organisation_id)
        .where(condition)
        .order_by(EntryReport.asked_at_utc, EntryReport.id)
        .limit(limit)
    ).all()
    lately = _belonged_lately(reading, actor)
    led = organisations_with_leads(reading, {row.GroupEntry.organisation_id for row in rows})
    contacts = actor.may(SEE_GROUP_CONTACTS)
    views = []
    for row in rows:
        report, entry = row.EntryReport, row.GroupEntry
        since = report.asked_at_utc.astimezone(LONDON).date()
        views.append(
            ReportView(
                reference=report.reference,
                kind=ReportKind(report.kind),
                state=ReportState(report.state),
                group_reference=entry.reference,
                group_name=row.group_name,
                name=report.name if contacts else "",
                email=report.email if contacts else "",
                words=report.words,
                asked_at_utc=report.asked_at_utc,
                working_days=working_days_between(since, today()),
                answer=report.answer,
                has_leads=entry.organisation_id in led,
                version=report.version,
                is_own=said_it(actor, report) or entry.organisation_id in lately,
            )
        )
    return views


def _belonged_lately(reading: Session, actor: Actor) -> set[int]:
    """The organisations the actor belongs to, or did within a year."""
    if actor.person_id is None:
        return set()
    rows = reading.execute(
        select(MembershipRow.organisation_id).where(
            MembershipRow.person_id == actor.person_id,
            or_(MembershipRow.until_utc.is_(None), MembershipRow.until_utc >= now_utc() - timedelta(days=366)),
        )
    )
    return set(rows.scalars())


def organisations_with_leads(reading: Session, organisation_ids: set[int]) -> set[int]:
    """Which of these organisations have somebody with an account who leads them now."""
    return set(
        reading.execute(
            select(MembershipRow.organisation_id)
            .where(
                MembershipRow.organisation_id.in_(organisation_ids),
                MembershipRow.role == Role.GROUP_LEAD,
                MembershipRow.until_utc.is_(None),
            )
            .distinct()
        ).scalars()
    )


def reports_waiting(reading: Session, actor: Actor, *, limit: int) -> list[ReportView]:
    """Some of what people said about entries and nobody has answered, oldest first. Raises NotAllowed."""
    return _views(reading, actor, EntryReport.state == ReportState.WAITING, limit=limit)


def report(reading: Session, actor: Actor, reference: str) -> ReportView:
    """One of them, answered or not. Raises NotThere, NotAllowed."""
    found = _views(reading, actor, EntryReport.reference == tidy_reference(reference))
    if not found:
        raise NotThere
    return found[0]


def reports_waiting_count(reading: Session) -> tuple[int, int]:
    """How many wait for an officer, and the working days the oldest has waited."""
    count, oldest = reading.execute(
        select(func.count(), func.min(EntryReport.asked_at_utc)).where(EntryReport.state == ReportState.WAITING)
    ).one()
    return count, working_days_between(oldest.astimezone(LONDON).date(), today()) if count else 0

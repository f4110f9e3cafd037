"""What people say about listed entries, and what officers answer."""

from __future__ import annotations

from sqlalchemy import func, select

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import Actor, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference, tidy_reference
from community_book.base.work import Work, lock_row, require_version
from community_book.groups.actions.asking import entry_named
from community_book.groups.queries.reports import said_it
from community_book.groups.rules import (
    MODERATE_GROUPS,
    REPORT,
    GroupState,
    NewClaim,
    NewReport,
    ReportKind,
    ReportState,
)
from community_book.groups.tables import EntryReport, GroupEntry
from community_book.people.actions import invite_person
from community_book.people.queries import belonged_lately
from community_book.people.rules import network_of

REPORTS_AN_HOUR = 5
ABOUT_ONE_GROUP_A_DAY = 10
WAITING_AT_MOST = 20
"""About one group: what is said again and again is in the queue already."""
DAY_MINUTES = 24 * 60
NOT_YOURS = N_("You belong to this group or said this yourself, so somebody else must decide about it.")


def _said(actor: Actor, reference: str, kind: ReportKind, words: str, *, name: str, email: str, address: str) -> str:
    if address:
        throttle.count_try(actor, "report-entry", network_of(address), at_most=REPORTS_AN_HOUR, within_minutes=60)
    throttle.count_try(actor, "report-of", reference, at_most=ABOUT_ONE_GROUP_A_DAY, within_minutes=DAY_MINUTES)
    with transactions.work(actor) as work:
        entry = entry_named(work, reference)
        if entry.organisation_id is None or entry.state == GroupState.SUSPENDED:
            raise NotThere
        if entry.state == GroupState.CLOSED:
            raise WrongState(Message(N_("This group has closed its entry: nothing about it can be changed.")))
        waiting = work.execute(
            select(func.count())
            .select_from(EntryReport)
            .where(EntryReport.entry_id == entry.id, EntryReport.state == ReportState.WAITING)
        ).scalar_one()
        if waiting >= WAITING_AT_MOST:
            raise WrongState(Message(N_("A lot has been said about this entry. The council is looking at it now.")))
        row = EntryReport(
            reference=new_reference("GR"),
            entry_id=entry.id,
            kind=kind,
            state=ReportState.WAITING,
            name=name,
            email=email,
            words=words,
            asked_by_person_id=actor.person_id,
            asked_at_utc=now_utc(),
        )
        work.add(row)
        work.flush()
        work.record(
            "group.claim" if kind is ReportKind.CLAIM else "group.report_wrong",
            f"group:{entry.reference}",
            f"entry_report:{row.reference}",
            texts={"name": name, "words": words},
        )
        work.tell("EntryReported", report_id=row.id, group_id=entry.id, reference=entry.reference)
        return entry.reference


def claim_group(actor: Actor, reference: str, new: NewClaim, *, address: str = "") -> str:
    """Somebody says a listed group is theirs; officers look at the proof. Raises TooMany, NotThere, WrongState."""
    return _said(actor, reference, ReportKind.CLAIM, new.proof, name=new.name, email=new.email, address=address)


def report_wrong(actor: Actor, reference: str, new: NewReport, *, address: str = "") -> str:
    """Anybody says what is wrong with an entry. Raises TooMany, NotThere, WrongState."""
    return _said(actor, reference, ReportKind.WRONG, new.wrong, name=new.name, email=new.email, address=address)


def _decided(
    work: Work, actor: Actor, reference: str, act: str, answer: str, version: int | None
) -> tuple[EntryReport, GroupEntry]:
    actor.must(MODERATE_GROUPS)
    row = work.execute(
        select(EntryReport).where(EntryReport.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    lock_row(work, row)
    state = REPORT.go(act, ReportState(row.state))
    entry = work.get_one(GroupEntry, row.entry_id)
    if said_it(actor, row) or belonged_lately(work, actor.person_id, entry.organisation_id):
        raise NotAllowed(Message(NOT_YOURS))
    require_version(row, version)
    row.state, row.answer = state, answer
    row.decided_by_person_id, row.decided_at_utc = actor.person_id, now_utc()
    return row, entry


def accept_report(actor: Actor, reference: str, answer: str = "", version: int | None = None) -> str:
    """An officer accepts: who claimed the group is invited to lead it; what was wrong was put right.

    Returns the group's reference. Raises NotAllowed, NotThere, WrongState, Refused where they lead it already.
    """
    with transactions.work(actor) as work:
        row, entry = _decided(work, actor, reference, "accept", answer, version)
        if row.kind == ReportKind.CLAIM:
            if not entry.contact_email:
                entry.contact_name, entry.contact_email = row.name, row.email
                entry.version += 1
            work.flush()
            invite_person(work, entry.organisation_id or 0, row.email, Role.GROUP_LEAD)
        work.record(
            "group.accept_report", f"entry_report:{row.reference}", f"group:{entry.reference}", texts={"answer": answer}
        )
        work.tell("EntryReportAnswered", report_id=row.id, group_id=entry.id, reference=entry.reference)
        return entry.reference


def decline_report(actor: Actor, reference: str, answer: str, version: int | None = None) -> str:
    """An officer declines, with the reason who said it is told. Returns the group's reference."""
    with transactions.work(actor) as work:
        row, entry = _decided(work, actor, reference, "decline", answer, version)
        subjects = (f"entry_report:{row.reference}", f"group:{entry.reference}")
        work.record("group.decline_report", *subjects, texts={"answer": answer})
        work.tell("EntryReportAnswered", report_id=row.id, group_id=entry.id, reference=entry.reference)
        return entry.reference

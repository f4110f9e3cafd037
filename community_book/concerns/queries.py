"""Reads of concerns: for safeguarding officers; to everybody else there are none."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.concerns.rules import SEE_CONCERNS, ConcernState
from community_book.concerns.tables import Concern, ConcernNote
from community_book.concerns.views import ConcernRow, ConcernView, NoteView
from community_book.people.tables import Person


def must_see(actor: Actor) -> None:
    """Raises NotThere for all but safeguarding officers: no other role learns that a concern exists."""
    if not actor.may(SEE_CONCERNS):
        raise NotThere


def concerns(
    reading: Session, actor: Actor, *, closed: bool = False, limit: int = 25, offset: int = 0
) -> tuple[int, list[ConcernRow]]:
    """How many concerns are open (or closed), and some of them: those that hold first, then newest first."""
    must_see(actor)
    wanted = Concern.state == ConcernState.CLOSED if closed else Concern.state != ConcernState.CLOSED
    total = reading.execute(select(func.count()).select_from(Concern).where(wanted)).scalar_one()
    rows = reading.execute(
        select(Concern.reference, Concern.subject, Concern.state, Concern.stop_asked, Concern.raised_at_utc)
        .where(wanted)
        .order_by(
            case((Concern.state == ConcernState.HELD, 0), else_=1), Concern.raised_at_utc.desc(), Concern.id.desc()
        )
        .limit(limit)
        .offset(offset)
    )
    return total, [
        ConcernRow(row.reference, row.subject, ConcernState(row.state), row.stop_asked, row.raised_at_utc)
        for row in rows
    ]


def concern(reading: Session, actor: Actor, reference: str) -> ConcernView:
    """One concern. Raises NotThere. The caller notes that it was read: `actions.note_reading`."""
    must_see(actor)
    row = reading.execute(select(Concern).where(Concern.reference == tidy_reference(reference))).scalar_one_or_none()
    if row is None:
        raise NotThere
    notes = reading.execute(
        select(ConcernNote, Person.name)
        .join(Person, Person.id == ConcernNote.person_id)
        .where(ConcernNote.concern_id == row.id)
        .order_by(ConcernNote.id)
    ).all()
    return ConcernView(
        reference=row.reference,
        subject=row.subject,
        state=ConcernState(row.state),
        what=row.what,
        said_by=row.said_by,
        stop_asked=row.stop_asked,
        raised_at_utc=row.raised_at_utc,
        closed_at_utc=row.closed_at_utc,
        version=row.version,
        notes=tuple(
            NoteView(found.name, found.ConcernNote.act, found.ConcernNote.words, found.ConcernNote.at_utc)
            for found in notes
        ),
    )


def open_count(reading: Session, actor: Actor) -> int:
    """How many concerns are not closed; 0 for everybody but safeguarding officers."""
    if not actor.may(SEE_CONCERNS):
        return 0
    return reading.execute(
        select(func.count()).select_from(Concern).where(Concern.state != ConcernState.CLOSED)
    ).scalar_one()


def is_held(reading: Session, subject: str) -> bool:
    """Whether a concern holds a subject now. For rooms that show "on hold"; it says nothing of the concern."""
    return bool(held_subjects(reading, [subject]))


def held_subjects(reading: Session, subjects: Collection[str]) -> set[str]:
    """Which of these subjects a concern holds now."""
    held = select(Concern.subject).where(Concern.subject.in_(subjects), Concern.state == ConcernState.HELD)
    return set(reading.execute(held).scalars())


def asked_reference(reading: Session, concern_id: int) -> str:
    """The reference of a concern for the letter that says only that there is one; "" when it is gone."""
    return reading.execute(select(Concern.reference).where(Concern.id == concern_id)).scalar_one_or_none() or ""

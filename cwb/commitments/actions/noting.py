""" "It did not happen", said without a report; and words between the two sides."""

from __future__ import annotations

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import add_working_days, now_utc, today
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work, changed, refuse
from cwb.commitments import rules
from cwb.commitments.actions import delivering, standing
from cwb.commitments.rules import SessionState, Side
from cwb.commitments.tables import Commitment, CommitmentMessage, CommitmentNote, CommitmentSession


def say_did_not_happen(actor: Actor, reference: str, *, session_id: int | None = None, text: str = "") -> str:
    """A side says that a date passed and nothing happened, though nothing was reported.

    Said by the group, the provider answers within 10 working days with a report or a change, else the session
    counts as not used. Said by the provider itself, it counts as not used at once.
    """
    actor.must(rules.CHANGE_PROMISE)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "say_did_not_happen")
        session = _past_session(work, row, session_id)
        if session is None and not text:
            raise refuse("text", N_("Say in a few words what did not happen"))
        note = _note(work, row, side, session, text)
        if side is Side.PROVIDER and session is not None:
            delivering.mark_sessions_not_used(work, row.id, [session.id])
        work.record(
            "commitment.did_not_happen",
            f"commitment:{row.reference}",
            facts={"side": str(side), "day": session.day.isoformat() if session else None},
            texts={"text": text},
        )
        standing.tell(work, "DidNotHappenSaid", row, side=str(side), note_id=note.id, session_id=session_id)
    return reference


def agree_did_not_happen(actor: Actor, reference: str, note_id: int) -> str:
    """The provider agrees that it did not happen: the session counts as not used."""
    actor.must(rules.CHANGE_PROMISE)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "say_did_not_happen")
        note = _open_note(work, row, note_id)
        if side is not Side.PROVIDER:
            raise NotAllowed(Message(N_("The provider answers this. You have said it already.")))
        settle_note(work, row, note, "agreed")
        work.record("commitment.agree_did_not_happen", f"commitment:{row.reference}", facts={"note": note.id})
    return reference


def settle_note(work: Work, row: Commitment, note: CommitmentNote, outcome: str) -> None:
    """Step: what was said not to have happened counts as not used; one about no certain date is only closed."""
    if note.session_id is not None:
        delivering.mark_sessions_not_used(work, row.id, [note.session_id])
    changed(
        work,
        update(CommitmentNote).where(CommitmentNote.id == note.id).values(settled_at_utc=now_utc(), outcome=outcome),
    )
    work.refresh(note)


def write_message(actor: Actor, reference: str, text: str) -> str:
    """Writes to the thread both sides read, and officers who broker."""
    actor.must(rules.WRITE_MESSAGE)
    if not text:
        raise refuse("text", N_("Write a message first"))
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "write")
        work.add(
            CommitmentMessage(
                commitment_id=row.id,
                organisation_id=actor.organisation_id,
                person_id=actor.person_id,
                text=text,
                at_utc=now_utc(),
            )
        )
        work.record("commitment.write", f"commitment:{row.reference}", facts={"side": str(side)}, texts={"text": text})
        standing.tell(work, "MessageWritten", row, side=str(side))
    return reference


def _past_session(work: Work, row: Commitment, session_id: int | None) -> CommitmentSession | None:
    has_sessions = (
        work.execute(select(CommitmentSession.id).where(CommitmentSession.commitment_id == row.id).limit(1)).scalar()
        is not None
    )
    if session_id is None:
        if has_sessions:
            raise refuse("session_id", N_("Choose the date that did not take place"))
        if row.first_day > today():
            raise WrongState(Message(N_("This has not begun yet.")))
        return None
    session = work.get(CommitmentSession, session_id)
    if session is None or session.commitment_id != row.id:
        raise NotThere
    work.refresh(session)
    if session.state != SessionState.PLANNED:
        raise WrongState(
            Message(N_("This date is %(state)s already."), state=rules.SESSION_LABELS[SessionState(session.state)])
        )
    if session.day > today():
        raise WrongState(Message(N_("This date is still to come. Propose a change if it cannot take place.")))
    return session


def _note(work: Work, row: Commitment, side: Side, session: CommitmentSession | None, text: str) -> CommitmentNote:
    before = work.execute(
        select(CommitmentNote.id).where(
            CommitmentNote.commitment_id == row.id,
            CommitmentNote.session_id == (session.id if session else None),
            CommitmentNote.settled_at_utc.is_(None),
        )
    ).scalar()
    if before is not None and side is Side.GROUP:
        raise WrongState(Message(N_("This was said already. The provider has been asked to answer.")))
    if before is not None:
        return work.get_one(CommitmentNote, before)
    note = CommitmentNote(
        commitment_id=row.id,
        session_id=session.id if session else None,
        said_by=side,
        text=text,
        noted_on=today(),
        answer_by=add_working_days(today(), settings().confirm_working_days),
    )
    work.add(note)
    work.flush()
    return note


def _open_note(work: Work, row: Commitment, note_id: int) -> CommitmentNote:
    note = work.get(CommitmentNote, note_id)
    if note is None or note.commitment_id != row.id:
        raise NotThere
    work.refresh(note)
    if note.settled_at_utc is not None:
        raise WrongState(Message(N_("This was settled already.")))
    return note

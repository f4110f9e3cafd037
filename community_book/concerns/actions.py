"""The only writers of concerns: raising one, and what safeguarding officers do about it.

The audit chain says only that it happened: the words stay in this room's tables.
"""

from __future__ import annotations

from sqlalchemy import select

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import Actor, anybody
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, TooMany, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference, tidy_reference
from community_book.base.tables import SecurityEvent
from community_book.base.work import Work, lock_row, require_version
from community_book.concerns.queries import is_held, must_see
from community_book.concerns.rules import CONCERN, ConcernState, NewConcern, can_stop, subject_of
from community_book.concerns.tables import Concern, ConcernNote
from community_book.people.rules import network_of

CONCERNS_AN_HOUR = 20
STOPS_AN_HOUR = 3
"""From one network: beyond it a concern is kept all the same, but stops nothing until an officer has looked."""


def _may_stop(actor: Actor, address: str) -> bool:
    if not address:
        return True
    try:
        throttle.count_try(actor, "concern-stop", network_of(address), at_most=STOPS_AN_HOUR, within_minutes=60)
    except TooMany:
        return False
    return True


def add_concern(work: Work, new: NewConcern, *, stops: bool = True) -> str:
    """Step: keeps a concern and returns its reference; tells ConcernRaised and, where it stops, ConcernHeld."""
    subject = subject_of(new.about)
    holds = new.stop and stops and can_stop(subject)
    row = Concern(
        reference=new_reference("X"),
        subject=subject,
        what=new.what,
        said_by=new.said_by,
        stop_asked=new.stop,
        state=ConcernState.HELD if holds else ConcernState.RAISED,
        raised_at_utc=now_utc(),
    )
    already = holds and is_held(work, subject)
    work.add(row)
    work.flush()
    work.tell("ConcernRaised", concern_id=row.id)
    if holds and not already:
        work.tell("ConcernHeld", subject=subject)
    return row.reference


def raise_concern(actor: Actor, new: NewConcern, *, address: str = "") -> None:
    """Anybody says that something is wrong. With "this should stop now" what it is about is held at once.

    Raises TooMany after very many from one network in an hour.
    """
    if address:
        throttle.count_try(actor, "concern", network_of(address), at_most=CONCERNS_AN_HOUR, within_minutes=60)
    stops = _may_stop(actor, address) if new.stop else False
    # The chain may be read by others: it does not say which account spoke up, only that somebody did.
    somebody = anybody(actor.request_id).for_form(actor.form_key)
    with transactions.work(somebody) as work:
        reference = add_concern(work, new, stops=stops)
        work.record("concern.raise", f"concern_thanks:{reference}", f"concern:{reference}")


def _found(work: Work, reference: str) -> Concern:
    row = work.execute(select(Concern).where(Concern.reference == tidy_reference(reference))).scalar_one_or_none()
    if row is None:
        raise NotThere
    lock_row(work, row)
    return row


def _do(actor: Actor, reference: str, act: str, words: str, version: int | None) -> None:
    must_see(actor)
    if actor.person_id is None:
        raise NotThere
    with transactions.work(actor) as work:
        row = _found(work, reference)
        CONCERN.check(act, ConcernState(row.state))
        if act == "hold" and not can_stop(row.subject):
            raise WrongState(Message(N_("This concern is about nothing that could be held.")))
        require_version(row, version)
        row.state = CONCERN.go(act, ConcernState(row.state))
        row.closed_at_utc = now_utc() if row.state == ConcernState.CLOSED else None
        work.add(ConcernNote(concern_id=row.id, person_id=actor.person_id, act=act, words=words, at_utc=now_utc()))
        work.flush()
        if act == "hold":
            work.tell("ConcernHeld", subject=row.subject)
        elif act == "release" and not is_held(work, row.subject):
            work.tell("ConcernReleased", subject=row.subject)
        work.record(f"concern.{act}", f"concern:{row.reference}")


def hold_subject(actor: Actor, reference: str, words: str = "", version: int | None = None) -> None:
    """Holds what a concern is about: a need is hidden, a promise is on hold. Raises NotThere, WrongState."""
    _do(actor, reference, "hold", words, version)


def release_subject(actor: Actor, reference: str, words: str = "", version: int | None = None) -> None:
    """Releases it; where another concern holds the same thing it stays held. Raises NotThere, WrongState."""
    _do(actor, reference, "release", words, version)


def add_note(actor: Actor, reference: str, words: str, version: int | None = None) -> None:
    """Notes something, such as where the real record is. Raises NotThere, WrongState when stale."""
    _do(actor, reference, "note", words, version)


def close_concern(actor: Actor, reference: str, words: str, version: int | None = None) -> None:
    """Closes a concern that holds nothing any more. Raises NotThere, WrongState."""
    _do(actor, reference, "close", words, version)


def note_reading(actor: Actor, reference: str) -> None:
    """Writes down that somebody read a concern, or ("") the list of them: outside the audit chain."""
    with transactions.bookkeeping(actor) as work:
        work.add(
            SecurityEvent(
                name="concern.read" if reference else "concern.list",
                actor=actor.pseudonym,
                subject=f"concern:{reference}" if reference else "",
                request_id=actor.request_id,
            )
        )

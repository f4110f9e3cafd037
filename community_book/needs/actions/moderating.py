"""Acts of officers on the needs of groups they do not belong to: open, send back, decline, join, answer."""

from __future__ import annotations

from sqlalchemy import select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.work import Work, refuse, require_version
from community_book.needs.actions.rows import about, need_seen, parts_of
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import ENDED, MODERATE_NEEDS, NEEDS, NeedState
from community_book.needs.tables import Need
from community_book.people.queries import belonged_lately


def open_need(actor: Actor, reference: str, *, version: int | None = None) -> None:
    """Puts a waiting need before everybody. Raises NotAllowed for one's own group's, WrongState, Refused."""
    with transactions.work(actor) as work:
        need = _for_officer(work, actor, reference, version)
        state = NEEDS.go("open", NeedState(need.state))
        last_day = max((part.last_day for part in parts_of(work, need.id) if part.last_day), default=None)
        if last_day is None or last_day < today():
            raise refuse("", N_("Its last day has passed. Send it back, so that the group can say new dates."))
        need.state, need.opened_at_utc = state, now_utc()
        need.moderated_by_person_id = actor.person_id
        work.record("need.open", f"need:{reference}", facts={"state": state})
        work.tell("NeedOpened", **about(work, need))
        work.flush()
        settle_need(work, need.id)


def return_need(actor: Actor, reference: str, reason: str, *, version: int | None = None) -> None:
    """Sends a waiting need back to its group with what to change."""
    with transactions.work(actor) as work:
        need = _decided(work, actor, reference, "return", reason, version)
        work.tell("NeedReturned", **about(work, need))


def decline_need(actor: Actor, reference: str, reason: str, *, version: int | None = None) -> None:
    """Ends a waiting need that this site is not for; the reason is told."""
    with transactions.work(actor) as work:
        need = _decided(work, actor, reference, "decline", reason, version)
        work.tell("NeedEnded", **about(work, need), how=need.state)


def close_need(actor: Actor, reference: str, answer: str, *, version: int | None = None) -> None:
    """Ends a need with a written answer: what else there may be for the group. What is promised goes on."""
    with transactions.work(actor) as work:
        need = _decided(work, actor, reference, "close", answer, version)
        work.tell("NeedEnded", **about(work, need), how=need.state)


def merge_need(actor: Actor, reference: str, into: str, reason: str, *, version: int | None = None) -> None:
    """Joins a waiting need with another that asks for the same and has not ended."""
    with transactions.work(actor) as work:
        other = work.execute(select(Need).where(Need.reference == tidy_reference(into))).scalar_one_or_none()
        if other is None or NeedState(other.state) in ENDED | {NeedState.DRAFT, NeedState.RETURNED}:
            raise refuse("into", N_("Enter the reference of a need that is open or waiting, like N-7K2M9Q"))
        if other.reference == reference:
            raise refuse("into", N_("That is this need itself. Enter the reference of the other one."))
        need = _decided(work, actor, reference, "merge", reason, version)
        need.merged_into_id = other.id
        work.tell("NeedEnded", **about(work, need), how=need.state)


def _for_officer(work: Work, actor: Actor, reference: str, version: int | None) -> Need:
    """The need, held, for an officer who may decide about it (domain.md 3: never on one's own side)."""
    need = need_seen(work, actor, reference)
    actor.must(MODERATE_NEEDS)
    if actor.person_id is not None:
        if belonged_lately(work, actor.person_id, need.organisation_id):
            raise NotAllowed(
                Message(N_("You belong to this group, or did in the last 12 months. Another officer decides."))
            )
        if need.posted_by_person_id == actor.person_id:
            raise NotAllowed(Message(N_("You wrote this need down for the group. Another officer decides.")))
    require_version(need, version)
    return need


def _decided(work: Work, actor: Actor, reference: str, act: str, reason: str, version: int | None) -> Need:
    need = _for_officer(work, actor, reference, version)
    state = NEEDS.go(act, NeedState(need.state))
    if not reason.strip():
        field = "answer" if act == "close" else "reason"
        raise refuse(field, N_("Write to the group why, and what it can do. It is told in your words."))
    need.state, need.reason = state, reason
    need.moderated_by_person_id = actor.person_id
    if state in ENDED:
        need.ended_at_utc = now_utc()
    work.flush()
    work.record(f"need.{act}", f"need:{reference}", facts={"state": state}, texts={"reason": reason})
    return need

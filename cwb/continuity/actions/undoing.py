"""An act over many rooms is undone as a whole: what still can be put back is, and of the rest it is said why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message
from community_book.base.sessions import say_date
from community_book.base.work import Work, changed
from community_book.groups.actions import move_activities, reopen_group_entry
from community_book.groups.queries import group_of_organisation
from community_book.groups.rules import GroupState
from community_book.needs.actions import move_needs, reopen_need
from community_book.needs.rules import NeedState
from community_book.organisations.actions import part_organisation
from community_book.organisations.queries import organisations
from community_book.people.actions import move_invitations, move_links, move_person_back
from community_book.people.views import MovedRole
from cwb.commitments.actions import hold_commitment, lock_promises, move_promises, put_back, release_commitment
from cwb.commitments.queries import commitment_terms
from cwb.commitments.rules import LIVE, OPEN, CommitmentState, Stopped
from cwb.continuity import queries
from cwb.continuity.actions.noting import not_own
from cwb.continuity.queries import Standing
from cwb.continuity.rules import (
    CONCERN,
    SUSPENDED,
    UNDOES,
    Change,
    Deed,
    Fate,
    Klass,
    Outcome,
    Thing,
    about_provider,
    fate_of_promise,
)
from cwb.continuity.tables import Undertaking, UndertakingChange
from cwb.continuity.views import UndertakingView
from cwb.deliveries.actions import move_reports
from cwb.frameworks.actions import lift_suspension
from cwb.matching.actions import move_words
from cwb.pledges.actions import put_back_on_offer

NOT_ADMITTED = Message(N_("The provider has no place on the framework just now."))
ON_HOLD_STILL = Message(N_("It stays on hold for another reason."))


@dataclass(frozen=True)
class _Undoing:
    """What every step of one undoing must know."""

    of: UndertakingView
    standing: Standing


def undo(actor: Actor, reference: str) -> tuple[int, int]:
    """Undoes a suspension or the closing of a group; returns how many things are back and how many are not.

    Each thing comes back as a whole or stays as it is, with the reason kept beside it. Raises NotThere, NotAllowed,
    WrongState (undone already, too late, or a later act about the same organisation stands).
    """
    with transactions.work(actor) as work:
        found = queries.undertaking_view(work, actor, reference)
        actor.must(UNDOES[found.deed])
        not_own(work, actor, found.organisation_id)
        not_own(work, actor, found.into_id or found.organisation_id)
        _claim(work, actor, found)
        rows = _changes_of(work, found.id)
        promises = [row.thing_id for row in rows if row.kind == Thing.COMMITMENT]
        lock_promises(work, promises)
        standing = queries.standing_of(
            work,
            commitment_ids=promises,
            pledge_references=[row.reference for row in rows if row.kind == Thing.PLEDGE],
            on=today(),
        )
        outcomes = [_put_back(work, _Undoing(found, standing), row) for row in _in_order(rows)]
        back, kept = outcomes.count(Outcome.BACK), outcomes.count(Outcome.KEPT)
        work.record(
            f"undertaking.undo_{found.deed}",
            f"undertaking:{found.reference}",
            f"organisation:{found.organisation_reference}",
            facts={"back": back, "kept": kept},
        )
        work.tell(
            "UndertakingUndone",
            undertaking_reference=found.reference,
            deed=str(found.deed),
            organisation_id=found.organisation_id,
            reference=found.organisation_reference,
            into_id=found.into_id,
            into_reference=found.into_reference,
        )
    return back, kept


def _claim(work: Work, actor: Actor, found: UndertakingView) -> None:
    """Marks it as undone, once. Raises WrongState with what it is now."""
    marked = (
        update(Undertaking)
        .where(Undertaking.id == found.id, Undertaking.state == "done", Undertaking.until >= today())
        .values(
            state="undone",
            undone_at_utc=now_utc(),
            undone_by_person_id=actor.person_id,
            version=Undertaking.version + 1,
        )
    )
    if not changed(work, marked):
        row = work.get_one(Undertaking, found.id)
        work.refresh(row)
        if row.state == "undone":
            raise WrongState(Message(N_("This was undone already. Its page says what is back and what is not.")))
        raise WrongState(
            Message(
                N_("This could be undone until %(day)s. Put right by hand what should be different."),
                day=say_date(row.until),
            )
        )
    later = queries.later_undertaking(work, {found.organisation_id, found.into_id}, found.id)
    if later is not None:
        raise WrongState(
            Message(N_("A later act about the same organisation stands: undo %(later)s first."), later=later)
        )


def _changes_of(work: Work, undertaking_id: int) -> list[UndertakingChange]:
    rows = select(UndertakingChange).where(UndertakingChange.undertaking_id == undertaking_id)
    return list(work.execute(rows.order_by(UndertakingChange.id)).scalars())


def _in_order(rows: Iterable[UndertakingChange]) -> list[UndertakingChange]:
    """Places and entries first, then what hangs on them; promises last and in the order they were locked."""
    order = list(Thing)
    return sorted(rows, key=lambda row: (order.index(Thing(row.kind)), row.id))


def _put_back(work: Work, undoing: _Undoing, row: UndertakingChange) -> Outcome:
    """Puts one thing back, or notes why it stays as it is."""
    change_id, says = row.id, None
    try:
        with transactions.attempt(work):
            step = _moved if row.what == Change.MOVED and Thing(row.kind) in _MOVES else _STEPS[Thing(row.kind)]
            says = step(work, undoing, row)
        outcome = Outcome.BACK
    except (Refused, WrongState, NotThere) as refusal:
        if row.kind in {Thing.ORGANISATION, Thing.ENTRY}:
            raise  # without its entry a group is nobody, and nothing of it can stand
        outcome, says = Outcome.KEPT, refusal.message
    noted = {"outcome": outcome, "says": says.as_json() if says is not None else None}
    changed(work, update(UndertakingChange).where(UndertakingChange.id == change_id).values(**noted))
    return outcome


def _admission(work: Work, _: _Undoing, row: UndertakingChange) -> Message | None:
    lift_suspension(work, row.thing_id)
    return None


def _entry(work: Work, _: _Undoing, row: UndertakingChange) -> Message | None:
    reopen_group_entry(work, row.reference, GroupState(row.state_before))
    return None


def _pledge(work: Work, undoing: _Undoing, row: UndertakingChange) -> Message | None:
    if undoing.standing.pledges.get(row.reference) not in _admitted_now(work, undoing):
        raise WrongState(NOT_ADMITTED)
    if f"pledge:{row.reference}" in undoing.standing.held:
        raise WrongState(Message(N_("It stays paused for another reason.")))
    if not put_back_on_offer(work, row.reference):
        raise WrongState(Message(N_("It is not one the council paused any more, or its last day is over.")))
    return None


def _need(work: Work, _: _Undoing, row: UndertakingChange) -> Message | None:
    reopen_need(work, row.thing_id, NeedState(row.state_before))
    return None


def _commitment(work: Work, undoing: _Undoing, row: UndertakingChange) -> Message | None:
    standing, commitment_id = undoing.standing, row.thing_id
    provider_id = standing.providers[commitment_id]
    klass = None if undoing.of.deed is Deed.SUSPEND else standing.suspended.get(provider_id)
    if row.what == Change.HELD:
        return _goes_on(work, undoing, commitment_id)
    before = Stopped.from_json(row.before)
    if before.was_open and (klass is not None or provider_id not in {one for one, _ in _admitted_now(work, undoing)}):
        raise WrongState(NOT_ADMITTED)
    state = put_back(work, commitment_id, before, holds=standing.still_holds(commitment_id, before.holds))
    for subject in standing.concerns.get(commitment_id, ()):
        hold_commitment(work, commitment_id, why=CONCERN, about=subject)
    terms = commitment_terms(work, commitment_id)
    if klass is not None and fate_of_promise(Klass(klass), terms.kind, is_open=False) is Fate.HELD:
        provider = organisations(work, [provider_id])[provider_id]
        hold_commitment(work, commitment_id, why=SUSPENDED, about=about_provider(provider.reference))
    if commitment_terms(work, commitment_id).state is not state or state is CommitmentState.ON_HOLD:
        return ON_HOLD_STILL
    if row.amount is not None and terms.amount < row.amount:
        return Message(N_("Without the days that have passed meanwhile."))
    return None


def _goes_on(work: Work, undoing: _Undoing, commitment_id: int) -> Message | None:
    """Ends the hold of this suspension; a promise that goes on already just stays so."""
    if commitment_terms(work, commitment_id).state not in OPEN | LIVE:
        raise WrongState(Message(N_("It has ended meanwhile.")))
    about = about_provider(undoing.of.organisation_reference)
    release_commitment(work, commitment_id, why=SUSPENDED, about=about)
    return ON_HOLD_STILL if commitment_terms(work, commitment_id).state is CommitmentState.ON_HOLD else None


def _admitted_now(work: Work, undoing: _Undoing) -> frozenset[tuple[int, int]]:
    """Which providers are admitted to which frameworks, those too whose suspension this undoing has ended."""
    if undoing.of.deed is not Deed.SUSPEND:
        return undoing.standing.admitted
    return undoing.standing.admitted | queries.places_of(work, undoing.of.organisation_id, today())


def _organisation(work: Work, undoing: _Undoing, _: UndertakingChange) -> Message | None:
    part_organisation(work, undoing.of.organisation_id, undoing.of.into_id)
    return None


def _person(work: Work, undoing: _Undoing, row: UndertakingChange) -> Message | None:
    moved = MovedRole(row.thing_id, row.before["person_id"], row.reference, row.state_before, row.before["given"])
    move_person_back(work, moved, undoing.of.into_id, undoing.of.organisation_id)
    return None


def _moved(work: Work, undoing: _Undoing, row: UndertakingChange) -> Message | None:
    """Something a merging moved is moved back from where it is."""
    move: Callable[..., list[int]] = _MOVES[Thing(row.kind)]
    if not move(work, undoing.of.into_id, undoing.of.organisation_id, [row.thing_id]):
        raise WrongState(Message(N_("It is not there any more.")))
    return None


def _activity(work: Work, undoing: _Undoing, row: UndertakingChange) -> Message | None:
    goes = group_of_organisation(work, undoing.of.organisation_id)
    stays = group_of_organisation(work, undoing.of.into_id)
    if goes is None or stays is None or not move_activities(work, stays.id, goes.id, [row.thing_id]):
        raise WrongState(Message(N_("It is not there any more.")))
    return None


_MOVES: dict[Thing, Callable[..., list[int]]] = {
    Thing.NEED: move_needs,
    Thing.COMMITMENT: move_promises,
    Thing.DELIVERY: move_reports,
    Thing.LINK: move_links,
    Thing.INVITATION: move_invitations,
    Thing.WORD: move_words,
}
_STEPS = {
    Thing.ORGANISATION: _organisation,
    Thing.ACTIVITY: _activity,
    Thing.PERSON: _person,
    Thing.DELIVERY: _moved,
    Thing.LINK: _moved,
    Thing.INVITATION: _moved,
    Thing.WORD: _moved,
    Thing.ADMISSION: _admission,
    Thing.ENTRY: _entry,
    Thing.PLEDGE: _pledge,
    Thing.NEED: _need,
    Thing.COMMITMENT: _commitment,
}

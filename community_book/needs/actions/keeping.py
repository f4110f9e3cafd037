"""Acts of a group on a need that was posted: pause, open again, still needed, stop asking for more, take back."""

from __future__ import annotations

from sqlalchemy import update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed, refuse, require_version
from community_book.needs import queries
from community_book.needs.actions.posting import require_room
from community_book.needs.actions.rows import about, locked_need, need_seen, own_need, parts_of, sessions_of
from community_book.needs.actions.settling import settle_need, tell_closed
from community_book.needs.rules import ANY, ENDED, NEEDS, STILL_NEEDED_LINK, WHICH_LINK, NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.people.actions import use_link


def pause_need(actor: Actor, reference: str, *, version: int | None = None) -> None:
    """Takes an open need out of the list for a while."""
    _turn(actor, reference, "pause", version)


def resume_need(actor: Actor, reference: str, *, version: int | None = None) -> None:
    """Puts a paused need back into the list. Raises Refused when the group has enough others there."""
    _turn(actor, reference, "resume", version)


def _turn(actor: Actor, reference: str, act: str, version: int | None) -> None:
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        state = NEEDS.go(act, NeedState(need.state))
        require_version(need, version)
        if state is NeedState.OPEN:
            require_room(work, need.organisation_id, besides=need.id)
        need.state = state
        work.flush()
        work.record(f"need.{act}", f"need:{reference}", facts={"state": state})
        work.tell("NeedChanged", **about(work, need), state=state, words_changed=False)
        settle_need(work, need.id)


def withdraw_need(actor: Actor, reference: str, reason: str = "", *, version: int | None = None) -> NeedState:
    """Stops asking. With nothing promised the need is taken back; else it asks for no more than is promised.

    Returns its state then. Raises WrongState where all of it is promised: that is ended with whom promised it.
    """
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        require_version(need, version)
        return _withdrawn(work, need, reason)


def say_still_needed(actor: Actor, reference: str) -> None:
    """The group says that an open need is still needed, signed in or by the link it was sent."""
    with transactions.work(actor) as work:
        need = _own_or_linked(work, actor, reference)
        NEEDS.check("still_needed", NeedState(need.state))
        need.still_needed_on = today()
        use_link(work, actor)
        work.record("need.still_needed", f"need:{reference}")


def say_not_needed(actor: Actor, reference: str) -> NeedState:
    """The holder of a reminder's link says that it is not needed any more; returns the need's state then."""
    with transactions.work(actor) as work:
        need = _own_or_linked(work, actor, reference)
        use_link(work, actor)
        return _withdrawn(work, need, "")


def keep_one_part(actor: Actor, reference: str, part_id: int, *, version: int | None = None) -> None:
    """Of "any of these": keeps the part that is promised in part, and stops asking for the others.

    Signed in, or by the link the group was sent. Help that is promised for the others goes on.
    """
    with transactions.work(actor) as work:
        need = _own_or_linked(work, actor, reference, WHICH_LINK)
        NEEDS.check("keep_one", NeedState(need.state))
        require_version(need, version)
        parts = parts_of(work, need.id)
        kept = next((part for part in parts if part.id == part_id), None)
        if kept is None or need.combine != ANY:
            raise NotThere
        if kept.closed:
            raise refuse("", N_("This one is not asked for any more. Look at the need as it is now"))
        use_link(work, actor)
        stop_parts(work, need, [part.id for part in parts if part.id != part_id and not part.closed])
        need.asked_which_at_utc = None
        work.flush()
        state = settle_need(work, need.id)
        work.record("need.keep_one", f"need:{reference}", facts={"state": state, "part": kept.position})
        work.tell("NeedChanged", **about(work, need), state=state, words_changed=False)


def keep_asking(actor: Actor, reference: str, *, version: int | None = None) -> None:
    """Of "any of these": one is promised in part, and the group goes on asking for the others as well."""
    with transactions.work(actor) as work:
        need = _own_or_linked(work, actor, reference, WHICH_LINK)
        NEEDS.check("keep_asking", NeedState(need.state))
        require_version(need, version)
        if need.asked_which_at_utc is None:
            raise WrongState(Message(N_("This was answered already, or is not asked any more. Nothing has changed.")))
        use_link(work, actor)
        need.asked_which_at_utc = None
        work.flush()
        work.record("need.keep_asking", f"need:{reference}")


def stop_parts(work: Work, need: Need, part_ids: list[int]) -> None:
    """Step: the group asks no more for these parts of its need. What is promised of them goes on."""
    if not part_ids:
        return
    changed(work, update(NeedPart).where(NeedPart.id.in_(part_ids)).values(closed=True, stopped=True))
    parts_of(work, need.id)  # what was read before is as it is now
    tell_closed(work, need, part_ids)


def _own_or_linked(work: Work, actor: Actor, reference: str, link_act: str = STILL_NEEDED_LINK) -> Need:
    if actor.link_act != link_act:
        return own_need(work, actor, reference)
    need = need_seen(work, actor, reference)
    if actor.link_subject != f"need:{reference}":
        raise NotThere
    return need


def _withdrawn(work: Work, need: Need, reason: str) -> NeedState:
    before = NeedState(need.state)
    NEEDS.check("withdraw", before)
    parts = parts_of(work, need.id)
    if before is NeedState.PROMISED:
        raise WrongState(
            Message(
                N_(
                    "All of this need is promised. To end the help itself, open the promise and end it there; "
                    "the need then follows."
                )
            )
        )
    if not any(part.committed for part in parts):
        state = NeedState(NEEDS.go("withdraw", before, NeedState.WITHDRAWN))
        need.state, need.ended_at_utc, need.reason = state, now_utc(), reason
        work.flush()
        work.tell("NeedEnded", **about(work, need), how=state)
    else:
        for part in parts:
            _cut_to_promised(work, part)
        tell_closed(work, need, [part.id for part in parts if part.stopped])
        state = settle_need(work, need.id)
    work.record("need.withdraw", f"need:{need.reference}", facts={"state": state}, texts={"reason": reason})
    return state


def _cut_to_promised(work: Work, part: NeedPart) -> None:
    """What nobody has promised is not asked for any more."""
    if not part.committed:
        part.closed = part.stopped = True
        work.flush()
        return
    for row in sessions_of(work, part.id):
        if not row.dropped and row.committed < row.at_once:
            row.dropped = row.committed == 0
            row.at_once = row.at_once if row.dropped else row.committed
    part.amount = part.committed
    work.flush()


def close_needs_of(work: Work, organisation_id: int, reason: str) -> list[str]:
    """Step: ends every need of a group that closes, one audit entry each; returns their references.

    End what is promised first: it goes on otherwise.
    """
    ended = []
    for need_id in queries.live_need_ids(work, organisation_id):
        need = locked_need(work, need_id)
        before = NeedState(need.state)
        act, target = (
            ("close", NeedState.CLOSED) if NEEDS.allows("close", before) else ("withdraw", NeedState.WITHDRAWN)
        )
        need.state = NEEDS.go(act, before, target)
        need.reason, need.ended_at_utc = reason, now_utc()
        work.flush()
        work.record(f"need.{act}", f"need:{need.reference}", facts={"state": target}, texts={"reason": reason})
        if before not in ENDED:
            work.tell("NeedEnded", **about(work, need), how=target)
        ended.append(need.reference)
    return ended

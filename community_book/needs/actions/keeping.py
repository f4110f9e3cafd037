"""Acts of a group on a need that was posted: pause, open again, still needed, stop asking for more, take back."""

from __future__ import annotations

from sqlalchemy import update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed, require_version
from community_book.needs import queries
from community_book.needs.actions.posting import require_room
from community_book.needs.actions.rows import about, locked_need, need_seen, own_need, parts_of, sessions_of
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import ENDED, NEEDS, STILL_NEEDED_LINK, NeedState
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
    """Of "any of these": keeps the part that is promised in part, and stops asking for the others."""
    with transactions.work(actor) as work:
        need = own_need(work, actor, reference)
        NEEDS.check("keep_one", NeedState(need.state))
        require_version(need, version)
        parts = parts_of(work, need.id)
        if part_id not in {part.id for part in parts} or need.combine != "any":
            raise NotThere
        others = [part.id for part in parts if part.id != part_id]
        changed(work, update(NeedPart).where(NeedPart.id.in_(others)).values(closed=True))
        need.combine = "all"
        work.flush()
        state = settle_need(work, need.id)
        work.record("need.keep_one", f"need:{reference}", facts={"state": state})


def _own_or_linked(work: Work, actor: Actor, reference: str) -> Need:
    if actor.link_act != STILL_NEEDED_LINK:
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
        state = settle_need(work, need.id)
    work.record("need.withdraw", f"need:{need.reference}", facts={"state": state}, texts={"reason": reason})
    return state


def _cut_to_promised(work: Work, part: NeedPart) -> None:
    """What nobody has promised is not asked for any more."""
    if not part.committed:
        part.closed = True
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

"""Steps for an act that is undone: what it took from pledges is held and committed of them again."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed, refuse
from cwb.ledger.actions import book
from cwb.pledges.actions.draw import Booked, book_sessions, lock_pledge, tell_drawn
from cwb.pledges.actions.own import pledged_booking
from cwb.pledges.rules import ENDED, STATE_LABELS, PledgeState
from cwb.pledges.tables import Pledge


def lock_pledges(work: Work, pledge_ids: Collection[int]) -> None:
    """Step: takes the rows of several pledges alone, by id, before any other lock (house decision 3)."""
    work.execute(select(Pledge.id).where(Pledge.id.in_(pledge_ids)).order_by(Pledge.id).with_for_update()).all()


def put_back_on_pledge(
    work: Work,
    pledge_id: int,
    *,
    held: int = 0,
    committed: int = 0,
    past: int = 0,
    sessions: Booked,
    was_ended: bool,
) -> None:
    """Step: what an act gave back to a pledge is held or committed of it again; `past` is time that had left it.

    A pledge that had ended before (`was_ended`) had let go of it, so it is pledged again as well. Raises Refused where
    others have been promised it meanwhile, WrongState where the pledge has ended since.
    """
    lock_pledge(work, pledge_id)
    row = work.get_one(Pledge, pledge_id)
    work.refresh(row)
    is_ended = PledgeState(row.state) in ENDED
    if is_ended and not was_ended:
        state = STATE_LABELS[PledgeState(row.state)]
        raise WrongState(Message(N_("The pledge is %(state)s by now."), state=state))
    again = past + (held + committed if is_ended else 0)
    free = Pledge.held + Pledge.committed + held + committed + past <= Pledge.amount + again
    drawn = changed(
        work,
        update(Pledge)
        .where(Pledge.id == pledge_id, Pledge.state == row.state, free)
        .values(held=Pledge.held + held, committed=Pledge.committed + committed + past, amount=Pledge.amount + again),
    )
    if not drawn:
        raise refuse("amount", N_("Others have been promised it meanwhile."))
    work.refresh(row)
    if again:
        book(work, pledged_booking(work, row, again, "pledge.put_back"))
    if sessions:
        book_sessions(work, pledge_id, sessions, **({"held": 1} if held else {"committed": 1}))
    tell_drawn(work, pledge_id)

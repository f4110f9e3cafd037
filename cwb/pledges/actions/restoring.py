"""A step for what was taken from a pledge by a decision and given back to it by an appeal."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from community_book.base.messages import N_
from community_book.base.work import Work, changed, refuse
from cwb.ledger.actions import book
from cwb.pledges.actions.draw import lock_pledge
from cwb.pledges.actions.own import pledged_booking
from cwb.pledges.rules import ENDED
from cwb.pledges.tables import Pledge, PledgeSession


def draw_again_from_pledge(work: Work, pledge_id: int, amount: int, sessions: Mapping[int, int]) -> None:
    """Step: what happened long ago is committed of a pledge again, in whatever state it is by now.

    An ended pledge had let go of it, so it is pledged again as well. Raises Refused on "amount" where others
    have been promised it meanwhile.
    """
    lock_pledge(work, pledge_id)
    ended = update(Pledge).where(Pledge.id == pledge_id, Pledge.state.in_(ENDED), Pledge.with_counterpart.is_(True))
    if changed(work, ended.values(amount=Pledge.amount + amount, committed=Pledge.committed + amount)):
        row = work.execute(
            select(Pledge).where(Pledge.id == pledge_id).execution_options(populate_existing=True)
        ).scalar_one()
        book(work, pledged_booking(work, row, amount, "pledge.draw_again"))
        drawn = 1
    else:
        free = Pledge.held + Pledge.committed + amount <= Pledge.amount
        drawn = changed(
            work, update(Pledge).where(Pledge.id == pledge_id, free).values(committed=Pledge.committed + amount)
        )
    for session_id, at_once in sorted(sessions.items()):
        drawn = drawn and changed(
            work,
            update(PledgeSession)
            .where(
                PledgeSession.id == session_id,
                PledgeSession.pledge_id == pledge_id,
                PledgeSession.held + PledgeSession.committed + at_once <= PledgeSession.at_once,
            )
            .values(committed=PledgeSession.committed + at_once, dropped=False),
        )
    if not drawn:
        raise refuse("amount", N_("Others have been promised it meanwhile, so not all of it can count"))

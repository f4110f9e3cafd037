"""A step for what was taken from a part by a decision and given back to it by an appeal."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from community_book.base.amounts import Unit, say_amount
from community_book.base.errors import Refused
from community_book.base.messages import N_
from community_book.base.work import Work, changed, refuse
from community_book.needs.actions.rows import locked_need_of_part
from community_book.needs.actions.settling import settle_need
from community_book.needs.tables import NeedPart, NeedSession


def draw_again_on_part(work: Work, part_id: int, amount: int, sessions: Mapping[int, int]) -> None:
    """Step: what happened long ago counts for a part again, in whatever state the need is by now.

    Raises Refused on "amount" or "sessions" where other help has taken its place meanwhile.
    """
    need, _ = locked_need_of_part(work, part_id)
    drawn = changed(
        work,
        update(NeedPart)
        .where(NeedPart.id == part_id, NeedPart.committed + amount <= NeedPart.amount)
        .values(committed=NeedPart.committed + amount),
    )
    for session_id, at_once in sorted(sessions.items()):
        drawn = drawn and changed(
            work,
            update(NeedSession)
            .where(
                NeedSession.id == session_id,
                NeedSession.part_id == part_id,
                NeedSession.committed + at_once <= NeedSession.at_once,
            )
            .values(committed=NeedSession.committed + at_once, dropped=False),
        )
    if not drawn:
        raise _gone(work, part_id, amount)
    settle_need(work, need.id)


def _gone(work: Work, part_id: int, amount: int) -> Refused:
    """Other help stands where this stood; where it is a matter of amount, how much there is room for."""
    part = work.get_one(NeedPart, part_id)
    work.refresh(part)
    left = (part.amount or 0) - part.committed
    if not 0 < left < amount:
        return refuse("amount", N_("Other help has taken its place in the need meanwhile, so not all of it can count"))
    says = N_("Other help has taken its place in the need meanwhile: at most %(left)s of it can count now")
    return refuse("amount", says, left=say_amount(Unit(part.unit), left))

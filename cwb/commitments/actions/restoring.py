"""A step for what a decision took out of a promise that has ended, and an appeal brings back."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update

from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed
from community_book.needs import actions as needs
from cwb.commitments import rules
from cwb.commitments.actions import agreeing
from cwb.commitments.actions.delivering import REPORTED
from cwb.commitments.queries import terms
from cwb.commitments.rules import SessionState
from cwb.commitments.tables import Commitment
from cwb.pledges import actions as pledges


def report_again(work: Work, commitment_id: int, amount: int, session_ids: Collection[int] = ()) -> None:
    """Step: an amount that had left an ended promise is committed and reported of it once more.

    It is drawn on pledge and part again; its sessions are reported again. Raises Refused where others have taken
    its place on either side, WrongState when the promise is not one that ended.
    """
    row = work.get_one(Commitment, commitment_id)
    pledges.lock_pledge(work, row.pledge_id)
    work.refresh(row)
    if terms.standing_of(row).stage not in rules.KEPT:
        raise WrongState(Message(N_("This promise has not ended.")))
    named = set(session_ids)
    sessions = terms.as_planned(s for s in terms.sessions_of(work, [row.id]).get(row.id, ()) if s.id in named)
    pledges.draw_again_from_pledge(work, row.pledge_id, amount, rules.on_pledge(sessions))
    needs.draw_again_on_part(work, row.part_id, amount, rules.on_part(sessions))
    agreeing.mark_sessions(work, sorted(named), SessionState.RETURNED, REPORTED)
    if amount:
        agreeing.book_committed(work, row, amount, act="commitment.report_again")
    changed(
        work,
        update(Commitment)
        .where(Commitment.id == row.id)
        .values(
            amount=Commitment.amount + amount,
            reported=Commitment.reported + amount,
            unused=Commitment.unused - amount,
            version=Commitment.version + 1,
        ),
    )
    work.refresh(row)

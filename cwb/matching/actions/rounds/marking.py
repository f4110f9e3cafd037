"""Locking pairs of a plan and striking them out: kept when the round is computed again."""

from __future__ import annotations

from sqlalchemy import delete, select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere
from community_book.base.work import Work, changed
from cwb.matching.actions.rounds.starting import move, take
from cwb.matching.rules.rounds import RUN_ROUNDS, Mark
from cwb.matching.tables import Round, RoundLine, RoundMark


def mark_pair(actor: Actor, reference: str, line_id: int, mark: Mark) -> str:
    """Locks a line (its amount and sessions stay when the round is computed again), or strikes its pair out (it
    leaves the plan at once). Marking it once more, or otherwise, replaces the mark. Raises NotThere, WrongState."""
    actor.must(RUN_ROUNDS)
    with transactions.work(actor) as work:
        row = take(work, reference, "mark")
        line = work.get(RoundLine, line_id)
        if line is None or line.round_id != row.id:
            raise NotThere
        _forget(work, row, line.pledge_id, line.part_id)
        work.add(
            RoundMark(
                round_id=row.id,
                pledge_id=line.pledge_id,
                part_id=line.part_id,
                mark=mark,
                amount=line.amount,
                sessions=line.sessions,
                by_person_id=actor.person_id,
                at_utc=now_utc(),
            )
        )
        work.flush()
        if mark is Mark.STRUCK:
            work.delete(line)
            work.flush()
        _record(work, row, f"round.{'lock' if mark is Mark.LOCKED else 'strike'}", line.pledge_id, line.part_id)
    return reference


def unmark_pair(actor: Actor, reference: str, pledge_id: int, part_id: int) -> str:
    """Takes a lock or a strike back. What was struck out comes back when the round is computed again."""
    actor.must(RUN_ROUNDS)
    with transactions.work(actor) as work:
        row = take(work, reference, "mark")
        known = work.execute(
            select(RoundMark.id).where(
                RoundMark.round_id == row.id, RoundMark.pledge_id == pledge_id, RoundMark.part_id == part_id
            )
        ).scalar_one_or_none()
        if known is None:
            raise NotThere
        _forget(work, row, pledge_id, part_id)
        _record(work, row, "round.unmark", pledge_id, part_id)
    return reference


def _forget(work: Work, row: Round, pledge_id: int, part_id: int) -> None:
    changed(
        work,
        delete(RoundMark).where(
            RoundMark.round_id == row.id, RoundMark.pledge_id == pledge_id, RoundMark.part_id == part_id
        ),
    )


def _record(work: Work, row: Round, act: str, pledge_id: int, part_id: int) -> None:
    """The plan is another one now: whoever looks at the old page and publishes is told so."""
    move(work, row, state=row.state)
    work.record(act, f"round:{row.reference}", facts={"pledge_id": pledge_id, "part_id": part_id})

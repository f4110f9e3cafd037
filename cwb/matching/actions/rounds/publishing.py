"""Publishing a plan: its lines become proposals, each by the same step as an officer's own; what had gone is said.

The round is marked as published first. Its lines then go out some at a time, each lot in a transaction of its own,
so that others can write in between; what was not reached, because the site was stopped, waits and can be sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import Busy, HouseError, WrongState
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work, changed
from community_book.needs.queries import part_wanted
from community_book.organisations.queries import names_of
from cwb.commitments.actions import make_proposal
from cwb.commitments.actions.standing import one_at_a_time, tell
from cwb.commitments.rules import PROPOSE_PROMISE, NewCommitment
from cwb.matching.actions.rounds.starting import move, take
from cwb.matching.queries.rounds import waiting_for_answer
from cwb.matching.rules.rounds import RUN_ROUNDS, Outcome, RoundState, Wanted, choose_lines
from cwb.matching.tables import Round, RoundLine
from cwb.pledges.queries import pledge_terms

AT_ONCE = 20
"""So many proposals in one transaction."""

UNSENT = (Outcome.NOT_YET, Outcome.WAITS)


def publish_round(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """Proposes a plan's lines to both sides, at most so many open ones to one organisation; the others wait.

    Raises WrongState for an empty plan, and where it is published already or changed meanwhile.
    """
    actor.must(RUN_ROUNDS)
    actor.must(PROPOSE_PROMISE)
    with transactions.work(actor) as work:
        row = take(work, reference, "publish", version=version)
        if not _unsent(work, row):
            raise WrongState(
                Message(N_("The plan is empty, so there is nothing to propose. Compute it again, or drop it."))
            )
        move(
            work, row, state=RoundState.PUBLISHED, is_open=None, ended_by_person_id=actor.person_id,
            ended_at_utc=now_utc(),
        )  # fmt: skip
        work.record("round.publish", f"round:{reference}", facts={"plan": row.plan_hash})
    _send(replace(actor, form_key=None), reference)
    return reference


def publish_rest(actor: Actor, reference: str) -> str:
    """Proposes the lines of a published round that waited, as far as organisations have room now."""
    actor.must(RUN_ROUNDS)
    actor.must(PROPOSE_PROMISE)
    if not _send(actor, reference):
        raise WrongState(Message(N_("Nobody has room for another offer yet. Try again when some are answered.")))
    return reference


def _send(actor: Actor, reference: str) -> int:
    """Proposes lot by lot until nothing can go out any more; returns how many lines were settled."""
    settled = 0
    while True:
        with transactions.work(actor) as work:
            row = take(work, reference, "publish_rest")
            lines = {line.id: line for line in _unsent(work, row)}
            chosen, full = choose_lines(
                [Wanted(one.id, one.provider_id, one.group_id, one.is_first, one.score) for one in lines.values()],
                waiting_for_answer(work),
                settings().open_offers_to_one_group,
            )
            lot = sorted(chosen[:AT_ONCE], key=lambda line_id: (lines[line_id].pledge_id, line_id))
            for group_id in sorted({lines[line_id].group_id for line_id in lot}):
                one_at_a_time(work, "offers to a group", group_id)
            work.record("round.propose", f"round:{reference}", facts={"lines": len(lot)})
            _let_wait(work, lines, full)
            for line_id in lot:
                _propose(work, row, _Line.of(lines[line_id]))
        if not lot:
            return settled
        settled += len(lot)
        actor = replace(actor, form_key=None)


@dataclass(frozen=True)
class _Line:
    """What is proposed of a line: plain values, because proposing reads everything anew."""

    id: int
    pledge_id: int
    part_id: int
    amount: int
    sessions: tuple[tuple[int | None, int | None, int], ...]

    @classmethod
    def of(cls, row: RoundLine) -> _Line:
        sessions = tuple((one[0], one[1], one[2]) for one in row.sessions)
        return cls(row.id, row.pledge_id, row.part_id, row.amount, sessions)

    @property
    def as_proposal(self) -> NewCommitment:
        if not self.sessions:
            return NewCommitment(self.pledge_id, self.part_id, amount=self.amount)
        keys = tuple(f"{offered or ''}-{wanted or ''}" for offered, wanted, _ in self.sessions)
        return NewCommitment(self.pledge_id, self.part_id, session_keys=keys)


def _propose(work: Work, row: Round, line: _Line) -> None:
    """One line, as an officer would propose it. What both sides do not have any more is said, and nothing is drawn."""
    try:
        with work.begin_nested():
            made = make_proposal(work, line.as_proposal, brokered_by_person_id=work.actor.person_id)
    except Busy:
        raise
    except HouseError as refusal:
        _settle(work, line.id, Outcome.GONE, says=refusal.message.as_json())
        return
    _settle(work, line.id, Outcome.PROPOSED, commitment_id=made.id)
    subjects = [f"commitment:{made.reference}", f"round:{row.reference}"]
    if (part := part_wanted(work, line.part_id, any_state=True)) is not None:
        subjects.append(f"need:{part.need_reference}")
    subjects.append(f"pledge:{pledge_terms(work, line.pledge_id).reference}")
    work.record("commitment.propose", *subjects, facts={"amount": made.amount, "unit": made.unit})
    tell(work, "CommitmentProposed", made)


def _let_wait(work: Work, lines: Mapping[int, RoundLine], full: Mapping[int, int]) -> None:
    """Says of each line that waits whose turn it is to answer first."""
    names = names_of(work, full.values())
    for line_id, who in sorted(full.items()):
        says = Message(
            N_("%(who)s has %(most)s offers to answer already, which is the most at a time."),
            who=names.get(who, ""),
            most=settings().open_offers_to_one_group,
        )
        _settle(work, line_id, Outcome.WAITS, says=says.as_json())


def _settle(work: Work, line_id: int, outcome: Outcome, **values: Any) -> None:
    changed(work, update(RoundLine).where(RoundLine.id == line_id).values(outcome=outcome, **{"says": None, **values}))


def _unsent(work: Work, row: Round) -> Sequence[RoundLine]:
    return (
        work.execute(
            select(RoundLine)
            .where(RoundLine.round_id == row.id, RoundLine.outcome.in_(UNSENT))
            .order_by(RoundLine.id)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )

"""Computing rounds, in the worker: taken up once, told how far it is, stopped, and taken up again after a restart.

A job owns a round as long as the row names it. Everything it writes is conditional on that, so that a job that was
stopped, or whose worker seemed dead, changes nothing any more.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Kind
from community_book.base.clock import now_utc, today
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed
from cwb.matching.engine.rounds import NO_ROW, PlanFigures, RoundAnswer, answer_round
from cwb.matching.engine.rounds.preparing import session_ids
from cwb.matching.queries.field import Field, field_of_round
from cwb.matching.rules.rounds import Mark, RoundState, why_empty
from cwb.matching.tables import Round, RoundLine, RoundMark

SILENT_SECONDS = 60
"""A job that has said nothing for so long was killed."""
PAUSE_SECONDS = 1.0
"""How often a job says how far it is, and asks whether it was stopped."""
AT_ONCE = 500


class Stopped(Exception):
    """The round is no longer this job's."""


def needs_computing(work: transactions.Reading) -> bool:
    """Step for the worker: whether a round waits, or was left by a worker that was killed."""
    return work.execute(select(Round.id).where(_waits()).limit(1)).first() is not None


def compute_waiting(actor: Actor) -> int:
    """Computes every round that waits; returns how many plans were made. Safe to run twice, and at once."""
    made = 0
    while (found := _take_one(actor)) is not None:
        try:
            made += _compute(actor, *found)
        except Stopped:
            continue
        except Exception:
            _give_up(actor, *found)
            raise
    return made


def dry_run(actor: Actor, scheme_id: int, kinds: Collection[Kind]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A round's figures and lines as they would be now; nothing is written."""
    with transactions.reading() as reading:
        field = field_of_round(reading, None, scheme_id, kinds, today())
    answer = answer_round(field.prepared.given)
    lines = _lines(field, answer)
    return {**_figures(field, answer), "input_hash": field.fingerprint(), "plan_hash": _hash(lines)}, lines


# --- within -------------------------------------------------------------------------------------


def _waits() -> ColumnElement[bool]:
    silent = now_utc() - timedelta(seconds=SILENT_SECONDS)
    return or_(Round.state == RoundState.STARTED, and_(Round.state == RoundState.COMPUTING, Round.seen_at_utc < silent))


def _take_one(actor: Actor) -> tuple[int, str] | None:
    runner = uuid4().hex
    with transactions.bookkeeping(actor) as work:
        round_id = work.execute(select(Round.id).where(_waits()).order_by(Round.id).limit(1)).scalar()
        if round_id is None:
            return None
        taken = (
            update(Round)
            .where(Round.id == round_id, _waits())
            .values(state=RoundState.COMPUTING, runner=runner, seen_at_utc=now_utc(), done=0, steps=0)
        )
        return (round_id, runner) if changed(work, taken) else None


def _owned(round_id: int, runner: str) -> ColumnElement[bool]:
    return and_(Round.id == round_id, Round.runner == runner, Round.state == RoundState.COMPUTING)


class _Progress:
    """Says how far a job is, now and then; raises Stopped when the round is no longer its own."""

    def __init__(self, actor: Actor, round_id: int, runner: str) -> None:
        self.actor, self.round_id, self.runner = actor, round_id, runner
        self.said_at = 0.0

    def __call__(self, done: int, steps: int) -> None:
        if time.monotonic() - self.said_at < PAUSE_SECONDS and done < steps:
            return
        self.said_at = time.monotonic()
        with transactions.bookkeeping(self.actor) as work:
            said = update(Round).where(_owned(self.round_id, self.runner))
            if not changed(work, said.values(done=done + 1, steps=steps + 1, seen_at_utc=now_utc())):
                raise Stopped


def _compute(actor: Actor, round_id: int, runner: str) -> int:
    """Comparing the texts is the first step, then one for each kind."""
    progress = _Progress(actor, round_id, runner)
    progress(0, 0)
    with transactions.reading() as reading:
        row = reading.get_one(Round, round_id)
        field = field_of_round(reading, round_id, row.scheme_id, [Kind(kind) for kind in row.kinds], today())
    answer = answer_round(field.prepared.given, on_progress=progress)
    lines = _lines(field, answer)
    with transactions.work(actor) as work:
        statement = (
            update(Round)
            .where(_owned(round_id, runner))
            .values(
                state=RoundState.READY, runner="", version=Round.version + 1, times=Round.times + 1,
                computed_at_utc=now_utc(), why=_why(field), figures=_figures(field, answer),
                input_hash=field.fingerprint(), plan_hash=_hash(lines),
            )
        )  # fmt: skip
        if not changed(work, statement):
            raise Stopped
        changed(work, delete(RoundLine).where(RoundLine.round_id == round_id))
        for start in range(0, len(lines), AT_ONCE):
            work.execute(insert(RoundLine), [{"round_id": round_id, **one} for one in lines[start : start + AT_ONCE]])
        _say_what_went(work, round_id, field)
        reference = work.execute(select(Round.reference).where(Round.id == round_id)).scalar_one()
        work.record("round.compute", f"round:{reference}", facts={"lines": len(lines), "plan": _hash(lines)})
    return 1


def _give_up(actor: Actor, round_id: int, runner: str) -> None:
    """A round that cannot be computed must not be tried for ever."""
    why = Message(N_("The plan could not be computed. The fault is noted; try again, or tell who runs the site."))
    with transactions.bookkeeping(actor) as work:
        changed(
            work,
            update(Round)
            .where(_owned(round_id, runner))
            .values(
                state=RoundState.DROPPED, is_open=None, runner="", ended_at_utc=now_utc(), why=why.as_json(),
                version=Round.version + 1,
            ),
        )  # fmt: skip


def _say_what_went(work: Work, round_id: int, field: Field) -> None:
    """Locks that could not be kept are said to be gone, in words, on their marks."""
    says = Message(N_("This pair was locked and cannot be kept: what it needs is no longer there on both sides."))
    gone = set(field.prepared.gone)
    for mark in work.execute(select(RoundMark).where(RoundMark.round_id == round_id)).scalars():
        is_gone = mark.mark == Mark.LOCKED and (mark.pledge_id, mark.part_id) in gone
        mark.says = says.as_json() if is_gone else None
    work.flush()


def _why(field: Field) -> dict[str, Any] | None:
    why = why_empty(
        pledges=len(field.offers),
        paused=field.paused,
        parts=len(field.parts) + field.unsure,
        unsure=field.unsure,
        pairs=len(field.prepared.given.pairs),
    )
    return why.as_json() if why else None


def _lines(field: Field, answer: RoundAnswer) -> list[dict[str, Any]]:
    """The plan as rows, the best first."""
    given, plan = field.prepared.given, answer.solved.plan
    pairs = given.pairs
    lines = []
    for row in plan.used.tolist():
        offer, part = field.offers[pairs.pledge[row]], field.parts[pairs.part[row]]
        zone = int(given.parts.zone[pairs.part[row]])
        slots = range(int(pairs.first[row]), int(pairs.first[row] + pairs.many[row]))
        lines.append(
            {
                "pledge_id": offer.pledge_id,
                "part_id": part.part_id,
                "provider_id": offer.provider_id,
                "group_id": part.group_id,
                "zone_id": None if zone == NO_ROW else field.zone_ids[zone],
                "score": int(pairs.score[row]),
                "amount": int(plan.amounts[row]),
                "sessions": [
                    [*session_ids(field.prepared, slot), int(plan.at_once[slot])]
                    for slot in slots
                    if plan.at_once[slot]
                ],
                "is_first": part.group_committed_count == 0,
            }
        )
    return sorted(lines, key=lambda one: (-one["score"], one["pledge_id"], one["part_id"]))


def _hash(lines: Sequence[dict[str, Any]]) -> str:
    told = [(one["pledge_id"], one["part_id"], one["amount"], one["sessions"]) for one in lines]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _figures(field: Field, answer: RoundAnswer) -> dict[str, Any]:
    return {
        "plan": _plan(field, answer.solved.figures),
        "greedy": _plan(field, answer.greedy),
        "today": _plan(field, answer.today),
        "of_bound_basis_points": answer.solved.of_bound_basis_points,
        "of_flow_basis_points": answer.solved.of_own_flow_basis_points,
        "pledges": len(field.offers),
        "parts": len(field.parts),
        "unsure": field.unsure,
        "pairs": answer.pairs,
    }


def _plan(field: Field, figures: PlanFigures) -> dict[str, Any]:
    def zone_id(zone: int | None) -> int | None:
        return None if zone is None or zone == NO_ROW else field.zone_ids[zone]

    stored = asdict(figures)
    zones = [{"zone_id": zone_id(one.pop("zone")), **one} for one in stored.pop("zones")]
    worst = stored.pop("worst_zone")
    return {**stored, "zones": zones, "worst_zone_id": zone_id(worst), "has_worst": worst is not None}

"""The round itself: every block solved, slices made useful, zones that get least lifted first (decision 0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cwb.matching.engine.rounds.blocks import Block, best_rows, block_of, floors_of, flow_of, summed
from cwb.matching.engine.rounds.figures import WHOLE_SHARE, PlanFigures, counted_parts, figures_of
from cwb.matching.engine.rounds.problem import Chosen, Plan, RoundInput, Whole, nothing_of
from cwb.matching.engine.rounds.slices import SliceSearch, settle_slices
from cwb.matching.engine.rounds.taking import greedy_plan
from cwb.matching.engine.rounds.timed import components_of, plan_times

MIXED_PAIRS = 50_000
"""Of so many pairs both plans of each block are made; of more, where the fair one gained less than GAINED."""
GAINED = 100
"""Basis points above the share the flow without fairness leaves the worst zone: slices move less than that."""
CLIMBS = 3
TIMES_ANY = 2
"""How often a round is solved again where several parts of a need of which one is enough were used."""

Progress = Callable[[int, int], None]
"""function(done, of): told after each block; may raise to stop."""


@dataclass(frozen=True)
class Solved:
    """A plan, and what it is measured against.

    `of_bound_basis_points`: its total score beside that of the best flow, which no plan can beat.
    `of_own_flow_basis_points`: beside the flow it was made from, in which zones that get least come first already:
    what useful slices, whole visits and whole sessions cost.
    """

    plan: Plan
    figures: PlanFigures
    bound: int
    of_bound_basis_points: int
    of_own_flow_basis_points: int


@dataclass(frozen=True)
class RoundAnswer:
    """Everything an officer is shown: the plan beside the greedy one and today."""

    solved: Solved
    greedy: PlanFigures
    today: PlanFigures
    pairs: int


def solve_round(given: RoundInput, *, fair: bool = True, on_progress: Progress | None = None) -> Solved:
    """The plan of a round: never beyond an amount or session, in whole units, with useful slices and what is
    locked; with `fair` the zones that get least come first, then the total score. Pure: the same every time.
    """
    solved = _keeping_to_one_part(given, fair=fair, on_progress=on_progress)
    if fair and len(given.pairs) <= MIXED_PAIRS:
        plain = _keeping_to_one_part(given, fair=False, on_progress=None)
        if _rank(plain.figures) > _rank(solved.figures):
            return plain
    return solved


def answer_round(given: RoundInput, *, on_progress: Progress | None = None) -> RoundAnswer:
    """The fair plan beside the greedy one and what is promised today."""
    solved = solve_round(given, on_progress=on_progress)
    greedy = figures_of(given, greedy_plan(given))
    return RoundAnswer(solved, greedy, figures_of(given, nothing_of(given)), len(given.pairs))


# --- within -------------------------------------------------------------------------------------


def _keeping_to_one_part(given: RoundInput, *, fair: bool, on_progress: Progress | None) -> Solved:
    """Solved again where several parts of a need of which one is enough were used."""
    solved = _solve(given, given.parts.left, fair=fair, on_progress=on_progress)
    for _ in range(TIMES_ANY):
        left = _without_other_parts(given, solved.plan)
        if left is None:
            break
        solved = _solve(given, left, fair=fair, on_progress=None)
    plan = _one_part_each(given, solved.plan)
    figures = figures_of(given, plan)
    return replace(solved, plan=plan, figures=figures, of_bound_basis_points=_share(figures.total, solved.bound))


def _solve(given: RoundInput, part_left: Whole, *, fair: bool, on_progress: Progress | None) -> Solved:
    blocks = list(_blocks(given, part_left))
    pieces: list[_Piece] = []
    for done, block in enumerate(blocks):
        if on_progress is not None:
            on_progress(done, len(blocks))
        pieces.append(_plan_block(block, fair=fair))
    if on_progress is not None:
        on_progress(len(blocks), len(blocks))
    bound = given.kept_of.copy()
    for block, piece in zip(blocks, pieces, strict=True):
        bound[block.rows] += piece.bound
    best = figures_of(given, Plan(bound, given.kept_slots_of))
    if fair:
        pieces = _mixed(given, blocks, pieces, best.worst_basis_points)
    plan = _put_together(given, blocks, pieces)
    own = given.kept_of.copy()
    for block, piece in zip(blocks, pieces, strict=True):
        own[block.rows] += piece.flow
    figures = figures_of(given, plan)
    of_own = figures_of(given, Plan(own, plan.at_once)).total
    return Solved(plan, figures, best.total, _share(figures.total, best.total), _share(figures.total, of_own))


def _put_together(given: RoundInput, blocks: Sequence[Block], pieces: Sequence[_Piece]) -> Plan:
    plan = Plan(given.kept_of.copy(), given.kept_slots_of.copy())
    for block, piece in zip(blocks, pieces, strict=True):
        plan.amounts[block.rows] += piece.plan.amounts
        plan.at_once[block.slot_rows] += piece.plan.at_once
    return plan


def _mixed(given: RoundInput, blocks: Sequence[Block], fair: list[_Piece], plain_worst: int) -> list[_Piece]:
    """Each block fair or plain, so that the zone that gets least of everything gets most.

    A block lifts the zone that gets least of its own kind of help, which may be one that gets much of others; so what
    helps in every block by itself can leave a zone with less of all. Where much was gained already nothing is tried.
    """
    reached = figures_of(given, _put_together(given, blocks, fair)).worst_basis_points
    if len(given.pairs) > MIXED_PAIRS and reached >= plain_worst + GAINED:
        return fair
    plain = [_plan_block(block, fair=False) for block in blocks]
    tried = [_climb(given, blocks, start, other) for start, other in ((fair, plain), (plain, fair))]
    return max(tried, key=lambda one: one[0])[1]


def _climb(
    given: RoundInput, blocks: Sequence[Block], start: Sequence[_Piece], other: Sequence[_Piece]
) -> tuple[tuple[int, int], list[_Piece]]:
    """Exchanges one block's plan at a time for the other one while that makes a better whole."""
    now = list(start)
    best = _rank(figures_of(given, _put_together(given, blocks, now)))
    for _ in range(CLIMBS):
        before = best
        for place in range(len(blocks)):
            swapped = [*now]
            swapped[place] = other[place] if now[place] is start[place] else start[place]
            found = _rank(figures_of(given, _put_together(given, blocks, swapped)))
            if found > best:
                best, now = found, swapped
        if best == before:
            break
    return best, now


def _rank(figures: PlanFigures) -> tuple[int, int]:
    """What a fair round is to have most of: the share of the worst zone, then the total score."""
    return figures.worst_basis_points, figures.total


def _blocks(given: RoundInput, part_left: Whole) -> Iterator[Block]:
    """One block for what has no times of each kind, and one for each kind's pairs that hang together with times."""
    pairs, parts = given.pairs, given.parts
    block_of_pair = parts.block[pairs.part]
    asked = counted_parts(given, _used_parts(given, part_left))
    for kind in np.unique(block_of_pair).tolist():
        rows = np.flatnonzero(block_of_pair == kind)
        timed = rows[:0]
        if pairs.many[rows].any():
            whole_kind = block_of(given, rows, part_left, rows[:0])
            together = [rows[some] for some in components_of(whole_kind) if whole_kind.pairs.many[some].any()]
            timed = np.sort(np.concatenate(together))
        with_times = np.zeros(len(parts.left), dtype=bool)
        with_times[pairs.part[timed]] = True
        own = asked & (parts.block == kind)
        for some, counted in (
            (np.setdiff1d(rows, timed), own & ~with_times), (timed, own & with_times),
        ):  # fmt: skip
            if len(some):
                yield block_of(given, some, part_left, np.flatnonzero(counted))


def _used_parts(given: RoundInput, part_left: Whole) -> Whole:
    """Parts still asked for count before those given up in favour of another part of the same need."""
    return np.where(part_left > 0, given.parts.had + 1, 0)


@dataclass(frozen=True)
class _Piece:
    """The plan of a block, and the amounts of the two flows it is measured against."""

    plan: Plan
    bound: Whole
    flow: Whole


def _plan_block(block: Block, *, fair: bool) -> _Piece:
    if block.is_timed:
        timed = plan_times(block, fair=fair)
        return _Piece(timed.plan, timed.bound, timed.flow)
    best = flow_of(block, steps=None)
    steps = block.steps() if fair else None
    flow = best if steps is None else flow_of(block, steps=steps)
    keep = best_rows(block, flow)
    near = block.narrowed(keep)
    settled = settle_slices(near, flow[keep], steps)
    if (settled != flow[keep]).any():
        settled = SliceSearch(near, settled, floors_of(block, flow) if fair else None).run(parts_too=not fair)
    amounts = np.zeros(len(block.pairs), dtype=np.int64)
    amounts[keep] = settled
    return _Piece(Plan(amounts, np.zeros(len(block.slots), dtype=np.int64)), best, flow)


def _without_other_parts(given: RoundInput, plan: Plan) -> Whole | None:
    """What is left to ask once every need of which one part is enough keeps to its best; None where all do."""
    chosen = _chosen_parts(given, plan)
    if chosen is None:
        return None
    others = (given.any_of[given.parts.need] > 0) & ~chosen & np.isin(given.parts.need, given.parts.need[chosen])
    return np.where(others, 0, given.parts.left)


def _chosen_parts(given: RoundInput, plan: Plan) -> Chosen | None:
    """The part each such need keeps to, where any of them uses more than one."""
    got = summed(given.pairs.part, plan.amounts, len(given.parts.left))
    of_any = np.flatnonzero((given.any_of[given.parts.need] > 0) & ((got > 0) | (given.parts.had > 0)))
    need = given.parts.need[of_any]
    if len(np.unique(need)) == len(need):
        return None
    share = (got[of_any] * WHOLE_SHARE) // np.maximum(given.parts.asked[of_any], 1)
    locked = summed(given.pairs.part, given.kept_of, len(given.parts.left))[of_any] + given.parts.had[of_any]
    order = np.lexsort((of_any, -share, -(locked > 0).astype(np.int64), need))
    first = np.concatenate([[True], need[order][1:] != need[order][:-1]])
    chosen = np.zeros(len(given.parts.left), dtype=bool)
    chosen[of_any[order[first]]] = True
    return chosen


def _one_part_each(given: RoundInput, plan: Plan) -> Plan:
    """What is still used of a second part of such a need is given up."""
    chosen = _chosen_parts(given, plan)
    if chosen is None:
        return plan
    need = given.parts.need
    others = (given.any_of[need] > 0) & ~chosen & np.isin(need, need[chosen])
    drop = others[given.pairs.part] & (given.kept_of == 0)
    own = np.repeat(np.arange(len(given.pairs)), given.pairs.many)
    at_once = plan.at_once.copy()
    if len(own):
        at_once[drop[own]] = 0
    return Plan(np.where(drop, 0, plan.amounts), at_once)


def _share(part: int, of: int) -> int:
    return WHOLE_SHARE if of <= 0 else min(WHOLE_SHARE, part * WHOLE_SHARE // of)

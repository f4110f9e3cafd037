"""The round itself: every block solved, slices made useful, zones that get least lifted first (decision 0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from cwb.matching.engine.rounds.blocks import Block, best_rows, block_of, floors_of, flow_of, summed
from cwb.matching.engine.rounds.figures import WHOLE_SHARE, PlanFigures, counted_parts, figures_of
from cwb.matching.engine.rounds.problem import Chosen, Plan, RoundInput, Whole, nothing_of
from cwb.matching.engine.rounds.slices import SliceSearch, settle_slices
from cwb.matching.engine.rounds.taking import greedy_plan
from cwb.matching.engine.rounds.timed import components_of, plan_times

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
    solved = _solve(given, given.parts.left, fair=fair, on_progress=on_progress)
    for _ in range(TIMES_ANY):
        left = _without_other_parts(given, solved.plan)
        if left is None:
            break
        solved = _solve(given, left, fair=fair, on_progress=None)
    plan = _one_part_each(given, solved.plan)
    figures = figures_of(given, plan)
    return replace(solved, plan=plan, figures=figures, of_bound_basis_points=_share(figures.total, solved.bound))


def answer_round(given: RoundInput, *, on_progress: Progress | None = None) -> RoundAnswer:
    """The fair plan beside the greedy one and what is promised today."""
    solved = solve_round(given, on_progress=on_progress)
    greedy = figures_of(given, greedy_plan(given))
    return RoundAnswer(solved, greedy, figures_of(given, nothing_of(given)), len(given.pairs))


# --- within -------------------------------------------------------------------------------------


def _solve(given: RoundInput, part_left: Whole, *, fair: bool, on_progress: Progress | None) -> Solved:
    blocks = list(_blocks(given, part_left))
    plain = Plan(given.kept_of.copy(), given.kept_slots_of.copy())
    plan = Plan(given.kept_of.copy(), given.kept_slots_of.copy())
    bound, own = plain.amounts.copy(), plan.amounts.copy()
    for done, block in enumerate(blocks):
        if on_progress is not None:
            on_progress(done, len(blocks))
        found, best, flow = _plan_block(block, fair=fair)
        bound[block.rows] += best
        own[block.rows] += flow
        plan.amounts[block.rows] += found.amounts
        plan.at_once[block.slot_rows] += found.at_once
    if on_progress is not None:
        on_progress(len(blocks), len(blocks))
    figures = figures_of(given, plan)
    of_bound = figures_of(given, Plan(bound, plan.at_once)).total
    of_own = figures_of(given, Plan(own, plan.at_once)).total
    return Solved(plan, figures, of_bound, _share(figures.total, of_bound), _share(figures.total, of_own))


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


def _plan_block(block: Block, *, fair: bool) -> tuple[Plan, Whole, Whole]:
    """The plan of a block, and the amounts of the two flows it is measured against."""
    if block.is_timed:
        timed = plan_times(block, fair=fair)
        return timed.plan, timed.bound, timed.flow
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
    return Plan(amounts, np.zeros(len(block.slots), dtype=np.int64)), best, flow


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

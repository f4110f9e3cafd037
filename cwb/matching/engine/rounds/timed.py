"""Plans where there are times: whole sessions, each used by one at a time (decision 0023).

A first plan takes pairs in the order the flow prefers them. Where a component (pledges and parts joined by pairs)
is small enough it is then solved by CP-SAT, begun from that plan and stopped after a stated amount of work (never
of time), so that the same input gives the same plan. The one file that touches ortools' CP-SAT.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from cwb.matching.engine.rounds.blocks import Block, summed
from cwb.matching.engine.rounds.problem import NO_ROW, Plan, Whole
from cwb.matching.engine.rounds.slices import least_useful
from cwb.matching.engine.rounds.taking import Taking, best_first

VARIABLES_AT_MOST = 4_000
"""A component with more slots and pairs than this keeps its first plan."""

WORK_EACH, WORK_IN_ALL = 0.5, 3.0
"""Units of work CP-SAT may spend on a component, and on a block; one is about a second."""

WORTH_OF_A_SHARE = 10**4
"""What a unit for a zone below its fair share is worth beside scores of at most 1,000."""

LARGEST = 2**40


@dataclass(frozen=True)
class TimedPlan:
    """A block's plan; `proved` where no better one exists."""

    plan: Plan
    proved: bool


def components_of(block: Block) -> list[Whole]:
    """The rows of pairs that hang together through pledges and parts, the first component first."""
    count = len(block.pledge_left)
    pairs = block.pairs
    size = count + len(block.part_left)
    joined = coo_matrix((np.ones(len(pairs)), (pairs.pledge, pairs.part + count)), shape=(size, size))
    _, label = connected_components(joined, directed=False)
    own = label[pairs.pledge]
    order = np.argsort(own, kind="stable")
    return [rows for rows in np.split(order, np.flatnonzero(np.diff(own[order])) + 1) if len(rows)]


def plan_times(block: Block, flow: Whole, floors: Whole | None) -> TimedPlan:
    """A plan in whole sessions, begun from the amounts a flow gave the pairs. With `floors` zones come first."""
    usable = replace(block.pairs, least=least_useful(block))
    taking = Taking(
        usable, block.slots, block.pledge_left, block.part_left, block.pledge_session_left, block.part_session_left
    )
    preferred = best_first(usable.score)
    for row in preferred:
        if flow[row]:
            taking.take(row, at_most=max(int(flow[row]), int(usable.least[row])))
    for row in preferred:
        taking.take(row)
    plan = taking.plan()
    work_left, proved = WORK_IN_ALL, True
    for rows in components_of(block):
        size = len(rows) + int(block.pairs.many[rows].sum())
        if size > VARIABLES_AT_MOST or work_left <= 0 or int(block.pairs.most[rows].max()) > LARGEST:
            proved = False
            continue
        plan, spent, optimal = _solve_component(block, rows, plan, floors, min(WORK_EACH, work_left))
        work_left -= spent
        proved = proved and optimal
    return TimedPlan(plan, proved)


def _solve_component(
    block: Block, rows: Whole, plan: Plan, floors: Whole | None, work: float
) -> tuple[Plan, float, bool]:
    from ortools.sat.python import cp_model

    pairs, slots, least = block.pairs, block.slots, least_useful(block)
    model = cp_model.CpModel()
    uses, amounts, counts = {}, {}, {}
    of_pledge: dict[int, list[cp_model.LinearExprT]] = {}
    of_part: dict[int, list[cp_model.LinearExprT]] = {}
    of_offered: dict[int, list[cp_model.LinearExprT]] = {}
    of_wanted: dict[int, list[cp_model.LinearExprT]] = {}
    of_zone: dict[int, list[cp_model.LinearExprT]] = {}
    for row in rows.tolist():
        pledge, part, most = int(pairs.pledge[row]), int(pairs.part[row]), int(pairs.most[row])
        use = uses[row] = model.new_bool_var("")
        if pairs.many[row]:
            told = []
            for slot in range(int(pairs.first[row]), int(pairs.first[row] + pairs.many[row])):
                count = counts[slot] = model.new_int_var(0, int(slots.most[slot]), "")
                told.append(int(slots.amount[slot]) * count)
                for side, known in ((slots.pledge_session, of_offered), (slots.part_session, of_wanted)):
                    if side[slot] != NO_ROW:
                        known.setdefault(int(side[slot]), []).append(count)
            amount: cp_model.LinearExprT = sum(told)
        else:
            grain = int(pairs.grain[row])
            visits = counts[-row - 1] = model.new_int_var(0, most // grain, "")
            amount = grain * visits
        amounts[row] = amount
        model.add(amount <= most * use)
        model.add(amount >= int(least[row]) * use)
        of_pledge.setdefault(pledge, []).append(amount)
        of_part.setdefault(part, []).append(amount)
        of_zone.setdefault(int(block.zone[part]), []).append(amount)
    for known, left in (
        (of_pledge, block.pledge_left), (of_part, block.part_left),
        (of_offered, block.pledge_session_left), (of_wanted, block.part_session_left),
    ):  # fmt: skip
        for place, used in known.items():
            model.add(sum(used) <= int(left[place]))
    gains = [int(pairs.score[row]) * amount for row, amount in amounts.items()]
    if floors is not None:
        others = plan.amounts.copy()
        others[rows] = 0
        has = block.had + block.by_zone(others)
        for zone, got in of_zone.items():
            short = int(floors[zone] - has[zone])
            if short > 0:
                lifted = model.new_int_var(0, short, "")
                model.add(lifted <= sum(got))
                gains.append(WORTH_OF_A_SHARE * lifted)
    model.maximize(sum(gains))
    for row, use in uses.items():
        model.add_hint(use, bool(plan.amounts[row]))
    for place, count in counts.items():
        known_count = plan.at_once[place] if place >= 0 else plan.amounts[-place - 1] // pairs.grain[-place - 1]
        model.add_hint(count, int(known_count))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    spent = float(solver.response_proto.deterministic_time) + 0.01
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return plan, spent, False
    found = Plan(plan.amounts.copy(), plan.at_once.copy())
    for row, amount in amounts.items():
        found.amounts[row] = solver.value(amount)
    for place, count in counts.items():
        if place >= 0:
            found.at_once[place] = solver.value(count)
    if _worth(block, found, floors) < _worth(block, plan, floors):
        return plan, spent, False
    return found, spent, status == cp_model.OPTIMAL


def _worth(block: Block, plan: Plan, floors: Whole | None) -> int:
    worth = sum(int(block.pairs.score[row]) * int(plan.amounts[row]) for row in plan.used.tolist())
    if floors is not None:
        has = block.had + summed(block.zone[block.pairs.part], plan.amounts, len(block.asked))
        worth += WORTH_OF_A_SHARE * int(np.minimum(has, floors).sum())
    return worth

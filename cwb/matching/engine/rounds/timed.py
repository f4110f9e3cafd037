"""Plans where there are times: whole sessions, each used by one at a time (decision 0023).

Sessions are given out by a flow of whole sessions, which is exact but for slices that are too small; those are
closed and the sessions given out again. Where a component (pledges and parts joined by pairs) is small it is then
solved by CP-SAT, begun from that plan and stopped after a stated amount of work (never of time), so that the same
input gives the same plan. The one file that touches ortools' CP-SAT.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cwb.matching.engine.rounds.blocks import Block, floors_of, summed
from cwb.matching.engine.rounds.flows import Net, zone_steps
from cwb.matching.engine.rounds.problem import NO_ROW, Chosen, Plan, Whole
from cwb.matching.engine.rounds.slices import least_useful
from cwb.matching.engine.rounds.taking import Taking, best_first

VARIABLES_AT_MOST = 400
"""A component with more slots and pairs than this keeps its first plan."""

WORK_EACH, WORK_IN_ALL = 0.1, 0.5
"""Units of work CP-SAT may spend on a component, and on a block; one is about a second."""

WORTH_OF_A_SHARE = 10**4
"""What a unit for a zone below its fair share is worth beside scores of at most 1,000."""

LARGEST = 2**40


FLOWS_AT_MOST, MANY_SLOTS = 3, 20_000
"""How often what is too little to be useful is closed and the sessions given out again; once where there are many."""


@dataclass(frozen=True)
class TimedPlan:
    """A block's plan, and the amounts of the flows that bound its score: the best one, and the one it came from."""

    plan: Plan
    bound: Whole
    flow: Whole


def components_of(block: Block) -> list[Whole]:
    """The rows of pairs that hang together through pledges and parts, the first component first."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(block.pledge_left)
    pairs = block.pairs
    size = count + len(block.part_left)
    joined = coo_matrix((np.ones(len(pairs)), (pairs.pledge, pairs.part + count)), shape=(size, size))
    _, label = connected_components(joined, directed=False)
    own = label[pairs.pledge]
    order = np.argsort(own, kind="stable")
    return [rows for rows in np.split(order, np.flatnonzero(np.diff(own[order])) + 1) if len(rows)]


def session_flow(block: Block, *, fair: bool, closed: Chosen | None = None) -> Plan:
    """Whole sessions for the greatest reward: one unit of flow is one session used by one at a time.

    What is found with nothing closed bounds every plan: least slices, and amounts that are less than their sessions
    add up to, only take away.
    """
    pairs, slots = block.pairs, block.slots
    own = np.repeat(np.arange(len(pairs)), pairs.many)
    usable = slots.amount > 0 if closed is None else (slots.amount > 0) & ~closed[own]
    rows = np.flatnonzero(usable)
    net = Net()
    offered, wanted = net.add_nodes(len(block.pledge_session_left)), net.add_nodes(len(block.part_session_left))
    pledges, parts = net.add_nodes(len(block.pledge_left)), net.add_nodes(len(block.part_left))
    zones = net.add_nodes(len(block.asked))
    shortest = max(int(slots.amount.min(initial=1)), 1)
    net.add(np.full(len(offered), net.SOURCE), offered, np.maximum(block.pledge_session_left, 0), _none(offered))
    net.add(np.full(len(pledges), net.SOURCE), pledges, block.pledge_left // shortest, _none(pledges))
    by_offer, by_ask = slots.pledge_session[rows], slots.part_session[rows]
    tails, heads = pledges[pairs.pledge[own[rows]]], parts[pairs.part[own[rows]]]
    tails[by_offer != NO_ROW] = offered[by_offer[by_offer != NO_ROW]]
    heads[by_ask != NO_ROW] = wanted[by_ask[by_ask != NO_ROW]]
    reward = pairs.score[own[rows]] * slots.amount[rows]
    place = net.add(tails, heads, slots.most[rows], reward)
    named = slots.part_session != NO_ROW
    asking, first = np.unique(slots.part_session[named], return_index=True)
    zone_of_wanted = block.zone[pairs.part[own[named][first]]]
    net.add(wanted[asking], zones[zone_of_wanted], np.maximum(block.part_session_left[asking], 0), _none(asking))
    net.add(parts, zones[block.zone], block.part_left // shortest, _none(parts))
    asked = summed(zone_of_wanted, block.part_session_left[asking], len(zones))
    asked += summed(block.zone, np.where(_names_sessions(block), 0, block.part_left // shortest), len(zones))
    had = asked * np.minimum(block.had, block.asked) // np.maximum(block.asked, 1)
    longest = int(slots.amount.max(initial=1)) * (len(offered) + len(wanted) + 2)
    net.add_zones(zones, zone_steps(asked, had, longest) if fair else None, asked, had)
    flows = net.solve(int(np.maximum(block.pledge_session_left, 0).sum() + (block.pledge_left // shortest).sum()))
    at_once = np.zeros(len(slots), dtype=np.int64)
    at_once[rows] = flows[place]
    return Plan(summed(own, at_once * slots.amount, len(pairs)), at_once)


def _none(nodes: Whole) -> Whole:
    return np.zeros(len(nodes), dtype=np.int64)


def _names_sessions(block: Block) -> Chosen:
    """Which parts ask for certain sessions."""
    own = np.repeat(np.arange(len(block.pairs)), block.pairs.many)
    names = np.zeros(len(block.part_left), dtype=np.bool_)
    names[block.pairs.part[own[block.slots.part_session != NO_ROW]]] = True
    return names


def plan_times(block: Block, *, fair: bool) -> TimedPlan:
    """A plan in whole sessions and the bound of its score. With `fair` the zones that get least come first."""
    bound = session_flow(block, fair=False)
    own = flow = session_flow(block, fair=True) if fair else bound
    floors = floors_of(block, flow.amounts) if fair else None
    usable = replace(block.pairs, least=least_useful(block))
    closed = usable.least > usable.most
    for _ in range(FLOWS_AT_MOST if len(block.slots) <= MANY_SLOTS else 1):
        small = (flow.amounts > 0) & (flow.amounts < usable.least)
        if not small.any():
            break
        closed = closed | small
        flow = session_flow(block, fair=fair, closed=closed)
    plan = _first_plan(replace(block, pairs=usable), flow)
    work_left = WORK_IN_ALL
    for rows in components_of(block):
        size = len(rows) + int(block.pairs.many[rows].sum())
        if size <= VARIABLES_AT_MOST and work_left > 0 and int(block.pairs.most[rows].max()) <= LARGEST:
            plan, spent = _solve_component(block, rows, plan, floors, min(WORK_EACH, work_left))
            work_left -= spent
    most = np.where(block.pairs.many > 0, bound.amounts, block.pairs.most)
    return TimedPlan(plan, most, np.where(block.pairs.many > 0, own.amounts, block.pairs.most))


def _first_plan(block: Block, flow: Plan) -> Plan:
    """The sessions of a flow, as far as amounts allow and slices are useful; then what else can be taken."""
    pairs = block.pairs
    taking = Taking(
        pairs, block.slots, block.pledge_left, block.part_left, block.pledge_session_left, block.part_session_left
    )
    preferred = best_first(pairs.score)
    for row in preferred:
        amount = int(flow.amounts[row])
        own = slice(int(pairs.first[row]), int(pairs.first[row] + pairs.many[row]))
        if pairs.least[row] <= amount <= taking.room(row):
            taking.put_pair(row, amount, own, flow.at_once[own])
    for row in preferred:
        taking.take(row)
    return taking.plan()


def _solve_component(block: Block, rows: Whole, plan: Plan, floors: Whole | None, work: float) -> tuple[Plan, float]:
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
        return plan, spent
    found = Plan(plan.amounts.copy(), plan.at_once.copy())
    for row, amount in amounts.items():
        found.amounts[row] = solver.value(amount)
    for place, count in counts.items():
        if place >= 0:
            found.at_once[place] = solver.value(count)
    if _worth(block, found, floors) < _worth(block, plan, floors):
        return plan, spent
    return found, spent


def _worth(block: Block, plan: Plan, floors: Whole | None) -> int:
    worth = sum(int(block.pairs.score[row]) * int(plan.amounts[row]) for row in plan.used.tolist())
    if floors is not None:
        has = block.had + summed(block.zone[block.pairs.part], plan.amounts, len(block.asked))
        worth += WORTH_OF_A_SHARE * int(np.minimum(has, floors).sum())
    return worth

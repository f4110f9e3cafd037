"""What a round of the made-up region comes to: the part of `flask matching bench` that solves."""

from __future__ import annotations

import time

from cwb.matching.engine.candidates import Candidates
from cwb.matching.engine.rounds import figures_of, greedy_plan, solve_round
from cwb.matching.engine.rounds.preparing import prepare_round
from cwb.matching.measuring.region import ZONES, Region

SHARE = 10_000


def round_figures(region: Region, found: Candidates, *, floor: int = 1) -> dict[str, float | int]:
    """Solves the region's round with and without fairness, beside the greedy plan.

    `solve_s` is what an officer waits for: the fair plan, its bound, and the greedy plan. `gap_to_bound` is the
    share of the flow's score (which no plan can beat) that the plan without fairness reaches once its slices are
    useful; `gap_to_bound_fair` that of the fair plan beside the fair flow it was made from.
    """
    started = time.perf_counter()
    given = prepare_round(region.pledges, region.parts, found, region.on, zones=range(1, ZONES + 1), floor=floor).given
    greedy = figures_of(given, greedy_plan(given))
    fair = solve_round(given)
    solved = time.perf_counter() - started
    plain = solve_round(given, fair=False)
    return {
        "solve_s": round(solved, 3),
        "round_pairs": len(given.pairs),
        "round_times": len(given.slots),
        "score_over_greedy": round(plain.figures.total / max(greedy.total, 1), 4),
        "score_over_greedy_fair": round(fair.figures.total / max(greedy.total, 1), 4),
        "gap_to_bound": plain.of_bound_basis_points / SHARE,
        "gap_to_bound_fair": fair.of_own_flow_basis_points / SHARE,
        "worst_zone_greedy": greedy.worst_basis_points / SHARE,
        "worst_zone_plain": plain.figures.worst_basis_points / SHARE,
        "worst_zone_fair": fair.figures.worst_basis_points / SHARE,
        "met_share_greedy": greedy.share_basis_points / SHARE,
        "met_share_plain": plain.figures.share_basis_points / SHARE,
        "met_share_fair": fair.figures.share_basis_points / SHARE,
    }

"""What a plan comes to, in figures an officer can compare: needs and groups reached, shares of zones, total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cwb.matching.engine.rounds.blocks import summed
from cwb.matching.engine.rounds.problem import NO_ROW, Chosen, Plan, RoundInput, Whole

WHOLE_SHARE = 10_000


@dataclass(frozen=True)
class ZoneFigures:
    """One zone (NO_ROW: placed in none): how many needs ask there, how many are reached, and its share."""

    zone: int
    needs: int
    reached: int
    share_basis_points: int
    can_be_reached: bool


@dataclass(frozen=True)
class PlanFigures:
    """Needs that something is promised or planned for; groups among them for the first time; shares met in
    basis points, every kind of help in its own unit and weighed by how many parts ask for it; the total score, of
    at most 1,000 for each part."""

    needs: int
    needs_reached: int
    groups_first: int
    share_basis_points: int
    total: int
    worst_zone: int | None
    worst_basis_points: int
    zones: tuple[ZoneFigures, ...]


def counted_parts(given: RoundInput, got: Whole) -> Chosen:
    """Which parts count as asked: of a need of which one part is enough, what gets something."""
    need = given.parts.need
    order = np.lexsort((np.arange(len(need)), -(got > 0).astype(np.int64), need))
    leads = np.zeros(len(need), dtype=bool)
    if len(need):
        leads[order[np.concatenate([[True], need[order][1:] != need[order][:-1]])]] = True
    counted: Chosen = leads | (given.any_of[need] == 0)
    return counted


def figures_of(given: RoundInput, plan: Plan) -> PlanFigures:
    """Adds a plan up, together with what was promised before."""
    parts, pairs = given.parts, given.pairs
    new = summed(pairs.part, plan.amounts, len(parts.left))
    got = parts.had + new
    counted = counted_parts(given, got)
    zone = np.where(parts.zone == NO_ROW, given.zones, parts.zone)
    with_pair = np.zeros(given.zones + 1, dtype=bool)
    with_pair[zone[pairs.part]] = True
    reached = _needs_reached(given, got)
    shares, totals = [0] * (given.zones + 1), 0
    asking = [0] * (given.zones + 1)
    share_of_all, asked_of_all = 0, 0
    score = pairs.score * plan.amounts
    for block in np.unique(parts.block).tolist():
        own = counted & (parts.block == block)
        many, asked = int(own.sum()), int(parts.asked[own].sum())
        if not asked:
            continue
        totals += many * int(score[parts.block[pairs.part] == block].sum()) // asked
        share_of_all += many * WHOLE_SHARE * min(int(got[own].sum()), asked) // asked
        asked_of_all += many
        asked_here = summed(zone[own], parts.asked[own], given.zones + 1).tolist()
        got_here = summed(zone[own], np.minimum(got, parts.asked)[own], given.zones + 1).tolist()
        many_here = np.bincount(zone[own], minlength=given.zones + 1).tolist()
        for place, (all_asked, all_got, number) in enumerate(zip(asked_here, got_here, many_here, strict=True)):
            if all_asked:
                shares[place] += number * WHOLE_SHARE * all_got // all_asked
                asking[place] += number
    need_zone = np.full(len(given.any_of), given.zones, dtype=np.int64)
    need_zone[parts.need[::-1]] = zone[::-1]
    zones = tuple(
        ZoneFigures(
            place if place < given.zones else NO_ROW,
            int((need_zone == place).sum()),
            int(reached[need_zone == place].sum()),
            shares[place] // asking[place],
            bool(with_pair[place]),
        )
        for place in range(given.zones + 1)
        if asking[place]
    )
    open_to_help = [one for one in zones if one.can_be_reached]
    worst = min(open_to_help, key=lambda one: (one.share_basis_points, one.zone), default=None)
    helped = np.zeros(len(given.new_group), dtype=bool)
    helped[parts.group[new > 0]] = True
    return PlanFigures(
        needs=len(given.any_of),
        needs_reached=int(reached.sum()),
        groups_first=int((helped & (given.new_group > 0)).sum()),
        share_basis_points=share_of_all // asked_of_all if asked_of_all else 0,
        total=totals,
        worst_zone=None if worst is None else worst.zone,
        worst_basis_points=0 if worst is None else worst.share_basis_points,
        zones=zones,
    )


def _needs_reached(given: RoundInput, got: Whole) -> Chosen:
    """A need of which one part is enough is reached with any; one that asks for all its parts, only with all."""
    count = len(given.any_of)
    need = given.parts.need
    of_need = np.bincount(need, minlength=count)
    with_something = np.bincount(need[got > 0], minlength=count)
    reached: Chosen = np.where(given.any_of > 0, with_something > 0, with_something == of_need) & (of_need > 0)
    return reached

"""The round: whatever is put in, nothing beyond an amount or session, useful slices, what is locked kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given as on
from hypothesis import settings
from hypothesis import strategies as st

from cwb.matching.engine.rounds import (
    NO_ROW,
    Pairs,
    Parts,
    Plan,
    RoundInput,
    Slots,
    breaks,
    figures_of,
    greedy_plan,
    nothing_of,
    solve_round,
    whole,
)


def made(
    pledges: list[int],
    parts: list[dict[str, Any]],
    pairs: list[dict[str, Any]],
    *,
    zones: int = 3,
    any_of: list[int] | None = None,
) -> RoundInput:
    """A round of plain amounts. A part has `left`; a pair `pledge`, `part`, `score`; the rest has a usual value."""
    needs = [part.get("need", row) for row, part in enumerate(parts)]
    count = max(needs, default=-1) + 1
    column = [[part.get(name, usual) for part in parts] for name, usual in (("left", 1), ("block", 0), ("zone", 0))]
    left, block, zone = column
    had = [part.get("had", 0) for part in parts]
    groups = [part.get("group", row) for row, part in enumerate(parts)]
    limits = [min(pledges[one["pledge"]], left[one["part"]]) for one in pairs]
    return RoundInput(
        whole(pledges),
        Parts(*(whole(one) for one in (left, whole(left) + whole(had), had, block, zone, needs, groups))),
        Pairs(
            whole([one["pledge"] for one in pairs]),
            whole([one["part"] for one in pairs]),
            whole([one.get("score", 500) for one in pairs]),
            whole([min(one.get("least", 1), limit) for one, limit in zip(pairs, limits, strict=True)]),
            whole([min(one.get("most", limit), limit) for one, limit in zip(pairs, limits, strict=True)]),
            whole([one.get("grain", 1) for one in pairs]),
            whole([0] * len(pairs)),
            whole([0] * len(pairs)),
        ),
        zones,
        whole(any_of or [0] * count),
        whole([1] * (max(groups, default=-1) + 1)),
        kept=whole([one.get("kept", 0) for one in pairs]),
    )  # fmt: skip


@st.composite
def rounds(
    draw: st.DrawFn, *, slices: bool = False, blocks: int = 1, locks: bool = False, any_of: bool = False
) -> RoundInput:
    pledges = draw(st.lists(st.integers(1, 40), min_size=1, max_size=7))
    parts = [
        {"left": draw(st.integers(1, 30)), "zone": draw(st.integers(-1, 2)), "block": draw(st.integers(0, blocks - 1)),
         "need": row // 2 if any_of else row}
        for row in range(draw(st.integers(1, 8)))
    ]  # fmt: skip
    pairs, taken, given_up = [], [0] * len(pledges), [0] * len(parts)
    for pledge in range(len(pledges)):
        for part in range(len(parts)):
            if pledge % blocks != parts[part]["block"] or not draw(st.booleans()):
                continue
            one = {"pledge": pledge, "part": part, "score": draw(st.integers(1, 1000))}
            if slices:
                one |= {"least": draw(st.integers(1, 20)), "grain": draw(st.sampled_from([1, 1, 3]))}
            room = min(pledges[pledge] - taken[pledge], parts[part]["left"] - given_up[part])
            if locks and room and draw(st.integers(0, 4)) == 0:
                one["kept"] = draw(st.integers(1, room))
                taken[pledge] += one["kept"]
                given_up[part] += one["kept"]
            pairs.append(one)
    needs = max(part["need"] for part in parts) + 1
    return made(pledges, parts, pairs, any_of=[1] * needs if any_of else None)


@st.composite
def timed_rounds(draw: st.DrawFn) -> RoundInput:
    """Pledges and parts with sessions of two hours at one time of the day; a part now and then names none."""
    offered = [sorted(draw(st.sets(st.integers(0, 4), min_size=1, max_size=4))) for _ in range(draw(st.integers(1, 4)))]
    asked = [sorted(draw(st.sets(st.integers(0, 4), max_size=4))) for _ in range(draw(st.integers(1, 4)))]
    at_once = draw(st.integers(1, 2))
    lengths = [draw(st.sampled_from([60, 90, 120])) for _ in asked]
    offering = ((row, day) for row, days in enumerate(offered) for day in days)
    own = {one: place for place, one in enumerate(offering)}
    wanted = {
        (row, day): place for place, (row, day) in enumerate((r, d) for r, days in enumerate(asked) for d in days)
    }
    rows: list[dict[str, int]] = []
    slots: list[tuple[int, int, int, int]] = []
    for pledge, days in enumerate(offered):
        for part, asked_days in enumerate(asked):
            common = [day for day in days if not asked_days or day in asked_days]
            if not common or not draw(st.booleans()):
                continue
            one = {"first": len(slots), "many": len(common), "pledge": pledge, "part": part}
            rows.append(one | {"score": draw(st.integers(1, 1000)), "least": draw(st.sampled_from([1, 60, 180]))})
            slots += [
                (own[pledge, day], wanted.get((part, day), NO_ROW), lengths[part] if asked_days else 120, at_once)
                for day in common
            ]
    left = [120 * at_once * len(days) for days in offered]
    wants = [length * len(days) if days else 300 for length, days in zip(lengths, asked, strict=True)]
    zones = whole([draw(st.integers(0, 1)) for _ in asked])
    count = len(asked)
    pairs = {name: [one[name] for one in rows] for name in ("pledge", "part", "score", "least", "first", "many")}
    most = [min(left[one["pledge"]], wants[one["part"]]) for one in rows]
    return RoundInput(
        whole(left),
        Parts(whole(wants), whole(wants), whole([0] * count), whole([0] * count), zones, whole(range(count)),
              whole(range(count))),
        Pairs(whole(pairs["pledge"]), whole(pairs["part"]), whole(pairs["score"]),
              whole([min(a, b) for a, b in zip(pairs["least"], most, strict=True)]), whole(most),
              whole([1] * len(rows)), whole(pairs["first"]), whole(pairs["many"])),
        2, whole([0] * count), whole([1] * count),
        Slots(*(whole([slot[place] for slot in slots]) for place in range(4))),
        whole([at_once] * len(own)), whole([1] * len(wanted)),
    )  # fmt: skip


def total(given: RoundInput, plan: Plan) -> int:
    return int((given.pairs.score * plan.amounts).sum())


MANY = settings(max_examples=60, deadline=None)


@MANY
@on(rounds(slices=True, blocks=2, locks=True), st.booleans())
def test_no_plan_goes_beyond_an_amount_leaves_a_useless_slice_or_drops_what_is_locked(
    given: RoundInput, fair: bool
) -> None:
    assert breaks(given, solve_round(given, fair=fair).plan) == []
    assert breaks(given, greedy_plan(given)) == []


@settings(max_examples=15, deadline=None)
@on(timed_rounds(), st.booleans())
def test_no_plan_uses_a_session_twice(given: RoundInput, fair: bool) -> None:
    assert breaks(given, solve_round(given, fair=fair).plan) == []
    assert breaks(given, greedy_plan(given)) == []


@settings(max_examples=25, deadline=None)
@on(timed_rounds())
def test_with_times_too_a_plan_is_no_worse_than_the_greedy_one_and_no_better_than_its_bound(given: RoundInput) -> None:
    solved = solve_round(given, fair=False)
    assert total(given, solved.plan) >= total(given, greedy_plan(given))
    assert solved.figures.total <= solved.bound


@MANY
@on(rounds(slices=True, blocks=2), st.booleans())
def test_the_same_input_gives_the_same_plan_bit_for_bit(given: RoundInput, fair: bool) -> None:
    one, other = solve_round(given, fair=fair), solve_round(given, fair=fair)
    assert one.plan.amounts.tobytes() == other.plan.amounts.tobytes()
    assert one.plan.at_once.tobytes() == other.plan.at_once.tobytes()
    assert one.figures == other.figures


@MANY
@on(rounds(blocks=2))
def test_without_fairness_no_plan_scores_less_than_the_greedy_one_and_none_beats_the_flow(given: RoundInput) -> None:
    solved = solve_round(given, fair=False)
    assert total(given, solved.plan) >= total(given, greedy_plan(given))
    assert solved.of_bound_basis_points == 10_000


@MANY
@on(rounds())
def test_with_fairness_the_worst_zone_has_no_less_than_without(given: RoundInput) -> None:
    fair, plain = solve_round(given).figures, solve_round(given, fair=False).figures
    assert fair.worst_basis_points >= plain.worst_basis_points
    assert fair.share_basis_points >= plain.share_basis_points


@MANY
@on(rounds(slices=True, any_of=True, blocks=2))
def test_of_a_need_of_which_one_part_is_enough_one_part_is_used(given: RoundInput) -> None:
    plan = solve_round(given).plan
    parts = {int(given.pairs.part[row]) for row in plan.used}
    needs = [int(given.parts.need[part]) for part in parts]
    assert len(needs) == len(set(needs))
    assert breaks(given, plan) == []


def test_the_zone_that_gets_least_comes_first_and_costs_some_score() -> None:
    given = made(
        [10],
        [{"left": 10, "zone": 0}, {"left": 10, "zone": 1}],
        [{"pledge": 0, "part": 0, "score": 900}, {"pledge": 0, "part": 1, "score": 300}],
    )
    assert solve_round(given, fair=False).plan.amounts.tolist() == [10, 0]
    assert solve_round(given).plan.amounts.tolist() == [5, 5]
    assert solve_round(given).figures.worst_basis_points == 5000


def test_where_all_amounts_are_round_nobody_is_given_an_odd_rest() -> None:
    given = made(
        [720],
        [{"left": 720, "zone": 0}, {"left": 720, "zone": 1}, {"left": 720, "zone": 2}],
        [{"pledge": 0, "part": part, "score": 900 - part} for part in range(3)],
    )
    amounts = solve_round(replace(given, round_of=whole([30]))).plan.amounts
    assert amounts.sum() == 720
    assert (amounts % 30).tolist() == [0, 0, 0]
    assert amounts.min() >= 210


def test_what_a_zone_was_promised_before_counts() -> None:
    given = made(
        [10],
        [{"left": 10, "zone": 0, "had": 10}, {"left": 20, "zone": 1}],
        [{"pledge": 0, "part": 0, "score": 900}, {"pledge": 0, "part": 1, "score": 300}],
    )
    assert solve_round(given).plan.amounts.tolist() == [0, 10]


def test_a_slice_that_helps_nobody_goes_to_the_one_it_helps() -> None:
    given = made(
        [10],
        [{"left": 10, "zone": 0}, {"left": 10, "zone": 1}],
        [{"pledge": 0, "part": 0, "score": 900, "least": 6}, {"pledge": 0, "part": 1, "score": 300, "least": 6}],
    )
    assert sorted(solve_round(given).plan.amounts.tolist()) == [0, 10]


def test_visits_of_a_team_are_whole() -> None:
    given = made([500], [{"left": 500}], [{"pledge": 0, "part": 0, "least": 60, "grain": 120}])
    assert solve_round(given).plan.amounts.tolist() == [480]


def test_a_need_that_asks_for_all_its_parts_is_reached_only_with_all() -> None:
    parts = [{"left": 5, "need": 0}, {"left": 5, "need": 0}, {"left": 5, "need": 1}]
    given = made([5, 5], parts, [{"pledge": 0, "part": 0}, {"pledge": 1, "part": 2}])
    figures = solve_round(given).figures
    assert (figures.needs, figures.needs_reached) == (2, 1)


def test_groups_reached_for_the_first_time_are_counted_once() -> None:
    parts = [{"left": 5, "group": 0}, {"left": 5, "group": 0}, {"left": 5, "group": 1}]
    given = made([20], parts, [{"pledge": 0, "part": row} for row in range(3)])
    assert solve_round(given).figures.groups_first == 2
    assert figures_of(given, nothing_of(given)).groups_first == 0


@pytest.mark.parametrize(
    ("pledges", "parts"), [([], []), ([], [{"left": 5}]), ([5], [])], ids=["nothing", "no pledge", "no need"]
)
def test_a_round_over_nothing_has_an_empty_plan(pledges: list[int], parts: list[dict[str, Any]]) -> None:
    solved = solve_round(made(pledges, parts, []))
    assert solved.plan.used.tolist() == []
    assert (solved.bound, solved.of_bound_basis_points) == (0, 10_000)
    assert solved.figures.worst_zone is None


def test_amounts_as_large_as_they_may_be_are_no_matter() -> None:
    most = 10**12
    given = made(
        [most] * 3,
        [{"left": most, "zone": 0}, {"left": most, "zone": 1}],
        [{"pledge": row, "part": part, "score": 1000, "least": 7} for row in range(3) for part in range(2)],
    )
    solved = solve_round(given)
    assert breaks(given, solved.plan) == []
    assert solved.plan.amounts.sum() == 2 * most


def test_progress_is_told_and_whoever_is_told_can_stop_it() -> None:
    given = made([5, 5], [{"left": 5}, {"left": 5, "block": 1}], [{"pledge": 0, "part": 0}, {"pledge": 1, "part": 1}])
    told: list[tuple[int, int]] = []
    solve_round(given, on_progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2), (1, 2), (2, 2)]

    def stop(done: int, of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        solve_round(given, on_progress=stop)


def test_a_plan_of_nothing_is_lawful_and_one_that_takes_too_much_is_not() -> None:
    given = made([5], [{"left": 9}], [{"pledge": 0, "part": 0, "least": 3}])
    assert breaks(given, nothing_of(given)) == []
    assert breaks(given, Plan(whole([6]), np.zeros(0, dtype=np.int64)))
    assert breaks(given, Plan(whole([2]), np.zeros(0, dtype=np.int64)))

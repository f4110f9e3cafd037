"""Rounds, pure: all open pledges allocated to all open parts together. `solve_round` is the one door."""

from __future__ import annotations

from cwb.matching.engine.rounds.figures import PlanFigures, ZoneFigures, figures_of
from cwb.matching.engine.rounds.problem import NO_ROW, Pairs, Parts, Plan, RoundInput, Slots, breaks, nothing_of, whole
from cwb.matching.engine.rounds.solving import RoundAnswer, Solved, answer_round, solve_round
from cwb.matching.engine.rounds.taking import greedy_plan

__all__ = [
    "NO_ROW",
    "Pairs",
    "Parts",
    "Plan",
    "PlanFigures",
    "RoundAnswer",
    "RoundInput",
    "Slots",
    "Solved",
    "ZoneFigures",
    "answer_round",
    "breaks",
    "figures_of",
    "greedy_plan",
    "nothing_of",
    "solve_round",
    "whole",
]

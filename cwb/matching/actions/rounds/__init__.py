"""The only writers of rounds: officers start, mark, publish and drop them; the worker computes them."""

from __future__ import annotations

from cwb.matching.actions.rounds.computing import compute_waiting, dry_run, needs_computing
from cwb.matching.actions.rounds.marking import mark_pair, unmark_pair
from cwb.matching.actions.rounds.publishing import publish_rest, publish_round
from cwb.matching.actions.rounds.starting import compute_again, drop_round, start_round, stop_round
from cwb.matching.actions.waking import Waker

ask_worker = Waker("matching.rounds", needs_computing, look_seconds=2, again_seconds=15)

__all__ = [
    "ask_worker",
    "compute_again",
    "compute_waiting",
    "drop_round",
    "dry_run",
    "mark_pair",
    "needs_computing",
    "publish_rest",
    "publish_round",
    "start_round",
    "stop_round",
    "unmark_pair",
]

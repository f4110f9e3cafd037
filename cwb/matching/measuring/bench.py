"""`flask matching bench`: how long matching takes on a made-up region, and what its round comes to."""

from __future__ import annotations

import resource
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from community_book.search.texts import Meaning
from cwb.matching.engine.candidates import Candidates, Field, Grid
from cwb.matching.engine.columns import Ints
from cwb.matching.engine.surveying import best_of_pledges, survey
from cwb.matching.engine.telling import shared_stems, told_of
from cwb.matching.measuring.region import encoded, made_up_region
from cwb.matching.measuring.rounding import round_figures
from cwb.matching.rules.scoring import KEPT_IN_A_LIST

TIMES = 20


class TimedField(Field):
    """A field that says how much of its time went into scores."""

    score_s = 0.0

    def scored(self, *given: Any) -> NDArray[np.int32]:
        started = time.perf_counter()
        found = super().scored(*given)
        self.score_s += time.perf_counter() - started
        return found

    def chosen(self, grid: Grid, rows: Ints, columns: Ints) -> Candidates:
        started = time.perf_counter()
        found = super().chosen(grid, rows, columns)
        self.score_s += time.perf_counter() - started
        return found


def bench(pledges: int, needs: int, seed: int, encoder: Meaning | None, *, solve: bool = True) -> dict[str, Any]:
    """Everything measured, times in seconds, memory of the whole process. One need has one part.

    `candidates_s`: hard filters, sessions, words, meaning, places, and keeping the best of each part; `score_s`: the
    scores of all pairs and the points of those kept; `reasons_s`: which words each kept pair shares, the rest of a
    reason being its numbers. A sentence is made of them when it is shown. `cpu_s` is what these three took of one
    core, which tells more than the clock on a machine that others use too.
    """
    started = time.perf_counter()
    vectors = encoded(encoder)
    encode_s = time.perf_counter() - started
    region = made_up_region(pledges, needs, seed, vectors)
    begun, cpu_before = time.perf_counter(), time.process_time()
    field = TimedField(region.pledges, region.parts, region.on)
    found = field.best()
    after_candidates = time.perf_counter()
    shared_stems(region.pledges, region.parts, found)
    reasons_s, cpu_s = time.perf_counter() - after_candidates, time.process_time() - cpu_before
    candidates_s = after_candidates - begun - field.score_s
    figures = round_figures(region, found) if solve else {"solve_s": 0.0}
    total_s = candidates_s + field.score_s + reasons_s + figures["solve_s"]
    return {
        "pledges": pledges,
        "needs": needs,
        "seed": seed,
        "meaning": encoder.name if encoder else None,
        "encode_s": round(encode_s, 3),
        "candidates_s": round(candidates_s, 3),
        "score_s": round(field.score_s, 3),
        "reasons_s": round(reasons_s, 3),
        "total_s": round(total_s, 3),
        "cpu_s": round(cpu_s, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "arcs": len(found),
        **figures,
    }


def one_at_a_time(pledges: int, needs: int, seed: int, encoder: Meaning | None) -> dict[str, float]:
    """Milliseconds, the middle of twenty: one need beside all pledges with its reasons; one edit of a pledge.

    An edit finds what the pledge fits now, and makes anew its list and those of the parts it stands in or comes into.
    """
    region = made_up_region(pledges, needs, seed, encoded(encoder))
    lists = survey(Field(region.pledges, region.parts, region.on), KEPT_IN_A_LIST)
    field = Field(region.pledges, region.parts, region.on, bars=lists.bars)
    stems = list(region.statistics.vocabulary)
    many = np.bincount(lists.of_parts.part_row, minlength=needs)
    lowest = np.full(needs, 1000, dtype=np.int64)
    np.minimum.at(lowest, lists.of_parts.part_row, lists.of_parts.score)
    needs_ms, edits_ms, touched = list[float](), list[float](), list[int]()
    for at in range(TIMES):
        started = time.perf_counter()
        row = np.asarray([at * needs // TIMES])
        told_of(region.pledges, region.parts, field.best(row), stems)
        needs_ms.append(time.perf_counter() - started)
        edited = np.asarray([at * pledges // TIMES])
        stands_in = lists.of_parts.part_row[lists.of_parts.pledge_row == edited[0]]
        started = time.perf_counter()
        fits = field.all_of(edited)
        comes_in = (many[fits.part_row] < KEPT_IN_A_LIST) | (fits.score >= lowest[fits.part_row])
        parts = np.union1d(stands_in, fits.part_row[comes_in])
        own = best_of_pledges(fits, region.parts.ids, KEPT_IN_A_LIST)
        told_of(region.pledges, region.parts, own, stems)
        field.best(parts, KEPT_IN_A_LIST)
        edits_ms.append(time.perf_counter() - started)
        touched.append(len(parts))
    return {
        "one_need_ms": _middle(needs_ms),
        "one_edit_ms": _middle(edits_ms),
        "one_edit_slowest_ms": round(max(edits_ms) * 1000, 2),
        "lists_touched": sorted(touched)[len(touched) // 2],
        "lists_touched_at_most": max(touched),
    }


def _middle(times: list[float]) -> float:
    return round(sorted(times)[len(times) // 2] * 1000, 2)

"""The best of every part and of every pledge in one pass, and what a generation is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cwb.matching.engine.candidates import Candidates, Field, best_of, in_order_of_parts
from cwb.matching.engine.columns import Ints, runs
from cwb.matching.engine.fitting import Truths
from cwb.matching.engine.placing import Bars


@dataclass(frozen=True)
class Survey:
    """Everything a generation is asked for at once: the best of each part, the best of each pledge, and the bars."""

    of_parts: Candidates
    of_pledges: Candidates
    bars: Bars


def survey(field: Field, keep: int) -> Survey:
    """The best pledges of every part and the best parts of every pledge; bars are set where the field has none."""
    bars = field.bars or Bars.none(len(field.parts))
    of_parts, of_pledges = list[Candidates](), list[Candidates]()
    highest = np.full((len(field.pledges), keep), -1, dtype=np.int16)
    for one in field.grids(np.arange(len(field.parts))):
        if field.bars is None:
            bars.set(one.part_rows, one.bars)
        of_parts.append(field.chosen(one, *best_of(one, keep)))
        known = np.concatenate([highest[one.pledge_rows], one.score.T.astype(np.int16)], axis=1)
        highest[one.pledge_rows] = np.partition(known, known.shape[1] - keep, axis=1)[:, -keep:]
        lowest = np.maximum(highest[one.pledge_rows].min(axis=1), 0)
        of_pledges.append(field.chosen(one, *np.nonzero(one.score >= lowest)))
    best = Candidates.joined(of_parts)
    return Survey(
        in_order_of_parts(best, field.pledges.ids),
        best_of_pledges(Candidates.joined(of_pledges), field.parts.ids, keep),
        bars,
    )


def best_of_pledges(found: Candidates, part_ids: Ints, keep: int) -> Candidates:
    """By pledge, best first, then the earlier part; no more than `keep` of each."""
    order = np.lexsort((part_ids[found.part_row], -found.score.astype(np.int32), found.pledge_row))
    return found.take(order[first_of_each(found.pledge_row[order], keep)])


def first_of_each(sorted_rows: NDArray[Any], keep: int) -> Truths:
    """Which of rows that stand together are among the first `keep` of theirs."""
    begins = np.asarray([begin for begin, _ in runs(sorted_rows)], dtype=np.int64)
    many = np.diff(np.r_[begins, len(sorted_rows)])
    found: Truths = np.arange(len(sorted_rows)) - np.repeat(begins, many) < keep
    return found

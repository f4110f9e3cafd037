"""The numbers and stems behind chosen pairs, from the columns their scores were made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cwb.matching.engine.candidates import Candidates
from cwb.matching.engine.columns import Ints, Parts, Pledges
from cwb.matching.engine.saying import NOT_SURE, STEMS_NAMED, Told

PAIRS_AT_ONCE = 200_000


def shared_stems(
    pledges: Pledges, parts: Parts, found: Candidates, most: int = STEMS_NAMED
) -> tuple[Ints, NDArray[np.int32]]:
    """(starts, columns) of the stems each pair shares, the most telling first: what its score by words is made of."""
    many, columns = [np.zeros(1, dtype=np.int64)], list[NDArray[np.int32]]()
    for begins in range(0, len(found), PAIRS_AT_ONCE):
        piece = slice(begins, begins + PAIRS_AT_ONCE)
        offered: Any = pledges.words.chosen(found.pledge_row[piece]).csr
        asked: Any = parts.words.chosen(found.part_row[piece]).csr
        both = asked.multiply(offered).tocsr()
        rows = np.repeat(np.arange(both.shape[0]), np.diff(both.indptr))
        order = np.lexsort((both.indices, -both.data, rows))
        place = np.arange(len(order)) - np.repeat(both.indptr[:-1], np.diff(both.indptr))
        kept = place < most
        columns.append(both.indices[order][kept].astype(np.int32))
        many.append(np.bincount(rows[kept], minlength=both.shape[0]))
    return np.cumsum(np.concatenate(many)), np.concatenate(columns) if columns else np.empty(0, dtype=np.int32)


def told_of(pledges: Pledges, parts: Parts, found: Candidates, stems: Sequence[str]) -> list[Told]:
    """The numbers of each pair as they are stored; `stems` names the columns of the words."""
    if not len(found):
        return []
    starts, columns = shared_stems(pledges, parts, found)
    rows = found.part_row
    left = np.where(parts.sure[rows], parts.left[rows], NOT_SURE)
    numbers = zip(
        found.points.tolist(),
        found.by_words.tolist(),
        found.by_meaning.tolist(),
        found.way.tolist(),
        parts.last[rows].tolist(),
        left.tolist(),
        pledges.kept_of[found.pledge_row].tolist(),
        pledges.kept_share[found.pledge_row].tolist(),
        parts.had[rows].tolist(),
        starts[:-1].tolist(),
        starts[1:].tolist(),
        strict=True,
    )
    return [
        Told(
            tuple(each), words, meaning, tuple(stems[at] for at in columns[begins:ends].tolist()),
            way, last, rest, kept_of, kept_share, had,
        )
        for each, words, meaning, way, last, rest, kept_of, kept_share, had, begins, ends in numbers
    ]  # fmt: skip

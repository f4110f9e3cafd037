"""How well texts alone find the pledge that answers a need: the ranking of suggestions, before any hard filter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from community_book.search.texts import LAST_RANK, Meaning, Statistics, analyse, both
from cwb.matching.engine.placing import bars_of

DEPTHS = (1, 5, 20)
NEEDS_AT_ONCE = 200


def evaluate(path: Path, encoder: Meaning | None) -> dict[str, float | int | bool]:
    """The share of needs whose answer is among the first 1, 5 and 20 pledges.

    The file is one JSON object: needs of id, title, text and answer (the id of a pledge), pledges of id, title and
    text. Raises OSError, ValueError (also for an answer no pledge has), KeyError.
    """
    read: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(read, dict):
        raise ValueError("it is not one JSON object")
    needs, pledges = _texts(read["needs"]), _texts(read["pledges"])
    ids = [str(pledge["id"]) for pledge in read["pledges"]]
    rows = {number: row for row, number in enumerate(ids)}
    answers = [str(need["answer"]) for need in read["needs"]]
    if missing := sorted(set(answers) - rows.keys()):
        raise ValueError(f"no pledge has the id {missing[0]}")
    found = places(needs, pledges, encoder)
    at = [found[need].get(rows[answer], LAST_RANK + 1) for need, answer in enumerate(answers)]
    recall = {f"recall{depth}": round(sum(place <= depth for place in at) / max(1, len(at)), 4) for depth in DEPTHS}
    return {**recall, "needs": len(needs), "pledges": len(pledges), "meaning": encoder is not None}


def places(needs: Sequence[str], pledges: Sequence[str], encoder: Meaning | None) -> list[dict[int, int]]:
    """For each need the place of each pledge (by row) that has one, as suggestions place them."""
    asked, offered = [analyse(text) for text in needs], [analyse(text) for text in pledges]
    statistics = Statistics.of([*offered, *asked])
    documents, questions = statistics.documents(offered), statistics.questions(asked)
    vectors = None if encoder is None else encoder.of(pledges)
    found: list[dict[int, int]] = [{} for _ in needs]
    for start in range(0, len(needs) if pledges else 0, NEEDS_AT_ONCE):
        several = np.arange(start, min(start + NEEDS_AT_ONCE, len(needs)))
        words = np.asarray(documents.products(questions.chosen(several)).todense(), dtype=np.float32)
        alike = None
        if encoder is not None and vectors is not None:
            alike = encoder.of(needs[start : start + NEEDS_AT_ONCE]) @ vectors.T
        by_words, by_meaning = both(words, alike)
        _, told = bars_of(by_words, by_meaning)
        for row, column, place in zip(told.rows.tolist(), told.columns.tolist(), told.place.tolist(), strict=True):
            found[start + row][column] = place
    return found


def _texts(things: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{thing['title']}\n{thing['text']}" for thing in things]

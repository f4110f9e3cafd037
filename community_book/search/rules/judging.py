"""How good rankings are against judgements: the figures that `flask search evaluate` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2


@dataclass(frozen=True)
class Judgement:
    """Means over the questions that have a judgement; each from 0 to 1."""

    ndcg10: float
    p10: float
    map: float
    mrr: float
    recall5: float
    empty: float


def judge(rankings: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]]) -> Judgement:
    """Rankings by question against grades by question and document; a grade of 0 or less is not relevant.

    `empty` is the share of all questions that found nothing; the others count questions with a relevant document.
    """
    totals = dict.fromkeys(("ndcg10", "p10", "map", "mrr", "recall5"), 0.0)
    judged = 0
    for question, ranking in rankings.items():
        wanted = {document: grade for document, grade in grades.get(question, {}).items() if grade > 0}
        if wanted:
            judged += 1
            for name, value in _figures(ranking, wanted).items():
                totals[name] += value
    empty = sum(not ranking for ranking in rankings.values()) / max(1, len(rankings))
    return Judgement(empty=empty, **{name: total / max(1, judged) for name, total in totals.items()})


def _figures(ranking: Sequence[str], wanted: Mapping[str, int]) -> dict[str, float]:
    hits = [place for place, document in enumerate(ranking, 1) if document in wanted]
    gain = sum(wanted.get(document, 0) / log2(place + 1) for place, document in enumerate(ranking[:10], 1))
    best = sum(grade / log2(place + 1) for place, grade in enumerate(sorted(wanted.values(), reverse=True)[:10], 1))
    return {
        "ndcg10": gain / best,
        "p10": sum(place <= 10 for place in hits) / 10,
        "map": sum(count / place for count, place in enumerate(hits, 1)) / len(wanted),
        "mrr": 1 / hits[0] if hits else 0.0,
        "recall5": sum(place <= 5 for place in hits) / len(wanted),
    }

"""Asking again with the words of what was found first: pseudo-relevance feedback."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from community_book.search.texts.rows import Floats, WordRows

DOCUMENTS = 8
STEMS = 40
SHARE = 0.2
"""How much of the new question comes from what was found."""
ANSWERED_FROM = 1.15
"""A question that a text answers so well, word for word, is not asked again: somebody looks for that very text."""


def feed_back(
    questions: WordRows,
    documents: WordRows,
    *,
    documents_used: int = DOCUMENTS,
    stems: int = STEMS,
    share: float = SHARE,
) -> WordRows:
    """Each question with the stems that weigh most in the documents it finds first; the sums of both stay alike.

    The documents are those of a generation, so that an answer does not change with what was saved a moment ago.
    """
    return WordRows.of(
        (_again(questions, documents, number, documents_used, stems, share) for number in range(len(questions))),
        questions.width,
    )


def _again(
    questions: WordRows, documents: WordRows, number: int, documents_used: int, stems: int, share: float
) -> dict[int, float]:
    asked = questions.row(number)
    if not asked or not len(documents):
        return asked
    scores = documents.scores(questions.chosen([number]))
    first = _best(scores, documents_used)
    if not len(first) or scores[first[0]] >= ANSWERED_FROM:
        return asked
    said: dict[int, float] = defaultdict(float)
    for document in first.tolist():
        row = documents.row(document)
        length = sum(row.values())
        for column, weight in row.items():
            said[column] += float(scores[document]) * weight / length
    kept = sorted(said, key=lambda column: (-said[column], column))[:stems]
    whole, found = sum(asked.values()), sum(said[column] for column in kept)
    again = {column: (1 - share) * times for column, times in asked.items()}
    for column in kept:
        again[column] = again.get(column, 0.0) + share * whole * said[column] / found
    return again


def _best(scores: Floats, many: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    order = np.argsort(-scores, kind="stable")[:many]
    return order[scores[order] > 0].astype(np.int64)

"""Documents and questions of a test collection, through the same path as the site's own.

`search` is the ranking of the search page: the index, and the texts beside it. `match` is that of suggestions: texts
alone.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from community_book.base.searching import SearchDocument
from community_book.search.generations import Places, Text, in_memory
from community_book.search.interleaving import Interleaved
from community_book.search.rules import Asked, judge, read_words
from community_book.search.texts import meaning
from community_book.search.whoosh_engine import WhooshEngine

KIND = "document"
DEPTH = 100


SEARCH = "search"
MATCH = "match"
RANKINGS = (SEARCH, MATCH)


def evaluate(folder: Path, ranking: str = SEARCH) -> dict[str, float | str | bool]:
    """The figures of a folder with docs.jsonl, queries.jsonl and qrels.tsv. Raises OSError, ValueError, KeyError."""
    documents = list(_lines(folder / "docs.jsonl"))
    names = {number: str(line["id"]) for number, line in enumerate(documents, 1)}
    questions = {str(line["id"]): str(line["text"]) for line in _lines(folder / "queries.jsonl")}
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8-sig").splitlines():
        cells = line.split("\t")
        if len(cells) == 3 and cells[2].strip().lstrip("-").isdigit():
            grades[cells[0].strip()][cells[1].strip()] = int(cells[2])
    things = [
        SearchDocument(number, str(line.get("title", "")), str(line.get("text", "")))
        for number, line in enumerate(documents, 1)
    ]
    rankings: dict[str, list[str]] = {}
    times: list[float] = []
    with _ranked(things, ranking) as rank:
        rank("warm")
        for question, text in questions.items():
            started = time.perf_counter()
            numbers = rank(text)
            times.append(time.perf_counter() - started)
            rankings[question] = [names[number] for number in numbers]
    figures = {name: round(value, 4) for name, value in vars(judge(rankings, grades)).items()}
    return {
        **figures,
        "p50_ms": _percentile(times, 50),
        "p95_ms": _percentile(times, 95),
        "engine": WhooshEngine.name if ranking == SEARCH else "texts",
        "ranking": ranking,
        "meaning": meaning() is not None,
        "documents": len(documents),
        "questions": len(questions),
    }


@contextmanager
def _ranked(things: Sequence[SearchDocument], ranking: str) -> Iterator[Callable[[str], list[int]]]:
    """From a question to numbers of documents, best first."""
    encoder = meaning()
    texts = in_memory([Text(KIND, thing.id, thing.title, thing.body) for thing in things], encoder)

    def places_for(question: str) -> Places:
        return texts.asked(question, None if encoder is None else encoder.of([question])[0])

    if ranking == MATCH:
        yield lambda question: [number for _, number in places_for(question)][:DEPTH]
        return
    with tempfile.TemporaryDirectory(prefix="search-") as place:
        words = WhooshEngine.make(Path(place))
        words.write((KIND, thing) for thing in things)
        engine = Interleaved(words, places_for)

        def rank(question: str) -> list[int]:
            asked, phrases = read_words(question)
            answer = engine.find(Asked(words=asked, phrases=phrases), limit=DEPTH)
            return [hit.id for hit in answer.hits]

        yield rank
        engine.close()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _percentile(seconds: list[float], share: int) -> float:
    if not seconds:
        return 0.0
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000, 2)

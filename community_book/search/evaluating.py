"""Documents and questions of a test collection, through the same path as the site's own."""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from community_book.base.searching import SearchDocument
from community_book.search.rules import Asked, judge, read_words
from community_book.search.whoosh_engine import WhooshEngine

KIND = "document"
DEPTH = 100


def evaluate(folder: Path) -> dict[str, float | str]:
    """The figures of a folder with docs.jsonl, queries.jsonl and qrels.tsv. Raises OSError, ValueError, KeyError."""
    documents = list(_lines(folder / "docs.jsonl"))
    names = {number: str(line["id"]) for number, line in enumerate(documents, 1)}
    questions = {str(line["id"]): str(line["text"]) for line in _lines(folder / "queries.jsonl")}
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8-sig").splitlines():
        cells = line.split("\t")
        if len(cells) == 3 and cells[2].strip().lstrip("-").isdigit():
            grades[cells[0].strip()][cells[1].strip()] = int(cells[2])
    rankings: dict[str, list[str]] = {}
    times: list[float] = []
    with tempfile.TemporaryDirectory(prefix="search-") as place:
        engine = WhooshEngine.make(Path(place))
        engine.write(
            (KIND, SearchDocument(number, str(line.get("title", "")), str(line.get("text", ""))))
            for number, line in enumerate(documents, 1)
        )
        engine.find(Asked(words=("warm",)), limit=1)
        for question, text in questions.items():
            started = time.perf_counter()
            words, phrases = read_words(text)
            answer = engine.find(Asked(words=words, phrases=phrases), limit=DEPTH)
            times.append(time.perf_counter() - started)
            rankings[question] = [names[hit.id] for hit in answer.hits]
        engine.close()
    figures = {name: round(value, 4) for name, value in vars(judge(rankings, grades)).items()}
    return {
        **figures,
        "p50_ms": _percentile(times, 50),
        "p95_ms": _percentile(times, 95),
        "engine": WhooshEngine.name,
        "documents": len(documents),
        "questions": len(questions),
    }


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

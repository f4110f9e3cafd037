"""What the documents name in backticks exists: paths, files and make targets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "node_modules", "var", "__pycache__", ".mypy_cache", ".ruff_cache"}
MADE_LATER = ("var/", ".venv/", "node_modules/", "static/built/")  # by set-up or by use; never committed
ENDING = re.compile(r"[\w*-]\.(py|md|toml|txt|in|ini|html|s?css|js|json|geojson|csv|cfg|sh|svg|pot?|ya?ml)$")
MEDIA_TYPES = {"application", "audio", "font", "image", "message", "multipart", "text", "video"}


def looks_like_a_path(word: str) -> bool:
    """Names of files and folders; not addresses on the site (`/ready`), media types, commands or code."""
    if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*/?", word, re.ASCII):
        return False
    first, slash, _rest = word.partition("/")
    return (bool(slash) and first not in MEDIA_TYPES) or ENDING.search(word) is not None


def spans_of(markdown: str) -> Iterator[tuple[int, str]]:
    """What stands in backticks, and each line of fenced blocks, with line numbers."""
    fenced = False
    for number, line in enumerate(markdown.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            yield number, line.strip().removeprefix("$ ")
        else:
            yield from ((number, span) for span in re.findall(r"`([^`]+)`", line))


def targets_of(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))


def untrue(document: str, markdown: str, paths: set[str], targets: set[str]) -> Iterator[str]:
    """What a document names that is not there. `paths` are files and folders from the root, without a
    trailing slash; the last parts of one are enough (`web/forms.py`), so that a room can be spoken of."""
    for number, span in spans_of(markdown):
        for target in re.findall(r"(?:^|[\s;&])make ([a-z][\w-]*)", span):
            if target not in targets:
                yield f"{document}:{number} there is no `make {target}`"
        words = span.split()
        for word in words if words[:1] in (["bash"], ["sh"], ["python"], ["cat"]) else words[:1]:
            if looks_like_a_path(word) and not f"{word}/".startswith(MADE_LATER):
                wanted = word.rstrip("/")
                if not any(fnmatch(path, wanted) or fnmatch(path, f"*/{wanted}") for path in paths):
                    yield f"{document}:{number} there is no `{word}`"


def paths_here() -> set[str]:
    found: set[str] = set()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        found |= {(Path(folder) / name).relative_to(ROOT).as_posix() for name in [*folders, *files]}
    return found


def test_the_documents_are_true() -> None:
    documents = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    targets = targets_of((ROOT / "Makefile").read_text())
    paths = paths_here()
    found = [
        line
        for document in documents
        for line in untrue(document.relative_to(ROOT).as_posix(), document.read_text(), paths, targets)
    ]
    assert found == []


PATHS = {
    "app.py",
    "docs",
    "docs/house.md",
    "tools",
    "tools/serve.py",
    "cwb",
    "cwb/pledges",
    "cwb/pledges/rules.py",
}


@pytest.mark.parametrize(
    "markdown",
    [
        "Run `make fly` now.",
        "Look in `tools/gone.py`.",
        "Look in `gone/`.",
        "A file `gone.md`.",
        "See `docs/*.csv`.",
        "```\nmake fly\n```",
        "```\n$ make run\n$ PORT=1 make fly\n```",
        "`python tools/gone.py`",
    ],
)
def test_an_untrue_document_is_seen(markdown: str) -> None:
    assert list(untrue("README.md", markdown, PATHS, {"run"})) != []


@pytest.mark.parametrize(
    "markdown",
    [
        "`make run`, `tools/serve.py`, `cwb/pledges/`, `pledges/rules.py`, `rules.py`, `docs/*.md`",
        "`/ready`, `text/csv`, `var/`, `static/built/app.css`, `.venv/bin/flask routes`, `DATABASE_URL`",
        "`cwb.pledges.rules`, `held + committed`, `2.7.4`, `http://127.0.0.1:8000/`",
        "make fly is a thing one may say outside backticks",
        "```\nPORT=8080 make run\n```",
    ],
)
def test_a_true_document_is_let_through(markdown: str) -> None:
    assert list(untrue("README.md", markdown, PATHS, {"run"})) == []

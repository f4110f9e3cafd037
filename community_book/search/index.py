"""The index in use, opened once in a process and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from community_book.search import folders
from community_book.search.port import Engine, NoIndex
from community_book.search.whoosh_engine import TRIES, WhooshEngine, terms

Found = TypeVar("Found")
_lock = threading.Lock()
_open: WhooshEngine | None = None


def ask(question: Callable[[Engine], Found]) -> Found:
    """Asks the index in use; where another took its place meanwhile, that one. Raises NoIndex."""
    for _ in range(TRIES):
        engine = _in_use()
        try:
            return question(engine)
        except NoIndex:
            if folders.current() == engine.folder:
                raise
    raise NoIndex


def _in_use() -> WhooshEngine:
    global _open
    folder = folders.current()
    with _lock:
        if _open is not None and _open.folder != folder:
            _open.close()
            _open = None
        if folder is None:
            raise NoIndex
        if _open is None:
            _open = WhooshEngine(folder)
        return _open


def terms_of(word: str) -> tuple[str, ...]:
    """A word as any index has it; nothing for one too common to be looked for."""
    return terms(word)


def is_there() -> bool:
    return folders.current() is not None


def close() -> None:
    """Lets go of the index's files."""
    global _open
    with _lock:
        if _open is not None:
            _open.close()
            _open = None

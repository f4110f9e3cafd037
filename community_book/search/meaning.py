"""What texts mean, as this process knows it: the generation in use, opened once and read again when it grew."""

from __future__ import annotations

import logging
import threading
from functools import lru_cache

from community_book.search import folders
from community_book.search.generations import LATER, Generation, Places
from community_book.search.texts import Floats, meaning

TRIES = 4
log = logging.getLogger(__name__)
_lock = threading.Lock()
_held: tuple[str, int, Generation] | None = None


def in_use() -> Generation | None:
    """The generation in use with all that was saved since; None where there is none that can be read."""
    global _held
    for _ in range(TRIES):
        folder = folders.current(folders.text_root())
        if folder is None:
            return None
        try:
            state = (str(folder), (folder / LATER).stat().st_size)
            with _lock:
                if _held is None or _held[:2] != state:
                    _held = (*state, Generation.load(folder))
                return _held[2]
        except FileNotFoundError:
            continue  # another took its place while it was opened
        except (OSError, ValueError, KeyError):
            log.exception("the texts in %s cannot be read", folder.name)
            return None
    return None


def is_compared() -> bool:
    """Whether what is typed now is compared by meaning too."""
    held, encoder = in_use(), meaning()
    return held is not None and encoder is not None and held.encoder == encoder.name


def places_for(question: str) -> Places:
    """Who comes when for what was typed; nothing without a generation."""
    held = in_use()
    return {} if held is None else held.asked(question, _meant(question, held.encoder))


def _meant(question: str, encoder: str) -> Floats | None:
    found = meaning()
    return _encoded(question) if found is not None and found.name == encoder else None


@lru_cache(maxsize=256)
def _encoded(question: str) -> Floats | None:
    """Somebody who turns the page or narrows down asks the same again."""
    found = meaning()
    return None if found is None else found.of([question])[0]


def close() -> None:
    """Lets go of the generation: tests."""
    global _held
    with _lock:
        _held = None
    _encoded.cache_clear()

"""Who was erased, kept outside the database, so that putting back an older backup does not bring anybody back.

One reference a line, and nothing else about them. `ERASED_LIST` says where; else it lies beside the data.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from community_book.base.settings import settings


def listed() -> list[str]:
    """The references in the list, in the order in which they were added."""
    path: Path = settings().erased_list
    return list(dict.fromkeys(path.read_text().split())) if path.exists() else []


def add(references: Iterable[str]) -> int:
    """Adds those that are not in the list, on disk when it returns; how many they were."""
    there = set(listed())
    new = [reference for reference in dict.fromkeys(references) if reference not in there]
    if new:
        path = settings().erased_list
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a") as out:
            out.write("".join(f"{reference}\n" for reference in new))
            out.flush()
            os.fsync(out.fileno())
    return len(new)

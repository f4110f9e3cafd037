"""What rooms do around putting back a backup, in the register of the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from community_book.base import registers


@dataclass(frozen=True)
class Restoring:
    """Keeps what must be known after a restore, and sees to it then; each says how many things it was."""

    before: Callable[[], int]
    after: Callable[[], int]


def add_restoring(name: str, restoring: Restoring) -> None:
    """Adds what is done before and after a backup is put back."""
    registers.held().restoring[name] = restoring


def restoring() -> Mapping[str, Restoring]:
    found: Mapping[str, Restoring] = registers.held().restoring
    return found

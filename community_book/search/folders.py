"""Where the index lies: `search/<number>/` under the data, a pointer to the one in use, and what waits to be written.

Generations of texts lie likewise in `text/<number>/`; functions that take `below` serve both.

Everything here is safe between processes: the pointer is replaced whole, one process writes an index at a time, and
what changed is on the disk before its event counts as handed on.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from community_book.base.settings import settings

POINTER = "current"
CHANGED = "changed"
TAKEN = "changed.taken"


def root() -> Path:
    return settings().data_dir / "search"


def text_root() -> Path:
    return settings().data_dir / "text"


def current(below: Path | None = None) -> Path | None:
    """The folder of the index in use; None where there is none."""
    below = below or root()
    try:
        number = (below / POINTER).read_text().strip()
    except FileNotFoundError:
        return None
    folder = below / number
    return folder if number.isascii() and number.isdigit() and folder.is_dir() else None


def new_folder(below: Path | None = None) -> Path:
    """An empty folder with the next number."""
    below = below or root()
    numbers = [int(path.name) for path in below.iterdir() if path.name.isdigit()]
    folder = below / str(max(numbers, default=0) + 1)
    folder.mkdir()
    return folder


def switch_to(folder: Path) -> None:
    """Makes a folder the one in use, at once for everybody, and removes all others."""
    below = folder.parent
    fresh = below / f"{POINTER}.new"
    with fresh.open("w") as file:
        file.write(folder.name)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(below / POINTER)
    for path in below.iterdir():
        if path.name.isdigit() and path != folder:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def writing(*, wait: bool, below: Path | None = None) -> Iterator[bool]:
    """The one place there is to write an index; False where another process has it and one would not wait."""
    below = below or root()
    below.mkdir(parents=True, exist_ok=True)
    with (below / "writer.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True  # closing the file gives the place back


@contextmanager
def _list_of_changes() -> Iterator[None]:
    with (root() / "changed.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def note(kind: str, ids: Collection[int]) -> None:
    """Writes down that things changed. Nothing to do before the first index is made: that reads everything."""
    if not ids or not root().is_dir():
        return
    with _list_of_changes(), (root() / CHANGED).open("a") as file:
        file.writelines(f"{kind} {number}\n" for number in ids)
        file.flush()
        os.fsync(file.fileno())


def take() -> list[tuple[str, int]]:
    """What changed and is not in the index yet. It stays on the list until `taken` says that it is."""
    changed, taken = root() / CHANGED, root() / TAKEN
    if not changed.exists() and not taken.exists():
        return []
    with _list_of_changes():
        if changed.exists():
            with taken.open("a") as file:
                file.write(changed.read_text())
            changed.unlink()
        lines = taken.read_text().splitlines()
    pairs = (line.split() for line in lines)
    return list(dict.fromkeys((pair[0], int(pair[1])) for pair in pairs if len(pair) == 2 and pair[1].isdigit()))


def taken() -> None:
    """What was taken is in the index."""
    (root() / TAKEN).unlink(missing_ok=True)

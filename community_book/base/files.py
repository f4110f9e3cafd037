"""The evidence store: one port with one driver, a folder. Content lies under its own hash."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

PIECE_BYTES = 1 << 20
INCOMING = "incoming-"
LEAVING = "leaving-"


class FileStore(Protocol):
    """Where evidence is kept. A store that many machines share comes later behind the same calls."""

    def put(self, content: bytes) -> str: ...
    def put_from(self, source: BinaryIO) -> str: ...
    def get(self, sha256: str) -> bytes: ...
    def open(self, sha256: str) -> BinaryIO: ...
    def remove(self, sha256: str) -> None: ...
    def has(self, sha256: str) -> bool: ...
    def hashes(self) -> Iterator[str]: ...
    def is_older(self, sha256: str, than: timedelta) -> bool: ...
    def remove_unless(self, sha256: str, older_than: timedelta, wanted: Callable[[str], bool]) -> bool: ...
    def put_back_leaving(self) -> int: ...
    def sweep_incoming(self, older_than: timedelta) -> int: ...


class FolderStore:
    """Files in a folder, `ab/cdef…`; written to a temporary name, synced, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]

    def put(self, content: bytes) -> str:
        """Keeps the content and returns its SHA-256. Keeping the same content twice is one file."""
        return self.put_from(io.BytesIO(content))

    def put_from(self, source: BinaryIO) -> str:
        """As `put`, without ever holding the whole content in memory."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=INCOMING)
        try:
            with os.fdopen(handle, "wb") as out:
                hashed = hashlib.sha256()
                while piece := source.read(PIECE_BYTES):
                    hashed.update(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            sha256 = hashed.hexdigest()
            path = self.path_of(sha256)
            if not path.parent.exists():
                path.parent.mkdir(exist_ok=True)
                _sync_folder(self.folder)
            Path(temporary).replace(path)  # also over one of the same name: that heals a damaged one
            _sync_folder(path.parent)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content; raises FileNotFoundError, or ValueError when it no longer has its hash."""
        content = self.path_of(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"the file kept under {sha256} has changed")
        return content

    def open(self, sha256: str) -> BinaryIO:
        """The content as it lies there, unchecked; raises FileNotFoundError."""
        return self.path_of(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        """Forgets the content for good. Removing what is not there is no error."""
        self.path_of(sha256).unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        return self.path_of(sha256).exists()

    def hashes(self) -> Iterator[str]:
        """Every hash kept, in order."""
        if not self.folder.exists():
            return
        for half in sorted(self.folder.iterdir()):
            if half.is_dir():
                for path in sorted(half.iterdir()):
                    yield half.name + path.name

    def is_older(self, sha256: str, than: timedelta) -> bool:
        """Whether the content was put here, for the last time, longer ago than that; False where it is gone."""
        try:
            return self.path_of(sha256).stat().st_mtime < time.time() - than.total_seconds()
        except FileNotFoundError:
            return False

    def remove_unless(self, sha256: str, older_than: timedelta, wanted: Callable[[str], bool]) -> bool:
        """Removes content put long ago unless it is wanted; says whether it did.

        It is put aside first and asked about then, so that content put here meanwhile is never what is removed.
        """
        path, aside = self.path_of(sha256), self.folder / f"{LEAVING}{sha256}"
        try:
            path.replace(aside)
        except FileNotFoundError:
            return False
        is_old = aside.stat().st_mtime < time.time() - older_than.total_seconds()
        if not is_old or wanted(sha256):
            aside.replace(path)
            return False
        aside.unlink()
        return True

    def put_back_leaving(self) -> int:
        """Puts back what a process that died had put aside; returns how many."""
        back = 0
        for aside in self.folder.glob(f"{LEAVING}*"):
            path = self.path_of(aside.name.removeprefix(LEAVING))
            path.parent.mkdir(exist_ok=True)
            aside.replace(path)
            back += 1
        return back

    def sweep_incoming(self, older_than: timedelta) -> int:
        """Removes files whose writing was broken off so long ago that nobody finishes it; returns how many."""
        before, gone = time.time() - older_than.total_seconds(), 0
        for path in self.folder.glob(f"{INCOMING}*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                gone += 1
        return gone


def _sync_folder(folder: Path) -> None:
    """Makes a name written into a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_store: FileStore | None = None


def use_store(store: FileStore) -> None:
    """Says where this process keeps evidence."""
    global _store
    _store = store


def store() -> FileStore:
    """The store in use. Raises RuntimeError before `use_store`."""
    if _store is None:
        raise RuntimeError("no file store is in use yet")
    return _store

"""The evidence store: one port with one driver, a folder. Content lies under its own hash."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class FileStore(Protocol):
    """Where evidence is kept. A store that many machines share comes later behind the same four calls."""

    def put(self, content: bytes) -> str: ...
    def get(self, sha256: str) -> bytes: ...
    def has(self, sha256: str) -> bool: ...
    def hashes(self) -> Iterator[str]: ...


class FolderStore:
    """Files in a folder, `ab/cdef…`; written to a temporary name, synced, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]

    def put(self, content: bytes) -> str:
        """Keeps the content and returns its SHA-256. Keeping the same content twice is one file."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path_of(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix="incoming-")
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content; raises FileNotFoundError, or ValueError when it no longer has its hash."""
        content = self.path_of(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"the file kept under {sha256} has changed")
        return content

    def has(self, sha256: str) -> bool:
        return self.path_of(sha256).exists()

    def hashes(self) -> Iterator[str]:
        """Every hash kept, in order."""
        if not self.folder.exists():
            return
        for half in sorted(self.folder.iterdir()):
            for path in sorted(half.iterdir()):
                if not path.name.startswith("incoming-"):
                    yield half.name + path.name


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

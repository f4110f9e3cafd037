"""Writing a backup."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from community_book.base.audit import written
from community_book.base.backup import postgres_copy, sqlite_copy
from community_book.base.backup.archive import EVIDENCE, PIECE_BYTES, ArchiveWriter, BackupFault, DatabaseCopy, Manifest
from community_book.base.clock import now_utc
from community_book.base.files import FileStore


def backup(engine: Engine, store: FileStore, file: Path) -> Manifest:
    """Copies database and evidence into a new file, whole or not at all; the site may go on working.

    Evidence is listed after the database was copied, so that every file its rows name is among it. A file that
    no longer has its hash is left out and named in the manifest. Raises BackupFault.
    """
    moment = now_utc()
    with new_file(file) as out, tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as made:
        database, paths = copied(engine, Path(made))
        archive = ArchiveWriter(out, made_at=int(moment.timestamp()))
        for name, path in paths.items():
            archive.add_file(name, path)
            path.unlink()
        left_out = [sha256 for sha256 in store.hashes() if not added(archive, store, sha256)]
        manifest = Manifest(written(moment), database, dict(archive.members), tuple(left_out))
        archive.finish(manifest)
    return manifest


def copied(engine: Engine, folder: Path) -> tuple[DatabaseCopy, dict[str, Path]]:
    if engine.dialect.name == "sqlite":
        return sqlite_copy.copy_out(engine, folder)
    return postgres_copy.copy_out(engine, folder)


def added(archive: ArchiveWriter, store: FileStore, sha256: str) -> bool:
    """Adds one evidence file; False where it is gone by now or no longer has its hash."""
    try:
        with store.open(sha256) as source:
            hashed, size = hashlib.sha256(), 0
            while piece := source.read(PIECE_BYTES):
                hashed.update(piece)
                size += len(piece)
            if hashed.hexdigest() != sha256:
                return False
            source.seek(0)
            if archive.add(EVIDENCE + sha256, source, size) != sha256:
                raise BackupFault(f"The evidence file {sha256} was changed while it was being copied.")
    except FileNotFoundError:
        return False
    return True


@contextmanager
def new_file(file: Path) -> Iterator[BinaryIO]:
    """A file that only its owner may read and that appears under its name when it is complete."""
    if file.exists():
        raise BackupFault(f"{file} is there already: choose another name.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
        sqlite_copy.sync_folder(file.parent)
    except OSError as error:
        raise BackupFault(f"{error.filename or file}: {error.strerror or error}. No backup was made.") from error
    finally:
        draft.unlink(missing_ok=True)

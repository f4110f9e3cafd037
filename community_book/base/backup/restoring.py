"""Putting a backup back."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from community_book.base.backup import archive as archives
from community_book.base.backup import postgres_copy, sqlite_copy
from community_book.base.backup.archive import EVIDENCE, ArchiveReader, BackupFault, Manifest
from community_book.base.files import FileStore


def restore(engine: Engine, store: FileStore, file: Path, *, newest_migration: str, replace: bool = False) -> Manifest:
    """Puts a backup's database and evidence in the place of what is there, which must be empty or replaced.

    The whole archive is verified first. Evidence is laid down before the database appears and thrown away only
    after, so that a restore that is cut off leaves the database as it was, with files too many at most.
    Raises BackupFault, and has then changed nothing but such files.
    """
    with archives.opened(file) as archive:
        check_release(archive.manifest, engine, newest_migration)
        putting_back = sqlite_copy.putting_back if engine.dialect.name == "sqlite" else postgres_copy.putting_back
        with putting_back(engine, archive, replace=replace):
            lay_down(archive, store)
        if replace:
            kept = set(archive.manifest.evidence)
            for sha256 in list(store.hashes()):
                if sha256 not in kept:
                    store.remove(sha256)
        return archive.manifest


def check_release(manifest: Manifest, engine: Engine, newest_migration: str) -> None:
    database = manifest.database
    if database.kind != engine.dialect.name:
        raise BackupFault(f"This is a copy of a database of the kind {database.kind}: set DATABASE_URL to such a one.")
    if database.migration != newest_migration:
        raise BackupFault(
            f"This copy is at migration {database.migration or 'none'} and this release at {newest_migration}: "
            "restore it with the release that made it, then upgrade."
        )


def lay_down(archive: ArchiveReader, store: FileStore) -> None:
    for sha256 in archive.manifest.evidence:
        with archive.member(EVIDENCE + sha256) as source:
            if store.put_from(source) != sha256:
                raise BackupFault("This backup was changed while it was being read. Nothing was restored.")

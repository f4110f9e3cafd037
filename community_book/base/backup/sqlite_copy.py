"""Copying a SQLite database while others write to it, and putting a copy in its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from community_book.base.backup.archive import PIECE_BYTES, ArchiveReader, BackupFault, CopiedTable, DatabaseCopy

MEMBER = "database/borough.sqlite3"
IN_USE = "The database is in use: stop the site and its worker first. Nothing was restored."


def copy_out(engine: Engine, folder: Path) -> tuple[DatabaseCopy, dict[str, Path]]:
    """Copies the database as it stood at one moment, by the online backup of SQLite; writers go on meanwhile."""
    path = folder / "database.sqlite3"
    with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(path)) as copy:
        source = cast(sqlite3.Connection, pooled.driver_connection)
        source.backup(copy)  # all pages in one step: in several, every writer would make it start again
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
    try:
        return examined(path), {MEMBER: path}
    except sqlite3.DatabaseError as error:
        raise BackupFault(f"The database cannot be copied, it is damaged: {error}.") from error


def examined(path: Path) -> DatabaseCopy:
    """What a database file holds. Raises BackupFault where SQLite or the links between rows find a fault."""
    with closing(sqlite3.connect(path)) as database:
        said = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said != "ok":
            raise BackupFault(f"The database is damaged: {said}.")
        lost = database.execute("PRAGMA foreign_key_check").fetchone()
        if lost is not None:
            raise BackupFault(f"The database is damaged: a row of {lost[0]} has lost its {lost[2]}.")
        tables = {name: CopiedTable(rows) for name, rows in counted(database).items()}
        migration = ""
        if "alembic_version" in tables:
            migration = (database.execute("SELECT version_num FROM alembic_version").fetchone() or ("",))[0]
        head = None
        if "audit_head" in tables:
            head = database.execute("SELECT sequence, hash FROM audit_head").fetchone()
    sequence, sha256 = head or (0, "")
    return DatabaseCopy("sqlite", migration, tables, audit_sequence=sequence, audit_hash=sha256)


def counted(database: sqlite3.Connection) -> dict[str, int]:
    """Every table and how many rows it has."""
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    names = [name for (name,) in database.execute(listed)]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


@contextmanager
def putting_back(engine: Engine, archive: ArchiveReader, *, replace: bool) -> Iterator[None]:
    """Lays the copy beside the database and checks it; the end of the block puts it in its place in one step."""
    path = Path(engine.url.database or "")
    if not path.name or path.name == ":memory:":
        raise BackupFault("A database in memory cannot be restored: set DATABASE_URL to a file.")
    engine.dispose()  # our own connections must not count as somebody else's
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.restoring")
    with taken(path, replace=replace) as old:
        try:
            with archive.member(MEMBER) as source, staged.open("wb") as out:
                while piece := source.read(PIECE_BYTES):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            if examined(staged) != archive.manifest.database:
                raise BackupFault("This backup's database is not what its manifest says. Nothing was restored.")
            yield
            if old is not None:
                old.execute("PRAGMA journal_mode=DELETE")  # what its -wal held is in the file, and the -wal is gone
            for ending in ("-wal", "-shm", "-journal"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            staged.replace(path)
            sync_folder(path.parent)
        finally:
            staged.unlink(missing_ok=True)


@contextmanager
def taken(path: Path, *, replace: bool) -> Iterator[sqlite3.Connection | None]:
    """Holds the database that is there for itself alone; None where there is none, or nothing readable.

    Raises BackupFault where somebody else has it open, or where it holds something and may not be replaced.
    """
    if not path.exists():
        yield None
        return
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as old:
        readable = True
        try:
            old.execute("PRAGMA locking_mode=EXCLUSIVE")
            old.execute("BEGIN EXCLUSIVE")
            tables = counted(old)
            old.execute("COMMIT")  # in this locking mode the file stays ours until it is closed
        except sqlite3.OperationalError as error:
            raise BackupFault(IN_USE) from error
        except sqlite3.DatabaseError as error:
            if not replace:
                raise BackupFault(
                    f"{path} is no readable database. To put the copy in its place: --replace."
                ) from error
            readable = False
        else:
            if not replace and any(rows for name, rows in tables.items() if name != "alembic_version"):
                raise BackupFault("The database is not empty. To throw away what it holds: --replace.")
        yield old if readable else None


def sync_folder(folder: Path) -> None:
    """Makes a changed name survive a power cut."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

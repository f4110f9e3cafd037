"""Copying a PostgreSQL database table by table, and loading such a copy: `pg_dump` may not be there.

Each table is the text that PostgreSQL's own COPY writes; all of them are read in one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from community_book.base.backup.archive import PIECE_BYTES, ArchiveReader, BackupFault, CopiedTable, DatabaseCopy

FOLDER = "database/"
Database = psycopg.Connection[Any]

TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = """
    SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' ORDER BY relname
"""
LINKS = """
    SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND k.contype = 'f' AND NOT k.condeferrable
    ORDER BY c.relname, k.conname
"""
# The site's own limits are for pages; moments and bytes are written the same way whatever the server prefers.
MANNERS: tuple[LiteralString, ...] = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL datestyle = 'ISO'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL bytea_output = 'hex'",
)


@contextmanager
def transaction(engine: Engine, first: LiteralString) -> Iterator[Database]:
    """One transaction on a connection of the pool, committed where the block ends well."""
    with closing(engine.raw_connection()) as pooled:
        database = cast(Database, pooled.driver_connection)
        try:
            for statement in (first, *MANNERS):
                database.execute(statement)
            yield database
            database.commit()
        finally:
            database.rollback()


def copy_out(engine: Engine, folder: Path) -> tuple[DatabaseCopy, dict[str, Path]]:
    """Copies every table as it stood at one moment; writers go on meanwhile."""
    paths: dict[str, Path] = {}
    tables: dict[str, CopiedTable] = {}
    with transaction(engine, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY") as database:
        for table, columns in database.execute(TABLES).fetchall():
            path = folder / f"{len(paths)}.copy"
            statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), names(columns))
            with database.cursor() as cursor, path.open("wb") as out:
                with cursor.copy(statement) as rows:
                    for piece in rows:
                        out.write(piece)
                tables[table] = CopiedTable(cursor.rowcount, tuple(columns))
            paths[f"{FOLDER}{table}.copy"] = path
        found = described(database, tables)
    return found, paths


def described(database: Database, tables: dict[str, CopiedTable]) -> DatabaseCopy:
    sequences = {}
    for (name,) in database.execute(SEQUENCES).fetchall():
        asked = sql.SQL("SELECT last_value FROM {} WHERE is_called").format(sql.Identifier(name))
        if last := database.execute(asked).fetchone():
            sequences[name] = last[0]
    head = database.execute("SELECT sequence, hash FROM audit_head").fetchone() if "audit_head" in tables else None
    sequence, sha256 = head or (0, "")
    return DatabaseCopy("postgresql", migration_of(database), tables, sequences, sequence, sha256)


def migration_of(database: Database) -> str:
    """The migration a database is at; "" where it has none."""
    if database.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
        return ""
    return (database.execute("SELECT version_num FROM alembic_version").fetchone() or ("",))[0]


def names(listed: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, listed))


@contextmanager
def putting_back(engine: Engine, archive: ArchiveReader, *, replace: bool) -> Iterator[None]:
    """Loads the copy into a database the migrations have laid; the end of the block commits all of it at once."""
    copy = archive.manifest.database
    try:
        with transaction(engine, "SET LOCAL lock_timeout = '5s'") as database:
            empty(database, copy, replace=replace)
            links = database.execute(LINKS).fetchall()
            for table, link in links:  # rows may then arrive before the rows they point to
                alter(database, "ALTER TABLE {} ALTER CONSTRAINT {} DEFERRABLE INITIALLY DEFERRED", table, link)
            for table, told in copy.tables.items():
                load(database, archive, table, told)
            database.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table, link in links:
                alter(database, "ALTER TABLE {} ALTER CONSTRAINT {} NOT DEFERRABLE", table, link)
            for name, last in copy.sequences.items():
                database.execute("SELECT setval(%s::regclass, %s)", (f'"{name}"', last))
            if described(database, copy.tables) != copy:
                raise BackupFault("This backup's database is not what its manifest says. Nothing was restored.")
            yield
    except psycopg.errors.LockNotAvailable as error:
        raise BackupFault(
            "The database is in use: stop the site and its worker first. Nothing was restored."
        ) from error
    except psycopg.Error as error:
        said = str(error).partition("\n")[0]
        raise BackupFault(f"The database did not take the copy ({said}). Nothing was restored.") from error


def empty(database: Database, copy: DatabaseCopy, *, replace: bool) -> None:
    """Locks every table and leaves it empty. Raises BackupFault where it is not the copy's place."""
    migration = migration_of(database)
    if migration != copy.migration:
        at = f"at migration {migration}" if migration else "without its tables"
        raise BackupFault(f"The database is {at}, the copy at {copy.migration}: run `flask db upgrade` first.")
    there = dict(database.execute(TABLES).fetchall())
    if any(set(told.columns) != set(there.get(table, ())) for table, told in copy.tables.items()):
        raise BackupFault("The database has other tables than the copy. Nothing was restored.")
    database.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names(list(there))))
    if replace:
        database.execute(sql.SQL("TRUNCATE TABLE {} RESTART IDENTITY").format(names(list(there))))
        return
    for table in there:
        if database.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone():
            raise BackupFault("The database is not empty. To throw away what it holds: --replace.")


def alter(database: Database, statement: LiteralString, *parts: str) -> None:
    database.execute(sql.SQL(statement).format(*map(sql.Identifier, parts)))


def load(database: Database, archive: ArchiveReader, table: str, told: CopiedTable) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names(told.columns))
    with database.cursor() as cursor:
        with archive.member(f"{FOLDER}{table}.copy") as source, cursor.copy(statement) as rows:
            while piece := source.read(PIECE_BYTES):
                rows.write(piece)
        if cursor.rowcount != told.rows:
            raise BackupFault(f"This backup's {table} is not what its manifest says. Nothing was restored.")

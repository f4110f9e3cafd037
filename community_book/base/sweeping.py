"""Files that no row names and rows whose file is gone: found, told, and the former thrown away after a day.

A file is kept before the act that gives it its row: if that act is refused or the process dies, the file is left. A
row never comes before its file, so that a row without one means that the store was damaged, and only a person can help.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from community_book.base import files, work
from community_book.base.messages import N_
from community_book.base.tables import StoredFile

LEFT_AFTER = timedelta(days=1)
"""An act that still wants its file has ended long before this."""
ASKED_AT_ONCE = 500
FEW = 20
"""Up to this many files are thrown away though they are most of all there are."""


@dataclass(frozen=True)
class Swept:
    """What a sweep found: hashes of files without a row, references of rows without a file; how many it removed."""

    without_row: tuple[str, ...] = ()
    without_file: tuple[str, ...] = ()
    removed: int = 0
    kept: int = 0


def sweep(*, dry_run: bool = False, even_most: bool = False) -> Swept:
    """Removes files that have lain for a day without a row; says which, and which rows have no file.

    Raises Refused, and removes nothing, where that would be most of what is kept: then the database is probably not the
    one these files belong to. `even_most` does it all the same.
    """
    store = files.store()
    store.put_back_leaving()
    hashes = list(store.hashes())
    loose = [sha256 for sha256 in _without_row(hashes) if store.is_older(sha256, LEFT_AFTER)]
    gone = tuple(_without_file(store))
    if dry_run:
        return Swept(tuple(loose), gone, kept=len(hashes))
    if len(loose) > max(FEW, len(hashes) // 2) and not even_most:
        raise work.refuse(
            "",
            N_(
                "%(loose)s of %(all)s files have no row in this database, so none was removed. "
                "Is this the database they belong to? If it is, run `flask evidence sweep --even-most`."
            ),
            loose=str(len(loose)),
            all=str(len(hashes)),
        )
    removed = sum(store.remove_unless(sha256, LEFT_AFTER, _has_row) for sha256 in loose)
    return Swept(tuple(loose), gone, removed, len(hashes))


def _has_row(sha256: str) -> bool:
    return bool(_with_row([sha256]))


def _without_row(hashes: list[str]) -> list[str]:
    pieces = [hashes[start : start + ASKED_AT_ONCE] for start in range(0, len(hashes), ASKED_AT_ONCE)]
    named = {sha256 for piece in pieces for sha256 in _with_row(piece)}
    return [sha256 for sha256 in hashes if sha256 not in named]


def _with_row(hashes: list[str]) -> set[str]:
    with work.reading() as reading:
        return set(reading.execute(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))).scalars())


def _without_file(store: files.FileStore) -> list[str]:
    with work.reading() as reading:
        rows = reading.execute(select(StoredFile.reference, StoredFile.sha256).order_by(StoredFile.id)).all()
    return [reference for reference, sha256 in rows if not store.has(sha256)]

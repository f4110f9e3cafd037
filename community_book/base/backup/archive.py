"""The tar itself: written with a hash of every member, read back with every hash compared."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

FORMAT = "community-book-backup"
VERSION = 1
MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"
EVIDENCE = "evidence/"
PIECE_BYTES = 1 << 20


class BackupFault(Exception):
    """A copy cannot be made or put back; the text says why and what to do, in one line."""


@dataclass(frozen=True)
class CopiedTable:
    """How many rows of a table a copy holds, and its columns in the order they were written."""

    rows: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class DatabaseCopy:
    """What is known of a copied database, the same for both kinds."""

    kind: str
    migration: str
    tables: dict[str, CopiedTable]
    sequences: dict[str, int] = field(default_factory=dict)
    audit_sequence: int = 0
    audit_hash: str = ""

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


@dataclass(frozen=True)
class Manifest:
    """The archive's own account of itself. `left_out` are hashes of evidence that was damaged or missing."""

    made_at_utc: str
    database: DatabaseCopy
    members: dict[str, tuple[int, str]]
    left_out: tuple[str, ...] = ()

    @property
    def evidence(self) -> list[str]:
        """The hashes of the evidence files in the archive."""
        return sorted(name.removeprefix(EVIDENCE) for name in self.members if name.startswith(EVIDENCE))

    def written(self) -> bytes:
        body = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(body, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, content: bytes) -> Manifest:
        """Raises BackupFault where this release does not read that format."""
        try:
            body = json.loads(content)
            if body.pop("format") != FORMAT:
                raise BackupFault("This is not a backup made by this site.")
            if body.pop("version") != VERSION:
                raise BackupFault("This backup has a newer format: restore it with the release that made it.")
            database = body.pop("database")
            tables = {
                name: CopiedTable(told["rows"], tuple(told["columns"])) for name, told in database.pop("tables").items()
            }
            members = {name: (size, sha256) for name, (size, sha256) in body.pop("members").items()}
            left_out = tuple(body.pop("left_out"))
            return cls(database=DatabaseCopy(tables=tables, **database), members=members, left_out=left_out, **body)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupFault("This backup's manifest cannot be read: the file was altered.") from error


class Hashed(io.RawIOBase):
    """Passes on what it reads and knows its size and SHA-256 afterwards."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.size, self._hash = source, 0, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        piece = self.source.read(size)
        self.size += len(piece)
        self._hash.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def drain(self) -> None:
        """Reads to the end for the hash alone."""
        while self.read(PIECE_BYTES):
            pass


class ArchiveWriter:
    """Writes members one after another; `finish` writes the manifest, without which the archive is torn."""

    def __init__(self, out: BinaryIO, *, made_at: int) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed in finish
        self._made_at = made_at
        self.members: dict[str, tuple[int, str]] = {}

    def add(self, name: str, source: BinaryIO, size: int) -> str:
        """Copies `size` bytes into a member and returns their SHA-256."""
        hashed = Hashed(source)
        self._tar.addfile(self._header(name, size), cast(IO[bytes], hashed))
        self.members[name] = (size, hashed.sha256)
        return hashed.sha256

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as source:
            self.add(name, source, path.stat().st_size)

    def finish(self, manifest: Manifest) -> None:
        content = manifest.written()
        digest = hashlib.sha256(content).hexdigest().encode()
        for name, part in ((MANIFEST, content), (MANIFEST_HASH, digest)):
            self._tar.addfile(self._header(name, len(part)), io.BytesIO(part))
        self._tar.close()

    def _header(self, name: str, size: int) -> tarfile.TarInfo:
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = size, self._made_at, 0o600
        return header


class ArchiveReader:
    """An archive whose every member has been compared with the manifest before anything is handed out."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._places: dict[str, tarfile.TarInfo] = {}
        self.manifest = self._verified()

    def _verified(self) -> Manifest:
        found: dict[str, tuple[int, str]] = {}
        ends: dict[str, bytes] = {}
        for place in self._tar:
            if place.name in self._places or not place.isreg():
                raise BackupFault("This backup holds something that does not belong there: the file was altered.")
            self._places[place.name] = place
            with self._opened(place) as hashed:
                if place.name in {MANIFEST, MANIFEST_HASH}:
                    ends[place.name] = hashed.read()
                else:
                    hashed.drain()
                    found[place.name] = (hashed.size, hashed.sha256)
        if list(self._places)[-2:] != [MANIFEST, MANIFEST_HASH]:
            raise BackupFault("This backup is torn: its end is missing. Use another copy.")
        if hashlib.sha256(ends[MANIFEST]).hexdigest().encode() != ends[MANIFEST_HASH]:
            raise BackupFault("This backup's manifest was altered or damaged. Use another copy.")
        manifest = Manifest.read(ends[MANIFEST])
        for name in sorted(found.keys() | manifest.members.keys()):
            if found.get(name) != manifest.members.get(name):
                raise BackupFault(f"This backup is damaged or was altered at {name}. Use another copy.")
        if any(manifest.members[EVIDENCE + sha256][1] != sha256 for sha256 in manifest.evidence):
            raise BackupFault("This backup holds evidence under a false hash: the file was altered.")
        return manifest

    @contextmanager
    def _opened(self, place: tarfile.TarInfo) -> Iterator[Hashed]:
        source = self._tar.extractfile(place)
        if source is None:
            raise BackupFault(f"This backup holds {place.name} without its content: the file was altered.")
        with source:
            yield Hashed(source)

    @contextmanager
    def member(self, name: str) -> Iterator[BinaryIO]:
        """A member as a stream, hashed once more: the file may have been changed since it was verified."""
        with self._opened(self._places[name]) as hashed:
            yield cast(BinaryIO, hashed)
            hashed.drain()
            if (hashed.size, hashed.sha256) != self.manifest.members[name]:
                raise BackupFault("This backup was changed while it was being read. Nothing was restored.")


@contextmanager
def opened(file: Path) -> Iterator[ArchiveReader]:
    """An archive that is whole and unaltered. Raises BackupFault where it is not, or is no archive at all."""
    with ExitStack() as stack:
        try:
            source = stack.enter_context(file.open("rb"))
            reader = ArchiveReader(stack.enter_context(tarfile.open(fileobj=source, mode="r:")))
        except OSError as error:
            raise BackupFault(f"{file} cannot be read: {error.strerror}.") from error
        except tarfile.TarError as error:
            raise BackupFault("This backup is torn, or is no backup at all. Use another copy.") from error
        yield reader

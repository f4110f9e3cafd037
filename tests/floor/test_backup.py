"""A backup put back in a fresh place is the same site; anything less than a whole one is refused untouched."""

from __future__ import annotations

import io
import json
import random
import tarfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Table, inspect, select, text
from sqlalchemy.exc import IntegrityError

from community_book.base import backup, dispatcher, files, registers, work
from community_book.base.actor import Role
from community_book.base.registered import Breach
from community_book.base.tables import AuditEntry, Base, StoredFile
from community_book.people import actions as people
from community_book.web.health import newest_migration
from tests.conftest import Template
from tests.makers import actor_for, make_organisation

pytestmark = pytest.mark.committed
NEWEST = newest_migration()
ODD_WORDS = "Tab\tline\nback\\slash \\N \\. “Ŵyn, café” 😀 end"


@dataclass(frozen=True)
class Place:
    """A database and an evidence folder that belong together."""

    engine: Engine
    store: files.FolderStore

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, in an order that is the same in any copy."""
        with self.engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for name, table in every_table(self.engine).items()
            }

    def content(self) -> dict[str, bytes]:
        return {name: self.store.get(name) for name in self.store.hashes()}

    def restore(self, file: Path, *, replace: bool = False) -> backup.Manifest:
        return backup.restore(self.engine, self.store, file, newest_migration=NEWEST, replace=replace)


def every_table(engine: Engine) -> dict[str, Table]:
    there = set(inspect(engine).get_table_names())
    assert there - {"alembic_version"} == set(Base.metadata.tables)
    return dict(Base.metadata.tables)


def act(organisation: str = "") -> None:
    """One audited act with personal words, and an event."""
    actor = actor_for(make_organisation(organisation), Role.OFFICER)
    with work.work(actor) as session:
        session.record("test.act", "need:N-234567", facts={"amount": 10**12}, texts={"reason": ODD_WORDS})
        session.tell("NeedOpened", need_id=1)


def keep(store: files.FileStore, content: bytes) -> str:
    """An evidence file with its row."""
    name = store.put(content)
    with work.bookkeeping(actor_for(make_organisation(), Role.OFFICER)) as session:
        session.add(
            StoredFile(
                reference=f"FI-{name[:6].upper()}",
                sha256=name,
                sha256_original=name,
                size_bytes=len(content),
                media_type="application/pdf",
                extension="pdf",
                name=ODD_WORDS[:40],
                owner_kind="test",
                owner_id=None,
                added_by="test",
            )
        )
    return name


@pytest.fixture
def here(committed: Flask) -> Place:
    """The site as it is, with something of everything in it."""
    store = files.store()
    assert isinstance(store, files.FolderStore)
    act(ODD_WORDS)
    act()
    dispatcher.pulse()
    keep(store, random.randbytes(5_000))
    engine = work.engine()
    assert isinstance(engine, Engine)
    return Place(engine, store)


@pytest.fixture
def fresh(template: Template, tmp_path: Path) -> Iterator[Place]:
    """An empty, migrated place beside it."""
    with template.copy() as url:
        engine = work.make_engine(url)
        yield Place(engine, files.FolderStore(tmp_path / "fresh"))
        engine.dispose()


@pytest.fixture
def archive(here: Place, tmp_path: Path) -> Path:
    file = tmp_path / "copy.tar"
    backup.backup(here.engine, here.store, file)
    return file


@contextmanager
def working_on(engine: Engine) -> Iterator[None]:
    before = work.engine()
    work.use_engine(engine)
    try:
        yield
    finally:
        work.use_engine(before)


def broken_links(engine: Engine) -> list[int]:
    """Audit entries whose hash is not that of their body, or that do not hold the hash before them."""
    with work.Reading(engine) as reading:
        previous, broken = "0" * 64, []
        for entry in reading.execute(select(AuditEntry).order_by(AuditEntry.sequence)).scalars():
            told = json.loads(entry.body)["previous"]
            if told != previous or sha256(entry.body.encode()).hexdigest() != entry.hash:
                broken.append(entry.sequence)
            previous = entry.hash
        return broken


def breaches(engine: Engine) -> list[Breach]:
    with work.Reading(engine) as reading:
        return [breach for check in registers.invariants().values() for breach in check(reading)]


def test_a_restored_copy_holds_every_row_and_every_file(here: Place, fresh: Place, archive: Path) -> None:
    manifest = fresh.restore(archive)
    assert fresh.rows() == here.rows()
    assert fresh.content() == here.content()
    assert broken_links(fresh.engine) == []
    with here.engine.connect() as connection:
        head = connection.execute(text("SELECT sequence, hash FROM audit_head")).one()
    assert (manifest.database.audit_sequence, manifest.database.audit_hash) == tuple(head)
    assert {name: table.rows for name, table in manifest.database.tables.items() if name != "alembic_version"} == {
        name: len(rows) for name, rows in here.rows().items()
    }


def test_a_restored_site_goes_on_working(here: Place, fresh: Place, archive: Path) -> None:
    fresh.restore(archive)
    with working_on(fresh.engine):
        act()
    assert broken_links(fresh.engine) == []
    assert len(fresh.rows()["audit_entries"]) == len(here.rows()["audit_entries"]) + 1
    lost = text("INSERT INTO audit_subjects VALUES (999999, 'need:N-234567')")
    with fresh.engine.connect() as connection, pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(lost)


def test_a_copy_made_while_others_write_is_whole(here: Place, fresh: Place, tmp_path: Path) -> None:
    stop = threading.Event()
    faults: list[Exception] = []

    def write() -> None:
        try:
            while not stop.is_set():
                act()
        except Exception as fault:  # noqa: BLE001 - handed to the test, which would not see it otherwise
            faults.append(fault)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        for number in range(4):
            file = tmp_path / f"{number}.tar"
            manifest = backup.backup(here.engine, here.store, file)
            fresh.restore(file, replace=True)
            assert broken_links(fresh.engine) == []
            assert breaches(fresh.engine) == []
            assert len(fresh.rows()["audit_entries"]) == manifest.database.audit_sequence
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert faults == []


def members(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(file) as tar:
        found = []
        for place in tar:
            content = tar.extractfile(place)
            assert content is not None
            found.append((place, content.read()))
        return found


def write(file: Path, parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with tarfile.open(file, "w") as tar:
        for place, content in parts:
            place.size = len(content)
            tar.addfile(place, io.BytesIO(content))


def refusal(place: Place, file: Path, *, replace: bool = False) -> str:
    """What a restore says that must leave the place as it was."""
    before = place.rows(), place.content()
    with pytest.raises(backup.BackupFault) as refused:
        place.restore(file, replace=replace)
    assert (place.rows(), place.content()) == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.7, 0.99])
def test_a_torn_copy_is_refused(fresh: Place, archive: Path, share: float) -> None:
    whole = archive.read_bytes()
    end = whole.rstrip(b"\0")
    archive.write_bytes(end[: int(len(end) * share)])
    assert "torn" in refusal(fresh, archive)


def test_a_changed_byte_anywhere_is_refused(fresh: Place, archive: Path) -> None:
    whole = archive.read_bytes()
    for place, content in members(archive):
        for offset in {0, len(content) // 2, len(content) - 1} if content else set():
            altered = bytearray(whole)
            altered[place.offset_data + offset] ^= 0x20
            archive.write_bytes(altered)
            assert refusal(fresh, archive)


def added(parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    parts.insert(0, (tarfile.TarInfo("../../etc/passwd"), b"root"))


def left_out(parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    del parts[0]


def linked(parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    place = tarfile.TarInfo("evidence/link")
    place.type, place.linkname = tarfile.SYMTYPE, "/etc/passwd"
    parts.insert(0, (place, b""))


def twice(parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    parts.insert(0, parts[0])


def manifest_first(parts: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    parts.insert(0, parts.pop(-2))


@pytest.mark.parametrize("alter", [added, left_out, linked, twice, manifest_first])
def test_an_altered_copy_is_refused(
    fresh: Place, archive: Path, alter: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]
) -> None:
    parts = members(archive)
    alter(parts)
    write(archive, parts)
    assert refusal(fresh, archive)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a tar", b"\0" * 10240])
def test_what_is_no_backup_is_refused(fresh: Place, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.tar"
    file.write_bytes(content)
    assert "torn" in refusal(fresh, file)
    assert "cannot be read" in refusal(fresh, tmp_path / "missing.tar")


def with_manifest(archive: Path, **changes: Any) -> None:
    """The archive as somebody would alter it who also writes the manifest's hash anew."""
    parts = members(archive)
    body = json.loads(parts[-2][1])
    body["database"] |= changes
    content = json.dumps(body).encode()
    parts[-2:] = [(parts[-2][0], content), (parts[-1][0], sha256(content).hexdigest().encode())]
    write(archive, parts)


def test_a_copy_of_another_migration_is_refused_and_says_what_to_do(fresh: Place, archive: Path) -> None:
    with_manifest(archive, migration="0000")
    assert "restore it with the release that made it" in refusal(fresh, archive)


def test_a_copy_of_the_other_kind_of_database_is_refused(fresh: Place, archive: Path) -> None:
    with_manifest(archive, kind="other")
    assert "set DATABASE_URL" in refusal(fresh, archive)


def test_a_copy_whose_manifest_lies_about_the_chain_is_refused(fresh: Place, archive: Path) -> None:
    with_manifest(archive, audit_sequence=10**6)
    assert "not what its manifest says" in refusal(fresh, archive)


def test_what_is_there_is_only_thrown_away_when_asked_to(here: Place, fresh: Place, archive: Path) -> None:
    with working_on(fresh.engine):
        act("Somebody else's")
        surplus = keep(fresh.store, b"of somebody else")
    assert "--replace" in refusal(fresh, archive)
    fresh.restore(archive, replace=True)
    assert fresh.rows() == here.rows()
    assert fresh.content() == here.content()
    assert not fresh.store.has(surplus)


def test_a_damaged_evidence_file_is_healed_by_a_restore(here: Place, archive: Path) -> None:
    content = here.content()
    damaged = next(iter(content))
    here.store.path_of(damaged).write_bytes(b"rotten")
    here.restore(archive, replace=True)
    assert here.content() == content


def test_a_damaged_evidence_file_is_left_out_and_named(committed: Flask, here: Place, tmp_path: Path) -> None:
    damaged = here.store.put(b"sound")
    here.store.path_of(damaged).write_bytes(b"rotten")
    done = committed.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy.tar")])
    assert done.exit_code == 1
    assert damaged in done.output
    assert damaged not in {place.name.removeprefix("evidence/") for place, _ in members(tmp_path / "copy.tar")}
    here.store.remove(damaged)


def test_an_existing_file_is_never_written_over(committed: Flask, here: Place, tmp_path: Path) -> None:
    file = tmp_path / "copy.tar"
    file.write_text("precious")
    done = committed.test_cli_runner().invoke(args=["backup", str(file)])
    assert (done.exit_code, file.read_text()) == (1, "precious")
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["copy.tar"]


def test_a_folder_that_is_not_there_is_named(committed: Flask, here: Place, tmp_path: Path) -> None:
    done = committed.test_cli_runner().invoke(args=["backup", str(tmp_path / "nowhere" / "copy.tar")])
    assert done.exit_code == 1
    assert "No such file or directory" in done.output
    assert done.output.count("\n") == 1


def test_both_commands_say_what_they_did(committed: Flask, here: Place, tmp_path: Path) -> None:
    file = tmp_path / "copy.tar"
    runner = committed.test_cli_runner()
    made = runner.invoke(args=["backup", str(file)])
    assert (made.exit_code, file.stat().st_mode & 0o077) == (0, 0)
    rows = here.rows()
    refused = runner.invoke(args=["restore", str(file)])
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    assert "not empty" in refused.output
    restored = runner.invoke(args=["restore", str(file), "--replace"])
    assert restored.exit_code == 0, restored.output
    assert restored.output.partition(": ")[2].partition(": ")[2] in made.output
    assert here.rows() == rows


def test_who_was_erased_since_a_backup_is_erased_again_when_it_is_put_back(
    committed: Flask, here: Place, tmp_path: Path
) -> None:
    file, runner = tmp_path / "copy.tar", committed.test_cli_runner()
    place = make_organisation("Lunch club")
    leaving = actor_for(place, Role.GROUP_LEAD, name="Wilhelmina Quagmire")
    actor_for(place, Role.GROUP_LEAD, name="Nora Bystander")
    assert runner.invoke(args=["backup", str(file)]).exit_code == 0
    people.erase(leaving)
    assert not any("Quagmire" in repr(row) for rows in here.rows().values() for row in rows)
    restored = runner.invoke(args=["restore", str(file), "--replace"])
    assert restored.exit_code == 0, restored.output
    assert "people erased again: 1" in restored.output
    told = repr(here.rows())
    assert "Quagmire" not in told
    assert "Nora Bystander" in told


def test_a_database_somebody_works_on_is_not_replaced(here: Place, archive: Path) -> None:
    work_in_progress = "BEGIN IMMEDIATE" if here.engine.dialect.name == "sqlite" else "LOCK TABLE people"
    other = work.make_engine(here.engine.url.render_as_string(hide_password=False))
    with closing(other.raw_connection()) as connection:
        connection.cursor().execute(work_in_progress)
        with pytest.raises(backup.BackupFault, match="in use"):
            here.restore(archive, replace=True)
        connection.rollback()
    other.dispose()


def test_a_database_somebody_has_open_is_not_replaced_on_sqlite(here: Place, archive: Path) -> None:
    if here.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL changes the rows, not the file")
    other = work.make_engine(here.engine.url.render_as_string())
    with other.connect() as connection:
        connection.execute(text("SELECT 1 FROM people")).all()
        connection.rollback()
        with pytest.raises(backup.BackupFault, match="in use"):
            here.restore(archive, replace=True)
    other.dispose()


def test_a_copy_needs_no_database_on_sqlite_and_outlives_leftovers(here: Place, archive: Path, tmp_path: Path) -> None:
    if here.engine.dialect.name != "sqlite":
        pytest.skip("SQLite alone has files beside its database")
    path = tmp_path / "new" / "borough.sqlite3"
    path.parent.mkdir()
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).write_bytes(b"of a database long gone")
    place = Place(work.make_engine(f"sqlite:///{path}"), files.FolderStore(tmp_path / "evidence"))
    place.restore(archive)
    assert place.rows() == here.rows()
    place.engine.dispose()
    path.write_bytes(b"no database at all, and long enough to be taken for one" * 100)
    with pytest.raises(backup.BackupFault, match="no readable database"):
        place.restore(archive)
    place.restore(archive, replace=True)
    assert place.rows() == here.rows()
    place.engine.dispose()


def test_a_database_without_its_tables_is_named_on_postgresql(here: Place, template: Template, archive: Path) -> None:
    if here.engine.dialect.name != "postgresql":
        pytest.skip("a copy for SQLite brings its tables")
    assert template.server is not None
    engine = work.make_engine(template.server.create("without_tables"))
    with pytest.raises(backup.BackupFault, match="flask db upgrade"):
        backup.restore(engine, here.store, archive, newest_migration=NEWEST)
    engine.dispose()
    template.server.drop("without_tables")


def test_large_evidence_is_never_held_in_memory(here: Place, fresh: Place, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as out:
        out.truncate(40_000_000)
    with large.open("rb") as source:
        name = here.store.put_from(source)
    tracemalloc.start()
    backup.backup(here.engine, here.store, tmp_path / "copy.tar")
    fresh.restore(tmp_path / "copy.tar")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
    assert fresh.store.has(name)
    here.store.remove(name)

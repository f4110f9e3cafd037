"""The scripts behind the make targets say in one line what is wrong, and compare what they claim to compare."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, Engine, Integer, MetaData, String, Table, create_engine, text

from tests.support.postgres import postgres_reason, postgres_server
from tests.support.wanted import go_without
from tools import build_assets, check_migrations, prepare_database, run_tests

ROOT = Path(__file__).resolve().parents[2]


def serve(port: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "tools" / "serve.py"]
    return subprocess.run(command, env={**os.environ, "PORT": port}, capture_output=True, text=True, timeout=30)


def test_a_port_in_use_is_named_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve(str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is in use")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["", "http", "0", "70000", "-1", "٨٠٠٠"])
def test_a_port_that_is_none_is_named_in_one_line(port: str) -> None:
    done = serve(port)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "PORT is" in done.stderr


def test_a_missing_python_and_git_are_named_in_one_line(tmp_path: Path) -> None:
    shell = shutil.which("sh") or "/bin/sh"
    script = ROOT / "tools" / "find_python.sh"
    done = subprocess.run([shell, script], cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Missing on this machine: git, Python 3.11 or later.\n"


def test_a_python_without_venv_is_named_in_one_line(tmp_path: Path) -> None:
    for name, source in {"python3": 'case "$2" in *venv*) exit 1;; esac', "git": ""}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{source}\n")
        (tmp_path / name).chmod(0o755)
    shell = shutil.which("sh") or "/bin/sh"
    script = ROOT / "tools" / "find_python.sh"
    done = subprocess.run([shell, script], cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Missing on this machine: the venv module of ")


def pledges(*more: Column[str], check: str = "held >= 0") -> MetaData:
    tables = MetaData()
    Table("pledges", tables, Column("held", Integer), *more, CheckConstraint(check, name="held"))
    return tables


@pytest.fixture
def made(tmp_path: Path) -> Callable[[MetaData], Engine]:
    def make(tables: MetaData) -> Engine:
        engine = create_engine(f"sqlite:///{tmp_path / f'{id(tables)}.sqlite3'}")
        tables.create_all(engine)
        return engine

    return make


def test_migrations_that_match_the_tables_are_let_through(made: Callable[[MetaData], Engine]) -> None:
    tables = pledges()
    assert check_migrations.differences(made(pledges(check="held  >= 0")), made(tables), tables) == []


@pytest.mark.parametrize("tables", [pledges(Column("unit", String)), pledges(check="held >= 1")])
def test_migrations_that_lack_something_are_seen(tables: MetaData, made: Callable[[MetaData], Engine]) -> None:
    assert check_migrations.differences(made(pledges()), made(tables), tables) != []


def database(path: Path, *people: int, migration: str = "0001") -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("CREATE TABLE people (id integer)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (migration,))
        connection.executemany("INSERT INTO people VALUES (?)", [(person,) for person in people])
        connection.commit()
    return f"sqlite:///{path}"


def test_a_database_that_needs_nothing_is_told_from_one_that_does(tmp_path: Path) -> None:
    state_of = prepare_database.state_of
    assert state_of(database(tmp_path / "one", 1)) == ("0001", True)
    assert state_of(database(tmp_path / "two")) == ("0001", False)
    assert state_of(f"sqlite:///{tmp_path / 'missing'}") == ("", False)
    assert not (tmp_path / "missing").exists()
    (tmp_path / "empty").touch()
    assert state_of(f"sqlite:///{tmp_path / 'empty'}") == ("", False)
    assert state_of(f"postgresql+psycopg://postgres@/none?host={tmp_path}") == ("", False)


@pytest.mark.postgres
def test_the_state_of_a_postgresql_database_is_told_as_well() -> None:
    if reason := postgres_reason():
        go_without(reason)
    with postgres_server() as server:
        address = server.create("site")
        assert prepare_database.state_of(address) == ("", False)
        engine = create_engine(address)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version AS SELECT '0001'::text AS version_num"))
            connection.execute(text("CREATE TABLE people AS SELECT 1 AS id"))
        engine.dispose()
        assert prepare_database.state_of(address) == ("0001", True)


def test_the_newest_migration_is_known_by_its_number() -> None:
    assert prepare_database.newest_migration().isdigit()


def test_the_smaller_lock_keeps_versions_and_hashes() -> None:
    whole, smaller = run_tests.LOCK.read_text(), run_tests.smaller_lock()
    assert "\npytest==" in smaller
    assert "\nhypothesis==" in smaller
    assert "\nplaywright==" in whole
    assert "\nplaywright==" not in smaller
    assert set(smaller.splitlines()) <= set(whole.splitlines())
    for package in smaller.split("\n    # via")[:-1]:
        assert "--hash=sha256:" in package


def test_a_python_that_is_not_here_is_not_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert run_tests.find_python((3, 12)) is None
    shim = tmp_path / "python3.12"  # as pyenv leaves one that stands for nothing
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert run_tests.find_python((3, 12)) is None


def test_the_stylesheet_is_ours_and_nothing_of_the_crown_is_in_it() -> None:
    assert build_assets.main() == 0
    assert build_assets.is_up_to_date()
    sheet = (build_assets.BUILT / "app.css").read_text()
    assert "#1d5c63" in sheet
    assert "GDS Transport" not in sheet
    assert "@font-face" not in sheet
    assert re.search(r"url\([\"']?(https?:)?//", sheet) is None


def test_no_lock_names_where_packages_come_from() -> None:
    locks = [*ROOT.glob("requirements*.txt"), *ROOT.glob("requirements*.in")]
    assert len(locks) == 6
    for lock in locks:
        assert "://" not in lock.read_text(), lock.name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()

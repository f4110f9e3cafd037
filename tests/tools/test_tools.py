"""The scripts behind the make targets say in one line what is wrong, and compare what they claim to compare."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, Engine, Integer, MetaData, String, Table, create_engine

from tools import build_assets, check_migrations, run_tests

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

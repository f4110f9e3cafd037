"""The web server and the worker as `make run` starts them, each in a group of its own so that it can be killed."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tools.benching.running import ROOT, environment, free_port
from tools.processes import children_of

READY_SECONDS = 60
COMMANDS = {"web": ["gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"], "worker": ["flask", "worker", "run"]}
SECRET = "t" * 64


class NotReady(Exception):
    """The site did not answer as ready in time; the text is the end of its log."""


@dataclass(frozen=True)
class Start:
    """How long a start took by the clock, and how much of that it stood in line for a processor others had."""

    seconds: float
    in_line_seconds: float

    @property
    def judged(self) -> float:
        """What it takes where nobody else keeps the machine busy."""
        return self.seconds - self.in_line_seconds

    def __str__(self) -> str:
        return f"{self.judged:.1f} s, and {self.in_line_seconds:.1f} s in line for a processor"


NO_START = Start(0.0, 0.0)


class Site:
    """A data folder, its database, and the two processes on it. `more` is environment for `wrapped`."""

    def __init__(self, data_dir: Path, database_url: str, more: Mapping[str, str] | None = None) -> None:
        self.data_dir, self.database_url, self.more = data_dir, database_url, dict(more or {})
        self.port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log = data_dir / "torture.log"

    def __enter__(self) -> Site:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.kill(name)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of everything on this data."""
        given = {"DATABASE_URL": self.database_url, "SECRET_KEY": SECRET, "PORT": str(self.port), "FLASK_APP": "app"}
        return environment(self.data_dir, **given, **self.more)

    def start(self, *names: str) -> Start:
        """Starts web and worker, or those named, and waits until the site is ready."""
        started_at = time.monotonic()
        for name in names or tuple(COMMANDS):
            with self.log.open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [sys.executable, "-m", "tools.torturing.wrapped", *COMMANDS[name]],
                    cwd=ROOT,
                    env=self.settings,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        while not self.is_ready():
            if time.monotonic() - started_at > READY_SECONDS:
                raise NotReady(self.said()[-2000:])
            time.sleep(0.02)
        took = time.monotonic() - started_at
        in_line = max(_in_line_seconds(self.processes[name].pid) for name in names or tuple(COMMANDS))
        return Start(took, min(in_line, took))

    def is_ready(self) -> bool:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            try:
                connection.request("GET", "/ready")
                return connection.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def kill(self, name: str) -> None:
        """SIGKILL for a process and everything it started: nothing gets to tidy up."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_one_web_process(self) -> None:
        """SIGKILL for one of the processes that answer; the server starts another by itself."""
        answering = children_of(self.processes["web"].pid)
        if answering:
            with suppress(ProcessLookupError):
                os.kill(answering[0], signal.SIGKILL)

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A `flask …` command on this data, as an operator would run it."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *command],
            check=False,
            cwd=ROOT,
            env={**self.settings, "TORTURE_DIE_AT": ""},
            capture_output=True,
            text=True,
        )

    def ask(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Reads the database past the site."""
        from community_book.base.work import make_engine

        engine = make_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(statement), values)]
        finally:
            engine.dispose()

    def breaches(self) -> str:
        """What `flask invariants` and the checker of the audit chain have against the data; empty where all is well."""
        told = self.run("invariants")
        chain = self.data_dir / "audit.jsonl"
        exported = self.run("audit", "export", str(chain))
        if told.returncode or exported.returncode:
            return (told.stdout + told.stderr + exported.stdout + exported.stderr)[-1500:]
        checked = subprocess.run(
            [sys.executable, "tools/check_audit.py", str(chain)], check=False, cwd=ROOT, capture_output=True, text=True
        )
        return "" if checked.returncode == 0 else (checked.stdout + checked.stderr)[-1500:]


def _in_line_seconds(process: int) -> float:
    """How long a process, and after it its first child, could have run and had no processor (Linux: schedstat)."""
    waited = 0
    for one in [process, *children_of(process)[:1]]:
        with suppress(OSError):
            waited += int(Path(f"/proc/{one}/schedstat").read_text().split()[1])
    return waited / 1e9

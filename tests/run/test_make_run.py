"""What `make run` does after set-up, as somebody who just cloned the project sees it.

No fixture of a database here: the site is started as a process with a data folder of its own, once on SQLite,
which is the default, and once on PostgreSQL.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from community_book.base.settings import ROOT
from tests.support.postgres import PostgresServer
from tools.processes import children_of, command_of, family_of, left_after

pytestmark = pytest.mark.committed
FIRST_START_SECONDS = 90
SECOND_START_SECONDS = 5
STOP_SECONDS = 10


class Run:
    """A running `tools/serve.py`: what it printed so far, and its own processes."""

    def __init__(self, data_dir: Path, database_url: str | None, **differing: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        ours = {"DATABASE_URL", "SECRET_KEY", "APP_ENV", "PUBLIC_URL", "DEMO"}
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        environment |= {"DATA_DIR": str(data_dir), "PORT": str(self.port), "SIZE": "small", **differing}
        if database_url is not None:
            environment["DATABASE_URL"] = database_url
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tools" / "serve.py"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.ready_after: float | None = None
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("The Community Book is at "):
                self.ready_after = time.monotonic() - self.started_at

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self, seconds: float) -> float:
        """How long it took until the address was printed."""
        while self.ready_after is None:
            assert self.process.poll() is None, self.said
            assert time.monotonic() - self.started_at < seconds, f"not ready after {seconds} s: {self.said}"
            time.sleep(0.02)
        return self.ready_after

    def status(self, path: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status

    def stop(self, number: signal.Signals, seconds: float = STOP_SECONDS) -> int:
        """The exit code, after which nothing it started may be left."""
        family = family_of(self.process.pid)
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        self._listener.join(5)
        assert left_after(family, seconds=1) == set()
        return code

    def worker(self) -> int:
        return next(child for child in children_of(self.process.pid) if "worker" in command_of(child))

    def clear_away(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._listener.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the site on one data folder, as often as asked."""
    runs: list[Run] = []

    def start_one(database_url: str | None = None, **differing: str) -> Run:
        runs.append(Run(tmp_path / "data", database_url, **differing))
        return runs[-1]

    yield start_one
    for run in runs:
        run.clear_away()


def ask_for_link(run: Run, email: str) -> None:
    """Something a person does that must outlive a restart: asks for a mailed sign-in link."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(f"{run.url}/sign-in/link") as page:
        hidden = dict(re.findall(r'name="(_token|_key)" value="([^"]+)"', page.read().decode()))
    with browser.open(f"{run.url}/sign-in/link", urllib.parse.urlencode({**hidden, "email": email}).encode()) as answer:
        assert answer.status == 200


def seconds_to_open_the_application() -> float:
    """How long that takes on this machine just now: other tests run beside this one and slow it down."""
    started_at = time.monotonic()
    command = [sys.executable, "-c", "import app; app.create_app()"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "SECRET_KEY": "s" * 64}, check=True)
    return time.monotonic() - started_at


def test_it_starts_stops_and_starts_again_having_lost_nothing(start: Start, tmp_path: Path) -> None:
    first = start()
    first.wait_until_ready(FIRST_START_SECONDS)
    assert f"http://127.0.0.1:{first.port}/" in first.said
    assert "let-me-look-around" in first.said
    assert (first.status("/live"), first.status("/ready"), first.status("/")) == (200, 200, 200)
    ask_for_link(first, "somebody@elsewhere.example")
    assert first.stop(signal.SIGINT) == 0, first.said
    assert "Traceback" not in first.said
    with pytest.raises(ConnectionRefusedError):
        first.status("/live")

    allowed = max(SECOND_START_SECONDS, 3 * seconds_to_open_the_application())
    second = start()
    assert second.wait_until_ready(FIRST_START_SECONDS) < allowed
    with closing(sqlite3.connect(tmp_path / "data" / "borough.sqlite3")) as database:
        asked = database.execute("SELECT count(*) FROM asked_links WHERE email = 'somebody@elsewhere.example'")
        assert asked.fetchone() == (1,)
    assert second.status("/ready") == 200
    assert "Traceback" not in second.said
    assert_it_stops_with_one_line_when_its_worker_is_killed(second)


def assert_it_stops_with_one_line_when_its_worker_is_killed(run: Run) -> None:
    os.kill(run.worker(), signal.SIGKILL)
    assert run.process.wait(STOP_SECONDS) == 1
    run.clear_away()
    assert run.lines[-1] == "The worker ended by itself (exit code -9); stopping."
    with pytest.raises(ConnectionRefusedError):
        run.status("/live")


def test_without_the_made_up_borough_it_says_where_a_council_begins_until_one_has_begun(start: Start) -> None:
    run = start(DEMO="0")
    run.wait_until_ready(FIRST_START_SECONDS)
    assert "let-me-look-around" not in run.said
    address = re.search(rf"{run.url}(/set-up/begin/\S+)", run.said)
    assert address is not None
    assert (run.status(address[1]), run.status("/")) == (200, 200)
    with urllib.request.urlopen(run.url) as page:
        assert "Opening soon" in page.read().decode()
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert run.stop(signal.SIGINT) == 0, run.said
    again = start(DEMO="0")
    again.wait_until_ready(FIRST_START_SECONDS)
    assert again.status(address[1]) == 409
    assert again.stop(signal.SIGTERM) == 0, again.said


def test_ctrl_c_while_it_is_still_starting_stops_it_too(start: Start) -> None:
    run = start()
    while not run.lines:
        assert run.process.poll() is None
        time.sleep(0.02)
    assert run.stop(signal.SIGINT, seconds=20) == 0, run.said
    assert "Traceback" not in run.said


@pytest.mark.postgres
def test_it_runs_on_postgresql_too(start: Start, postgres_server: PostgresServer) -> None:
    url = postgres_server.create("make_run")
    try:
        run = start(url.replace("+psycopg", ""), DEMO="0")
        run.wait_until_ready(FIRST_START_SECONDS)
        assert (run.status("/ready"), run.status("/")) == (200, 200)
        with psycopg.connect(url.replace("+psycopg", "")) as database:
            assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert run.stop(signal.SIGINT) == 0, run.said
    finally:
        postgres_server.drop("make_run")

"""The real site, started as `make run` starts it, on a data folder and a port of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.processes import children_of, command_of, pss_bytes

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 240


class NotStarted(Exception):
    """The site did not become ready; the text is what it said last."""


@dataclass(frozen=True)
class RunningSite:
    """Where it listens, how long the start took, and its main process."""

    port: int
    started_in: float
    process: int

    def web_processes(self) -> list[int]:
        """The processes of gunicorn that answer requests."""
        master = next(child for child in children_of(self.process) if "gunicorn" in " ".join(command_of(child)))
        return children_of(master)

    def memory(self) -> list[int]:
        """The bytes of each of them, shared memory counted by its share."""
        return [pss_bytes(process) for process in self.web_processes()]


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of somebody who has set nothing but where the data are."""
    ours = {"DATABASE_URL", "SECRET_KEY", "APP_ENV", "PUBLIC_URL", "PORT", "SMTP_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {"SIZE": "small", **kept, "DATA_DIR": str(data_dir), **more}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(data_dir: Path, *, seconds: float = START_SECONDS) -> Iterator[RunningSite]:
    """Starts the site and stops it with everything it started. Raises NotStarted after so many seconds."""
    port = free_port()
    started_at = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, ROOT / "tools" / "serve.py"],
        env=environment(data_dir, PORT=str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    ready = threading.Event()
    listener = threading.Thread(target=_listen, args=(process, said, ready), daemon=True)
    listener.start()
    try:
        while not ready.wait(0.01):
            if process.poll() is not None or time.monotonic() - started_at > seconds:
                raise NotStarted("\n".join(said[-5:]) or "it said nothing")
        yield RunningSite(port, time.monotonic() - started_at, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join(5)


def _listen(process: subprocess.Popen[str], said: list[str], ready: threading.Event) -> None:
    assert process.stdout is not None  # noqa: S101 - asked for above
    with process.stdout:
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            if re.match(r"The Community Book is at ", line):
                ready.set()

"""Start the site and its worker, say where it is, and stop both together: what `make run` does after set-up.

Standard library only. The database is prepared by a process of its own; web server and worker are children
in groups of their own, so that Ctrl-C reaches them only through here and each can finish what it is doing.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = 15
PEOPLE = (
    "provider.lead", "provider.member", "group.lead", "group.member", "officer", "verifier", "verifier.two",
    "safeguarding", "auditor", "admin", "outside",
)  # fmt: skip
PASSWORD = "let-me-look-around"  # noqa: S105 - of the made-up people only, and refused in production
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
Child = subprocess.Popen[bytes]


class Stopped(Exception):
    """Somebody asked to stop: Ctrl-C, a SIGTERM, or a closed terminal."""


class CannotRun(Exception):
    """The site cannot start or go on; the text says why in one line."""


def ask_to_stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(signal.Signals(number).name)


def port_from_environment() -> int:
    given = os.environ.get("PORT", "8000")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65535:
        raise CannotRun(f"PORT is {given!r}: give a whole number from 1 to 65535.")
    return int(given)


def check_port(port: int) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except PermissionError:
            raise CannotRun(f"Port {port} needs rights you do not have: try PORT={port + 8000} make run.") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise CannotRun(f"Port {port} is in use: stop what uses it, or try PORT={other} make run.") from None


def die_with_parent() -> Callable[[], None] | None:
    """On Linux a child is also told to stop when this process is killed outright; elsewhere nothing."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(DIE_WITH_PARENT, signal.SIGTERM)


def start(*command: str) -> Child:
    return subprocess.Popen(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env={**os.environ, "FLASK_APP": "app"},
        start_new_session=True,
        preexec_fn=die_with_parent(),  # noqa: PLW1509 - this process has one thread
    )


def prepare(children: dict[str, Child]) -> None:
    children["preparation"] = start("python", "tools/prepare_database.py")
    if children["preparation"].wait():
        raise CannotRun("The database could not be prepared; what is above says why.")
    del children["preparation"]


def is_ready(port: int) -> bool:
    with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def check_alive(children: dict[str, Child]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise CannotRun(f"The {name} ended by itself (exit code {child.returncode}); stopping.")


def wait_until_ready(port: int, children: dict[str, Child]) -> None:
    give_up_at = time.monotonic() + READY_SECONDS
    while not is_ready(port):
        check_alive(children)
        if time.monotonic() > give_up_at:
            raise CannotRun(f"The site did not become ready within {READY_SECONDS} seconds; stopping.")
        time.sleep(0.1)


def stop(children: dict[str, Child]) -> None:
    """Asks all to end, waits, and kills what has not ended by then."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    give_up_at = time.monotonic() + STOP_SECONDS
    for name, child in children.items():
        try:
            child.wait(max(0.1, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {name} did not stop in time and was killed.", file=sys.stderr, flush=True)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def greet(port: int) -> None:
    print(f"\nThe Community Book is at http://{HOST}:{port}/", flush=True)
    if os.environ.get("APP_ENV") != "production" and os.environ.get("DEMO", "1") != "0":
        print(f"\nSign in as any of these, all @borough.example, password {PASSWORD}:")
        for first in range(0, len(PEOPLE), 4):
            print("  " + "  ".join(f"{name:<16}" for name in PEOPLE[first : first + 4]).rstrip())
    print("\nCtrl-C stops it.", flush=True)


def run(children: dict[str, Child]) -> NoReturn:
    """Starts everything and watches it until a signal or the end of a child raises."""
    port = port_from_environment()
    check_port(port)
    prepare(children)
    children["web server"] = start("gunicorn", "-c", "gunicorn.conf.py", "app:create_app()")
    children["worker"] = start("flask", "worker", "run")
    wait_until_ready(port, children)
    greet(port)
    while True:
        check_alive(children)
        time.sleep(0.5)


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    children: dict[str, Child] = {}
    try:
        run(children)
    except Stopped:
        print("\nStopping.", flush=True)
        return 0
    except CannotRun as reason:
        print(reason, file=sys.stderr, flush=True)
        return 1
    finally:
        stop(children)


if __name__ == "__main__":
    sys.exit(main())

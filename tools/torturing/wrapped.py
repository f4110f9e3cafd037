"""Runs a command of the site with faults from outside: TORTURE_DIE_AT, TORTURE_CLOCK, TORTURE_FILE_BYTES.

The site itself has no places to hook into: what is needed is put over its functions here, before it is imported.
TORTURE_DIE_AT names a point of POINTS; the process kills itself there, once for each file TORTURE_DIED names.
TORTURE_CLOCK names a file with seconds the clock is moved by, read each time. TORTURE_FILE_BYTES is the size no file
may pass, as a full disk would have it.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

POINTS = (
    "before the events",
    "between events and audit",
    "before the commit",
    "after the commit",
    "before a file has its name",
    "after a file has its name",
    "in the hands of a subscriber",
    "after a subscriber",
)


def die() -> None:
    """Ends this process as a power cut would, the first time only."""
    try:
        os.close(os.open(os.environ["TORTURE_DIED"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def around(module: Any, name: str, *, before: bool, when: Callable[..., bool] = lambda *_, **__: True) -> None:
    """Puts dying before or after a function."""
    inner = getattr(module, name)

    def dying(*args: Any, **more: Any) -> Any:
        wanted = when(*args, **more)
        if before and wanted:
            die()
        given = inner(*args, **more)
        if not before and wanted:
            die()
        return given

    setattr(module, name, dying)


def arm(point: str) -> None:
    """Lays the mine."""
    from community_book.base import audit, dispatcher, outbox, work

    def is_message(session: Any, *_: Any, **__: Any) -> bool:
        return any(entry.act == "commitment.write" for entry in session.entries)

    def is_evidence(path: Path, *_: Any) -> bool:
        return path.name.startswith("incoming-")

    match point:
        case "before the events":
            around(outbox, "write", before=True, when=is_message)
        case "between events and audit":
            around(audit, "write", before=True, when=is_message)
        case "before the commit":
            around(work.Work, "commit", before=True, when=is_message)
        case "after the commit":
            around(work.Work, "commit", before=False, when=is_message)
        case "before a file has its name":
            around(Path, "replace", before=True, when=is_evidence)
        case "after a file has its name":
            around(Path, "replace", before=False, when=is_evidence)
        case "in the hands of a subscriber":
            around(dispatcher, "_hand_over_once", before=True)
        case "after a subscriber":
            around(dispatcher, "_hand_over_once", before=False)
        case _:
            raise SystemExit(f"TORTURE_DIE_AT: no point is called {point!r}")


def move_clock(path: Path) -> None:
    """The site's clock goes wrong by what the file says now."""
    from community_book.base import clock

    def wrong() -> datetime:
        try:
            seconds = float(path.read_text() or 0)
        except (OSError, ValueError):
            seconds = 0.0
        return datetime.now(UTC) + timedelta(seconds=seconds)

    inner = clock.now_utc
    clock.now_utc = lambda: clock._held.get() or wrong()
    for name, module in list(sys.modules.items()):
        if name.startswith(("community_book", "cwb")) and getattr(module, "now_utc", None) is inner:
            module.now_utc = clock.now_utc  # type: ignore[attr-defined]


def main() -> None:
    if limit := os.environ.get("TORTURE_FILE_BYTES"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    if moved := os.environ.get("TORTURE_CLOCK"):
        from community_book.base import clock  # noqa: F401 - before anything else takes its function

        move_clock(Path(moved))
    if point := os.environ.get("TORTURE_DIE_AT"):
        arm(point)
    sys.argv = sys.argv[1:]
    if sys.argv[0] == "gunicorn":
        from gunicorn.app.wsgiapp import run

        run()
    else:
        from flask.cli import main as flask

        flask()


if __name__ == "__main__":
    main()

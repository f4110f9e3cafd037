"""Eight processes that write at once: acts a second, how often somebody was told "locked", and the slowest act.

The act is a real one, with its checks, its rows, its events and its audit entry: a message on a promise. Run as
a program it is one of the writers; everything it needs was made before by `prepare`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tools.benching.figures import Figure, milliseconds, not_there
from tools.benching.running import ROOT, environment

WRITERS = 8
SECONDS = 5.0
ASKED = {"sqlite": 50, "postgresql": 200}


def prepare() -> list[tuple[str, int, int]]:
    """Lays the tables and makes a promise for each writer: its reference, and the person and group who write on it."""
    from app import create_app
    from community_book.base.settings import settings
    from tests.conftest import lay_schema

    lay_schema(settings().database_url)
    create_app()
    from tests.makers_commitments import make_commitment, make_pair

    made = []
    for _ in range(WRITERS):
        pair = make_pair()
        reference = make_commitment(pair)
        assert pair.asking.person_id is not None  # noqa: S101 - made just now
        assert pair.asking.organisation_id is not None  # noqa: S101
        made.append((reference, pair.asking.person_id, pair.asking.organisation_id))
    return made


def write(reference: str, person_id: int, organisation_id: int) -> dict[str, Any]:
    """Writes messages until the time is over; starts when told to, so that all writers start at once."""
    from app import create_app
    from community_book.base import work
    from community_book.base.errors import Busy
    from community_book.people.queries import actor_of_person
    from community_book.people.tables import Person
    from cwb.commitments.actions import write_message

    create_app()
    with work.reading() as reading:
        actor = actor_of_person(reading, reading.get_one(Person, person_id), organisation_id)
    print("ready", flush=True)
    sys.stdin.readline()
    took: list[float] = []
    busy = 0
    give_up_at = time.monotonic() + SECONDS
    while (started_at := time.monotonic()) < give_up_at:
        try:
            write_message(actor, reference, text="We shall be there at ten.")
        except Busy:
            busy += 1
        took.append(time.monotonic() - started_at)
    return {
        "acts": len(took) - busy,
        "busy": busy,
        "slowest": max(took),
        "seconds": time.monotonic() - give_up_at + SECONDS,
    }


@contextmanager
def started(settings: dict[str, str], *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """This file as a program, ended at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.benching.writers", *map(str, arguments)],
        cwd=ROOT,
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def measured(kind: str, data_dir: Path, database_url: str) -> list[Figure]:
    """Eight writers at once on one database of this kind, with everything synced to the disk."""
    name, asked = f"{kind}: {WRITERS} writers at once", f">= {ASKED[kind]} acts/s"
    settings = environment(data_dir, DATABASE_URL=database_url, SECRET_KEY="b" * 64, APP_ENV="test")
    with started(settings, "prepare") as preparing:
        said, faults = preparing.communicate(timeout=120)
    if preparing.returncode:
        return [not_there(name, asked, (faults.strip().splitlines() or ["it said nothing"])[-1])]
    with ExitStack() as stack:
        writers = [stack.enter_context(started(settings, "write", *made)) for made in json.loads(said.splitlines()[-1])]
        for writer in writers:
            assert writer.stdout is not None  # noqa: S101 - asked for above
            writer.stdout.readline()
        results, broken = [], []
        for writer in writers:
            assert writer.stdin is not None  # noqa: S101
            writer.stdin.write("go\n")
            writer.stdin.flush()
        for writer in writers:
            said, faults = writer.communicate(timeout=60)
            if writer.returncode:
                broken.append((faults.strip().splitlines() or ["it said nothing"])[-1])
            else:
                results.append(json.loads(said.splitlines()[-1]))
    return told(kind, name, asked, results, broken)


def told(kind: str, name: str, asked: str, results: list[dict[str, Any]], broken: list[str]) -> list[Figure]:
    acts = sum(result["acts"] for result in results)
    seconds = max((result["seconds"] for result in results), default=SECONDS)
    busy = sum(result["busy"] for result in results)
    slowest = max((result["slowest"] for result in results), default=0.0)
    speed = acts / seconds
    lost = f"{len(broken)} writers broke off: {broken[0]}" if broken else ""
    return [
        Figure(name, asked, f"{speed:.0f} acts/s", speed >= ASKED[kind] and not broken, lost),
        Figure(f'{kind}: "locked" seen', "0", str(busy), busy == 0 and not broken, lost),
        Figure(f"{kind}: slowest act of the writers", "", milliseconds(slowest)),
    ]


def main() -> int:
    if sys.argv[1] == "prepare":
        print(json.dumps(prepare()), flush=True)
    else:
        print(json.dumps(write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

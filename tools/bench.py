"""Measure the site and say what of it is as fast and as small as asked: what `make bench` does.

The small made-up borough is loaded into a temporary folder and served as `make run` serves it. Everybody in it
walks the site over HTTP; each kind of page is then measured, its queries counted in this process, real forms are
sent, and at the end eight processes write at once, on SQLite and on PostgreSQL, with everything synced to the
disk. Prints a table, writes var/bench.json, ends with 1 where something asked is not kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.benching import acts, pages, writers  # noqa: E402 - the path above comes first
from tools.benching.figures import Figure, machine, milliseconds, not_there, table, write_json  # noqa: E402
from tools.benching.running import NotStarted, RunningSite, environment, running  # noqa: E402
from tools.benching.visitor import Visitor  # noqa: E402
from tools.serve import PASSWORD, PEOPLE  # noqa: E402

RESULT = ROOT / "var" / "bench.json"
WALK_SECONDS, TIME_SECONDS, COUNT_SECONDS, ACT_SECONDS = 40, 40, 25, 25
START_SECONDS = 5
MEMORY_BYTES = 200 * 1000 * 1000


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def signed_in(site: RunningSite) -> tuple[dict[str, Visitor], list[Figure]]:
    """A browser of each of the made-up people and of nobody; how long signing in took, argon2 and all."""
    visitors = {"nobody": Visitor(site.port)}
    took, failed = [], []
    for name in PEOPLE:
        visitor = Visitor(site.port, name)
        answer = visitor.sign_in(f"{name}@borough.example", PASSWORD)
        if answer.status == 303:
            visitors[name] = visitor
            took.append(answer.seconds)
        else:
            failed.append(f"{name}: {answer.status} {answer.said}")
    figures = [Figure("sign-in, the slowest (argon2)", "", milliseconds(max(took, default=0.0)))]
    if failed:
        figures.append(Figure("people who cannot sign in", "0", str(len(failed)), False, "; ".join(failed)))
    return visitors, figures


def of_the_site(data_dir: Path) -> list[Figure]:
    """Everything that is measured on the running site."""
    say("Loading the small borough and starting the site")
    with running(data_dir) as first:
        figures = [Figure("first start, with the made-up borough", "", f"{first.started_in:.1f} s")]
    with running(data_dir) as site:
        took = site.started_in
        figures.append(Figure("second start", f"<= {START_SECONDS} s", f"{took:.1f} s", took <= START_SECONDS))
        visitors, found = signed_in(site)
        figures += found
        os.environ.update(environment(data_dir))
        from app import create_app

        app = create_app()
        say("Walking the site as everybody")
        walked = pages.walk(app, list(visitors.values()), until=time.monotonic() + WALK_SECONDS)
        memory = site.memory()
        say("Measuring the pages")
        figures += pages.timed(walked, visitors, until=time.monotonic() + TIME_SECONDS)
        figures += pages.counted(app, walked, visitors, until=time.monotonic() + COUNT_SECONDS)
        figures.append(
            Figure(
                "links that lead nowhere", "0", str(len(walked.wrong)), not walked.wrong, "; ".join(walked.wrong[:8])
            )
        )
        say("Sending forms")
        figures += acts.measured(visitors, until=time.monotonic() + ACT_SECONDS)
        for when, sizes in (("after the walk", memory), ("at the end", site.memory())):
            most = max(sizes)
            said = ", ".join(f"{size / 1e6:.0f}" for size in sizes)
            figures.append(
                Figure(f"web process {when} (PSS)", "<= 200 MB", f"{most / 1e6:.0f} MB", most <= MEMORY_BYTES, said)
            )
        for visitor in visitors.values():
            visitor.close()
    return figures


def of_the_writers(folder: Path) -> list[Figure]:
    from tests.support.postgres import SAFE, NoPostgres, postgres_server

    say("Eight writers on SQLite")
    (folder / "sqlite").mkdir()
    figures = writers.measured("sqlite", folder / "sqlite", f"sqlite:///{folder / 'sqlite' / 'borough.sqlite3'}")
    say("Eight writers on PostgreSQL")
    try:
        with postgres_server(SAFE) as server:
            figures += writers.measured("postgresql", folder / "postgresql", server.create("bench"))
    except NoPostgres as reason:
        figures.append(not_there("postgresql: 8 writers at once", ">= 200 acts/s", str(reason)))
    return figures


def main() -> int:
    started_at = time.monotonic()
    measured_on = machine()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="community-book-bench-") as made:
        folder = Path(made)
        try:
            figures += of_the_site(folder / "site")
        except NotStarted as reason:
            say(f"The site did not start:\n{reason}")
            figures.append(Figure("the site starts", "yes", "no", False, str(reason)))
        figures += of_the_writers(folder)
    took = time.monotonic() - started_at
    figures.append(Figure("this took", "<= 180 s", f"{took:.0f} s", took <= 180))
    print(table(figures))
    load = measured_on["load_before"]
    if isinstance(load, float) and load > 1:
        print(f"\nThe machine had other work (load {load}): times are worse than they would be alone.")
    write_json(RESULT, figures, measured_on)
    print(f"\nWritten to {RESULT.relative_to(ROOT)}")
    return 1 if any(figure.kept is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())

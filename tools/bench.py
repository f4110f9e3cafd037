"""Measure the site and say what of it is as fast and as small as asked: what `make bench` does.

The small made-up borough and then the big one are each loaded into a temporary folder and served as `make run`
serves them (SIZE=… measures that size alone). Everybody in it walks the site over HTTP; each kind of page is then
measured, its queries counted in this process, real forms are sent, and what was saved is waited for in suggestions
and search. At the end eight processes write at once, on SQLite and on PostgreSQL, with everything synced to the
disk. Prints a table, writes var/bench.json, ends with 1 where something asked is not kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.benching import acts, following, pages, weight, writers  # noqa: E402 - the path above comes first
from tools.benching.figures import Figure, machine, milliseconds, not_there, table, write_json  # noqa: E402
from tools.benching.running import NotStarted, RunningSite, environment, running  # noqa: E402
from tools.benching.visitor import Visitor  # noqa: E402
from tools.serve import PASSWORD, PEOPLE  # noqa: E402

RESULT = ROOT / "var" / "bench.json"
START_SECONDS = 5


@dataclass(frozen=True)
class Asked:
    """What is asked of the site with a made-up borough of one size, and how long each part of measuring may take."""

    size: str
    load_seconds: float
    page_seconds: float
    act_seconds: float
    memory_bytes: int
    addresses: int
    requests: int
    measuring_seconds: float


MB = 1000 * 1000
SIZES = {
    "small": Asked("small", 60, 0.080, 0.120, 200 * MB, addresses=3, requests=20, measuring_seconds=90),
    "borough": Asked("borough", 60, 0.100, 0.150, 250 * MB, addresses=2, requests=20, measuring_seconds=180),
    "region": Asked("region", 3600, 0.150, 0.225, 250 * MB, addresses=2, requests=20, measuring_seconds=300),
}
"""At a hundred times the borough pages may take half as long again."""


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


def of_the_site(data_dir: Path, asked: Asked) -> tuple[list[Figure], list[dict[str, object]]]:
    """Everything that is measured on the running site, and the time of each page by itself."""
    os.environ["SIZE"] = asked.size
    say(f"{asked.size}: loading the made-up borough and starting the site")
    with running(data_dir, seconds=asked.load_seconds * 4) as first:
        took = first.started_in
        kept = None if asked.size == "small" else took <= asked.load_seconds
        limit = "" if kept is None else f"<= {asked.load_seconds:.0f} s"
        figures = [Figure("first start, with the made-up borough", limit, f"{took:.1f} s", kept)]
    with running(data_dir) as site:
        took = site.started_in
        figures.append(Figure("second start", f"<= {START_SECONDS} s", f"{took:.1f} s", took <= START_SECONDS))
        visitors, found = signed_in(site)
        figures += found
        os.environ.update(environment(data_dir))
        from app import create_app

        app = create_app()
        say(f"{asked.size}: walking the site as everybody")
        rest = asked.measuring_seconds
        walked = pages.walk(app, list(visitors.values()), until=time.monotonic() + rest, addresses=asked.addresses)
        memory = site.memory()
        say(f"{asked.size}: measuring the pages")
        taken, skipped = pages.time_each(walked, visitors, requests=asked.requests, until=time.monotonic() + rest)
        figures += pages.told(walked, taken, skipped, p95_seconds=asked.page_seconds)
        figures += weight.measured(visitors["nobody"])
        figures += pages.counted(app, walked, visitors, until=time.monotonic() + rest * 2 / 3)
        figures.append(
            Figure(
                "links that lead nowhere", "0", str(len(walked.wrong)), not walked.wrong, "; ".join(walked.wrong[:8])
            )
        )
        say(f"{asked.size}: sending forms")
        figures += acts.measured(visitors, p95_seconds=asked.act_seconds, until=time.monotonic() + rest * 2 / 3)
        figures += following.measured(visitors, data_dir)
        limit = f"<= {asked.memory_bytes // MB} MB"
        for when, sizes in (("after the walk", memory), ("at the end", site.memory())):
            most = max(sizes)
            said = ", ".join(f"{size / 1e6:.0f}" for size in sizes)
            figures.append(
                Figure(f"web process {when} (PSS)", limit, f"{most / 1e6:.0f} MB", most <= asked.memory_bytes, said)
            )
        for visitor in visitors.values():
            visitor.close()
    each = [
        {"size": asked.size, "view": one.visit.view, "who": one.visit.who, "path": one.visit.path,
         "p50_ms": round(one.p50 * 1000, 1), "p95_ms": round(one.p95 * 1000, 1)}
        for one in sorted(taken, key=lambda one: one.visit.view)
    ]  # fmt: skip
    return [replace(figure, name=f"{asked.size}: {figure.name}") for figure in figures], each


def of_the_writers(folder: Path) -> list[Figure]:
    from tests.support.postgres import SAFE, NoPostgres, postgres_server

    say("Eight writers on SQLite")
    (folder / "sqlite").mkdir(parents=True)
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
    only = os.environ.get("SIZE")
    if only and only not in SIZES:
        say(f"SIZE is {only!r}: give one of {', '.join(SIZES)}.")
        return 2
    figures: list[Figure] = []
    each: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="community-book-bench-") as made:
        folder = Path(made)
        for size in [only] if only else ["small", "borough"]:
            try:
                found, pages_found = of_the_site(folder / size, SIZES[size])
                figures += found
                each += pages_found
            except NotStarted as reason:
                say(f"The site did not start:\n{reason}")
                figures.append(Figure(f"{size}: the site starts", "yes", "no", False, str(reason)))
        if not only:
            figures += of_the_writers(folder / "writers")
    figures.append(Figure("this took", "", f"{time.monotonic() - started_at:.0f} s"))
    print(table(figures))
    load = measured_on["load_before"]
    if isinstance(load, float) and load > 1:
        print(f"\nThe machine had other work (load {load}): times are worse than they would be alone.")
    write_json(RESULT, figures, {**measured_on, "pages": each})
    print(f"\nWritten to {RESULT.relative_to(ROOT)}")
    return 1 if any(figure.kept is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())

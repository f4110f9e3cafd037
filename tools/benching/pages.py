"""Walks the site as everybody may see it, then measures each of its pages: time over HTTP, queries in-process."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.exceptions import HTTPException

from tools.benching.figures import Figure, median, milliseconds, percentile
from tools.benching.visitor import Answer, Visitor, links_of

STARTS = (
    "/",
    "/desk",
    "/search?q=somebody+to+drive+our+older+members+to+the+Tuesday+lunch+club",
    "/search?q=minibus",
)
"""Where somebody begins; no link leads to what was searched for."""
QUERIES = 15
HTML_BYTES = 60_000
SHOWN = 8  # of the worst


@dataclass(frozen=True)
class Visit:
    """An address somebody opened while walking."""

    view: str
    who: str
    path: str
    seconds: float
    html_bytes: int = 0


@dataclass
class Walk:
    """Every page that was opened, and what should not have been linked to."""

    visits: list[Visit] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    downloads: set[str] = field(default_factory=set)
    cut_off: bool = False

    def worst_of_each_view(self) -> list[Visit]:
        worst: dict[str, Visit] = {}
        for visit in self.visits:
            if visit.view not in worst or visit.seconds > worst[visit.view].seconds:
                worst[visit.view] = visit
        return [worst[view] for view in sorted(worst)]


def view_of(app: Flask, path: str) -> str | None:
    """The view an address leads to; None where nothing is shown there."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return None if endpoint == "static" else str(endpoint)


def walk(app: Flask, visitors: Sequence[Visitor], *, until: float, addresses: int = 3) -> Walk:
    """Follows the links from where somebody begins, for each visitor to so many addresses of each view."""
    found = Walk()
    for visitor in visitors:
        waiting, seen, counted = deque(STARTS), set(STARTS), Counter[str]()
        while waiting:
            if time.monotonic() > until:
                found.cut_off = True
                return found
            path = waiting.popleft()
            view = view_of(app, path)
            if view is None:
                found.wrong.append(f"{visitor.name}: {path} is linked to and leads nowhere")
                continue
            if counted[view] >= addresses:
                continue
            counted[view] += 1
            answer = visitor.get(path)
            visit(found, visitor, view, answer)
            if answer.is_page and answer.status == 200:
                new = [link for link in links_of(answer) if link not in seen]
                waiting.extend(new)
                seen.update(new)
    return found


def visit(found: Walk, visitor: Visitor, view: str, answer: Answer) -> None:
    """Writes down what came back."""
    if answer.status >= 400:
        found.wrong.append(f"{visitor.name}: {answer.path}: {answer.status}")
    elif answer.status == 200 and answer.is_page:
        found.visits.append(Visit(view, visitor.name, answer.path, answer.seconds, len(answer.text.encode())))
    elif answer.status == 200:
        found.downloads.add(view)


@dataclass(frozen=True)
class Timed:
    """How long the slowest address of a view takes when it is asked for again and again."""

    visit: Visit
    p50: float
    p95: float


def time_each(walked: Walk, visitors: Mapping[str, Visitor], *, requests: int, until: float) -> tuple[list[Timed], int]:
    """So many requests to the slowest address of each view, slowest first; and how many the time was over for."""
    taken: list[Timed] = []
    skipped = 0
    for slowest in walked.worst_of_each_view():
        if time.monotonic() > until:
            skipped += 1
            continue
        visitor = visitors[slowest.who]
        visitor.get(slowest.path)
        seconds = [visitor.get(slowest.path).seconds for _ in range(requests)]
        taken.append(Timed(slowest, median(seconds), percentile(seconds, 0.95)))
    taken.sort(key=lambda one: one.p95, reverse=True)
    return taken, skipped


def told(walked: Walk, taken: Sequence[Timed], skipped: int, *, p95_seconds: float) -> list[Figure]:
    """What the times say; the figure names the worst pages."""
    worst = "; ".join(
        f"{one.visit.view} as {one.visit.who} {milliseconds(one.p95)} (p50 {milliseconds(one.p50)})"
        for one in taken[:SHOWN]
    )
    slow = [one for one in taken if one.p95 > p95_seconds]
    largest = max(walked.visits, key=lambda visit: visit.html_bytes, default=None)
    figures = [
        Figure(
            "page p95, the worst",
            f"<= {p95_seconds * 1000:.0f} ms",
            milliseconds(taken[0].p95) if taken else "no page",
            bool(taken) and not slow,
            worst,
        ),
        Figure("page p50, the worst", "", milliseconds(max((one.p50 for one in taken), default=0.0))),
        Figure(
            "pages measured", "", str(len(taken)), None, f"{len(walked.visits)} addresses walked, {len(slow)} too slow"
        ),
        Figure(
            "HTML of a page, the most",
            f"<= {HTML_BYTES // 1000} KB",
            f"{largest.html_bytes / 1000:.0f} KB" if largest else "no page",
            largest is not None and largest.html_bytes <= HTML_BYTES,
            f"{largest.path} as {largest.who}" if largest else "",
        ),
    ]
    if skipped or walked.cut_off:
        figures.append(Figure("pages left out, the time was over", "0", str(skipped) if skipped else "some", False))
    return figures


class Counting:
    """Counts what is asked of the database, without the words that only open and close transactions."""

    QUIET = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")

    def __init__(self) -> None:
        self.count = 0
        self.seen: Counter[str] = Counter()

    def __call__(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(self.QUIET):
            self.count += 1
            self.seen[statement] += 1


@contextmanager
def counting() -> Iterator[Counting]:
    counter = Counting()
    event.listen(Engine, "before_cursor_execute", counter)
    try:
        yield counter
    finally:
        event.remove(Engine, "before_cursor_execute", counter)


def counted(app: Flask, walked: Walk, visitors: Mapping[str, Visitor], *, until: float) -> list[Figure]:
    """The queries of every address that was walked, opened once more in this process."""
    most: dict[str, tuple[int, str]] = {}
    skipped = 0
    clients = {name: app.test_client() for name in visitors}
    for name, client in clients.items():
        for cookie, value in visitors[name].cookies.items():
            client.set_cookie(cookie, value)
    for visit in walked.visits:
        if time.monotonic() > until:
            skipped += 1
            continue
        with counting() as counter:
            answer = clients[visit.who].get(visit.path)
        if answer.status_code == 200 and counter.count > most.get(visit.view, (-1, ""))[0]:
            repeated = counter.seen.most_common(1)
            said = f", one of them {repeated[0][1]} times" if repeated and repeated[0][1] > 2 else ""
            most[visit.view] = (counter.count, f"{visit.path} as {visit.who}{said}")
    worst = sorted(most.items(), key=lambda one: one[1][0], reverse=True)
    too_many = [one for one in worst if one[1][0] > QUERIES]
    detail = "; ".join(f"{view} {count} ({where})" for view, (count, where) in worst[:SHOWN])
    figures = [
        Figure(
            "queries of a page, the most",
            f"<= {QUERIES}",
            str(worst[0][1][0]) if worst else "no page",
            bool(worst) and not too_many,
            detail,
        )
    ]
    if skipped:
        figures.append(Figure("addresses not counted, the time was over", "0", str(skipped), False))
    return figures

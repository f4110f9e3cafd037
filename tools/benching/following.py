"""What follows an act by itself: how soon what was saved is suggested to the other side, and found by searching."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from tools.benching.acts import NotThere, Taken, Visitors, WasRefused, form_with, page, post_need, post_pledge
from tools.benching.figures import Figure, not_there
from tools.benching.visitor import links_of

SECONDS = 2.0
GIVE_UP_SECONDS = 20.0
WORDS = ("quokkas", "axolotls", "okapis", "kakapos", "numbats")
"""Words nobody uses elsewhere, so that what is found is what was just saved."""


def measured(visitors: Visitors, data_dir: Path) -> list[Figure]:
    """The slowest of a few of each; the site lies in a SQLite file under `data_dir`."""
    taken = Taken()
    found: list[float | None] = []
    suggested: list[float | None] = []
    asked = f"<= {SECONDS:.0f} s"
    try:
        _make_room(visitors)
        need = post_need(taken, visitors, "Our policies for wombats").headers["location"]
        pledge = _reference(post_pledge(taken, visitors).headers["location"])
        suggested.append(_until(lambda: _suggestions(data_dir, "pledge", pledge) > 0))
        _withdraw(visitors, need)
        for word in WORDS:
            after = _after_a_need(taken, visitors, data_dir, word)
            found.append(after[0])
            suggested.append(after[1])
    except (NotThere, WasRefused, KeyError, sqlite3.Error) as why:
        return [not_there("suggested and found after saving", asked, str(why))]
    return [
        _figure("suggestions stored after saving, the slowest", asked, suggested),
        _figure("found by search after saving, the slowest", asked, found),
    ]


def _after_a_need(taken: Taken, visitors: Visitors, data_dir: Path, word: str) -> tuple[float | None, float | None]:
    """After how many seconds a need that was just posted is found, and suggested."""
    address = post_need(taken, visitors, f"Our policies for {word}").headers["location"]
    need, started_at = _reference(address), time.monotonic()
    found = _until(lambda: need in visitors["nobody"].get(f"/search?q={word}").text)
    stored = _until(lambda: _suggestions(data_dir, "need", need) > 0)
    took = None if stored is None else time.monotonic() - started_at
    _withdraw(visitors, address)
    return found, took


def _figure(name: str, asked: str, seconds: list[float | None]) -> Figure:
    known = [one for one in seconds if one is not None]
    if len(known) < len(seconds) or not known:
        came = ", ".join("never" if one is None else f"{one:.2f}" for one in seconds)
        return Figure(name, asked, f"not within {GIVE_UP_SECONDS:.0f} s", False, came)
    said = ", ".join(f"{one:.2f}" for one in known)
    return Figure(name, asked, f"{max(known):.2f} s", max(known) <= SECONDS, said)


def _until(is_so: Callable[[], bool]) -> float | None:
    """Seconds until something is so; None where it did not become so in time."""
    started_at = time.monotonic()
    while time.monotonic() - started_at < GIVE_UP_SECONDS:
        if is_so():
            return time.monotonic() - started_at
        time.sleep(0.02)
    return None


def _reference(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _suggestions(data_dir: Path, kind: str, reference: str) -> int:
    """How many suggestions are stored for a pledge or a need."""
    of = {
        "pledge": "JOIN pledges ON pledges.id = suggestions.pledge_id WHERE pledges.reference = ?",
        "need": "JOIN need_parts ON need_parts.id = suggestions.part_id "
        "JOIN needs ON needs.id = need_parts.need_id WHERE needs.reference = ?",
    }[kind]
    with closing(sqlite3.connect(data_dir / "borough.sqlite3", timeout=5)) as database:
        count: int = database.execute(f"SELECT count(*) FROM suggestions {of}", (reference,)).fetchone()[0]  # noqa: S608
    return count


def _make_room(visitors: Visitors) -> None:
    """A group has three open needs at most: what was posted to be met by the hour is taken back."""
    for link in dict.fromkeys(links_of(page(visitors["group.lead"], "/our-needs?state=open"))):
        if link.startswith("/needs/N-") and link.count("/") == 2:
            with suppress(NotThere, WasRefused):
                _withdraw(visitors, link)
                return


def _withdraw(visitors: Visitors, need: str) -> None:
    """A group has three open needs at most: each is taken back before the next is posted."""
    group = visitors["group.lead"]
    form = form_with(page(group, f"{need}/take-back"), "reason")
    group.post(form.action, form.filled(reason="It was only to see how soon it is found."))

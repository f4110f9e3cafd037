"""What a council says about its own site, kept in the database in front of what the environment says.

Read at most once a second in each process, in one query, whatever the number of requests: `site()`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from community_book.base import work as sessions
from community_book.base.settings import Settings, settings
from community_book.base.tables import SiteFact

NAMES, SAFEGUARDING, COLOUR, OPENING = "site names", "safeguarding", "colour", "opening"
EXAMPLE_DATA = "example data"
"""Names of facts."""
SAID = (
    "site_name",
    "council_name",
    "contact_email",
    "contact_telephone",
    "safeguarding_phone",
    "safeguarding_hours",
)
OWN_COLOUR = "#1d5c63"
OLD_AFTER_SECONDS = 1.0


@dataclass(frozen=True)
class Site:
    """The names, numbers and colour shown on every page, and whether the site is open to everybody.

    A site that is being set up shows none of the examples: what the council has not said is empty.
    """

    site_name: str
    council_name: str
    contact_email: str
    contact_telephone: str
    safeguarding_phone: str
    safeguarding_hours: str
    colour: str = OWN_COLOUR
    is_open: bool = True
    has_example_data: bool = False


@dataclass(frozen=True)
class _Kept:
    read_at: float
    bind: Engine | Connection
    settings: Settings
    site: Site


_kept: _Kept | None = None


def site() -> Site:
    """The site as the council describes it; while the database does not answer, as it was known last."""
    global _kept
    bind, now, given = sessions.engine(), time.monotonic(), settings()
    known = _kept if _kept is not None and _kept.bind is bind and _kept.settings is given else None
    if known is not None and now - known.read_at < OLD_AFTER_SECONDS:
        return known.site
    try:
        with sessions.reading() as reading:
            facts = {row.name: row.value for row in reading.execute(select(SiteFact.name, SiteFact.value))}
    except DBAPIError:
        return known.site if known is not None else described({}, given)
    found = described(facts, given)
    _kept = _Kept(now, bind, given, found)
    return found


def forget() -> None:
    """After a change: this process reads anew at once, the others within a second."""
    global _kept
    _kept = None


def is_example(said: str) -> bool:
    """Whether a name, number or address is one of those that reach nobody: they stand for what a council says."""
    return said.startswith("01632 960") or said.endswith(".example") or "Example Borough" in said


def described(facts: Mapping[str, Any], given: Settings) -> Site:
    """Facts of the database in front of the settings of the environment."""
    said = {**facts.get(NAMES, {}), **facts.get(SAFEGUARDING, {})}
    is_open, has_example_data = bool(facts.get(OPENING, {}).get("is_open", True)), EXAMPLE_DATA in facts
    shown = {name: str(said.get(name) or getattr(given, name)) for name in SAID}
    if not is_open and not has_example_data:
        shown |= {name: "" for name in SAID if not said.get(name) and is_example(shown[name])}
        shown["safeguarding_hours"] = shown["safeguarding_hours"] if shown["safeguarding_phone"] else ""
    colour = str(facts.get(COLOUR, {}).get("colour", ""))
    return Site(
        **shown,
        colour=colour if re.fullmatch(r"#[0-9a-f]{6}", colour) else OWN_COLOUR,
        is_open=is_open,
        has_example_data=has_example_data,
    )

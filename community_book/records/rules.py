"""Who reads the record of acts, what of it is kept apart, and how it is looked through. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from community_book.base.actor import Permission, Role
from community_book.base.messages import N_, Message

SEE_RECORD = Permission("see_record", Role.AUDITOR, Role.OFFICER, Role.ADMINISTRATOR)
"""Reading the acts one by one. The heads of the chain are for everybody."""

PER_PAGE = 25
LOOKED_AT_MOST = 20_000
"""So many acts are looked through at once where nothing but reading them tells whether they are meant."""
ROWS_AT_MOST = 10_000
"""So many acts are in one table to take away."""

CONCERNS = ("concern", "concern_thanks")
CHANNEL_LABELS: dict[str, Message] = {
    "page": Message(N_("on the site")),
    "link": Message(N_("by a signed link")),
    "on behalf": Message(N_("recorded by the council for them")),
    "system": Message(N_("by the site itself")),
}


@dataclass(frozen=True)
class Looked:
    """What is looked for: all of it must fit. `organisation` is a reference; days include both ends."""

    reference: str = ""
    act: str = ""
    organisation: str = ""
    first_day: date | None = None
    last_day: date | None = None
    before: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it asks about a thing, an act or somebody: what is kept apart is then not even counted."""
        return bool(self.reference or self.act or self.organisation)


def is_kept_apart(act: str, subjects: Collection[str], facts: Mapping[str, Any]) -> bool:
    """Whether an act tells of a concern: those are for safeguarding officers, also that there is one (domain.md 3)."""
    kinds = {subject.partition(":")[0] for subject in subjects}
    return act.startswith("concern.") or not kinds.isdisjoint(CONCERNS) or facts.get("why") == "concern"


@dataclass(frozen=True)
class Links:
    """Whether an act fits into the chain: its own hash, and the hash of the act before that it holds."""

    own_fits: bool
    before_fits: bool

    @property
    def fit(self) -> bool:
        return self.own_fits and self.before_fits


def links_of(body: str, of: str, before: str | None) -> Links:
    """How an act hangs in the chain. `body` is the text that was hashed, `of` the hash kept with it.

    `before` is the hash kept with the act before, or the one a chain begins with; None where that act is missing.
    """
    try:
        previous = json.loads(body).get("previous")
    except (ValueError, AttributeError):
        previous = None
    return Links(hashlib.sha256(body.encode()).hexdigest() == of, before is not None and previous == before)

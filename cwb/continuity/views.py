"""What acts over rooms show before they are done."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import Message
from cwb.continuity.rules import Fate


@dataclass(frozen=True)
class Affected:
    """One thing an act reaches: where it is, what it is, whom it concerns, what will happen to it."""

    id: int
    subject: str
    reference: str
    title: str
    with_whom: str
    state: Message
    fate: Fate


@dataclass(frozen=True)
class Body:
    """The organisation an act is about."""

    id: int
    reference: str
    name: str

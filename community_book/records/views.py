"""What the record of acts hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from community_book.records.rules import Links


@dataclass(frozen=True)
class Head:
    """Where the chain ended on a day: the number of its last act, and that act's hash.

    `acts_since` counts the acts since the head before it.
    """

    day: date
    sequence: int
    hash: str
    published_at_utc: datetime
    acts_since: int = 0


@dataclass(frozen=True)
class ActShown:
    """One act. Of one that is kept apart only number and moment are told.

    `acting_as` and `on_behalf_of` are references of organisations, with their names.
    """

    sequence: int
    at_utc: datetime
    act: str = ""
    subjects: tuple[str, ...] = ()
    acting_as: str = ""
    acting_as_name: str = ""
    on_behalf_of: str = ""
    on_behalf_of_name: str = ""
    channel: str = ""

    @property
    def is_kept_apart(self) -> bool:
        return not self.act


@dataclass(frozen=True)
class ActsFound:
    """A page of acts, newest first. `older` is where to look on, None at the beginning of the chain.

    `looked_until` is set where looking stopped before the page was full: no act from there on was looked at yet.
    """

    acts: tuple[ActShown, ...]
    older: int | None = None
    looked_until: int | None = None


@dataclass(frozen=True)
class ActInChain:
    """One act with its place in the chain. `body` is the text that was hashed, "" of one that is kept apart."""

    shown: ActShown
    hash: str
    hash_before: str
    links: Links
    body: str = ""
    newer: int | None = None
    older: int | None = None

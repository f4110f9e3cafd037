"""What a file says of frameworks, once read: the same shapes for a spreadsheet and for published notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from community_book.base.messages import Message
from community_book.base.table_files import BadRow


@dataclass(frozen=True)
class LotRead:
    """A lot as a file names it."""

    number: str
    title: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Spell:
    """A supplier's time on one lot. `from_day` None: the day it is taken in; `until_day` None with `ended`
    True: likewise."""

    lot: str
    from_day: date | None
    ended: bool = False
    until_day: date | None = None


@dataclass(frozen=True)
class SupplierRead:
    """A supplier with its register numbers (scheme, number), tidied, and its lots.

    Without numbers, or with a `note` that says why they cannot be used, it waits to be matched by hand.
    `keys` are the names other notices may know it by.
    """

    name: str
    identifiers: tuple[tuple[str, str], ...]
    spells: tuple[Spell, ...]
    keys: frozenset[str] = frozenset()
    note: Message | None = None


@dataclass(frozen=True)
class ReleaseRead:
    """One published notice, reduced to what is used of it. `content` is plain and is kept for later merges."""

    ocid: str
    release: str
    at: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class FrameworkRead:
    """A framework as a file, or all notices of one ocid merged, say it is."""

    name: str
    description: str = ""
    buyer: str = ""
    buyer_keys: frozenset[str] = frozenset()
    ocid: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    lots: tuple[LotRead, ...] = ()
    suppliers: tuple[SupplierRead, ...] = ()


@dataclass(frozen=True)
class FileRead:
    """What a file holds: one framework of a spreadsheet, or releases by ocid; what to mind; what is wrong."""

    table: FrameworkRead | None = None
    releases: Mapping[str, tuple[ReleaseRead, ...]] = field(default_factory=dict)
    warnings: tuple[Message, ...] = ()
    bad: tuple[BadRow, ...] = ()

"""What other rooms and pages are shown of an organisation."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import Message


@dataclass(frozen=True)
class IdentifierView:
    """A register number: `org_id` is how other systems write it, `label` which register it is in plain words."""

    scheme: str
    value: str
    org_id: str
    is_primary: bool
    label: Message


@dataclass(frozen=True)
class OrganisationView:
    """A body with its register numbers, the first shown first. All of it is public."""

    id: int
    reference: str
    name: str
    description: str
    website: str
    is_council: bool
    identifiers: tuple[IdentifierView, ...]
    version: int
    is_closed: bool

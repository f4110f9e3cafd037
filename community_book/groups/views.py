"""What other rooms and pages are shown of groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from community_book.groups.rules import GroupState
from community_book.organisations.views import IdentifierView
from community_book.places.views import ZoneView


@dataclass(frozen=True)
class GroupView:
    """A group of the Book. Contacts, postcode and the place's words are empty for those who may not see them."""

    id: int
    reference: str
    organisation_id: int
    organisation_reference: str
    name: str
    state: GroupState
    what_we_do: str
    who_for: str
    can_offer: str
    size_band: str
    informal: bool
    website: str
    identifiers: tuple[IdentifierView, ...]
    place_id: int
    zones: tuple[ZoneView, ...]
    postcode: str
    place_public: bool
    confidential: bool
    contact_name: str
    contact_email: str
    contact_telephone: str
    contacts_public: bool
    deputy_name: str
    deputy_email: str
    trusted: bool
    last_confirmed_on: date
    out_of_date: bool
    reason: str
    version: int
    picked: tuple[str, ...] = ()

    @property
    def is_listed(self) -> bool:
        return self.state is GroupState.LISTED


@dataclass(frozen=True)
class ContactsView:
    """Whom to speak to, for those whom an agreed commitment or their role lets see it."""

    contact_name: str
    contact_email: str
    contact_telephone: str
    deputy_name: str
    deputy_email: str


@dataclass(frozen=True)
class Alike:
    """A group that may be the same: listed already, or asked for by somebody else."""

    reference: str
    name: str
    state: GroupState
    same_number: bool


@dataclass(frozen=True)
class AskView:
    """An ask as officers moderate it. `number` is the org-id or "". Contacts are empty for an auditor."""

    id: int
    reference: str
    name: str
    state: GroupState
    what_we_do: str
    who_for: str
    size_band: str
    scheme: str
    identifier: str
    number: str
    informal: bool
    proof: str
    zones: tuple[ZoneView, ...]
    postcode: str
    confidential: bool
    contact_name: str
    contact_email: str
    contact_telephone: str
    contacts_public: bool
    asked_at_utc: datetime
    waiting_since_utc: datetime
    working_days: int
    question: str
    answer: str
    reason: str
    version: int
    is_own: bool
    """The officer belongs to it or recorded the ask: somebody else decides."""


@dataclass(frozen=True)
class QuestionView:
    """What the asker is asked."""

    reference: str
    name: str
    question: str


@dataclass(frozen=True)
class Listing:
    """What the directory is asked for: words, a zone, both or neither."""

    words: str = ""
    zone_id: int | None = None

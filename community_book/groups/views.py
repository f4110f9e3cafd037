"""What other rooms and pages are shown of groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from community_book.base.messages import Message
from community_book.base.table_files import BadRow
from community_book.groups.rules import DAYS, GroupState, ReportKind, ReportState, Space
from community_book.organisations.views import IdentifierView
from community_book.places.views import ZoneView


@dataclass(frozen=True)
class TagView:
    """What groups do, in a few words to tick."""

    code: str
    label: str
    theme: str
    description: str = ""


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
    sells: str = ""
    has_room_for: str = ""
    tags: tuple[TagView, ...] = ()
    distance_m: int | None = None
    """From the postcode the directory was asked for: to its zone's middle, or to its place where that is public."""

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
class Near:
    """A postcode that was typed: its point, and how far the middle of each zone with a boundary is from it."""

    postcode: str
    easting: int
    northing: int
    scheme_id: int | None
    zone_distances_m: Mapping[int, int]


@dataclass(frozen=True)
class Listing:
    """What the directory is asked for. `sort` is name, nearest (with `near`) or fresh."""

    words: str = ""
    zone_id: int | None = None
    tag: str = ""
    sort: str = "name"
    near: Near | None = None


@dataclass(frozen=True)
class ActivityView:
    """Something regular. Place and postcode are empty for those who may not see them."""

    id: int
    reference: str
    title: str
    days: tuple[int, ...]
    starts: int
    ends: int
    when_note: str
    for_whom: str
    cost: str
    space: Space
    confirmed_on: date
    is_old: bool
    group_reference: str
    group_name: str
    organisation_id: int
    zones: tuple[ZoneView, ...]
    where_words: str
    postcode: str
    place_public: bool
    distance_m: int | None
    version: int
    picked: tuple[str, ...] = ()
    own_postcode: str = ""
    """For the group's own people: the postcode of a place of its own."""

    @property
    def day_labels(self) -> tuple[Message, ...]:
        return tuple(DAYS[day] for day in self.days)


@dataclass(frozen=True)
class WhatsOn:
    """What somebody asks who wants to go somewhere. `day` 0 is Monday."""

    zone_id: int | None = None
    day: int | None = None
    near: Near | None = None


@dataclass(frozen=True)
class ReportView:
    """What somebody said about an entry, for officers. Name and address are empty for an auditor."""

    reference: str
    kind: ReportKind
    state: ReportState
    group_reference: str
    group_name: str
    name: str
    email: str
    words: str
    asked_at_utc: datetime
    working_days: int
    answer: str
    has_leads: bool
    version: int
    is_own: bool
    """The officer belongs to the group or said it: somebody else decides."""


@dataclass(frozen=True)
class ImportView:
    """How far a council's own list has been taken in; `left_out` says which lines were not, and why."""

    reference: str
    total: int
    done: int
    left_out: tuple[BadRow, ...]
    asked_at_utc: datetime
    finished_at_utc: datetime | None

    @property
    def listed(self) -> int:
        return self.done - len(self.left_out)

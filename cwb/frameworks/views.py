"""What frameworks hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from community_book.base.messages import Message
from community_book.places.views import ZoneView
from cwb.frameworks.rules import AdmissionState, UnmatchedState


@dataclass(frozen=True)
class LotView:
    """A class of service in a framework."""

    id: int
    reference: str
    framework_id: int
    number: str
    title: str
    starts_on: date | None
    ends_on: date | None
    providers: int = 0


@dataclass(frozen=True)
class FactView:
    """A published fact of a framework's history; without a value, a note in words."""

    code: str
    title: str
    value: int | None
    unit: str
    as_of: str
    note: str
    source: str


@dataclass(frozen=True)
class FrameworkCard:
    """A framework in a list."""

    id: int
    reference: str
    name: str
    buyer: str
    starts_on: date | None
    ends_on: date | None
    lots: int
    providers: int
    zone_scheme_id: int | None


@dataclass(frozen=True)
class FrameworkView:
    """A framework with its lots, zones and history. All of it is public."""

    id: int
    reference: str
    name: str
    description: str
    buyer: str
    starts_on: date | None
    ends_on: date | None
    ocid: str | None
    zone_scheme_id: int | None
    zone_scheme_name: str
    lots: tuple[LotView, ...]
    zones: tuple[ZoneView, ...]
    facts: tuple[FactView, ...]


@dataclass(frozen=True)
class AdmissionView:
    """A provider's place on a framework. Why it is suspended is never part of it."""

    id: int
    reference: str
    version: int
    framework_id: int
    framework_reference: str
    framework_name: str
    organisation_id: int
    organisation_reference: str
    organisation_name: str
    state: AdmissionState
    admitted_on: date
    ends_on: date | None
    lots: tuple[LotView, ...]
    zones: tuple[ZoneView, ...]
    zone_scheme_id: int | None = None

    @property
    def is_live(self) -> bool:
        return self.state is not AdmissionState.ENDED


@dataclass(frozen=True)
class AdmissionScope:
    """Where a provider may pledge. No zones means the whole borough, no lots the framework as such."""

    admission_id: int
    framework_id: int
    framework_name: str
    zone_scheme_id: int | None
    lots: tuple[LotView, ...]
    zones: tuple[ZoneView, ...]
    state: AdmissionState


@dataclass(frozen=True)
class UnmatchedView:
    """A supplier that waits for an officer to say which organisation it is."""

    id: int
    reference: str
    version: int
    framework_id: int
    framework_reference: str
    framework_name: str
    name: str
    lots: tuple[str, ...]
    note: str
    state: UnmatchedState
    organisation_reference: str
    organisation_name: str


@dataclass(frozen=True)
class UploadView:
    """A file that was looked at and not yet taken in."""

    reference: str
    name: str
    framework_name: str
    content: bytes
    added_at_utc: datetime


@dataclass(frozen=True)
class ImportDone:
    """What an import did or would do: a sentence for each change, what to mind, and a fingerprint of both."""

    references: tuple[str, ...]
    changes: tuple[Message, ...]
    warnings: tuple[Message, ...]
    fingerprint: str

"""A delivery as lists and pages show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from community_book.base.amounts import Unit
from community_book.base.messages import Message
from cwb.commitments.rules import Hosting
from cwb.deliveries.rules import COUNTED_AS_VERIFIED, Case, DeliveryState, Flag, Risk, Who


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery in a list. Amounts are in `unit`; `counted` is what a list is about where it is about a figure.

    `confirmed` None reads "not applicable": no group confirms it. `may_open`: the reader may open its page.
    `risks` is why it is checked one by one, where a list is about that. `held_for` is the batch it is frozen in.
    """

    id: int
    reference: str
    version: int
    state: DeliveryState
    side: Who
    measure_id: int
    measure_code: str
    measure_title: str
    pillar_number: int
    disclosive: bool
    unit: Unit
    stated: int
    amount: int
    surplus: int
    usual: int
    confirmed: int | None
    verified: int
    level_part: int | None
    level_whole: int | None
    share_basis_points: int
    first_day: date
    happened_on: date
    counts_on: date
    provider_id: int
    provider_name: str
    group_id: int | None
    group_name: str
    pledge_id: int
    pledge_reference: str
    pledge_title: str
    commitment_id: int | None
    commitment_reference: str
    need_reference: str
    need_title: str
    zone_id: int | None
    answer_by: date | None
    reported_at_utc: datetime
    reported_on_behalf: bool
    confirmed_on_behalf: bool
    flags: tuple[Flag, ...]
    files: int = 0
    may_open: bool = True
    counted: int | None = None
    risks: tuple[Risk, ...] = ()
    held_for: str = ""
    in_sample: bool = False

    @property
    def is_level(self) -> bool:
        return self.level_whole is not None

    @property
    def whole(self) -> int:
        """What was not left out: what counts and what is usual."""
        return self.amount + self.usual

    @property
    def is_verified(self) -> bool:
        return self.state in COUNTED_AS_VERIFIED


@dataclass(frozen=True)
class SessionLine:
    """One date of a report: used, left out of it again, or an exception that was not used."""

    id: int
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    amount: int
    was_used: bool
    stands: bool


@dataclass(frozen=True)
class AlikePicture:
    """A picture of another delivery that is nearly the same."""

    uuid: UUID
    reference: str


@dataclass(frozen=True)
class FileView:
    """A file of a delivery. `also_in`: references of other deliveries the same file was sent with.

    `alike`: pictures of other deliveries that are nearly the same; only for those who decide.
    """

    uuid: UUID
    name: str
    media_type: str
    extension: str
    size_bytes: int
    added_as: str
    also_in: tuple[str, ...] = ()
    alike: tuple[AlikePicture, ...] = ()

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True)
class PictureBeside:
    """One of two pictures that are compared, with what was reported with it."""

    uuid: UUID
    name: str
    reference: str
    state: DeliveryState
    provider_name: str
    group_name: str
    happened_on: date
    reported_at_utc: datetime


@dataclass(frozen=True)
class WaitingFile:
    """A file that was sent with a form which is not finished."""

    reference: str
    name: str
    size_bytes: int


@dataclass(frozen=True)
class EvidenceFile:
    """What it takes to hand a file out."""

    sha256: str
    media_type: str
    extension: str
    name: str


@dataclass(frozen=True)
class Said:
    """One word on a delivery, as its page shows it. `person_name` is for the council only."""

    act: str
    stage: str
    amount: int | None
    reason: str
    basis: str
    organisation_name: str
    person_name: str
    on_behalf: bool
    at_utc: datetime


@dataclass(frozen=True)
class Neighbour:
    """Another report on the same promise or pledge; or, with `measure_code`, under a measure it is not counted with."""

    reference: str
    state: DeliveryState
    happened_on: date
    amount: int
    same_day_and_amount: bool
    measure_code: str = ""


@dataclass(frozen=True)
class Agreement:
    """What was agreed, beside the report of it."""

    reference: str
    state: str
    amount: int
    reported: int
    verified: int
    left: int
    first_day: date
    last_day: date
    hosting: Hosting
    hosting_pence_a_visit: int
    people: int | None
    is_live: bool


@dataclass(frozen=True)
class DeliveryView(DeliveryRow):
    """A delivery with everything in it, for those who may see it.

    `who` is the reader's own hand and `may` the acts open to it now; `why_not` says why a verifier may not decide.
    """

    case: Case = field(kw_only=True)
    who: Who | None = field(kw_only=True)
    may: frozenset[str] = field(kw_only=True)
    why_not: Message | None = field(kw_only=True)
    what_happened: str = field(kw_only=True)
    what_changed: str = field(kw_only=True)
    visits: int = field(kw_only=True)
    hosting_paid_pence: int = field(kw_only=True)
    group_word: int | None = field(kw_only=True)
    before_decision: int | None = field(kw_only=True)
    state_before_decision: DeliveryState | None = field(kw_only=True)
    evidence_asked: str = field(kw_only=True)
    what_counts: str = field(kw_only=True)
    two_verifiers_above: int | None = field(kw_only=True)
    pledge_share_basis_points: int | None = field(kw_only=True)
    baseline: int = field(kw_only=True)
    sessions: tuple[SessionLine, ...] = field(kw_only=True)
    evidence: tuple[FileView, ...] = field(kw_only=True)
    said: tuple[Said, ...] = field(kw_only=True)
    others: tuple[Neighbour, ...] = field(kw_only=True)
    agreement: Agreement | None = field(kw_only=True)
    is_public: bool = field(kw_only=True)

    @property
    def subject(self) -> str:
        return f"delivery:{self.reference}"

    @property
    def used(self) -> tuple[SessionLine, ...]:
        """The dates that still stand as used."""
        return tuple(line for line in self.sessions if line.was_used and line.stands)

    def last_said(self, *acts: str) -> Said | None:
        """The newest word of these kinds."""
        return next((said for said in reversed(self.said) if said.act in acts), None)


@dataclass(frozen=True)
class PublicDelivery:
    """What everybody may read of a verified delivery: no names of people, no words, no files."""

    row: DeliveryRow
    zone_name: str
    pillar_name: str
    confirmed_how: str

"""What stops promises and pledges now: concerns, suspensions, ended places. Read at once for an undoing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from community_book.concerns.queries import held_subjects
from community_book.groups.rules import GroupState
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments.tables import Commitment, CommitmentHold
from cwb.continuity.rules import CONCERN, SUSPENDED, about_provider
from cwb.deliveries.tables import Delivery
from cwb.frameworks.rules import AdmissionState, SuspensionClass
from cwb.frameworks.tables import Admission
from cwb.pledges.tables import Pledge


@dataclass(frozen=True)
class Hold:
    """One reason a promise was on hold for: its row, why, and about what."""

    id: int
    why: str
    about: str


@dataclass(frozen=True)
class Standing:
    """What stops promises and pledges at this moment, by their ids and references.

    `concerns` maps a promise to the subjects that concerns hold and that it stands for; `suspended` maps providers to
    the class of their suspension; `admitted` are (provider, framework) pairs; `pledges` maps references to both.
    """

    holds: dict[int, list[Hold]] = field(default_factory=dict)
    concerns: dict[int, list[str]] = field(default_factory=dict)
    suspended: dict[int, SuspensionClass] = field(default_factory=dict)
    admitted: frozenset[tuple[int, int]] = frozenset()
    providers: dict[int, int] = field(default_factory=dict)
    pledges: dict[str, tuple[int, int]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    stopping: frozenset[str] = frozenset()

    def still_holds(self, commitment_id: int, hold_ids: Collection[int]) -> list[int]:
        """Which of the reasons a promise was on hold for still stand."""
        return [one.id for one in self.holds.get(commitment_id, ()) if one.id in hold_ids and self._stands(one)]

    def _stands(self, hold: Hold) -> bool:
        if hold.why == CONCERN:
            return hold.about in self.held
        return hold.why != SUSPENDED or hold.about in self.stopping


def standing_of(
    reading: Session, *, commitment_ids: Collection[int], pledge_references: Collection[str], on: date
) -> Standing:
    """What stops these promises and pledges on a day: eight queries, however many they are."""
    holds: defaultdict[int, list[Hold]] = defaultdict(list)
    for row in reading.execute(
        select(CommitmentHold).where(CommitmentHold.commitment_id.in_(commitment_ids)).order_by(CommitmentHold.id)
    ).scalars():
        holds[row.commitment_id].append(Hold(row.id, row.why, row.about))
    about: defaultdict[int, list[str]] = defaultdict(list)
    providers: dict[int, int] = {}
    for promise in reading.execute(
        select(
            Commitment.id, Commitment.reference, Commitment.provider_id, Pledge.reference.label("pledge"),
            Need.reference.label("need"),
        )
        .join(Pledge, Pledge.id == Commitment.pledge_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .where(Commitment.id.in_(commitment_ids))
        .order_by(Commitment.id)
    ):  # fmt: skip
        providers[promise.id] = promise.provider_id
        about[promise.id] += [f"commitment:{promise.reference}", f"need:{promise.need}", f"pledge:{promise.pledge}"]
    for delivery in reading.execute(
        select(Delivery.commitment_id, Delivery.reference)
        .where(Delivery.commitment_id.in_(commitment_ids))
        .order_by(Delivery.id)
    ):
        about[delivery.commitment_id].append(f"delivery:{delivery.reference}")
    pledges = {
        pledge.reference: (pledge.organisation_id, pledge.framework_id)
        for pledge in reading.execute(
            select(Pledge.reference, Pledge.organisation_id, Pledge.framework_id).where(
                Pledge.reference.in_(pledge_references)
            )
        )
    }
    asked = {subject for subjects in about.values() for subject in subjects}
    asked |= {f"pledge:{reference}" for reference in pledges}
    asked |= {one.about for found in holds.values() for one in found if one.why == CONCERN}
    held = held_subjects(reading, asked)
    places = reading.execute(
        select(Admission, Organisation.reference)
        .join(Organisation, Organisation.id == Admission.organisation_id)
        .where(Admission.state != AdmissionState.ENDED)
        .order_by(Admission.id)
    ).all()
    suspended = [(place, reference) for place, reference in places if place.state == AdmissionState.SUSPENDED]
    groups = reading.execute(select(GroupEntry.reference).where(GroupEntry.state == GroupState.SUSPENDED)).scalars()
    return Standing(
        holds=dict(holds),
        concerns={key: [one for one in subjects if one in held] for key, subjects in about.items()},
        suspended={place.organisation_id: SuspensionClass(place.suspension_class) for place, _ in suspended},
        admitted=frozenset(
            (place.organisation_id, place.framework_id)
            for place, _ in places
            if place.state == AdmissionState.ADMITTED and (place.ends_on is None or place.ends_on >= on)
        ),
        providers=providers,
        pledges=pledges,
        held=frozenset(held),
        stopping=frozenset(
            {about_provider(reference) for _, reference in suspended} | {f"group:{reference}" for reference in groups}
        ),
    )


def places_of(reading: Session, organisation_id: int, on: date) -> frozenset[tuple[int, int]]:
    """The (provider, framework) pairs one organisation is admitted to on a day."""
    rows = reading.execute(
        select(Admission.framework_id).where(
            Admission.organisation_id == organisation_id,
            Admission.state == AdmissionState.ADMITTED,
            or_(Admission.ends_on.is_(None), Admission.ends_on >= on),
        )
    ).scalars()
    return frozenset((organisation_id, framework_id) for framework_id in rows)

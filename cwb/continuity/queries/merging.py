"""What two entries of one group have, before they are merged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, Permission
from community_book.base.references import tidy_reference
from community_book.groups.rules import GroupState
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need
from community_book.organisations.tables import Organisation
from cwb.commitments.tables import Commitment
from cwb.continuity.rules import Thing
from cwb.continuity.views import Body
from cwb.deliveries.tables import Delivery
from cwb.frameworks.tables import Admission
from cwb.pledges.tables import Pledge


@dataclass(frozen=True)
class OwnThing:
    """Something of a group that goes along when it is merged."""

    kind: Thing
    id: int
    reference: str
    stands: str
    unit: str = ""
    amount: int | None = None


def known_body(reading: Session, actor: Actor, reference: str, permission: Permission) -> Body | None:
    """The organisation of a reference somebody typed; None where there is none. Raises NotAllowed."""
    actor.must(permission)
    row = reading.execute(
        select(Organisation.id, Organisation.reference, Organisation.name).where(
            Organisation.reference == tidy_reference(reference)
        )
    ).one_or_none()
    return Body(row.id, row.reference, row.name) if row is not None else None


def entries_of(reading: Session, organisation_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Of each organisation that is in the Book now its entry's reference and what it does: one query."""
    rows = reading.execute(
        select(GroupEntry.organisation_id, GroupEntry.reference, GroupEntry.what_we_do).where(
            GroupEntry.organisation_id.in_(organisation_ids),
            GroupEntry.state.in_((GroupState.LISTED, GroupState.PAUSED)),
        )
    )
    return {row.organisation_id: (row.reference, row.what_we_do) for row in rows if row.organisation_id is not None}


def things_of_group(reading: Session, group_id: int) -> list[OwnThing]:
    """Its needs, the promises to it and the reports about it, in every state, each kind by id: three queries."""
    needs = reading.execute(
        select(Need.id, Need.reference, Need.state).where(Need.organisation_id == group_id).order_by(Need.id)
    )
    promises = reading.execute(
        select(Commitment.id, Commitment.reference, Commitment.state, Commitment.unit, Commitment.amount)
        .where(Commitment.group_id == group_id)
        .order_by(Commitment.id)
    )
    reports = reading.execute(
        select(Delivery.id, Delivery.reference, Delivery.state, Delivery.unit, Delivery.amount, Delivery.level_part)
        .where(Delivery.group_id == group_id)
        .order_by(Delivery.id)
    )
    return [
        *(OwnThing(Thing.NEED, row.id, row.reference, row.state) for row in needs),
        *(OwnThing(Thing.COMMITMENT, row.id, row.reference, row.state, row.unit, row.amount) for row in promises),
        *(
            OwnThing(
                Thing.DELIVERY,
                row.id,
                row.reference,
                row.state,
                row.unit,
                row.amount if row.level_part is None else None,
            )
            for row in reports
        ),
    ]


def is_more_than_a_group(reading: Session, organisation_id: int) -> bool:
    """Whether a body is a provider too, or the council."""
    found = (
        select(Organisation.id)
        .where(Organisation.id == organisation_id)
        .where(
            or_(
                Organisation.is_council,
                Organisation.id.in_(select(Pledge.organisation_id)),
                Organisation.id.in_(select(Admission.organisation_id)),
            )
        )
    )
    return reading.execute(found).first() is not None


def have_promised_each_other(reading: Session, one: int, other: int) -> bool:
    """Whether one of two bodies ever offered the other anything."""
    found = select(Commitment.id).where(
        or_(
            and_(Commitment.provider_id == one, Commitment.group_id == other),
            and_(Commitment.provider_id == other, Commitment.group_id == one),
        )
    )
    return reading.execute(found.limit(1)).first() is not None

"""One select that carries everything a list of deliveries shows, and its rows as views."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import aliased

from community_book.base.amounts import Unit
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments.tables import Commitment
from cwb.deliveries.rules import DeliveryState, Who, known
from cwb.deliveries.tables import Delivery, Evidence
from cwb.deliveries.views import DeliveryRow
from cwb.pillars.tables import Measure
from cwb.pledges.tables import Pledge

Provider = aliased(Organisation)
Group = aliased(Organisation)

IS_FLAGGED = cast(Delivery.flags, String) != "[]"


def joined() -> Select[Any]:
    """Deliveries with the names around them. Columns: see `row_values`."""
    files = select(func.count(Evidence.id)).where(Evidence.delivery_id == Delivery.id).scalar_subquery()
    return (
        select(Delivery, Measure, Pledge, Provider.name, Group.name, Commitment, Need, files)
        .join(Measure, Measure.id == Delivery.measure_id)
        .join(Pledge, Pledge.id == Delivery.pledge_id)
        .join(Provider, Provider.id == Delivery.provider_id)
        .outerjoin(Group, Group.id == Delivery.group_id)
        .outerjoin(Commitment, Commitment.id == Delivery.commitment_id)
        .outerjoin(NeedPart, NeedPart.id == Delivery.part_id)
        .outerjoin(Need, Need.id == NeedPart.need_id)
    )


def with_words(words: str) -> list[ColumnElement[bool]]:
    """Deliveries in whose reference, names or titles each of the words stands."""
    columns = (Delivery.reference, Provider.name, Group.name, Pledge.title, Need.title, Measure.title, Measure.code)
    found = []
    for word in words.split()[:6]:
        like = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        found.append(or_(*(column.ilike(like, escape="!") for column in columns)))
    return found


def row_values(found: Any, *, may_open: bool = True, counted: int | None = None) -> dict[str, Any]:
    """The fields of a DeliveryRow from one row of `joined`."""
    row, measure, pledge, provider_name, group_name, commitment, need, files = found
    group_confirms = row.commitment_id is not None and measure.confirmed_by == "group"
    return {
        "id": row.id,
        "reference": row.reference,
        "version": row.version,
        "state": DeliveryState(row.state),
        "side": Who(row.side),
        "measure_id": measure.id,
        "measure_code": measure.code,
        "measure_title": measure.title,
        "pillar_number": measure.pillar_number,
        "disclosive": measure.disclosive,
        "unit": Unit(row.unit),
        "stated": row.stated,
        "amount": row.amount,
        "surplus": row.surplus,
        "usual": row.usual,
        "confirmed": row.confirmed if group_confirms else None,
        "verified": row.verified,
        "level_part": row.level_part,
        "level_whole": row.level_whole,
        "share_basis_points": row.share_basis_points,
        "first_day": row.first_day,
        "happened_on": row.happened_on,
        "counts_on": row.counts_on,
        "provider_id": row.provider_id,
        "provider_name": provider_name,
        "group_id": row.group_id,
        "group_name": group_name or "",
        "pledge_id": pledge.id,
        "pledge_reference": pledge.reference,
        "pledge_title": pledge.title,
        "commitment_id": row.commitment_id,
        "commitment_reference": commitment.reference if commitment else "",
        "need_reference": need.reference if need else "",
        "need_title": need.title if need else "",
        "zone_id": commitment.zone_id if commitment else None,
        "answer_by": row.answer_by,
        "reported_at_utc": row.reported_at_utc,
        "reported_on_behalf": row.reported_on_behalf,
        "confirmed_on_behalf": row.confirmed_on_behalf,
        "held_for": row.held_for,
        "in_sample": row.in_sample,
        "flags": tuple(known(row.flags)),
        "files": files,
        "may_open": may_open,
        "counted": counted,
    }


def as_row(found: Any, *, may_open: bool = True, counted: int | None = None) -> DeliveryRow:
    """One row of `joined` as a view."""
    return DeliveryRow(**row_values(found, may_open=may_open, counted=counted))

"""What a figure is made of, told to whoever asks as far as they may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Actor
from community_book.base.amounts import Unit
from community_book.base.messages import N_, Message
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from community_book.places.tables import Zone
from cwb.commitments.tables import Commitment
from cwb.deliveries.rules import COUNTED_AS_VERIFIED, SEE_ALL_DELIVERIES, STATE_LABELS, DeliveryState
from cwb.deliveries.tables import Delivery
from cwb.ledger.rules import ZONE_NOTES, Figure
from cwb.ledger.views import EntrySum
from cwb.pillars.tables import Measure
from cwb.pledges.tables import Pledge
from cwb.reporting.views import Behind

NOT_PUBLIC = Message(N_("A report that is not public yet"))
PROMISE_NOT_PUBLIC = Message(N_("A promise that is not public"))


def things_behind(reading: Session, actor: Actor, figure: Figure, entries: Sequence[EntrySum]) -> list[Behind]:
    """The pledges, commitments or deliveries of a page of entries, in their order: three queries at most."""
    zones = _zones(reading, {entry.zone_id for entry in entries if entry.zone_id is not None})
    if figure is Figure.PLEDGED:
        rows = _pledges(reading, [entry.pledge_id for entry in entries])
        return [_pledge(entry, rows[entry.pledge_id], zones) for entry in entries]
    if figure is Figure.COMMITTED:
        rows = _commitments(reading, actor, [entry.commitment_id or 0 for entry in entries])
        return [_commitment(entry, rows[entry.commitment_id or 0], zones) for entry in entries]
    rows = _deliveries(reading, actor, [entry.delivery_id or 0 for entry in entries])
    return [_delivery(entry, rows[entry.delivery_id or 0], zones) for entry in entries]


def _zones(reading: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = reading.execute(select(Zone.id, Zone.name).where(Zone.id.in_(ids))).all()
    return {row.id: row.name for row in rows}


def _zone(entry: EntrySum, zones: dict[int, str]) -> str | Message:
    if entry.zone_id is not None:
        return zones.get(entry.zone_id, "")
    return ZONE_NOTES.get(entry.zone_note, "")


def _pledges(reading: Session, ids: Sequence[int]) -> dict[int, Any]:
    rows = reading.execute(
        select(Pledge.id, Pledge.reference, Pledge.title, Organisation.name, Organisation.reference.label("provider"))
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .where(Pledge.id.in_(ids))
    ).all()
    return {row.id: row for row in rows}


def _pledge(entry: EntrySum, row: Any, zones: dict[int, str]) -> Behind:
    return Behind(
        entry.happened_on,
        entry.amount,
        row.title,
        f"pledge:{row.reference}",
        row.name,
        row.provider,
        "",
        "",
        _zone(entry, zones),
        measure_id=entry.measure_id,
        unit=Unit(entry.unit),
    )


def _open_to(actor: Actor, table: type[Commitment] | type[Delivery]) -> ColumnElement[bool]:
    """Whether the actor is one of its two sides, or reads everything for the council."""
    if actor.is_system or actor.may(SEE_ALL_DELIVERIES):
        return true()
    sides: list[ColumnElement[bool]] = []
    if actor.organisation_id is not None and actor.has_role(*PROVIDER_ROLES):
        sides.append(table.provider_id == actor.organisation_id)
    if actor.organisation_id is not None and actor.has_role(*GROUP_ROLES):
        sides.append(table.group_id == actor.organisation_id)
    return func.coalesce(or_(*sides), False) if sides else ~true()


def _commitments(reading: Session, actor: Actor, ids: Sequence[int]) -> dict[int, Any]:
    provider, group = aliased(Organisation), aliased(Organisation)
    rows = reading.execute(
        select(
            Commitment.id,
            Commitment.reference,
            Pledge.title,
            Pledge.reference.label("pledge"),
            Need.title.label("need"),
            Need.hidden,
            provider.name,
            provider.reference.label("provider"),
            group.name.label("group_name"),
            group.reference.label("group"),
            _open_to(actor, Commitment).label("seen"),
        )
        .join(Pledge, Pledge.id == Commitment.pledge_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(provider, provider.id == Commitment.provider_id)
        .join(group, group.id == Commitment.group_id)
        .where(Commitment.id.in_(ids))
    ).all()
    return {row.id: row for row in rows}


def _commitment(entry: EntrySum, row: Any, zones: dict[int, str]) -> Behind:
    is_public = not row.hidden
    shown = row.seen or is_public
    return Behind(
        entry.happened_on,
        entry.amount,
        Message(N_("%(pledge)s, for “%(need)s”"), pledge=row.title, need=row.need) if shown else PROMISE_NOT_PUBLIC,
        f"commitment:{row.reference}" if row.seen else f"pledge:{row.pledge}" if is_public else "",
        row.name if shown else "",
        row.provider if shown else "",
        row.group_name if shown else "",
        row.group if shown else "",
        _zone(entry, zones),
        measure_id=entry.measure_id,
        unit=Unit(entry.unit),
    )


def _deliveries(reading: Session, actor: Actor, ids: Sequence[int]) -> dict[int, Any]:
    provider, group = aliased(Organisation), aliased(Organisation)
    states = [str(state) for state in COUNTED_AS_VERIFIED]
    is_public = and_(Delivery.state.in_(states), ~Measure.disclosive, func.coalesce(~Need.hidden, True))
    rows = reading.execute(
        select(
            Delivery.id,
            Delivery.reference,
            Delivery.state,
            Pledge.title,
            provider.name,
            provider.reference.label("provider"),
            group.name.label("group_name"),
            group.reference.label("group"),
            is_public.label("is_public"),
            _open_to(actor, Delivery).label("seen"),
        )
        .join(Pledge, Pledge.id == Delivery.pledge_id)
        .join(Measure, Measure.id == Delivery.measure_id)
        .join(provider, provider.id == Delivery.provider_id)
        .outerjoin(group, group.id == Delivery.group_id)
        .outerjoin(NeedPart, NeedPart.id == Delivery.part_id)
        .outerjoin(Need, Need.id == NeedPart.need_id)
        .where(Delivery.id.in_(ids))
    ).all()
    return {row.id: row for row in rows}


def _delivery(entry: EntrySum, row: Any, zones: dict[int, str]) -> Behind:
    shown = row.seen or row.is_public
    return Behind(
        entry.happened_on,
        entry.amount,
        row.title if shown else NOT_PUBLIC,
        f"delivery:{row.reference}" if shown else "",
        row.name if shown else "",
        row.provider if shown else "",
        (row.group_name or "") if shown else "",
        (row.group or "") if shown else "",
        _zone(entry, zones),
        STATE_LABELS[DeliveryState(row.state)] if shown else None,
        entry.measure_id,
        Unit(entry.unit),
    )

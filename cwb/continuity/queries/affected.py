"""What a suspension or the closing of a group would reach, in the order of the page."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor, Permission
from community_book.base.amounts import Kind, Unit
from community_book.base.clock import today
from community_book.concerns.queries import held_subjects
from community_book.needs.queries import live_need_ids
from community_book.needs.rules import STATE_LABELS as NEED_LABELS
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.queries import organisation_by_reference
from community_book.organisations.tables import Organisation
from cwb.commitments.queries import ids_where_live, ids_where_open
from cwb.commitments.rules import STATE_LABELS as PROMISE_LABELS
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.continuity.rules import Fate, Klass, fate_of_promise
from cwb.continuity.views import Affected, Body
from cwb.deliveries.tables import Delivery
from cwb.frameworks.queries import admissions_of
from cwb.frameworks.rules import AdmissionState
from cwb.pledges.rules import STATE_LABELS as PLEDGE_LABELS
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge


def body(reading: Session, actor: Actor, reference: str, permission: Permission) -> Body:
    """The organisation, for those who may act on it. Raises NotAllowed, NotThere."""
    actor.must(permission)
    found = organisation_by_reference(reading, reference)
    return Body(found.id, found.reference, found.name)


def _promises(reading: Session, ids: list[int]) -> list[tuple[Commitment, str, str]]:
    """Commitments with the title of their need and the name of the group, by pledge and id."""
    group = aliased(Organisation)
    rows = reading.execute(
        select(Commitment, Need.title, group.name)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(group, group.id == Commitment.group_id)
        .where(Commitment.id.in_(ids))
        .order_by(Commitment.pledge_id, Commitment.id)
    )
    return [(row.Commitment, row.title, row.name) for row in rows]


def _affected(row: Commitment, title: str, with_whom: str, fate: Fate) -> Affected:
    return Affected(
        id=row.id,
        subject=f"commitment:{row.reference}",
        reference=row.reference,
        title=title,
        with_whom=with_whom,
        state=PROMISE_LABELS[CommitmentState(row.state)],
        fate=fate,
        stands=row.state,
        unit=Unit(row.unit),
        amount=row.amount,
    )


def promises_of_provider(reading: Session, provider_id: int, klass: Klass) -> list[Affected]:
    """Every promise of a provider that is not over, with what a suspension of that class does to it."""
    open_ids, live_ids = (
        ids_where_open(reading, provider_id=provider_id),
        ids_where_live(reading, provider_id=provider_id),
    )
    is_open = frozenset(open_ids)
    return [
        _affected(row, title, name, fate_of_promise(klass, Kind(row.kind), is_open=row.id in is_open))
        for row, title, name in _promises(reading, [*open_ids, *live_ids])
    ]


def pledges_of_provider(reading: Session, provider_id: int) -> list[Affected]:
    """The pledges a suspension pauses."""
    rows = reading.execute(
        select(Pledge)
        .where(Pledge.organisation_id == provider_id, Pledge.state == PledgeState.OFFERED)
        .order_by(Pledge.id)
    ).scalars()
    return [
        Affected(
            id=row.id,
            subject=f"pledge:{row.reference}",
            reference=row.reference,
            title=row.title,
            with_whom="",
            state=PLEDGE_LABELS[PledgeState(row.state)],
            fate=Fate.PAUSED,
            stands=row.state,
            unit=Unit(row.unit),
            amount=None if row.amount is None else row.amount - row.held - row.committed,
        )
        for row in rows
    ]


def promises_to_group(reading: Session, group_id: int) -> list[Affected]:
    """Every promise to a group that is not over, with what closing the group does to it."""
    open_ids, live_ids = ids_where_open(reading, group_id=group_id), ids_where_live(reading, group_id=group_id)
    is_open = frozenset(open_ids)
    names = {
        row.id: row.name
        for row in reading.execute(
            select(Commitment.id, Organisation.name)
            .join(Organisation, Organisation.id == Commitment.provider_id)
            .where(Commitment.id.in_([*open_ids, *live_ids]))
        )
    }
    return [
        _affected(row, title, names[row.id], Fate.LAPSES if row.id in is_open else Fate.ENDS)
        for row, title, _ in _promises(reading, [*open_ids, *live_ids])
    ]


def needs_of_group(reading: Session, group_id: int) -> list[Affected]:
    """The needs of a group that closing it closes."""
    rows = reading.execute(
        select(Need).where(Need.id.in_(live_need_ids(reading, group_id))).order_by(Need.id)
    ).scalars()
    return [
        Affected(
            id=row.id,
            subject=f"need:{row.reference}",
            reference=row.reference,
            title=row.title,
            with_whom="",
            state=NEED_LABELS[NeedState(row.state)],
            fate=Fate.CLOSES,
            stands=row.state,
        )
        for row in rows
    ]


def promises_about(reading: Session, subject: str) -> list[int]:
    """The commitments a concern's subject stands for: itself, or those of its pledge, need or delivery's promise."""
    kind, _, reference = subject.partition(":")
    if kind == "commitment":
        found = select(Commitment.id).where(Commitment.reference == reference)
    elif kind == "need":
        found = (
            select(Commitment.id)
            .join(NeedPart, NeedPart.id == Commitment.part_id)
            .join(Need, Need.id == NeedPart.need_id)
            .where(Need.reference == reference)
        )
    elif kind == "pledge":
        found = (
            select(Commitment.id).join(Pledge, Pledge.id == Commitment.pledge_id).where(Pledge.reference == reference)
        )
    elif kind == "delivery":
        found = (
            select(Commitment.id)
            .join(Delivery, Delivery.commitment_id == Commitment.id)
            .where(Delivery.reference == reference)
        )
    else:
        return []
    return list(reading.execute(found.order_by(Commitment.pledge_id, Commitment.id)).scalars())


def need_about(reading: Session, subject: str) -> int | None:
    """The need a concern's subject is, or the need behind a promise or a delivery."""
    kind, _, reference = subject.partition(":")
    if kind == "need":
        found = select(Need.id).where(Need.reference == reference)
    elif kind in {"commitment", "delivery"}:
        ids = promises_about(reading, subject)
        found = (
            select(NeedPart.need_id)
            .join(Commitment, Commitment.part_id == NeedPart.id)
            .where(Commitment.id.in_(ids))
            .limit(1)
        )
    else:
        return None
    return reading.execute(found).scalar_one_or_none()


def pledges_on_hold(reading: Session, provider_id: int) -> list[str]:
    """The references of a provider's pledges that a concern holds now."""
    pledges = select(Pledge.reference).where(Pledge.organisation_id == provider_id, Pledge.paused_by_council)
    paused = reading.execute(pledges.order_by(Pledge.id)).scalars().all()
    held = held_subjects(reading, [f"pledge:{reference}" for reference in paused])
    return [reference for reference in paused if f"pledge:{reference}" in held]


def may_go_on(reading: Session, subject: str) -> bool:
    """Whether nothing else stops a pledge that a concern lets go on: no other concern, no suspension."""
    reference = subject.removeprefix("pledge:")
    provider_id = reading.execute(select(Pledge.organisation_id).where(Pledge.reference == reference)).scalar_one()
    states = {admission.state for admission in admissions_of(reading, provider_id, today())}
    return AdmissionState.SUSPENDED not in states and not held_subjects(reading, [subject])

"""What a suspension or the closing of a group would reach, in the order of the page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

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
from cwb.commitments.queries.terms import IS_LIVE, IS_OPEN
from cwb.commitments.rules import STATE_LABELS as PROMISE_LABELS
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.continuity.rules import Change, Fate, Klass, Thing, fate_of_promise
from cwb.continuity.tables import UndertakingChange
from cwb.continuity.views import Affected, Body, UndertakingView
from cwb.deliveries.tables import Delivery
from cwb.frameworks.queries import admissions_of
from cwb.frameworks.rules import AdmissionState
from cwb.pillars.tables import Measure
from cwb.pledges.rules import STATE_LABELS as PLEDGE_LABELS
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge


def body(reading: Session, actor: Actor, reference: str, permission: Permission) -> Body:
    """The organisation, for those who may act on it. Raises NotAllowed, NotThere."""
    actor.must(permission)
    found = organisation_by_reference(reading, reference)
    return Body(found.id, found.reference, found.name)


def _promises(reading: Session, whose: ColumnElement[bool], other_side: InstrumentedAttribute[int]) -> list[Any]:
    """Promises that are not over with the title of their need and the name of the other side, by pledge and id."""
    return _promises_where(reading, and_(whose, or_(IS_OPEN, IS_LIVE)), other_side)


def _promises_where(reading: Session, wanted: ColumnElement[bool], other_side: InstrumentedAttribute[int]) -> list[Any]:
    rows = reading.execute(
        select(
            Commitment,
            IS_OPEN.label("is_open"),
            Need.title,
            Organisation.name,
            Measure.code,
            Measure.title.label("measure"),
        )
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(Organisation, Organisation.id == other_side)
        .join(Pledge, Pledge.id == Commitment.pledge_id)
        .join(Measure, Measure.id == Pledge.measure_id)
        .where(wanted)
        .order_by(Commitment.pledge_id, Commitment.id)
    )
    return list(rows.all())


def _affected(found: Any, fate: Fate) -> Affected:
    row: Commitment = found.Commitment
    return Affected(
        id=row.id,
        subject=f"commitment:{row.reference}",
        reference=row.reference,
        title=found.title,
        with_whom=found.name,
        state=PROMISE_LABELS[CommitmentState(row.state)],
        fate=fate,
        stands=row.state,
        unit=Unit(row.unit),
        amount=row.amount,
        measure=f"{found.code} {found.measure}",
        to_come=0 if found.is_open else row.amount - row.reported,
        kept=row.amount if row.holds_pledge else 0,
        part_id=row.part_id,
        last_day=row.last_day,
    )


def stopped_by(reading: Session, found: UndertakingView) -> list[Affected]:
    """The promises of a provider that its suspension holds or has ended, and whose part still lacks them.

    One that has gone on or was ended by hand since is left out.
    """
    what = {
        row.thing_id: row.what
        for row in reading.execute(
            select(UndertakingChange.thing_id, UndertakingChange.what).where(
                UndertakingChange.undertaking_id == found.id, UndertakingChange.kind == Thing.COMMITMENT
            )
        )
    }
    ids = list(what)
    rows = _promises_where(
        reading,
        and_(Commitment.id.in_(ids), Commitment.state.in_((CommitmentState.ON_HOLD, CommitmentState.LAPSED))),
        Commitment.group_id,
    )
    return [
        _affected(row, Fate.HELD if what[row.Commitment.id] == Change.HELD else Fate.LAPSES)
        for row in rows
        if (row.Commitment.state == CommitmentState.ON_HOLD) == (what[row.Commitment.id] == Change.HELD)
    ]


def promises_of_provider(reading: Session, provider_id: int, klass: Klass) -> list[Affected]:
    """Every promise of a provider that is not over, with what a suspension of that class does to it."""
    return [
        _affected(row, fate_of_promise(klass, Kind(row.Commitment.kind), is_open=row.is_open))
        for row in _promises(reading, Commitment.provider_id == provider_id, Commitment.group_id)
    ]


def pledges_of_provider(reading: Session, provider_id: int) -> list[Affected]:
    """The pledges a suspension pauses."""
    rows = reading.execute(
        select(Pledge, Measure.code, Measure.title.label("measure"))
        .join(Measure, Measure.id == Pledge.measure_id)
        .where(Pledge.organisation_id == provider_id, Pledge.state == PledgeState.OFFERED)
        .order_by(Pledge.id)
    )
    return [
        Affected(
            id=row.Pledge.id,
            subject=f"pledge:{row.Pledge.reference}",
            reference=row.Pledge.reference,
            title=row.Pledge.title,
            with_whom="",
            state=PLEDGE_LABELS[PledgeState(row.Pledge.state)],
            fate=Fate.PAUSED,
            stands=row.Pledge.state,
            unit=Unit(row.Pledge.unit),
            amount=_left_of(row.Pledge),
            measure=f"{row.code} {row.measure}",
            last_day=row.Pledge.last_day,
        )
        for row in rows
    ]


def _left_of(pledge: Pledge) -> int | None:
    """What groups can still be promised of a pledge; nothing of one about the provider's own house."""
    if pledge.amount is None or not pledge.with_counterpart:
        return None
    return pledge.amount - pledge.held - pledge.committed


def promises_to_group(reading: Session, group_id: int) -> list[Affected]:
    """Every promise to a group that is not over, with what closing the group does to it."""
    return [
        _affected(row, Fate.LAPSES if row.is_open else Fate.ENDS)
        for row in _promises(reading, Commitment.group_id == group_id, Commitment.provider_id)
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


def asked_by_group(reading: Session, group_id: int) -> list[tuple[Kind, Unit, int]]:
    """What a group still asks for in its open needs, by kind: what is promised is not in it."""
    left = NeedPart.amount - NeedPart.committed
    rows = reading.execute(
        select(NeedPart.kind, NeedPart.unit, func.sum(left))
        .join(Need, Need.id == NeedPart.need_id)
        .where(
            Need.organisation_id == group_id,
            Need.state.in_((NeedState.OPEN, NeedState.PAUSED, NeedState.WAITING)),
            NeedPart.closed.is_(False),
            left > 0,
        )
        .group_by(NeedPart.kind, NeedPart.unit)
        .order_by(NeedPart.kind)
    )
    return [(Kind(kind), Unit(unit), int(total or 0)) for kind, unit, total in rows]


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

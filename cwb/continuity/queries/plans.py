"""What a suspension or a closing leaves as it is, and would cost: reports that wait, dates to come, other help."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import Unit
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments.queries.terms import IS_LIVE, sessions_of
from cwb.commitments.rules import SessionState
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.continuity.rules import Fate
from cwb.continuity.views import Affected, ComingDate, Waiting
from cwb.deliveries.rules import STATE_LABELS, DeliveryState
from cwb.deliveries.rules.states import ANSWERABLE, READY
from cwb.deliveries.tables import Delivery
from cwb.matching.queries import Freed, Instead, instead_of
from cwb.pledges.tables import Pledge

WEEKS = 4
WAITS = sorted({*ANSWERABLE, *READY, DeliveryState.QUERIED, DeliveryState.FIRST_DECISION, DeliveryState.DIFFER})
"""A report in these waits for somebody's word."""


def _reports(provider_id: int | None, group_id: int | None) -> ColumnElement[bool]:
    whose = Delivery.provider_id == provider_id if provider_id is not None else Delivery.group_id == group_id
    return whose & Delivery.state.in_(WAITS)


def _dates(provider_id: int | None, group_id: int | None, on: date) -> ColumnElement[bool]:
    whose = Commitment.provider_id == provider_id if provider_id is not None else Commitment.group_id == group_id
    return (
        whose
        & IS_LIVE
        & (CommitmentSession.state == SessionState.PLANNED)
        & (CommitmentSession.day >= on)
        & (CommitmentSession.day < on + timedelta(weeks=WEEKS))
    )


def how_many(
    reading: Session, *, provider_id: int | None = None, group_id: int | None = None, on: date
) -> tuple[int, int]:
    """How many reports wait, and how many dates are to come within four weeks of a day: one query."""
    reports: Select[int] = select(func.count(Delivery.id)).where(_reports(provider_id, group_id))
    dates: Select[int] = (
        select(func.count(CommitmentSession.id))
        .join(Commitment, Commitment.id == CommitmentSession.commitment_id)
        .where(_dates(provider_id, group_id, on))
    )
    row = reading.execute(select(reports.scalar_subquery(), dates.scalar_subquery())).one()
    return int(row[0]), int(row[1])


def reports_waiting(
    reading: Session, *, provider_id: int | None = None, group_id: int | None = None, number: int, per_page: int
) -> list[Waiting]:
    """A page of the reports that wait, oldest first. Neither act touches them."""
    rows = reading.execute(
        select(Delivery, Pledge.title)
        .join(Pledge, Pledge.id == Delivery.pledge_id)
        .where(_reports(provider_id, group_id))
        .order_by(Delivery.id)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    return [
        Waiting(
            reference=row.Delivery.reference,
            title=row.title,
            state=STATE_LABELS[DeliveryState(row.Delivery.state)],
            unit=Unit(row.Delivery.unit),
            amount=row.Delivery.amount if row.Delivery.level_part is None else None,
            happened_on=row.Delivery.happened_on,
        )
        for row in rows
    ]


def dates_to_come(
    reading: Session,
    *,
    provider_id: int | None = None,
    group_id: int | None = None,
    on: date,
    number: int,
    per_page: int,
) -> list[ComingDate]:
    """A page of the dates of the next four weeks from a day on, earliest first."""
    other = Commitment.group_id if provider_id is not None else Commitment.provider_id
    rows = reading.execute(
        select(CommitmentSession, Commitment.reference, Need.title, Organisation.name)
        .join(Commitment, Commitment.id == CommitmentSession.commitment_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(Organisation, Organisation.id == other)
        .where(_dates(provider_id, group_id, on))
        .order_by(CommitmentSession.day, CommitmentSession.starts_minute, CommitmentSession.id)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    return [
        ComingDate(
            commitment_reference=row.reference,
            day=row.CommitmentSession.day,
            starts_minute=row.CommitmentSession.starts_minute,
            ends_minute=row.CommitmentSession.ends_minute,
            title=row.title,
            with_whom=row.name,
        )
        for row in rows
    ]


def other_help(
    reading: Session, actor: Actor, promises: Collection[Affected], *, provider_id: int
) -> Mapping[int, tuple[Instead, ...]]:
    """By part, what else could help where these promises of a provider are held or end: eleven queries.

    What a promise on hold has still to bring is counted as open, so that another could bring it.
    """
    held = [one.id for one in promises if one.fate is Fate.HELD]
    sessions = sessions_of(reading, held) if held else {}
    freed: dict[int, Freed] = {}
    for one in promises:
        back = {
            session.need_session_id: session.at_once
            for session in sessions.get(one.id, ())
            if session.state is SessionState.PLANNED and session.need_session_id is not None
        }
        before = freed.get(one.part_id, Freed())
        amount = before.amount + (one.to_come if one.fate is Fate.HELD else 0)
        freed[one.part_id] = Freed(amount, {**(before.sessions or {}), **back})
    return instead_of(reading, actor, freed, but_provider=provider_id) if freed else {}

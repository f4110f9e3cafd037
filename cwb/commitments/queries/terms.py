"""What other rooms' steps and this room's acts must know of a commitment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.amounts import Kind, Unit
from community_book.base.errors import NotThere
from community_book.needs.tables import NeedPart
from community_book.places.tables import ZoneScheme
from cwb.commitments.rules import (
    ASKING,
    KEPT,
    LIVE,
    OPEN,
    CommitmentState,
    Hosting,
    PlannedSession,
    SessionState,
    Side,
    Standing,
)
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.commitments.views import CommitmentTerms, SessionView
from cwb.frameworks.tables import Framework
from cwb.pledges.tables import Pledge


def find_by_reference(reading: Session, reference: str) -> Commitment | None:
    """The row with a reference, for this room's acts."""
    return reading.execute(select(Commitment).where(Commitment.reference == reference)).scalar_one_or_none()


def standing_of(row: Commitment) -> Standing:
    """What decides who may do what."""
    return Standing(
        CommitmentState(row.state),
        Side(row.opened_by),
        row.provider_said_yes,
        row.group_said_yes,
        Side(row.waiting_side) if row.waiting_side else None,
        CommitmentState(row.state_before_hold) if row.state_before_hold else None,
    )


def session_view(row: CommitmentSession) -> SessionView:
    return SessionView(
        row.id,
        row.pledge_session_id,
        row.need_session_id,
        row.day,
        row.starts_minute,
        row.ends_minute,
        row.at_once,
        row.amount,
        SessionState(row.state),
    )


def sessions_of(reading: Session, commitment_ids: Collection[int]) -> dict[int, tuple[SessionView, ...]]:
    """The sessions of each commitment, earliest first."""
    rows = reading.execute(
        select(CommitmentSession)
        .where(CommitmentSession.commitment_id.in_(commitment_ids))
        .order_by(CommitmentSession.day, CommitmentSession.starts_minute, CommitmentSession.id)
        .execution_options(populate_existing=True)
    ).scalars()
    found: defaultdict[int, list[SessionView]] = defaultdict(list)
    for row in rows:
        found[row.commitment_id].append(session_view(row))
    return {key: tuple(sessions) for key, sessions in found.items()}


def as_planned(sessions: Iterable[SessionView]) -> tuple[PlannedSession, ...]:
    """Sessions as the arithmetic reads them."""
    return tuple(
        PlannedSession(s.id, s.pledge_session_id, s.need_session_id, s.day, s.at_once, s.amount) for s in sessions
    )


def planned(sessions: Iterable[SessionView]) -> tuple[PlannedSession, ...]:
    """The sessions nothing was said about yet."""
    return as_planned(s for s in sessions if s.state is SessionState.PLANNED)


def terms_of(row: Commitment, sessions: tuple[SessionView, ...]) -> CommitmentTerms:
    """A row and its sessions as other rooms read them."""
    return CommitmentTerms(
        id=row.id,
        reference=row.reference,
        state=CommitmentState(row.state),
        state_before_hold=CommitmentState(row.state_before_hold) if row.state_before_hold else None,
        pledge_id=row.pledge_id,
        part_id=row.part_id,
        provider_id=row.provider_id,
        group_id=row.group_id,
        kind=Kind(row.kind),
        unit=Unit(row.unit),
        amount=row.amount,
        reported=row.reported,
        confirmed=row.confirmed,
        verified=row.verified,
        unused=row.unused,
        first_day=row.first_day,
        last_day=row.last_day,
        zone_id=row.zone_id,
        zone_note=row.zone_note,
        hosting=Hosting(row.hosting),
        hosting_pence_a_visit=row.hosting_pence_a_visit,
        people=row.people,
        version=row.version,
        sessions=sessions,
    )


def commitment_terms(reading: Session, commitment_id: int) -> CommitmentTerms:
    """A commitment's terms for a step: without anybody's scope. Raises NotThere."""
    row = reading.get(Commitment, commitment_id, populate_existing=True)
    if row is None:
        raise NotThere
    return terms_of(row, sessions_of(reading, [row.id]).get(row.id, ()))


def commitment_id_of(reading: Session, reference: str) -> int:
    """The id behind a reference: without anybody's scope. Raises NotThere."""
    found = reading.execute(select(Commitment.id).where(Commitment.reference == reference)).scalar_one_or_none()
    if found is None:
        raise NotThere
    return found


def zone_scheme_of(reading: Session, pledge_id: int, on: date) -> int | None:
    """The division a commitment's zone is booked in: the pledge's, else its framework's, else the newest in use."""
    named, of_framework = reading.execute(
        select(Pledge.zone_scheme_id, Framework.zone_scheme_id)
        .join(Framework, Framework.id == Pledge.framework_id)
        .where(Pledge.id == pledge_id)
    ).one()
    newest = (
        select(ZoneScheme.id)
        .where(
            ZoneScheme.in_use,
            ZoneScheme.valid_from <= on,
            or_(ZoneScheme.valid_to.is_(None), ZoneScheme.valid_to >= on),
        )
        .order_by(ZoneScheme.valid_from.desc(), ZoneScheme.id.desc())
        .limit(1)
    )
    return named or of_framework or reading.execute(newest).scalar()


IS_OPEN = or_(
    Commitment.state.in_(OPEN),
    and_(Commitment.state == CommitmentState.ON_HOLD, Commitment.state_before_hold.in_(OPEN)),
)
"""Not agreed and not over, on hold or not."""

IS_LIVE = and_(
    Commitment.state.in_(LIVE),
    or_(Commitment.state != CommitmentState.ON_HOLD, Commitment.state_before_hold.in_(LIVE)),
)
"""Agreed and not over, on hold or not."""

WAS_AGREED = or_(IS_LIVE, Commitment.state.in_(KEPT))
"""What counts as committed."""


def open_offers_to(reading: Session, group_id: int) -> int:
    """How many offers wait for a group's answer."""
    return reading.execute(
        select(func.count()).where(
            Commitment.group_id == group_id,
            Commitment.state.in_(ASKING),
            Commitment.opened_by == Side.PROVIDER,
        )
    ).scalar_one()


def has_open_between(
    reading: Session, *, part_id: int, pledge_id: int | None = None, provider_id: int | None = None
) -> bool:
    """Whether something between a part and a pledge, or an offer of a provider on it, still waits for its answer."""
    condition = and_(Commitment.part_id == part_id, IS_OPEN)
    if pledge_id is not None:
        condition = and_(condition, Commitment.pledge_id == pledge_id)
    if provider_id is not None:
        condition = and_(condition, Commitment.provider_id == provider_id, Commitment.opened_by == Side.PROVIDER)
    return bool(reading.execute(select(exists().where(condition))).scalar())


def ids_where_open(
    reading: Session,
    *,
    need_id: int | None = None,
    pledge_ids: Collection[int] | None = None,
    provider_id: int | None = None,
    group_id: int | None = None,
    holding: bool | None = None,
) -> list[int]:
    """Commitments not agreed and not over, by pledge and id: the order in which acts take their locks.

    `holding` True or False: only those that hold an amount of their pledge, or only the others.
    """
    statement = _narrowed(select(Commitment.id).where(IS_OPEN), need_id, pledge_ids, provider_id, group_id)
    if holding is not None:
        statement = statement.where(Commitment.holds_pledge.is_(holding))
    return list(reading.execute(statement).scalars())


def ids_where_live(
    reading: Session,
    *,
    need_id: int | None = None,
    pledge_ids: Collection[int] | None = None,
    provider_id: int | None = None,
    group_id: int | None = None,
) -> list[int]:
    """Commitments agreed and not over, by pledge and id."""
    statement = _narrowed(select(Commitment.id).where(IS_LIVE), need_id, pledge_ids, provider_id, group_id)
    return list(reading.execute(statement).scalars())


def ids_not_over(
    reading: Session, *, need_id: int | None = None, provider_id: int | None = None, group_id: int | None = None
) -> list[int]:
    """Commitments that are open or live, all in one order: by pledge and id."""
    statement = select(Commitment.id).where(or_(IS_OPEN, IS_LIVE))
    return list(reading.execute(_narrowed(statement, need_id, None, provider_id, group_id)).scalars())


def _narrowed(
    statement: Select[int],
    need_id: int | None,
    pledge_ids: Collection[int] | None,
    provider_id: int | None,
    group_id: int | None,
) -> Select[int]:
    if need_id is not None:
        statement = statement.where(Commitment.part_id.in_(select(NeedPart.id).where(NeedPart.need_id == need_id)))
    if pledge_ids is not None:
        statement = statement.where(Commitment.pledge_id.in_(pledge_ids))
    if provider_id is not None:
        statement = statement.where(Commitment.provider_id == provider_id)
    if group_id is not None:
        statement = statement.where(Commitment.group_id == group_id)
    return statement.order_by(Commitment.pledge_id, Commitment.id)

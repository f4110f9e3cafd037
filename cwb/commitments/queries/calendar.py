"""The dates of what is agreed: each session, and each day by which it should be said what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor
from community_book.base.calendars import CalendarEntry
from community_book.base.clock import moment_of, today
from community_book.base.messages import N_, Message
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments.queries.scope import seen_by
from cwb.commitments.rules import LIVE, CommitmentState, SessionState
from cwb.commitments.tables import Commitment, CommitmentSession

DAYS_BACK = 60
AT_MOST = 1000
"""Dates in one file: the earliest of those that are not long past."""


def dates_of_organisations(reading: Session, organisation_ids: Sequence[int]) -> list[CalendarEntry]:
    """The dates of the live commitments of these organisations, on either side. Names of organisations, no people."""
    return _dates(
        reading,
        and_(
            Commitment.state.in_(LIVE),
            or_(Commitment.provider_id.in_(organisation_ids), Commitment.group_id.in_(organisation_ids)),
        ),
        today() - timedelta(days=DAYS_BACK),
    )


def dates_to_come(reading: Session, actor: Actor) -> list[CalendarEntry]:
    """The dates from today on of the live commitments an actor may see."""
    return _dates(reading, and_(Commitment.state.in_(LIVE), seen_by(actor)), today())


def dates_of_commitment(reading: Session, actor: Actor, reference: str) -> list[CalendarEntry]:
    """Every date of one commitment the actor may see; none for one that is not agreed or not to be seen."""
    return _dates(
        reading,
        and_(Commitment.reference == reference, Commitment.agreed_at_utc.is_not(None), seen_by(actor)),
        date(2000, 1, 1),
    )


def _dates(reading: Session, wanted: ColumnElement[bool], since: date) -> list[CalendarEntry]:
    provider, group = aliased(Organisation), aliased(Organisation)
    rows = reading.execute(
        select(
            Commitment.id,
            Commitment.reference,
            Commitment.version,
            Commitment.state,
            Commitment.agreed_at_utc,
            Commitment.due_on,
            Need.title,
            provider.name.label("provider"),
            group.name.label("group"),
        )
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(provider, provider.id == Commitment.provider_id)
        .join(group, group.id == Commitment.group_id)
        .where(wanted)
        .order_by(Commitment.id)
    ).all()
    known = {row.id: row for row in rows}
    sessions = reading.execute(
        select(CommitmentSession)
        .join(Commitment, Commitment.id == CommitmentSession.commitment_id)
        .where(
            wanted,
            CommitmentSession.day >= since,
            CommitmentSession.state.in_([SessionState.PLANNED, SessionState.REPORTED]),
        )
        .order_by(CommitmentSession.day, CommitmentSession.id)
        .limit(AT_MOST)
    ).scalars()
    found = []
    for one in sessions:
        row = known[one.commitment_id]
        title = Message(
            N_("%(title)s: %(provider)s at %(group)s"), title=row.title, provider=row.provider, group=row.group
        )
        if row.state == CommitmentState.ON_HOLD:
            title = Message(N_("On hold: %(title)s"), title=title)
        found.append(
            CalendarEntry(
                uid=f"session-{one.id}",
                title=title,
                starts=_moment(one.day, one.starts_minute),
                ends=_moment(one.day, one.ends_minute),
                about=f"commitment:{row.reference}",
                changed_at_utc=_changed(row.agreed_at_utc, row.version),
            )
        )
    found += [
        CalendarEntry(
            uid=f"due-{row.reference}",
            title=Message(N_("Say what happened: %(title)s"), title=row.title),
            starts=row.due_on,
            ends=None,
            about=f"commitment:{row.reference}",
            changed_at_utc=_changed(row.agreed_at_utc, row.version),
        )
        for row in rows
        if row.due_on is not None and row.due_on >= since and row.state in LIVE
    ]
    return found


def _moment(day: date, minute: int) -> datetime:
    """A minute of a day in England; 1,440 is the midnight that ends it."""
    if minute == 24 * 60:
        day, minute = day + timedelta(days=1), 0
    return moment_of(day, time(minute // 60, minute % 60))


def _changed(agreed_at_utc: datetime | None, version: int) -> datetime:
    """A moment that is later for every later version: a commitment does not say when it was last changed."""
    return (agreed_at_utc or datetime(2000, 1, 1, tzinfo=UTC)) + timedelta(seconds=version)

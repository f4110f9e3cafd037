"""Lists of commitments: what is asked for, a page of it, sessions to come, and what counts on a desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor
from community_book.base.amounts import Kind, Unit
from community_book.base.clock import today
from community_book.base.remembering import at_most_a_minute_old
from community_book.base.settings import settings
from community_book.needs.queries.wanted import is_open as is_open_part
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments import rules
from cwb.commitments.queries.scope import seen_by
from cwb.commitments.queries.terms import IS_LIVE, IS_OPEN
from cwb.commitments.rules import (
    ASKING,
    LATE_WORKING_DAYS,
    RUNNING,
    CommitmentState,
    Lateness,
    SessionState,
    Side,
    days_before,
)
from cwb.commitments.tables import Commitment, CommitmentChange, CommitmentSession
from cwb.commitments.views import ComingSession, CommitmentRow
from cwb.pledges.tables import Pledge

DECLINES_THAT_MAKE_A_TASK = 3


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for. `state` is a state, "open", "live" or "over"; `late` a lateness; "" leaves it out.

    `answer` True: only what waits for the actor's own answer; `theirs` True: only what waits for the other side's;
    `change` True: only what has a change that waits for the actor's own answer.
    """

    state: str = ""
    late: str = ""
    answer: bool = False
    theirs: bool = False
    change: bool = False
    words: str = ""
    sort: str = ""


_PROVIDER, _GROUP = aliased(Organisation), aliased(Organisation)


def _with_names(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins a select of commitments with the names of both sides, the pledge and the need."""
    return (
        statement.join(_PROVIDER, _PROVIDER.id == Commitment.provider_id)
        .join(_GROUP, _GROUP.id == Commitment.group_id)
        .join(Pledge, Pledge.id == Commitment.pledge_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
    )


def _joined() -> Select[*tuple[Any, ...]]:
    return _with_names(
        select(
            Commitment,
            _PROVIDER.name.label("provider_name"),
            _GROUP.name.label("group_name"),
            Pledge.reference.label("pledge_reference"),
            Pledge.title.label("pledge_title"),
            Need.reference.label("need_reference"),
            Need.title.label("need_title"),
        )
    )


def _row(found: Row[Any]) -> CommitmentRow:
    row: Commitment = found.Commitment
    before = CommitmentState(row.state_before_hold) if row.state_before_hold else None
    state = CommitmentState(row.state)
    return CommitmentRow(
        id=row.id,
        reference=row.reference,
        state=state,
        stage=before or state,
        opened_by=Side(row.opened_by),
        provider_id=row.provider_id,
        provider_name=found.provider_name,
        group_id=row.group_id,
        group_name=found.group_name,
        pledge_reference=found.pledge_reference,
        pledge_title=found.pledge_title,
        need_reference=found.need_reference,
        need_title=found.need_title,
        kind=Kind(row.kind),
        unit=Unit(row.unit),
        amount=row.amount,
        reported=row.reported,
        first_day=row.first_day,
        last_day=row.last_day,
        answer_by=row.answer_by,
        due_on=row.due_on,
        lateness=rules.lateness(
            row.due_on if state in RUNNING else None,
            today(),
            stuck_after=settings().stuck_working_days,
            overdue_after=settings().end_short_working_days,
        ),
        opened_at_utc=row.opened_at_utc,
        agreed_at_utc=row.agreed_at_utc,
        provider_said_yes=row.provider_said_yes,
        group_said_yes=row.group_said_yes,
        waiting_side=Side(row.waiting_side) if row.waiting_side else None,
        reason_code=row.reason_code,
    )


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """What waits for the answer of the organisation an actor acts as."""
    asked_provider = and_(
        Commitment.provider_id == actor.organisation_id,
        Commitment.provider_said_yes.is_(False),
    )
    asked_group = and_(Commitment.group_id == actor.organisation_id, Commitment.group_said_yes.is_(False))
    return and_(Commitment.state.in_(rules.OPEN), or_(asked_provider, asked_group))


def waits_for_others(actor: Actor) -> ColumnElement[bool]:
    """What the organisation an actor acts as has said yes to, and the other side has not answered."""
    as_provider = and_(Commitment.provider_id == actor.organisation_id, Commitment.provider_said_yes.is_(True))
    as_group = and_(Commitment.group_id == actor.organisation_id, Commitment.group_said_yes.is_(True))
    return and_(Commitment.state.in_(rules.OPEN), or_(as_provider, as_group))


def change_waits_for(actor: Actor) -> ColumnElement[bool]:
    """What the other side proposed a change of, which the organisation an actor acts as has not answered."""

    def proposed(own: ColumnElement[bool], other: Side) -> ColumnElement[bool]:
        waiting = select(CommitmentChange.id).where(
            CommitmentChange.commitment_id == Commitment.id,
            CommitmentChange.state == "proposed",
            CommitmentChange.proposed_by == str(other),
        )
        return and_(own, waiting.exists())

    return and_(
        Commitment.state.in_(RUNNING),
        or_(
            proposed(Commitment.provider_id == actor.organisation_id, Side.GROUP),
            proposed(Commitment.group_id == actor.organisation_id, Side.PROVIDER),
        ),
    )


def is_late(working_days: int) -> ColumnElement[bool]:
    """Running, and so many working days after something was due."""
    return and_(Commitment.state.in_(RUNNING), Commitment.due_on <= days_before(today(), working_days))


_LATE_FROM = {
    Lateness.LATE: lambda: LATE_WORKING_DAYS,
    Lateness.STUCK: lambda: settings().stuck_working_days,
    Lateness.OVERDUE: lambda: settings().end_short_working_days,
}


def _chosen(actor: Actor, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The ids of the commitments a list is made of; only words need the names."""
    statement = select(Commitment.id).where(seen_by(actor))
    families = {"open": IS_OPEN, "live": IS_LIVE, "over": Commitment.state.in_(rules.KEPT | rules.DROPPED)}
    if wanted.state in families:
        statement = statement.where(families[wanted.state])
    elif wanted.state:
        statement = statement.where(Commitment.state == wanted.state)
    if wanted.late:
        statement = statement.where(is_late(_LATE_FROM[Lateness(wanted.late)]()))
    if wanted.answer:
        statement = statement.where(waits_for(actor))
    if wanted.theirs:
        statement = statement.where(waits_for_others(actor))
    if wanted.change:
        statement = statement.where(change_waits_for(actor))
    words = wanted.words.lower().split()[:5]
    if words:
        statement = _with_names(statement)
    for word in words:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        statement = statement.where(
            or_(
                *(
                    func.lower(column).like(like)
                    for column in (Need.title, Pledge.title, _PROVIDER.name, _GROUP.name, Commitment.reference)
                )
            )
        )
    return statement


def _order(sort: str) -> list[ColumnElement[Any]]:
    newest: list[ColumnElement[Any]] = [Commitment.opened_at_utc.desc(), Commitment.id.desc()]
    if sort == "newest":
        return newest
    rank = case((Commitment.state.in_(ASKING), 0), (IS_OPEN, 1), (IS_LIVE, 2), else_=3)
    soonest = case((IS_OPEN, Commitment.answer_by), else_=func.coalesce(Commitment.due_on, Commitment.last_day))
    running = case((Commitment.state.in_(rules.KEPT | rules.DROPPED), None), else_=soonest)
    return [rank, running.is_(None), running, *newest]


def commitments(
    reading: Session, actor: Actor, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[int, list[CommitmentRow]]:
    """How many commitments there are, and some of them: what waits first, then what is due first, then the newest.

    Two queries. Names are looked up for those that are shown, not for all that are put in order.
    """
    chosen = _chosen(actor, wanted)
    total = reading.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    order = _order(wanted.sort)
    shown = chosen.order_by(*order).limit(limit).offset(offset).subquery()
    rows = reading.execute(_joined().join(shown, shown.c.id == Commitment.id).order_by(*order))
    return int(total), [_row(found) for found in rows]


def commitments_of_need(reading: Session, actor: Actor, need_id: int) -> list[CommitmentRow]:
    """What was offered and promised on a need, as far as the actor may see it: open first, then live, then over."""
    statement = _joined().where(seen_by(actor), Need.id == need_id)
    return _in_order(reading, statement)


def commitments_of_pledge(
    reading: Session, actor: Actor, pledge_id: int, *, drawing: bool = False
) -> list[CommitmentRow]:
    """What a pledge is offered for and promised to; with `drawing` only what holds or draws an amount now."""
    statement = _joined().where(seen_by(actor), Commitment.pledge_id == pledge_id)
    if drawing:
        statement = statement.where(
            or_(Commitment.holds_pledge.is_(True), and_(Commitment.agreed_at_utc.is_not(None), Commitment.amount > 0))
        )
    return _in_order(reading, statement)


def _in_order(reading: Session, statement: Select[*tuple[Any, ...]]) -> list[CommitmentRow]:
    rank = case((IS_OPEN, 0), (IS_LIVE, 1), else_=2)
    ordered = statement.order_by(rank, Commitment.opened_at_utc.desc(), Commitment.id.desc()).limit(100)
    return [_row(found) for found in reading.execute(ordered)]


def coming_sessions(
    reading: Session, actor: Actor, first: date, last: date | None = None, *, limit: int = 500
) -> list[ComingSession]:
    """Dates to come of what is agreed, earliest first, from one day on. One query."""
    statement = (
        select(
            CommitmentSession,
            Commitment.reference,
            Commitment.state,
            _PROVIDER.name,
            _GROUP.name,
            Need.title,
        )
        .join(Commitment, Commitment.id == CommitmentSession.commitment_id)
        .join(_PROVIDER, _PROVIDER.id == Commitment.provider_id)
        .join(_GROUP, _GROUP.id == Commitment.group_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .where(
            seen_by(actor),
            IS_LIVE,
            CommitmentSession.state == SessionState.PLANNED,
            CommitmentSession.day >= first,
        )
    )
    if last is not None:
        statement = statement.where(CommitmentSession.day <= last)
    rows = reading.execute(
        statement.order_by(CommitmentSession.day, CommitmentSession.starts_minute, CommitmentSession.id).limit(limit)
    )
    return [
        ComingSession(
            reference,
            session.day,
            session.starts_minute,
            session.ends_minute,
            session.at_once,
            need_title,
            provider_name,
            group_name,
            state == CommitmentState.ON_HOLD,
        )
        for session, reference, state, provider_name, group_name, need_title in rows
    ]


@dataclass(frozen=True)
class Counts:
    """What waits on the desk of one side."""

    to_answer: int
    coming: int
    late: int
    with_others: int
    changes: int


def counts(reading: Session, actor: Actor, week_ends: date) -> Counts:
    """How many wait for an answer of ours or of the other side, come this week and are late. Two queries."""
    found = reading.execute(
        select(
            func.coalesce(func.sum(case((waits_for(actor), 1), else_=0)), 0),
            func.coalesce(func.sum(case((is_late(LATE_WORKING_DAYS), 1), else_=0)), 0),
            func.coalesce(func.sum(case((waits_for_others(actor), 1), else_=0)), 0),
            func.coalesce(func.sum(case((change_waits_for(actor), 1), else_=0)), 0),
        ).where(seen_by(actor), or_(IS_OPEN, IS_LIVE))
    ).one()
    coming = reading.execute(
        select(func.count(CommitmentSession.id))
        .join(Commitment, Commitment.id == CommitmentSession.commitment_id)
        .where(
            seen_by(actor),
            Commitment.state.in_(RUNNING),
            CommitmentSession.state == SessionState.PLANNED,
            CommitmentSession.day.between(today(), week_ends),
        )
    ).scalar_one()
    return Counts(int(found[0]), int(coming), int(found[1]), int(found[2]), int(found[3]))


def late_counts(reading: Session, actor: Actor) -> tuple[int, int]:
    """For an officer: how many promises are stuck, and how many so late that they could be ended. One query.

    On a very large site they may be a minute old.
    """
    council = f"commitments.late_counts {actor.organisation_id}"
    return at_most_a_minute_old(reading, (council, today()), lambda: _late_counts(reading, actor))


def _late_counts(reading: Session, actor: Actor) -> tuple[int, int]:
    stuck, overdue = is_late(settings().stuck_working_days), is_late(settings().end_short_working_days)
    found = reading.execute(
        select(
            func.coalesce(func.sum(case((stuck, 1), else_=0)), 0),
            func.coalesce(func.sum(case((overdue, 1), else_=0)), 0),
        ).where(seen_by(actor), or_(stuck, overdue))
    ).one()
    return int(found[0]), int(found[1])


@dataclass(frozen=True)
class Unlucky:
    """A part of a need that was declined several times and is still open."""

    need_reference: str
    need_title: str
    group_name: str
    declines: int


def declined_often(reading: Session, *, limit: int = 50) -> list[Unlucky]:
    """Parts declined three times or more whose need is still open and has nothing promised: a task for an officer."""
    declines = func.count(Commitment.id)
    rows = reading.execute(
        select(Need.reference, Need.title, _GROUP.name, declines)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(_GROUP, _GROUP.id == Need.organisation_id)
        .where(Commitment.state == CommitmentState.DECLINED, Need.state == "open", NeedPart.committed == 0)
        .group_by(NeedPart.id, Need.reference, Need.title, _GROUP.name)
        .having(declines >= DECLINES_THAT_MAKE_A_TASK)
        .order_by(declines.desc(), Need.reference)
        .limit(limit)
    )
    return [Unlucky(*row) for row in rows]


def count_declined_often(reading: Session) -> int:
    """How many of them there are, as many as are shown. On a very large site a minute old."""
    return at_most_a_minute_old(reading, "commitments.declined_often", lambda: len(declined_often(reading)))


def parts_to_help(reading: Session, need_id: int) -> list[tuple[int, int, Kind]]:
    """The parts of a need that help can be offered for now, with the group's id and the kind. One query."""
    rows = reading.execute(
        select(NeedPart.id, Need.organisation_id, NeedPart.kind)
        .join(Need, Need.id == NeedPart.need_id)
        .where(Need.id == need_id, is_open_part(today()))
        .order_by(NeedPart.position)
    )
    return [(row[0], row[1], Kind(row[2])) for row in rows]

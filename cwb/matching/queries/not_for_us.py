"""Reads of what organisations say is not for them: their own list, and plain counts for the council."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import GROUP_ROLES, Actor
from community_book.base.amounts import Kind
from community_book.base.clock import LONDON
from community_book.base.errors import NotThere
from community_book.base.registered import Breach
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments.rules import Side
from cwb.matching.rules import SEE_SCORES
from cwb.matching.tables import NotForUs, Suggestion
from cwb.matching.views import NotForUsView, PairView, ReasonCount
from cwb.pledges.rules import LOG_PLEDGES, PledgeState
from cwb.pledges.tables import Pledge

PER_PAGE = 25
IN_FORCE = NotForUs.undone_at_utc.is_(None)
_Provider = aliased(Organisation)
_Group = aliased(Organisation)


def _said() -> Select[*tuple[Any, ...]]:
    """What was said with the pledge, the need and both organisations' names."""
    return (
        select(NotForUs, Pledge, Need, _Provider.name.label("provider"), _Group.name.label("group"))
        .join(Pledge, Pledge.id == NotForUs.pledge_id)
        .join(NeedPart, NeedPart.id == NotForUs.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(_Provider, _Provider.id == Pledge.organisation_id)
        .join(_Group, _Group.id == Need.organisation_id)
    )


def pair(reading: Session, actor: Actor, pledge_reference: str, part_id: int) -> PairView:
    """A pledge and a part as one of the two sides meets them: suggested to it, or refused by it before.

    Raises NotThere for everybody else, and for a pair nobody suggested.
    """
    row = reading.execute(
        select(Pledge, NeedPart, Need, _Provider.name.label("provider"), _Group.name.label("group"))
        .select_from(Pledge)
        .join(NeedPart, NeedPart.id == part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(_Provider, _Provider.id == Pledge.organisation_id)
        .join(_Group, _Group.id == Need.organisation_id)
        .where(Pledge.reference == pledge_reference)
    ).one_or_none()
    if row is None:
        raise NotThere
    side = _side(actor, row.Pledge.organisation_id, row.Need.organisation_id)
    said = reading.execute(
        select(NotForUs).where(
            NotForUs.pledge_id == row.Pledge.id,
            NotForUs.part_id == part_id,
            NotForUs.organisation_id == actor.organisation_id,
        )
    ).scalar_one_or_none()
    suggested = reading.execute(
        select(Suggestion.id).where(Suggestion.pledge_id == row.Pledge.id, Suggestion.part_id == part_id)
    ).first()
    seen = row.Pledge.state == PledgeState.OFFERED and row.Need.state == NeedState.OPEN and not row.Need.hidden
    if said is None and (suggested is None or not seen):
        raise NotThere
    return PairView(
        pledge_id=row.Pledge.id,
        pledge_reference=row.Pledge.reference,
        pledge_title=row.Pledge.title,
        provider_name=row.provider,
        part_id=part_id,
        need_reference=row.Need.reference,
        need_title=row.Need.title,
        group_name=row.group,
        kind=Kind(row.NeedPart.kind),
        side=side,
        reason_code=said.reason_code if said is not None and said.undone_at_utc is None else "",
        words=said.words if said is not None and said.undone_at_utc is None else "",
    )


def _side(actor: Actor, provider_id: int, group_id: int) -> Side:
    if actor.organisation_id == provider_id and actor.may(LOG_PLEDGES):
        return Side.PROVIDER
    if actor.organisation_id == group_id and not actor.roles.isdisjoint(GROUP_ROLES):
        return Side.GROUP
    raise NotThere


def said_before(reading: Session, pledge_id: int, part_id: int, organisation_id: int | None) -> NotForUs | None:
    """The row of what an organisation said of a pair, also where it took it back."""
    return reading.execute(
        select(NotForUs).where(
            NotForUs.pledge_id == pledge_id, NotForUs.part_id == part_id, NotForUs.organisation_id == organisation_id
        )
    ).scalar_one_or_none()


def own_not_for_us(reading: Session, actor: Actor, number: int = 1) -> tuple[int, list[NotForUsView]]:
    """What the actor's organisation said is not for it and has not taken back, newest first: two queries."""
    statement = _said().where(NotForUs.organisation_id == actor.organisation_id, IN_FORCE)
    total = own_count(reading, actor)
    rows = reading.execute(
        statement.order_by(NotForUs.said_at_utc.desc(), NotForUs.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    ).all()
    return total, [_view(row) for row in rows]


def own_count(reading: Session, actor: Actor) -> int:
    """How many suggestions the actor's organisation said are not for it."""
    statement = select(func.count(NotForUs.id)).where(NotForUs.organisation_id == actor.organisation_id, IN_FORCE)
    return int(reading.execute(statement).scalar_one())


def _view(row: Row[Any]) -> NotForUsView:
    said: NotForUs = row.NotForUs
    return NotForUsView(
        pledge_reference=row.Pledge.reference,
        pledge_title=row.Pledge.title,
        provider_name=row.provider,
        part_id=said.part_id,
        need_reference=row.Need.reference,
        need_title=row.Need.title,
        group_name=row.group,
        side=Side(said.side),
        reason_code=said.reason_code,
        words=said.words,
        said_at_utc=said.said_at_utc,
    )


# --- for the council ----------------------------------------------------------------------------


def reason_counts(
    reading: Session, actor: Actor, *, kind: Kind | None = None, first: date | None = None, last: date | None = None
) -> list[ReasonCount]:
    """How often each reason was given on each side and stands, by kind; of days in England. Raises NotThere."""
    if not actor.may(SEE_SCORES):
        raise NotThere
    statement = (
        select(NotForUs.side, NotForUs.reason_code, NeedPart.kind, func.count(NotForUs.id).label("many"))
        .join(NeedPart, NeedPart.id == NotForUs.part_id)
        .where(IN_FORCE, *_between(first, last))
        .group_by(NotForUs.side, NotForUs.reason_code, NeedPart.kind)
        .order_by(NotForUs.side, NotForUs.reason_code, NeedPart.kind)
    )
    if kind is not None:
        statement = statement.where(NeedPart.kind == str(kind))
    return [
        ReasonCount(Side(row.side), row.reason_code, Kind(row.kind), row.many) for row in reading.execute(statement)
    ]


def words_said(reading: Session, actor: Actor, *, limit: int = 50) -> list[NotForUsView]:
    """The newest words people gave, for the council. Raises NotThere."""
    if not actor.may(SEE_SCORES):
        raise NotThere
    rows = reading.execute(
        _said()
        .where(IN_FORCE, NotForUs.words != "", Need.hidden.is_(False))
        .order_by(NotForUs.said_at_utc.desc(), NotForUs.id.desc())
        .limit(limit)
    ).all()
    return [_view(row) for row in rows]


def _between(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if first is not None:
        found.append(NotForUs.said_at_utc >= datetime.combine(first, time.min, LONDON))
    if last is not None:
        found.append(NotForUs.said_at_utc <= datetime.combine(last, time.max, LONDON))
    return found


# --- a person's data, and what must be true -----------------------------------------------------


def held_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """The words a person gave for what is not for their organisation."""
    statement = select(NotForUs.words).where(NotForUs.said_by_person_id == person_id, NotForUs.words != "")
    return {"not_for_us": list(reading.execute(statement.order_by(NotForUs.id)).scalars())}


def check_not_for_us(reading: Session) -> list[Breach]:
    """Only the two sides of a pair say that it is not for them, each as the side it is."""
    rows = reading.execute(
        select(NotForUs.id, NotForUs.side, Pledge.reference)
        .join(Pledge, Pledge.id == NotForUs.pledge_id)
        .join(NeedPart, NeedPart.id == NotForUs.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .where(
            or_(
                (NotForUs.side == "provider") & (NotForUs.organisation_id != Pledge.organisation_id),
                (NotForUs.side == "group") & (NotForUs.organisation_id != Need.organisation_id),
                Pledge.kind != NeedPart.kind,
            )
        )
        .order_by(NotForUs.id)
    )
    return [
        Breach("matching.not_for_us", f"pledge:{row.reference}", f"said by another than the {row.side}") for row in rows
    ]

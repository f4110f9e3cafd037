"""Lists of pledges: the public one, a provider's own, and what waits for the council."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, Actor
from community_book.base.amounts import Kind, Unit
from community_book.base.clock import today
from community_book.base.remembering import at_most_a_minute_old
from community_book.organisations.tables import Organisation
from community_book.places.tables import Zone
from cwb.pillars.tables import Measure, Pillar
from cwb.pledges.rules import LOG_PLEDGES, RUNNING, SEE_ALL_PLEDGES, Basis, PledgeState
from cwb.pledges.tables import Pledge, PledgeZone
from cwb.pledges.views import DueReminder, PledgeCard, ZoneName

WORDS_AT_MOST = 8
REMINDER_DAYS = (30, 7)
_COLUMNS = (
    Pledge,
    Organisation.reference,
    Organisation.name,
    Measure.code,
    Measure.title,
    Measure.pillar_number,
    Pillar.name,
    Measure.disclosive,
)


@dataclass(frozen=True)
class Wanted:
    """What a list of pledges is narrowed to; empty leaves a side open."""

    words: str = ""
    pillar: int | None = None
    kind: str = ""
    zone_id: int | None = None
    state: str = ""


def joined(*columns: Any) -> Select[Any]:
    """Pledges with the names a card shows."""
    return (
        select(*(columns or _COLUMNS))
        .select_from(Pledge)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .join(Measure, Measure.id == Pledge.measure_id)
        .join(Pillar, Pillar.number == Measure.pillar_number)
    )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition under which the actor sees a pledge (domain.md 3).

    Published ones are public; those of disclosive measures are shown to groups that could use them only. A provider
    sees its own and the council all.
    """
    published = Pledge.offered_at_utc.is_not(None)
    if actor.is_system or actor.may(SEE_ALL_PLEDGES):
        return Pledge.id.is_not(None)
    open_to_all = and_(published, ~Measure.disclosive)
    if not actor.roles.isdisjoint(GROUP_ROLES):
        open_to_all = and_(published, or_(~Measure.disclosive, Pledge.with_counterpart))
    if actor.may(LOG_PLEDGES) and actor.organisation_id is not None:
        return or_(open_to_all, Pledge.organisation_id == actor.organisation_id)
    return open_to_all


def _narrowed(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    everything = func.lower(
        Pledge.title + " " + Pledge.story + " " + Measure.title + " " + Organisation.name + " " + Pledge.reference
    )
    for word in wanted.words.lower().split()[:WORDS_AT_MOST]:
        statement = statement.where(everything.contains(word, autoescape=True))
    if wanted.pillar is not None:
        statement = statement.where(Measure.pillar_number == wanted.pillar)
    if wanted.kind:
        statement = statement.where(Pledge.kind == wanted.kind)
    if wanted.state:
        statement = statement.where(Pledge.state == wanted.state)
    if wanted.zone_id is not None:
        served = select(PledgeZone.pledge_id).where(PledgeZone.zone_id == wanted.zone_id)
        statement = statement.where(or_(Pledge.borough_wide, Pledge.id.in_(served)))
    return statement


def published_pledges(
    reading: Session, actor: Actor, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[int, list[PledgeCard]]:
    """Pledges on offer, newest first, and how many there are in all."""
    on_offer = [Pledge.state == PledgeState.OFFERED, Pledge.last_day >= today(), seen_by(actor)]
    for_whom = (actor.roles, actor.organisation_id if actor.may(LOG_PLEDGES) else None, actor.is_system)
    total = at_most_a_minute_old(
        reading, ("pledges on offer", wanted, for_whom, today()), lambda: _count(reading, wanted, on_offer)
    )
    return total, _page_of(reading, wanted, on_offer, (Pledge.offered_at_utc.desc(), Pledge.id.desc()), limit, offset)


def own_pledges(
    reading: Session, actor: Actor, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[int, list[PledgeCard]]:
    """The acting provider's pledges in every state, the latest logged first."""
    actor.must(LOG_PLEDGES)
    own = [Pledge.organisation_id == actor.organisation_id]
    return _page(reading, wanted, own, (Pledge.created_at_utc.desc(), Pledge.id.desc()), limit, offset)


def waiting_pledges(reading: Session, actor: Actor, *, limit: int, offset: int = 0) -> tuple[int, list[PledgeCard]]:
    """Pledges that wait for the council, the longest waiting first."""
    actor.must(SEE_ALL_PLEDGES)
    waiting = [Pledge.state == PledgeState.WAITING]
    return _page(reading, Wanted(), waiting, (Pledge.posted_at_utc, Pledge.id), limit, offset)


def _page(
    reading: Session,
    wanted: Wanted,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    limit: int,
    offset: int,
) -> tuple[int, list[PledgeCard]]:
    return _count(reading, wanted, conditions), _page_of(reading, wanted, conditions, order, limit, offset)


def _count(reading: Session, wanted: Wanted, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many; the names around a pledge are joined only where words are looked for in them."""
    counted = select(func.count(Pledge.id)).join(Measure, Measure.id == Pledge.measure_id)
    if wanted.words:
        counted = joined(func.count(Pledge.id))
    return int(reading.execute(_narrowed(counted, wanted).where(*conditions)).scalar_one())


def _page_of(
    reading: Session,
    wanted: Wanted,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    limit: int,
    offset: int,
) -> list[PledgeCard]:
    statement = _narrowed(joined(), wanted).where(*conditions).order_by(*order).limit(limit).offset(offset)
    return cards(reading, statement)


def cards(reading: Session, statement: Select[Any]) -> list[PledgeCard]:
    """The cards of a select of `joined()`: two queries, whatever the number of rows."""
    rows = reading.execute(statement).all()
    zones = zone_names(reading, [row[0].id for row in rows])
    return [PledgeCard(**card_values(row, zones[row[0].id])) for row in rows]


def zone_names(reading: Session, pledge_ids: Sequence[int]) -> dict[int, tuple[ZoneName, ...]]:
    """The zones each pledge names, in the order they were made."""
    named: dict[int, list[ZoneName]] = defaultdict(list)
    statement = (
        select(PledgeZone.pledge_id, Zone.id, Zone.code, Zone.name)
        .join(Zone, Zone.id == PledgeZone.zone_id)
        .where(PledgeZone.pledge_id.in_(pledge_ids))
        .order_by(Zone.id)
    )
    for pledge_id, zone_id, code, name in reading.execute(statement):
        named[pledge_id].append(ZoneName(zone_id, code, name))
    return defaultdict(tuple, {key: tuple(value) for key, value in named.items()})


def card_values(row: Any, zones: tuple[ZoneName, ...]) -> dict[str, Any]:
    """One row of `joined()` as the values of a card."""
    pledge, provider_reference, provider_name, code, title, pillar_number, pillar_name, disclosive = row
    return {
        "id": pledge.id,
        "reference": pledge.reference,
        "title": pledge.title,
        "story": pledge.story,
        "state": PledgeState(pledge.state),
        "reason": pledge.reason,
        "provider_id": pledge.organisation_id,
        "provider_reference": provider_reference,
        "provider_name": provider_name,
        "measure_id": pledge.measure_id,
        "measure_code": code,
        "measure_title": title,
        "pillar_number": pillar_number,
        "pillar_name": pillar_name,
        "kind": Kind(pledge.kind),
        "unit": Unit(pledge.unit),
        "nature": pledge.nature,
        "basis": Basis(pledge.basis),
        "amount": pledge.amount,
        "share_basis_points": pledge.share_basis_points,
        "baseline": pledge.baseline,
        "held": pledge.held,
        "committed": pledge.committed,
        "first_day": pledge.first_day,
        "last_day": pledge.last_day,
        "borough_wide": pledge.borough_wide,
        "online": pledge.online,
        "with_counterpart": pledge.with_counterpart,
        "disclosive": disclosive,
        "meets_people_at_risk": pledge.meets_people_at_risk,
        "owner_name": pledge.owner_name,
        "version": pledge.version,
        "posted_at_utc": pledge.posted_at_utc,
        "offered_at_utc": pledge.offered_at_utc,
        "zones": zones,
    }


# --- what waits, and what time brings -----------------------------------------------------------


def waiting_count(reading: Session) -> int:
    """How many pledges wait for the council."""
    statement = select(func.count(Pledge.id)).where(Pledge.state == PledgeState.WAITING)
    return int(reading.execute(statement).scalar_one())


def own_counts(reading: Session, organisation_id: int) -> dict[str, int]:
    """What waits on a provider's desk: "draft", "returned", and "ending" within 30 days with something left."""
    ending = and_(Pledge.state == PledgeState.OFFERED, *_ending(today(), max(REMINDER_DAYS)))
    rows = reading.execute(
        select(
            func.count(Pledge.id).filter(Pledge.state == PledgeState.DRAFT),
            func.count(Pledge.id).filter(Pledge.state == PledgeState.RETURNED),
            func.count(Pledge.id).filter(ending),
        ).where(Pledge.organisation_id == organisation_id)
    ).one()
    return dict(zip(("draft", "returned", "ending"), map(int, rows), strict=True))


def _ending(day: date, within_days: int) -> tuple[ColumnElement[bool], ...]:
    """Brokered pledges with something left whose last day is near."""
    return (
        Pledge.with_counterpart.is_(True),
        Pledge.amount > Pledge.held + Pledge.committed,
        Pledge.last_day >= day,
        Pledge.last_day <= day + timedelta(days=within_days),
    )


def reminders_due(reading: Session, day: date) -> list[DueReminder]:
    """Pledges on offer whose owners are to be asked "still on offer?", 30 and 7 days before the end."""
    found = []
    statement = (
        select(Pledge).where(Pledge.state == PledgeState.OFFERED, *_ending(day, max(REMINDER_DAYS))).order_by(Pledge.id)
    )
    for row in reading.execute(statement).scalars():
        due = min(days for days in REMINDER_DAYS if (row.last_day - day).days <= days)
        if row.reminded_at_days is None or row.reminded_at_days > due:
            found.append(DueReminder(row.id, row.reference, row.organisation_id, due))
    return found


def past_their_last_day(reading: Session, day: date) -> list[int]:
    """Running pledges whose window is over and that have something to free, or nothing that anybody counts on.

    A brokered pledge all of which is held or committed is left to be fulfilled.
    """
    statement = (
        select(Pledge.id)
        .where(
            Pledge.state.in_(RUNNING),
            Pledge.last_day < day,
            or_(
                ~Pledge.with_counterpart,
                Pledge.amount.is_(None),
                Pledge.amount > Pledge.held + Pledge.committed,
                Pledge.amount == 0,
            ),
        )
        .order_by(Pledge.id)
    )
    return list(reading.execute(statement).scalars())

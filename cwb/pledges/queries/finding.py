"""Pledges as `search` finds them: what everybody may read of those on offer, and the cards of hits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, anybody
from community_book.base.amounts import KIND_LABELS
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.searching import KIND, OPEN, SUBJECT, ZONE, SearchCard, SearchDocument
from community_book.base.terms import ITEM_TYPES, SUBJECTS
from community_book.places import queries as places
from cwb.pillars.tables import Pillar
from cwb.pledges.queries.lists import Wanted, joined, published_pledges, seen_by
from cwb.pledges.queries.lists import cards as _cards
from cwb.pledges.rules import STATE_LABELS, PledgeState
from cwb.pledges.tables import Pledge
from cwb.pledges.views import PledgeCard

PILLAR = "pillar"
BATCH = 500
_ON_SHOW = Pledge.state.in_([PledgeState.OFFERED, PledgeState.PAUSED, PledgeState.FULFILLED])


def documents(reading: Session, ids: Collection[int] | None) -> Iterator[SearchDocument]:
    """What everybody may read of published pledges: none of a disclosive measure, zones instead of places."""
    schemes = _zones_in_use(reading)
    after = 0
    while True:
        conditions: list[ColumnElement[bool]] = [_ON_SHOW, seen_by(anybody()), Pledge.id > after]
        if ids is not None:
            conditions.append(Pledge.id.in_(ids))
        rows = _cards(reading, joined().where(*conditions).order_by(Pledge.id).limit(BATCH))
        if not rows:
            return
        after = rows[-1].id
        terms = _terms(reading, [row.id for row in rows])
        for row in rows:
            yield _document(row, *terms[row.id], schemes)


def _zones_in_use(reading: Session) -> dict[int, str]:
    schemes = places.schemes_in_use(reading, today())
    return {zone.id: zone.value for scheme in schemes for zone in places.zones_of(reading, scheme.id)}


def _terms(reading: Session, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    rows = reading.execute(select(Pledge.id, Pledge.subject, Pledge.item_type).where(Pledge.id.in_(ids)))
    return {row.id: (row.subject, row.item_type) for row in rows}


def _document(row: PledgeCard, subject: str, item_type: str, schemes: Mapping[int, str]) -> SearchDocument:
    words = [row.reference, row.measure_title, KIND_LABELS[row.kind].template]
    words += [known[key].template for known, key in ((SUBJECTS, subject), (ITEM_TYPES, item_type)) if key in known]
    served = schemes.values() if row.borough_wide else (schemes[z.id] for z in row.zones if z.id in schemes)
    return SearchDocument(
        id=row.id,
        title=row.title,
        body=row.story,
        organisation=row.provider_name,
        tags=" ".join([*words, *(zone.name for zone in row.zones)]),
        facets={
            KIND: (str(row.kind),),
            SUBJECT: (subject,) if subject else (),
            ZONE: tuple(served),
            OPEN: ("yes",) if _is_open(row) else (),
            PILLAR: (str(row.pillar_number),),
        },
        sinks=row.state is not PledgeState.OFFERED,
    )


def _is_open(row: PledgeCard) -> bool:
    has_left = row.amount is None or row.amount > row.held + row.committed
    return row.state is PledgeState.OFFERED and row.last_day >= today() and row.with_counterpart and has_left


def cards(reading: Session, actor: Actor, ids: Collection[int]) -> Mapping[int, SearchCard]:
    """The pledges of the ids that the actor may see and that are still on show."""
    statement = joined().where(Pledge.id.in_(ids), _ON_SHOW, seen_by(actor)).order_by(Pledge.id)
    return {row.id: _card(row) for row in _cards(reading, statement)}


def _card(row: PledgeCard) -> SearchCard:
    facts: list[Message] = [] if row.state is PledgeState.OFFERED else [STATE_LABELS[row.state]]
    facts.append(KIND_LABELS[row.kind])
    facts.append(_where(row))
    return SearchCard(
        f"pledge:{row.reference}", row.title, row.story, row.provider_name, tuple(facts), is_open=_is_open(row)
    )


def _where(row: PledgeCard) -> Message:
    if row.borough_wide or not row.zones:
        return Message(N_("The whole borough"))
    return Message("%(zones)s", zones=", ".join(zone.name for zone in row.zones))


def plain(reading: Session, actor: Actor, words: str, limit: int) -> list[int]:
    """Ids of pledges on offer found by the database alone."""
    return [row.id for row in published_pledges(reading, actor, Wanted(words=words), limit=limit)[1]]


def touched(_reading: Session, event: Event) -> Collection[int]:
    """The pledge an event is about."""
    return [event.payload["pledge_id"]] if "pledge_id" in event.payload else []


def pledges_of_organisation(reading: Session, event: Event) -> Collection[int]:
    """The pledges of the provider an event is about: they carry its name."""
    number = event.payload.get("organisation_id")
    return list(reading.execute(select(Pledge.id).where(Pledge.organisation_id == number, _ON_SHOW)).scalars())


def pillar_choices(reading: Session) -> list[tuple[str, Message | str]]:
    """The five pillars by number."""
    rows: Any = reading.execute(select(Pillar.number, Pillar.name).order_by(Pillar.number))
    return [(str(row.number), row.name) for row in rows]

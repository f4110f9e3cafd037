"""Needs as `search` finds them: what everybody may read of those that were opened, and the cards of hits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_LABELS, Kind
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.searching import KIND, OPEN, SUBJECT, ZONE, SearchCard, SearchDocument
from community_book.base.terms import ITEM_TYPES, SUBJECTS
from community_book.groups.tables import GroupEntry
from community_book.needs.queries.lists import _cards, _rows, open_needs
from community_book.needs.queries.wanted import is_open
from community_book.needs.rules import SHOWN_TO_ALL, STATE_LABELS, NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.needs.views import NeedCard, NeedsAsked
from community_book.organisations.tables import Organisation
from community_book.places import queries as places
from community_book.places.views import PlaceView

BATCH = 500
_PUBLIC = (Need.hidden.is_(False), Need.state.in_(SHOWN_TO_ALL))


def documents(reading: Session, ids: Collection[int] | None) -> Iterator[SearchDocument]:
    """What everybody may read of needs that were opened and are not hidden: zones, never a private place."""
    after = 0
    while True:
        conditions: list[ColumnElement[bool]] = [*_PUBLIC, Need.id > after]
        if ids is not None:
            conditions.append(Need.id.in_(ids))
        rows = reading.execute(_rows().where(*conditions).order_by(Need.id).limit(BATCH)).all()
        if not rows:
            return
        after = rows[-1].Need.id
        yield from _documents(reading, rows)


def _documents(reading: Session, rows: Sequence[Row[Any]]) -> Iterator[SearchDocument]:
    ids = [row.Need.id for row in rows]
    parts: dict[int, list[NeedPart]] = {number: [] for number in ids}
    for part in reading.execute(select(NeedPart).where(NeedPart.need_id.in_(ids)).order_by(NeedPart.id)).scalars():
        parts[part.need_id].append(part)
    open_now = set(
        reading.execute(
            select(NeedPart.need_id)
            .join(Need, Need.id == NeedPart.need_id)
            .where(NeedPart.need_id.in_(ids), is_open(today()))
        ).scalars()
    )
    held = places.places(reading, {part.place_id for found in parts.values() for part in found})
    public = set(
        reading.execute(
            select(GroupEntry.place_id).where(
                GroupEntry.organisation_id.in_([row.Need.organisation_id for row in rows]), GroupEntry.place_public
            )
        ).scalars()
    )
    for row in rows:
        yield _document(row, parts[row.Need.id], held, public, row.Need.id in open_now)


def _document(
    row: Row[Any], parts: Sequence[NeedPart], held: Mapping[int, PlaceView], public: set[int], is_open_now: bool
) -> SearchDocument:
    need: Need = row.Need
    zones = list(dict.fromkeys(zone for part in parts for zone in held[part.place_id].zones))
    point = next((held[part.place_id] for part in parts if part.place_id in public), None)
    words = [need.reference]
    for part in parts:
        words.append(KIND_LABELS[Kind(part.kind)].template)
        words += [known[key].template for known, key in _listed(part)]
    return SearchDocument(
        id=need.id,
        title=need.title,
        body=need.story,
        organisation=row.group_name,
        tags=" ".join([*words, *(zone.name for zone in zones)]),
        facets={
            KIND: tuple(dict.fromkeys(part.kind for part in parts)),
            SUBJECT: tuple(dict.fromkeys(part.subject for part in parts if part.subject)),
            ZONE: tuple(zone.value for zone in zones),
            OPEN: ("yes",) if is_open_now else (),
        },
        easting=point.easting if point else None,
        northing=point.northing if point else None,
        sinks=need.state not in {NeedState.OPEN, NeedState.PROMISED},
    )


def _listed(part: NeedPart) -> Iterator[tuple[Mapping[str, Message], str]]:
    if part.subject in SUBJECTS:
        yield SUBJECTS, part.subject
    if part.item_type in ITEM_TYPES:
        yield ITEM_TYPES, part.item_type


def cards(reading: Session, _actor: Actor, ids: Collection[int]) -> Mapping[int, SearchCard]:
    """The needs of the ids that everybody may read now."""
    rows = reading.execute(_rows().where(Need.id.in_(ids), *_PUBLIC).order_by(Need.id)).all()
    return {card.id: _card(card) for card in _cards(reading, rows)}


def _card(card: NeedCard) -> SearchCard:
    facts = []
    if card.state is not NeedState.OPEN:
        facts.append(STATE_LABELS[card.state])
    for part in card.parts:
        facts.append(KIND_LABELS[part.kind])
        facts.append(part.when)
        if part.online:
            facts.append(Message(N_("Online")))
        elif part.zone_name:
            facts.append(Message("%(zone)s", zone=part.zone_name))
    return SearchCard(
        f"need:{card.reference}",
        card.title,
        card.story,
        card.group_name,
        tuple(dict.fromkeys(facts)),
        is_open=card.state is NeedState.OPEN,
    )


def plain(reading: Session, _actor: Actor, words: str, limit: int) -> list[int]:
    """Ids of open needs found by the database alone."""
    return [card.id for card in open_needs(reading, NeedsAsked(words=words), per_page=limit)[1]]


def touched(_reading: Session, event: Event) -> Collection[int]:
    """The need an event is about."""
    return [event.payload["need_id"]] if "need_id" in event.payload else []


def needs_of_changed_group(reading: Session, event: Event) -> Collection[int]:
    """The needs of a group whose entry changed: they carry its name and, where public, its place."""
    number = event.payload.get("organisation_id")
    return list(
        reading.execute(
            select(Need.id)
            .join(Organisation, Organisation.id == Need.organisation_id)
            .where(Organisation.id == number, *_PUBLIC)
        ).scalars()
    )

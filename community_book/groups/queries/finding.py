"""Groups as `search` finds them: what everybody may read of listed ones, and the cards of hits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.searching import ZONE, SearchCard, SearchDocument
from community_book.groups.queries.entries import _select, _views, listed_groups
from community_book.groups.rules import GroupState
from community_book.groups.tables import GroupEntry
from community_book.groups.views import GroupView, Listing
from community_book.places import queries as places

BATCH = 500


def documents(reading: Session, ids: Collection[int] | None) -> Iterator[SearchDocument]:
    """The listed groups (of the ids), with public fields only: no contact, and zones instead of a private place."""
    for views in _listed(reading, ids):
        public = [view.place_id for view in views if view.place_public]
        held = places.places(reading, public) if public else {}
        for view in views:
            place = held.get(view.place_id)
            yield SearchDocument(
                id=view.id,
                title=view.name,
                body="\n".join(text for text in (view.what_we_do, view.can_offer, view.who_for) if text),
                tags=" ".join([view.reference, *(zone.name for zone in view.zones)]),
                facets={ZONE: tuple(zone.value for zone in view.zones)},
                easting=place.easting if place else None,
                northing=place.northing if place else None,
                sinks=view.out_of_date,
            )


def _listed(reading: Session, ids: Collection[int] | None) -> Iterator[list[GroupView]]:
    """Listed groups by id, some hundred at a time."""
    after = 0
    while True:
        statement = _select().where(GroupEntry.state == GroupState.LISTED, GroupEntry.id > after)
        if ids is not None:
            statement = statement.where(GroupEntry.id.in_(ids))
        rows = reading.execute(statement.order_by(GroupEntry.id).limit(BATCH)).all()
        if not rows:
            return
        after = rows[-1].GroupEntry.id
        yield _views(reading, rows)


def cards(reading: Session, _actor: Actor, ids: Collection[int]) -> Mapping[int, SearchCard]:
    """The groups of the ids that are still listed, as everybody may see them."""
    return {view.id: _card(view) for views in _listed(reading, ids) for view in views}


def _card(view: GroupView) -> SearchCard:
    facts = []
    if view.zones:
        facts.append(Message("%(zones)s", zones=", ".join(dict.fromkeys(zone.name for zone in view.zones))))
    if view.out_of_date:
        facts.append(Message(N_("Not confirmed for a long time")))
    text = "\n".join(part for part in (view.what_we_do, view.can_offer) if part)
    return SearchCard(f"group:{view.reference}", view.name, text, facts=tuple(facts))


def plain(reading: Session, _actor: Actor, words: str, limit: int) -> list[int]:
    """Ids of listed groups found by the database alone."""
    return [view.id for view in listed_groups(reading, Listing(words=words), limit=limit)[1]]


def touched(_reading: Session, event: Event) -> Collection[int]:
    """The entry an event is about."""
    return [event.payload["group_id"]] if "group_id" in event.payload else []


def entries_of(reading: Session, event: Event) -> Collection[int]:
    """The entries of the organisation an event is about."""
    number = event.payload.get("organisation_id")
    return list(reading.execute(select(GroupEntry.id).where(GroupEntry.organisation_id == number)).scalars())

"""Groups as `search` finds them: what everybody may read of listed ones, and the cards of hits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.searching import ZONE, SearchCard, SearchDocument
from community_book.groups.queries.entries import Found, _select, _views, listed_groups
from community_book.groups.queries.tags import tags_of
from community_book.groups.rules import DAYS, GroupState, days_of
from community_book.groups.tables import GroupActivity, GroupEntry
from community_book.groups.views import GroupView, Listing, TagView
from community_book.places import queries as places
from community_book.places.tables import PlaceZone, Zone

BATCH = 500
TAGS_SHOWN = 3
"""On a card; the page of the group has them all."""


def documents(reading: Session, ids: Collection[int] | None) -> Iterator[SearchDocument]:
    """The listed groups (of the ids), with public fields only: no contact, and zones instead of a private place."""
    for views in _listed(reading, ids):
        public = [view.place_id for view in views if view.place_public]
        held = places.places(reading, public) if public else {}
        runs = _what_they_run(reading, [view.id for view in views])
        for view in views:
            place = held.get(view.place_id)
            says = (view.what_we_do, view.can_offer, view.sells, view.has_room_for, view.who_for, *runs[view.id])
            yield SearchDocument(
                id=view.id,
                title=view.name,
                body="\n".join(text for text in says if text),
                tags=" ".join([view.reference, *_words_of(view.tags), *(zone.name for zone in view.zones)]),
                facets={ZONE: tuple(zone.value for zone in view.zones)},
                easting=place.easting if place else None,
                northing=place.northing if place else None,
                sinks=view.out_of_date,
            )


def _words_of(tags: Sequence[TagView]) -> Iterator[str]:
    for tag in tags:
        yield tag.label
        yield tag.theme


def _what_they_run(reading: Session, entry_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The words of regular activities by entry, a line each: never where they are, which may be private."""
    runs: dict[int, list[str]] = defaultdict(list)
    rows = reading.execute(
        select(GroupActivity).where(GroupActivity.entry_id.in_(entry_ids)).order_by(GroupActivity.id)
    ).scalars()
    for row in rows:
        days = ", ".join(DAYS[day].template for day in days_of(row.days_mask))
        runs[row.entry_id].append(
            ". ".join(text for text in (row.title, days, row.for_whom, row.when_note, row.cost) if text)
        )
    return runs


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
    """The groups of the ids that are still listed, as everybody may see them: four queries."""
    rows = reading.execute(
        _select().where(GroupEntry.state == GroupState.LISTED, GroupEntry.id.in_(ids)).order_by(GroupEntry.id)
    ).all()
    zones: dict[int, list[str]] = defaultdict(list)
    for place_id, name in reading.execute(
        select(PlaceZone.place_id, Zone.name)
        .join(Zone, Zone.id == PlaceZone.zone_id)
        .where(PlaceZone.place_id.in_([row.GroupEntry.place_id for row in rows]))
        .order_by(Zone.id)
    ):
        zones[place_id].append(name)
    found = [row.GroupEntry.id for row in rows]
    runs, ticked = _what_they_run(reading, found), tags_of(reading, found)
    return {
        row.GroupEntry.id: _card(
            row, zones[row.GroupEntry.place_id], runs[row.GroupEntry.id], ticked.get(row.GroupEntry.id, ())
        )
        for row in rows
    }


def _card(row: Found, zones: Sequence[str], runs: Sequence[str], tags: Sequence[TagView]) -> SearchCard:
    entry = row.GroupEntry
    facts = [Message("%(tag)s", tag=tag.label) for tag in tags[:TAGS_SHOWN]]
    if zones:
        facts.append(Message("%(zones)s", zones=", ".join(dict.fromkeys(zones))))
    if entry.out_of_date:
        facts.append(Message(N_("Not confirmed for a long time")))
    says = (entry.what_we_do, entry.can_offer, entry.sells, entry.has_room_for, entry.who_for, *runs)
    text = "\n".join(part for part in says if part)
    return SearchCard(f"group:{entry.reference}", row.Organisation.name, text, facts=tuple(facts))


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

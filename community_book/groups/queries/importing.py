"""A council's own list of groups: which of its lines can be listed now, and how far the worker is with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.table_files import BadRow
from community_book.groups.queries.moderation import listed_names_and_numbers
from community_book.groups.queries.tags import tags
from community_book.groups.rules import MODERATE_GROUPS, GroupRow
from community_book.groups.tables import GroupImport
from community_book.groups.views import ImportView
from community_book.places.queries import find_postcodes, zone_choices, zones
from community_book.places.rules import tidy_postcode

LATEST_AT_MOST = 5


def _view(row: GroupImport) -> ImportView:
    return ImportView(
        reference=row.reference,
        total=row.total,
        done=row.done,
        left_out=tuple(BadRow(line, Message.from_json(says)) for line, says in row.left_out),
        asked_at_utc=row.asked_at_utc,
        finished_at_utc=row.finished_at_utc,
    )


def list_taken_in(reading: Session, actor: Actor, reference: str) -> ImportView:
    """How far one list is. Raises NotThere, NotAllowed."""
    actor.must(MODERATE_GROUPS)
    row = reading.execute(
        select(GroupImport).options(defer(GroupImport.rows)).where(GroupImport.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    return _view(row)


def latest_lists(reading: Session, actor: Actor) -> list[ImportView]:
    """The lists that were left to the worker, the newest first."""
    actor.must(MODERATE_GROUPS)
    rows = reading.execute(
        select(GroupImport).options(defer(GroupImport.rows)).order_by(GroupImport.id.desc()).limit(LATEST_AT_MOST)
    ).scalars()
    return [_view(row) for row in rows]


def _known_zones(reading: Session) -> dict[str, int]:
    """Zones by what a table may call them: number, name, or both."""
    offered = [int(value.partition(":")[2]) for value, _, _ in zone_choices(reading)]
    known: dict[str, int] = {}
    for zone in zones(reading, offered).values():
        for called in (zone.code, zone.name, f"{zone.code} {zone.name}", f"{zone.scheme_name}: {zone.name}"):
            known.setdefault(called.lower(), zone.id)
    return known


def rows_that_fit(
    reading: Session, rows: Sequence[GroupRow], own: Collection[int] = ()
) -> tuple[list[GroupRow], list[BadRow]]:
    """The rows that can be listed now, with postcodes tidied and zones as ids, and what is wrong with others.

    `own` are lines of groups that the officer belongs to.
    """
    known_tags = {tag.code for tag in tags(reading)}
    known_zones = _known_zones(reading)
    listed, numbers = listed_names_and_numbers(reading)
    tidied = {row.postcode: tidy_postcode(row.postcode) for row in rows if row.postcode}
    points = find_postcodes(reading, [tidy for tidy in tidied.values() if tidy])
    good, bad = [], []
    for row in rows:
        zone_id = known_zones.get(row.zone.split(";")[0].strip().lower()) if row.zone else None
        postcode = tidied.get(row.postcode) or ""
        unknown = [tag for tag in row.tags if tag not in known_tags]
        wrong = None
        if row.name.lower() in listed:
            wrong = Message(N_("%(name)s is in the Book already"), name=row.name)
        elif row.number and (row.scheme, row.number) in numbers:
            wrong = Message(N_("a group with the number %(number)s is in the Book already"), number=row.number)
        elif row.line in own:
            wrong = Message(N_("you belong to %(name)s, so somebody else has to list it"), name=row.name)
        elif unknown:
            wrong = Message(N_("the tag %(tag)s is not known"), tag=unknown[0][:40])
        elif row.postcode and not postcode:
            wrong = Message(N_("%(postcode)s is no postcode"), postcode=row.postcode)
        elif row.zone and zone_id is None:
            wrong = Message(N_("the zone %(zone)s is not known"), zone=row.zone[:80])
        elif zone_id is None and postcode not in points:
            wrong = Message(N_("the postcode %(postcode)s is not known here, so a zone is needed"), postcode=postcode)
        if wrong is not None:
            bad.append(BadRow(row.line, wrong))
        else:
            good.append(replace(row, postcode=postcode, zone="" if postcode in points else str(zone_id)))
    return good, bad

"""A council's own list of groups, taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import insert
from sqlalchemy.orm import Session

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference
from community_book.base.table_files import BadRow
from community_book.base.work import Work
from community_book.groups.actions.tags import tag_ids
from community_book.groups.queries.moderation import listed_names_and_numbers, own_asks
from community_book.groups.queries.tags import tags
from community_book.groups.rules import MODERATE_GROUPS, GroupRow, GroupState, read_groups
from community_book.groups.tables import GroupEntry, GroupTag
from community_book.organisations.actions import make_organisation
from community_book.organisations.queries import find_by_identifier
from community_book.places.actions import make_place
from community_book.places.queries import find_postcodes, zone_choices, zones
from community_book.places.rules import NewPlace, tidy_postcode


def import_groups(actor: Actor, content: bytes, *, try_only: bool = False) -> int:
    """Lists every group of a table, in one act with an audit entry each; returns how many.

    `try_only` checks and saves nothing. Raises Refused with a Problem on "file" for each line that cannot be
    taken in, NotAllowed for all but officers.
    """
    actor.must(MODERATE_GROUPS)
    read = read_groups(content)
    if read.bad and not read.rows:
        raise _refused(read.bad)
    if try_only:
        with transactions.reading() as reading:
            _checked(reading, actor, read.rows, read.bad)
        return len(read.rows)
    with transactions.reading() as reading:  # most of what can be wrong is found before others have to wait
        _checked(reading, actor, read.rows, read.bad)
    with transactions.work(actor) as work:
        ids = tag_ids(work)
        for row in _checked(work, actor, read.rows, read.bad):
            _list(work, row, ids)
    return len(read.rows)


def _refused(bad: Sequence[BadRow]) -> Refused:
    return Refused(*(Problem("file", row.says()) for row in sorted(bad, key=lambda row: row.line)))


def _known_zones(session: Session) -> dict[str, int]:
    """Zones by what a table may call them: number, name, or both."""
    offered = [int(value.partition(":")[2]) for value, _, _ in zone_choices(session)]
    known: dict[str, int] = {}
    for zone in zones(session, offered).values():
        for called in (zone.code, zone.name, f"{zone.code} {zone.name}", f"{zone.scheme_name}: {zone.name}"):
            known.setdefault(called.lower(), zone.id)
    return known


def _checked(session: Session, actor: Actor, rows: Sequence[GroupRow], bad: Sequence[BadRow]) -> list[GroupRow]:
    """The rows with postcodes tidied and zones as ids. Raises Refused for what does not fit what is known here."""
    found_bad = list(bad)
    known_tags = {tag.code for tag in tags(session)}
    known_zones = _known_zones(session)
    listed, numbers = listed_names_and_numbers(session)
    asks = [
        GroupEntry(
            id=row.line,
            asked_name=row.name,
            asked_scheme=row.scheme,
            asked_identifier=row.number,
            contact_email=row.contact_email,
            asked_by_email="",
        )
        for row in rows
    ]
    own = own_asks(session, actor, asks)
    tidied = {row.postcode: tidy_postcode(row.postcode) for row in rows if row.postcode}
    points = find_postcodes(session, [tidy for tidy in tidied.values() if tidy])
    good = []
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
            found_bad.append(BadRow(row.line, wrong))
        else:
            good.append(replace(row, postcode=postcode, zone="" if postcode in points else str(zone_id)))
    if found_bad:
        raise _refused(found_bad)
    return good


def _list(work: Work, row: GroupRow, ids: Mapping[str, int]) -> None:
    """One group as the council lists it: nobody leads it until somebody claims it."""
    body = find_by_identifier(work, row.scheme, row.number) if row.scheme else None
    identifiers = [(row.scheme, row.number)] if row.scheme else []
    organisation_id = body.id if body is not None else make_organisation(work, row.name, identifiers=identifiers)
    picked = (int(row.zone),) if row.zone else ()
    place_id = make_place(work, NewPlace(postcode=row.postcode, confidential=row.confidential, picked=picked))
    entry = GroupEntry(
        reference=new_reference("G"),
        organisation_id=organisation_id,
        state=GroupState.LISTED,
        asked_name=row.name,
        asked_scheme=row.scheme,
        asked_identifier=row.number,
        what_we_do=row.what_we_do,
        who_for=row.who_for,
        can_offer=row.can_offer,
        sells=row.sells,
        has_room_for=row.has_room_for,
        size_band=row.size,
        informal=not row.scheme,
        place_id=place_id,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        contact_telephone=row.contact_telephone,
        asked_at_utc=now_utc(),
        waiting_since_utc=now_utc(),
        asked_by_person_id=work.actor.person_id,
        decided_by_person_id=work.actor.person_id,
        last_confirmed_on=today(),
    )
    work.add(entry)
    work.flush()
    if row.tags:
        work.execute(insert(GroupTag), [{"entry_id": entry.id, "tag_id": ids[code]} for code in row.tags])
    work.record("group.import", f"group:{entry.reference}", facts={"line": row.line}, texts={"name": row.name})
    work.tell("GroupChanged", group_id=entry.id, organisation_id=organisation_id, reference=entry.reference)

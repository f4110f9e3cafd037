"""Makers of listed groups and their needs, through the room's own acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from community_book.base import registers, work
from community_book.base.actor import Actor, Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import now_utc, today
from community_book.base.references import new_reference
from community_book.groups.tables import GroupEntry
from community_book.needs import actions
from community_book.needs.rules import NewNeed, NewPart
from community_book.needs.tables import Need, NeedPart, NeedSession
from community_book.organisations.tables import Organisation
from community_book.places.tables import Place, PlaceZone, Zone, ZoneScheme
from tests.makers import actor_for, make_organisation
from tests.support.grounds import kept


@dataclass(frozen=True)
class ListedGroup:
    """A group of the Book, its own place, and its lead as the actor they are."""

    organisation: Organisation
    entry_reference: str
    place_id: int
    lead: Actor


@dataclass(frozen=True)
class MadeNeed:
    """The ids of a need, its one part and that part's sessions, earliest first."""

    need_id: int
    reference: str
    part_id: int
    session_ids: tuple[int, ...]


def make_zones(*names: str, scheme: str = "Zones") -> dict[str, int]:
    """A zone scheme in use with zones that can be picked: name -> id. `scheme` must be new in this database."""
    with work.bookkeeping(system("test")) as session:
        row = ZoneScheme(reference=new_reference("Z"), name=scheme, valid_from=date(2019, 1, 1))
        session.add(row)
        session.flush()
        zones = [
            Zone(reference=new_reference("ZN"), scheme_id=row.id, code=str(n), name=name, valid_from=row.valid_from)
            for n, name in enumerate(names, start=1)
        ]
        session.add_all(zones)
        session.flush()
        return {zone.name: zone.id for zone in zones}


def make_place(*zone_ids: int, postcode: str | None = None, easting: int | None = None) -> int:
    """A place that lies in the zones; returns its id."""
    with work.bookkeeping(system("test")) as session:
        row = Place(label="The hall", postcode=postcode, easting=easting, northing=easting)
        session.add(row)
        session.flush()
        for zone_id in zone_ids:
            zone = session.get_one(Zone, zone_id)
            session.add(PlaceZone(place_id=row.id, scheme_id=zone.scheme_id, zone_id=zone_id, picked=True))
        return row.id


@kept
def make_listed_group(
    name: str = "",
    *,
    trusted: bool = True,
    zones: Sequence[int] = (),
    place_public: bool = False,
    state: str = "listed",
    postcode: str | None = None,
) -> ListedGroup:
    """A group listed in the Book; trusted by default, so that its needs are open at once."""
    organisation = make_organisation(name)
    place_id = make_place(*zones, postcode=postcode)
    with work.bookkeeping(system("test")) as session:
        entry = GroupEntry(
            reference=new_reference("G"),
            organisation_id=organisation.id,
            state=state,
            asked_name=organisation.name,
            what_we_do="We cook and eat together.",
            size_band="small",
            place_id=place_id,
            place_public=place_public,
            contact_name="Sam Example",
            contact_email="sam@group.example",
            trusted=trusted,
            asked_at_utc=now_utc(),
            waiting_since_utc=now_utc(),
            last_confirmed_on=today(),
        )
        session.add(entry)
        session.flush()
        reference = entry.reference
    return ListedGroup(organisation, reference, place_id, actor_for(organisation, Role.GROUP_LEAD))


def new_need(kind: Kind = Kind.HANDS, **fields: Any) -> NewNeed:
    """A need as a group writes it, complete and from today on; every field can be given."""
    usual: dict[str, Any] = {
        "title": "People to help us for a while",
        "story": "We would be glad of help.",
        "first_day": today(),
        "last_day": today() + timedelta(days=90),
        "none_of_these": True,
    }
    if kind is Kind.ADVICE:
        usual["subject"] = "accounts"
    if kind is Kind.GOODS:
        usual["item_type"] = "laptops"
    if kind in {Kind.ROOM, Kind.VEHICLE, Kind.EQUIPMENT} and "how" not in fields:
        usual |= {"how": "weekly", "weekdays": frozenset({1}), "starts": 600, "ends": 720}
    elif not fields.get("how") and not fields.get("not_sure"):
        usual["amount"] = 600
    return NewNeed(kind=kind, **(usual | fields))


def new_part(kind: Kind = Kind.MONEY, **fields: Any) -> NewPart:
    """One further thing a group asks for, complete and from today on."""
    return new_need(kind, **fields).first_part


def make_need_of_several(actor: Actor, combine: str, *parts: NewPart, **card: Any) -> tuple[str, list[int]]:
    """Posts a need that asks for several things; its reference and the ids of its parts, by position."""
    first, *others = parts
    words: dict[str, Any] = {
        "title": "Help for our summer fair",
        "story": "It is for everybody.",
        "none_of_these": True,
    }
    new = NewNeed(**vars(first), **(words | card), combine=combine, others=tuple(others))
    reference = actions.post_need(actor, new)
    return reference, part_ids(reference)


def part_ids(reference: str) -> list[int]:
    """The ids of the parts of a need, by position."""
    with work.reading() as reading:
        return list(
            reading.execute(
                select(NeedPart.id)
                .join(Need, Need.id == NeedPart.need_id)
                .where(Need.reference == reference)
                .order_by(NeedPart.position)
            ).scalars()
        )


@kept
def make_need(
    actor: Actor,
    *,
    kind: Kind = Kind.HANDS,
    amount: int | None = 600,
    sessions: Sequence[tuple[date, int, int] | tuple[date, int, int, int]] = (),
    officer: Actor | None = None,
    **fields: Any,
) -> MadeNeed:
    """Posts a need for the group the actor leads; `officer` opens it where the group is not trusted.

    `amount` None is "not sure". `sessions` are (day, starts, ends[, at once]), and make up the amount.
    Everything else as in `NewNeed`.
    """
    if sessions:
        first = sessions[0]
        same = [s for s in sessions if s[1:] == first[1:]]
        fields |= {
            "how": "dates",
            "starts": first[1],
            "ends": first[2],
            "at_once": first[3] if len(first) > 3 else 1,
            "single_days": frozenset(s[0] for s in same),
        }
    elif "how" not in fields and kind not in {Kind.ROOM, Kind.VEHICLE, Kind.EQUIPMENT}:
        fields |= {"amount": amount} if amount is not None else {"not_sure": True}
    reference = actions.post_need(actor, new_need(kind, **fields))
    if officer is not None:
        actions.open_need(officer, reference)
    made = need_ids(reference)
    others = [s for s in sessions if s[1:] != sessions[0][1:]]
    if others:
        with work.bookkeeping(system("test")) as session:
            for other in others:
                actions.add_part_session(session, made.part_id, *other)
        made = need_ids(reference)
    return made


def need_ids(reference: str) -> MadeNeed:
    """The ids behind a reference."""
    with work.reading() as reading:
        need, part = reading.execute(
            select(Need, NeedPart).join(NeedPart, NeedPart.need_id == Need.id).where(Need.reference == reference)
        ).one()
        sessions = reading.execute(
            select(NeedSession.id)
            .where(NeedSession.part_id == part.id, NeedSession.dropped.is_(False))
            .order_by(NeedSession.day, NeedSession.starts_minute)
        ).scalars()
        return MadeNeed(need.id, reference, part.id, tuple(sessions))


def judge_needs_alone() -> None:
    """For tests that move a part's amounts without a promise behind them: only this room's rules are checked."""
    held = registers.held()
    own = {name: check for name, check in held.invariants.items() if name.startswith("needs.")}
    registers.hold(replace(held, invariants=own))

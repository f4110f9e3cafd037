"""One need, as far as the reader may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base import audit
from community_book.base.actor import GROUP_ROLES, Actor, Role
from community_book.base.amounts import Kind, Unit
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.needs.queries.wanted import ahead_in, session_view, terms_of
from community_book.needs.rules import READ_ALL_NEEDS, SHOWN_TO_ALL, NeedState, left_of
from community_book.needs.tables import Need, NeedPart, NeedSession
from community_book.needs.views import NeedView, PartView, PastStep, SessionWanted
from community_book.organisations.tables import Organisation
from community_book.places.tables import Place, PlaceZone, Zone, ZoneScheme

MAY_SEE_PLACES = (Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING, Role.ADMINISTRATOR)
"""Council roles that see a need's exact place; the auditor does not (domain.md 3)."""


def held_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """For the page that shows somebody what the site holds about them: the needs they wrote or decided about."""
    told = select(Need.reference, Need.title, Need.story, Need.reason).order_by(Need.id)
    posted = reading.execute(told.where(Need.posted_by_person_id == person_id)).all()
    decided = reading.execute(told.where(Need.moderated_by_person_id == person_id)).all()
    found: dict[str, list[dict[str, str]]] = {
        "needs you posted": [{"reference": one.reference, "title": one.title, "story": one.story} for one in posted],
        "needs you decided about": [{"reference": one.reference, "reason": one.reason} for one in decided],
    }
    return {name: values for name, values in found.items() if values}


def is_own_need(actor: Actor, organisation_id: int, reference: str) -> bool:
    """Whether the actor speaks for the group whose need it is, signed in or by a link about this need."""
    if actor.link_subject == f"need:{reference}":
        return True
    return actor.organisation_id == organisation_id and actor.has_role(*GROUP_ROLES)


def need(reading: Session, actor: Actor, reference: str) -> NeedView:
    """One need with its parts: four queries. Raises NotThere, also when it is not the actor's to see.

    Everybody sees what was opened and is not hidden, with the zone instead of the place; the group and the
    council see all states.
    """
    into = aliased(Need)
    row = reading.execute(
        select(
            Need,
            Organisation.name,
            Organisation.reference.label("group_reference"),
            GroupEntry.reference.label("entry_reference"),
            into.reference.label("into"),
        )
        .join(Organisation, Organisation.id == Need.organisation_id)
        .outerjoin(GroupEntry, is_entry_of(Need.organisation_id))
        .outerjoin(into, into.id == Need.merged_into_id)
        .where(Need.reference == reference)
    ).one_or_none()
    if row is None:
        raise NotThere
    found: Need = row.Need
    is_own = is_own_need(actor, found.organisation_id, found.reference)
    sees_all = actor.is_system or actor.may(READ_ALL_NEEDS)
    state = NeedState(found.state)
    if not is_own and not sees_all and (found.hidden or state not in SHOWN_TO_ALL):
        raise NotThere
    return NeedView(
        id=found.id,
        reference=found.reference,
        version=found.version,
        title=found.title,
        story=found.story,
        combine=found.combine,
        state=state,
        hidden=found.hidden,
        reason=found.reason,
        group_id=found.organisation_id,
        group_reference=row.group_reference,
        group_name=row.name,
        entry_reference=row.entry_reference or "",
        merged_into=row.into or "",
        posted_by_person_id=found.posted_by_person_id,
        posted_at_utc=found.posted_at_utc,
        opened_at_utc=found.opened_at_utc,
        first_answer_at_utc=found.first_answer_at_utc,
        parts=_parts(reading, found, sees_place=is_own or actor.is_system or actor.has_role(*MAY_SEE_PLACES)),
        is_own=is_own,
        sees_all=sees_all,
        asked_which=found.asked_which_at_utc is not None,
    )


def _parts(reading: Session, found: Need, *, sees_place: bool) -> tuple[PartView, ...]:
    rows = reading.execute(
        select(NeedPart, Place, GroupEntry.place_id.label("own_place"), GroupEntry.place_public)
        .join(Place, Place.id == NeedPart.place_id)
        .outerjoin(GroupEntry, is_entry_of(found.organisation_id))
        .where(NeedPart.need_id == found.id)
        .order_by(NeedPart.position)
    ).all()
    zones = zones_shown(reading, {row.Place.id for row in rows})
    sessions = sessions_of_parts(reading, [row.NeedPart.id for row in rows])
    views = []
    for row in rows:
        part: NeedPart = row.NeedPart
        is_own_place = row.own_place == part.place_id
        is_public = is_own_place and bool(row.place_public)
        shown = sees_place or is_public
        views.append(
            PartView(
                id=part.id,
                position=part.position,
                kind=Kind(part.kind),
                unit=Unit(part.unit),
                item_type=part.item_type,
                subject=part.subject,
                amount=part.amount,
                unsure=part.unsure,
                is_about=part.is_about,
                committed=part.committed,
                met=part.met,
                left=left_of(terms_of(part, ahead_in(sessions.get(part.id, ()), today()))),
                smallest_useful=part.smallest_useful,
                first_day=part.first_day,
                last_day=part.last_day,
                pattern=part.pattern,
                place_id=part.place_id,
                place_label=row.Place.label if shown else "",
                postcode=(row.Place.postcode or "") if shown else "",
                is_own_place=is_own_place,
                is_public_place=is_public,
                confidential=row.Place.confidential,
                zone_names=tuple(zones[part.place_id].names),
                picked_zones=tuple(zones[part.place_id].picked) if shown else (),
                online=part.online,
                features=part.features,
                conditions=part.conditions,
                team_smallest=part.team_smallest,
                team_largest=part.team_largest,
                visit_minutes=part.visit_minutes,
                hosting_cost_pence=part.hosting_cost_pence,
                closed=part.closed,
                stopped=part.stopped,
                sessions=tuple(sessions.get(part.id, ())),
            )
        )
    return tuple(views)


def sessions_of_parts(reading: Session, part_ids: Collection[int]) -> Mapping[int, list[SessionWanted]]:
    """The sessions parts ask for, earliest first."""
    found: dict[int, list[SessionWanted]] = defaultdict(list)
    for session in reading.execute(
        select(NeedSession)
        .where(NeedSession.part_id.in_(part_ids), NeedSession.dropped.is_(False))
        .order_by(NeedSession.day, NeedSession.starts_minute, NeedSession.id)
    ).scalars():
        found[session.part_id].append(session_view(session))
    return found


@dataclass
class ZonesOfPlace:
    """The names of the zones a place lies in today, by scheme name, and those picked by hand, as form values."""

    names: list[str] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)


def zones_shown(reading: Session, place_ids: Collection[int]) -> defaultdict[int, ZonesOfPlace]:
    """For each place its zones: what is shown instead of the place."""
    on = today()
    found: defaultdict[int, ZonesOfPlace] = defaultdict(ZonesOfPlace)
    is_shown = and_(
        ZoneScheme.in_use, ZoneScheme.valid_from <= on, or_(ZoneScheme.valid_to.is_(None), ZoneScheme.valid_to >= on)
    )
    for row in reading.execute(
        select(PlaceZone, Zone.name, is_shown.label("is_shown"))
        .join(Zone, Zone.id == PlaceZone.zone_id)
        .join(ZoneScheme, ZoneScheme.id == PlaceZone.scheme_id)
        .where(PlaceZone.place_id.in_(place_ids))
        .order_by(ZoneScheme.name, ZoneScheme.id, Zone.name)
    ):
        link: PlaceZone = row.PlaceZone
        zones = found[link.place_id]
        if row.is_shown and row.name not in zones.names:
            zones.names.append(row.name)
        if link.picked:
            zones.picked.append(f"{link.scheme_id}:{link.zone_id}")
    return found


def history(reading: Session, found: NeedView) -> list[PastStep]:
    """What was done with a need, newest first; for its group and the council. Organisations, never persons.

    Raises NotThere for others.
    """
    if not found.is_own and not found.sees_all:
        raise NotThere
    acts = audit.history(reading, f"need:{found.reference}")
    references = {act.acting_as for act in acts if act.acting_as}
    names = {
        row.reference: row.name
        for row in reading.execute(
            select(Organisation.reference, Organisation.name).where(Organisation.reference.in_(references))
        )
    }
    return [PastStep(act.at_utc, act.act, names.get(act.acting_as, ""), act.texts.get("reason", "")) for act in acts]

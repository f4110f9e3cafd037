"""What acts must know of a group and its needs before they write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from community_book.base.clock import today
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.needs.queries.wanted import asks_for_more
from community_book.needs.rules import ENDED, NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from community_book.places.tables import Place, PlaceZone


@dataclass(frozen=True)
class GroupStanding:
    """What decides how a group may post: its entry's state, its own place, whether it is trusted."""

    state: str
    place_id: int
    trusted: bool


def group_standing(reading: Session, organisation_id: int) -> GroupStanding | None:
    """How a group stands in the Book; None for a body without an entry."""
    row = reading.execute(
        select(GroupEntry.state, GroupEntry.place_id, GroupEntry.trusted).where(is_entry_of(organisation_id))
    ).one_or_none()
    return GroupStanding(row.state, row.place_id, row.trusted) if row else None


def own_place(reading: Session, organisation_id: int) -> tuple[int, dict[int, int], int | None, int | None]:
    """The group's own place: id, zone in each scheme, easting and northing. Id 0 for a body without an entry."""
    row = reading.execute(
        select(Place).join(GroupEntry, GroupEntry.place_id == Place.id).where(is_entry_of(organisation_id))
    ).scalar_one_or_none()
    if row is None:
        return 0, {}, None, None
    zones = reading.execute(
        select(PlaceZone.scheme_id, PlaceZone.zone_id).where(PlaceZone.place_id == row.id).order_by(PlaceZone.scheme_id)
    )
    return row.id, {zone.scheme_id: zone.zone_id for zone in zones}, row.easting, row.northing


def own_place_words(reading: Session, organisation_id: int) -> str:
    """Where a group is, for its own form: words and postcode, or nothing where it is secret or unknown."""
    row = reading.execute(
        select(Place.label, Place.postcode)
        .join(GroupEntry, GroupEntry.place_id == Place.id)
        .where(is_entry_of(organisation_id))
    ).one_or_none()
    return ", ".join(said for said in (row.label, row.postcode) if said) if row else ""


def wait_for_others_posting(work: Session, organisation_id: int) -> None:
    """Makes two posts of one group go one after the other, so that they cannot both be the third.

    On PostgreSQL by the lock of the organisation's row that leaves new references to it free; on SQLite the
    whole Work has that effect already.
    """
    if work.get_bind().dialect.name == "postgresql":
        work.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True))


def needs_run_out(reading: Session) -> list[int]:
    """Ids of needs that are open or paused although nothing of them can be promised any more, by id."""
    wanted = exists().where(NeedPart.need_id == Need.id, asks_for_more(today())).correlate(Need)
    return list(
        reading.execute(
            select(Need.id).where(Need.state.in_([NeedState.OPEN, NeedState.PAUSED]), ~wanted).order_by(Need.id)
        ).scalars()
    )


def needs_ending(reading: Session, within_days: int = 30) -> list[int]:
    """Ids of needs that are open or paused and whose last day comes within so many days, by id."""
    last = select(func.max(NeedPart.last_day)).where(NeedPart.need_id == Need.id).scalar_subquery()
    return list(
        reading.execute(
            select(Need.id)
            .where(
                Need.state.in_([NeedState.OPEN, NeedState.PAUSED]),
                Need.hidden.is_(False),
                last <= today() + timedelta(days=within_days),
            )
            .order_by(Need.id)
        ).scalars()
    )


def is_part_closed(reading: Session, part_id: int) -> bool:
    """Whether a part is not asked for any more, though its need may be open."""
    return bool(reading.execute(select(NeedPart.closed).where(NeedPart.id == part_id)).scalar_one())


def live_need_ids(reading: Session, organisation_id: int) -> list[int]:
    """Ids of a group's needs that have not ended, by id."""
    return list(
        reading.execute(
            select(Need.id).where(Need.organisation_id == organisation_id, Need.state.not_in(ENDED)).order_by(Need.id)
        ).scalars()
    )

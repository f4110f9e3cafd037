"""Reads of entries: one group, several, the directory. Contacts and places go to those only who may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isqrt
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.base.remembering import at_most_a_minute_old
from community_book.groups.queries.nearness import squared_distance, with_places
from community_book.groups.queries.tags import entries_with_tag, tags_of
from community_book.groups.rules import SEE_GROUP_CONTACTS, SEEN_BY_ALL, GroupState
from community_book.groups.tables import ActivityTag, GroupActivity, GroupEntry, GroupTag
from community_book.groups.views import ContactsView, GroupView, Listing
from community_book.organisations.queries import identifiers_of
from community_book.organisations.tables import Organisation
from community_book.places import queries as places
from community_book.places.tables import PlaceZone

WORDS_AT_MOST = 8
SEARCHED = (
    Organisation.name,
    GroupEntry.what_we_do,
    GroupEntry.who_for,
    GroupEntry.can_offer,
    GroupEntry.sells,
    GroupEntry.has_room_for,
)

Found = Row[GroupEntry, Organisation]


def _select() -> Select[GroupEntry, Organisation]:
    return select(GroupEntry, Organisation).join(Organisation, Organisation.id == GroupEntry.organisation_id)


def _views(
    reading: Session,
    rows: Sequence[Found],
    may_see: Callable[[GroupEntry], bool] = lambda _entry: False,
    squared: Mapping[int, int | None] | None = None,
) -> list[GroupView]:
    """Entries as views, six queries whatever their number. `may_see` says whose contacts the reader may see.

    `squared` holds squares of distances by entry id.
    """
    numbers = identifiers_of(reading, [row.Organisation.id for row in rows]) if rows else {}
    held = places.places(reading, [row.GroupEntry.place_id for row in rows]) if rows else {}
    ticked = tags_of(reading, [row.GroupEntry.id for row in rows]) if rows else {}
    squared = squared or {}
    views = []
    for row in rows:
        entry, organisation = row.GroupEntry, row.Organisation
        place = held[entry.place_id]
        trusted_reader = may_see(entry)
        is_open = entry.state != GroupState.CLOSED
        contacts = trusted_reader or (entry.contacts_public and is_open)
        exact = trusted_reader or (entry.place_public and is_open)
        views.append(
            GroupView(
                id=entry.id,
                reference=entry.reference,
                organisation_id=organisation.id,
                organisation_reference=organisation.reference,
                name=organisation.name,
                state=GroupState(entry.state),
                what_we_do=entry.what_we_do,
                who_for=entry.who_for,
                can_offer=entry.can_offer,
                size_band=entry.size_band,
                informal=entry.informal,
                website=organisation.website,
                identifiers=numbers.get(organisation.id, ()),
                place_id=entry.place_id,
                zones=place.zones,
                postcode=(place.postcode or "") if exact else "",
                place_public=entry.place_public,
                confidential=place.confidential,
                contact_name=entry.contact_name if contacts else "",
                contact_email=entry.contact_email if contacts else "",
                contact_telephone=entry.contact_telephone if contacts else "",
                contacts_public=entry.contacts_public,
                deputy_name=entry.deputy_name if trusted_reader else "",
                deputy_email=entry.deputy_email if trusted_reader else "",
                trusted=entry.trusted,
                last_confirmed_on=entry.last_confirmed_on,
                out_of_date=entry.out_of_date,
                reason=entry.reason if trusted_reader else "",
                version=entry.version,
                picked=place.picked if trusted_reader else (),
                sells=entry.sells,
                has_room_for=entry.has_room_for,
                tags=ticked.get(entry.id, ()),
                distance_m=isqrt(far) if (far := squared.get(entry.id)) is not None else None,
            )
        )
    return views


def _sees_contacts(actor: Actor) -> Callable[[GroupEntry], bool]:
    everywhere = actor.may(SEE_GROUP_CONTACTS)
    return lambda entry: everywhere or (actor.organisation_id == entry.organisation_id)


def group(reading: Session, actor: Actor, reference: str) -> GroupView:
    """One entry. Raises NotThere for what the actor may not see: asks, and suspended groups of others."""
    row = reading.execute(_select().where(GroupEntry.reference == tidy_reference(reference))).one_or_none()
    if row is None:
        raise NotThere
    entry = row.GroupEntry
    own = actor.organisation_id == entry.organisation_id
    if entry.state not in SEEN_BY_ALL and not own and not actor.is_council:
        raise NotThere
    return _views(reading, [row], _sees_contacts(actor))[0]


def groups(reading: Session, organisation_ids: Iterable[int]) -> dict[int, GroupView]:
    """Groups by organisation id, with public fields only; organisations that are no group are left out."""
    rows = reading.execute(
        _select().where(GroupEntry.organisation_id.in_(set(organisation_ids))).order_by(*_closed_first())
    ).all()
    return {view.organisation_id: view for view in _views(reading, rows)}


def _closed_first() -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """A body that closed its entry and came back has two: in this order the last one counts."""
    return GroupEntry.state != GroupState.CLOSED, GroupEntry.id.expression


def is_entry_of(organisation_id: SQLColumnExpression[int] | int | None) -> ColumnElement[bool]:
    """For joins: the one entry that counts of an organisation, the last of several where it closed and came back."""
    other = aliased(GroupEntry)
    counts = or_(other.state != GroupState.CLOSED, other.id > GroupEntry.id)
    return and_(
        GroupEntry.organisation_id == organisation_id,
        or_(
            GroupEntry.state != GroupState.CLOSED,
            ~exists().where(other.organisation_id == GroupEntry.organisation_id, counts),
        ),
    )


def own_entry(reading: Session, actor: Actor) -> GroupView | None:
    """The entry of the organisation the actor acts as, contacts and all."""
    rows = reading.execute(
        _select().where(GroupEntry.organisation_id == actor.organisation_id).order_by(*_closed_first())
    ).all()
    return _views(reading, rows[-1:], _sees_contacts(actor))[0] if rows else None


def group_of_organisation(reading: Session, organisation_id: int) -> GroupView | None:
    """The group an organisation is, in any state, with public fields only."""
    return groups(reading, [organisation_id]).get(organisation_id)


def is_listed_group(reading: Session, organisation_id: int) -> bool:
    """Whether an organisation is a group listed now: it may post needs and answer offers."""
    return (
        reading.execute(
            select(GroupEntry.id).where(
                GroupEntry.organisation_id == organisation_id, GroupEntry.state == GroupState.LISTED
            )
        ).first()
        is not None
    )


def is_group(reading: Session, organisation_id: int) -> bool:
    """Whether an organisation is a group to the site: listed, paused or suspended."""
    return (
        reading.execute(
            select(GroupEntry.id).where(
                GroupEntry.organisation_id == organisation_id, GroupEntry.state != GroupState.CLOSED
            )
        ).first()
        is not None
    )


def contacts_of(reading: Session, organisation_id: int) -> ContactsView | None:
    """Whom to speak to at a group. The caller has checked that the reader may see it (an agreed commitment)."""
    entries = (
        reading.execute(
            select(GroupEntry).where(GroupEntry.organisation_id == organisation_id).order_by(*_closed_first())
        )
        .scalars()
        .all()
    )
    if not entries:
        return None
    entry = entries[-1]
    return ContactsView(
        entry.contact_name, entry.contact_email, entry.contact_telephone, entry.deputy_name, entry.deputy_email
    )


def reference_of(reading: Session, organisation_id: int) -> str | None:
    """The entry's reference of an organisation; None when it is no group."""
    found = (
        reading.execute(
            select(GroupEntry.reference).where(GroupEntry.organisation_id == organisation_id).order_by(*_closed_first())
        )
        .scalars()
        .all()
    )
    return found[-1] if found else None


def listed_groups(
    reading: Session, asked: Listing, *, limit: int | None = None, offset: int = 0
) -> tuple[int, list[GroupView]]:
    """How many listed groups fit, and some of them, as sorted; those out of date come last. Public fields only."""
    statement = _select().where(GroupEntry.state == GroupState.LISTED)
    for word in asked.words.split()[:WORDS_AT_MOST]:
        statement = statement.where(_has(word))
    if asked.zone_id is not None:
        inside = select(PlaceZone.place_id).where(PlaceZone.zone_id == asked.zone_id)
        statement = statement.where(GroupEntry.place_id.in_(inside))
    if asked.tag:
        statement = statement.where(GroupEntry.id.in_(entries_with_tag(asked.tag)))
    name = (func.lower(Organisation.name), GroupEntry.id)
    order = (GroupEntry.last_confirmed_on.desc(), *name) if asked.sort == "fresh" else (GroupEntry.out_of_date, *name)
    near_to = asked.near if asked.sort == "nearest" else None
    if limit is not None and near_to is None:
        question = ("listed_groups", asked, limit, offset)
        total, ids = at_most_a_minute_old(
            reading, question, lambda: _page_of_ids(reading, statement.order_by(*order), limit, offset)
        )
        still_listed = _select().where(GroupEntry.id.in_(ids), GroupEntry.state == GroupState.LISTED)
        rows = reading.execute(still_listed).all() if ids else []
        return total, _views(reading, sorted(rows, key=lambda row: ids.index(row.GroupEntry.id)))
    total = reading.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    squared: dict[int, int | None] = {}
    if near_to is not None:
        distance = squared_distance(near_to, public=GroupEntry.place_public).label("squared")
        near = with_places(statement.add_columns(distance), GroupEntry.place_id, near_to)
        near = near.order_by(GroupEntry.out_of_date, distance.is_(None), distance, *name)
        nearest = reading.execute(near.limit(limit).offset(offset) if limit is not None else near).all()
        squared = {row.GroupEntry.id: row.squared for row in nearest}
        return total, _views(reading, cast(Sequence[Found], nearest), squared=squared)
    return total, _views(reading, reading.execute(statement.order_by(*order)).all())


def _page_of_ids(
    reading: Session, ordered: Select[*tuple[Any, ...]], limit: int, offset: int
) -> tuple[int, tuple[int, ...]]:
    """How many entries fit and the ids of a page of them, going through them once."""
    page = ordered.with_only_columns(GroupEntry.id, func.count().over()).limit(limit).offset(offset)
    rows = reading.execute(page).all()
    if rows or not offset:
        return (rows[0][1] if rows else 0), tuple(row[0] for row in rows)
    everything = ordered.order_by(None).with_only_columns(func.count())
    return reading.execute(everything).scalar_one(), ()


def _has(word: str) -> ColumnElement[bool]:
    """Whether an entry has a word anywhere that everyone reads: its texts, its tags, what it runs."""
    runs = select(GroupActivity.entry_id).where(
        or_(*(column.icontains(word, autoescape=True) for column in (GroupActivity.title, GroupActivity.for_whom)))
    )
    ticked = (
        select(GroupTag.entry_id)
        .join(ActivityTag, ActivityTag.id == GroupTag.tag_id)
        .where(ActivityTag.label.icontains(word, autoescape=True))
    )
    return or_(
        *(column.icontains(word, autoescape=True) for column in SEARCHED),
        GroupEntry.id.in_(runs),
        GroupEntry.id.in_(ticked),
    )


def entry_id_of(reading: Session, reference: str) -> int:
    """The id of an entry, for steps that take it. Raises NotThere."""
    found = reading.execute(select(GroupEntry.id).where(GroupEntry.reference == reference)).scalar_one_or_none()
    if found is None:
        raise NotThere
    return found


def listed_count(reading: Session) -> int:
    """How many groups are listed."""
    return reading.execute(
        select(func.count()).select_from(GroupEntry).where(GroupEntry.state == GroupState.LISTED)
    ).scalar_one()


def zone_filter(reading: Session, typed: str) -> int | None:
    """The zone of a form's value "scheme_id:zone_id" where it is one of those offered, else None."""
    return int(typed.partition(":")[2]) if typed in {choice[0] for choice in places.zone_choices(reading)} else None

"""Reads of regular activities: what is on near somebody, and what one group runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import isqrt
from typing import Any

from sqlalchemy import ColumnElement, func, literal, null, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.settings import settings
from community_book.groups.queries.nearness import squared_distance, with_places
from community_book.groups.rules import GroupState, Space, days_of
from community_book.groups.tables import GroupActivity, GroupEntry
from community_book.groups.views import ActivityView, WhatsOn
from community_book.organisations.tables import Organisation
from community_book.places import queries as places
from community_book.places.tables import PlaceZone

PLACE_ID = func.coalesce(GroupActivity.place_id, GroupEntry.place_id)


def _select(squared: Any) -> Any:
    return (
        select(GroupActivity, GroupEntry, Organisation.name.label("name"), squared.label("squared"))
        .join(GroupEntry, GroupEntry.id == GroupActivity.entry_id)
        .join(Organisation, Organisation.id == GroupEntry.organisation_id)
    )


def _views(reading: Session, rows: Sequence[Any], own: int | None = None) -> list[ActivityView]:
    """Activities as views. `own` is the organisation whose own people read: they see their places."""
    held = places.places(reading, {row.GroupActivity.place_id or row.GroupEntry.place_id for row in rows})
    old_before = today() - timedelta(days=settings().freshness_days)
    views = []
    for row in rows:
        activity, entry = row.GroupActivity, row.GroupEntry
        place = held[activity.place_id or entry.place_id]
        is_own = own is not None and entry.organisation_id == own
        exact = activity.place_public and not place.confidential
        views.append(
            ActivityView(
                id=activity.id,
                reference=activity.reference,
                title=activity.title,
                days=days_of(activity.days_mask),
                starts=activity.starts_minute,
                ends=activity.ends_minute,
                when_note=activity.when_note,
                for_whom=activity.for_whom,
                cost=activity.cost,
                space=Space(activity.space),
                confirmed_on=activity.confirmed_on,
                is_old=activity.confirmed_on <= old_before,
                group_reference=entry.reference,
                group_name=row.name,
                organisation_id=entry.organisation_id,
                zones=place.zones,
                where_words=activity.where_words if exact or is_own else "",
                postcode=(place.postcode or "") if exact else "",
                place_public=activity.place_public,
                distance_m=isqrt(row.squared) if row.squared is not None else None,
                version=activity.version,
                picked=place.picked if is_own and activity.place_id is not None else (),
                own_postcode=(place.postcode or "") if is_own and activity.place_id is not None else "",
            )
        )
    return views


def whats_on(
    reading: Session, asked: WhatsOn, *, limit: int | None = None, offset: int = 0
) -> tuple[int, list[ActivityView]]:
    """How many activities of listed groups fit, and some of them: nearest first, else through the week."""
    squared: Any = squared_distance(asked.near, public=GroupActivity.place_public) if asked.near else literal(None)
    statement = _select(squared).where(GroupEntry.state == GroupState.LISTED)
    counted = (
        select(func.count())
        .select_from(GroupActivity)
        .join(GroupEntry, GroupEntry.id == GroupActivity.entry_id)
        .where(GroupEntry.state == GroupState.LISTED)
    )
    conditions: list[ColumnElement[bool]] = []
    if asked.zone_id is not None:
        conditions.append(PLACE_ID.in_(select(PlaceZone.place_id).where(PlaceZone.zone_id == asked.zone_id)))
    if asked.day is not None:
        conditions.append(GroupActivity.days_mask.bitwise_and(1 << asked.day) != 0)
    total = reading.execute(counted.where(*conditions)).scalar_one()
    statement = statement.where(*conditions)
    through_the_week = (
        GroupActivity.days_mask.bitwise_and(-GroupActivity.days_mask),
        GroupActivity.starts_minute,
        func.lower(GroupActivity.title),
        GroupActivity.id,
    )
    if asked.near is not None:
        statement = with_places(statement, PLACE_ID, asked.near)
        statement = statement.order_by(GroupEntry.out_of_date, squared.is_(None), squared, *through_the_week)
    else:
        statement = statement.order_by(GroupEntry.out_of_date, *through_the_week)
    rows = reading.execute(statement.limit(limit).offset(offset) if limit is not None else statement).all()
    return total, _views(reading, rows)


def activities_of(reading: Session, actor: Actor, organisation_id: int) -> list[ActivityView]:
    """What a group runs, through the week; its own people see its places."""
    rows = reading.execute(
        _select(null())
        .where(GroupEntry.organisation_id == organisation_id, GroupEntry.state != GroupState.CLOSED)
        .order_by(
            GroupActivity.days_mask.bitwise_and(-GroupActivity.days_mask), GroupActivity.starts_minute, GroupActivity.id
        )
    ).all()
    return _views(reading, rows, actor.organisation_id)


def own_activity(reading: Session, actor: Actor, reference: str) -> ActivityView:
    """One activity for the group's own people. Raises NotThere, NotAllowed for others'."""
    rows = reading.execute(_select(null()).where(GroupActivity.reference == tidy_reference(reference))).all()
    if not rows or rows[0].GroupEntry.state not in {GroupState.LISTED, GroupState.PAUSED}:
        raise NotThere
    if rows[0].GroupEntry.organisation_id != actor.organisation_id:
        raise NotAllowed(Message(N_("Only the group's own people may do this.")))
    return _views(reading, rows, actor.organisation_id)[0]

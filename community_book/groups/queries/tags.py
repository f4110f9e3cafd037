"""Reads of activity tags: those to choose from, and those groups ticked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from community_book.groups.rules import GroupState, NewTag, read_tags
from community_book.groups.tables import ActivityTag, GroupEntry, GroupTag
from community_book.groups.views import TagView

OUR_TAGS = Path(__file__).parent.parent / "activity_tags.csv"
"""Our own list, used from the start; a council may load another beside it."""


@lru_cache(maxsize=1)
def our_tags() -> tuple[NewTag, ...]:
    """The tags that come with the site."""
    return read_tags(OUR_TAGS.read_bytes()).tags


def tags(reading: Session) -> list[TagView]:
    """Every tag to choose from, by theme in the order of the list. Ours, until some are kept in the database."""
    rows = reading.execute(select(ActivityTag).order_by(ActivityTag.id)).scalars().all()
    kept = [TagView(row.code, row.label, row.theme, row.description) for row in rows]
    return kept or [TagView(tag.code, tag.label, tag.theme, tag.description) for tag in our_tags()]


def tags_in_use(reading: Session) -> list[tuple[TagView, int]]:
    """The tags listed groups have, by label, and how many have each."""
    rows = reading.execute(
        select(ActivityTag.code, ActivityTag.label, ActivityTag.theme, func.count().label("groups"))
        .join(GroupTag, GroupTag.tag_id == ActivityTag.id)
        .join(GroupEntry, GroupEntry.id == GroupTag.entry_id)
        .where(GroupEntry.state == GroupState.LISTED)
        .group_by(ActivityTag.id, ActivityTag.code, ActivityTag.label, ActivityTag.theme)
        .order_by(func.lower(ActivityTag.label), ActivityTag.id)
    ).all()
    return [(TagView(row.code, row.label, row.theme), row.groups) for row in rows]


def tags_of(reading: Session, entry_ids: Iterable[int]) -> dict[int, tuple[TagView, ...]]:
    """The tags of entries by entry id, each in the order of the list."""
    rows = reading.execute(
        select(GroupTag.entry_id, ActivityTag.code, ActivityTag.label, ActivityTag.theme)
        .join(ActivityTag, ActivityTag.id == GroupTag.tag_id)
        .where(GroupTag.entry_id.in_(list(entry_ids)))
        .order_by(GroupTag.entry_id, ActivityTag.id)
    ).all()
    found: dict[int, tuple[TagView, ...]] = {}
    for row in rows:
        found[row.entry_id] = (*found.get(row.entry_id, ()), TagView(row.code, row.label, row.theme))
    return found


def entries_with_tag(code: str) -> Select[int]:
    """The ids of entries that ticked a tag, for a statement."""
    return (
        select(GroupTag.entry_id).join(ActivityTag, ActivityTag.id == GroupTag.tag_id).where(ActivityTag.code == code)
    )

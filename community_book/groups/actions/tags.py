"""Activity tags: loading a list of them, and what a group ticks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.work import Work, refuse
from community_book.groups.queries.tags import our_tags
from community_book.groups.rules import TAGS_AT_MOST, NewTag
from community_book.groups.tables import ActivityTag, GroupTag


def keep_tags(work: Work, new: Iterable[NewTag]) -> tuple[int, int]:
    """Step: adds tags and changes those whose code is known; returns how many of each. None is removed."""
    known = {row.code: row for row in work.execute(select(ActivityTag)).scalars()}
    added = changed = 0
    for tag in new:
        row = known.get(tag.code)
        if row is None:
            work.add(ActivityTag(code=tag.code, label=tag.label, theme=tag.theme, description=tag.description))
            added += 1
        elif (row.label, row.theme, row.description) != (tag.label, tag.theme, tag.description):
            row.label, row.theme, row.description = tag.label, tag.theme, tag.description
            changed += 1
    work.flush()
    return added, changed


def load_tags(actor: Actor, new: Sequence[NewTag], name: str) -> tuple[int, int]:
    """The command line loads a list of tags beside ours; returns how many were added and changed."""
    if not actor.is_system:
        raise NotAllowed(Message(N_("Tags are loaded from the command line.")))
    with transactions.work(actor) as work:
        tag_ids(work)
        done = keep_tags(work, new)
        work.record("group.load_tags", "tags:all", facts={"list": name, "added": done[0], "changed": done[1]})
        return done


def tick_tags(work: Work, entry_id: int, codes: Sequence[str]) -> None:
    """Step: a group has these tags from now on. Raises Refused for too many or one that is not known."""
    if len(codes) > TAGS_AT_MOST:
        raise refuse("tags", N_("Choose at most %(most)s; you have chosen %(has)s"), most=TAGS_AT_MOST, has=len(codes))
    ids = tag_ids(work)
    if any(code not in ids for code in codes):
        raise refuse("tags", N_("Choose from the answers shown"))
    work.execute(delete(GroupTag).where(GroupTag.entry_id == entry_id))
    if codes:
        work.execute(insert(GroupTag), [{"entry_id": entry_id, "tag_id": ids[code]} for code in dict.fromkeys(codes)])


def tag_ids(work: Work) -> dict[str, int]:
    """Step: the ids of tags by code; keeps our own list first where there is none yet."""
    if work.execute(select(ActivityTag.id).limit(1)).first() is None:
        keep_tags(work, our_tags())
    return {row.code: row.id for row in work.execute(select(ActivityTag.code, ActivityTag.id))}

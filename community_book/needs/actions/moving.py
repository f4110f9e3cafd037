"""A step for a group that was listed twice: its needs are those of the entry that stays."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from community_book.base.work import Work, changed
from community_book.needs.actions.rows import about
from community_book.needs.tables import Need


def move_needs(work: Work, from_organisation: int, to_organisation: int, ids: Collection[int]) -> list[int]:
    """Step: these needs of one organisation are another's from now on; returns the ids of those that were."""
    mine = select(Need.id).where(Need.id.in_(ids), Need.organisation_id == from_organisation)
    found = list(work.execute(mine.order_by(Need.id).with_for_update()).scalars())
    changed(
        work, update(Need).where(Need.id.in_(found)).values(organisation_id=to_organisation, version=Need.version + 1)
    )
    work.expire_all()
    for need in work.execute(select(Need).where(Need.id.in_(found)).order_by(Need.id)).scalars():
        work.tell("NeedChanged", **about(work, need), state=need.state, words_changed=False)
    return found

"""What a group runs regularly: put on, changed, still right, full now, taken off."""

from __future__ import annotations

from sqlalchemy import func, select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference, tidy_reference
from community_book.base.work import Work, lock_row, refuse, require_version
from community_book.groups.actions.asking import entry_named
from community_book.groups.rules import (
    ACTIVITIES_AT_MOST,
    ENTRY,
    RUN_ACTIVITIES,
    SEEN_BY_ALL,
    GroupState,
    NewActivity,
    Space,
    check_activity,
    days_mask,
)
from community_book.groups.tables import GroupActivity, GroupEntry
from community_book.places.actions import change_place, make_place
from community_book.places.queries import place
from community_book.places.rules import NewPlace


def _own_entry(work: Work, actor: Actor, entry: GroupEntry) -> GroupEntry:
    if entry.organisation_id is None or entry.organisation_id != actor.organisation_id:
        if entry.state in SEEN_BY_ALL:
            raise NotAllowed(Message(N_("Only the group's own people may do this.")))
        raise NotThere
    ENTRY.check("edit", GroupState(entry.state))
    return entry


def _own(work: Work, actor: Actor, reference: str, version: int | None) -> tuple[GroupActivity, GroupEntry]:
    actor.must(RUN_ACTIVITIES)
    row = work.execute(
        select(GroupActivity).where(GroupActivity.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    entry = _own_entry(work, actor, work.get_one(GroupEntry, row.entry_id))
    lock_row(work, row)
    require_version(row, version)
    return row, entry


def _fill(work: Work, row: GroupActivity, entry: GroupEntry, new: NewActivity) -> None:
    check_activity(new, group_is_secret=place(work, entry.place_id).confidential)
    row.title, row.days_mask = new.title, days_mask(new.days)
    row.starts_minute, row.ends_minute, row.when_note = new.starts, new.ends, new.when_note
    row.for_whom, row.cost, row.space = new.for_whom, new.cost, Space(new.space)
    row.where_words, row.place_public = new.where_words if new.place_public else "", new.place_public
    if not new.elsewhere:
        row.place_id = None
    else:
        where = NewPlace(postcode=new.postcode, confidential=False, picked=tuple(new.zone))
        if row.place_id is None:
            row.place_id = make_place(work, where)
        else:
            change_place(work, row.place_id, where)
    row.confirmed_on = today()


def _told(work: Work, act: str, row: GroupActivity, entry: GroupEntry) -> str:
    """The entry and the act's audit entry; returns the group's reference."""
    work.record(
        act,
        f"group:{entry.reference}",
        f"activity:{row.reference}",
        facts={"space": row.space, "place_public": row.place_public},
        texts={"title": row.title},
    )
    work.tell("GroupChanged", group_id=entry.id, organisation_id=entry.organisation_id, reference=entry.reference)
    return entry.reference


def put_on(actor: Actor, reference: str, new: NewActivity) -> str:
    """Puts a regular activity on the group's page and on what is on; returns the group's reference. Raises Refused."""
    actor.must(RUN_ACTIVITIES)
    with transactions.work(actor) as work:
        entry = _own_entry(work, actor, entry_named(work, reference))
        count = work.execute(
            select(func.count()).select_from(GroupActivity).where(GroupActivity.entry_id == entry.id)
        ).scalar_one()
        if count >= ACTIVITIES_AT_MOST:
            raise refuse("title", N_("A group lists at most %(most)s. Take one off first."), most=ACTIVITIES_AT_MOST)
        row = GroupActivity(reference=new_reference("AC"), entry_id=entry.id)
        _fill(work, row, entry, new)
        work.add(row)
        work.flush()
        return _told(work, "group.put_on", row, entry)


def change_activity(actor: Actor, reference: str, new: NewActivity) -> str:
    """Changes one; that also confirms it. Raises Refused, WrongState when stale."""
    with transactions.work(actor) as work:
        row, entry = _own(work, actor, reference, new.version)
        _fill(work, row, entry, new)
        return _told(work, "group.change_activity", row, entry)


def say_space(actor: Actor, reference: str, space: Space, version: int | None = None) -> str:
    """One tap: there is space, ask first, full now; the same as before says it is still right."""
    with transactions.work(actor) as work:
        row, entry = _own(work, actor, reference, version)
        row.space, row.confirmed_on = space, today()
        return _told(work, "group.say_space", row, entry)


def take_off(actor: Actor, reference: str, version: int | None = None) -> str:
    """Takes an activity off for good; returns the group's reference."""
    with transactions.work(actor) as work:
        row, entry = _own(work, actor, reference, version)
        told = _told(work, "group.take_off", row, entry)
        work.delete(row)
        return told


def hide_places(work: Work, entry_id: int) -> None:
    """Step: the group's place became secret, so what it runs there shows no place any more."""
    rows = work.execute(
        select(GroupActivity).where(GroupActivity.entry_id == entry_id, GroupActivity.place_id.is_(None))
    ).scalars()
    for row in rows:
        row.place_public, row.where_words = False, ""
        row.version += 1

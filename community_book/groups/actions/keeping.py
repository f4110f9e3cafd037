"""What a group does with its own entry: change it, pause it, close it, say it is still right."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed, require_version
from community_book.groups.actions.activities import hide_places
from community_book.groups.actions.asking import entry_named, entry_of_organisation
from community_book.groups.actions.tags import tick_tags
from community_book.groups.rules import (
    CLOSE_GROUP,
    EDIT_GROUP,
    ENTRY,
    SEEN_BY_ALL,
    STILL_RIGHT_LINK,
    GroupState,
    Profile,
)
from community_book.groups.tables import GroupActivity, GroupEntry
from community_book.organisations.actions import rename
from community_book.organisations.queries import names_of
from community_book.people.actions import end_links, use_link
from community_book.places.actions import change_place
from community_book.places.rules import NewPlace


def own_entry_for(work: Work, actor: Actor, reference: str, act: str) -> GroupEntry:
    """Step: the actor's own entry, in a state the act may start from."""
    row = entry_named(work, reference)
    if row.organisation_id is None or row.organisation_id != actor.organisation_id:
        if row.state in SEEN_BY_ALL:
            raise NotAllowed(Message(N_("Only the group's own leads may do this.")))
        raise NotThere
    ENTRY.check(act, GroupState(row.state))
    return row


def _confirm(row: GroupEntry) -> None:
    row.last_confirmed_on = today()
    row.asked_still_right_on = None
    row.out_of_date = False


def edit_group(actor: Actor, reference: str, profile: Profile) -> str:
    """Changes what a group says about itself; that also confirms it. Raises Refused, WrongState when stale."""
    actor.must(EDIT_GROUP)
    with transactions.work(actor) as work:
        row = own_entry_for(work, actor, reference, "edit")
        require_version(row, profile.version)
        change_place(
            work,
            row.place_id,
            NewPlace(postcode=profile.postcode, confidential=profile.confidential, picked=tuple(profile.zone)),
        )
        organisation_id = row.organisation_id or 0
        if names_of(work, [organisation_id]).get(organisation_id) != profile.name:
            rename(work, organisation_id, profile.name)
        row.what_we_do, row.who_for, row.can_offer = profile.what_we_do, profile.who_for, profile.can_offer
        row.sells, row.has_room_for = profile.sells, profile.has_room_for
        row.size_band = profile.size_band
        row.place_public = profile.place_public and not profile.confidential
        row.contact_name, row.contact_email = profile.contact_name, profile.contact_email
        row.contact_telephone, row.contacts_public = profile.contact_telephone, profile.contacts_public
        row.deputy_name, row.deputy_email = profile.deputy_name, profile.deputy_email
        if profile.tags is not None:
            tick_tags(work, row.id, profile.tags)
        if profile.confidential:
            hide_places(work, row.id)
        _confirm(row)
        work.record(
            "group.edit",
            f"group:{row.reference}",
            facts={"contacts_public": row.contacts_public, "place_public": row.place_public},
            texts={
                "what_we_do": row.what_we_do,
                "can_offer": row.can_offer,
                "sells": row.sells,
                "has_room_for": row.has_room_for,
            },
        )
        work.tell("GroupChanged", group_id=row.id, organisation_id=organisation_id, reference=row.reference)
        return row.reference


def pause_group(actor: Actor, reference: str, version: int | None = None) -> str:
    """Takes the own entry out of the directory for a while. Raises WrongState."""
    return _turn(actor, reference, "pause", "GroupPaused", version)


def resume_group(actor: Actor, reference: str, version: int | None = None) -> str:
    """Puts the own entry back into the directory. Raises WrongState."""
    return _turn(actor, reference, "resume", "GroupResumed", version)


def _turn(actor: Actor, reference: str, act: str, event: str, version: int | None) -> str:
    actor.must(EDIT_GROUP)
    with transactions.work(actor) as work:
        row = own_entry_for(work, actor, reference, act)
        require_version(row, version)
        row.state = ENTRY.go(act, GroupState(row.state))
        work.record(f"group.{act}", f"group:{row.reference}")
        work.tell(event, group_id=row.id, organisation_id=row.organisation_id, reference=row.reference)
        return row.reference


def close_group_entry(work: Work, organisation_id: int, reason: str) -> str:
    """Step: closes the entry of an organisation for good and returns its reference; tells GroupClosed.

    Raises NotThere when it is no group, WrongState when it is neither listed nor paused.
    """
    row = entry_of_organisation(work, organisation_id)
    before = row.state
    row.state = ENTRY.go("close", GroupState(row.state))
    row.reason = reason
    row.version += 1
    end_links(work, subject=f"group:{row.reference}")
    work.tell(
        "GroupClosed",
        group_id=row.id,
        organisation_id=organisation_id,
        reference=row.reference,
        reason=reason,
        before=before,
    )
    return row.reference


def join_group_entry(work: Work, organisation_id: int, other_id: int) -> tuple[int, str, str]:
    """Step: the entry of a group that was listed twice is closed beside its other one, which gets what it runs.

    Returns its id, its reference and the state it stood in. Raises NotThere, WrongState.
    """
    row, stays = entry_of_organisation(work, organisation_id), entry_of_organisation(work, other_id)
    ENTRY.check("edit", GroupState(stays.state))
    before = row.state
    row.state = ENTRY.go("close", GroupState(row.state))
    row.version += 1
    work.flush()
    end_links(work, subject=f"group:{row.reference}")
    for entry in (row, stays):
        work.tell("GroupChanged", group_id=entry.id, organisation_id=entry.organisation_id, reference=entry.reference)
    return row.id, row.reference, before


def move_activities(work: Work, from_entry: int, to_entry: int, ids: Collection[int] | None = None) -> list[int]:
    """Step: what one entry runs, or these of it, is run by another from now on; returns their ids."""
    wanted = [GroupActivity.entry_id == from_entry]
    if ids is not None:
        wanted.append(GroupActivity.id.in_(ids))
    found = list(work.execute(select(GroupActivity.id).where(*wanted).order_by(GroupActivity.id)).scalars())
    changed(
        work,
        update(GroupActivity)
        .where(GroupActivity.id.in_(found), GroupActivity.entry_id == from_entry)
        .values(entry_id=to_entry),
    )
    return found


def reopen_group_entry(work: Work, reference: str, before: GroupState) -> None:
    """Step: an entry that was closed stands as `before` again, listed or paused; tells GroupReopened.

    Raises WrongState where it is not closed, or the organisation is in the Book with another entry by now.
    """
    row = entry_named(work, reference)
    target = ENTRY.go("reopen", GroupState(row.state), before)
    another = work.execute(
        select(GroupEntry.reference).where(
            GroupEntry.organisation_id == row.organisation_id, GroupEntry.state != GroupState.CLOSED
        )
    ).scalar_one_or_none()
    if another is not None:
        raise WrongState(Message(N_("The group is in the Book again as %(reference)s."), reference=another))
    row.state, row.reason = target, ""
    row.version += 1
    work.flush()
    work.record("group.reopen", f"group:{row.reference}", facts={"state": row.state})
    work.tell("GroupReopened", group_id=row.id, organisation_id=row.organisation_id, reference=row.reference)


def close_group(actor: Actor, reference: str, reason: str, version: int | None = None) -> str:
    """A lead closes the own group for good; its needs and promises end with a reason. Raises WrongState."""
    actor.must(CLOSE_GROUP)
    with transactions.work(actor) as work:
        row = own_entry_for(work, actor, reference, "close")
        require_version(row, version)
        work.flush()
        close_group_entry(work, row.organisation_id or 0, reason)
        work.record("group.close", f"group:{row.reference}", texts={"reason": reason})
        return row.reference


def confirm_still_right(actor: Actor, reference: str) -> str:
    """Says the entry is still right: its lead, or whoever holds the mailed link. Raises NotThere, WrongState."""
    with transactions.work(actor) as work:
        row = entry_named(work, reference)
        by_link = actor.link_act == STILL_RIGHT_LINK and actor.link_subject == f"group:{row.reference}"
        if not by_link:
            actor.must(EDIT_GROUP)
            row = own_entry_for(work, actor, reference, "confirm")
        ENTRY.check("confirm", GroupState(row.state))
        use_link(work, actor)
        end_links(work, act=STILL_RIGHT_LINK, subject=f"group:{row.reference}")
        _confirm(row)
        row.version += 1
        work.record("group.confirm", f"group:{row.reference}", facts={"on": today().isoformat()})
        work.tell("GroupChanged", group_id=row.id, organisation_id=row.organisation_id, reference=row.reference)
        return row.reference

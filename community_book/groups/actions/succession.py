"""The next secretary: a lead invites who follows, and steps down when that invitation is accepted."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import GROUP_ROLES, Actor, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_
from community_book.base.outbox import Event
from community_book.base.work import Work, changed, refuse, require_version
from community_book.groups.actions.keeping import own_entry_for
from community_book.groups.rules import EDIT_GROUP
from community_book.groups.tables import GroupEntry, Succession
from community_book.people.actions import end_role, invite_person
from community_book.people.queries import addresses_of, invitation, roles_held


def hand_on(actor: Actor, reference: str, name: str, email: str, version: int | None = None) -> str:
    """A lead invites the next one; the group keeps its lead until that invitation is accepted.

    Raises Refused for the lead's own address or that of somebody who leads already, NotAllowed, WrongState.
    """
    actor.must(EDIT_GROUP)
    with transactions.work(actor) as work:
        row = own_entry_for(work, actor, reference, "hand_on")
        if actor.person_id is None or actor.is_on_behalf:
            raise refuse("email", N_("Only a lead with an account can hand on; officers hand over on proof."))
        require_version(row, version)
        work.flush()
        organisation_id = row.organisation_id or 0
        invited = invitation(work, reference=invite_person(work, organisation_id, email, Role.GROUP_LEAD))
        work.add(
            Succession(
                entry_id=row.id, from_person_id=actor.person_id, invitation_id=invited.id, asked_at_utc=now_utc()
            )
        )
        work.record("group.hand_on", f"group:{row.reference}", f"invitation:{invited.reference}", texts={"name": name})
        return row.reference


def step_down(work: Work, event: Event) -> None:
    """Step: an invitation was accepted; where it was to the next lead, who invited steps down. Safe to run twice."""
    waiting = work.execute(
        select(Succession).where(
            Succession.invitation_id == int(event.payload["invitation_id"]), Succession.done_at_utc.is_(None)
        )
    ).scalar_one_or_none()
    if waiting is None:
        return
    entry = work.get_one(GroupEntry, waiting.entry_id)
    organisation_id = entry.organisation_id or 0
    if not changed(
        work,
        update(Succession)
        .where(Succession.id == waiting.id, Succession.done_at_utc.is_(None))
        .values(done_at_utc=now_utc()),
    ):
        return
    people = addresses_of(work, [waiting.from_person_id, int(event.payload["person_id"])])
    before, after = people.get(waiting.from_person_id), people.get(int(event.payload["person_id"]))
    for role in sorted(roles_held(work, waiting.from_person_id, organisation_id) & GROUP_ROLES):
        with suppress(NotThere, WrongState):  # the group is never left without a lead
            end_role(work, waiting.from_person_id, organisation_id, role)
    if before is not None and after is not None and entry.contact_email.lower() == before.email.lower():
        entry.contact_name, entry.contact_email = after.name, after.email
        entry.contact_telephone, entry.contacts_public = "", False
        entry.version += 1
    work.record("group.step_down", f"group:{entry.reference}", facts={"handed_on": True})
    work.tell("GroupChanged", group_id=entry.id, organisation_id=organisation_id, reference=entry.reference)

"""What officers decide about groups: list, want more, decline, suspend, trust, hand over."""

from __future__ import annotations

from contextlib import suppress

from community_book.base import work as transactions
from community_book.base.actor import GROUP_ROLES, Actor, Role
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, Refused
from community_book.base.messages import N_, Message
from community_book.base.work import Work, refuse, require_version
from community_book.groups.actions.asking import entry_named, entry_of_organisation
from community_book.groups.queries import group_of_organisation
from community_book.groups.queries.moderation import own_asks
from community_book.groups.rules import ENTRY, MODERATE_GROUPS, GroupState
from community_book.groups.tables import GroupEntry
from community_book.organisations.actions import make_organisation
from community_book.organisations.queries import find_by_identifier, organisations
from community_book.people.actions import end_role, invite_person
from community_book.people.queries import belonged_lately, people_of

NOT_YOURS = N_("You belong to this group or recorded its request, so somebody else must decide about it.")


def _must_not_be_own(work: Work, actor: Actor, row: GroupEntry) -> None:
    """Raises NotAllowed where the officer belongs to the group, did lately, or recorded the ask."""
    own = actor.belongs_to(row.organisation_id) if row.organisation_id is not None else False
    if row.organisation_id is None:
        own = bool(own_asks(work, actor, [row]))
    if own or belonged_lately(work, actor.person_id, row.organisation_id):
        raise NotAllowed(Message(NOT_YOURS))


def _moderated(work: Work, actor: Actor, reference: str, act: str, version: int | None) -> GroupEntry:
    """The entry an officer is about to decide on: state, separation and version checked."""
    row = entry_named(work, reference)
    ENTRY.check(act, GroupState(row.state))
    _must_not_be_own(work, actor, row)
    require_version(row, version)
    row.decided_by_person_id = actor.person_id
    return row


def want_more(actor: Actor, reference: str, question: str, version: int | None = None) -> str:
    """Asks the asker for more, by a letter with a link to answer. Raises NotAllowed, NotThere, WrongState."""
    actor.must(MODERATE_GROUPS)
    with transactions.work(actor) as work:
        row = _moderated(work, actor, reference, "want_more", version)
        row.state = ENTRY.go("want_more", GroupState(row.state))
        row.question, row.answer = question, ""
        work.record("group.want_more", f"group_ask:{row.reference}", f"group:{row.reference}", texts={"why": question})
        work.tell("GroupMoreWanted", group_id=row.id, reference=row.reference)
        return row.reference


def list_entry(work: Work, reference: str, *, invite: bool = True) -> int:
    """Step: makes an ask a listed group and returns its organisation's id; tells GroupListed.

    A body we know by the register number is this group; without a number a new organisation is made. The
    contact is invited as the group's lead in the name of the actor of the Work. Raises Refused where that
    body is listed already.
    """
    row = entry_named(work, reference)
    listed = ENTRY.go("list", GroupState(row.state))
    known = find_by_identifier(work, row.asked_scheme, row.asked_identifier) if row.asked_scheme else None
    if known is not None:
        present = group_of_organisation(work, known.id)
        if present is not None and present.state is not GroupState.CLOSED:
            raise refuse(
                "",
                N_("%(name)s (%(reference)s) has this register number and is in the Book already."),
                name=present.name,
                reference=present.reference,
            )
        row.organisation_id = known.id
    else:
        numbers = [(row.asked_scheme, row.asked_identifier)] if row.asked_scheme else []
        row.organisation_id = make_organisation(work, row.asked_name, identifiers=numbers)
    row.state = listed
    row.last_confirmed_on = today()
    row.reason = ""
    work.flush()
    if invite and work.actor.person_id is not None and row.contact_email:
        with suppress(Refused):  # somebody with this address leads it already
            invite_person(work, row.organisation_id, row.contact_email, Role.GROUP_LEAD)
    work.tell("GroupListed", group_id=row.id, organisation_id=row.organisation_id, reference=row.reference)
    return row.organisation_id


def list_group(actor: Actor, reference: str, version: int | None = None) -> str:
    """Lists a group in the Book and invites its contact to lead it. Raises NotAllowed, WrongState, Refused."""
    actor.must(MODERATE_GROUPS)
    with transactions.work(actor) as work:
        row = _moderated(work, actor, reference, "list", version)
        work.flush()
        organisation_id = list_entry(work, row.reference)
        organisation = organisations(work, [organisation_id])[organisation_id]
        if belonged_lately(work, actor.person_id, organisation_id):
            raise NotAllowed(Message(NOT_YOURS))
        work.record("group.list", f"group:{row.reference}", f"organisation:{organisation.reference}")
        return row.reference


def decline_group(actor: Actor, reference: str, reason: str, version: int | None = None) -> str:
    """Declines to list a group, with the reason the asker is told. Raises NotAllowed, WrongState."""
    actor.must(MODERATE_GROUPS)
    with transactions.work(actor) as work:
        row = _moderated(work, actor, reference, "decline", version)
        row.state = ENTRY.go("decline", GroupState(row.state))
        row.reason = reason
        work.record("group.decline", f"group_ask:{row.reference}", f"group:{row.reference}", texts={"reason": reason})
        work.tell("GroupDeclined", group_id=row.id, reference=row.reference)
        return row.reference


def suspend_group_entry(work: Work, organisation_id: int, reason: str) -> str:
    """Step: suspends the entry of an organisation and returns its reference; tells GroupSuspended.

    Raises NotThere when it is no group, WrongState when it is not listed.
    """
    row = entry_of_organisation(work, organisation_id)
    row.state = ENTRY.go("suspend", GroupState(row.state))
    row.reason = reason
    row.version += 1
    work.tell("GroupSuspended", group_id=row.id, organisation_id=organisation_id, reference=row.reference)
    return row.reference


def suspend_group(actor: Actor, reference: str, reason: str, version: int | None = None) -> str:
    """Takes a listed group out of the Book until it is lifted. Raises NotAllowed, WrongState."""
    actor.must(MODERATE_GROUPS)
    with transactions.work(actor) as work:
        row = _moderated(work, actor, reference, "suspend", version)
        work.flush()
        suspend_group_entry(work, row.organisation_id or 0, reason)
        work.record("group.suspend", f"group:{row.reference}", texts={"reason": reason})
        return row.reference


def lift_suspension(actor: Actor, reference: str, version: int | None = None) -> str:
    """Lists a suspended group again. Raises NotAllowed, WrongState."""
    actor.must(MODERATE_GROUPS)
    with transactions.work(actor) as work:
        row = _moderated(work, actor, reference, "lift", version)
        row.state = ENTRY.go("lift", GroupState(row.state))
        row.reason = ""
        work.record("group.lift_suspension", f"group:{row.reference}")
        work.tell(
            "GroupSuspensionLifted", group_id=row.id, organisation_id=row.organisation_id, reference=row.reference
        )
        return row.reference


def set_trusted(actor: Actor, reference: str, trusted: bool, version: int | None = None) -> str:
    """Says whether a group's needs open without waiting for an officer. Raises NotAllowed, WrongState."""
    actor.must(MODERATE_GROUPS)
    with transactions.work(actor) as work:
        row = _moderated(work, actor, reference, "trust", version)
        row.trusted = trusted
        work.record("group.trust", f"group:{row.reference}", facts={"trusted": trusted})
        return row.reference


def hand_over(
    actor: Actor, reference: str, name: str, email: str, proof: str, *, telephone: str = "", version: int | None = None
) -> str:
    """Hands a group that has lost its people to new ones, on proof: earlier roles end, the new lead is invited."""
    actor.must(MODERATE_GROUPS)
    with transactions.work(actor) as work:
        row = _moderated(work, actor, reference, "hand_over", version)
        organisation_id = row.organisation_id or 0
        for person in people_of(work, organisation_id):
            for role in sorted(person.roles & GROUP_ROLES):
                end_role(work, person.id, organisation_id, role, even_the_last=True)
        row.contact_name, row.contact_email, row.contact_telephone = name, email, telephone
        row.deputy_name = row.deputy_email = ""
        row.contacts_public = False
        work.flush()
        invite_person(work, organisation_id, email, Role.GROUP_LEAD)
        work.record("group.hand_over", f"group:{row.reference}", texts={"proof": proof})
        work.tell("GroupChanged", group_id=row.id, organisation_id=organisation_id, reference=row.reference)
        return row.reference

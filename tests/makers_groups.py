"""Makers of asks and listed groups, through the room's own acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from sqlalchemy import select, update

from community_book.base import work
from community_book.base.actor import Actor, Role, anybody, system
from community_book.groups import actions
from community_book.groups.rules import INFORMAL, GroupState, NewGroup
from community_book.groups.tables import GroupEntry
from community_book.organisations.tables import Organisation
from tests.makers import actor_for, make_organisation
from tests.support.grounds import kept

_numbers = count(1)

NEW = NewGroup(
    name="Station Road Lunch Club",
    what_we_do="A hot dinner and company for about thirty older people every Wednesday.",
    who_for="Anyone over sixty",
    size_band="small",
    register=INFORMAL,
    proof="The minister of Station Road chapel vouches for us.",
    contact_name="Maureen Haddow",
    contact_email="maureen@lunch.example",
    contact_telephone="01632 960101",
)


def new_group(name: str = "", **changes: object) -> NewGroup:
    """An ask in which nothing is missing; name and address are new unless given."""
    number = next(_numbers)
    given = {"name": name or f"Group {number}", "contact_email": f"contact{number}@group.example", **changes}
    return replace(NEW, **given)  # type: ignore[arg-type]


def make_ask(name: str = "", **changes: object) -> str:
    """An ask that waits; its reference."""
    return actions.ask_to_list(anybody(), new_group(name, **changes))


def make_officer(role: Role = Role.OFFICER) -> Actor:
    return actor_for(make_organisation(is_council=True), role)


@dataclass(frozen=True)
class Group:
    """A listed group and its lead."""

    reference: str
    organisation_id: int
    lead: Actor


@kept
def make_group(name: str = "", *, state: GroupState = GroupState.LISTED, **changes: object) -> Group:
    """A group listed by an officer, with a lead who has an account; then put into the state wanted."""
    reference = make_ask(name, **changes)
    actions.list_group(make_officer(), reference)
    with work.reading() as reading:
        entry = reading.execute(select(GroupEntry).where(GroupEntry.reference == reference)).scalar_one()
        organisation = reading.get_one(Organisation, entry.organisation_id)
    lead = actor_for(organisation, Role.GROUP_LEAD)
    if state is not GroupState.LISTED:
        put_into(reference, state)
    return Group(reference, organisation.id, lead)


def put_into(reference: str, state: GroupState) -> None:
    """Sets an entry's state without an act, for tests of what an act refuses."""
    with work.bookkeeping(system("test")) as session:
        session.execute(update(GroupEntry).where(GroupEntry.reference == reference).values(state=state))


def entry_of(reference: str) -> GroupEntry:
    """The entry's row as it is now."""
    with work.reading() as reading:
        return reading.execute(select(GroupEntry).where(GroupEntry.reference == reference)).scalar_one()

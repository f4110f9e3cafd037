"""Who belongs to an organisation, and that it always keeps somebody who leads it."""

from __future__ import annotations

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import COUNCIL_ROLES, Actor, Role
from community_book.base.errors import HouseError, NotAllowed, NotThere, WrongState
from community_book.organisations.tables import Organisation
from community_book.people import actions
from community_book.people.queries import actor_of_person, roles_held
from community_book.people.tables import Person
from tests.makers import actor_for, client_of, join, make_organisation, make_person, send
from tests.makers_people import browser_of, council, lead, mail_to

pytestmark = pytest.mark.usefixtures("app")


def actor_of(person: Person, organisation: Organisation) -> Actor:
    with work.reading() as reading:
        return actor_of_person(reading, reading.get_one(Person, person.id), organisation.id)


def roles(person: Person, organisation: Organisation) -> set[Role]:
    with work.reading() as reading:
        return set(roles_held(reading, person.id, organisation.id))


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_the_people_of_an_organisation(app: Flask, role: Role) -> None:
    group = make_organisation("Lunch club")
    member = make_person("Asha Patel", belongs_to=group, role=Role.GROUP_LEAD)
    url = f"/organisations/{group.reference}/people"
    from_elsewhere = browser_of(app, role).get(url)
    sees = role in {Role.ADMINISTRATOR, Role.OFFICER, Role.AUDITOR}
    assert from_elsewhere.status_code == (200 if sees else 404)
    assert ((member.email or "") in from_elsewhere.get_data(as_text=True)) == (role is Role.ADMINISTRATOR)
    if role not in COUNCIL_ROLES:
        own = browser_of(app, role, group).get(url)
        assert own.status_code == 200
        assert ((member.email or "") in own.get_data(as_text=True)) == (role in {Role.GROUP_LEAD, Role.PROVIDER_LEAD})
    assert app.test_client().get(url).status_code == 303


def test_a_lead_changes_roles_and_ends_memberships_and_the_person_is_told(app: Flask) -> None:
    group = make_organisation("Lunch club")
    first, other = lead(group), make_person("Nia Okoro", belongs_to=group, role=Role.GROUP_MEMBER)
    browser = client_of(app, first.id, group.id)
    url = f"/organisations/{group.reference}/people/{other.reference}"
    shown = browser.get(f"{url}/roles").get_data(as_text=True)
    assert "council officer" not in shown
    assert send(browser, f"{url}/roles", roles=["group_lead", "group_member"]).status_code == 303
    assert roles(other, group) == {Role.GROUP_LEAD, Role.GROUP_MEMBER}
    assert send(browser, f"{url}/roles", roles=["group_member"]).status_code == 303
    assert roles(other, group) == {Role.GROUP_MEMBER}
    nothing = send(browser, f"{url}/roles")
    assert nothing.status_code == 422
    assert "Tick at least one role" in nothing.get_data(as_text=True)
    assert send(browser, f"{url}/end", page=f"{url}/roles").status_code == 303
    assert roles(other, group) == set()
    subjects = [mail["Subject"] for mail in mail_to(other.email or "")]
    assert subjects == ["Your roles in Lunch club have changed"] * 3


@pytest.mark.parametrize("chosen", ["administrator", "officer", "provider_lead"])
def test_a_group_lead_cannot_hand_out_what_they_do_not_have(app: Flask, chosen: str) -> None:
    group = make_organisation()
    first, other = lead(group), make_person(belongs_to=group, role=Role.GROUP_MEMBER)
    url = f"/organisations/{group.reference}/people/{other.reference}/roles"
    assert send(client_of(app, first.id, group.id), url, roles=[chosen]).status_code == 422
    with pytest.raises(NotAllowed):
        actions.set_roles(actor_of(first, group), group.reference, other.reference, {Role(chosen)})
    assert roles(other, group) == {Role.GROUP_MEMBER}


def test_the_last_lead_stays(app: Flask) -> None:
    group = make_organisation()
    first = lead(group)
    make_person(belongs_to=group, role=Role.GROUP_MEMBER)
    for wanted in (set[Role](), {Role.GROUP_MEMBER}):
        with pytest.raises(WrongState, match="Nobody else is group lead there"):
            actions.set_roles(actor_of(first, group), group.reference, first.reference, wanted)
    browser = client_of(app, first.id, group.id)
    refused = send(browser, f"/organisations/{group.reference}/people/{first.reference}/end", page="/account")
    assert refused.status_code == 409
    assert "Give somebody else this role first" in refused.get_data(as_text=True)
    assert roles(first, group) == {Role.GROUP_LEAD}


def test_a_lead_who_is_shut_out_does_not_count_as_one() -> None:
    place, group = council(), make_organisation()
    first, second = lead(group), lead(group)
    actions.disable_person(actor_for(place, Role.ADMINISTRATOR), second.reference)
    with pytest.raises(WrongState):
        actions.leave(actor_of(first, group), group.reference)


def test_the_last_administrator_stays() -> None:
    place = council()
    only = lead(place, Role.ADMINISTRATOR)
    with pytest.raises(WrongState):
        actions.leave(actor_of(only, place), place.reference)


def test_who_was_removed_can_remove_nobody_with_the_page_still_open() -> None:
    group = make_organisation()
    first, second = lead(group), lead(group)
    stale = actor_of(first, group)
    actions.set_roles(actor_of(second, group), group.reference, first.reference, set())
    with pytest.raises(NotAllowed):
        actions.set_roles(stale, group.reference, second.reference, set())


def test_a_lead_reaches_neither_other_organisations_nor_other_people() -> None:
    mine, other = make_organisation(), make_organisation()
    first, theirs = lead(mine), lead(other)
    with pytest.raises(NotThere):
        actions.set_roles(actor_of(first, mine), other.reference, theirs.reference, set())
    with pytest.raises(NotThere):
        actions.set_roles(actor_of(first, mine), mine.reference, theirs.reference, {Role.GROUP_LEAD})
    assert roles(theirs, other) == {Role.GROUP_LEAD}


def test_an_administrator_gives_roles_to_everybody_but_themselves() -> None:
    place = council()
    administrator, colleague = lead(place, Role.ADMINISTRATOR), make_person()
    actor = actor_of(administrator, place)
    actions.set_roles(actor, place.reference, colleague.reference, {Role.OFFICER, Role.VERIFIER})
    assert roles(colleague, place) == {Role.OFFICER, Role.VERIFIER}
    with pytest.raises(NotAllowed, match="Nobody gives roles to themselves"):
        actions.set_roles(actor, place.reference, administrator.reference, {Role.ADMINISTRATOR, Role.VERIFIER})


def test_acting_as_another_organisation_carries_no_rights_over() -> None:
    place, group = council(), make_organisation()
    person = lead(place, Role.ADMINISTRATOR)
    join(person, group, Role.GROUP_MEMBER)
    with pytest.raises(HouseError):
        actions.set_roles(actor_of(person, group), group.reference, person.reference, {Role.GROUP_LEAD})

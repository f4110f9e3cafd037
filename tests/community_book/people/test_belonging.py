"""Who belongs where, now and lately, as other rooms ask it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community_book.base import clock, work
from community_book.base.actor import Role, system
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.people import actions
from community_book.people.queries import (
    belonged_lately,
    email_belongs_to,
    people_of,
    people_with_roles,
)
from tests.makers import actor_for, make_organisation, make_person
from tests.makers_people import council, lead

pytestmark = pytest.mark.usefixtures("app")


def end(person_id: int, organisation_id: int, role: Role, *, even_the_last: bool = False) -> None:
    with work.bookkeeping(system("test")) as session:
        actions.end_role(session, person_id, organisation_id, role, even_the_last=even_the_last)


def test_who_left_counts_for_twelve_months(reading: work.Reading) -> None:
    group = make_organisation()
    person = make_person(belongs_to=group, role=Role.GROUP_MEMBER)
    assert belonged_lately(reading, person.id, group.id)
    end(person.id, group.id, Role.GROUP_MEMBER)
    left = clock.now_utc()
    for days, lately in ((364, True), (367, False)):
        with clock.held_at(left + timedelta(days=days)):
            assert belonged_lately(reading, person.id, group.id) is lately
    with clock.held_at(left + timedelta(days=100)):
        assert not belonged_lately(reading, person.id, group.id, months=3)
    assert not belonged_lately(reading, person.id, make_organisation().id)
    assert not belonged_lately(reading, None, group.id)
    assert not belonged_lately(reading, person.id, None)


def test_people_of_an_organisation_are_listed_by_name_with_their_roles(reading: work.Reading) -> None:
    group = make_organisation()
    make_person("zoe", belongs_to=group, role=Role.GROUP_MEMBER)
    asha = make_person("Asha", belongs_to=group, role=Role.GROUP_MEMBER)
    with work.bookkeeping(system("test")) as session:
        assert actions.give_role(session, asha.id, group.id, Role.GROUP_LEAD)
        assert not actions.give_role(session, asha.id, group.id, Role.GROUP_LEAD)
    gone = make_person("Gone", belongs_to=group, role=Role.GROUP_MEMBER)
    end(gone.id, group.id, Role.GROUP_MEMBER)
    shut = make_person("Shut", belongs_to=group, role=Role.GROUP_MEMBER)
    actions.disable_person(actor_for(council(), Role.ADMINISTRATOR), shut.reference)
    assert [(p.name, p.roles) for p in people_of(reading, group.id)] == [
        ("Asha", frozenset({Role.GROUP_MEMBER, Role.GROUP_LEAD})),
        ("zoe", frozenset({Role.GROUP_MEMBER})),
    ]
    assert [p.name for p in people_of(reading, group.id, {Role.GROUP_LEAD})] == ["Asha"]
    assert asha.id in people_with_roles(reading, {Role.GROUP_LEAD})


def test_an_address_belongs_to_an_organisation_while_its_owner_does_and_a_year_longer(reading: work.Reading) -> None:
    provider = make_organisation()
    person = make_person(belongs_to=provider, role=Role.PROVIDER_MEMBER)
    email = person.email or ""
    assert email_belongs_to(reading, f" {email.upper()} ", provider.id)
    assert not email_belongs_to(reading, email, make_organisation().id)
    assert not email_belongs_to(reading, "nobody@nowhere.example", provider.id)
    end(person.id, provider.id, Role.PROVIDER_MEMBER)
    assert email_belongs_to(reading, email, provider.id)
    with clock.held_at(clock.now_utc() + timedelta(days=367)):
        assert not email_belongs_to(reading, email, provider.id)


def test_an_address_has_one_account() -> None:
    person = make_person()
    with work.bookkeeping(system("test")) as session, pytest.raises(Refused) as refused:
        actions.make_person(session, "Another", (person.email or "").upper())
    assert refused.value.problems[0].field == "email"


def test_council_roles_are_given_in_the_council_only() -> None:
    person = make_person()
    with work.bookkeeping(system("test")) as session:
        for place, role in ((make_organisation(), Role.OFFICER), (council(), Role.GROUP_LEAD)):
            with pytest.raises(Refused, match="Nobody can be"):
                actions.give_role(session, person.id, place.id, role)
        with pytest.raises(NotThere):
            actions.give_role(session, person.id, 10**9, Role.GROUP_LEAD)


def test_the_last_lead_goes_only_with_the_organisation() -> None:
    group = make_organisation()
    person = lead(group)
    with pytest.raises(WrongState):
        end(person.id, group.id, Role.GROUP_LEAD)
    end(person.id, group.id, Role.GROUP_LEAD, even_the_last=True)
    with pytest.raises(NotThere):
        end(person.id, group.id, Role.GROUP_LEAD)

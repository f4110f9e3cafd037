"""A page asks the database at most 15 times, whatever the number of rows."""

from __future__ import annotations

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import Role
from community_book.people import actions
from community_book.people.queries import actor_of_person
from community_book.people.rules import NewInvitation
from community_book.people.tables import Person
from tests.makers import client_of, join, make_organisation, make_person
from tests.makers_people import council
from tests.support.counted import statements

AT_MOST = 15


@pytest.fixture
def crowd(app: Flask) -> dict[str, str]:
    """An organisation with many people and invitations, and an administrator who belongs to many places."""
    place, club = council(), make_organisation("Lunch club")
    me = make_person("Ada Min", belongs_to=place, role=Role.ADMINISTRATOR)
    for number in range(12):
        person = make_person(f"Helper {number}", belongs_to=club, role=Role.GROUP_LEAD)
        join(person, make_organisation(f"Place {number}"), Role.GROUP_MEMBER)
        join(me, make_organisation(f"Mine {number}"), Role.GROUP_MEMBER)
    with work.reading() as reading:
        actor = actor_of_person(reading, reading.get_one(Person, me.id), place.id)
    for number in range(6):
        actions.invite(actor, club.reference, NewInvitation(f"guest{number}@test.example", Role.GROUP_MEMBER))
    return {"me": str(me.id), "place": str(place.id), "club": club.reference, "person": person.reference}


@pytest.mark.parametrize(
    "url",
    [
        "/account",
        "/account/held",
        "/act-as",
        "/people",
        "/people?words=helper&role=group_lead",
        "/people/{person}?organisation=place",
        "/organisations/{club}",
        "/organisations/{club}/people",
        "/organisations/{club}/people/invite",
        "/organisations/{club}/people/{person}/roles",
        "/organisations/{club}/numbers",
        "/notices",
    ],
)
def test_a_page_asks_little(app: Flask, crowd: dict[str, str], url: str) -> None:
    browser = client_of(app, int(crowd["me"]), int(crowd["place"]))
    with statements() as asked:
        answer = browser.get(url.format(**crowd))
    assert answer.status_code == 200
    assert len(asked) <= AT_MOST, "\n".join(asked)

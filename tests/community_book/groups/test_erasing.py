"""What groups hold about a person is shown to them, and goes when they erase their account."""

from __future__ import annotations

from community_book.base.actor import anybody
from community_book.groups import actions, queries
from community_book.groups.rules import NewMessage
from community_book.people.actions import erase
from community_book.people.queries import actor_of_person
from tests.makers import make_person
from tests.makers_groups import entry_of, make_group


def test_a_person_sees_where_they_are_named_and_erasing_takes_it_out(app, reading) -> None:
    person = make_person(email="maureen@lunch.example")
    group = make_group("Lunch club", contact_email="Maureen@lunch.example", contacts_public=True)
    actions.write_to_group(anybody(), group.reference, NewMessage("M", "maureen@lunch.example", "Hello there"))
    held = queries.shown_of_person(reading, person.id)
    assert held == {"groups that name you": ["Lunch club"], "messages you wrote": ["Hello there"]}
    erase(actor_of_person(reading, person, None))
    row = entry_of(group.reference)
    assert (row.contact_name, row.contact_email, row.contact_telephone, row.contacts_public) == ("", "", "", False)
    assert row.asked_by_email == ""


def test_nothing_is_held_about_somebody_nobody_names(app, reading) -> None:
    assert queries.shown_of_person(reading, make_person().id) == {}

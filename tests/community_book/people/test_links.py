"""Signed links: one act, once, for who holds the address and still has the place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from community_book.base import clock, work
from community_book.base.actor import Actor, Role, system
from community_book.base.errors import NotThere, WrongState
from community_book.people import actions
from community_book.people.queries import actor_of_link
from community_book.people.tables import SignedLink
from tests.makers import actor_for, make_organisation, make_person
from tests.makers_people import council, lead

pytestmark = pytest.mark.usefixtures("app")
SUBJECT = "delivery:D-7K2M9Q"


def made(**bound: object) -> str:
    with work.bookkeeping(system("test")) as session:
        return actions.make_link(session, "confirm_delivery", SUBJECT, **bound)  # type: ignore[arg-type]


def holder(token: str, act: str = "confirm_delivery") -> Actor:
    with work.reading() as reading:
        return actor_of_link(reading, token, act)


def use(actor: Actor) -> None:
    with work.work(actor) as session:
        actions.use_link(session, actor)
        session.record("test.use", SUBJECT)


def test_the_holder_of_a_link_without_an_account_is_known_by_the_link_alone() -> None:
    group = make_organisation("Lunch club")
    actor = holder(made(email="Contact@Lunch.Example", organisation_id=group.id))
    assert (actor.kind, actor.person_id, actor.email) == ("link", None, "contact@lunch.example")
    assert actor.pseudonym == f"link:{actor.link_id}"
    assert (actor.link_act, actor.link_subject) == ("confirm_delivery", SUBJECT)
    assert (actor.organisation_id, actor.organisation_name) == (group.id, "Lunch club")
    assert actor.roles == frozenset()
    assert not actor.is_signed_in


def test_the_holder_with_an_account_is_that_person() -> None:
    group = make_organisation()
    person = lead(group, name="Asha Patel")
    actor = holder(made(person_id=person.id, organisation_id=group.id))
    assert (actor.person_id, actor.pseudonym, actor.name) == (person.id, person.pseudonym, "Asha Patel")
    assert actor.email == person.email


def test_a_link_for_one_act_opens_no_other() -> None:
    token = made()
    with pytest.raises(NotThere):
        holder(token, "verify_delivery")
    with pytest.raises(NotThere):
        holder(token + "x")


def test_a_link_is_used_once() -> None:
    token = made()
    actor = holder(token)
    use(actor)
    with pytest.raises(WrongState, match="used already"):
        use(actor)
    with pytest.raises(WrongState, match="used already"):
        holder(token)


def test_who_came_without_a_link_uses_none_up() -> None:
    use(actor_for(council(), Role.OFFICER))


def test_a_link_lasts_the_days_of_the_settings_or_what_it_was_given() -> None:
    month, hour = made(), made(minutes=60)
    with clock.held_at(clock.now_utc() + timedelta(minutes=61)):
        holder(month)
        with pytest.raises(WrongState, match="out of date"):
            holder(hour)
    late = holder(month)
    with clock.held_at(clock.now_utc() + timedelta(days=31)):
        with pytest.raises(WrongState):
            holder(month)
        with pytest.raises(WrongState):
            use(late)


def test_a_link_dies_with_the_place_it_speaks_for() -> None:
    group = make_organisation()
    person, other = lead(group), lead(group)
    token = made(person_id=person.id, organisation_id=group.id)
    holder(token)
    with work.bookkeeping(system("test")) as session:
        actions.end_role(session, person.id, group.id, Role.GROUP_LEAD)
    with pytest.raises(WrongState, match="out of date"):
        holder(token)
    assert other.id


def test_a_link_dies_with_the_account() -> None:
    person = make_person()
    token = made(person_id=person.id)
    actions.disable_person(actor_for(council(), Role.ADMINISTRATOR), person.reference)
    with pytest.raises(WrongState):
        holder(token)


def test_the_links_of_a_subject_can_be_ended() -> None:
    token = made()
    with work.bookkeeping(system("test")) as session:
        assert actions.end_links(session, subject=SUBJECT) == 1
        with pytest.raises(ValueError, match="name a subject"):
            actions.end_links(session)
    with pytest.raises(WrongState):
        holder(token)


def test_only_the_hash_of_a_token_is_kept(app: Flask, reading: work.Reading) -> None:
    token = made()
    row = reading.query(SignedLink).one()
    assert token not in {row.token_hash, row.subject, row.act, row.email}

"""At the same moment: two leads remove each other, one role is given twice, one invitation accepted twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import Actor, Role
from community_book.base.errors import HouseError
from community_book.organisations.tables import Organisation
from community_book.people import actions
from community_book.people.queries import actor_of_link, actor_of_person
from community_book.people.rules import INVITATION_LINK, NewAccount, NewInvitation
from community_book.people.tables import MembershipRow, Person
from tests.makers import actor_for, make_organisation, make_person
from tests.makers_people import council, lead, link_in, mail_to

pytestmark = pytest.mark.committed


def actor_of(person: Person, organisation: Organisation) -> Actor:
    with work.reading() as reading:
        return actor_of_person(reading, reading.get_one(Person, person.id), organisation.id)


@pytest.mark.parametrize("round_", range(5))
def test_exactly_one_of_two_leads_remains(committed: Flask, round_: int) -> None:
    group = make_organisation()
    pair = [lead(group), lead(group)]
    actors = [actor_of(person, group) for person in pair]
    together, ended = threading.Barrier(2), list[Any]()

    def remove(mine: int) -> None:
        together.wait()
        try:
            actions.set_roles(actors[mine], group.reference, pair[1 - mine].reference, set())
        except HouseError as refused:
            ended.append(refused)
        else:
            ended.append("done")

    threads = [threading.Thread(target=remove, args=(mine,)) for mine in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(end, HouseError) for end in ended) == [False, True]
    with work.reading() as reading:
        left = reading.query(MembershipRow).filter_by(organisation_id=group.id, until_utc=None).count()
    assert left == 1


def test_giving_the_same_role_twice_at_once_gives_it_once(committed: Flask) -> None:
    group, place = make_organisation(), council()
    person, administrator = make_person(), actor_for(place, Role.ADMINISTRATOR)
    together, faults = threading.Barrier(4), list[BaseException]()

    def give() -> None:
        together.wait()
        try:
            actions.set_roles(administrator, group.reference, person.reference, {Role.GROUP_LEAD})
        except BaseException as fault:  # noqa: BLE001 - a thread's fault must reach the test
            faults.append(fault)

    threads = [threading.Thread(target=give) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with work.reading() as reading:
        assert reading.query(MembershipRow).filter_by(person_id=person.id, until_utc=None).count() == 1


def test_an_invitation_accepted_twice_at_once_makes_one_account(committed: Flask) -> None:
    group = make_organisation()
    actions.invite(actor_of(lead(group), group), group.reference, NewInvitation("at.once@test.example", "group_member"))
    token = link_in(mail_to("at.once@test.example")[-1]).rpartition("/")[2]
    with work.reading() as reading:
        holder = actor_of_link(reading, token, INVITATION_LINK)
    together, ended = threading.Barrier(4), list[Any]()

    def accept() -> None:
        together.wait()
        try:
            ended.append(actions.accept_with_new_account(holder, NewAccount("Nia", "river stone apple")))
        except HouseError as refused:
            ended.append(refused)

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([end for end in ended if isinstance(end, tuple)]) == 1
    with work.reading() as reading:
        assert reading.query(Person).filter_by(email="at.once@test.example").count() == 1
